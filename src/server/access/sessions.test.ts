import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ACCESS_PATHS,
  BACKGROUND_HEADER,
  type DealtSecret,
  type Me,
  OWN_PAGE_HEADER,
} from '../../domain/access/routes.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy, TOKEN } from '../server.fixture.ts';
import { at, Browser, enrol, KIR, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Time passes, and the wall clock may be set meanwhile. */
const pass = (ms: number, wallMs = ms): void => {
  copy.now = { ...copy.now, monotonicMs: copy.now.monotonicMs + ms, wallMs: copy.now.wallMs + wallMs };
};
const kinds = (): string[] => copy.entries.map(({ kind }) => kind);

describe('§5.10 every person signs in as themselves', () => {
  it('with their words, however typed; the answer says who they are and where, and the ledger that they are in', async () => {
    const secret = await enrol(copy, NURSE, at(KIR));
    const browser = new Browser(copy);
    const typed = `  ${secret.toUpperCase().replaceAll(' ', ' - ')} `;
    const { status, json, headers, text } = await browser.post(ACCESS_PATHS.session, {
      user: NURSE.id.toLowerCase(),
      secret: typed,
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      person: NURSE,
      units: [{ unit: 'KIR2', name: 'Kirurgavdelning 2', role: 'staff', isLead: false }],
      session: { how: 'secret', idleLockMs: limits.idleLockMs, endsInMs: limits.sessionMs },
      secret: { usedAt: copy.now.wallMs, isDue: false },
    });
    const cookie = [headers['set-cookie'] ?? []].flat().find((line) => line.startsWith('reservkraft-session=')) ?? '';
    expect(cookie).toMatch(/^reservkraft-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(text).not.toContain(browser.cookies.get('reservkraft-session'));
    expect((await browser.ask(ACCESS_PATHS.session)).json).toMatchObject({ person: { id: NURSE.id } });
    expect(copy.entries.filter(({ kind }) => kind === 'access.signed-in')).toMatchObject([
      { author: NURSE.id, body: { name: NURSE.name, title: NURSE.title } },
    ]);
    expect(JSON.stringify(copy.entries)).not.toContain(secret.split(' ')[0]);
  });

  it('what they read is theirs in the ledger, whatever the page says of itself', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    await browser.ask(`/api/charts/${anna}`);
    await browser.ask('/api/units/KIR2');
    await browser.post('/api/patients/search', { text: 'Övning' });
    expect(copy.entries).toMatchObject([
      { kind: 'chart.read', author: NURSE.id, patient: anna, unit: 'KIR2', body: { opened: 'own-unit' } },
      { kind: 'list.read', author: NURSE.id, unit: 'KIR2' },
      { kind: 'search.made', author: NURSE.id },
    ]);
  });

  it.each([
    ['a wrong secret', { secret: 'aldrig abborre boll boll' }],
    ['somebody who does not work here', { user: 'SE0000000000-P99999' }],
    ['what is no id', { user: 'anna' }],
  ])('%s gets the same refusal, no cookie and nothing else', async (_, change) => {
    const secret = await enrol(copy, NURSE, at(KIR));
    const browser = new Browser(copy);
    const { status, json, headers } = await browser.post(ACCESS_PATHS.session, { user: NURSE.id, secret, ...change });
    expect(status).toBe(401);
    expect(json).toMatchObject({ code: 'access.wrong-secret', doNow: expect.any(String) });
    expect(headers['set-cookie']).toBeUndefined();
    expect(kinds()).toEqual(['access.refused']);
    expect(JSON.stringify(copy.entries)).not.toMatch(/aldrig|P99999|"anna"/);
  });

  it('a one-time code is exchanged for words, and ends when they are first used', async () => {
    copy.access.accounts.put([{ person: NURSE, assignments: [at(KIR)] }]);
    const code = await copy.access.accounts.deal(NURSE.id, HOUR_MS);
    const browser = new Browser(copy);
    const claim = (typed: string) => browser.post(ACCESS_PATHS.enrolment, { user: NURSE.id, code: typed });
    expect((await claim('ABCD-EFGH')).json).toMatchObject({ code: 'access.wrong-code' });
    const lost = (await claim(code)).json as DealtSecret;
    const { words, bits } = (await claim(code.toLowerCase().replace('-', ' '))).json as DealtSecret;
    expect(words).toHaveLength(4);
    expect(bits).toBe(44);
    expect((await browser.signIn(NURSE, lost.words.join(' '))).status).toBe(401);
    expect((await browser.signIn(NURSE, words.join(' '))).status).toBe(200);
    expect((await claim(code)).status).toBe(401);
    expect(copy.access.accounts.get(NURSE.id)?.state).toBe('active');
  });

  it('a code is over after its time, whatever the wall clock says', async () => {
    copy.access.accounts.put([{ person: NURSE, assignments: [at(KIR)] }]);
    const code = await copy.access.accounts.deal(NURSE.id, HOUR_MS);
    const claim = () => new Browser(copy).post(ACCESS_PATHS.enrolment, { user: NURSE.id, code });
    pass(HOUR_MS - 1, 400 * 24 * HOUR_MS);
    expect((await claim()).status).toBe(200);
    pass(1, -400 * 24 * HOUR_MS);
    expect((await claim()).status).toBe(401);
  });
});

describe('a session', () => {
  it('goes on while somebody works, with the clock set wrong in either direction', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const [before] = [(await browser.ask(ACCESS_PATHS.session)).json as Me];
    for (const wallMs of [-3 * 365 * 24 * HOUR_MS, 6 * 365 * 24 * HOUR_MS, 0]) {
      pass(50 * MINUTE_MS, wallMs);
      expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(200);
    }
    const after = (await browser.ask(ACCESS_PATHS.session)).json as Me;
    expect(before.session.endsInMs - after.session.endsInMs).toBe(150 * MINUTE_MS);
  });

  it('ends when nobody has touched it for an hour, and what a page asks by itself is no touch', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    pass(limits.sessionIdleMs - 1, 0);
    const headers = { [BACKGROUND_HEADER]: '1' };
    expect((await browser.ask({ url: `/api/charts/${anna}`, headers })).status).toBe(200);
    expect((await browser.ask(ACCESS_PATHS.session)).status).toBe(200);
    pass(1, 0);
    expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(401);
    pass(-1, 0);
    expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(401);
  });

  it('ends after a long shift however busy it was', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    for (let passed = 0; passed < limits.sessionMs; passed += 30 * MINUTE_MS) {
      expect((await browser.ask('/api/units/KIR2')).status).toBe(200);
      pass(30 * MINUTE_MS, 0);
    }
    expect((await browser.ask('/api/units/KIR2')).status).toBe(401);
  });

  it('signed out is over, also for whoever kept the cookie', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const kept = new Map(browser.cookies);
    expect((await browser.ask({ method: 'DELETE', url: ACCESS_PATHS.session })).status).toBe(204);
    expect(browser.cookies.has('reservkraft-session')).toBe(false);
    expect(browser.cookies.has('reservkraft-device')).toBe(true);
    const thief = new Browser(copy);
    for (const [name, value] of kept) thief.cookies.set(name, value);
    expect((await thief.ask(`/api/charts/${anna}`)).status).toBe(401);
    expect(kinds()).toEqual(['access.signed-out']);
  });

  it('ends when the account is closed, and when new words are first used', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const secret = await enrol(copy, NURSE, at(KIR));
    expect((await browser.ask('/api/units/KIR2')).status).toBe(200);
    const other = new Browser(copy);
    expect((await other.signIn(NURSE, secret)).status).toBe(200);
    expect((await browser.ask('/api/units/KIR2')).status).toBe(401);
    copy.access.accounts.close(NURSE.id);
    expect((await other.ask('/api/units/KIR2')).status).toBe(401);
    expect((await other.signIn(NURSE, secret)).status).toBe(401);
  });

  it('of the same person elsewhere ends when new words are first used by who is in already, and theirs goes on', async () => {
    const [browser, former] = [await signedIn(copy, NURSE, at(KIR)), new Browser(copy)];
    for (const [name, value] of browser.cookies) former.cookies.set(name, value);
    const secret = await enrol(copy, NURSE, at(KIR));
    const here = new Browser(copy);
    const token = copy.access.sessions.begin(
      { person: NURSE, how: 'secret', vouchedBy: null, granted: [] },
      copy.now.monotonicMs,
    );
    here.cookies.set('reservkraft-session', token);
    expect((await here.post(ACCESS_PATHS.secret, { secret })).status).toBe(200);
    expect((await former.ask('/api/units/KIR2')).status).toBe(401);
    expect((await here.ask('/api/units/KIR2')).status).toBe(200);
    expect(copy.entries.find(({ kind }) => kind === 'access.secret-changed')?.body).toMatchObject({ sessionsEnded: 1 });
  });

  it('another user on the same computer ends the former one’s', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const former = new Browser(copy);
    for (const [name, value] of browser.cookies) former.cookies.set(name, value);
    const secret = await enrol(
      copy,
      { ...NURSE, id: 'SE0000000000-P10009' as typeof NURSE.id, name: 'Siv Ek' },
      at(KIR),
    );
    expect((await browser.post(ACCESS_PATHS.session, { user: 'SE0000000000-P10009', secret })).status).toBe(200);
    expect((await former.ask('/api/units/KIR2')).status).toBe(401);
    expect(kinds()).toEqual(['access.secret-changed', 'access.signed-in', 'access.signed-out']);
  });

  it.each([
    ['none', ''],
    ['of the right form', 'A'.repeat(43)],
    ['empty', 'reservkraft-session='],
    ['a very long one', 'x'.repeat(8_000)],
    ['__proto__', '__proto__'],
  ])('forged (%s) opens nothing', async (_, value) => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    browser.cookies.set('reservkraft-session', value);
    expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(401);
  });

  it('given twice opens nothing: one of the two was put there by somebody else', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const token = browser.cookies.get('reservkraft-session') ?? '';
    const cookie = `reservkraft-session=${'A'.repeat(43)}; reservkraft-session=${token}`;
    expect((await browser.ask({ url: '/api/units/KIR2', headers: { cookie } })).status).toBe(401);
  });

  it('the station’s token is nobody: it chooses nothing and opens nothing in emergency', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (const [url, payload] of [
      [ACCESS_PATHS.choices, { patient: anna, relation: 'care-now' }],
      [ACCESS_PATHS.emergencies, { patient: anna, reason: 'x', consent: 'consents' }],
    ] as const)
      expect((await copy.ask({ method: 'POST', url, payload, headers })).status).toBe(403);
  });
});

describe('a page of another origin', () => {
  const EVIL = 'https://evil.example';
  it.each<[string, Record<string, string>]>([
    ['without our header', { [OWN_PAGE_HEADER]: '' }],
    ['with another origin', { origin: EVIL }],
    ['with this machine’s name and another port', { origin: 'http://127.0.0.1:7071' }],
    ['with no origin to speak of', { origin: 'null' }],
    ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
  ])('%s signs nobody in or out, and opens nothing', async (_, headers) => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const secret = await enrol(copy, NURSE, at(KIR));
    for (const [method, url, payload] of [
      ['DELETE', ACCESS_PATHS.session, undefined],
      ['POST', ACCESS_PATHS.session, { user: NURSE.id, secret }],
      ['POST', ACCESS_PATHS.choices, { patient: anna, relation: 'care-now' }],
      ['POST', '/api/patients/search', { text: 'Övning' }],
    ] as const) {
      const answer = await browser.ask({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
      expect(answer).toMatchObject({ status: 403, json: { code: 'access.cross-site' } });
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect((await browser.ask('/api/units/KIR2')).status).toBe(200);
    expect(kinds()).toEqual(['list.read']);
  });

  it('our own page is answered', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const headers = { origin: 'http://127.0.0.1:7070', 'sec-fetch-site': 'same-origin' };
    expect((await browser.ask({ url: '/api/units/KIR2', headers })).status).toBe(200);
  });
});

describe('malformed and oversized', () => {
  it.each<[string, string | object, number]>([
    ['no JSON', '{', 400],
    ['a number for a name', { user: 1, secret: 'x' }, 400],
    ['one field too many', { user: 'x', secret: 'x', isLead: true }, 400],
    ['no secret', { user: NURSE.id }, 400],
    ['a secret of a megabyte', { user: NURSE.id, secret: 'x'.repeat(1_000_000) }, 413],
    ['a secret of a thousand letters', { user: NURSE.id, secret: 'x'.repeat(1_000) }, 400],
    ['__proto__', '{"__proto__":{"kind":"station"},"user":"a","secret":"b"}', 400],
  ])('%s is refused, and never repeated', async (_, payload, status) => {
    const browser = new Browser(copy);
    const headers = { 'content-type': 'application/json' };
    const answer = await browser.ask({ method: 'POST', url: ACCESS_PATHS.session, payload, headers });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('xxxx');
    expect(copy.faults).toEqual([]);
  });
});

describe('slowed down, never locked out', () => {
  const wrong = 'aldrig abborre boll boll';
  const tries = async (browser: Browser, count: number) => {
    const said: number[] = [];
    for (let each = 0; each < count; each++) said.push((await browser.signIn(NURSE, wrong)).status);
    return said;
  };

  it('a stranger’s wrong tries wait longer and longer, up to half a minute, and say how long', async () => {
    const secret = await enrol(copy, NURSE, at(KIR));
    const stranger = new Browser(copy);
    expect(await tries(stranger, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    const refused = await stranger.signIn(NURSE, secret);
    expect(refused).toMatchObject({ status: 429, json: { code: 'access.slow-down', waitMs: 1_000 } });
    expect(refused.headers['retry-after']).toBe('1');
    for (let each = 0; each < 10; each++) {
      pass(30_000);
      expect(await tries(stranger, 2)).toEqual([401, 429]);
    }
    pass(30_000);
    expect((await stranger.signIn(NURSE, secret)).status).toBe(200);
  });

  it('and never make the nurse at her own ward’s computer wait', async () => {
    const secret = await enrol(copy, NURSE, at(KIR));
    const ward = new Browser(copy);
    expect((await ward.signIn(NURSE, secret)).status).toBe(200);
    await ward.ask({ method: 'DELETE', url: ACCESS_PATHS.session });
    await tries(new Browser(copy), 30);
    expect((await ward.signIn(NURSE, secret)).status).toBe(200);
  });

  it('a device cookie that is not the station’s own helps nobody', async () => {
    await enrol(copy, NURSE, at(KIR));
    const stranger = new Browser(copy);
    stranger.cookies.set('reservkraft-device', `${'A'.repeat(22)}.${'A'.repeat(43)}`);
    expect(await tries(stranger, 6)).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('many tries at once count as many', async () => {
    await enrol(copy, NURSE, at(KIR));
    const said = await Promise.all(Array.from({ length: 12 }, () => new Browser(copy).signIn(NURSE, wrong)));
    expect(said.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  it('the ledger is told of the first, and then each time they have doubled', async () => {
    await enrol(copy, NURSE, at(KIR));
    const stranger = new Browser(copy);
    for (let each = 0; each < 20; each++) {
      pass(30_000);
      await tries(stranger, 1);
    }
    expect(copy.entries.map(({ body }) => body['tries'])).toEqual([1, 2, 3, 4, 8, 16]);
  });
});
