// What of paper stands in the ledger already, for who goes on from it: first what was printed, then what became of it.

import { Failure } from '../../domain/failures.ts';
import type { PrintLedger } from '../../paper/print-ledger.ts';
import { type KeptLedger, openLedgerForReading } from '../ledger/reading-ledger.ts';
import type { Settings } from '../settings/settings.ts';

const KINDS = ['paper.printed', 'paper.not-printed', 'paper.sheet-closed'] as const;

type Followed = Parameters<PrintLedger['follow']>[0];

/** Nothing where there is no ledger to read: a station starts all the same, and packs on the disk still tell their numbers. */
export function printedBefore(settings: Pick<Settings, 'dataFolder' | 'keyFile'>): readonly Followed[] {
  const kept = openedOrNull(settings);
  if (kept === null) return [];
  try {
    return KINDS.flatMap((kind) =>
      [...kept.reader.items({ kind })].map(({ entry, body }) => ({
        kind: entry.kind,
        eventAt: entry.eventAt,
        unit: entry.unit,
        // An erased body tells nothing more: its sheets are not open in anybody's hand as far as we may know.
        body: body === null ? {} : (JSON.parse(body.content.toString('utf8')) as Readonly<Record<string, unknown>>),
      })),
    );
  } finally {
    kept.close();
  }
}

function openedOrNull(settings: Pick<Settings, 'dataFolder' | 'keyFile'>): KeptLedger | null {
  try {
    return openLedgerForReading(settings);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
