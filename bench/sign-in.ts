// The worst morning: 2,000 people sign in and open their unit's list within five minutes, at one station (design §17, issue 3). Each has a
// browser of their own; they come by chance, some at once. The station is a process of its own.

import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ACCESS_PATHS, OWN_PAGE_HEADER, OWN_PAGE_VALUE } from '../src/domain/access/routes.ts';
import { ask, askJson } from './ask.ts';
import { type StationChild, startStation } from './children.ts';
import { BENCH_UNITS } from './declared.ts';
import { nameOf } from './people.ts';
import { progress } from './progress.ts';
import { type BenchRow, ms, percentile } from './report.ts';
import { removeFolder, scratchFolder } from './scratch.ts';

const PEOPLE = 2_000;
const WITHIN_MS = 5 * 60_000;
/** A quick run: the same pace for as long as it takes these to come. */
const PEOPLE_QUICK = 100;
const ENROLLED_AT_ONCE = 4;

export async function measureSignIn({ isQuick }: { readonly isQuick: boolean }): Promise<BenchRow[]> {
  const folder = scratchFolder('sign-in');
  const station = await startStation(folder);
  try {
    const count = isQuick ? PEOPLE_QUICK : PEOPLE;
    const people = await enrol(station, count);
    const { signIns, lists, errors } = await everybodyComes(station, people);
    const p99 = percentile(signIns, 0.99);
    const pace = `${count} people in ${Math.round((count / PEOPLE) * (WITHIN_MS / 1000))} s`;
    const row = { group: 'sign-in', bare: null, ratio: null } as const;
    return [
      {
        ...row,
        what: `${pace}: signed in`,
        ours: `p50 ${ms(percentile(signIns, 0.5))}, p99 ${ms(p99)}, ${errors} errors`,
        budget: 'p99 ≤ 1 s, no error',
        isMet: p99 <= 1_000 && errors === 0,
        note: 'argon2id, 19 MiB and two passes, two at a time; they come by chance, not in step',
      },
      {
        ...row,
        what: 'and opened their unit',
        ours: `p50 ${ms(percentile(lists, 0.5))}, p99 ${ms(percentile(lists, 0.99))}`,
        budget: 'p99 ≤ 1 s',
        isMet: percentile(lists, 0.99) <= 1_000,
      },
    ];
  } finally {
    await station.stop();
    removeFolder(folder);
  }
}

interface Employee {
  readonly user: string;
  readonly secret: string;
}

/** As a list of a hospital's staff, each then exchanging a code for words. */
async function enrol(station: StationChild, count: number): Promise<Employee[]> {
  const [unit] = BENCH_UNITS;
  const users = Array.from({ length: count }, (_, no) => `SE0000000000-B${no}`);
  const lines = users.map((user, no) => {
    const { family, given } = nameOf(no);
    return `${user};${given[0] ?? ''} ${family};ssk;sjuksköterska;${unit?.id ?? ''};medarbetare`;
  });
  await ask(station, '/api/accounts/import', { list: ['hsa-id;namn;titel;yrke;enhet;roll', ...lines].join('\n') });
  const people: Employee[] = [];
  const waiting = [...users];
  const one = async (): Promise<void> => {
    for (let user = waiting.shift(); user !== undefined; user = waiting.shift()) {
      const { code } = await askJson<{ code: string }>(station, '/api/accounts/deal', { id: user });
      const { json } = await browse(station, ACCESS_PATHS.enrolment, '', { user, code });
      const secret = (json as { words: string[] }).words.join(' ');
      // Once, so that what is measured is an ordinary morning.
      await browse(station, ACCESS_PATHS.session, '', { user, secret });
      people.push({ user, secret });
      progress(() => `${people.length} people enrolled`);
    }
  };
  await Promise.all(Array.from({ length: ENROLLED_AT_ONCE }, one));
  return people;
}

async function everybodyComes(station: StationChild, people: readonly Employee[]) {
  const [signIns, lists]: [number[], number[]] = [[], []];
  let errors = 0;
  const one = async ({ user, secret }: Employee): Promise<void> => {
    const began = performance.now();
    const { status, cookie } = await browse(station, ACCESS_PATHS.session, '', { user, secret });
    signIns.push(performance.now() - began);
    const opened = performance.now();
    const list = await browse(station, `/api/units/${BENCH_UNITS[0]?.id ?? ''}`, cookie);
    lists.push(performance.now() - opened);
    if (status !== 200 || list.status !== 200) errors++;
  };
  const coming: Promise<void>[] = [];
  const meanMs = WITHIN_MS / PEOPLE;
  for (const [no, person] of people.entries()) {
    coming.push(one(person));
    // Gaps of a Poisson process, the same in every run.
    const chance = ((Math.imul(no + 1, 2_654_435_761) >>> 0) + 1) / 2 ** 32;
    await wait(-Math.log(Math.min(chance, 1)) * meanMs);
  }
  await Promise.all(coming);
  return { signIns, lists, errors };
}

/** A connection of its own, as every browser has. */
function browse(
  { url }: StationChild,
  path: string,
  cookie: string,
  body?: object,
): Promise<{ readonly status: number; readonly cookie: string; readonly json: unknown }> {
  const text = body === undefined ? null : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = {
      [OWN_PAGE_HEADER]: OWN_PAGE_VALUE,
      cookie,
      ...(text === null ? {} : { 'content-type': 'application/json' }),
    };
    const asked = request(
      `${url}${path}`,
      { agent: false, method: text === null ? 'GET' : 'POST', headers },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => {
          const cookies = (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '').join('; ');
          resolve({
            status: answer.statusCode ?? 0,
            cookie: cookies,
            json: JSON.parse(Buffer.concat(pieces).toString('utf8')),
          });
        });
      },
    );
    asked.on('error', reject);
    asked.end(text ?? undefined);
  });
}
