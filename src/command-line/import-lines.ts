// NDJSON cut into bodies: so many lines a body that the station is asked some thousand times less than a line at a time, and so
// few that others are answered meanwhile. Bytes are handed on as they stand in the file, whatever letters they spell.

import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Failure } from '../domain/failures.ts';
import { isBlank } from '../intake/fhir/documents.ts';
import { asUtf8, type Utf16, utf16Of } from '../intake/fhir/unpack.ts';
import { limits } from '../limits.ts';

const LINE_FEED = 0x0a;
const BRACE = 0x7b;
/** Two documents of one body are told apart by what stands between them, in the letters of the file. */
const BETWEEN = {
  'utf-16le': Buffer.of(LINE_FEED, 0),
  'utf-16be': Buffer.of(0, LINE_FEED),
  bytes: Buffer.of(LINE_FEED),
};
const betweenOf = (line: Buffer): Buffer => BETWEEN[utf16Of(line) ?? 'bytes'];

/** A line at a time: a file of a whole region never has to fit in memory. @throws {Failure} */
export async function* bodiesOf(file: string): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  let bytes = 0;
  for await (const line of linesOf(bytesOf(file))) {
    // A damaged line is handed in alone: how far it reaches is anybody's guess, and it must not take others with it.
    const isWhole = isDocument(line);
    const isFull = bytes + line.length >= limits.largeImportBytes || lines.length >= limits.importBodyLinesMax;
    if (lines.length > 0 && (isFull || !isWhole)) {
      yield bodyOf(lines);
      [lines, bytes] = [[], 0];
    }
    if (!isWhole) yield line;
    else {
      lines.push(line);
      bytes += line.length + betweenOf(line).length;
    }
  }
  if (lines.length > 0) yield bodyOf(lines);
}

const bodyOf = (lines: readonly Buffer[]): Buffer => Buffer.concat(lines.flatMap((line) => [line, betweenOf(line)]));

/** Lines that hold something, without what ends them. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let bytes = 0;
  let used: Utf16 | null | undefined;
  for await (const chunk of wholeLetters(chunks)) {
    if (used === undefined) used = utf16Of(chunk);
    let from = 0;
    for (let end = lineEnd(chunk, from, used); end >= 0; end = lineEnd(chunk, from, used)) {
      const line = Buffer.concat([...begun, chunk.subarray(from, end)]);
      [begun, bytes, from] = [[], 0, end + (used === null ? 1 : 2)];
      if (!isBlank(line)) yield line;
    }
    begun.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > limits.fhirBodyBytesMax) throw new Failure('request.too-large', 'en rad i filen');
  }
  const last = Buffer.concat(begun);
  if (!isBlank(last)) yield last;
}

/** Where the line ends; negative, not in this chunk. In UTF-16 a byte that looks like a line feed may be half of another letter. */
function lineEnd(chunk: Buffer, from: number, used: Utf16 | null): number {
  for (let at = chunk.indexOf(LINE_FEED, from); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) {
    if (used === null) return at;
    const start = used === 'utf-16le' ? at : at - 1;
    const other = used === 'utf-16le' ? at + 1 : at - 1;
    if (start % 2 === 0 && chunk[other] === 0) return start;
  }
  return -1;
}

/** Enough at first to tell the letters by, and never half a letter of two bytes. */
async function* wholeLetters(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isBegun = false;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!isBegun && bytes.length < FIRST_BYTES_MIN) {
      rest = bytes;
      continue;
    }
    isBegun = true;
    const whole = bytes.length - (bytes.length % 2);
    rest = bytes.subarray(whole);
    yield bytes.subarray(0, whole);
  }
  if (rest.length > 0) yield rest;
}
const FIRST_BYTES_MIN = 4;

function isDocument(line: Buffer): boolean {
  const text = utf16Of(line) === null ? line : Buffer.from(asUtf8(line));
  if (text.find((byte) => byte > 0x20) !== BRACE) return false;
  try {
    JSON.parse(text.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  const packed = createReadStream(file);
  const stream = file.endsWith('.gz') ? packed.pipe(createGunzip()) : packed;
  packed.on('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw new Failure('request.invalid', 'filen går inte att läsa eller packa upp', { cause: error });
  }
}
