// What lets a person who has never used a ward's computer read there with the station gone: the envelopes it is dealt, opened here as the
// app opens them.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEnvelope } from '../../app/src/store/envelope.ts';
import { keyFromSpoken, keyFromWords } from '../../app/src/store/slow-hash.ts';
import type { DeviceKey } from '../../src/domain/access/device-key.ts';
import type { Person } from '../../src/domain/access/people.ts';
import { ACCESS_PATHS, type DealtSecret } from '../../src/domain/access/routes.ts';
import { readerByCode, spokenHalves } from '../../src/domain/access/sealed-code.ts';
import type { PatientKey } from '../../src/domain/identity.ts';
import type { UnitCopy } from '../../src/domain/unit-copy.ts';
import {
  at,
  Browser,
  DOCTOR,
  enrol,
  KIR,
  LEAD,
  MED,
  NURSE,
  PSYK,
  signedIn,
} from '../../src/server/access/people.fixture.ts';
import { admitAnna } from '../../src/server/anna.fixture.ts';
import { ServedCopy } from '../../src/server/server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const VAULT = 'AAAAAAAAAAAAAAAAAAAAAA';
const dealt = async (browser: Browser, vault = VAULT, unit: string = KIR): Promise<DeviceKey> => {
  await copy.access.accounts.wordsKeysMade();
  return (await browser.post(ACCESS_PATHS.deviceKey, { unit, vault })).json as DeviceKey;
};
const handed = async (browser: Browser, have = {}): Promise<UnitCopy> =>
  (await browser.post('/api/copies/unit', { unit: KIR, have })).json as UnitCopy;
const readers = ({ envelopes }: DeviceKey): string[] => envelopes.map(({ person }) => person).sort();

/** As a device does it with nobody to ask. */
async function opened({ envelopes }: DeviceKey, person: Person, words: string, vault = VAULT) {
  for (const envelope of envelopes.filter((one) => one.person === person.id)) {
    const content = await openEnvelope(envelope, { vault, unit: KIR }, await keyFromWords(words, envelope.salt));
    if (content !== null) return content;
  }
  return null;
}

async function openedByCode({ envelopes }: DeviceKey, number: string, halves: { a: string; b: string }) {
  const envelope = envelopes.find(({ person }) => person === readerByCode(number));
  if (envelope === undefined) return null;
  const key = await keyFromSpoken(spokenHalves(halves.a, halves.b), envelope.salt);
  return openEnvelope(envelope, { vault: VAULT, unit: KIR }, key);
}

describe('a ward’s computer that keeps a unit’s copy', () => {
  it('is opened by each who has a role there, with their own words, also who has never used it or her words', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const [lead, doctor] = [await enrol(copy, LEAD, at(KIR, 'lead')), await enrol(copy, DOCTOR, at('all', 'on-call'))];
    const device = await dealt(browser);
    expect(readers(device)).toEqual([NURSE.id, LEAD.id, DOCTOR.id].sort());
    const content = await opened(device, LEAD, `  ${lead.toUpperCase().replaceAll(' ', '-')}`);
    expect(content).toMatchObject({
      key: device.key,
      me: { person: LEAD, units: [{ unit: 'KIR2', isLead: true }], session: { how: 'secret', vouchedBy: null } },
    });
    expect((await opened(device, DOCTOR, doctor))?.key).toBe(device.key);
    expect(await opened(device, LEAD, doctor)).toBeNull();
    expect(await opened(device, LEAD, lead, 'BAAAAAAAAAAAAAAAAAAAAA')).toBeNull();
  });

  it('is not opened by who has no role there, nor does anybody get its key but there', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const elsewhere = await signedIn(copy, DOCTOR, at(MED));
    expect(readers(await dealt(browser))).toEqual([NURSE.id]);
    const refused = await elsewhere.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault: VAULT });
    expect(refused).toMatchObject({ status: 403, json: { code: 'access.choice-needed' } });
    browser.cookies.delete('reservkraft-device');
    const unknown = await browser.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault: VAULT });
    expect(unknown).toMatchObject({ status: 403, json: { code: 'access.not-allowed' } });
  });

  it('has a key of its own, the same each time it asks, and no secret or key lies readable in an envelope', async () => {
    const words = await enrol(copy, NURSE, at(KIR));
    const [one, other] = [new Browser(copy), new Browser(copy)];
    for (const browser of [one, other]) await browser.signIn(NURSE, words);
    const key = await dealt(one);
    expect((await dealt(one)).key).toBe(key.key);
    expect((await dealt(other)).key).not.toBe(key.key);
    expect((await dealt(one, 'BAAAAAAAAAAAAAAAAAAAAA')).key).not.toBe(key.key);
    expect(JSON.stringify(key.envelopes)).not.toContain(key.key.slice(0, 20));
    expect(JSON.stringify(copy.entries)).not.toContain(key.key.slice(0, 20));
  });

  it('is told with the next answer that somebody has come or gone, and who has gone has no envelope', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const before = await dealt(browser);
    expect((await handed(browser)).readers).toBe(before.readers);
    const words = await enrol(copy, LEAD, at(KIR));
    const after = await dealt(browser);
    expect((await handed(browser)).readers).toBe(after.readers);
    expect(after.readers).not.toBe(before.readers);
    expect(await opened(after, LEAD, words)).not.toBeNull();
    copy.access.accounts.close(LEAD.id);
    const last = await dealt(browser);
    expect(last.readers).not.toBe(after.readers);
    expect(readers(last)).toEqual([NURSE.id]);
  });

  it('is opened by the former words until the new ones are used at the station, and then by those alone', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const former = await enrol(copy, LEAD, at(KIR));
    await new Browser(copy).signIn(LEAD, former);
    const code = await copy.access.accounts.deal(LEAD.id, 60_000);
    const claimed = await browser.post(ACCESS_PATHS.enrolment, { user: LEAD.id, code });
    const words = (claimed.json as DealtSecret).words.join(' ');
    const both = await dealt(browser);
    expect([await opened(both, LEAD, former), await opened(both, LEAD, words)]).not.toContain(null);
    await new Browser(copy).signIn(LEAD, words);
    const one = await dealt(browser);
    expect(await opened(one, LEAD, former)).toBeNull();
    expect(await opened(one, LEAD, words)).not.toBeNull();
  });

  it('is opened by a sealed code’s two halves, until it is used or another set is made', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    const before = await dealt(browser);
    const { codes } = await copy.access.codes.make(KIR, 2);
    const device = await dealt(browser);
    expect((await handed(browser)).readers).toBe(device.readers);
    expect(device.readers).not.toBe(before.readers);
    expect(readers(device)).toEqual(['KOD-KIR2-1-01', 'KOD-KIR2-1-02', NURSE.id]);
    const [code] = codes;
    const halves = { a: code?.halfA.join(' ') ?? '', b: ` ${code?.halfB.join('-').toUpperCase()}` };
    const content = await openedByCode(device, code?.number ?? '', halves);
    expect(content).toMatchObject({
      key: device.key,
      me: { units: [{ unit: 'KIR2', role: 'emergency-code' }], session: { how: 'emergency-code' }, mayVouch: false },
    });
    expect(await openedByCode(device, code?.number ?? '', { a: halves.b, b: halves.a })).toBeNull();
    expect(await openedByCode(device, 'KIR2-1-02', halves)).toBeNull();
    expect(await copy.access.codes.use(code?.number ?? '', halves, 1)).toBe('KIR2');
    const used = await dealt(browser);
    expect(used.readers).not.toBe(device.readers);
    expect(readers(used)).toEqual(['KOD-KIR2-1-02', NURSE.id]);
    await copy.access.codes.make(KIR, 1);
    expect(readers(await dealt(browser))).toEqual(['KOD-KIR2-2-01', NURSE.id]);
    expect(readers(await dealt(await signedIn(copy, DOCTOR, at(MED)), VAULT, MED))).toEqual([DOCTOR.id]);
  });

  it('keeps for all on the unit only what all of them may see, and says so where a reader sees more', async () => {
    const alone = await signedIn(copy, NURSE, at(KIR));
    const wider = await signedIn(copy, DOCTOR, at(KIR), at(PSYK));
    copy.access.blocks.set(anna, PSYK);
    const [narrow, wide] = [(await handed(alone)).patients[0], (await handed(wider)).patients[0]];
    expect(narrow?.copy?.isWithheld).toBe(true);
    expect(narrow?.shared).toBeUndefined();
    expect(wide?.copy?.isWithheld).not.toBe(true);
    expect(wide?.shared).toEqual(narrow?.copy);
    const again = (await handed(wider, { [wide?.key ?? '']: wide?.version })).patients[0];
    expect([again?.copy, again?.shared]).toEqual([null, undefined]);
  });
});
