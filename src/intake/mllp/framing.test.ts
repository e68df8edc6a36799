import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FramingEvent, MllpFramer } from './framing.ts';

const BOUNDS = { frameBytesMax: 1_000, strayBytesMax: 20 };

/** Events as words, so that a failing test shows what a person can read. */
function words(events: readonly FramingEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === 'frame') return `frame ${latin1(event.bytes)}`;
    if (event.kind === 'too-large') return `too-large ${event.bytesTotal} ${latin1(event.head)}`;
    return `${event.kind} ${event.bytesTotal} ${latin1(event.bytes)}`;
  });
}

function read(stream: string, cuts: readonly number[] = []): string[] {
  const framer = new MllpFramer(BOUNDS);
  const bytes = Buffer.from(stream, 'latin1');
  const edges = [0, ...cuts, bytes.length];
  const events = edges.slice(1).flatMap((edge, index) => framer.push(bytes.subarray(edges[index], edge)));
  return words([...events, ...framer.end()]);
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('c3.9 MLLP: a message is found whole wherever the network cut the stream', () => {
  test('several messages that come in one piece are all found, in order', () => {
    expect(read('\x0bMSH|1\x1c\r\x0bMSH|2\x1c\r\x0bMSH|3\x1c\r')).toEqual([
      'frame MSH|1',
      'frame MSH|2',
      'frame MSH|3',
    ]);
  });

  test('a message that comes byte by byte is one message', () => {
    const stream = '\x0bMSH|1\rPID|\x1c\r';
    expect(
      read(
        stream,
        [...stream].map((_, at) => at),
      ),
    ).toEqual(['frame MSH|1\rPID|']);
  });

  test('any cutting of any stream gives the same frames', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\x0b',
        '\x1c',
        '\r',
        '\n',
        '\x1c\r',
        '\x0bMSH|',
        'MSH|a',
        'MS',
        'BHS',
        '\0',
        '\xef\xbb\xbf',
        ' ',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 40 }),
      fc.constant('x'.repeat(700)),
    );
    const stream = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(4_000), { maxLength: 20 }), (text, cuts) => {
        const inside = cuts.filter((cut) => cut <= text.length).sort((a, b) => a - b);
        const whole = read(text);
        expect(read(text, inside)).toEqual(whole);
        expect(
          read(
            text,
            [...text].map((_, at) => at),
          ),
        ).toEqual(whole);
      }),
      { seed: 20261122, numRuns: 1_500 },
    );
  });

  test('what a well-behaved sender wraps comes out byte for byte, whatever the bytes', () => {
    const content = fc
      .uint8Array({ minLength: 1, maxLength: 300 })
      .map((bytes) => bytes.filter((b) => b !== 0x0b && b !== 0x1c));
    fc.assert(
      fc.property(fc.array(content.filter((bytes) => bytes.length > 0)), fc.nat(50), (contents, size) => {
        const framer = new MllpFramer(BOUNDS);
        const stream = Buffer.concat(contents.flatMap((bytes) => [Buffer.of(0x0b), bytes, Buffer.of(0x1c, 0x0d)]));
        const events: FramingEvent[] = [];
        for (let at = 0; at < stream.length; at += size + 1)
          events.push(...framer.push(stream.subarray(at, at + size + 1)));
        expect(events.map((event) => event.kind === 'frame' && [...event.bytes])).toEqual(
          contents.map((bytes) => [...bytes]),
        );
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });

  test('no byte between two frame marks is ever lost without being told', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('\x0b', '\x1c', '\r', 'MSH|', 'a'), { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const told = read(text).join('');
        const letters = (from: string): number => [...from].filter((letter) => letter === '|').length;
        // Beyond its bound a stray run is counted, not kept; these streams stay below it or are told with their count.
        fc.pre(!/stray (2[1-9]|[3-9]\d|\d{3})/.test(told));
        expect(letters(told)).toBe(letters(text));
      }),
      { seed: 20261122, numRuns: 2_000 },
    );
  });
});

describe('c3.9 MLLP: senders that stray from the rule', () => {
  test('a sender that starts again in the middle: the half message is set apart and never joined to the new one', () => {
    expect(read('\x0bMSH|D1\rPI\x0bMSH|D2\rPID|2\x1c\r')).toEqual(['abandoned 9 MSH|D1\rPI', 'frame MSH|D2\rPID|2']);
  });

  test('a restart is seen also behind a byte order mark, blank lines or in a batch', () => {
    expect(read('\x0bMSH|1\x0b\xef\xbb\xbf\r\nMSH|2\x1c\r')).toEqual([
      'abandoned 5 MSH|1',
      'frame \xef\xbb\xbf\r\nMSH|2',
    ]);
    expect(read('\x0bMSH|1\x0bBHS|2\x1c\r')).toEqual(['abandoned 5 MSH|1', 'frame BHS|2']);
    expect(read('\x0bMSH|1\x0bM\x0bMSH|2\x1c\r')).toEqual(['abandoned 7 MSH|1\x0bM', 'frame MSH|2']);
    expect(read('\x0bMSH|1\x0bM\0S\0H\0|\x1c\r')).toEqual(['abandoned 5 MSH|1', 'frame M\0S\0H\0|']);
  });

  test('a vertical tab pasted into a note is part of the note, and the message is answered', () => {
    expect(read('\x0bMSH|1\rOBX|1|TX|||rad ett\x0brad två\x1c\r')).toEqual([
      'frame MSH|1\rOBX|1|TX|||rad ett\x0brad två',
    ]);
  });

  test('FS without CR: the next message is not swallowed', () => {
    expect(read('\x0bMSH|1\x1c\x0bMSH|2\x1c\n\x0bMSH|3\x1c')).toEqual(['frame MSH|1', 'frame MSH|2', 'frame MSH|3']);
  });

  test('FS without CR and then silence: the message is complete when the wait is over, and a late CR does no harm', () => {
    const framer = new MllpFramer(BOUNDS);
    expect(framer.push(Buffer.from('\x0bMSH|1\x1c'))).toEqual([]);
    expect(framer.awaitsEnd).toBe(true);
    expect(words(framer.settle())).toEqual(['frame MSH|1']);
    expect(framer.push(Buffer.from('\r'))).toEqual([]);
    expect(framer.end()).toEqual([]);
  });

  test('a lone 0x1C inside a text does not cut the message', () => {
    expect(read('\x0bMSH|a\x1cb\x1c\x1cc\x1c\r')).toEqual(['frame MSH|a\x1cb\x1c\x1cc']);
  });

  test('doubled wrappers (Mirth #830) are one message', () => {
    expect(read('\x0b\x0bMSH|1\x1c\r\x1c\r\x0b\x0bMSH|2\x1c\x1c\r\r')).toEqual(['frame MSH|1', 'frame MSH|2']);
  });

  test('bytes between frames are counted and kept up to the bound, and the frames around them are whole', () => {
    expect(read('hello\x0bMSH|1\x1c\r\nGET / HTTP/1.1 and much more\r\n\x0bMSH|2\x1c\rx')).toEqual([
      'stray 5 hello',
      'frame MSH|1',
      'stray 30 GET / HTTP/1.1 and m',
      'frame MSH|2',
      'stray 1 x',
    ]);
  });

  test('an empty frame is no message', () => {
    expect(read('\x0b\x1c\r\x0bMSH|1\x1c\r')).toEqual(['frame MSH|1']);
  });

  test('a frame beyond the bound is told by its head and its length, and the next message is read', () => {
    const large = `MSH|${'x'.repeat(2_000)}`;
    expect(read(`\x0b${large}\x1c\r\x0bMSH|2\x1c\r`)).toEqual([`too-large 2004 ${large.slice(0, 20)}`, 'frame MSH|2']);
    expect(read(`\x0b${'x'.repeat(1_000)}\x1c\r`)).toEqual([`frame ${'x'.repeat(1_000)}`]);
    expect(read(`\x0b${'x'.repeat(1_001)}\x1c\r`)).toEqual([`too-large 1001 ${'x'.repeat(20)}`]);
  });

  test('a sender that starts again inside a frame beyond the bound is heard', () => {
    const large = `MSH|${'x'.repeat(2_000)}`;
    expect(read(`\x0b${large}\x0bMSH|2\x1c\r`)).toEqual([`abandoned 2004 ${large.slice(0, 20)}`, 'frame MSH|2']);
  });

  test('a line that breaks in a frame leaves what had come, set apart', () => {
    expect(read('\x0bMSH|1\rPID')).toEqual(['abandoned 9 MSH|1\rPID']);
  });
});

test('a frame of 2 MB in pieces of one byte takes work in proportion to its length', () => {
  const size = 2_000_000;
  const framer = new MllpFramer({ frameBytesMax: 20_000_000, strayBytesMax: 100 });
  const one = Buffer.from('x');
  framer.push(Buffer.from('\x0b'));
  for (let sent = 0; sent < size; sent += 1) framer.push(one);
  const [event] = framer.push(Buffer.from('\x1c\r'));
  expect(event?.kind === 'frame' && event.bytes.length).toBe(size);
});
