// Which blocks are under inquiry, and whose daily check is done: read out of the ledger's entries, and kept nowhere else. Each check is
// told to the ledger; the mark stands at once, also while it can't be written.

import {
  CHECKED_BLOCKS,
  type CheckedBlock,
  type CheckMade,
  type CheckSettled,
  type Inquiries,
  type Inquiry,
} from '../../domain/daily-check.ts';
import { Failure } from '../../domain/failures.ts';
import { type PatientKey, patientKey, type UnitId } from '../../domain/identity.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import { localMoment } from '../../domain/swedish-time.ts';
import type { Clock } from '../../domain/time.ts';
import type { Followed } from '../ledger/entries-before.ts';

export interface CheckedBy {
  readonly author: string;
  readonly name: string;
}

export interface DailyChecksOptions {
  readonly clock: Clock;
  readonly ledger: { append(draft: EntryDraft): Promise<boolean> };
  /** What was told before, in the order it was written: a block that differs again after it was settled is under inquiry again. */
  readonly told: Iterable<Followed>;
  /** Every key that leads to the same person now, the chart's own first. What was found follows the person through a merge. */
  readonly keysOf: (patient: PatientKey) => readonly PatientKey[];
}

export const CHECK_KINDS = ['check.made', 'check.settled'] as const;

export class DailyChecks {
  readonly #options: DailyChecksOptions;
  readonly #open = new Map<PatientKey, Map<CheckedBlock, Inquiry & { readonly unit: string | null }>>();
  readonly #done = new Set<string>();

  constructor(options: DailyChecksOptions) {
    this.#options = options;
    for (const one of options.told) this.#follow(one);
  }

  /** An entry was erased: what it said is not gone by any more, here as after a restart. */
  again(told: Iterable<Followed>): void {
    this.#open.clear();
    this.#done.clear();
    for (const one of told) this.#follow(one);
  }

  of(patient: PatientKey): readonly Inquiry[] {
    if (this.#open.size === 0) return [];
    const open = this.#keysOf(patient).flatMap((key) => [...(this.#open.get(key)?.values() ?? [])]);
    return eachOnce(open, ({ block }) => block).map(({ block, since, by }) => ({ block, since, by }));
  }

  /** By every key of whom something is open, for threads that read whole units. */
  all(): Inquiries {
    const keys = new Set([...this.#open.keys()].flatMap((patient) => this.#keysOf(patient)));
    return Object.fromEntries([...keys].map((key) => [key, this.of(key)]));
  }

  /** Of a unit, the longest open first, each under the key its chart has now. */
  onUnit(unit: UnitId): readonly (Inquiry & { readonly patient: PatientKey })[] {
    return this.#onUnit(unit);
  }

  #onUnit(unit: string | null): readonly (Inquiry & { readonly patient: PatientKey })[] {
    const open = [...this.#open].flatMap(([patient, blocks]) => {
      const [head = patient] = this.#keysOf(patient);
      return [...blocks.values()].flatMap(({ unit: of, ...one }) => (of === unit ? [{ ...one, patient: head }] : []));
    });
    return eachOnce(open, ({ block, patient }) => `${patient} ${block}`);
  }

  /** Number of blocks under inquiry, by unit. */
  counts(): Readonly<Record<string, number>> {
    const units = [...this.#open.values()].flatMap((blocks) => [...blocks.values()].map(({ unit }) => unit));
    return Object.fromEntries([...new Set(units)].map((unit) => [unit ?? '', this.#onUnit(unit).length]));
  }

  isDone(unit: UnitId, patient: PatientKey): boolean {
    const { wallMs } = this.#options.clock.now();
    return this.#keysOf(patient).some((key) => this.#done.has(doneKey(unit, wallMs, key)));
  }

  /** Also of somebody the copy does not know just now. */
  #keysOf(patient: PatientKey): readonly PatientKey[] {
    const keys = this.#options.keysOf(patient);
    return keys.includes(patient) ? keys : [patient, ...keys];
  }

  made({ unit, patient, agrees, differs }: CheckMade, by: CheckedBy): Promise<boolean> {
    // Every number the chart was of: should they be taken apart again, nobody knows in whose it was wrong, and each carries the mark.
    const also = this.#keysOf(patient).filter((key) => key !== patient);
    const body = { agrees, differs, by: by.name, ...(also.length === 0 ? {} : { also }) };
    return this.#tell({ kind: 'check.made', unit, patient, body }, by);
  }

  /** @throws {Failure} `request.invalid` when the block is not under inquiry */
  async settled({ unit, patient, block, how }: CheckSettled, by: CheckedBy): Promise<boolean> {
    const open = this.#keysOf(patient).filter((key) => this.#open.get(key)?.has(block) === true);
    if (open.length === 0) throw new Failure('request.invalid', 'den rutan är inte under utredning');
    // Each under the key it was found under: whoever reads the ledger anew then comes to the same.
    const body = { block, how, by: by.name };
    const told = open.map((key) => this.#tell({ kind: 'check.settled', unit, patient: key, body }, by));
    return (await Promise.all(told)).every((isTold) => isTold);
  }

  #tell(draft: Pick<EntryDraft, 'kind' | 'unit' | 'patient' | 'body'>, { author }: CheckedBy): Promise<boolean> {
    const whole: EntryDraft = { ...draft, eventAt: this.#options.clock.now().wallMs, author };
    this.#follow(whole);
    return this.#options.ledger.append(whole);
  }

  /** The first who found it stands: it has been in doubt since then. */
  #begin(key: PatientKey, found: Inquiry & { readonly unit: string | null }): void {
    const blocks = this.#open.get(key) ?? new Map<CheckedBlock, typeof found>();
    this.#open.set(key, blocks);
    if (!blocks.has(found.block)) blocks.set(found.block, found);
  }

  #follow({ kind, eventAt, unit, patient, body }: Followed): void {
    if (patient === null) return;
    const key = patientKey(patient);
    if (kind === 'check.made') {
      this.#done.add(doneKey(unit ?? '', eventAt, key));
      const differs = (body['differs'] as readonly string[] | undefined) ?? [];
      const also = ((body['also'] as readonly string[] | undefined) ?? []).map(patientKey);
      for (const block of CHECKED_BLOCKS.filter((one) => differs.includes(one)))
        for (const one of [key, ...also]) this.#begin(one, { block, since: eventAt, by: String(body['by']), unit });
    }
    if (kind === 'check.settled') {
      const blocks = this.#open.get(key);
      blocks?.delete(body['block'] as CheckedBlock);
      if (blocks?.size === 0) this.#open.delete(key);
    }
  }
}

const doneKey = (unit: string, ms: number, patient: PatientKey): string =>
  `${unit} ${localMoment(ms)?.dayNumber ?? 0} ${patient}`;

/** The longest open first, and of the same the first only. */
function eachOnce<One extends Inquiry>(open: readonly One[], same: (one: One) => string): readonly One[] {
  const sorted = [...open].sort((a, b) => a.since - b.since);
  return [...new Map(sorted.reverse().map((one) => [same(one), one])).values()].reverse();
}
