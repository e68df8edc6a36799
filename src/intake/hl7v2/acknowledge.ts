// What the sender hears back (HL7 v2 ch. 2.9). Until it hears, its queue stands still and every message behind this one is
// kept from the wards; what it hears must name its own message (MSH-10 byte for byte) in its own delimiters and charset.

import type { Hl7Dialect } from '../../domain/source.ts';
import { encodeText, isReversible } from './charset.ts';
import { type Hl7Message, type Hl7Segment, headerByBytes } from './message.ts';

/** HL7 table 0008. A… answers for the application (original mode), C… for safe keeping only (enhanced mode). */
export type AcknowledgementCode = 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR';

/** `kept`: durable with us. `not-kept`: we could not store it, send again. `refused`: sending again will not help. */
export type Outcome = 'kept' | 'not-kept' | 'refused';

/** HL7 table 0155. */
export type AnswerCondition = 'always' | 'never' | 'on-error' | 'on-success';

export interface AnswerMode {
  readonly protocol: 'original' | 'enhanced';
  /** When the answer at once is wanted. */
  readonly accept: AnswerCondition;
  /** When a second answer, after the message has been used, is wanted. In original mode there is none. */
  readonly application: AnswerCondition;
}

/**
 * How this message is to be answered. `once` (the default): one answer to every message, also where MSH-15 and MSH-16 say
 * never: an engine that waits for an answer it did not ask for is common, one that is hurt by it is not. `as-asked`: ch. 2.9
 * to the letter, where an empty MSH-15 or MSH-16 beside a valued one asks for nothing.
 */
export function answerMode(message: Hl7Message, dialect: Pick<Hl7Dialect, 'acknowledge'>): AnswerMode {
  const accept = conditionOf(message.header?.value(15));
  const application = conditionOf(message.header?.value(16));
  const isEnhanced = accept !== null || application !== null;
  if (dialect.acknowledge === 'once') {
    const asksForAny = isEnhanced && !((accept ?? 'never') === 'never' && (application ?? 'never') === 'never');
    return { protocol: asksForAny ? 'enhanced' : 'original', accept: 'always', application: 'never' };
  }
  if (!isEnhanced) return { protocol: 'original', accept: 'always', application: 'never' };
  return { protocol: 'enhanced', accept: accept ?? 'never', application: application ?? 'never' };
}

export function isAnswerWanted(condition: AnswerCondition, outcome: Outcome): boolean {
  switch (condition) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'on-error':
      return outcome !== 'kept';
    case 'on-success':
      return outcome === 'kept';
  }
}

/** The code of the answer at once. */
export function acceptCode(mode: AnswerMode, outcome: Outcome): AcknowledgementCode {
  const isOriginal = mode.protocol === 'original';
  switch (outcome) {
    case 'kept':
      return isOriginal ? 'AA' : 'CA';
    case 'not-kept':
      return isOriginal ? 'AE' : 'CE';
    case 'refused':
      return isOriginal ? 'AR' : 'CR';
  }
}

export interface AcknowledgementOptions {
  readonly code: AcknowledgementCode;
  /** Our own control id (MSH-10 of the answer): letters and digits. */
  readonly controlId: string;
  readonly atMs: number;
  /** An HL7 table 0357 error code for ERR-3, e.g. `207`. Never the sender's values: an answer ends up in the engine's log. */
  readonly errorCode?: string;
}

/**
 * The answer to one message. `message` may be the head of one (a frame beyond the bound). Without a readable header the
 * answer has the recommended delimiters and an empty MSA-2: the sender can still tell it by its place in the order.
 */
export function acknowledge(message: Hl7Message, options: AcknowledgementOptions): Uint8Array {
  const { text, encode } = headerOf(message);
  return encode(answerLines(message, text, options).join('\r').concat('\r'));
}

/** One answered message of a batch. */
export interface BatchAnswer extends AcknowledgementOptions {
  readonly message: Hl7Message;
}

/**
 * The answer to a whole batch, in one frame: the envelope's own headers with sender and receiver swapped, and an MSH and
 * MSA for each message (ch. 2.10.3.3). `envelope` is the first envelope slice, as parsed.
 */
export function acknowledgeBatch(envelope: Hl7Message, answers: readonly BatchAnswer[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const { encode } = headerOf(envelope);
  const [first] = envelope.segments;
  const separator = envelope.delimiters.field;
  if (first?.name === 'FHS') pieces.push(encode(`${envelopeHeader(first)}\r`));
  const batch = envelope.first('BHS');
  pieces.push(
    encode(batch === undefined ? `BHS${separator}${encodingCharacters(first)}\r` : `${envelopeHeader(batch)}\r`),
  );
  for (const answer of answers) pieces.push(acknowledge(answer.message, answer));
  pieces.push(encode(`BTS${separator}${answers.length}\r`));
  if (first?.name === 'FHS') pieces.push(encode(`FTS${separator}1\r`));
  return Buffer.concat(pieces);
}

function answerLines(message: Hl7Message, header: Hl7Segment | null, options: AcknowledgementOptions): string[] {
  const { field, component } = message.delimiters;
  const copy = (number: number): string => header?.raw(number) ?? '';
  const trigger = trigger9(header, component);
  const msh = [
    `MSH${field}${encodingCharacters(header)}`,
    copy(5),
    copy(6),
    copy(3),
    copy(4),
    timestamp(options.atMs),
    '',
    trigger,
    options.controlId,
    copy(11) === '' ? 'P' : copy(11),
    copy(12) === '' ? '2.5' : copy(12),
    ...(copy(18) === '' ? [] : ['', '', '', '', '', copy(18)]),
  ];
  const lines = [msh.join(field), ['MSA', options.code, copy(10)].join(field)];
  if (options.errorCode !== undefined) lines.push(['ERR', '', '', options.errorCode, 'E'].join(field));
  return lines;
}

/** ACK, the trigger event answered and the structure; versions before 2.3.1 know only the first. */
function trigger9(header: Hl7Segment | null, component: string): string {
  const event = header?.value(9, 2) ?? '';
  const version = header?.value(12) ?? '';
  if (component === '' || !/^[A-Z][A-Z0-9]{2}$/.test(event) || /^2\.[12]/.test(version)) return 'ACK';
  return /^2\.3$/.test(version) ? `ACK${component}${event}` : `ACK${component}${event}${component}ACK`;
}

function envelopeHeader(header: Hl7Segment): string {
  const separator = header.raw(1);
  const fields = [header.name + separator + encodingCharacters(header)];
  fields.push(header.raw(5), header.raw(6), header.raw(3), header.raw(4), '', '', '', '', '', header.raw(11));
  // BHS-12, FHS-12: the control id of the batch that is answered.
  return fields.join(separator);
}

function encodingCharacters(header: Hl7Segment | null | undefined): string {
  const written = header?.raw(2) ?? '';
  return written === '' ? '^~\\&' : written;
}

/**
 * The header's text and the way back to bytes, such that what is copied comes out as it came in. Where the message's own
 * charset cannot promise that (broken letters), each byte of the header is taken as one letter.
 */
function headerOf(message: Hl7Message): { text: Hl7Segment | null; encode(text: string): Uint8Array } {
  const { charset, header } = message;
  if (isReversible(charset)) return { text: header, encode: (text) => encodeText(text, charset.used) };
  return { text: headerByBytes(message.raw), encode: (text) => Buffer.from(text, 'latin1') };
}

function conditionOf(value: string | null | undefined): AnswerCondition | null {
  switch (value?.trim().toUpperCase()) {
    case 'AL':
      return 'always';
    case 'NE':
      return 'never';
    case 'ER':
      return 'on-error';
    case 'SU':
      return 'on-success';
    default:
      return null;
  }
}

let lastSecond = { second: Number.NaN, text: '' };

/** YYYYMMDDHHMMSS+0000: with its zone, so that nobody has to guess ours. Put into words once a second. */
function timestamp(atMs: number): string {
  const second = Math.floor(atMs / 1000);
  if (second !== lastSecond.second)
    lastSecond = { second, text: `${new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14)}+0000` };
  return lastSecond.text;
}
