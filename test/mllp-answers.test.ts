// What a sender hears, and when: every combination of MSH-15 and MSH-16 over a real socket, with the copy behind.

import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hl7Dialect } from '../src/domain/source.ts';
import { Inbox } from '../src/intake/inbox.ts';
import { limits } from '../src/limits.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { Intake } from '../src/station/receiving/intake.ts';
import { TEST_KEY, testMessage, testSources } from './station-fixture.ts';

const keys = new StationKeys(TEST_KEY);
const CONDITIONS = ['AL', 'NE', 'ER', 'SU'];

/** A sender that notes every answer frame and can wait for the next. */
class Listener {
  readonly answers: string[] = [];
  readonly #socket: Socket;
  #text = '';
  #heard: (() => void) | null = null;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      const frames = this.#text.split('\x1c\r');
      this.#text = frames.pop() ?? '';
      for (const frame of frames) this.answers.push(frame.slice(1));
      this.#heard?.();
    });
  }

  send(text: string | Buffer): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x0b]), Buffer.from(text), Buffer.from([0x1c, 0x0d])]));
  }

  /** Begins a frame and goes away. */
  breakOff(text: string): void {
    this.#socket.end(Buffer.concat([Buffer.from([0x0b]), Buffer.from(text)]));
  }

  /** `CA a-1` for each answer, when there are this many. */
  async codes(count: number): Promise<string[]> {
    while (this.answers.length < count) await new Promise<void>((resolve) => (this.#heard = resolve));
    return this.answers.flatMap((answer) =>
      [...answer.matchAll(/MSA\|(\w\w)\|([^|\r]*)/g)].map(([, code, id]) => `${code} ${id}`),
    );
  }

  close(): void {
    this.#socket.destroy();
  }
}

let folder: string;
let intake: Intake;
let sender: Listener;
const appliedTo = { cursor: 0, heard: () => {} };

async function start(hl7: Partial<Hl7Dialect>): Promise<void> {
  intake = await Intake.start({
    dataFolder: folder,
    keys,
    sources: testSources.map((source) => ({ ...source, hl7: { ...source.hl7, ...hl7 } })),
    mllp: { host: '127.0.0.1', port: 0 },
    isPurgeAllowed: false,
    listeners: {
      applied: (cursor) => {
        appliedTo.cursor = cursor;
        appliedTo.heard();
      },
    },
  });
  sender = new Listener(intake.mllp?.port ?? 0);
}

async function applied(cursor: number): Promise<void> {
  while (appliedTo.cursor < cursor) await new Promise<void>((resolve) => (appliedTo.heard = resolve));
}

/** With MSH-15 and MSH-16 as given. */
function asking(number: number, accept: string, application: string): string {
  return testMessage('a', 'LAB', number).replace('|P|2.5', `|P|2.5|||${accept}|${application}`);
}
/** A message that is kept and set aside: it does not say what it is. */
const unusable = (text: string): string => text.replace('ADT^A01^ADT_A01', '');

async function rows(): Promise<{ format: string; raw: string }[]> {
  sender.close();
  await intake.stop();
  const db = openDatabase({ file: join(folder, 'inbox.db'), key: keys.database('inbox'), role: 'inbox' });
  const kept = new Inbox(db).read(1, 100).map(({ format, raw }) => ({ format, raw: Buffer.from(raw).toString() }));
  db.close();
  return kept;
}

beforeEach(() => {
  appliedTo.cursor = 0;
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-answers-'));
});
afterEach(async () => {
  sender.close();
  await intake.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a sender of the usual kind', () => {
  it('gets exactly one answer a message, whatever it asks for in MSH-15 and MSH-16', async () => {
    await start({ acknowledge: 'once' });
    const asked = ['', ...CONDITIONS].flatMap((accept) => ['', ...CONDITIONS].map((after) => [accept, after] as const));
    for (const [index, [accept, after]] of asked.entries()) sender.send(asking(index + 1, accept, after));
    await sender.codes(asked.length);
    await applied(asked.length + 1);
    // One more, answered last: whatever was still to come for the others would have come before it.
    sender.send(asking(100, '', ''));
    const codes = await sender.codes(asked.length + 1);
    const isQuiet = (condition: string): boolean => condition === '' || condition === 'NE';
    expect(codes).toEqual([
      ...asked.map(([accept, after], index) => `${isQuiet(accept) && isQuiet(after) ? 'AA' : 'CA'} a-${index + 1}`),
      'AA a-100',
    ]);
  });
});

describe('a sender that is answered as it asks', () => {
  beforeEach(() => start({ acknowledge: 'as-asked' }));

  it('hears CA when its message is kept and AA on the same connection when it is in the copy, not before', async () => {
    intake.pauseApply(true);
    sender.send(asking(1, 'AL', 'AL'));
    expect(await sender.codes(1)).toEqual(['CA a-1']);
    sender.send(asking(2, 'AL', 'NE'));
    expect(await sender.codes(2)).toEqual(['CA a-1', 'CA a-2']);
    intake.pauseApply(false);
    expect(await sender.codes(3)).toEqual(['CA a-1', 'CA a-2', 'AA a-1']);
  });

  it('hears AE of a message that could not be used, which is kept all the same', async () => {
    sender.send(unusable(asking(1, 'AL', 'AL')));
    expect(await sender.codes(2)).toEqual(['CA a-1', 'AE a-1']);
    expect((await rows()).at(-1)?.raw).toContain('|a-1|');
  });

  it('hears the second answer again when it sends the message again', async () => {
    sender.send(asking(1, 'AL', 'AL'));
    await sender.codes(2);
    sender.send(asking(1, 'AL', 'AL'));
    expect(await sender.codes(4)).toEqual(['CA a-1', 'AA a-1', 'CA a-1', 'AA a-1']);
    sender.send(unusable(asking(2, 'AL', 'ER')));
    await sender.codes(6);
    sender.send(unusable(asking(2, 'AL', 'ER')));
    expect((await sender.codes(8)).slice(4)).toEqual(['CA a-2', 'AE a-2', 'CA a-2', 'AE a-2']);
  });

  it('hears nothing where it asked for nothing, and what it sent is kept', async () => {
    for (const [number, accept] of [
      [1, 'NE'],
      [2, 'ER'],
    ] as const)
      sender.send(asking(number, accept, 'NE'));
    await applied(3);
    sender.send(asking(3, 'AL', 'NE'));
    expect(await sender.codes(1)).toEqual(['CA a-3']);
    expect((await rows()).map(({ raw }) => /\|(a-\d)\|/.exec(raw)?.[1])).toEqual([undefined, 'a-1', 'a-2', 'a-3']);
  });

  it.each([
    ['AL', ['AA a-1', 'AE a-2']],
    ['SU', ['AA a-1']],
    ['ER', ['AE a-2']],
    ['NE', []],
  ])('with %s in MSH-16 hears of use and of failure accordingly', async (after, expected) => {
    sender.send(asking(1, 'NE', after));
    sender.send(unusable(asking(2, 'NE', after)));
    await applied(3);
    // An answer of use waits for nothing that is sent after it: the next one's is asked for when all that must come has come.
    await sender.codes(expected.length);
    sender.send(asking(3, 'AL', 'NE'));
    expect(await sender.codes(expected.length + 1)).toEqual([...expected, 'CA a-3']);
  });

  it('without a word of it in MSH-15 and MSH-16 is answered in original mode', async () => {
    sender.send(asking(1, '', ''));
    expect(await sender.codes(1)).toEqual(['AA a-1']);
  });
});

describe('a batch', () => {
  it('with a message refused at once is answered in the order of its messages', async () => {
    await start({ processingIdsAccepted: ['P'] });
    const of = (number: number, processing: string): string =>
      testMessage('a', 'LAB', number).replace('|P|2.5', `|${processing}|2.5`);
    sender.send(`BHS|^~\\&|LAB|HUS\r${of(1, 'P')}${of(2, 'T')}${of(3, 'P')}BTS|3\r`);
    expect(await sender.codes(1)).toEqual(['AA a-1', 'AR a-2', 'AA a-3']);
  });
});

describe('half a message', () => {
  beforeEach(() => start({}));

  it('beyond the bound is refused, and its head is kept, set aside and never applied', async () => {
    const head = testMessage('a', 'LAB', 1);
    sender.send(Buffer.concat([Buffer.from(head), Buffer.alloc(limits.mllpFrameBytesMax, 'x')]));
    expect(await sender.codes(1)).toEqual(['AR a-1']);
    await applied(2);
    const reader = openDatabase({ file: join(folder, 'copy.db'), key: keys.database('copy'), role: 'copy' });
    const outcome = reader.prepare('SELECT outcome, type FROM outcome WHERE seq = 2').get();
    const people = reader.prepare('SELECT count(*) FROM identity').pluck().get();
    reader.close();
    expect([outcome, people]).toEqual([{ outcome: 'set-aside', type: 'fragment' }, 0]);
    const [, kept] = await rows();
    expect(kept).toMatchObject({ format: 'hl7v2-fragment', raw: expect.stringMatching(/^MSH.*Va\rx/s) });
    expect(Buffer.byteLength(kept?.raw ?? '')).toBe(limits.mllpStrayBytesMax);
  });

  it('that ended with its connection is kept, set aside and never applied as if it were whole', async () => {
    const half = testMessage('a', 'LAB', 1).slice(0, -40);
    sender.breakOff(half);
    await applied(2);
    const reader = openDatabase({ file: join(folder, 'copy.db'), key: keys.database('copy'), role: 'copy' });
    const outcome = reader.prepare('SELECT outcome FROM outcome WHERE seq = 2').pluck().get();
    const people = reader.prepare('SELECT count(*) FROM identity').pluck().get();
    reader.close();
    expect([outcome, people]).toEqual(['set-aside', 0]);
    expect(await rows()).toContainEqual({ format: 'hl7v2-fragment', raw: half });
  });
});
