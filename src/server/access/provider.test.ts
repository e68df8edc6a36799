// Signing in with a card, through a real provider on this machine.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Provider } from '../../access/provider/provider.ts';
import type { ProviderSettings } from '../../access/provider/provider-settings.ts';
import { ACCESS_PATHS, type Me, type ProviderStart } from '../../domain/access/routes.ts';
import { limits } from '../../limits.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, LEAD, MED, NURSE } from './people.fixture.ts';
import { type Card, CREDENTIAL, keyCredential, LOA3, providerAt, RealProvider } from './provider.fixture.ts';

const CARD: Card = { hsaId: NURSE.id, name: ['Anna', 'Berg'], level: LOA3 };
const DAY_MS = 86_400_000;

let real: RealProvider;
let copy: ServedCopy;
let provider: Provider;
beforeAll(async () => {
  real = await RealProvider.start(CARD);
});
beforeEach(() => {
  real.card = CARD;
  real.isSilent = false;
});
afterEach(() => copy.close());
afterAll(() => real.stop());

async function station(more: Partial<ProviderSettings> = {}, credential = CREDENTIAL) {
  provider = await providerAt(real.issuer, more, credential);
  copy = await ServedCopy.started(provider);
  return enrol(copy, NURSE, at(KIR));
}
const pass = (ms: number, wallMs = ms): void => {
  copy.now = { ...copy.now, monotonicMs: copy.now.monotonicMs + ms, wallMs: copy.now.wallMs + wallMs };
};
const begun = async (browser: Browser): Promise<string> =>
  ((await browser.post(ACCESS_PATHS.provider, {})).json as ProviderStart).location;
const back = (browser: Browser, { search }: URL) =>
  browser.post(ACCESS_PATHS.providerReturn, { query: search.slice(1) });
const withCard = async (browser: Browser) => back(browser, await real.visit(await begun(browser)));
const told = (kind: string) => copy.entries.filter((entry) => entry.kind === kind);

describe('in good times a person signs in with their card', () => {
  it('as the account of that HSA-id, in a session like any other, and the ledger says how', async () => {
    await station();
    const browser = new Browser(copy);
    expect((await browser.ask(ACCESS_PATHS.provider)).json).toEqual({ label: 'SITHS' });
    const { status, json, headers } = await withCard(browser);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      person: NURSE,
      units: [{ unit: 'KIR2', role: 'staff' }],
      session: { how: 'provider', endsInMs: limits.sessionMs, vouchedBy: null },
      mayVouch: true,
    });
    const cookies = [headers['set-cookie'] ?? []].flat();
    expect(cookies).toContainEqual(
      expect.stringMatching(/^reservkraft-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    );
    expect(cookies).toContainEqual('reservkraft-provider=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
    expect((await browser.ask(ACCESS_PATHS.session)).status).toBe(200);
    expect(told('access.signed-in')).toMatchObject([
      { author: NURSE.id, body: { name: NURSE.name, how: 'provider', level: LOA3 } },
    ]);
    expect(told('access.signed-in')[0]?.body).not.toHaveProperty('nameThere');
  });

  it('the browser is sent there with a challenge, a state and a nonce of its own, and asked for the card anew', async () => {
    await station();
    const [one, other] = [new URL(await begun(new Browser(copy))), new URL(await begun(new Browser(copy)))];
    expect(one.origin).toBe(real.issuer);
    const asked = Object.fromEntries(one.searchParams);
    expect(asked).toMatchObject({
      response_type: 'code',
      redirect_uri: 'http://127.0.0.1:7070/',
      code_challenge_method: 'S256',
      prompt: 'login',
      max_age: '0',
      acr_values: LOA3,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked[name]?.length).toBeGreaterThan(40);
      expect(asked[name]).not.toBe(other.searchParams.get(name));
    }
    expect(one.href).not.toContain(NURSE.id);
  });

  it('the station may show that it is itself with a key instead of a secret', async () => {
    await station({ clientId: 'with-key' }, keyCredential());
    expect((await withCard(new Browser(copy))).status).toBe(200);
  });

  it('the name is the account’s, and where the card says another the ledger tells it', async () => {
    await station();
    real.card = { ...CARD, name: ['Anna Maria', 'Lundgren'] };
    const { json } = await withCard(new Browser(copy));
    expect((json as Me).person.name).toBe('Anna Berg');
    expect(told('access.signed-in')).toMatchObject([{ body: { name: 'Anna Berg', nameThere: 'Anna Maria Lundgren' } }]);
  });

  it('somebody without an account is not let in, however well identified, and the ledger says who it was', async () => {
    await station();
    real.card = { ...CARD, hsaId: DOCTOR.id };
    const browser = new Browser(copy);
    expect(await withCard(browser)).toMatchObject({ status: 403, json: { code: 'access.no-account' } });
    expect((await browser.ask(ACCESS_PATHS.session)).status).toBe(401);
    expect(told('access.refused')).toMatchObject([{ body: { why: 'no-account', account: DOCTOR.id } }]);
    copy.access.accounts.close(NURSE.id);
    real.card = CARD;
    expect(await withCard(browser)).toMatchObject({ status: 403, json: { code: 'access.no-account' } });
    expect(told('access.refused')).toMatchObject([{}, { body: { why: 'account-closed', account: NURSE.id } }]);
  });

  it('a card that is cancelled or identifies too weakly lets nobody in, and words do', async () => {
    const words = await station();
    const browser = new Browser(copy);
    real.card = null;
    expect(await withCard(browser)).toMatchObject({
      status: 401,
      json: { code: 'access.provider-refused', happened: expect.stringContaining('avbröts') },
    });
    expect(told('access.refused')).toEqual([]);
    real.card = { ...CARD, level: 'http://id.sambi.se/loa/loa2' };
    expect(await withCard(browser)).toMatchObject({
      status: 401,
      json: { happened: expect.stringContaining('stark') },
    });
    expect(told('access.refused')).toMatchObject([{ body: { how: 'provider', why: 'too-weak', trace: 'acr' } }]);
    expect((await browser.signIn(NURSE, words)).status).toBe(200);
  });

  it('an account closed meanwhile ends the session at once', async () => {
    await station();
    const browser = new Browser(copy);
    await withCard(browser);
    copy.access.accounts.close(NURSE.id);
    expect((await browser.ask(ACCESS_PATHS.session)).status).toBe(401);
  });

  it('signing out ends it, and the provider’s other users are left alone', async () => {
    await station();
    const browser = new Browser(copy);
    await withCard(browser);
    expect((await browser.ask({ method: 'DELETE', url: ACCESS_PATHS.session })).status).toBe(204);
    expect((await browser.ask(ACCESS_PATHS.session)).status).toBe(401);
  });
});

describe('an answer lets in who began here, once', () => {
  it('what came back is of no use a second time, in the same browser or in another', async () => {
    await station();
    const browser = new Browser(copy);
    const answer = await real.visit(await begun(browser));
    const stolen = new Map(browser.cookies);
    expect((await back(browser, answer)).status).toBe(200);
    for (const cookies of [new Map(), stolen]) {
      const thief = new Browser(copy);
      for (const [name, value] of cookies) thief.cookies.set(name, value);
      expect(await back(thief, answer)).toMatchObject({ status: 401, json: { code: 'access.provider-refused' } });
      expect((await thief.ask(ACCESS_PATHS.session)).status).toBe(401);
    }
    expect(told('access.refused')).toMatchObject([
      { body: { why: 'not-begun-here' } },
      { body: { why: 'not-begun-here' } },
    ]);
  });

  it('another’s answer, slipped into one’s browser, does not sign one in as them nor end what one has begun', async () => {
    await station();
    const [victim, attacker] = [new Browser(copy), new Browser(copy)];
    const own = await begun(victim);
    real.card = { ...CARD, hsaId: DOCTOR.id };
    const slipped = await real.visit(await begun(attacker));
    expect(await back(victim, slipped)).toMatchObject({ status: 401, json: { code: 'access.provider-refused' } });
    real.card = CARD;
    expect((await back(victim, await real.visit(own))).json).toMatchObject({ person: NURSE });
  });

  it('another’s code under one’s own state is refused: it was asked for with another challenge', async () => {
    await station();
    const [victim, attacker] = [new Browser(copy), new Browser(copy)];
    const own = await real.visit(await begun(victim));
    const code = (await real.visit(await begun(attacker))).searchParams.get('code') ?? '';
    own.searchParams.set('code', code);
    expect(await back(victim, own)).toMatchObject({ status: 401, json: { code: 'access.provider-refused' } });
    expect(told('access.refused')).toMatchObject([{ body: { why: 'refused-there' } }]);
  });

  it('a session of before lives on for nobody, and what the browser carried before is not taken for the new one', async () => {
    const words = await station();
    const browser = new Browser(copy);
    await browser.signIn(NURSE, words);
    const former = browser.cookies.get('reservkraft-session') ?? '';
    await withCard(browser);
    expect(browser.cookies.get('reservkraft-session')).not.toBe(former);
    const old = new Browser(copy);
    old.cookies.set('reservkraft-session', former);
    expect((await old.ask(ACCESS_PATHS.session)).status).toBe(401);
  });

  it('ten minutes later it is too late, whatever the wall clock says', async () => {
    await station();
    const browser = new Browser(copy);
    const answer = await real.visit(await begun(browser));
    pass(limits.providerFlowMs, 0);
    expect((await back(browser, answer)).status).toBe(401);
  });

  it('only the station’s own page can begin or finish one', async () => {
    await station();
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'x-reservkraft': '' },
    ])
      for (const [url, payload] of [
        [ACCESS_PATHS.provider, {}],
        [ACCESS_PATHS.providerReturn, { query: 'state=x' }],
      ] as const)
        expect(await new Browser(copy).ask({ method: 'POST', url, payload, headers })).toMatchObject({
          status: 403,
          json: { code: 'access.cross-site' },
        });
  });

  it('comes back to the addresses of the settings alone, whatever the browser says the station is called', async () => {
    await station();
    for (const headers of [{ host: 'localhost:7070' }, { host: '127.0.0.1:7071' }]) {
      const browser = new Browser(copy);
      expect((await browser.ask({ url: ACCESS_PATHS.provider, headers })).json).toEqual({ label: null });
      const asked = await browser.ask({ method: 'POST', url: ACCESS_PATHS.provider, payload: {}, headers });
      expect(asked).toMatchObject({ status: 503, json: { code: 'access.provider-silent' } });
    }
    const forwarded = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    const browser = new Browser(copy);
    const { json } = await browser.ask({ method: 'POST', url: ACCESS_PATHS.provider, payload: {}, headers: forwarded });
    expect(new URL((json as ProviderStart).location).searchParams.get('redirect_uri')).toBe('http://127.0.0.1:7070/');
  });

  it('a computer that begins many forgets its own first and no other’s', async () => {
    await station();
    const flows = Array.from({ length: limits.providerFlowsAnAddressMax }, () => new Browser(copy));
    const first = new Browser(copy);
    const answer = await real.visit(await begun(first));
    for (const one of flows) await begun(one);
    expect((await back(first, answer)).status).toBe(401);
    expect((await withCard(new Browser(copy))).status).toBe(200);
  });
});

describe('own words are kept alive for the night they are needed', () => {
  it('who has come in with the card for a fortnight is asked for their words once, and nothing waits for it', async () => {
    const words = await station();
    const browser = new Browser(copy);
    await browser.signIn(NURSE, words);
    await withCard(browser);
    expect(((await browser.ask(ACCESS_PATHS.session)).json as Me).secret.isDue).toBe(false);
    pass(15 * DAY_MS);
    const { json } = await withCard(browser);
    expect((json as Me).secret.isDue).toBe(true);
    expect((await browser.ask('/api/units/KIR2')).status).toBe(200);
    const wrong = await browser.post(ACCESS_PATHS.practice, { secret: 'inte mina ord alls' });
    expect(wrong).toMatchObject({ status: 401, json: { code: 'access.wrong-secret' } });
    expect((await browser.ask('/api/units/KIR2')).status).toBe(200);
    const right = await browser.post(ACCESS_PATHS.practice, { secret: words });
    expect(right).toMatchObject({ status: 200, json: { secret: { isDue: false }, session: { how: 'provider' } } });
    expect(told('access.practised')).toMatchObject([{ author: NURSE.id }]);
  });

  it('who has forgotten them gets new ones while just identified, and not from a computer somebody left', async () => {
    const former = await station();
    expect((await new Browser(copy).signIn(NURSE, former)).status).toBe(200);
    const browser = new Browser(copy);
    await withCard(browser);
    const dealt = await browser.post(ACCESS_PATHS.secret, {});
    const words = (dealt.json as { words: string[] }).words.join(' ');
    expect(told('access.secret-dealt')).toMatchObject([{ author: NURSE.id, body: { by: 'provider' } }]);
    expect((await new Browser(copy).signIn(NURSE, former)).status).toBe(200);
    expect((await browser.post(ACCESS_PATHS.practice, { secret: words })).status).toBe(200);
    expect((await new Browser(copy).signIn(NURSE, former)).status).toBe(401);
    pass(limits.providerFreshMs);
    expect(await browser.post(ACCESS_PATHS.secret, {})).toMatchObject({
      status: 403,
      json: { code: 'access.not-allowed' },
    });
    const byWords = new Browser(copy);
    await byWords.signIn(NURSE, words);
    expect((await byWords.post(ACCESS_PATHS.secret, {})).status).toBe(403);
  });

  it('who is enrolled and has no words yet comes in with the card', async () => {
    await station();
    copy.access.accounts.put([{ person: DOCTOR, assignments: [at(KIR)] }]);
    real.card = { ...CARD, hsaId: DOCTOR.id };
    const browser = new Browser(copy);
    expect((await withCard(browser)).json).toMatchObject({ person: DOCTOR, secret: { usedAt: null } });
    expect((await browser.post(ACCESS_PATHS.secret, {})).status).toBe(200);
  });
});

describe('a sign-in with the card prolongs what lets in without it', () => {
  const confirmed = () => station({ confirmEveryDays: 90 });
  const somebodyElseComesIn = async () => {
    copy.access.accounts.put([{ person: DOCTOR, assignments: [at(KIR)] }]);
    real.card = { ...CARD, hsaId: DOCTOR.id };
    expect((await withCard(new Browser(copy))).status).toBe(200);
    real.card = CARD;
  };

  it('words nobody has confirmed for long are to be confirmed first, and after that they hold anew', async () => {
    const words = await confirmed();
    pass(91 * DAY_MS);
    await somebodyElseComesIn();
    const browser = new Browser(copy);
    expect(await browser.signIn(NURSE, words)).toMatchObject({ status: 403, json: { code: 'access.unconfirmed' } });
    expect(told('access.refused')).toMatchObject([{ body: { why: 'unconfirmed', account: NURSE.id } }]);
    expect((await withCard(browser)).status).toBe(200);
    pass(89 * DAY_MS);
    await somebodyElseComesIn();
    expect((await browser.signIn(NURSE, words)).status).toBe(200);
  });

  it.each<[string, () => unknown]>([
    ['nobody has come in with a card for some hours', () => pass(limits.providerProofMs + 1)],
    ['the clock has been set since', () => pass(0, 10 * 60_000)],
    ['a downtime lasts', () => Object.assign(copy, { isTimePaused: true })],
    ['the machine has been started anew', () => Object.assign(copy, { now: { ...copy.now, boot: 'another' } })],
    ['a unit’s lead has dealt a new code', () => copy.access.accounts.deal(NURSE.id, 1)],
    [
      'the provider has stopped answering',
      async () => {
        real.isSilent = true;
        await provider.look();
      },
    ],
  ])('they hold as ever when %s', async (_, happens) => {
    const words = await confirmed();
    pass(91 * DAY_MS);
    await somebodyElseComesIn();
    expect((await new Browser(copy).signIn(NURSE, words)).status).toBe(403);
    await happens();
    expect((await new Browser(copy).signIn(NURSE, words)).status).toBe(200);
  });

  it('a lead who lets somebody out of their unit has not said that they still work here', async () => {
    const words = await confirmed();
    const lead = { author: LEAD.id, name: null, leads: new Set([KIR]) };
    copy.access.accounts.put([{ person: NURSE, assignments: [at(KIR), at(MED)] }]);
    pass(91 * DAY_MS);
    expect(copy.access.enrolling.close(NURSE.id, lead, () => undefined)).toBe('left');
    await somebodyElseComesIn();
    expect((await new Browser(copy).signIn(NURSE, words)).status).toBe(403);
  });

  it('no words end where the settings do not say so', async () => {
    const words = await station();
    pass(1_000 * DAY_MS);
    await somebodyElseComesIn();
    expect((await new Browser(copy).signIn(NURSE, words)).status).toBe(200);
  });
});
