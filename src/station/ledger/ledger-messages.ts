// What the main thread and the ledger's thread say to each other.

import type { FailureCode } from '../../domain/failures.ts';
import type { ChainId, EntryDraft, LedgerHead } from '../../domain/ledger-entry.ts';
import type { ErasureDecision } from '../../ledger/erasures.ts';
import type { StationNote } from '../station-note.ts';

/** Everything the thread needs, given at its start in memory. */
export interface LedgerThreadSettings {
  readonly dataFolder: string;
  readonly ledgerKey: Uint8Array;
  readonly seed: Uint8Array;
  readonly chain: ChainId;
  readonly station: string;
  readonly boot: string;
  /** A module whose `fault` is called at named points; tests only. */
  readonly faultModule: string | null;
}

export type ToLedger =
  | { readonly say: 'append'; readonly id: number; readonly draft: EntryDraft }
  /** By lawful decision; answered by `erased` or `not-erased`. */
  | { readonly say: 'erase'; readonly id: number; readonly decision: ErasureDecision }
  /** A reader met a damaged page: the file is put aside, and what can be read of it is taken. */
  | { readonly say: 'damaged' }
  /** Writes what waits, and ends. */
  | { readonly say: 'stop' };

export type FromLedger =
  /** The first try to open is over; `failure` null when it is open. */
  | { readonly say: 'ready'; readonly failure: FailureCode | null }
  | { readonly say: 'head'; readonly head: LedgerHead; readonly publicKey: string }
  /** On the disk. */
  | { readonly say: 'written'; readonly ids: readonly number[]; readonly head: LedgerHead }
  /** Can't be an entry, whatever the disk says: a fault of ours. */
  | { readonly say: 'refused'; readonly id: number }
  /** Why nothing can be written just now; null when it can again. What waits is kept and tried again. */
  | { readonly say: 'failure'; readonly code: FailureCode | null }
  /** `entry`: of the one that says so. `isInLog`: somebody was reading, and it is in the file's log until they are done. */
  | { readonly say: 'erased'; readonly id: number; readonly entry: string; readonly isInLog: boolean }
  /** Nothing is changed. */
  | { readonly say: 'not-erased'; readonly id: number; readonly why: string }
  | { readonly say: 'note'; readonly note: StationNote };
