// A provider, or somebody between, that says what is not so, or nothing: nobody comes in by it, and nobody with words waits for it.

import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Provider } from '../../access/provider/provider.ts';
import { ACCESS_PATHS, type ProviderStart } from '../../domain/access/routes.ts';
import { limits } from '../../limits.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, NURSE } from './people.fixture.ts';
import { CREDENTIAL, type Lie, LOA3, LyingProvider, newKey, providerAt, settingsFor } from './provider.fixture.ts';

let lying: LyingProvider;
let provider: Provider;
let copy: ServedCopy;
let words: string;
beforeAll(async () => {
  lying = await LyingProvider.start();
  provider = await providerAt(lying.issuer);
  copy = await ServedCopy.started(provider);
  words = await enrol(copy, NURSE, at(KIR));
});
beforeEach(async () => {
  lying.lie = {};
  await provider.look();
  copy.entries.length = 0;
  computers++;
});
afterAll(async () => {
  await copy.close();
  await lying.stop();
});

/** Each test's computer is one of its own: what one did wrong makes no other wait. */
let computers = 0;
const here = (more = computers): { remoteAddress: string } => ({ remoteAddress: `10.0.${more >> 8}.${more & 255}` });

const HSA_ID = { employeeHsaId: NURSE.id };
const now = (): number => Math.floor(Date.now() / 1_000);

async function begun(browser: Browser, from = here()): Promise<string> {
  const { json } = await browser.ask({ method: 'POST', url: ACCESS_PATHS.provider, payload: {}, ...from });
  return (json as ProviderStart).location;
}
const finished = (browser: Browser, query: string, from = here()) =>
  browser.ask({ method: 'POST', url: ACCESS_PATHS.providerReturn, payload: { query }, ...from });

async function comeBack(more: Readonly<Record<string, string>> = {}, change = (_: URL): void => undefined) {
  const browser = new Browser(copy);
  const answer = lying.visit(await begun(browser), more);
  change(answer);
  const came = await finished(browser, answer.search.slice(1));
  return { ...came, session: (await browser.ask(ACCESS_PATHS.session)).status };
}
const told = () => copy.entries.filter(({ kind }) => kind === 'access.refused').map(({ body }) => body);

it('as long as it tells the truth the person comes in', async () => {
  lying.lie = { claims: HSA_ID };
  expect(await comeBack()).toMatchObject({ status: 200, session: 200 });
});

describe('a statement that proves nothing lets nobody in, and the ledger says so', () => {
  const stated = (claims: Readonly<Record<string, unknown>>, rest: Lie = {}): Lie => ({
    ...rest,
    claims: { ...HSA_ID, ...claims },
  });
  it.each<[string, () => Lie, string]>([
    ['signed by another', () => stated({}, { signedBy: newKey() }), 'not-proven'],
    ['not signed', () => stated({}, { header: { alg: 'none' }, signedBy: null }), 'not-proven'],
    ['said to be signed with a shared secret', () => stated({}, { header: { alg: 'HS256' } }), 'not-proven'],
    ['signed in another way than agreed', () => stated({}, { header: { alg: 'PS256' } }), 'not-proven'],
    ['for another station', () => stated({ aud: 'another' }), 'not-proven'],
    ['for several stations', () => stated({ aud: ['reservkraft', 'another'] }), 'not-proven'],
    ['of another provider', () => stated({ iss: 'https://evil.example' }), 'not-proven'],
    ['of another sign-in', () => stated({ nonce: 'another' }), 'not-proven'],
    ['of no sign-in', () => stated({ nonce: undefined }), 'not-proven'],
    ['that has ended', () => stated({ iat: now() - 600, exp: now() - 300 }), 'clock'],
    ['that has not begun', () => stated({ nbf: now() + 300 }), 'clock'],
    ['without an end', () => stated({ exp: undefined }), 'not-proven'],
    ['about an hour ago', () => stated({ auth_time: now() - 3_600 }), 'too-weak'],
    ['that does not say when', () => stated({ auth_time: undefined }), 'not-proven'],
    ['too weak', () => stated({ acr: 'http://id.sambi.se/loa/loa2' }), 'too-weak'],
    ['that does not say how strong', () => stated({ acr: [LOA3] }), 'too-weak'],
    ['about a personal number', () => stated({ employeeHsaId: '189001019802' }), 'no-hsa-id'],
    ['about several people', () => stated({ employeeHsaId: [NURSE.id, DOCTOR.id] }), 'no-hsa-id'],
  ])('%s', async (_, lie, why) => {
    lying.lie = lie();
    expect(await comeBack()).toMatchObject({ status: 401, json: { code: 'access.provider-refused' }, session: 401 });
    expect(told()).toMatchObject([{ how: 'provider', why }]);
  });

  it('nor one signed with the provider’s public key as if it were a secret', async () => {
    const keys = await (await fetch(`${lying.issuer}/keys`)).text();
    const forged = createHmac('sha256', keys).update('x').digest('base64url');
    lying.lie = { claims: HSA_ID, header: { alg: 'HS256', x: forged } };
    expect(await comeBack()).toMatchObject({ status: 401, session: 401 });
  });

  it('and nothing of what was said is repeated, neither to the person nor in the ledger', async () => {
    lying.lie = { token: 'error' };
    const { status, text } = await comeBack({ session_state: 'Lind, Karin' });
    expect(status).toBe(401);
    expect(`${text}${JSON.stringify(copy.entries)}`).not.toMatch(/Lind|a-code/);
  });
});

describe('what comes back in the address', () => {
  it.each<[string, (address: URL) => void]>([
    ['is another provider’s (RFC 9207)', ({ searchParams }) => searchParams.set('iss', 'https://evil.example')],
    ['does not say whose it is', ({ searchParams }) => searchParams.delete('iss')],
    ['has another state', ({ searchParams }) => searchParams.set('state', 'x'.repeat(43))],
    ['has no state', ({ searchParams }) => searchParams.delete('state')],
    ['has two states', ({ searchParams }) => searchParams.append('state', 'x')],
    ['has two codes', ({ searchParams }) => searchParams.append('code', 'x')],
    ['has no code', ({ searchParams }) => searchParams.delete('code')],
    ['brings a statement with it', ({ searchParams }) => searchParams.set('id_token', 'eyJ.eyJ.x')],
    ['brings a whole answer with it', ({ searchParams }) => searchParams.set('response', 'eyJ.eyJ.x')],
  ])('%s: refused before anything is asked', async (_, change) => {
    lying.lie = { claims: HSA_ID };
    const before = lying.hits;
    expect(await comeBack({}, change)).toMatchObject({
      status: 401,
      json: { code: 'access.provider-refused' },
      session: 401,
    });
    expect(lying.hits).toBe(before);
    expect(told()).toHaveLength(1);
  });

  it.each([
    ['nothing', {}],
    ['too much', { query: 'x'.repeat(limits.providerReturnTextMax + 1) }],
    ['something else', { query: 'state=x', next: 'https://evil.example' }],
    ['no text', { query: { state: 'x' } }],
  ])('%s: is no answer', async (_, payload) => {
    expect((await new Browser(copy).post(ACCESS_PATHS.providerReturn, payload)).status).toBe(400);
  });

  it('tried over and over from one computer has to wait, and words there do not', async () => {
    const browser = new Browser(copy);
    const answers: number[] = [];
    for (let n = 0; n < 40; n++) answers.push((await finished(browser, `state=${n}`)).status);
    expect(new Set(answers)).toEqual(new Set([401, 503]));
    expect(told().length).toBeLessThan(30);
    expect((await browser.signIn(NURSE, words)).status).toBe(200);
  });
});

describe('a description that lies', () => {
  it.each([
    ['runs in the browser', { authorization_endpoint: 'javascript:alert(1)' }],
    ['opens a file', { authorization_endpoint: 'file:///etc/passwd' }],
  ])('%s: the browser is sent nowhere', async (_, description) => {
    lying.lie = { description };
    await provider.look();
    expect((await new Browser(copy).ask(ACCESS_PATHS.provider)).json).toEqual({ label: null });
    const { status, text } = await new Browser(copy).post(ACCESS_PATHS.provider, {});
    expect([status, /javascript|passwd/.test(text)]).toEqual([503, false]);
  });

  it.each([
    ['is another provider’s', { issuer: 'https://evil.example' }],
    ['is endless', { more: 'x'.repeat(limits.providerAnswerBytesMax) }],
  ])('%s: it is taken for silent, and the button is gone', async (_, description) => {
    lying.lie = { description };
    await provider.look();
    expect((await new Browser(copy).ask(ACCESS_PATHS.provider)).json).toEqual({ label: null });
    lying.lie = {};
    await provider.look();
    expect((await new Browser(copy).ask(ACCESS_PATHS.provider)).json).toEqual({ label: 'SITHS' });
  });
});

describe('a provider that is dead or slow', () => {
  it.each(['silence', 'endless'] as const)(
    '(%s) is given up after a bounded time, and is then offered to nobody',
    async (token) => {
      lying.lie = { token };
      expect(await comeBack()).toMatchObject({ status: 503, json: { code: 'access.provider-silent' }, session: 401 });
      expect((await new Browser(copy).ask(ACCESS_PATHS.provider)).json).toEqual({ label: null });
      expect(told()).toEqual([]);
    },
  );

  it('with a page of its own instead of an answer lets nobody in', async () => {
    lying.lie = { token: 'page' };
    expect(await comeBack()).toMatchObject({ status: 401, session: 401 });
  });

  it('is told to the technician as answering or silent, and since when', async () => {
    let nowMs = 1_000;
    const settings = settingsFor(lying.issuer);
    const one = new Provider({ settings, credential: CREDENTIAL, answerWithinMs: 200, nowMs: () => nowMs });
    expect(one.told).toEqual({ label: 'SITHS', isAnswering: false, since: null });
    await one.look();
    nowMs = 2_000;
    await one.look();
    expect(one.told).toEqual({ label: 'SITHS', isAnswering: true, since: 1_000 });
    lying.lie = { description: { authorization_endpoint: 'javascript:alert(1)' } };
    await one.look();
    expect(one.told).toEqual({ label: 'SITHS', isAnswering: false, since: 2_000 });
    one.stop();
  });

  it('is never asked when somebody signs in with words, and keeps nobody waiting', async () => {
    lying.lie = { isDeaf: true };
    const look = provider.look();
    const before = lying.hits;
    const browser = new Browser(copy);
    const offer = await browser.ask(ACCESS_PATHS.provider);
    expect(offer.json).toEqual({ label: 'SITHS' });
    expect((await browser.signIn(NURSE, words)).status).toBe(200);
    expect((await browser.ask({ method: 'DELETE', url: ACCESS_PATHS.session })).status).toBe(204);
    expect(lying.hits - before).toBeLessThanOrEqual(1);
    await look;
    expect((await browser.ask(ACCESS_PATHS.provider)).json).toEqual({ label: null });
    expect((await browser.signIn(NURSE, words)).status).toBe(200);
  });

  it('holds a bounded number of requests, and whoever comes then is told to try again', async () => {
    const slow = new Provider({ settings: settingsFor(lying.issuer), credential: CREDENTIAL, answerWithinMs: 60_000 });
    await slow.look();
    const station = await ServedCopy.started(slow);
    lying.lie = { token: 'silence' };
    const before = lying.hits;
    const come = async (n: number) => {
      const browser = new Browser(station);
      return finished(browser, lying.visit(await begun(browser, here(n))).search.slice(1), here(n));
    };
    const waiting = Array.from({ length: limits.providerReturnsMax }, (_, n) => come(n));
    while (lying.hits - before < limits.providerReturnsMax) await setTimeout(10);
    expect(await come(limits.providerReturnsMax)).toMatchObject({ status: 503, json: { code: 'access.busy' } });
    lying.hangUp();
    expect((await Promise.all(waiting)).map(({ json }) => json)).toEqual(
      waiting.map(() => expect.objectContaining({ code: 'access.provider-silent' })),
    );
    await station.close();
  });
});
