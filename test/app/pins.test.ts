// Six digits and a piece of hardware on a ward's computer: set, signed in with, and what a thief of profile and station can make of them.
// The app's own key making against the station's own routes; only the hardware is made of software.

import { hash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEnvelope } from '../../app/src/store/envelope.ts';
import { keysOf, newSalt, type SlowPin, slowPin } from '../../app/src/store/pin.ts';
import { importKey } from '../../app/src/store/sealing.ts';
import type { DeviceKey } from '../../src/domain/access/device-key.ts';
import type { ListedAccount, Person } from '../../src/domain/access/people.ts';
import { isEasyPin, isPin, type OwnPin, type PinOffer } from '../../src/domain/access/pin.ts';
import { ACCESS_PATHS, type Me } from '../../src/domain/access/routes.ts';
import { limits } from '../../src/limits.ts';
import { HOST, TestHardware } from '../../src/server/access/hardware.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, LEAD, NURSE, signedIn } from '../../src/server/access/people.fixture.ts';
import { admitAnna } from '../../src/server/anna.fixture.ts';
import { ServedCopy } from '../../src/server/server.fixture.ts';
import { keepSecret } from '../support/output.ts';

let copy: ServedCopy;
let browser: Browser;
let words: string;
beforeEach(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
  words = await enrol(copy, NURSE, at(KIR));
  browser = new Browser(copy);
  await browser.signIn(NURSE, words);
});
afterEach(() => copy.close());

const PIN = '402718';
keepSecret(PIN);
const VAULT = 'AAAAAAAAAAAAAAAAAAAAAA';
const headers = { host: HOST };
const post = (url: string, payload: object, by = browser) => by.ask({ method: 'POST', url, payload, headers });
const pass = (ms: number): void => {
  copy.now = { ...copy.now, wallMs: copy.now.wallMs + ms, monotonicMs: copy.now.monotonicMs + ms };
};

interface Set {
  readonly hardware: TestHardware;
  readonly salt: string;
  readonly slow: SlowPin;
  readonly status: number;
}

/** As the app does it. */
async function setPin(by = browser, secret = words, pin = PIN): Promise<Set> {
  const [hardware, salt] = [new TestHardware(), newSalt()];
  const offer = (await post(ACCESS_PATHS.pinOffer, {}, by)).json as PinOffer;
  const slow = await slowPin(pin, salt);
  const { envelopeKey, proof } = await keysOf(slow, salt, hardware.prf(slow.asked));
  const key = Buffer.from(envelopeKey).toString('base64');
  const asked = { secret, ...hardware.make(offer), salt, envelopeKey: key, proof };
  return { hardware, salt, slow, status: (await post(ACCESS_PATHS.pins, asked, by)).status };
}

/** `slow`: of what is typed; `hardware`: what is pressed. */
async function signIn({ hardware, salt }: Set, slow: SlowPin, by = browser, person: Person = NURSE) {
  const { challenge } = (await post(ACCESS_PATHS.pinChallenge, {}, by)).json as { challenge: string };
  const { proof } = await keysOf(slow, salt, hardware.prf(slow.asked));
  return post(ACCESS_PATHS.pin, { user: person.id, ...hardware.sign(challenge), proof }, by);
}
const dealt = async (by = browser): Promise<DeviceKey> =>
  (await by.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault: VAULT })).json as DeviceKey;
const pinsIn = ({ envelopes }: DeviceKey) => envelopes.filter(({ hardware }) => hardware !== undefined);

/** With the station gone. */
async function opened(device: DeviceKey, { hardware, salt }: Set, slow: SlowPin, answered = hardware.prf(slow.asked)) {
  const [envelope] = pinsIn(device);
  if (envelope === undefined) return null;
  const { envelopeKey } = await keysOf(slow, salt, answered);
  return openEnvelope(envelope, { vault: VAULT, unit: KIR }, await importKey(envelopeKey));
}

describe('a PIN on a ward’s computer', () => {
  it('lets her in at the station and opens the copy without it, with her own hardware, on that computer', async () => {
    copy.entries.length = 0;
    const set = await setPin();
    expect(set.status).toBe(200);
    expect(copy.entries.at(-1)).toMatchObject({
      kind: 'access.pin-added',
      author: NURSE.id,
      body: { userVerified: false },
    });
    const { json } = await signIn(set, set.slow);
    expect((json as Me).session.how).toBe('pin');
    expect((json as Me).mayVouch).toBe(true);
    // The last is that her former session here is over.
    expect(copy.entries.at(-2)).toMatchObject({ kind: 'access.signed-in', author: NURSE.id, body: { how: 'pin' } });
    expect((await browser.ask('/api/units/KIR2')).status).toBe(200);
    const device = await dealt();
    expect(pinsIn(device)).toMatchObject([{ person: NURSE.id, salt: set.salt, hardware: { transports: ['usb'] } }]);
    expect(await opened(device, set, set.slow)).toMatchObject({ key: device.key, me: { session: { how: 'pin' } } });
    // Another computer, though the hardware and the digits are the same.
    const other = await signedIn(copy, LEAD, at(KIR));
    expect(pinsIn(await dealt(other))).toEqual([]);
    expect((await signIn(set, set.slow, other)).status).toBe(401);
    expect((await signIn(set, set.slow, browser, LEAD)).status).toBe(401);
  });

  it('is not let in by other digits, other hardware, an old or used signature, or another page’s', async () => {
    const set = await setPin();
    const wrong = await slowPin('402719', set.salt);
    expect((await signIn(set, wrong)).json).toMatchObject({ code: 'access.wrong-pin' });
    expect(await opened(await dealt(), set, wrong)).toBeNull();
    const { proof } = await keysOf(set.slow, set.salt, set.hardware.prf(set.slow.asked));
    const challenge = async () => (await post(ACCESS_PATHS.pinChallenge, {})).json as { challenge: string };
    const [used, old, elsewhere] = [await challenge(), await challenge(), await challenge()];
    const asked = { user: NURSE.id, ...set.hardware.sign(used.challenge), proof };
    expect((await post(ACCESS_PATHS.pin, asked)).status).toBe(200);
    expect((await post(ACCESS_PATHS.pin, asked)).status).toBe(401);
    const other = new TestHardware();
    for (const signed of [
      { ...other.sign(elsewhere.challenge), credential: set.hardware.credential },
      set.hardware.sign(elsewhere.challenge, 'elsewhere.example'),
      set.hardware.sign('AAAA'),
      { ...asked, clientData: 'AAAA' },
    ]) {
      pass(60_000);
      expect((await post(ACCESS_PATHS.pin, { user: NURSE.id, ...signed, proof })).status).toBe(401);
    }
    pass(limits.challengeMs);
    expect((await post(ACCESS_PATHS.pin, { ...asked, ...set.hardware.sign(old.challenge) })).status).toBe(401);
    expect((await signIn(set, set.slow)).status).toBe(200);
  });

  it('wrong digits make the next try wait, and never lock', async () => {
    const set = await setPin();
    const wrong = await slowPin('402719', set.salt);
    const tries: number[] = [];
    for (let each = 0; each < 9; each++) tries.push((await signIn(set, wrong)).status);
    expect(tries.slice(-1)).toEqual([429]);
    pass(10_000);
    expect((await signIn(set, set.slow)).status).toBe(200);
  });

  it('is set by who is in by words and says them again, and by a station opened by name', async () => {
    expect((await setPin(browser, 'fel ord helt och hållet')).status).toBe(401);
    const set = await setPin();
    await signIn(set, set.slow);
    expect((await post(ACCESS_PATHS.pinOffer, {})).json).toMatchObject({ code: 'access.not-allowed' });
    await browser.signIn(NURSE, words);
    const byNumber = await browser.post(ACCESS_PATHS.pinOffer, {});
    expect(byNumber.json).toMatchObject({ code: 'access.pin-refused', happened: expect.stringContaining('vid namn') });
    expect(['111111', '123456', '987654', '12345', '12345a'].filter((pin) => isPin(pin) && !isEasyPin(pin))).toEqual(
      [],
    );
    expect(isPin(PIN) && !isEasyPin(PIN)).toBe(true);
  });

  it('does not count as use of the words, which are needed everywhere else', async () => {
    const set = await setPin();
    pass(limits.secretDueMs + 1);
    const { json } = await signIn(set, set.slow);
    expect((json as Me).secret.isDue).toBe(true);
  });

  it('lost hardware opens nothing once she or her lead has said so, and whoever is in by it is out', async () => {
    const set = await setPin();
    const thief = browser;
    await signIn(set, set.slow);
    const before = (await dealt()).readers;
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const stranger = await signedIn(copy, DOCTOR, at(KIR));
    expect((await stranger.post('/api/accounts/pins/remove', { id: NURSE.id })).status).toBe(403);
    const pinsTold = async () => {
      const { accounts } = (await lead.ask('/api/accounts')).json as { accounts: readonly ListedAccount[] };
      return accounts.find(({ id }) => id === NURSE.id)?.pins;
    };
    expect(await pinsTold()).toBe(1);
    expect((await lead.post('/api/accounts/pins/remove', { id: NURSE.id })).json).toMatchObject({ removed: 1 });
    expect(await pinsTold()).toBe(0);
    expect(copy.entries.at(-1)).toMatchObject({
      kind: 'access.pin-removed',
      author: LEAD.id,
      body: { account: NURSE.id, removed: 1 },
    });
    expect((await thief.ask('/api/units/KIR2')).status).toBe(401);
    expect((await signIn(set, set.slow)).status).toBe(401);
    await browser.signIn(NURSE, words);
    expect((await dealt()).readers).not.toBe(before);
    expect(pinsIn(await dealt())).toEqual([]);
    const again = await setPin();
    expect(((await browser.ask(ACCESS_PATHS.pins)).json as { pins: OwnPin[] }).pins).toMatchObject([{ isHere: true }]);
    const { credential } = again.hardware;
    expect((await post(ACCESS_PATHS.pinRemoval, { credential })).status).toBe(200);
    expect(copy.entries.at(-1)).toMatchObject({ kind: 'access.pin-removed', author: NURSE.id });
    expect((await signIn(again, again.slow)).status).toBe(401);
  });

  it('goes with the account', async () => {
    const set = await setPin();
    copy.access.enrolling.close(NURSE.id, { author: 'x', name: null, leads: 'all' }, () => undefined);
    await enrol(copy, NURSE, at(KIR));
    expect(copy.accessStore.all('pin')).toEqual([]);
    expect((await signIn(set, set.slow)).status).toBe(401);
  });
});

describe('a thief of a computer’s profile and the station’s opened files, without the hardware', () => {
  it('finds nothing under the digits alone: not the right ones, and none of the million', async () => {
    const set = await setPin();
    const device = await dealt();
    const stolen = JSON.stringify([pinsIn(device), copy.accessStore.all('pin')]);
    expect(stolen).toContain(set.salt);
    const answered = set.hardware.prf(set.slow.asked);
    const { proof } = await keysOf(set.slow, set.salt, answered);
    // Neither the digits, nor what becomes of them on the way, nor what the hardware answered.
    for (const secret of [set.slow.slow, set.slow.asked, answered, Buffer.from(proof, 'base64')])
      for (const form of ['base64', 'hex', 'base64url'] as const)
        expect(stolen).not.toContain(Buffer.from(secret).toString(form).slice(0, 30));
    expect(stolen).not.toContain(PIN);
    // Even who has been told the right digits must ask the hardware: everything known put in its place opens nothing.
    const salt = new Uint8Array(Buffer.from(set.salt, 'base64'));
    const guesses = [
      new Uint8Array(),
      new Uint8Array(32),
      set.slow.slow,
      set.slow.asked,
      salt,
      new TestHardware().prf(set.slow.asked),
    ];
    for (const guess of guesses) {
      expect(await opened(device, set, set.slow, guess)).toBeNull();
      expect((await keysOf(set.slow, set.salt, guess)).proof).not.toBe(proof);
    }
    expect(await opened(device, set, set.slow)).not.toBeNull();
    // No quick hash of any of the digits stands anywhere, by which they could be told before the hardware is found.
    const kept = new Set(
      (stolen.match(/[\w+/=-]{16,}/g) ?? []).flatMap((text) => [text, Buffer.from(text, 'base64').toString('hex')]),
    );
    expect(kept.size).toBeGreaterThan(8);
    let found = 0;
    for (let pin = 0; pin < 1_000_000; pin++) {
      const digits = String(pin).padStart(6, '0');
      if (kept.has(hash('sha256', digits, 'hex')) || kept.has(hash('sha256', set.salt + digits, 'hex'))) found++;
    }
    expect(found).toBe(0);
  });
});
