// NDJSON cut into bodies: so many lines a body that the station is asked some thousand times less than a line at a time, and so
// few that others are answered meanwhile. Bytes are handed on as they stand in the file, whatever letters they spell.

import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Failure } from '../domain/failures.ts';
import { isBlank } from '../intake/fhir/documents.ts';
import { limits } from '../limits.ts';

const LINE_FEED = 0x0a;
const BRACE = 0x7b;
/** Two documents of one body are told apart by what stands between them. */
const BETWEEN = Buffer.of(LINE_FEED);

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
      bytes += line.length + BETWEEN.length;
    }
  }
  if (lines.length > 0) yield bodyOf(lines);
}

const bodyOf = (lines: readonly Buffer[]): Buffer => Buffer.concat(lines.flatMap((line) => [line, BETWEEN]));

/** Lines that hold something, without what ends them. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const line = Buffer.concat([...begun, chunk.subarray(from, end)]);
      [begun, bytes, from] = [[], 0, end + 1];
      if (!isBlank(line)) yield line;
    }
    begun.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > limits.fhirBodyBytesMax) throw new Failure('request.too-large', 'en rad i filen');
  }
  const last = Buffer.concat(begun);
  if (!isBlank(last)) yield last;
}

function isDocument(line: Buffer): boolean {
  if (line.find((byte) => byte > 0x20) !== BRACE) return false;
  try {
    JSON.parse(line.toString('utf8'));
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
