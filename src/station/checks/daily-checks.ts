// Which blocks are under inquiry, and whose daily check is done: read out of the ledger's entries, and kept nowhere else. Each check is
// told to the ledger; the mark stands at once, also while it can't be written.

import {
  CHECKED_BLOCKS,
  type CheckedBlock,
  type CheckMade,
  type CheckSettled,
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
  /** What was told before, in the order it was written. */
  readonly told: Iterable<Followed>;
}

export const CHECK_KINDS = ['check.made', 'check.settled'] as const;

export class DailyChecks {
  readonly #options: DailyChecksOptions;
  readonly #open = new Map<PatientKey, Map<CheckedBlock, Inquiry & { readonly unit: string | null }>>();
  readonly #done = new Set<string>();

  constructor(options: DailyChecksOptions) {
    this.#options = options;
    // As they happened: a block that differs again after it was settled is under inquiry again.
    for (const one of [...options.told].sort((a, b) => a.eventAt - b.eventAt)) this.#follow(one);
  }

  of(patient: PatientKey): readonly Inquiry[] {
    return [...(this.#open.get(patient)?.values() ?? [])];
  }

  /** By patient, for threads that read whole units. */
  all(): Readonly<Record<string, readonly Inquiry[]>> {
    return Object.fromEntries([...this.#open].map(([patient, blocks]) => [patient, [...blocks.values()]]));
  }

  /** Of a unit, the longest open first. */
  onUnit(unit: UnitId): readonly (Inquiry & { readonly patient: PatientKey })[] {
    return [...this.#open]
      .flatMap(([patient, blocks]) => [...blocks.values()].map((one) => ({ ...one, patient })))
      .filter((one) => one.unit === unit)
      .map(({ block, since, by, patient }) => ({ block, since, by, patient }))
      .sort((a, b) => a.since - b.since);
  }

  /** Number of blocks under inquiry, by unit. */
  counts(): Readonly<Record<string, number>> {
    const all = [...this.#open.values()].flatMap((blocks) => [...blocks.values()]);
    return Object.fromEntries([...Map.groupBy(all, ({ unit }) => unit ?? '')].map(([unit, of]) => [unit, of.length]));
  }

  isDone(unit: UnitId, patient: PatientKey): boolean {
    return this.#done.has(doneKey(unit, this.#options.clock.now().wallMs, patient));
  }

  made({ unit, patient, agrees, differs }: CheckMade, by: CheckedBy): Promise<boolean> {
    return this.#tell({ kind: 'check.made', unit, patient, body: { agrees, differs, by: by.name } }, by);
  }

  /** @throws {Failure} `request.invalid` when the block is not under inquiry */
  settled({ unit, patient, block, how }: CheckSettled, by: CheckedBy): Promise<boolean> {
    if (this.#open.get(patient)?.has(block) !== true)
      throw new Failure('request.invalid', 'den rutan är inte under utredning');
    return this.#tell({ kind: 'check.settled', unit, patient, body: { block, how, by: by.name } }, by);
  }

  #tell(draft: Pick<EntryDraft, 'kind' | 'unit' | 'patient' | 'body'>, { author }: CheckedBy): Promise<boolean> {
    const whole: EntryDraft = { ...draft, eventAt: this.#options.clock.now().wallMs, author };
    this.#follow(whole);
    return this.#options.ledger.append(whole);
  }

  #follow({ kind, eventAt, unit, patient, body }: Followed): void {
    if (patient === null) return;
    const key = patientKey(patient);
    if (kind === 'check.made') {
      this.#done.add(doneKey(unit ?? '', eventAt, key));
      for (const block of CHECKED_BLOCKS) {
        if (!(body['differs'] as readonly string[] | undefined)?.includes(block)) continue;
        const blocks = this.#open.get(key) ?? new Map();
        this.#open.set(key, blocks);
        // The first who found it stands: it has been in doubt since then.
        if (!blocks.has(block)) blocks.set(block, { block, since: eventAt, by: String(body['by']), unit });
      }
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
