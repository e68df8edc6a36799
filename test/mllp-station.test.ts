// What senders meet at a whole station: one answer a message, batches, senders nobody has declared.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Inbox } from '../src/intake/inbox.ts';
import { Intake } from '../src/station/intake.ts';
import { StationKeys } from '../src/station/keys.ts';
import { openDatabase } from '../src/station/open-database.ts';
import { MllpLine, TEST_KEY, testMessage, testSources } from './station-fixture.ts';

const keys = new StationKeys(TEST_KEY);
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

/** Rows of the inbox besides declarations, as (source, beginning). */
async function rows(): Promise<[string, string][]> {
  line.close();
  await intake.stop();
  const db = openDatabase({ file: join(folder, 'inbox.db'), key: keys.database('inbox'), role: 'inbox' });
  const kept = new Inbox(db).read(1, 100).map(({ source, raw }): [string, string] => {
    const text = Buffer.from(raw).toString('latin1');
    return [source, text.startsWith('{') ? (text.split(',')[0] ?? '') : text];
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
      ['station', '{"command":"declare"'],
      ['lab', 'BHS|^~\\&|LAB|HUS|RK|RK|20261122||ALLT\r'],
      ['lab', first],
      ['lab', second],
      ['lab', 'BTS|2\r'],
      ['station', '{"command":"full-load"'],
    ]);
  });

  it('that cut a batch short has its messages kept, and the copy is not called whole', async () => {
    const first = testMessage('a', 'LAB', 1);
    await line.ask(`BHS|^~\\&|LAB|HUS|RK|RK|20261122||ALLT\r${first}BTS|2\r`);
    expect((await rows()).map(([, text]) => text)).not.toContain('{"command":"full-load"');
  });

  it('nobody has declared is received under its own name, declared before its first message', async () => {
    const text = testMessage('a', 'RTG', 1);
    expect(await line.ask(text)).toContain('MSA|AA|a-1');
    expect(await line.ask(testMessage('a', 'RTG', 2))).toContain('MSA|AA|a-2');
    expect((await rows()).map(([source]) => source)).toEqual([
      'station',
      'station',
      'unknown:RTG|HUS',
      'unknown:RTG|HUS',
    ]);
  });

  it('of test messages to a source in production is refused, and nothing is kept', async () => {
    const answer = await line.ask(testMessage('a', 'LAB', 1).replace('|P|2.5', '|T|2.5'));
    expect(answer).toContain('MSA|AR|a-1');
    expect((await rows()).map(([source]) => source)).toEqual(['station']);
  });

  it('of something that is no message is answered too, and what came is kept', async () => {
    expect(await line.ask('hej på dig')).toMatch(/MSA\|/);
    expect((await rows()).at(-1)).toEqual(['unknown:|', 'hej på dig']);
  });

  it('of the same message again gets the same answer to the letter', async () => {
    const text = testMessage('a', 'JOURNAL', 1);
    const first = await line.ask(text);
    expect(await line.ask(text)).toBe(first);
    expect(await rows()).toHaveLength(2);
  });
});
