import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeText } from './charset.ts';
import { splitFrame } from './split.ts';

const MESSAGE = 'MSH|^~\\&|A\rPID|1\r';

function split(text: string): { slices: string[]; isBatch: boolean; faults: readonly string[] } {
  const { slices, isBatch, faults } = splitFrame(Buffer.from(text, 'latin1'));
  return {
    slices: slices.map(({ kind, bytes }) => `${kind} ${Buffer.from(bytes).toString('latin1')}`),
    isBatch,
    faults,
  };
}

describe('each message of a frame is found, and no byte is lost', () => {
  test('one message is one message', () => {
    expect(split(MESSAGE)).toEqual({ slices: [`message ${MESSAGE}`], isBatch: false, faults: [] });
    expect(split(`\xef\xbb\xbf\r\n${MESSAGE}`).slices).toEqual([`message \xef\xbb\xbf\r\n${MESSAGE}`]);
  });

  test('several messages in one frame without an envelope are told apart', () => {
    expect(split(`${MESSAGE}${MESSAGE}\r\n${MESSAGE}`).slices).toEqual([
      `message ${MESSAGE}`,
      `message ${MESSAGE}\r\n`,
      `message ${MESSAGE}`,
    ]);
    expect(split('MSH|^~\\&|A\nMSH:+~\\&:B').slices).toEqual(['message MSH|^~\\&|A\n', 'message MSH:+~\\&:B']);
  });

  test('files put one after the other keep their byte order marks, and two patients’ messages are never joined by one', () => {
    const mark = '\xef\xbb\xbf';
    for (const between of [mark, '  \t', `\r\n${mark}`, '\v']) {
      const lead = between.replace(/^[\r\n]+/, '');
      const first = `${MESSAGE}${between.slice(0, between.length - lead.length)}`;
      expect(split(`${MESSAGE}${between}${MESSAGE}`).slices).toEqual([`message ${first}`, `message ${lead}${MESSAGE}`]);
    }
    expect(split(`${MESSAGE}${MESSAGE.toLowerCase()}`).slices).toHaveLength(2);
  });

  test('the letters MSH inside a text begin no message', () => {
    const text = 'MSH|^~\\&|A\rOBX|1|TX|||MSH|x MSH\rMSHA|1\rMSH\rNTE|1||(MSH|)\r';
    expect(split(text).slices).toEqual([`message ${text}`]);
  });

  test('lines before the first header are kept apart, and the message is read', () => {
    expect(split(`HEJ\r${MESSAGE}`).slices).toEqual(['stray HEJ\r', `message ${MESSAGE}`]);
  });

  test('a frame without any header is one message nobody can read', () => {
    for (const text of ['hello', '', 'PID|1\rBTS|3', '\0\0']) expect(split(text).slices).toEqual([`message ${text}`]);
  });

  test('a frame in UTF-16 is one message', () => {
    const bytes = encodeText(MESSAGE, 'utf-16le');
    expect(splitFrame(bytes).slices).toEqual([{ kind: 'message', bytes }]);
  });

  test('slices put together are the frame, byte for byte, whatever it holds', () => {
    const piece = fc.oneof(
      fc.constantFrom('MSH|^~\\&|A', 'PID|1', 'FHS|', 'BHS|^~\\&|', 'BTS|1', 'FTS', '\r', '\n', '\r\n', '\ufeff', 'x'),
      fc.string({ unit: 'binary-ascii', maxLength: 10 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const frame = Buffer.from(pieces.join(''), 'utf8');
        const { slices } = splitFrame(frame);
        expect(slices.length).toBeGreaterThan(0);
        expect(Buffer.concat(slices.map(({ bytes }) => bytes)).equals(frame)).toBe(true);
      }),
      { seed: 20261122, numRuns: 3_000 },
    );
  });
});

describe('c3.12: batches', () => {
  const header = 'FHS|^~\\&|A\rBHS|^~\\&|A||||||FULL\r';

  test('a whole batch has no fault', () => {
    expect(split(`${header}${MESSAGE}${MESSAGE}BTS|2\rFTS|1\r`)).toEqual({
      slices: [
        'envelope FHS|^~\\&|A\r',
        'envelope BHS|^~\\&|A||||||FULL\r',
        `message ${MESSAGE}`,
        `message ${MESSAGE}`,
        'envelope BTS|2\r',
        'envelope FTS|1\r',
      ],
      isBatch: true,
      faults: [],
    });
    expect(split(`BHS|^~\\&|\r${MESSAGE}BTS\r`).faults).toEqual([]);
  });

  test.each([
    [`${header}${MESSAGE}BTS|2\rFTS|1\r`, 'message-count-differs'],
    [`${header}${MESSAGE}BTS|1\rFTS|2\r`, 'batch-count-differs'],
    [`BHS|^~\\&|\r${MESSAGE}`, 'trailer-missing'],
    [`${header}${MESSAGE}BTS|1\r`, 'trailer-missing'],
    [`BHS|^~\\&|\r${MESSAGE}BTS|1\rBTS|1\r`, 'header-missing'],
    [`BHS|^~\\&|\r${MESSAGE}BHS|^~\\&|\r${MESSAGE}BTS|1\r`, 'trailer-missing'],
  ])('a batch that is not whole says so (%#)', (text, fault) => {
    expect(split(text).faults).toEqual([fault]);
  });

  test('a trailer without any envelope belongs to the message before it', () => {
    expect(split(`${MESSAGE}BTS|1\r`)).toEqual({ slices: [`message ${MESSAGE}BTS|1\r`], isBatch: false, faults: [] });
  });
});
