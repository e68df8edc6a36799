// What a message is and when it was said: MSH-9, MSH-7, MSH-13 and EVN, in the forms of all versions.
//
// Two times are kept apart. When the source said it (EVN-2, else MSH-7) orders its messages; when it happened (EVN-6) is
// shown. EVN-6 must not order: a move noted hours later is the newest word about the bed, and a cancel carries there the
// time of the event it cancels (HL7 v2.5 ch. 3.4.1.6), by which it would lose against whatever was sent in between.

import { limits } from '../../../limits.ts';
import type { Hl7Message } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { type ReadTime, readTimeField } from './values.ts';

export interface MessageType {
  /** `ADT` */
  readonly code: string;
  /** `A01`; '' when the message has none. */
  readonly event: string;
  /** `ADT^A01`: what the sender wrote in any form. Never anything but capitals and digits, so it can be shown and logged. */
  readonly type: string;
}

const CODE = /^[A-Z][A-Z0-9]{2}$/;

/** Messages whose one trigger event old senders leave out. */
const ONLY_EVENT: Readonly<Record<string, string>> = { ORU: 'R01', ORM: 'O01', RDE: 'O01', RAS: 'O01', RGV: 'O01' };

/** Null when MSH-9 names no message type: a layout so odd that nothing else of it may be trusted. */
export function readMessageType(message: Hl7Message): MessageType | null {
  const header = message.header;
  const written = header?.value(9, 1)?.trim().toUpperCase();
  if (header === null || written === undefined) return null;
  // `ADT^A01`, `ADT^A01^ADT_A01`, `ADT_A01`, `ADT` with the event in EVN-1 (v2.1, v2.2).
  const [code = '', joined] = written.length === 7 ? [written.slice(0, 3), written.slice(4)] : [written];
  if (!CODE.test(code)) return null;
  const event =
    [header.value(9, 2), joined, message.first('EVN')?.value(1), ONLY_EVENT[code]]
      .map((word) => word?.toUpperCase() ?? '')
      .find((word) => CODE.test(word)) ?? '';
  return { code, event, type: event === '' ? code : `${code}^${event}` };
}

const hasClock = (time: ReadTime): boolean => time.precision === 'minute' || time.precision === 'second';

export interface MessageTimes {
  readonly eventAt: number;
  readonly claimedAt: number;
  readonly sentMs: number | null;
}

export function readTimes(
  message: Hl7Message,
  context: Pick<MeaningContext, 'source' | 'arrivalMs' | 'alarm'>,
): MessageTimes {
  const evn = message.first('EVN');
  const happened = evn === undefined ? undefined : readTimeField(evn, 6, context);
  const noted = evn === undefined ? undefined : readTimeField(evn, 2, context);
  const sent = message.header === null ? undefined : readTimeField(message.header, 7, context);
  // A time of day beats a bare date, whichever field it stands in: a midnight would put the message before the whole day.
  const said = [noted, sent].filter((time) => time !== undefined && time !== null);
  const claimed = said.find(hasClock) ?? said[0];
  const claimedAt = happened?.ms ?? claimed?.ms ?? context.arrivalMs;
  const eventAt = claimed?.ms ?? context.arrivalMs;
  const sentMs = claimed !== undefined && hasClock(claimed) ? claimed.ms : null;
  if (eventAt <= context.arrivalMs + limits.futureEventToleratedMs) return { eventAt, claimedAt, sentMs };
  context.alarm({ code: 'clock-ahead', detail: `by ${Math.round((eventAt - context.arrivalMs) / 60_000)} minutes` });
  return { eventAt: context.arrivalMs, claimedAt, sentMs };
}

/** MSH-13; null where it says nothing (0 and -1 only start the sequence protocol, ch. 2.10.1). */
export function readSequence(message: Hl7Message): number | null {
  const text = message.header?.value(13);
  if (typeof text !== 'string') return null;
  const sequence = Number(text);
  return Number.isSafeInteger(sequence) && sequence > 0 ? sequence : null;
}
