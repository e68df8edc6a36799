// What the main thread and the intake thread say to each other.

import type { CopyCommand } from '../../domain/commands.ts';
import type { FailureCode } from '../../domain/failures.ts';
import type { SourceId } from '../../domain/identity.ts';
import type { ReceivedFormat } from '../../domain/received.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { Arrival } from '../../domain/time.ts';
import type { MllpServerStatus } from '../../intake/mllp/server.ts';
import type { ClockStep } from '../clock.ts';
import type { StationNote } from '../station-note.ts';
import type { Settled } from './group-commit.ts';
import type { AnswerTimes, SourceCounts } from './intake-counts.ts';

/** Everything the thread needs, given at its start in memory: never by argument, environment or file. */
export interface IntakeThreadSettings {
  readonly dataFolder: string;
  readonly inboxKey: Uint8Array;
  readonly copyKey: Uint8Array;
  readonly handleKey: Uint8Array;
  readonly boot: string;
  readonly sources: readonly SourceDeclaration[];
  readonly mllp: MllpPlace | null;
  readonly isPurgeAllowed: boolean;
  readonly isApplied: boolean;
  /** A module whose `fault` is called at named points; tests only. */
  readonly faultModule: string | null;
}

export interface MllpPlace {
  readonly host: string;
  readonly port: number;
  readonly allow?: readonly string[];
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientAuthorities?: string };
}

export interface Submission {
  readonly source: SourceId;
  readonly format: ReceivedFormat;
  readonly bytes: Uint8Array;
  /** Null: never taken for a repetition. */
  readonly controlId: string | null;
}

export type ToIntake =
  | ({ readonly say: 'submit'; readonly id: number } & Submission)
  | { readonly say: 'command'; readonly id: number; readonly command: CopyCommand }
  | { readonly say: 'pause-apply'; readonly isPaused: boolean }
  | { readonly say: 'allow-purge'; readonly isAllowed: boolean }
  /** Found by whoever read that opening (see ToApply). */
  | { readonly say: 'copy-damaged' | 'inbox-damaged'; readonly opening: number }
  | { readonly say: 'status'; readonly id: number }
  | { readonly say: 'stop' };

export type FromIntake =
  | { readonly say: 'ready'; readonly mllp: { readonly host: string; readonly port: number } | null }
  | { readonly say: 'failed'; readonly code: FailureCode | null; readonly detail: string }
  | { readonly say: 'settled'; readonly id: number; readonly settled: Settled }
  | { readonly say: 'status'; readonly id: number; readonly status: IntakeStatus }
  | { readonly say: 'applied'; readonly cursor: number }
  | { readonly say: 'copy-opened'; readonly opening: number; readonly isReplaced: boolean }
  | { readonly say: 'inbox-opened'; readonly opening: number }
  | { readonly say: 'note'; readonly note: StationNote }
  | { readonly say: 'stopped' };

export interface IntakeStatus {
  /** False while the disk does not let it be opened, or it is being read out: how far it reaches is then not known (`inboxSeq` is 0). */
  readonly isInboxOpen: boolean;
  readonly inboxSeq: number;
  readonly copyCursor: number;
  /** Rows received and not yet in the copy. */
  readonly backlog: number;
  /** How long something has waited for that, at least. */
  readonly waitedMs: number;
  readonly purgedTo: number;
  /** Why nothing can be received just now, and since when; senders keep what they have. */
  readonly refusal: { readonly code: FailureCode; readonly since: Arrival } | null;
  /** Why the copy can't be brought up to date just now. */
  readonly applyFailure: FailureCode | null;
  readonly isApplyPaused: boolean;
  readonly isPurgeAllowed: boolean;
  readonly isWitnessKept: boolean;
  readonly notes: readonly StationNote[];
  /** Acknowledged messages known to be lost, by their numbers, and when that was noticed. */
  readonly missing: readonly { readonly first: number; readonly last: number; readonly noticedMs: number }[];
  readonly sources: readonly SourceCounts[];
  readonly refusedMessages: number;
  readonly strayBytes: number;
  readonly abandonedFrames: number;
  readonly batchFaults: number;
  readonly answerMs: AnswerTimes | null;
  readonly clock: { readonly count: number; readonly last: ClockStep | null };
  readonly mllp: MllpServerStatus | null;
}
