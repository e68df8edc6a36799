// The page of a ward's station at the hospital's, when its own is silent (decision 0022).

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ACCESS_PATHS,
  DEVICE_HEADER,
  type Me,
  OWN_PAGE_HEADER,
  OWN_PAGE_VALUE,
  SESSION_HEADER,
} from '../../domain/access/routes.ts';
import { ServedCopy, WARD_ORIGIN } from '../server.fixture.ts';
import { at, enrol, KIR, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
});
afterEach(() => copy.close());

const FROM_WARD = { origin: WARD_ORIGIN, 'sec-fetch-site': 'cross-site', [OWN_PAGE_HEADER]: OWN_PAGE_VALUE };
type Headers = Readonly<Record<string, string>>;
const ask = (method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS', url: string, headers: Headers, payload?: object) =>
  copy.ask({ method, url, headers: { authorization: '', ...headers }, ...(payload === undefined ? {} : { payload }) });

async function signIn(headers: Headers = FROM_WARD) {
  const secret = await enrol(copy, NURSE, at(KIR));
  return ask('POST', ACCESS_PATHS.session, headers, { user: NURSE.id, secret });
}

describe('the page of another station', () => {
  it('named in the settings signs in, gets a session of its own instead of cookies, and reads with it', async () => {
    const answer = await signIn();
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['access-control-allow-origin']).toBe(WARD_ORIGIN);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    const { elsewhere } = answer.json as Me;
    expect(elsewhere?.session).toMatch(/^[\w-]{43}$/);
    const own = { ...FROM_WARD, [SESSION_HEADER]: elsewhere?.session ?? '', [DEVICE_HEADER]: elsewhere?.device ?? '' };
    expect((await ask('POST', '/api/copies/unit', own, { unit: KIR })).status).toBe(200);
    expect((await ask('POST', ACCESS_PATHS.deviceKey, own, { unit: KIR, vault: 'v'.repeat(22) })).status).toBe(200);
    expect((await ask('DELETE', ACCESS_PATHS.session, own)).status).toBe(204);
    expect((await ask('GET', ACCESS_PATHS.session, own)).status).toBe(401);
  });

  it.each([
    ['another', 'https://10.1.2.4:8443'],
    ['another port of the same machine', 'https://10.1.2.3:9443'],
    ['one that only begins alike', 'https://10.1.2.3:8443.evil.example'],
    ['none that can be told', 'null'],
    ['the same unsealed', 'http://10.1.2.3:8443'],
  ])('from %s is refused, and no browser lets it read why', async (_, origin) => {
    const answer = await signIn({ ...FROM_WARD, origin });
    expect([answer.status, (answer.json as { code: string }).code]).toEqual([403, 'access.cross-site']);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(
      (await ask('OPTIONS', ACCESS_PATHS.session, { origin })).headers['access-control-allow-origin'],
    ).toBeUndefined();
  });

  it('without our own header is taken for a form somebody else has made', async () => {
    const { [OWN_PAGE_HEADER]: _, ...bare } = FROM_WARD;
    expect((await signIn(bare)).status).toBe(403);
  });

  it('asks first, and is told exactly what it may send', async () => {
    const answer = await ask('OPTIONS', '/api/copies/unit', {
      origin: WARD_ORIGIN,
      'access-control-request-method': 'POST',
    });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': WARD_ORIGIN,
      'access-control-allow-methods': 'GET, POST, DELETE',
      vary: 'origin',
    });
    expect(answer.headers['access-control-allow-headers']).not.toContain('*');
  });

  it('opens nothing with a cookie, nor does a page of our own with such a session', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    expect((await ask('GET', ACCESS_PATHS.session, { ...FROM_WARD, cookie })).status).toBe(401);
    const { elsewhere } = (await signIn()).json as Me;
    const here = { [OWN_PAGE_HEADER]: OWN_PAGE_VALUE, [SESSION_HEADER]: elsewhere?.session ?? '' };
    expect((await ask('GET', ACCESS_PATHS.session, here)).status).toBe(401);
  });

  it('is told where else to read, in order', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    expect((await browser.ask(ACCESS_PATHS.stations)).json).toMatchObject({
      name: 'Kirurgens station',
      others: [{ name: 'Sjukhusets station', address: 'https://10.0.0.5:8443' }],
    });
  });

  it('reaches the health of a station without signing in, so that it knows whom to ask', async () => {
    const answer = await ask('GET', '/health', { origin: WARD_ORIGIN });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, WARD_ORIGIN]);
  });
});
