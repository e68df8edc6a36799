// Sealed codes on paper, for the night when nobody's words or accounts work: two halves in two envelopes, opened by two people who write
// their names. Only slow hashes of both halves together are kept; each opens one unit once, for a shift: at a station, or with the
// station gone the copy on a device (decision 0024), which tells of it when a station is heard.

import { createDecipheriv } from 'node:crypto';
import {
  type CodeUse,
  codeUseContext,
  type HandedCodeUse,
  spokenHalves,
  spokenNumber,
} from '../domain/access/sealed-code.ts';
import { Failure } from '../domain/failures.ts';
import type { UnitId } from '../domain/identity.ts';
import { limits } from '../limits.ts';
import type { AccessStore } from './access-store.ts';
import type { KeptSecret, Secrets } from './secrets.ts';
import { type Draw, dealWords, HALF_WORDS } from './words.ts';
import { slowKey, type WordsKey } from './words-keys.ts';

interface KeptCode {
  /** «KIR2-3-07»: unit, set, number; stands open on the envelope. */
  readonly number: string;
  readonly unit: UnitId;
  readonly set: number;
  /** Empty: of a set that is known from the ledger alone. */
  readonly kept: KeptSecret;
  /** Of both halves; null: made before devices were opened by codes. */
  readonly key: WordsKey | null;
  readonly usedAt: number | null;
  /** A later set was made. Kept for a while: a device not heard since may have been opened by it. */
  readonly isVoid: boolean;
  /** Openings on devices that have been told of, by their ids. */
  readonly told: readonly string[];
}

export interface SealedCode {
  readonly number: string;
  readonly halfA: readonly string[];
  readonly halfB: readonly string[];
}

export interface CodeSheet {
  readonly unit: UnitId;
  readonly set: number;
  /** Of sets before this one: void from now on. */
  readonly voided: readonly string[];
  readonly codes: readonly SealedCode[];
}

export interface EmergencyCodesOptions {
  readonly store: AccessStore;
  readonly secrets: Secrets;
  readonly draw: Draw;
}

export class EmergencyCodes {
  readonly #options: EmergencyCodesOptions;
  readonly #codes = new Map<string, KeptCode>();
  /** Used while the disk refused; written when it can be. */
  readonly #unkept = new Set<string>();
  #changes = 0;
  /** One set is made after the other: two at once would give two papers one number. */
  #making: Promise<unknown> = Promise.resolve();

  constructor(options: EmergencyCodesOptions) {
    this.#options = options;
    // Rows of before devices were opened by codes have none of these.
    for (const code of options.store.all<KeptCode>('emergency-code'))
      this.#codes.set(code.number, { ...NOT_YET, ...code });
  }

  /** Grows with each change of which codes open what. */
  get changes(): number {
    return this.#changes;
  }

  /** Those that open the unit's copy on a device: neither used nor void. */
  openers(unit: UnitId): { readonly number: string; readonly key: WordsKey }[] {
    return [...this.#codes.values()].flatMap(({ number, key, ...code }) =>
      code.unit === unit && code.usedAt === null && !code.isVoid && key !== null ? [{ number, key }] : [],
    );
  }

  /** A new set; unused codes of the unit's former sets are void. Made when each also opens devices. */
  make(unit: UnitId, count: number): Promise<CodeSheet> {
    const made = this.#making.then(() => this.#make(unit, count));
    this.#making = made.catch(() => undefined);
    return made;
  }

  async #make(unit: UnitId, count: number): Promise<CodeSheet> {
    const { secrets, draw, store } = this.#options;
    const name = unit.toUpperCase().replace(/[^A-Z0-9]/g, '') || 'ENHET';
    // «KÄK» and «KÖK» are both KK on the envelope: a number is of one of them.
    const alike = [...this.#codes.values()].filter(({ number }) => number.replace(/-\d+-\d+$/, '') === name);
    const set = Math.max(0, ...alike.map((code) => code.set)) + 1;
    const made: { code: SealedCode; kept: KeptCode }[] = [];
    for (let each = 1; each <= Math.min(count, limits.emergencyCodesASetMax); each++) {
      const code = {
        number: `${name}-${set}-${String(each).padStart(2, '0')}`,
        halfA: dealWords(HALF_WORDS, draw),
        halfB: dealWords(HALF_WORDS, draw),
      };
      const spoken = spokenHalves(code.halfA.join(' '), code.halfB.join(' '));
      const [kept, key] = await Promise.all([secrets.keep(spoken), slowKey(spoken)]);
      made.push({ code, kept: { ...NOT_YET, number: code.number, unit, set, kept, key, usedAt: null } });
    }
    // After the slow hashing: one may have been used meanwhile.
    const former = [...this.#codes.values()].filter((code) => code.unit === unit);
    const voided = former.filter(({ usedAt, isVoid }) => usedAt === null && !isVoid);
    // The oldest are forgotten: of a device not heard through so many sets its reads still name the two.
    const gone = former.toSorted((a, b) => b.set - a.set).slice(limits.emergencyCodesKeptMax);
    const changed = [...voided.map((code) => ({ ...code, isVoid: true })), ...made.map(({ kept }) => kept)];
    store.keep([
      ...changed.map(rowOf),
      ...gone.map(({ number }) => ({ kind: 'emergency-code' as const, id: number, body: null })),
    ]);
    for (const code of changed) this.#codes.set(code.number, code);
    for (const { number } of gone) this.#codes.delete(number);
    this.#changes++;
    return { unit, set, voided: voided.map(({ number }) => number), codes: made.map(({ code }) => code) };
  }

  /** The unit it opens; null: wrong, void or used. Two at once with one code: one of them gets in. */
  async use(
    number: string,
    halves: { readonly a: string; readonly b: string },
    wallMs: number,
  ): Promise<UnitId | null> {
    const name = spokenNumber(number);
    const before = this.#codes.get(name);
    const isRight = await this.#options.secrets.isRight(spokenHalves(halves.a, halves.b), before?.kept || null);
    const code = this.#codes.get(name);
    if (!isRight || code === undefined || code.kept !== before?.kept || code.usedAt !== null || code.isVoid)
      return null;
    this.#change({ ...code, usedAt: wallMs });
    return code.unit;
  }

  /**
   * It has opened a device without a station: spent from now on. Null: not sealed by who had both halves. `wasSpent`: it had opened
   * something else too, or was void; `isKnown`: told before.
   */
  usedAlone(
    { number, id, iv, sealed }: HandedCodeUse,
    wallMs: number,
  ): { readonly use: CodeUse; readonly unit: UnitId; readonly wasSpent: boolean; readonly isKnown: boolean } | null {
    const code = this.#codes.get(spokenNumber(number));
    if (code === undefined || code.key === null) return null;
    const use = unsealed(code.key, { iv, sealed }, codeUseContext(code.number, id));
    if (use === null) return null;
    const isKnown = code.told.includes(id);
    const wasSpent = code.usedAt !== null || code.isVoid;
    if (!isKnown) {
      const told = [...code.told, id].slice(-limits.codeUsesToldMax);
      this.#change({ ...code, usedAt: code.usedAt ?? wallMs, told });
    }
    return { use, unit: code.unit, wasSpent, isKnown };
  }

  /** The ledger knows that it has been used. False: known here too, or of no set that is. */
  spent(number: string, usedAt: number): boolean {
    const code = this.#codes.get(spokenNumber(number));
    if (code === undefined || code.usedAt !== null) return false;
    this.#change({ ...code, usedAt });
    return true;
  }

  /**
   * The ledger knows of a set that is not here any more: its papers open nothing and its numbers never come back; those before it are void,
   * as it made them.
   */
  setMade(unit: UnitId, { set, numbers }: { readonly set: number; readonly numbers: readonly string[] }): void {
    if (numbers.every((number) => this.#codes.has(number))) return;
    const former = [...this.#codes.values()].filter(
      (code) => code.unit === unit && code.usedAt === null && !code.isVoid,
    );
    for (const code of former) this.#change({ ...code, isVoid: true });
    for (const number of numbers) this.#change({ ...NOT_YET, number, unit, set, kept: '', usedAt: null, isVoid: true });
  }

  /** @throws {Failure} `access.not-kept` */
  flush(): void {
    const codes = [...this.#unkept].flatMap((number) => this.#codes.get(number) ?? []);
    if (codes.length > 0) this.#options.store.keep(codes.map(rowOf));
    this.#unkept.clear();
  }

  /** Kept at once where the disk takes it: a station that loses its power knows what was used. It opens all the same. */
  #change(code: KeptCode): void {
    this.#codes.set(code.number, code);
    this.#unkept.add(code.number);
    this.#changes++;
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}

const NOT_YET = { key: null, isVoid: false, told: [] } as const;

const rowOf = (code: KeptCode) => ({ kind: 'emergency-code' as const, id: code.number, body: code });

const TAG_BYTES = 16;

/** As a browser seals: AES-GCM, the tag after the bytes. */
function unsealed({ key }: WordsKey, given: { iv: string; sealed: string }, context: string): CodeUse | null {
  const bytes = Buffer.from(given.sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64'), Buffer.from(given.iv, 'base64'));
    decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(bytes.subarray(-TAG_BYTES));
    const opened = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return readUse(JSON.parse(opened.toString('utf8')));
  } catch {
    return null;
  }
}

function readUse(value: unknown): CodeUse | null {
  if (typeof value !== 'object' || value === null) return null;
  const { first, second, openedAt } = value as Readonly<Record<string, unknown>>;
  if (typeof first !== 'string' || typeof second !== 'string') return null;
  if (typeof openedAt !== 'number' || !Number.isSafeInteger(openedAt)) return null;
  return { openedAt, first: first.slice(0, limits.personTextMax), second: second.slice(0, limits.personTextMax) };
}
