// An export of many lines as `import` hands it in: every line whole, as its bytes stand in the file, and a damaged one alone.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { splitFhir } from '../intake/fhir/split.ts';
import { asUtf8 } from '../intake/fhir/unpack.ts';
import { limits } from '../limits.ts';
import { bodiesOf, linesOf } from './import-lines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function allOf(given: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const one of given) all.push(one);
  return all;
}
async function bodies(content: string | Uint8Array, name = 'a.ndjson'): Promise<string[]> {
  writeFileSync(join(folder, name), content);
  const all = await allOf(bodiesOf(join(folder, name)));
  return all.map((body) => body.toString('latin1'));
}
const documentsIn = (body: string): string[] => {
  const split = splitFhir(Buffer.from(body, 'latin1'));
  return typeof split === 'string' ? [] : split.map((each) => Buffer.from(each).toString('latin1').trim());
};

describe('the lines of an export', () => {
  it('are handed in many at a time, in order, each a document of its own', async () => {
    const lines = Array.from(
      { length: limits.importBodyLinesMax + 5 },
      (_, at) => `{"resourceType":"Basic","id":"b${at}"}`,
    );
    const handed = await bodies(`${lines.join('\r\n\r\n')}`);
    expect(handed).toHaveLength(2);
    expect(handed.flatMap(documentsIn)).toEqual(lines);
    expect(await bodies(gzipSync(lines.join('\n')), 'a.ndjson.gz')).toEqual(await bodies(lines.join('\n')));
  });

  it('that are large make bodies no larger than a small import, and one that is larger goes alone', async () => {
    const line = (length: number): string => `{"a":"${'x'.repeat(length)}"}`;
    const half = limits.largeImportBytes / 2;
    const handed = await bodies([line(half), line(half), line(limits.largeImportBytes), line(1)].join('\n'));
    expect(handed.map((body) => body.trim().length)).toEqual(
      [half, half, limits.largeImportBytes, 1].map((n) => n + 8),
    );
  });

  it('that are damaged take no other with them', async () => {
    const [good, open, quote, word] = ['{"a":"1"}', '{"a":"2"', '{"a":"3}', 'hej'];
    const handed = await bodies([good, open, good, quote, good, word, '"text"', good, good].join('\n'));
    expect(handed.map((body) => body.trim())).toEqual([
      ...[good, open, good, quote, good, word, '"text"'],
      `${good}\n${good}`,
    ]);
  });

  it('keep their bytes: Latin-1 letters, line separators inside a text, wherever the file is cut when read', async () => {
    const line = Buffer.concat([Buffer.from('{"a":"\u2028å'), Buffer.of(0xe5), Buffer.from('"}')]);
    const file = Buffer.concat([line, Buffer.of(0x0a), line]);
    for (let at = 0; at <= file.length; at += 1) {
      const chunks = (async function* () {
        yield file.subarray(0, at);
        yield file.subarray(at);
      })();
      expect(await allOf(linesOf(chunks))).toEqual([line, line]);
    }
  });

  it.each(['little', 'big'])('in UTF-16 (%s-endian) are told apart as letters, and keep their bytes', async (which) => {
    // Ċ and 上 hold a byte that looks like a line feed, on either side.
    const lines = ['{"a":"Åsa Ċ"}', '{"a":"上ਊ\u0a00"}', '{"a":"3', '{"a":"4"}', '{"a":"5"}'];
    const wide = (text: string): Buffer =>
      which === 'big' ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf16le');
    const file = wide(`\ufeff${lines.join('\r\n')}\r\n`);
    for (let at = 0; at <= file.length; at += 1) {
      const chunks = (async function* () {
        yield file.subarray(0, at);
        yield file.subarray(at);
      })();
      const found = await allOf(linesOf(chunks));
      expect(found.map((line) => line.toString('hex'))).toEqual(
        lines.map((line, no) => wide(`${no === 0 ? '\ufeff' : ''}${line}\r`).toString('hex')),
      );
    }
    const handed = await bodies(file);
    expect(handed).toHaveLength(3);
    const pieces = handed.flatMap((body) => {
      const split = splitFhir(Buffer.from(body, 'latin1'));
      return typeof split === 'string' ? [] : split;
    });
    expect(pieces.map((piece) => Buffer.from(asUtf8(piece)).toString('utf8').trim())).toEqual(lines);
    // What is kept are the bytes of the file.
    for (const piece of pieces) expect(file.includes(Buffer.from(piece).subarray(0, -4))).toBe(true);
  });

  it('of a file that cannot be unpacked, or that is one endless line, are refused with words', async () => {
    await expect(bodies(gzipSync('{}\n'.repeat(100)).subarray(0, 20), 'a.ndjson.gz')).rejects.toMatchObject({
      code: 'request.invalid',
      detail: 'filen går inte att läsa eller packa upp',
    });
    const endless = (async function* () {
      for (;;) yield Buffer.alloc(8 * 1024 * 1024, 'x');
    })();
    await expect(linesOf(endless).next()).rejects.toMatchObject({ code: 'request.too-large' });
  });
});
