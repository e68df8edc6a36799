// What is done with the key while no station runs is written in the ledger by whoever has the folder locked.

import type { EntryKind } from '../../domain/entry-kinds.ts';
import { failureText } from '../../domain/failures.ts';
import type { SystemClock } from '../clock.ts';
import type { StationKeys } from '../files/keys.ts';
import { LedgerThread } from '../ledger/ledger-thread.ts';
import type { StationNote } from '../station-note.ts';

export interface LedgerPlace {
  readonly dataFolder: string;
  readonly keys: StationKeys;
  readonly station: string;
  readonly clock: SystemClock;
}

/**
 * What was found of the ledger meanwhile, in words: the next start has no reason to find it again. A ledger that cannot be written keeps
 * nobody from a key: the epoch that the next start opens says that another signs it.
 */
export async function tellLedger(
  place: LedgerPlace,
  kind: EntryKind,
  body: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const found: string[] = [];
  const onNote = ({ code, detail }: StationNote): void => void found.push(failureText(code, detail));
  const ledger = await LedgerThread.start({ ...place, onNote, onDied: () => undefined });
  const isWritten = await ledger.append({
    ...{ kind, author: 'station', unit: null, patient: null, body },
    eventAt: place.clock.now().wallMs,
  });
  await ledger.stop();
  return isWritten ? found : [...found, failureText('ledger.unwritable', null)];
}
