// Writes HL7 v2 messages as a well-behaved sender would: every delimiter inside a value escaped, nothing on the wire that
// could be taken for a segment's or a frame's end. Used by the command line and by the simulated hospitals.

import { encodeText } from './charset.ts';
import { type Delimiters, RECOMMENDED } from './delimiters.ts';

/** undefined or '' = says nothing; null = `""` = delete (ch. 2.5.3). */
type Text = string | number | null | undefined;
/** A component: one text, or its subcomponents in order. */
type Component = Text | readonly Text[];
/** A field: one text, its components in order, or (from `repeated`, `freeText`, `asWritten`) more than that. */
export type Field = Text | readonly Component[] | Repeated | FreeText | AsWritten;

interface Repeated {
  readonly kind: 'repeated';
  readonly repetitions: readonly Exclude<Field, Repeated>[];
}

interface FreeText {
  readonly kind: 'free-text';
  readonly text: string;
}

interface AsWritten {
  readonly kind: 'as-written';
  readonly text: string;
}

/** Fields by their number in the standard. MSH-1 and MSH-2 are written by us. */
export interface SegmentContent {
  readonly name: string;
  readonly fields: Readonly<Record<number, Field>>;
}

export interface WriteOptions {
  /** How the letters become bytes, as a WHATWG name (`windows-1252` for 8859/1). MSH-18 is the caller's to fill. */
  readonly charset: string;
  readonly delimiters?: Delimiters;
  readonly lineEnd?: '\r' | '\n' | '\r\n';
}

export function repeated(repetitions: readonly Exclude<Field, Repeated>[]): Field {
  return { kind: 'repeated', repetitions };
}

/** Text of type TX or FT: line breaks become `\.br\`, as readers of such fields expect. */
export function freeText(text: string): FreeText {
  return { kind: 'free-text', text };
}

/** Already in wire form: nothing is escaped. */
export function asWritten(text: string): AsWritten {
  return { kind: 'as-written', text };
}

export function writeMessage(segments: readonly SegmentContent[], options: WriteOptions): Uint8Array {
  const delimiters = options.delimiters ?? RECOMMENDED;
  const lineEnd = options.lineEnd ?? '\r';
  return encodeText(segments.map((segment) => writeSegment(segment, delimiters) + lineEnd).join(''), options.charset);
}

/** Escapes what would otherwise be read as structure. Control characters go as hex, so that VT and FS never reach the wire. */
export function escapeText(text: string, delimiters: Delimiters): string {
  const { escape: mark } = delimiters;
  if (mark === '') return text;
  let out = '';
  for (const letter of text) out += escapeLetter(letter, delimiters, mark);
  return out;
}

function escapeLetter(letter: string, delimiters: Delimiters, mark: string): string {
  switch (letter) {
    case delimiters.field:
      return `${mark}F${mark}`;
    case delimiters.component:
      return `${mark}S${mark}`;
    case delimiters.subcomponent:
      return `${mark}T${mark}`;
    case delimiters.repetition:
      return `${mark}R${mark}`;
    case mark:
      return `${mark}E${mark}`;
    case delimiters.truncation:
      return `${mark}P${mark}`;
    default:
      return letter < ' '
        ? `${mark}X${letter.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}${mark}`
        : letter;
  }
}

function writeSegment(segment: SegmentContent, delimiters: Delimiters): string {
  const last = Math.max(0, ...Object.keys(segment.fields).map(Number));
  const isHeader = segment.name === 'MSH' || segment.name === 'FHS' || segment.name === 'BHS';
  const fields = [isHeader ? segment.name + delimiters.field + encodingCharacters(delimiters) : segment.name];
  for (let number = isHeader ? 3 : 1; number <= last; number += 1) {
    fields.push(writeField(segment.fields[number], delimiters));
  }
  return fields.join(delimiters.field);
}

function encodingCharacters(delimiters: Delimiters): string {
  const { component, repetition, escape: mark, subcomponent, truncation } = delimiters;
  return component + repetition + mark + subcomponent + (truncation ?? '');
}

function writeField(field: Field, delimiters: Delimiters): string {
  if (isComponents(field)) {
    return field.map((component) => writeComponent(component, delimiters)).join(delimiters.component);
  }
  if (typeof field !== 'object' || field === null) return writeText(field, delimiters);
  switch (field.kind) {
    case 'repeated':
      return field.repetitions.map((repetition) => writeField(repetition, delimiters)).join(delimiters.repetition);
    case 'free-text': {
      const { escape: mark } = delimiters;
      return field.text
        .split(/\r\n|\r|\n/)
        .map((line) => escapeText(line, delimiters))
        .join(`${mark}.br${mark}`);
    }
    case 'as-written':
      return field.text;
  }
}

function isComponents(field: Field): field is readonly Component[] {
  return Array.isArray(field);
}

function writeComponent(component: Component, delimiters: Delimiters): string {
  if (typeof component !== 'object' || component === null) return writeText(component, delimiters);
  return component.map((text) => writeText(text, delimiters)).join(delimiters.subcomponent);
}

function writeText(text: Text, delimiters: Delimiters): string {
  if (text === undefined) return '';
  if (text === null) return '""';
  // The text of two quotation marks must not be read as "delete".
  if (text === '""') return `${delimiters.escape}X22${delimiters.escape}"`;
  return escapeText(String(text), delimiters);
}
