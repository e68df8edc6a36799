import { describe, expect, test } from 'vitest';
import { type FramingEvent, MllpFramer } from '../mllp/framing.ts';
import { enframe } from '../mllp/wire.ts';
import { acceptCode, acknowledge, answerMode } from './acknowledge.ts';
import { type Hl7Message, type Hl7Segment, parseMessage } from './message.ts';
import { realFiles } from './real-files.fixture.ts';
import { serialise } from './serialise.ts';
import { splitFrame } from './split.ts';

const SEED = 20261122;
const isLong = process.env['RESERVKRAFT_TEST_LONG'] === '1';
const mutations = isLong ? 1_000_000 : 50_000;

const OWN = [
  'MSH|^~\\&|LAB|SJH|RESERV|STN|20261122041500||ORU^R01^ORU_R01|17|P|2.5.1|||AL|NE||8859/1\rPID|1||189001019802^^^SKV^PNR~R-1||Åström^Eva^^||18900101|F\r' +
    'OBR|1|P1|F1|NPU^Blod^L|||20261122\rOBX|1|NM|NPU03230^K||4,1|mmol/L|3,5-4,6||||F\rOBX|2|TX|SVAR||Ingen \\T\\ blödning\\.br\\rad två~\\XE5\\||""||||F\r',
  'FHS|^~\\&|A\rBHS|^~\\&|A||||||FULL\rMSH|^~\\&#|A||||||ADT^A08|1|P|2.7\rPID|1||""\rMSH:+*%$:A::::::ADT+A01:2:P:2.3\rPID:1::x%F%\rBTS|2\rFTS|1\r',
  '\ufeff\r\nMSH|^~|A|B|||||ADT^A40|3|P|2.3\nPID|1||1&2\nMRG|2\n',
].map((text) => Buffer.from(text, 'latin1'));

/** A small generator whose seed is the whole recipe (xorshift32). */
function chance(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const PIECES = [
  '|',
  '^',
  '~',
  '\\',
  '&',
  '#',
  '\r',
  '\n',
  '""',
  '\\X',
  '\\F\\',
  'MSH|',
  'BHS|',
  'FTS|',
  '\v',
  '\0',
  '\u00c3',
  '\u00a5',
  '\u00ff',
  '__proto__|',
].map((text) => Buffer.from(text, 'latin1'));
// The end-of-frame byte and its CR, with and without each other.
PIECES.push(Buffer.of(0x1c), Buffer.of(0x1c, 0x0d));

/** One to five wounds: a byte changed, a stretch lost, doubled or moved in from elsewhere, a meaningful piece put in. */
function mutate(bytes: Buffer, other: Buffer, random: (below: number) => number): Buffer {
  let mutated = bytes;
  for (let wounds = 1 + random(5); wounds > 0; wounds -= 1) {
    const at = random(mutated.length + 1);
    const to = Math.min(mutated.length, at + random(40));
    const before = mutated.subarray(0, at);
    switch (random(5)) {
      case 0:
        mutated = Buffer.concat([before, Buffer.of(random(256)), mutated.subarray(at + 1)]);
        break;
      case 1:
        mutated = Buffer.concat([before, mutated.subarray(to)]);
        break;
      case 2:
        mutated = Buffer.concat([mutated.subarray(0, to), mutated.subarray(at)]);
        break;
      case 3:
        mutated = Buffer.concat([
          before,
          other.subarray(random(other.length + 1)).subarray(0, 60),
          mutated.subarray(at),
        ]);
        break;
      default:
        mutated = Buffer.concat([before, PIECES[random(PIECES.length)] ?? Buffer.of(), mutated.subarray(at)]);
    }
  }
  return mutated;
}

/** Reads everything there is to read in a segment; a value is text, null or nothing, never anything else. */
function readAll(segment: Hl7Segment): number {
  let letters = segment.name.length;
  for (let field = 0; field <= segment.fieldCount + 1; field += 1) {
    for (let repetition = 1; repetition <= Math.min(segment.repetitions(field) + 1, 4); repetition += 1) {
      letters += segment.value(field, 1, 1, repetition)?.length ?? 0;
      letters += segment.value(field, 2, 2, repetition)?.length ?? 0;
      letters += segment.freeText(field, repetition)?.length ?? 0;
    }
    letters += segment.freeText(field)?.length ?? 0;
  }
  return letters;
}

function readMessage(bytes: Uint8Array, charset: 'utf-8' | 'windows-1252'): Hl7Message {
  const message = parseMessage(bytes, { charset });
  for (const segment of message.segments) readAll(segment);
  const mode = answerMode(message, { acknowledge: 'as-asked' });
  const answer = acknowledge(message, { code: acceptCode(mode, 'kept'), controlId: 'R1', atMs: 0 });
  // An answer must never itself break the frame it is sent in.
  if (answer.includes(0x1c) && !bytes.includes(0x1c)) throw new Error('an answer holds the end of a frame');
  return message;
}

describe('a message that is damaged on its way stops nobody', () => {
  const files = realFiles()
    .map(({ bytes }) => bytes)
    .filter((bytes) => bytes.length < 6_000);
  const corpus = [...OWN, ...files];

  test(`${mutations} damaged messages: nothing crashes, no byte is lost, each can be answered`, () => {
    const random = chance(SEED);
    let lost = 0;
    let readable = 0;
    for (let run = 0; run < mutations; run += 1) {
      const original = corpus[run % corpus.length] ?? Buffer.of();
      const mutated = mutate(original, corpus[random(corpus.length)] ?? original, random);
      const { slices } = splitFrame(mutated);
      let length = 0;
      for (const slice of slices) {
        const message = readMessage(slice.bytes, run % 2 === 0 ? 'utf-8' : 'windows-1252');
        if (message.header !== null) readable += 1;
        length += slice.bytes.length;
        if (run % 8 === 0 && !Buffer.from(serialise(message)).equals(slice.bytes)) lost += 1;
      }
      if (length !== mutated.length) lost += 1;
    }
    expect(lost).toBe(0);
    // Most wounds leave a message readable; if none were, this test would show nothing.
    expect(readable).toBeGreaterThan(mutations / 2);
  }, 3_600_000);

  test('damaged streams never join two messages: every frame lies whole in what was sent between two frame marks', () => {
    const random = chance(SEED);
    let frames = 0;
    for (let run = 0; run < mutations / 50; run += 1) {
      const [first, second] = [random(corpus.length), random(corpus.length)].map((at) => corpus[at] ?? Buffer.of());
      if (first === undefined || second === undefined) continue;
      const stream = mutate(Buffer.concat([enframe(first), enframe(second)]), second, random);
      const framer = new MllpFramer({ frameBytesMax: 5_000, strayBytesMax: 100 });
      const events: FramingEvent[] = [];
      for (let at = 0; at < stream.length; ) {
        const size = 1 + random(500);
        events.push(...framer.push(stream.subarray(at, at + size)));
        at += size;
      }
      events.push(...framer.end());
      for (const event of events) {
        if (event.kind !== 'frame') continue;
        frames += 1;
        expect(stream.includes(Buffer.from(event.bytes))).toBe(true);
        expect(/\vMSH/.test(Buffer.from(event.bytes).toString('latin1'))).toBe(false);
      }
    }
    expect(frames).toBeGreaterThan(mutations / 50);
  }, 600_000);
});
