// Four weeks without a word from anyone: no source, no name service, no time server, nobody who has declared anything. Who works here
// signs in, every chart of the first day opens, nothing is forgotten, and whatever the wall clock is set to, ages only grow.

import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ACCESS_PATHS,
  type DealtSecret,
  type Me,
  OWN_PAGE_HEADER,
  OWN_PAGE_VALUE,
} from '../src/domain/access/routes.ts';
import type { Chart } from '../src/domain/chart/chart.ts';
import type { StationStatus } from '../src/station/status.ts';
import { SETTINGS_EXAMPLE } from './support/example.ts';
import { House } from './support/house.ts';

const DAY_MS = 86_400_000;
/** Skatteverket's published test numbers. */
const [IN_BED, DISCHARGED] = ['189001019802', '189001029819'];
const DAY = new Date().toISOString().slice(0, 10);
const dayBefore = (days: number): string => new Date(Date.parse(DAY) - days * DAY_MS).toISOString().slice(0, 10);
const PEOPLE = ['SE0000000000-N1', 'SE0000000000-N2', 'SE0000000000-D1'];
/** One without an end, one whose role began the day before, one hired for ten days. */
const LIST = `hsa-id;namn;titel;yrke;enhet;roll;från;till
${PEOPLE[0]};Anna Bergström;leg. ssk;sjuksköterska;KIR;medarbetare;;
${PEOPLE[1]};Eva Ek;leg. ssk;sjuksköterska;KIR;medarbetare;${dayBefore(1)};
${PEOPLE[2]};Bo Alm;läkare;läkare;KIR;medarbetare;;${dayBefore(-10)}
`;

let house: House;
let clock: string;
const words = new Map<string, string>();
const handles = new Map<string, string>();
const before = { options: process.env['NODE_OPTIONS'], file: process.env['TEST_CLOCK_FILE'] };

beforeAll(async () => {
  house = new House({ settings: SETTINGS_EXAMPLE });
  clock = join(house.folder, 'clock.json');
  setClocks(0, 0);
  process.env['TEST_CLOCK_FILE'] = clock;
  process.env['NODE_OPTIONS'] = `--import ${new URL('./children/other-time.ts', import.meta.url).href}`;
  await house.start();
  for (const [at, number] of [IN_BED, DISCHARGED].entries()) await send(...stay(number ?? '', at));
  await house.settled();
  writeFileSync(join(house.folder, 'people.csv'), LIST);
  expect((await house.run(['accounts', 'import', join(house.folder, 'people.csv')])).code).toBe(0);
  for (const user of PEOPLE) {
    const { code } = JSON.parse((await house.run(['accounts', 'deal', user, '--json'])).out) as { code: string };
    const dealt = (await ask('POST', ACCESS_PATHS.enrolment, { user, code })).json as DealtSecret;
    words.set(user, dealt.words.join(' '));
    expect((await unitsOf(user)).units).toEqual(['KIR']);
  }
  for (const number of [IN_BED, DISCHARGED]) handles.set(number ?? '', (await chartAtDesk(number ?? '')).key);
  expect((await house.run(['snapshot'])).code).toBe(0);
});
afterAll(async () => {
  for (const [name, value] of [
    ['NODE_OPTIONS', before.options],
    ['TEST_CLOCK_FILE', before.file],
  ] as const)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await house.end();
});

/** Days that have passed, and how much further the wall clock shows. */
function setClocks(days: number, wallDaysWrong: number): void {
  const monotonicMs = days * DAY_MS;
  writeFileSync(`${clock}.new`, JSON.stringify({ monotonicMs, wallMs: monotonicMs + wallDaysWrong * DAY_MS }));
  renameSync(`${clock}.new`, clock);
}

const stamp = (daysAgo: number): string => `${dayBefore(daysAgo).replaceAll('-', '')}080000`;
const said = (type: string, id: string, at: string, number: string, bed: string, more: string[] = []): string =>
  [
    `MSH|^~\\&|JOURNAL|HUS|RK|RK|${at}||${type}|${id}|P|2.5||||||UNICODE UTF-8`,
    `EVN|${type.slice(4)}|${at}`,
    `PID|1||${number}^^^SKV^NNSE||Övning^${bed}||19000101|F`,
    `PV1|1|I|KIR^1^${bed}||||||||||||||||V${bed}|||||||||||||||||||||||||${stamp(2)}`,
    'AL1|1|DA|^Penicillin|SV',
    ...more,
    '',
  ].join('\r');
const stay = (number: string, at: number): string[] => [
  said('ADT^A01', `in-${at}`, stamp(2), number, String(at + 1)),
  ...(number === DISCHARGED ? [said('ADT^A03', `out-${at}`, stamp(1), number, String(at + 1))] : []),
];

async function send(...messages: string[]): Promise<void> {
  for (const [at, message] of messages.entries()) {
    const file = join(house.folder, `m${at}.hl7`);
    writeFileSync(file, message);
    expect((await house.run(['send', file, '--to', house.mllp])).code).toBe(0);
  }
}

async function ask(method: string, path: string, body?: object, cookie = '') {
  const answer = await house.fetch(path, {
    method,
    headers: {
      ...{ authorization: '', cookie, [OWN_PAGE_HEADER]: OWN_PAGE_VALUE },
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  return { status: answer.status, json: (await answer.json()) as unknown, cookie: cookies.join('; ') };
}

/** Signs in, and tells what is theirs to open. */
async function unitsOf(user: string): Promise<{ readonly units: string[]; readonly cookie: string }> {
  const { status, json, cookie } = await ask('POST', ACCESS_PATHS.session, { user, secret: words.get(user) });
  expect([user, status]).toEqual([user, 200]);
  return { units: (json as Me).units.map(({ unit }) => unit), cookie };
}

async function chartAtDesk(number: string): Promise<Chart> {
  const { code, out } = await house.run(['chart', '-', '--json'], number);
  expect(code).toBe(0);
  return JSON.parse(out) as Chart;
}

/** As somebody on the ward opens it. */
async function charts(user: string): Promise<Chart[]> {
  const { units, cookie } = await unitsOf(user);
  expect([user, units]).toEqual([user, ['KIR']]);
  expect((await ask('GET', '/api/units/KIR', undefined, cookie)).status).toBe(200);
  const opened = [];
  for (const number of [IN_BED, DISCHARGED]) {
    const patient = handles.get(number ?? '');
    // Who left the unit more than three days ago is opened as another unit's patient: by saying why, in one press.
    if (number === DISCHARGED)
      expect((await ask('POST', ACCESS_PATHS.choices, { patient, relation: 'was-here' }, cookie)).status).toBe(200);
    const { status, json } = await ask('GET', `/api/charts/${patient}`, undefined, cookie);
    expect([user, number, status]).toEqual([user, number, 200]);
    opened.push((json as { chart?: Chart }).chart ?? (json as Chart));
  }
  return opened;
}

const allergiesOf = (chart: Chart): string => JSON.stringify(chart.blocks.find(({ name }) => name === 'warnings'));
const standstill = async (): Promise<readonly string[]> =>
  (await house.api<StationStatus>('/api/status')).purgeStoppedBy;

describe('§5.9 four weeks without contact', () => {
  it('nothing is forgotten, day by day, in a station started anew on each, by no message and no declaration', async () => {
    for (const day of [4, 9, 20]) {
      await house.stop();
      setClocks(day, 0);
      await house.start();
      expect([day, await standstill()]).toEqual([day, ['silence']]);
      expect((await house.run(['snapshot'])).code).toBe(0);
      for (const chart of await charts(PEOPLE[0] ?? '')) expect(allergiesOf(chart)).toContain('Penicillin');
    }
  });

  it('everyone signs in and has their unit, every chart of day 0 opens whole, in a station that has run all along', async () => {
    setClocks(28, 0);
    for (const user of PEOPLE)
      for (const chart of await charts(user)) {
        expect(allergiesOf(chart)).toContain('Penicillin');
        expect(JSON.stringify(chart)).toMatch(/[Tt]yst sedan/);
        expect(chart.clockIsUnsure).toBe(false);
      }
  });

  for (const [wrong, days] of [
    ['ten years ahead', 3_650],
    ['a month behind', -60],
    ['at a dead battery’s 1970', -Math.floor(Date.now() / DAY_MS) - 20],
  ] as const)
    it(`with the wall clock ${wrong}, in a running station and a new one, everyone signs in and the screen says that the clock is unsure`, async () => {
      setClocks(28, 0);
      const right = ageOf((await charts(PEOPLE[0] ?? ''))[0]);
      setClocks(28, days);
      for (const started of ['running', 'anew'] as const) {
        if (started === 'anew') {
          await house.stop();
          await house.start();
        }
        for (const user of PEOPLE)
          for (const chart of await charts(user)) {
            expect([started, user, chart.clockIsUnsure]).toEqual([started, user, true]);
            expect(allergiesOf(chart)).toContain('Penicillin');
            expect(ageOf(chart)).toBeGreaterThanOrEqual(right - 60_000);
          }
        const text = await house.run(['chart', '-'], IN_BED);
        expect(text.out.toLowerCase()).toContain('klockan osäker');
        expect(await standstill()).toContain('silence');
      }
    });

  it('nobody was asked for a name, and when the record system is heard again what is old may be forgotten again', async () => {
    expect(house.logged).not.toContain('asked-for-a-name');
    await house.stop();
    setClocks(28, 0);
    await house.start();
    await send(said('ADT^A08', 'heard', stamp(-28), IN_BED ?? '', '1'));
    await house.settled();
    while ((await standstill()).length > 0) await wait(50);
    expect(allergiesOf(await chartAtDesk(IN_BED ?? ''))).toContain('Penicillin');
  });
});

/** Of the allergies; what no clock can say is as old as can be. */
function ageOf(chart: Chart | undefined): number {
  const [allergies] = chart?.blocks.find(({ name }) => name === 'warnings')?.parts ?? [];
  return allergies?.state.feeds[0]?.ageMs ?? Number.POSITIVE_INFINITY;
}
