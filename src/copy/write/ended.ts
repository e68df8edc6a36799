// How one message ended, and which faults are the message's own.

import type { FeedAlarm } from '../../domain/changes.ts';
import type { Identity } from '../../domain/identity.ts';
import type { ApplyResult, WaitingFor } from './outcomes.ts';

/** How one message ended. */
export interface Ended {
  readonly outcome: ApplyResult['outcome'];
  readonly type: string | null;
  readonly reason?: string;
  readonly alarms: readonly FeedAlarm[];
  readonly waiting?: WaitingFor;
  /** Whom a message that was set aside is about, where it could be told. */
  readonly about?: readonly Identity[];
  /** It concerns nobody else. */
  readonly isOfAbout?: boolean;
  readonly controlId?: string | undefined;
  /** Some of it had been written. */
  readonly mustUndo?: true;
}

/** A message can't be applied as it stands, and what has been written of it can be undone with the whole piece only. */
export class MustUndo extends Error {}

export const setAside = (reason: string): Ended => ({ outcome: 'set-aside', type: null, reason, alarms: [] });
export const HELD: Ended = { outcome: 'held', type: null, reason: 'the source is held', alarms: [] };
export const NO_LONGER_RECEIVED = setAside('no longer in the inbox');

/** Faults of the disk or of the station, not of the message: nothing is set aside for them. */
export function isStorageFailure(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^SQLITE_(?!CONSTRAINT|MISMATCH|TOOBIG|ERROR|RANGE)/.test(code);
}

/** The kind of fault only: a message's text can carry what the patient's message said. */
export const nameOf = (error: unknown): string =>
  error instanceof Error ? ((error as { code?: string }).code ?? error.name) : typeof error;
