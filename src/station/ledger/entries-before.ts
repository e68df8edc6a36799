// What stands in the ledger already of some kinds, for who goes on from it, in the order it was written: a sheet that was printed once more
// after it was closed is out, whatever the clock said.

import type { EntryKind } from '../../domain/entry-kinds.ts';
import { Failure } from '../../domain/failures.ts';
import type { EntryDraft, LedgerHead, LedgerItem } from '../../domain/ledger-entry.ts';
import { isDamage } from '../files/open-database.ts';
import type { Settings } from '../settings/settings.ts';
import { type KeptLedger, openLedgerForReading } from './reading-ledger.ts';

export type Followed = Pick<EntryDraft, 'kind' | 'eventAt' | 'unit' | 'patient' | 'body'>;

/** Nothing where there is no ledger to read: a station starts all the same, and packs on the disk still tell their numbers. */
export function entriesBefore(
  settings: Pick<Settings, 'dataFolder' | 'keyFile'>,
  kinds: readonly EntryKind[],
): readonly Followed[] {
  const kept = openedOrNull(settings);
  if (kept === null) return [];
  try {
    return [...kept.reader.items({ kinds })].map(followed);
  } finally {
    kept.close();
  }
}

/** After a place in its own chain. Null: nobody can say that these are all: no ledger, another at that place, or one that is broken after it. */
export function entriesAfter(
  settings: Pick<Settings, 'dataFolder' | 'keyFile'>,
  kinds: readonly EntryKind[],
  place: LedgerHead,
): readonly Followed[] | null {
  const kept = openedOrNull(settings);
  if (kept === null) return null;
  try {
    const items = kept.reader.unbrokenAfter(place, kept.witness);
    return items?.filter(({ entry }) => (kinds as readonly string[]).includes(entry.kind)).map(followed) ?? null;
  } catch (error) {
    // A damaged page says nothing of what stood on it.
    if (isDamage(error)) return null;
    throw error;
  } finally {
    kept.close();
  }
}

const followed = ({ entry, body }: LedgerItem): Followed => ({
  kind: entry.kind as EntryKind,
  eventAt: entry.eventAt,
  unit: entry.unit,
  patient: entry.patient,
  // An erased body tells nothing more: its sheets are not open in anybody's hand as far as we may know.
  body: body === null ? {} : (JSON.parse(body.content.toString('utf8')) as Readonly<Record<string, unknown>>),
});

function openedOrNull(settings: Pick<Settings, 'dataFolder' | 'keyFile'>): KeptLedger | null {
  try {
    return openLedgerForReading(settings);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
