// Documents and pictures sent inside a message or pointed to by it (HL7 v2 ch. 2A.3.24 ED, 2A.3.65 RP): kept as they are,
// so that a scanned answer can be opened when the system that holds it is down.

import type { Attachment } from 'fhir/r4';
import type { Hl7Message, Hl7Segment } from '../message.ts';

/** The parts of the first repetition, each whole: addresses and data hold unescaped `&`. */
function partsOf(message: Hl7Message, segment: Hl7Segment, field: number): string[] {
  return (segment.freeText(field, 1) ?? '').split(message.delimiters.component || '^');
}

/** ED: source application ^ type ^ subtype ^ encoding ^ data. Null when it carries no data. */
export function readEncapsulated(message: Hl7Message, segment: Hl7Segment, field: number): Attachment | null {
  const [first = '', type = '', subtype = '', encoding = '', ...rest] = partsOf(message, segment, field);
  // Nothing but the file, as some senders write it.
  if (type === '' && rest.length === 0 && first.startsWith(PDF_BASE64))
    return { contentType: 'application/pdf', data: encodedData(first, 'base64'), title: titleOf('', '') };
  const written = rest.join('^');
  if (written === '') return null;
  const data = encodedData(written, encoding.trim().toLowerCase());
  return { contentType: contentTypeOf(type, subtype, data), data, title: titleOf(type, subtype) };
}

/** RP: pointer ^ application ^ type ^ subtype. What it points to is at the sender and may be out of reach. */
export function readPointer(message: Hl7Message, segment: Hl7Segment, field: number): Attachment | null {
  const [pointer = '', , type = '', subtype = ''] = partsOf(message, segment, field);
  if (pointer === '') return null;
  return { contentType: contentTypeOf(type, subtype, ''), url: pointer, title: titleOf(type, subtype) };
}

/** `%PDF-` in base64. */
const PDF_BASE64 = 'JVBERi0';
const NOT_BASE64 = /[^A-Za-z0-9+/=]/;

function encodedData(written: string, encoding: string): string {
  const packed = /\s/.test(written) ? written.replace(/\s+/g, '') : written;
  if (encoding === 'hex' && /^([0-9A-Fa-f]{2})+$/.test(packed)) return Buffer.from(packed, 'hex').toString('base64');
  if (encoding !== 'a' && !NOT_BASE64.test(packed)) return packed;
  return Buffer.from(written, 'utf8').toString('base64');
}

/** What stands where a file was announced and did not come: never its type between marks. Null where there are words to read. */
export function withoutContent(message: Hl7Message, segment: Hl7Segment, field: number): string | null {
  const [first = '', type = '', subtype = ''] = partsOf(message, segment, field);
  return first === '' ? `Bilaga utan innehåll (${titleOf(type, subtype)})` : null;
}

const IMAGE = /^(jpe?g|png|gif|tiff?|bmp)$/;

function contentTypeOf(type: string, subtype: string, data: string): string {
  const [main, sub] = [type.trim().toLowerCase(), subtype.trim().toLowerCase()];
  const words = `${main} ${sub}`;
  if (data.startsWith(PDF_BASE64) || words.includes('pdf')) return 'application/pdf';
  if (main.includes('/')) return main;
  if (IMAGE.test(sub)) return `image/${sub === 'jpg' ? 'jpeg' : sub === 'tif' ? 'tiff' : sub}`;
  if (sub === 'rtf' || main === 'rtf') return 'application/rtf';
  if (sub === 'html') return 'text/html';
  if (sub === 'xml' || sub === 'x-hl7-cda-level-one') return 'application/xml';
  if (main === 'text' || main === 'tx' || main === 'ft') return 'text/plain';
  return 'application/octet-stream';
}

const titleOf = (type: string, subtype: string): string =>
  [type, subtype].filter((word) => word !== '').join(' ') || 'Bilaga';
