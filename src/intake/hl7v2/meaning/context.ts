// What every reader of one HL7 v2 message is given, besides the message: whose message it is, when it was said and whom it
// is about. Readers return changes and tell trouble here; they never throw and never look at a clock.

import type { FeedAlarm } from '../../../domain/changes.ts';
import type { Identity } from '../../../domain/identity.ts';
import type { SourceDeclaration } from '../../../domain/source.ts';

export interface MeaningContext {
  readonly source: SourceDeclaration;
  /** The station's clock when the message arrived, ms UTC. */
  readonly arrivalMs: number;
  /** `ORU^R01`, also where the sender wrote it in an old form. */
  readonly type: string;
  /** `R01`: the trigger event alone, upper case. */
  readonly event: string;
  /**
   * When the source said it, ms UTC: what messages are ordered by (EVN-2, else MSH-7, else arrival). Never more than five
   * minutes ahead of arrival: a sender whose clock is wrong is ordered by arrival, so that it does not win forever.
   */
  readonly eventAt: number;
  /** When it happened by the sender's word, ms UTC: EVN-6, else EVN-2, else MSH-7, else arrival. Shown, never ordered by. */
  readonly claimedAt: number;
  /** When it was sent by the sender's own clock (EVN-2, else MSH-7), ms UTC; null where neither tells a time of day. */
  readonly sentMs: number | null;
  /** Whom the first PID is about; null when the message has none that can be used. */
  readonly subject: Identity | null;
  /** Tells IT about the feed. No patient data in `detail`. */
  alarm(alarm: FeedAlarm): void;
  /** The whole message is kept and shown as set aside, its changes are dropped. The first reason stands. No patient data. */
  setAside(reason: string): void;
}

/** A message whose kind promises something and that says nothing but whom it is about: IT is told, nothing is made of it. */
export const tellEmpty = (context: MeaningContext): void =>
  context.alarm({ code: 'other', detail: `${context.type} says nothing but whom it is about` });
