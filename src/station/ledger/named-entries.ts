// Entries that people name by their id: an opening somebody reviews, and what two people erase by lawful decision. Read from the disk when
// it is asked for, which is seldom; only the ledger's own thread writes.

import { setTimeout } from 'node:timers/promises';
import { ERASABLE_KINDS, type Erasable, type Erased } from '../../domain/erasure.ts';
import { Failure } from '../../domain/failures.ts';
import { type EmergencyOpening, emergencyOpening } from '../../ledger/emergency-openings.ts';
import type { KeptItem } from '../../ledger/entry-store.ts';
import type { ErasureDecision } from '../../ledger/erasures.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import { limits } from '../../limits.ts';
import type { ErasedBy } from '../../server/access/erasure-routes.ts';
import type { DailyChecks } from '../checks/daily-checks.ts';
import { CHECK_KINDS } from '../checks/daily-checks.ts';
import { damagedFiles } from '../files/damaged-files.ts';
import { isDamage } from '../files/open-database.ts';
import type { Settings } from '../settings/settings.ts';
import { entriesBefore } from './entries-before.ts';
import type { LedgerThread } from './ledger-thread.ts';
import { openLedgerForReading } from './reading-ledger.ts';

export interface NamedEntriesOptions {
  readonly settings: Pick<Settings, 'dataFolder' | 'keyFile'>;
  readonly ledger: Pick<LedgerThread, 'erase' | 'status'>;
  readonly checks: Pick<DailyChecks, 'again'>;
  readonly now: () => number;
}

export class NamedEntries {
  readonly #options: NamedEntriesOptions;

  constructor(options: NamedEntriesOptions) {
    this.#options = options;
  }

  /** Null: none of that id waits for, or has had, a review. */
  opening(id: string): EmergencyOpening | null {
    return this.#read((reader) => emergencyOpening(reader, id));
  }

  /** @throws {Failure} `ledger.not-erased` with why */
  erasable(id: string): Erasable {
    return this.#read((reader) => erasableOf(requireErasable(reader, id).entry));
  }

  /** @throws {Failure} `ledger.not-erased` with why: nothing is changed. */
  async erase(id: string, by: readonly [ErasedBy, ErasedBy], decision: string): Promise<Erased> {
    const { entry } = this.#read((reader) => requireErasable(reader, id));
    if (by.some((one) => one.id === entry.author))
      throw new Failure('ledger.not-erased', 'den som skrev posten kan inte vara en av de två');
    const { ledger, settings, now } = this.#options;
    const { chain, epoch, sequence } = entry;
    const [first, second] = by;
    const named: ErasureDecision['by'] = [nameOf(first), nameOf(second)];
    const asked = { place: { chain, epoch, sequence }, by: named, author: first.id, decision, eventAt: now() };
    const { entry: said, isInLog } = await ledger.erase(asked);
    if (entry.kind === 'check.settled') await this.#checksAgain();
    const setAside = damagedFiles(settings.dataFolder).flatMap(({ name }) =>
      name.startsWith('ledger.') ? [name] : [],
    );
    return { entry: said, isInLog, setAside };
  }

  /** What is not written yet would be missed. While it can't be, it stays as it was until the next start. */
  async #checksAgain(): Promise<void> {
    const { ledger, checks, settings } = this.#options;
    while (ledger.status.waiting > 0 && ledger.status.state === 'written') await setTimeout(limits.ledgerGroupMs);
    if (ledger.status.waiting === 0) checks.again(entriesBefore(settings, CHECK_KINDS));
  }

  #read<T>(read: (reader: LedgerReader) => T): T {
    const kept = openLedgerForReading(this.#options.settings);
    try {
      return read(kept.reader);
    } catch (error) {
      if (isDamage(error)) throw new Failure('store.damaged', 'ledger.db', { cause: error });
      throw error;
    } finally {
      kept.close();
    }
  }
}

const nameOf = ({ id, name, title }: ErasedBy): string => `${name}, ${title} (${id})`;

function requireErasable(reader: LedgerReader, id: string): KeptItem {
  const refuse = (why: string): Failure => new Failure('ledger.not-erased', why);
  const item = reader.named(id);
  if (item === null) throw refuse(NOT_THERE);
  if (!reader.isOwn(item.entry)) throw refuse('posten är en annan stations: den utplånas där');
  if (item.body === null) throw refuse('posten är redan utplånad');
  // Afterwards nobody could go through it.
  if (emergencyOpening(reader, id)?.review === null) throw refuse('öppningen är inte granskad: granska den först');
  return item;
}

const NOT_THERE =
  'ingen post med det numret kan utplånas. Det kan nödöppningar, aktiva val, granskningar, utredda rutor och anteckningar; ' +
  'vem som läst, konton, nycklar och det som en enhets läge räknas fram ur står kvar';

const erasableOf = ({ id, kind, eventAt, author, unit, patient }: KeptItem['entry']): Erasable => ({
  entry: id,
  kind: ERASABLE_KINDS.find((one) => one === kind) ?? 'note',
  at: eventAt,
  author,
  unit,
  isOfPatient: patient !== null,
});
