// Published HL7 v2 messages of many senders, sent to a real station over MLLP: what it answers, keeps, and whom it changes.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDigest } from '../src/copy/digest.ts';
import { realFiles, whyNoRealFiles } from '../src/intake/hl7v2/real-files.fixture.ts';
import { DATA, messagesOf, numbersAbout, plain } from './support/corpus.ts';
import { House } from './support/house.ts';
import { answersTo } from './support/mllp-answers.ts';
import { PatientWords } from './support/patient-words.ts';

interface AnswerLine {
  readonly place: string;
  readonly code: string;
  readonly text: string;
}

const files = realFiles();
const messages = files.flatMap(({ bytes }) =>
  /MSH[^A-Za-z0-9\s]/.test(bytes.toString('latin1')) ? messagesOf(bytes) : [],
);
const folders = [...new Set(files.map(({ name }) => name.split('/')[0] ?? ''))];

describe.skipIf(whyNoRealFiles !== null)('the messages of other hospitals’ systems', () => {
  let house: House;
  let lines: AnswerLine[] = [];
  let totals = { files: 0, messages: 0, answers: {} as Record<string, number> };

  beforeAll(async () => {
    house = await House.start();
    const sent = await house.run(['send', ...folders.map((name) => `${DATA}/${name}`), '--to', house.mllp, '--json']);
    const told = sent.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    totals = told.pop();
    lines = told;
    await house.settled();
  });
  afterAll(() => house.end());

  it('every message gets exactly one answer', async () => {
    expect(lines).toHaveLength(totals.messages);
    expect(totals.messages).toBeGreaterThanOrEqual(messages.length);
    expect(messages.length).toBeGreaterThan(400);
    expect(Object.keys(totals.answers).filter((code) => !['AA', 'CA'].includes(code))).toEqual([]);
    expect(new Set(lines.map(({ place }) => place)).size).toBeGreaterThan(200);
  });

  it('sent again, all at once on one line, each is answered once as before, and no chart changes', async () => {
    const before = digest(house);
    // Without a control id nobody can tell a repetition from something that happened twice.
    const named = messages.filter((message) => controlId(message) !== '');
    expect(named.length).toBeGreaterThan(450);
    const answers = await answersTo(named, house.mllpPort);
    expect(answers).toHaveLength(named.length);
    expect(answers.filter((answer) => !/\rMSA.(AA|CA)/.test(answer))).toEqual([]);
    await house.settled();
    expect(digest(house)).toBe(before);
  });

  it('every byte received can be had back', async () => {
    const kept = house.kept();
    const inbox = kept.station.inbox();
    const rows = inbox.read(1, 10_000);
    kept.close();
    const had = new Set(rows.map(({ raw }) => Buffer.from(raw).toString('latin1')));
    // Two recordings end in the mark that ends a frame.
    const lost = messages.filter((message) => !had.has(Buffer.from(message).toString('latin1').split('\x1c')[0] ?? ''));
    expect(lost).toHaveLength(0);

    const longest = rows.reduce((a, b) => (b.raw.length > a.raw.length ? b : a));
    const strange = rows.filter(({ raw }) => raw.some((byte) => byte > 0x7f)).slice(0, 2);
    for (const { seq, raw } of [longest, ...strange]) {
      const { bytes, code } = await house.run(['messages', '--raw', String(seq)]);
      expect(code).toBe(0);
      expect(bytes.equals(Buffer.from(raw))).toBe(true);
    }
  });

  it('§5.13 whatever a station is sent, its log holds nobody’s name or number', async () => {
    const [first = Buffer.alloc(0)] = messages;
    const cut = first.subarray(0, first.length >> 1);
    const garbled = messages
      .slice(0, 40)
      .map((message) => Buffer.from(message).map((byte, at) => (at % 7 === 0 ? byte ^ 0x55 : byte)));
    await answersTo([cut, ...garbled], house.mllpPort);
    const number = '192804129175';
    const wrong = [
      house.fetch(`/fhir/Patient?identifier=${number}`),
      house.fetch(`/fhir/Patient/${number}/$summary`),
      house.fetch(`/api/charts/${number}`),
      house.fetch(`/api/units/Lindqvist`),
      house.fetch('/api/patients/search', { method: 'POST', body: `{"text":"Lindqvist` }),
      house.fetch(`/api/intake/Lindqvist/fhir`, { method: 'POST', body: `{"resourceType":"Patient","id":"${number}"` }),
      house.fetch(`/${number}`, { headers: { authorization: `Bearer ${number}${number}` } }),
    ];
    for (const { status } of await Promise.all(wrong)) expect(status).toBeGreaterThanOrEqual(400);
    await house.settled();
    expect(house.logged).toContain('station.started');
    expect(new PatientWords().linesIn(house.logged)).toEqual([]);
    for (const line of house.logged.trim().split('\n')) expect(JSON.parse(line)).toBeTypeOf('object');
  });

  it('a message changes the charts of those it names, and nobody else’s', () => {
    const { station, copy, close } = house.kept();
    const rows = station.inbox().read(1, 10_000);
    const touched = copy.prepare<[number, number], { id: string; part: number }>(
      `SELECT DISTINCT identity.id AS id, fact.part AS part FROM fact JOIN identity ON identity.no = fact.identity
       WHERE fact.since = ? OR (fact.until = ? AND fact.until < 100000000000000)`,
    );
    const strangers: unknown[] = [];
    let changed = 0;
    for (const { seq, raw, format } of rows) {
      if (format !== 'hl7v2') continue;
      const about = numbersAbout(raw);
      for (const { id } of touched.all(seq, seq)) {
        changed++;
        if (!about.has(plain(id))) strangers.push(seq);
      }
    }
    close();
    expect(strangers).toEqual([]);
    expect(changed).toBeGreaterThan(300);
  });
});

const digest = (house: House): string => {
  const { copy, close } = house.kept();
  try {
    return copyDigest(copy);
  } finally {
    close();
  }
};

const controlId = (message: Uint8Array): string => {
  const header = /MSH([^\r\n]*)/.exec(Buffer.from(message).toString('latin1'))?.[1] ?? '';
  return header.split(header[0] ?? '|')[9] ?? '';
};
