// Sealed codes on paper, for the night when nobody's words or accounts work: two halves in two envelopes, opened by two people who write
// their names. Only a slow hash of both halves together is kept; each opens one unit once, for a shift.

import { spokenWords } from '../domain/access/device-key.ts';
import type { UnitId } from '../domain/identity.ts';
import { limits } from '../limits.ts';
import type { AccessStore } from './access-store.ts';
import type { KeptSecret, Secrets } from './secrets.ts';
import { type Draw, dealWords, HALF_WORDS } from './words.ts';

interface KeptCode {
  /** «KIR2-3-07»: unit, set, number; stands open on the envelope. */
  readonly number: string;
  readonly unit: UnitId;
  readonly set: number;
  readonly kept: KeptSecret;
  readonly usedAt: number | null;
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

  constructor(options: EmergencyCodesOptions) {
    this.#options = options;
    for (const code of options.store.all<KeptCode>('emergency-code')) this.#codes.set(code.number, code);
  }

  /** A new set; unused codes of the unit's former sets are void. */
  async make(unit: UnitId, count: number): Promise<CodeSheet> {
    const { secrets, draw, store } = this.#options;
    const former = [...this.#codes.values()].filter((code) => code.unit === unit);
    const set = Math.max(0, ...former.map((code) => code.set)) + 1;
    const name = unit.toUpperCase().replace(/[^A-Z0-9]/g, '') || 'ENHET';
    const made: { code: SealedCode; kept: KeptCode }[] = [];
    for (let each = 1; each <= Math.min(count, limits.emergencyCodesASetMax); each++) {
      const code = {
        number: `${name}-${set}-${String(each).padStart(2, '0')}`,
        halfA: dealWords(HALF_WORDS, draw),
        halfB: dealWords(HALF_WORDS, draw),
      };
      const kept = await secrets.keep(bothHalves(code.halfA.join(' '), code.halfB.join(' ')));
      made.push({ code, kept: { number: code.number, unit, set, kept, usedAt: null } });
    }
    const voided = former.filter(({ usedAt }) => usedAt === null).map(({ number }) => number);
    store.keep([
      ...voided.map((id) => ({ kind: 'emergency-code' as const, id, body: null })),
      ...made.map(({ kept }) => rowOf(kept)),
    ]);
    for (const number of voided) this.#codes.delete(number);
    for (const { kept } of made) this.#codes.set(kept.number, kept);
    return { unit, set, voided, codes: made.map(({ code }) => code) };
  }

  /** The unit it opens; null: wrong, void or used. Two at once with one code: one of them gets in. */
  async use(
    number: string,
    halves: { readonly a: string; readonly b: string },
    wallMs: number,
  ): Promise<UnitId | null> {
    const name = number.trim().toUpperCase();
    const before = this.#codes.get(name);
    const isRight = await this.#options.secrets.isRight(bothHalves(halves.a, halves.b), before?.kept ?? null);
    const code = this.#codes.get(name);
    if (!isRight || code === undefined || code.kept !== before?.kept || code.usedAt !== null) return null;
    this.#codes.set(name, { ...code, usedAt: wallMs });
    this.#unkept.add(name);
    return code.unit;
  }

  /** @throws {Failure} `access.not-kept` */
  flush(): void {
    const codes = [...this.#unkept].flatMap((number) => this.#codes.get(number) ?? []);
    if (codes.length > 0) this.#options.store.keep(codes.map(rowOf));
    this.#unkept.clear();
  }
}

const rowOf = (code: KeptCode) => ({ kind: 'emergency-code' as const, id: code.number, body: code });

/** The bar stands between them, so that no word can move from one half to the other. */
const bothHalves = (a: string, b: string): string => `${spokenWords(a)}|${spokenWords(b)}`;
