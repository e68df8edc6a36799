// What the receiving thread and the applying thread say to each other.

import type { FailureCode } from '../../domain/failures.ts';
import type { SourceId } from '../../domain/identity.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { StationNote } from '../station-note.ts';
import type { InboxWord } from './open-copy.ts';

/** Everything the thread needs, given at its start in memory. */
export interface ApplyThreadSettings {
  readonly dataFolder: string;
  readonly inboxKey: Uint8Array;
  readonly copyKey: Uint8Array;
  readonly handleKey: Uint8Array;
  readonly boot: string;
  /** See SharedCursor. */
  readonly cursor: SharedArrayBuffer;
  /** A module whose `fault` is called at named points; tests only. */
  readonly faultModule: string | null;
}

/**
 * Openings of inbox and copy are counted from 1: what is said of one that has been closed since is of another file, and touches none
 * that is open now.
 */
export type ToApply =
  /** The inbox can be read: for the first time, or again after its file was closed. */
  | { readonly say: 'inbox-opened'; readonly opening: number }
  /** Its file is about to be put aside, or the station stops. */
  | { readonly say: 'inbox-closed' }
  /** What this opening of the copy wanted said in the inbox lies there. */
  | { readonly say: 'begin'; readonly opening: number }
  /** Rows have been added, or put in the place of missing ones. */
  | { readonly say: 'arrived' }
  | { readonly say: 'pause'; readonly isPaused: boolean }
  | { readonly say: 'copy-damaged'; readonly opening: number }
  /** A sender waits to hear how this row ended. */
  | { readonly say: 'watch'; readonly seq: number }
  | { readonly say: 'stop' };

export type FromApply =
  | {
      readonly say: 'copy-opened';
      readonly opening: number;
      readonly isReplaced: boolean;
      readonly cursor: number;
      readonly declarations: readonly SourceDeclaration[];
      readonly notes: readonly StationNote[];
      readonly words: readonly InboxWord[];
    }
  /** The copy can't be opened, and trying again would not help. */
  | { readonly say: 'failed'; readonly code: FailureCode; readonly detail: string }
  /** Why the copy can't be opened or brought up to date just now; null when it can again. */
  | { readonly say: 'failure'; readonly code: FailureCode | null }
  | {
      readonly say: 'applied';
      readonly cursor: number;
      readonly nextDue: number | null;
      readonly releasing: readonly SourceId[];
    }
  | { readonly say: 'outcome'; readonly seq: number; readonly isUnderstood: boolean }
  | { readonly say: 'inbox-damaged'; readonly opening: number }
  | { readonly say: 'gap'; readonly first: number; readonly last: number };

/** How far the copy has come, where both threads see it at once. Written by the applying thread only. */
export class SharedCursor {
  readonly buffer: SharedArrayBuffer;
  readonly #cell: BigInt64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer;
    this.#cell = new BigInt64Array(buffer);
  }

  /** 0 while there is no copy. */
  get value(): number {
    return Number(Atomics.load(this.#cell, 0));
  }

  set value(cursor: number) {
    Atomics.store(this.#cell, 0, BigInt(cursor));
  }
}
