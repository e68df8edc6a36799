// What a person or the station itself decides about the copy. Commands go through the inbox like messages do (format
// `command`, JSON), so that a replay takes the same decisions at the same places.

import type { Identity, SourceId, UnitId } from './identity.ts';
import type { PartName } from './parts.ts';
import type { SourceDeclaration } from './source.ts';

export type CopyCommand =
  /** The sources as configured from here on. Written at start when the configuration differs from the last declared. */
  | { readonly command: 'declare'; readonly sources: readonly SourceDeclaration[] }
  /** Stop applying a suspect source (or one part, or one unit of it). Still received and acknowledged. */
  | {
      readonly command: 'hold';
      readonly source: SourceId;
      readonly part?: PartName;
      readonly unit?: UnitId;
      readonly by: string;
      readonly reason: string;
    }
  /** Apply what was held, in arrival order, or leave it out for good (it stays in the inbox). */
  | {
      readonly command: 'release';
      readonly source: SourceId;
      readonly how: 'in-order' | 'leave-out';
      readonly by: string;
    }
  /** The next piece of what was held, while a source is being released: others' messages come between the pieces. */
  | { readonly command: 'continue-release'; readonly source: SourceId }
  /**
   * A person has gone through what was set aside of a source up to this inbox sequence: it puts nothing in doubt any more. What
   * is set aside later counts anew. The latest word holds: a lower number, or 0, takes it back.
   */
  | {
      readonly command: 'settle';
      readonly source: SourceId;
      readonly upTo: number;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly command: 'unmerge'; readonly survivor: Identity; readonly subsumed: Identity; readonly by: string }
  /** The copy was made again or found to fall short: older content may be missing for all sources until their next full load. */
  | { readonly command: 'rebuilt'; readonly reason: string; readonly missingFrom: number | null }
  /**
   * A full load begins, has ended, or came to nothing. Between a beginning and the end that names the same `load`, the copy notes
   * what the source says: what it then has not said is in doubt (decision 0006). An end without a known beginning, or
   * `isPartial`, doubts nothing; one that names a load whose beginning is not known, or that something was lost after, loads nothing.
   */
  | {
      readonly command: 'full-load';
      readonly source: SourceId;
      readonly parts: readonly PartName[] | 'all-declared';
      readonly phase?: 'begin' | 'end' | 'given-up';
      readonly load?: string;
      /** Some of it was received before and is no new row, or came under another source. */
      readonly isPartial?: boolean;
    }
  /** A proof that a feed carries although no message was due (a successful poll without news, a heartbeat). */
  | { readonly command: 'proof'; readonly source: SourceId; readonly parts: readonly PartName[] | 'all-declared' }
  /** Keep the copy readable as of this moment until unpinned. */
  | { readonly command: 'pin' | 'unpin'; readonly name: string; readonly by: string }
  /** Time passes: cancels that wait for an unseen event are applied when due. */
  | { readonly command: 'tick' }
  /**
   * Drop what retention allows (design §5.23: never written while a downtime, a hold or a loss of contact lasts): what is older
   * by the wall clock, and by `beforeSeq` for sure. Without a sequence (older rows) nothing is dropped: a clock alone may be wrong.
   */
  | {
      readonly command: 'retain';
      readonly historyBefore: number;
      readonly dischargedBefore: number;
      readonly beforeSeq?: number;
    };
