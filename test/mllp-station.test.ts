// What senders meet at a whole station: one answer a message, batches, senders nobody has declared.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Inbox } from '../src/intake/inbox.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { Intake } from '../src/station/receiving/intake.ts';
import { MllpLine, TEST_KEY, testMessage, testSources } from './station-fixture.ts';

const keys = new StationKeys(TEST_KEY);
const STRANGER = expect.stringMatching(/^unknown:[0-9a-f]{12}$/);
let folder: string;
let intake: Intake;
let line: MllpLine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-mllp-'));
  const [journal, lab] = testSources;
  const sources = [journal, { ...lab, hl7: { ...lab?.hl7, processingIdsAccepted: ['P'], fullLoadBatchName: 'ALLT' } }];
  intake = await Intake.start({
    dataFolder: folder,
    keys,
    sources: sources as typeof testSources,
    mllp: { host: '127.0.0.1', port: 0 },
    isPurgeAllowed: false,
  });
  line = new MllpLine(intake.mllp?.port ?? 0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function commandWords(text: string): string {
  const { command, phase, isPartial } = JSON.parse(text) as { command: string; phase?: string; isPartial?: boolean };
  return [command, phase, isPartial === true ? 'partial' : undefined].filter((word) => word !== undefined).join(' ');
}

/** Rows of the inbox besides declarations, as (source, beginning). */
async function rows(): Promise<[string, string][]> {
  line.close();
  await intake.stop();
  const db = openDatabase({ file: join(folder, 'inbox.db'), key: keys.database('inbox'), role: 'inbox' });
  const kept = new Inbox(db).read(1, 100).map(({ source, raw }): [string, string] => {
    const text = Buffer.from(raw).toString('latin1');
    return [source, text.startsWith('{') ? commandWords(text) : text];
  });
  db.close();
  return kept;
}

describe('a sender at the station', () => {
  it('gets one batch answer with a line for each message, and no byte of the batch is lost', async () => {
    const first = testMessage('a', 'LAB', 1);
    const second = testMessage('b', 'LAB', 1);
    const answer = await line.ask(`BHS|^~\\&|LAB|HUS|RK|RK|20261122||ALLT\r${first}${second}BTS|2\r`);
    expect(answer?.match(/MSA\|AA\|[ab]-1/g)).toEqual(['MSA|AA|a-1', 'MSA|AA|b-1']);
    expect(answer?.slice(1)).toMatch(/^BHS\|.*BTS\|2/s);
    expect(await rows()).toEqual([
      ['station', 'declare'],
      ['station', 'full-load begin'],
      ['lab', 'BHS|^~\\&|LAB|HUS|RK|RK|20261122||ALLT\r'],
      ['lab', first],
      ['lab', second],
      ['lab', 'BTS|2\r'],
      ['station', 'full-load end'],
    ]);
  });

  it('that cut a batch short has its messages kept, and the copy is not called whole', async () => {
    const first = testMessage('a', 'LAB', 1);
    await line.ask(`BHS|^~\\&|LAB|HUS|RK|RK|20261122||ALLT\r${first}BTS|2\r`);
    expect((await rows()).map(([, text]) => text)).not.toContain('full-load end');
  });

  it('that sends its full load again after a lost answer has not thereby said nothing', async () => {
    const batch = `BHS|^~\\&|LAB|HUS|RK|RK|20261122||ALLT\r${testMessage('a', 'LAB', 1)}BTS|1\r`;
    await line.ask(batch);
    await line.ask(batch);
    const told = (await rows()).filter(([source]) => source === 'station').map(([, words]) => words);
    expect(told).toEqual(['declare', 'full-load begin', 'full-load end', 'full-load begin', 'full-load end partial']);
  });

  it('that sends messages of another source in its full load has not told all of its own', async () => {
    const messages = `${testMessage('a', 'LAB', 1)}${testMessage('b', 'RTG', 1)}`;
    await line.ask(`BHS|^~\\&|LAB|HUS|RK|RK|20261122||ALLT\r${messages}BTS|2\r`);
    expect((await rows()).map(([, words]) => words)).toContain('full-load end partial');
  });

  it('nobody has declared is received under its own name, declared before its first message', async () => {
    const text = testMessage('a', 'RTG', 1);
    expect(await line.ask(text)).toContain('MSA|AA|a-1');
    expect(await line.ask(testMessage('a', 'RTG', 2))).toContain('MSA|AA|a-2');
    expect((await rows()).map(([source]) => source)).toEqual(['station', 'station', STRANGER, STRANGER]);
  });

  it('of test messages to a source in production is refused, and nothing is kept', async () => {
    const answer = await line.ask(testMessage('a', 'LAB', 1).replace('|P|2.5', '|T|2.5'));
    expect(answer).toContain('MSA|AR|a-1');
    expect((await rows()).map(([source]) => source)).toEqual(['station']);
  });

  it('of something that is no message is answered too, and what came is kept', async () => {
    expect(await line.ask('hej på dig')).toMatch(/MSA\|/);
    expect((await rows()).at(-1)).toEqual([STRANGER, 'hej på dig']);
  });

  it('of the same message again gets the same answer to the letter', async () => {
    const text = testMessage('a', 'JOURNAL', 1);
    const first = await line.ask(text);
    expect(await line.ask(text)).toBe(first);
    expect(await rows()).toHaveLength(2);
  });
});
