// Which declared source a received HL7 v2 message comes from, by a look at MSH-3 and MSH-4 alone: enough to know whose row it
// is, before anything is parsed.

import { createHash } from 'node:crypto';
import { type SourceId, sourceId } from '../domain/identity.ts';
import { type SourceDeclaration, undeclaredSource } from '../domain/source.ts';

/** Of a sender that isn't declared: kept under its own name, fed nowhere, below every declared source. */
const UNKNOWN_RANK = 1_000_000;
/** Of a hash: two senders of a station's hundred never share it by chance. */
const ID_DIGITS = 12;
const NUMBER_LIKE = /\d(?:[\d\s+-]{4,})\d/g;
const FIELD_LENGTH_MAX = 64;
const PEEK_BYTES = 1024;

export interface PeekedHeader {
  /** MSH-3.1 and MSH-4.1, '' when absent. */
  readonly application: string;
  readonly facility: string;
  /** MSH-10, null when absent. */
  readonly controlId: string | null;
}

const ENVELOPE = /^[\s\0\u00ef\u00bb\u00bf]*(?:FHS|BHS|BTS|FTS)(?![A-Za-z0-9])/;

/** What a message begins with, and no line around a batch. */
const M = 0x4d;

/** A line around a batch (HL7 v2 ch. 2.10.3), kept as a row of its own so that no byte is lost. */
export function isBatchEnvelope(bytes: Uint8Array): boolean {
  if (bytes[0] === M) return false;
  return ENVELOPE.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PEEK_BYTES)).toString('latin1'),
  );
}

/** MSH-10 of a message that was cut off, where the cut lies behind it: half a control id is another message's. */
export function wholeControlId(message: Uint8Array): string | null {
  const [, ...fields] = headerFields(message);
  return fields.length > 9 ? fields[8]?.trim() || null : null;
}

/** Reads the header line's bytes one for one (Latin-1; two for one in UTF-16): names of systems are ASCII in practice. */
export function peekHeader(message: Uint8Array): PeekedHeader {
  const fields = headerFields(message);
  if (fields.length === 0) return { application: '', facility: '', controlId: null };
  const component = fields[1]?.charAt(0) || '^';
  const first = (field: string | undefined): string =>
    (field ?? '').split(component, 1)[0]?.trim().slice(0, FIELD_LENGTH_MAX) ?? '';
  return { application: first(fields[2]), facility: first(fields[3]), controlId: fields[9]?.trim() || null };
}

/** The header line's fields, none where there is no header. A batch header names its sender in the same fields. */
function headerFields(message: Uint8Array): readonly string[] {
  const text = peekText(message);
  const start = text.search(/MSH|BHS|FHS|\bmsh(?=[^A-Za-z0-9\s])/);
  const separator = start < 0 ? '' : text.charAt(start + 3);
  if (separator === '') return [];
  const end = text.slice(start).search(/[\r\n]/);
  return text.slice(start, end < 0 ? undefined : start + end).split(separator);
}

function peekText(message: Uint8Array): string {
  const head = Buffer.from(message.buffer, message.byteOffset, Math.min(message.length, PEEK_BYTES) & ~1);
  const [first = 1, second = 1] = head;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return head.toString('utf16le');
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0))
    return Buffer.from(head).swap16().toString('utf16le');
  return Buffer.from(message.buffer, message.byteOffset, Math.min(message.length, PEEK_BYTES)).toString('latin1');
}

/** The most exactly matching declaration: application and facility, then either alone. */
export function recogniseSource(
  header: PeekedHeader,
  sources: readonly SourceDeclaration[],
): SourceDeclaration | undefined {
  let best: SourceDeclaration | undefined;
  let bestExactness = 0;
  for (const source of sources) {
    const { application, facility } = source.match;
    if (application !== undefined && application !== header.application) continue;
    if (facility !== undefined && facility !== header.facility) continue;
    const exactness = (application === undefined ? 0 : 2) + (facility === undefined ? 0 : 1);
    if (exactness > bestExactness) {
      best = source;
      bestExactness = exactness;
    }
  }
  return best;
}

/**
 * The declaration a sender gets that nobody has declared: no feeds, rank last. Its id holds nothing of what it wrote, for ids are
 * pasted into terminals; its name holds no number that could be somebody's.
 */
export function unknownSource(header: PeekedHeader): SourceDeclaration {
  const name = `Okänd avsändare ${header.application} ${header.facility}`.trim().replace(NUMBER_LIKE, '…');
  const { application, facility } = header;
  return { ...undeclaredSource(unknownSourceId(header), name), match: { application, facility }, rank: UNKNOWN_RANK };
}

const unknownSourceId = ({ application, facility }: PeekedHeader): SourceId =>
  sourceId(`unknown:${createHash('sha256').update(`${application}|${facility}`).digest('hex').slice(0, ID_DIGITS)}`);
