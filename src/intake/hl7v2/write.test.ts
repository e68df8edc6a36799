import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMessage } from './message.ts';
import { serialise } from './serialise.ts';
import { asWritten, freeText, repeated, writeMessage } from './write.ts';

const OWN = { field: ':', component: '+', repetition: '*', escape: '%', subcomponent: '$', truncation: '#' };

describe('what we write others can read', () => {
  test('fields stand at their numbers, parts in their order', () => {
    const bytes = writeMessage(
      [
        { name: 'MSH', fields: { 3: 'SIM', 9: ['ADT', 'A01', 'ADT_A01'], 10: 7, 12: '2.5', 18: '8859/1' } },
        {
          name: 'PID',
          fields: {
            3: repeated([['189001019802', null, undefined, ['SKV', '1.2.752.129.2.1.3.1', 'ISO'], 'NI'], ['R-1']]),
            5: [['Åström & Å', 'von'], 'Eva|Lisa'],
            8: null,
          },
        },
        { name: 'OBX', fields: { 5: freeText('rad 1\nrad 2 ^ \\'), 6: asWritten('a^b') } },
      ],
      { charset: 'windows-1252' },
    );
    expect(Buffer.from(bytes).toString('latin1')).toBe(
      'MSH|^~\\&|SIM||||||ADT^A01^ADT_A01|7||2.5||||||8859/1\r' +
        'PID|||189001019802^""^^SKV&1.2.752.129.2.1.3.1&ISO^NI~R-1||Åström \\T\\ Å&von^Eva\\F\\Lisa|||""\r' +
        'OBX|||||rad 1\\.br\\rad 2 \\S\\ \\E\\|a^b\r',
    );
  });

  test('encoding never corrupts the frame (NHapiTools #28), and a line break is escaped (hapi #7)', () => {
    const value = 'a\x0bb\x1cc\rd\ne\r\n';
    const bytes = writeMessage([{ name: 'MSH', fields: { 3: value } }], { charset: 'utf-8' });
    expect([...bytes].filter((byte) => byte === 0x0b || byte === 0x1c || byte === 0x0d || byte === 0x0a)).toEqual([
      0x0d,
    ]);
    expect(parseMessage(bytes, { charset: 'utf-8' }).header?.value(3)).toBe(value);
  });

  test('any text comes back as it was, in any delimiters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (texts, own) => {
          const options = own ? { charset: 'utf-8', delimiters: OWN } : { charset: 'utf-8' };
          const clean = texts.map((text) => text.replace(/[\ud800-\udfff]/g, ''));
          const bytes = writeMessage(
            [
              { name: 'MSH', fields: { 18: 'UNICODE UTF-8' } },
              { name: 'ZZZ', fields: { 1: clean, 2: repeated(clean), 3: [clean] } },
            ],
            options,
          );
          const read = parseMessage(bytes, { charset: 'windows-1252' }).first('ZZZ');
          for (const [at, text] of clean.entries()) {
            const expected = text === '' ? undefined : text;
            expect(read?.value(1, at + 1)).toBe(expected);
            expect(read?.value(2, 1, 1, at + 1)).toBe(expected);
            expect(read?.value(3, 1, at + 1)).toBe(expected);
          }
        },
      ),
      { seed: 20261122, numRuns: 1_000 },
    );
  });
});

describe('parse, then serialise, is the identity on bytes', () => {
  const identity = (bytes: Uint8Array): void => {
    for (const charset of ['utf-8', 'windows-1252'] as const) {
      const message = parseMessage(bytes, { charset });
      expect(Buffer.from(serialise(message)).equals(bytes)).toBe(true);
      expect(Buffer.from(message.raw).equals(bytes)).toBe(true);
    }
  };

  test('for any bytes at all', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), identity), { seed: 20261122, numRuns: 2_000 });
  });

  test('for messages of every shape, charset, delimiter and line end', () => {
    const field = fc.oneof(
      fc.constantFrom('', '""', 'a^b&c~d', 'a\\T\\b', 'Åsa', '\\XE5\\', '~', '^^^', 'x\ny', '\u0080', '€'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const line = fc.tuple(
      fc.constantFrom('PID', 'OBX', 'ZXX', '__proto__', 'a', 'BHS', 'MSH'),
      fc.array(field, { maxLength: 8 }),
    );
    const shape = fc.record({
      lead: fc.constantFrom('', '\ufeff', '\r\n', ' '),
      encoding: fc.constantFrom('utf8', 'latin1', 'utf16le') as fc.Arbitrary<BufferEncoding>,
      header: fc.constantFrom('MSH|^~\\&|A', 'MSH:+*%$:A', 'MSH|^|', 'MSH|^~\\&#|', 'MSH'),
      declared: fc.constantFrom('', 'UNICODE UTF-8', '8859/1', '8859/15', '8859/7', 'ASCII', 'BIG-5', 'ISO IR87', 'X'),
      lines: fc.array(line, { maxLength: 12 }),
      end: fc.constantFrom('\r', '\n', '\r\n', '\n\r'),
    });
    fc.assert(
      fc.property(shape, ({ lead, encoding, header, declared, lines, end }) => {
        const separator = header.charAt(3) || '|';
        const head = `${header}${separator.repeat(15)}${declared}`;
        const text = lead + [head, ...lines.map(([name, fields]) => [name, ...fields].join(separator)), ''].join(end);
        identity(Buffer.from(text, encoding));
      }),
      { seed: 20261122, numRuns: 3_000 },
    );
  });
});
