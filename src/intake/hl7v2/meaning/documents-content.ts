// What a document says: its text lines joined as the sender broke them, and its files. Values of other kinds that come with
// it become lines of the text, each with its name, so that none is lost.

import type { Attachment, DocumentReferenceContent } from 'fhir/r4';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import { readEncapsulated, readPointer, withoutContent } from './results-attachment.ts';
import type { ResultFields } from './results-fields.ts';
import { hasValue } from './results-value.ts';

const TEXT_TYPES: ReadonlySet<string> = new Set(['TX', 'FT', 'ST', '']);

/** One text (plain, as base64 of UTF-8 as FHIR has it) and one content for each file. Empty when the message has none. */
export function contentsOf(segments: readonly Hl7Segment[], fields: ResultFields): DocumentReferenceContent[] {
  const { message } = fields;
  const lines: string[] = [];
  const files: Attachment[] = [];
  for (const segment of segments) {
    if (segment.name === 'OBX' && hasValue(segment)) {
      const file = fileOf(message, segment);
      if (file === null) lines.push(lineOf(segment, fields));
      else files.push(file);
    } else if (segment.name === 'NTE') {
      const text = segment.freeText(3);
      if (typeof text === 'string') lines.push(text);
    }
  }
  const contents = files.map((attachment) => ({ attachment }));
  if (lines.length === 0) return contents;
  const data = Buffer.from(lines.join('\n'), 'utf8').toString('base64');
  return [{ attachment: { contentType: 'text/plain; charset=utf-8', data } }, ...contents];
}

const typeOf = (obx: Hl7Segment): string => obx.raw(2).trim().toUpperCase();

function fileOf(message: Hl7Message, obx: Hl7Segment): Attachment | null {
  const type = typeOf(obx);
  if (type === 'ED') return readEncapsulated(message, obx, 5);
  return type === 'RP' ? readPointer(message, obx, 5) : null;
}

function lineOf(obx: Hl7Segment, fields: ResultFields): string {
  const type = typeOf(obx);
  const isFile = type === 'ED' || type === 'RP';
  const text = (isFile ? withoutContent(fields.message, obx, 5) : null) ?? obx.freeText(5) ?? '';
  if (TEXT_TYPES.has(type)) return text;
  const name = fields.coded(obx, 3)?.text;
  const unit = fields.unit(obx);
  const coded = type === 'CE' || type === 'CWE' || type === 'CNE' ? fields.codedUncut(obx, 5, 1)?.text : undefined;
  const single = coded !== undefined && obx.repetitions(5) === 1 ? coded : text;
  const value = unit === null ? single : `${single} ${unit.text}`;
  return name === undefined ? value : `${name}: ${value}`;
}
