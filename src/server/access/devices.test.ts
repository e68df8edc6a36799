// A ward's computer that is gone, and what a station answers it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Devices } from '../../access/devices.ts';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, LEAD, MED, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
});
afterEach(() => copy.close());

const DEVICES = '/api/devices';
const LOST = '/api/devices/lost';
interface Told {
  readonly devices: readonly { readonly number: string; readonly person: string; readonly lostAt: number | null }[];
}

describe('a device reported lost', () => {
  it('is answered nothing but that, signed in or not, and gets no key to what it keeps; the ledger tells who said so', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const gone = await signedIn(copy, NURSE, at(KIR));
    const { devices } = (await lead.ask(DEVICES)).json as Told;
    const number = devices.find(({ person }) => person === NURSE.id)?.number ?? '';
    expect(number).toMatch(/^D-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    const said = await lead.post(LOST, {
      number: number.toLowerCase().replaceAll('-', ' '),
      reason: 'stulen ur bilen',
    });
    expect([said.status, (said.json as { lostAt: number }).lostAt]).toEqual([200, copy.now.wallMs]);
    const secret = await enrol(copy, NURSE, at(KIR));
    for (const answer of [
      await gone.ask(ACCESS_PATHS.session),
      await gone.post('/api/copies/unit', { unit: KIR }),
      await gone.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault: 'v'.repeat(22) }),
      await gone.signIn(NURSE, secret),
    ])
      expect([answer.status, (answer.json as { code: string }).code]).toEqual([403, 'access.device-lost']);
    expect((await gone.ask(ACCESS_PATHS.session)).headers['clear-site-data']).toBe('"cache", "storage"');
    // Her colleague's device, and she herself at another.
    expect((await lead.ask(ACCESS_PATHS.session)).status).toBe(200);
    expect((await new Browser(copy).signIn(NURSE, secret)).status).toBe(200);
    expect(copy.entries.filter(({ kind }) => kind === 'access.device-lost')).toMatchObject([
      { author: LEAD.id, body: { number, person: NURSE.id, reason: 'stulen ur bilen' } },
    ]);
  });

  it('is shown to and reported by who answers for those who use it, and by nobody else', async () => {
    const nurse = await signedIn(copy, NURSE, at(KIR));
    const other = await signedIn(copy, DOCTOR, at(MED, 'lead'));
    const number = copy.access.devices.all().find(({ person }) => person === NURSE.id)?.number ?? '';
    expect(((await other.ask(DEVICES)).json as Told).devices.map(({ person }) => person)).toEqual([DOCTOR.id]);
    expect((await other.post(LOST, { number, reason: 'x' })).status).toBe(404);
    expect((await nurse.post(LOST, { number, reason: 'x' })).status).toBe(403);
    expect((await nurse.ask(ACCESS_PATHS.session)).status).toBe(200);
  });

  it('is still lost when the station is started again', async () => {
    await signedIn(copy, NURSE, at(KIR));
    const [device] = copy.access.devices.all();
    copy.access.devices.lost(device?.number ?? '', copy.now.wallMs);
    const again = new Devices(copy.accessStore);
    expect(again.all()).toEqual(copy.access.devices.all());
    expect(again.areSomeLost).toBe(true);
  });
});
