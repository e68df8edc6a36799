// One HL7 v2 message as the sender wrote it, opened only where someone looks. Nothing is refused and nothing is lost: the
// bytes stay, the text between the delimiters stays, and a segment nobody has heard of is a segment like the others.

import type { Hl7Dialect } from '../../domain/source.ts';
import { limits } from '../../limits.ts';
import { type CharsetReport, type DecodedMessage, decodeMessage } from './charset.ts';
import { type Delimiters, isHeaderName, RECOMMENDED, readDelimiters } from './delimiters.ts';
import { unescapeText } from './escapes.ts';

/** Numbers count from 1 as in the standard. Three states (ch. 2.5.3): undefined = says nothing, null = `""` = delete. */
export interface Hl7Segment {
  /** In capitals, as the standard has it. */
  readonly name: string;
  /** The whole segment, decoded to a string, escapes untouched, without its line end. */
  readonly text: string;
  readonly fieldCount: number;
  /** A field as written, escapes untouched; '' when absent. MSH-1 is the separator, MSH-2 the encoding characters. */
  raw(field: number): string;
  /** 0 when absent. */
  repetitions(field: number): number;
  /**
   * One part of a field, unescaped and without the blanks around it. A part left out of the call is the first one:
   * `value(3)` is PID-3.1.1 of the first repetition, as a receiver must read a field that has grown components (ch. 2.8).
   * A deleted whole has deleted parts: with `""` in PID-3, `value(3, 4)` is null too. For text that people read use
   * freeText, which is not cut.
   */
  value(field: number, component?: number, subcomponent?: number, repetition?: number): string | null | undefined;
  /**
   * A field of type TX, FT or ST as text for reading: not cut at component or subcomponent marks (senders forget to
   * escape them), `\.br\` and its kin as line breaks. Without a repetition all of them, one a line (ch. 2.16 on TX).
   */
  freeText(field: number, repetition?: number): string | null | undefined;
}

export interface Hl7Message {
  readonly raw: Uint8Array;
  readonly charset: CharsetReport;
  readonly segments: readonly Hl7Segment[];
  /** The first segment when it is an MSH with a usable separator; without it there is nothing to understand. */
  readonly header: Hl7Segment | null;
  readonly delimiters: Delimiters;
  /** Beyond limits.hl7SegmentsMax or hl7FieldsMax: what is past the bound is not in `segments`; set the message aside. */
  readonly tooLarge: boolean;
  first(name: string): Hl7Segment | undefined;
  all(name: string): readonly Hl7Segment[];
}

/** Never throws, whatever the bytes are. */
export function parseMessage(bytes: Uint8Array, options: { charset: Hl7Dialect['charset'] }): Hl7Message {
  return new Message(bytes, decodeMessage(bytes, options.charset));
}

const HEADER_BYTES_MAX = 4096;

/** The header with every byte as one letter (8859/1 to the letter): for echoing it where its charset is broken. */
export function headerByBytes(bytes: Uint8Array): Hl7Segment | null {
  const text = Buffer.from(bytes.subarray(0, HEADER_BYTES_MAX)).toString('latin1');
  const start = text.search(/[^\s\0\u00ef\u00bb\u00bf]/);
  const delimiters = readDelimiters(text.slice(Math.max(start, 0)));
  if (delimiters === null || !/^MSH/i.test(text.slice(start, start + 3))) return null;
  const [header = ''] = text.slice(start).split(/[\r\n]/, 1);
  return new Segment(header, { delimiters, decodeHex: (hex) => Buffer.from(hex).toString('latin1') });
}

const NULL_FIELD = '""';

/** What the segments of one message share. */
interface Reading {
  readonly delimiters: Delimiters;
  decodeHex(bytes: Uint8Array): string;
}

class Message implements Hl7Message {
  readonly raw: Uint8Array;
  readonly charset: CharsetReport;
  readonly segments: readonly Hl7Segment[];
  readonly header: Hl7Segment | null;
  readonly delimiters: Delimiters;
  readonly tooLarge: boolean;

  constructor(raw: Uint8Array, decoded: DecodedMessage) {
    const { text } = decoded;
    // Blank lines, spaces, zeros and byte order marks before the header are not content.
    const start = Math.max(text.search(/[^\s\0]/), 0);
    const delimiters = readDelimiters(text.slice(start, start + 16));
    this.raw = raw;
    this.charset = decoded.report;
    this.delimiters = delimiters ?? RECOMMENDED;
    const reading = { delimiters: this.delimiters, decodeHex: decoded.decodeHex };
    const cut = cutSegments(text, start, this.delimiters.field);
    this.segments = cut.segments.map((segment) => new Segment(segment, reading));
    const [first] = this.segments;
    this.header = delimiters !== null && first?.name === 'MSH' ? first : null;
    this.tooLarge = cut.more || cut.segments.some((segment) => exceedsFields(segment, this.delimiters));
  }

  first(name: string): Hl7Segment | undefined {
    return this.segments.find((segment) => segment.name === name);
  }

  all(name: string): readonly Hl7Segment[] {
    return this.segments.filter((segment) => segment.name === name);
  }
}

class Segment implements Hl7Segment {
  readonly name: string;
  readonly text: string;
  readonly #reading: Reading;
  /** Where field 1 lies in #fields: a header's first field is the separator, which the cutting has eaten. */
  readonly #shift: 0 | 1;
  #fields: readonly string[] | null = null;
  #repeatedField = 0;
  #repeated: readonly string[] = [];

  constructor(text: string, reading: Reading) {
    const end = text.indexOf(reading.delimiters.field);
    const written = bare(end < 0 ? text : text.slice(0, end));
    // Some senders write names in small letters; it is the same segment.
    this.name = /^[a-z][a-z0-9]{2}$/.test(written) ? written.toUpperCase() : written;
    this.text = text;
    this.#reading = reading;
    this.#shift = isHeaderName(this.name) ? 1 : 0;
  }

  get fieldCount(): number {
    const { length } = this.#cut();
    return length === 1 ? 0 : length - 1 + this.#shift;
  }

  raw(field: number): string {
    if (field < 1) return '';
    if (this.#shift === 1 && field === 1) return this.#cut().length > 1 ? this.#reading.delimiters.field : '';
    return this.#cut()[field - this.#shift] ?? '';
  }

  repetitions(field: number): number {
    return this.raw(field) === '' ? 0 : this.#repetitionsOf(field).length;
  }

  value(field: number, component = 1, subcomponent = 1, repetition = 1): string | null | undefined {
    const whole = this.#repetitionsOf(field)[repetition - 1] ?? '';
    if (this.#isDelimiterField(field)) return component === 1 && subcomponent === 1 && whole !== '' ? whole : undefined;
    const { delimiters } = this.#reading;
    let part = bare(whole);
    if (part === NULL_FIELD) return null;
    part = bare(piece(part, delimiters.component, component));
    if (part === NULL_FIELD) return null;
    part = bare(piece(part, delimiters.subcomponent, subcomponent));
    if (part === '') return undefined;
    return part === NULL_FIELD ? null : unescapeText(part, this.#reading, 'plain');
  }

  freeText(field: number, repetition?: number): string | null | undefined {
    if (repetition === undefined && !this.#isDelimiterField(field)) {
      const all = this.raw(field);
      if (all === '') return undefined;
      if (all === NULL_FIELD) return null;
      return this.#repetitionsOf(field)
        .map((text) => (text === NULL_FIELD ? '' : unescapeText(text, this.#reading, 'layout')))
        .join('\n');
    }
    const text = this.#repetitionsOf(field)[(repetition ?? 1) - 1] ?? '';
    if (text === '') return undefined;
    if (text === NULL_FIELD) return null;
    return this.#isDelimiterField(field) ? text : unescapeText(text, this.#reading, 'layout');
  }

  #cut(): readonly string[] {
    this.#fields ??= this.text.split(this.#reading.delimiters.field, limits.hl7FieldsMax + 1);
    return this.#fields;
  }

  #isDelimiterField(field: number): boolean {
    return this.#shift === 1 && field <= 2;
  }

  /** Kept for the field last asked for: reading repetition after repetition stays linear. */
  #repetitionsOf(field: number): readonly string[] {
    if (field === this.#repeatedField) return this.#repeated;
    const raw = this.raw(field);
    const mark = this.#reading.delimiters.repetition;
    const whole = mark === '' || this.#isDelimiterField(field) || !raw.includes(mark);
    this.#repeatedField = field;
    this.#repeated = whole ? [raw] : raw.split(mark, limits.hl7FieldsMax + 1);
    return this.#repeated;
  }
}

/** Blanks around a name or a part fill a field out to a width (ch. 2A on ST); they are no part of the value. */
function bare(text: string): string {
  return text.charCodeAt(0) > BLANK && text.charCodeAt(text.length - 1) > BLANK ? text : text.trim();
}

const BLANK = 0x20;

function piece(text: string, mark: string, number: number): string {
  if (mark === '') return number === 1 ? text : '';
  let from = 0;
  for (let passed = 1; passed < number; passed += 1) {
    const at = text.indexOf(mark, from);
    if (at < 0) return '';
    from = at + 1;
  }
  const end = text.indexOf(mark, from);
  return end < 0 ? text.slice(from) : text.slice(from, end);
}

/**
 * CR ends a segment (ch. 2.3), and CRLF and LF do so in the wild. In a message whose header ends with CR, a lone LF is a
 * segment's end only when a segment name follows: otherwise it is a line break the sender forgot to escape inside a text,
 * and cutting there would show half a result as the whole.
 */
function cutSegments(text: string, start: number, field: string): { segments: string[]; more: boolean } {
  const segments: string[] = [];
  let from = start;
  let nextCr = text.indexOf('\r', start);
  let nextLf = text.indexOf('\n', start);
  const lfEnds = nextLf >= 0 && (nextCr < 0 || nextLf < nextCr);
  while (from < text.length) {
    if (nextCr >= 0 && nextCr < from) nextCr = text.indexOf('\r', from);
    if (nextLf >= 0 && nextLf < from) nextLf = text.indexOf('\n', from);
    // (The LF of a CRLF lies at `from`.)
    while (!lfEnds && nextLf > from && !(nextCr >= 0 && nextCr < nextLf) && !beginsSegment(text, nextLf + 1, field)) {
      nextLf = text.indexOf('\n', nextLf + 1);
    }
    const end = nextCr < 0 ? nextLf : nextLf < 0 ? nextCr : Math.min(nextCr, nextLf);
    const stop = end < 0 ? text.length : end;
    if (stop > from) {
      if (segments.length === limits.hl7SegmentsMax) return { segments, more: true };
      segments.push(text.slice(from, stop));
    }
    from = stop + 1;
  }
  return { segments, more: false };
}

/** A name of three capitals or digits and its separator, or nothing more on the line. */
function beginsSegment(text: string, at: number, field: string): boolean {
  const next = text.charAt(at);
  if (next === '' || next === '\r' || next === '\n') return true;
  if (!/^[A-Z][A-Z0-9]{2}$/.test(text.slice(at, at + 3))) return false;
  const after = text.charAt(at + 3);
  return after === field || after === '\r' || after === '\n' || after === '';
}

function exceedsFields(segment: string, delimiters: Delimiters): boolean {
  if (segment.length <= limits.hl7FieldsMax) return false;
  return [delimiters.field, delimiters.repetition].some((mark) => mark !== '' && occursMoreThan(segment, mark));
}

function occursMoreThan(text: string, mark: string): boolean {
  let found = 0;
  for (let at = text.indexOf(mark); at >= 0 && found <= limits.hl7FieldsMax; at = text.indexOf(mark, at + 1))
    found += 1;
  return found > limits.hl7FieldsMax;
}
