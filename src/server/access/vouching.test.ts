import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_PATHS, type Me, type Vouched } from '../../domain/access/routes.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, LEAD, MED, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

describe('Intyga kollega', () => {
  const AGENCY = {
    name: 'Hyr Sköterska',
    title: 'ssk, bemanning',
    profession: 'nurse',
    unit: 'KIR2',
    reason: 'ingen inlogg',
  };

  it('lets in somebody from an agency for one shift, on that unit alone, with both names in the ledger', async () => {
    const nurse = await signedIn(copy, NURSE, at(KIR));
    const { user, code } = (await nurse.post(ACCESS_PATHS.vouches, AGENCY)).json as Vouched;
    const guest = new Browser(copy);
    const { json } = await guest.post(ACCESS_PATHS.session, { user, secret: code.toLowerCase() });
    expect(json).toMatchObject({
      person: { id: user, name: AGENCY.name, title: AGENCY.title },
      units: [{ unit: 'KIR2', role: 'vouched' }],
      session: { how: 'vouched', vouchedBy: expect.stringContaining(NURSE.id) },
      mayVouch: false,
    });
    await guest.ask(`/api/charts/${anna}`);
    expect((await guest.ask('/api/units/MED1')).status).toBe(403);
    const lent = await guest.post(ACCESS_PATHS.choices, { unit: 'MED1', relation: 'lent' });
    expect(lent).toMatchObject({ status: 403, json: { code: 'access.not-allowed' } });
    expect((await guest.ask('/api/units/MED1')).status).toBe(403);
    expect(copy.entries).toMatchObject([
      {
        kind: 'access.vouched',
        author: NURSE.id,
        unit: 'KIR2',
        body: { for: user, name: AGENCY.name, reason: AGENCY.reason },
      },
      {
        kind: 'access.signed-in',
        author: user,
        body: { name: AGENCY.name, vouchedBy: expect.stringContaining(NURSE.name) },
      },
      { kind: 'chart.read', author: user, patient: anna },
      { kind: 'access.denied', author: user, patient: null, unit: 'MED1', body: { why: 'choice' } },
      { kind: 'access.denied', author: user, body: { why: 'not-allowed', asked: 'POST /api/choices' } },
    ]);
    expect(JSON.stringify(copy.entries)).not.toContain(code);
    expect((await new Browser(copy).post(ACCESS_PATHS.session, { user, secret: code })).status).toBe(401);
  });

  it('lets in a colleague who has forgotten their words, as themselves', async () => {
    await enrol(copy, NURSE, at(MED));
    const doctor = await signedIn(copy, DOCTOR, at(KIR));
    const body = { user: NURSE.id, unit: 'KIR2', reason: 'glömt orden' };
    const { user, code } = (await doctor.post(ACCESS_PATHS.vouches, body)).json as Vouched;
    expect(user).toBe(NURSE.id);
    const browser = new Browser(copy);
    const me = (await browser.post(ACCESS_PATHS.session, { user, secret: code })).json as Me;
    expect(me.person).toMatchObject({ id: NURSE.id, name: NURSE.name });
    expect(me.units.map(({ unit }) => unit).sort()).toEqual(['KIR2', 'MED1']);
    copy.access.enrolling.close(NURSE.id, { author: 'x', name: null, leads: 'all' }, () => undefined);
    expect((await browser.ask('/api/units/KIR2')).status).toBe(401);
  });

  it('of who answers for a unit lets in a colleague, and nobody by them: what takes their own words waits for those', async () => {
    await enrol(copy, LEAD, at(KIR, 'lead'));
    const nurse = await signedIn(copy, NURSE, at(KIR));
    const body = { user: LEAD.id, unit: 'KIR2', reason: 'glömt orden' };
    const { user, code } = (await nurse.post(ACCESS_PATHS.vouches, body)).json as Vouched;
    const browser = new Browser(copy);
    const me = (await browser.post(ACCESS_PATHS.session, { user, secret: code })).json as Me;
    expect(me.units).toMatchObject([{ unit: 'KIR2', isLead: false }]);
    copy.entries.length = 0;
    for (const [path, asked] of [
      ['/api/emergency-codes', { unit: 'KIR2', count: 1 }],
      ['/api/accounts/deal', { id: NURSE.id }],
      ['/api/blocks', { patient: anna, unit: 'KIR2' }],
      ['/api/uses/out', { unit: 'KIR2', reason: 'prov' }],
    ] as const)
      expect([path, (await browser.post(path, asked)).status]).toEqual([path, 403]);
    expect((await browser.ask('/api/accounts')).status).toBe(403);
    expect(new Set(copy.kinds)).toEqual(new Set(['access.denied']));
    expect(copy.entries).toHaveLength(5);
    expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(200);
  });

  it.each([0, 400 * 86_400_000, -400 * 86_400_000])(
    'the code is over in minutes, with the clock set by %d',
    async (set) => {
      const nurse = await signedIn(copy, NURSE, at(KIR));
      const { user, code } = (await nurse.post(ACCESS_PATHS.vouches, AGENCY)).json as Vouched;
      copy.pass(limits.vouchCodeMs, set);
      expect((await new Browser(copy).post(ACCESS_PATHS.session, { user, secret: code })).status).toBe(401);
    },
  );

  it('is only for the licensed, on their own unit, with words of their own, and for others', async () => {
    const assistant = {
      ...NURSE,
      id: 'SE0000000000-P30001' as typeof NURSE.id,
      profession: 'assistant-nurse' as const,
    };
    const unlicensed = await signedIn(copy, assistant, at(KIR));
    const elsewhere = await signedIn(copy, DOCTOR, at(MED));
    await elsewhere.post(ACCESS_PATHS.choices, { unit: 'KIR2', relation: 'lent' });
    const nurse = await signedIn(copy, NURSE, at(KIR));
    const { user, code } = (await nurse.post(ACCESS_PATHS.vouches, AGENCY)).json as Vouched;
    const guest = new Browser(copy);
    await guest.post(ACCESS_PATHS.session, { user, secret: code });
    for (const browser of [unlicensed, elsewhere, guest])
      expect((await browser.post(ACCESS_PATHS.vouches, AGENCY)).json).toMatchObject({ code: 'access.not-allowed' });
    const self = await nurse.post(ACCESS_PATHS.vouches, { user: NURSE.id, unit: 'KIR2', reason: 'x' });
    expect(self.status).toBe(403);
    expect((await nurse.post(ACCESS_PATHS.vouches, { unit: 'KIR2', reason: 'x' })).status).toBe(400);
    expect((await nurse.post(ACCESS_PATHS.vouches, { user: DOCTOR.id, unit: 'MED1', reason: 'x' })).status).toBe(403);
  });
});
