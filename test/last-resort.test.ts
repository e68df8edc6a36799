// A fault nobody has thought of, in each thread of a real station: said by kind and place, never in its own words, and nothing that a sender
// has been told is kept is gone when the station has been started again.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Inbox } from '../src/intake/inbox.ts';
import { loadStationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { FAULT_EXIT, faultOf } from '../src/station/last-resort.ts';
import { MllpLine, testMessage } from './station-fixture.ts';
import { House } from './support/house.ts';

const PRELOAD = new URL('./children/fault-in-thread.ts', import.meta.url).href;
let house: House;
afterEach(() => house.end());

it('a fault ends the station with words of nobody, or the thread alone where others can go on, and loses nothing confirmed', async () => {
  house = new House();
  const environment = { NODE_OPTIONS: `--import=${PRELOAD}`, FAULT_FOLDER: house.folder };
  house = house.beside({ environment });
  const fault = (thread: string) => writeFileSync(join(house.folder, thread), '');
  for (const [thread, code, event] of [
    ['main', FAULT_EXIT, /"event":"station\.fault","cause":"RangeError","at":null,"origin":"uncaughtException"/],
    // It ends the receiving thread too, that ends the station in order.
    ['applying', 1, /"event":"intake\.died","cause":"RangeError"/],
  ] as const) {
    await house.start();
    const line = new MllpLine(house.mllpPort);
    expect(await line.ask(testMessage(thread, 'LAB', 1))).toContain('MSA|AA|');
    fault(thread);
    expect([thread, await house.ended()]).toEqual([thread, code]);
    line.close();
    expect(house.logged).toMatch(event);
  }
  await house.start();
  await house.api('/api/patients/search', { text: 'övning' });
  for (const [thread, event] of [
    ['ledger', /"event":"ledger\.died","cause":"RangeError"/],
    ['reading', /"event":"reading\.ended","thread":"\w+","why":"died"/],
  ] as const) {
    fault(thread);
    while (!event.test(house.logged)) await house.api('/api/status');
  }
  // Who reads goes on.
  await house.api('/api/patients/search', { text: 'övning' });
  fault('promise');
  expect(await house.ended()).toBe(FAULT_EXIT);
  expect(house.logged).toMatch(/"event":"station\.fault","cause":"RangeError","at":null,"origin":"unhandledRejection"/);
  expect(house.logged).not.toMatch(/Övning|Åsa|9802|asa/);
  expect(received()).toEqual(['main-1', 'applying-1']);
});

/** Control ids of what lies in the inbox. */
function received(): string[] {
  const { dataFolder, keyFile } = house;
  const key = loadStationKeys({ file: keyFile, dataFolder }).database('inbox');
  const db = openDatabase({ file: join(dataFolder, 'inbox.db'), key, role: 'inbox', readonly: true });
  const kept = new Inbox(db).read(1, 100).map(({ raw }) => Buffer.from(raw).toString('latin1'));
  db.close();
  return kept.flatMap((text) => (text.startsWith('MSH') ? [text.split('|')[9] ?? ''] : []));
}

it('what is said of a fault is its kind and its place in our code', () => {
  house = new House();
  const { cause, at } = faultOf(new TypeError('Åsa Övning'));
  expect([cause, at]).toEqual(['TypeError', null]);
  const words = 'Övning\n    at x (/x/src/189001019802.ts:1:2)\n';
  const ours = new SyntaxError(words);
  const frames = '\n    at JSON.parse (<anonymous>)\n    at read (file:///opt/reservkraft/src/station/hand-in.ts:12:9)';
  ours.stack = `SyntaxError: ${words}${frames}`;
  expect(faultOf(ours)).toEqual({ cause: 'SyntaxError', at: 'src/station/hand-in.ts:12' });
  ours.stack = `Another: ${words}${frames}`;
  expect(faultOf(ours)).toEqual({ cause: 'SyntaxError', at: null });
  const named = new Error('x');
  named.name = 'Åsa Övning';
  expect(faultOf(named).cause).toBe('unknown');
  expect(faultOf('Åsa Övning')).toEqual({ cause: 'unknown', at: null });
});
