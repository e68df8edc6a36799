import type { EntryKind } from '../domain/entry-kinds.ts';

/** What is done here, on its way to the ledger. `author`: who did it. */
export interface Told {
  readonly kind: EntryKind;
  readonly author: string;
  readonly unit?: string | null;
  readonly patient?: string | null;
  /** When it was done, where the station is told later; absent: now. */
  readonly readAt?: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Tell = (told: Told) => void;
