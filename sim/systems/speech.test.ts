import { expect, test } from 'vitest';
import { interpretHl7v2 } from '../../src/intake/hl7v2/meaning/interpret.ts';
import { parseMessage } from '../../src/intake/hl7v2/message.ts';
import { splitFrame } from '../../src/intake/hl7v2/split.ts';
import { simulatedSources, simulatedUnits } from '../declarations.ts';
import { HOUR_MS } from '../local-time.ts';
import { batchText, messageText, type Saying } from '../messages/message.ts';
import { isPresent } from '../stay.ts';
import { World } from '../world.ts';
import { everything, heartbeat, saidBetween } from './speech.ts';
import { VOICES, type Voice } from './voices.ts';
import { encode } from './wire.ts';

const NOON = Date.UTC(2026, 10, 24, 11, 0);
const world = new World({ seed: '1', at: NOON });
world.advance(NOON + 4 * HOUR_MS);
const LATER = NOON + 4 * HOUR_MS;
const sources = simulatedSources(['ASEN', 'FJALL']);
const said = (voice: Voice): Saying[] => [
  ...everything(voice, world, LATER),
  ...saidBetween(voice, world, NOON, LATER),
  heartbeat(voice, LATER),
];
const bytesOf = (voice: Voice, saying: Saying): Uint8Array => encode(messageText(voice, saying, LATER), voice.charset);

/** What a careful receiver would complain of in one message. */
function complaints(voice: Voice, saying: Saying): string[] {
  const found: string[] = [];
  const wrong = (isWrong: boolean, what: string): void => {
    if (isWrong) found.push(`${saying.type}: ${what}`);
  };
  const message = parseMessage(bytesOf(voice, saying), { charset: voice.charset });
  wrong(message.header?.value(3) !== voice.application, 'sender');
  wrong(message.header?.value(11) !== 'T', 'not marked as training');
  wrong(message.charset.mismatch || message.charset.mojibake, 'charset');
  wrong(message.charset.replacementCharacters > 0, 'lost letters');
  // A segment that a careless escape had cut in two would have no name.
  wrong(!message.segments.every((segment) => /^[A-Z][A-Z0-9]{2}$/u.test(segment.name)), 'segment name');
  if (saying.type.startsWith('NMD')) return found;
  wrong(message.all('PID').length === 0, 'about nobody');
  for (const pid of message.all('PID')) {
    wrong(pid.repetitions(3) !== 2, 'two identifiers');
    wrong(!/^\d{8}[\dA-Z]{4}$/u.test(pid.value(3, 1) ?? ''), 'number');
    wrong((pid.value(5, 1) ?? '') === '', 'name');
  }
  return found;
}

test.each(VOICES)(
  'every message of $name can be read, keeps its letters and has two identifiers and a name',
  (voice) => {
    const sayings = said(voice);
    expect(sayings.flatMap((saying) => complaints(voice, saying))).toEqual([]);
    expect(sayings.length).toBeGreaterThan(20);
    const withLetters = sayings.filter((saying) => {
      const message = parseMessage(bytesOf(voice, saying), { charset: voice.charset });
      return message.segments.some((segment) => /[åäöÅÄÖé]/u.test(segment.text));
    });
    expect(withLetters.length).toBeGreaterThan(sayings.length / 4);
  },
);

test.each(VOICES)('what $name says is understood by the station, part by part as declared', (voice) => {
  const source = sources.find((candidate) => candidate.id === voice.id);
  if (source === undefined) throw new Error('no declaration');
  const declared = new Set<string>(source.feeds.map((feed) => feed.part));
  const undeclared = new Set<string>();
  const unread = new Set<string>();
  const alarms: unknown[] = [];
  for (const [seq, saying] of said(voice).entries()) {
    const raw = bytesOf(voice, saying);
    const arrival = { wallMs: LATER, boot: 'test', monotonicMs: 0 };
    const reading = interpretHl7v2({ seq: seq + 1, source: source.id, format: 'hl7v2', arrival, raw }, source);
    if (reading.outcome !== 'understood') unread.add(`${reading.type} ${reading.outcome}`);
    alarms.push(...reading.alarms);
    for (const change of reading.changes) {
      if (change.kind === 'resource' && !declared.has(change.part)) undeclared.add(change.part);
    }
  }
  expect(alarms).toEqual([]);
  // The heartbeat is of a type the copy keeps unread: it says nothing of anybody, only that the line carries.
  expect([...unread].filter((what) => what !== 'NMD^N02 unread')).toEqual([]);
  expect([...undeclared]).toEqual([]);
});

test('control ids are never used twice for different messages, and come out the same in every run', () => {
  const other = new World({ seed: '1', at: NOON });
  other.advance(LATER);
  for (const voice of VOICES) {
    const messages = saidBetween(voice, world, NOON, LATER).map((saying) => messageText(voice, saying, LATER));
    expect(saidBetween(voice, other, NOON, LATER).map((saying) => messageText(voice, saying, LATER))).toEqual(messages);
    const ids = [...messages, ...everything(voice, world, LATER).map((s) => messageText(voice, s, LATER))].map(
      (text) => text.split('|')[9],
    );
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test('what is told live in small steps is what would have been told in one', () => {
  for (const voice of VOICES) {
    const whole = saidBetween(voice, world, NOON, LATER).map((saying) => saying.key);
    const steps: string[] = [];
    for (let at = NOON; at < LATER; at += 20 * 60_000) {
      steps.push(...saidBetween(voice, world, at, at + 20 * 60_000).map((saying) => saying.key));
    }
    expect([...steps].sort()).toEqual([...whole].sort());
  }
});

test('a full load is one batch with counts that agree, under the declared name, with everyone who is in the house', () => {
  const voice = VOICES[0];
  if (voice === undefined) throw new Error('no systems');
  const messages = everything(voice, world, LATER).map((saying) => messageText(voice, saying, LATER));
  const frame = encode(batchText(voice, messages, LATER), voice.charset);
  const split = splitFrame(frame);
  expect(split.isBatch).toBe(true);
  expect(split.faults).toEqual([]);
  expect(split.slices.filter((slice) => slice.kind === 'message')).toHaveLength(messages.length);
  const first = Buffer.from(split.slices[0]?.bytes ?? []).toString('latin1');
  const declared = sources.find((source) => source.id === voice.id)?.hl7.fullLoadBatchName;
  expect(first.split('|')[8]).toBe(declared);
  const admitted = messages.filter((text) => text.includes('|ADT^A01^')).length;
  const present = world.stays.filter(
    (stay) => stay.hospital === 'ASEN' && stay.kind !== 'emergency' && isPresent(stay, LATER),
  );
  expect(admitted).toBe(present.length);
});

test('the poor hospital declares neither given doses, sensitivities nor limits', () => {
  const parts = simulatedSources(['FJALL']).flatMap((source) => source.feeds.map((feed) => feed.part));
  for (const part of ['doses-given', 'medication-orders', 'allergies', 'limits'] as const) {
    expect(parts).not.toContain(part);
  }
  const units = new Set(simulatedUnits(['ASEN', 'FJALL']).map((unit) => unit.id));
  for (const source of sources)
    for (const feed of source.feeds) for (const unit of feed.units) expect(units).toContain(unit);
});
