// The demo's units are taken in use as any unit is: when what is to come to it has come, its head signs in, signs for what does not come,
// and presses. One is left *under uppbyggnad*, so that it can be seen.

import { setTimeout as wait } from 'node:timers/promises';
import { ACCESS_PATHS, OWN_PAGE_HEADER, OWN_PAGE_VALUE } from '../domain/access/routes.ts';
import { type TakeInUse, USE_PATHS } from '../domain/unit-use/routes.ts';
import { isInUse, type UnitUse } from '../domain/unit-use/unit-use.ts';
import type { DemoPerson } from './demo-people.ts';
import type { StationClient } from './station-client.ts';

/** The poor hospital's emergency room. */
const LEFT_UNDER_CONSTRUCTION = 'fjmott';

/** Of the hospital that does not run nothing is waited for. */
export const isOfHospital = (unit: string, hospital: string): boolean =>
  hospital === 'both' || unit.startsWith('fj') === (hospital === 'poor');

/** A real head waits for weeks; the demo's signs for what has not come by then. */
const COMES_WITHIN_MS = 45_000;
/** Where not even patients have come by then nobody answers for the unit: on a slow computer the hospitals need their time. */
const GIVEN_UP_AFTER_MS = 5 * 60_000;
const LOOK_EVERY_MS = 500;
/** `unit.not-signed` */
const CHANGED_MEANWHILE = 409;
const REASON = 'Demo: påhittade patienter, prövad när sjukhusen började sända.';

export interface DemoUnitsOptions {
  /** The station's address, for the heads' browsers; and its terminal, to see what comes. */
  readonly address: string;
  readonly terminal: Pick<StationClient, 'get'>;
  readonly people: readonly DemoPerson[];
  readonly ended: AbortSignal;
}

/** Those that are in use when nobody waits any longer: a hospital that does not run sends nothing, and nobody answers for its units. */
export async function takeDemoUnitsInUse({ address, terminal, people, ended }: DemoUnitsOptions): Promise<string[]> {
  const began = performance.now();
  const used: string[] = [];
  let waiting = people.filter(({ role, unit }) => role === 'lead' && unit !== LEFT_UNDER_CONSTRUCTION);
  while (waiting.length > 0 && !ended.aborted) {
    const waitedMs = performance.now() - began;
    const left: DemoPerson[] = [];
    for (const head of waiting) {
      const use = (await terminal.get(`${USE_PATHS.unit}${head.unit}`)) as UnitUse;
      if (isInUse(use) || (isReady(use, waitedMs >= COMES_WITHIN_MS) && (await press(address, head, use))))
        used.push(head.unit);
      else left.push(head);
    }
    waiting = waitedMs >= GIVEN_UP_AFTER_MS ? [] : left;
    if (waiting.length > 0) await wait(LOOK_EVERY_MS);
  }
  return used;
}

const hasPatients = (use: UnitUse): boolean => use.parts.some(({ part, fed }) => part === 'stay' && fed === 'fed');

const isReady = (use: UnitUse, isLast: boolean): boolean =>
  hasPatients(use) && (isLast || !use.parts.some(({ fed }) => fed === 'awaited'));

/** As at a browser, as far as the station can tell. False: a part began to come meanwhile, and the head looks again. */
async function press(address: string, { id, secret }: DemoPerson, use: UnitUse): Promise<boolean> {
  const headers = { 'content-type': 'application/json', [OWN_PAGE_HEADER]: OWN_PAGE_VALUE };
  const ask = async (path: string, body: object, cookie = ''): Promise<Response> => {
    const asked = { method: 'POST', headers: { ...headers, cookie }, body: JSON.stringify(body) };
    const response = await fetch(`${address}${path}`, asked);
    if (!response.ok && response.status !== CHANGED_MEANWHILE)
      throw new Error(`a head in the demo was answered ${response.status} by ${path}`);
    return response;
  };
  const signedIn = await ask(ACCESS_PATHS.session, { user: id, secret });
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';')[0]);
  const absent = use.parts.filter(({ fed }) => fed !== 'fed').map(({ part }) => part);
  const act: TakeInUse = { unit: use.unit, absent, reason: REASON };
  const pressed = await ask(USE_PATHS.takeInUse, act, cookie.join('; '));
  await fetch(`${address}${ACCESS_PATHS.session}`, {
    method: 'DELETE',
    headers: { cookie: cookie.join('; '), [OWN_PAGE_HEADER]: OWN_PAGE_VALUE },
  });
  return pressed.ok;
}

export const demoUnitsText = (used: readonly string[]): string =>
  `\nTagna i drift av sina enhetsansvariga: ${used.join(', ')}.\nLämnad under uppbyggnad, så att det går att se: ${LEFT_UNDER_CONSTRUCTION}.\n`;
