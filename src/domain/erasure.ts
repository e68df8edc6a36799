// What may be erased from the ledger when a patient's record, or a part of it, is to be destroyed (patientdatalagen 8 kap. 4 §): the words
// somebody wrote of a patient. Never who read what, since the log review needs it for five years, nor what accounts, keys and a unit's
// state are counted from (decision 0028).

import type { EntryKind } from './entry-kinds.ts';

/** Their bodies hold free words or a stated relation, and nothing that anybody is let in by. */
export const ERASABLE_KINDS = [
  'access.emergency',
  'access.choice',
  'access.reviewed',
  'check.settled',
  'note',
] as const satisfies readonly EntryKind[];

/** What is shown before it goes, and no more: not the words themselves. */
export interface Erasable {
  /** The entry's id. */
  readonly entry: string;
  readonly kind: (typeof ERASABLE_KINDS)[number];
  readonly at: number;
  readonly author: string;
  readonly unit: string | null;
  readonly isOfPatient: boolean;
}

export interface Erased {
  /** Of the entry that says so. */
  readonly entry: string;
  /** Somebody reads the ledger just now: what was erased is in its log until they are done. */
  readonly isInLog: boolean;
  /** Damaged ledgers put aside, which may hold it still. */
  readonly setAside: readonly string[];
}
