// What stands in the ledger already of some kinds, for who goes on from it, in the order it was written: a sheet that was printed once more
// after it was closed is out, whatever the clock said.

import type { EntryKind } from '../../domain/entry-kinds.ts';
import { Failure } from '../../domain/failures.ts';
import type { EntryDraft, LedgerPlace } from '../../domain/ledger-entry.ts';
import type { Settings } from '../settings/settings.ts';
import { type KeptLedger, openLedgerForReading } from './reading-ledger.ts';

export type Followed = Pick<EntryDraft, 'kind' | 'eventAt' | 'unit' | 'patient' | 'body'>;

/** Nothing where there is no ledger to read: a station starts all the same, and packs on the disk still tell their numbers. */
export function entriesBefore(
  settings: Pick<Settings, 'dataFolder' | 'keyFile'>,
  kinds: readonly EntryKind[],
): readonly Followed[] {
  return entriesAfter(settings, kinds, null) ?? [];
}

/** `place`: after it in its own chain, or from the first. Null: there is no ledger to read. */
export function entriesAfter(
  settings: Pick<Settings, 'dataFolder' | 'keyFile'>,
  kinds: readonly EntryKind[],
  place: LedgerPlace | null,
): readonly Followed[] | null {
  const kept = openedOrNull(settings);
  if (kept === null) return null;
  try {
    const items = [...kept.reader.items({ kinds })].filter(({ entry }) => place === null || isAfter(entry, place));
    return items.map(({ entry, body }) => ({
      kind: entry.kind as EntryKind,
      eventAt: entry.eventAt,
      unit: entry.unit,
      patient: entry.patient,
      // An erased body tells nothing more: its sheets are not open in anybody's hand as far as we may know.
      body: body === null ? {} : (JSON.parse(body.content.toString('utf8')) as Readonly<Record<string, unknown>>),
    }));
  } finally {
    kept.close();
  }
}

const isAfter = ({ chain, epoch, sequence }: LedgerPlace, place: LedgerPlace): boolean =>
  chain === place.chain && (epoch > place.epoch || (epoch === place.epoch && sequence > place.sequence));

function openedOrNull(settings: Pick<Settings, 'dataFolder' | 'keyFile'>): KeptLedger | null {
  try {
    return openLedgerForReading(settings);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
