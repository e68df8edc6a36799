// A ward's computer that is gone, and what a station answers it.

import { createCipheriv, randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Devices } from '../../access/devices.ts';
import { pieceContext } from '../../domain/access/handed-reads.ts';
import { DEVICE_PATHS, type ListedDevice } from '../../domain/access/listed-device.ts';
import { UNIT_RELATIONS } from '../../domain/access/relations.ts';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import { toldOnce } from '../../domain/ledger-entry.ts';
import { PLACE_PATHS, type PlaceTold } from '../../domain/reserve-place.ts';
import { limits } from '../../limits.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, LEAD, MED, NURSE, PSYK, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
});
afterEach(() => copy.close());

const { list: DEVICES, lost: LOST } = DEVICE_PATHS;
interface Told {
  readonly devices: readonly ListedDevice[];
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
    // Its app is given a minute to tell what was read on it; then the browser itself is told to clear what it keeps.
    expect((await gone.ask(ACCESS_PATHS.session)).headers['clear-site-data']).toBeUndefined();
    copy.now = { ...copy.now, monotonicMs: copy.now.monotonicMs + 60_000 };
    expect((await gone.ask(ACCESS_PATHS.session)).headers['clear-site-data']).toBe('"cache", "storage"');
    // Her colleague's device, and she herself at another.
    expect((await lead.ask(ACCESS_PATHS.session)).status).toBe(200);
    expect((await new Browser(copy).signIn(NURSE, secret)).status).toBe(200);
    expect(copy.entries.filter(({ kind }) => kind === 'access.device-lost')).toMatchObject([
      { author: LEAD.id, body: { number, person: NURSE.id, reason: 'stulen ur bilen' } },
    ]);
  });

  it('signs out whoever is signed in there: what its browser carries opens nothing from another computer either', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const gone = await signedIn(copy, NURSE, at(KIR));
    const thief = new Browser(copy);
    for (const [name, value] of gone.cookies) if (name.includes('session')) thief.cookies.set(name, value);
    expect((await thief.ask(ACCESS_PATHS.session)).status).toBe(200);
    const number = copy.access.devices.all().find(({ person }) => person === NURSE.id)?.number ?? '';
    expect((await lead.post(LOST, { number, reason: 'stulen' })).json).toMatchObject({ number, isSignedIn: false });
    expect((await thief.ask(ACCESS_PATHS.session)).status).toBe(401);
    expect((await lead.ask(ACCESS_PATHS.session)).status).toBe(200);
    expect(copy.entries.find(({ kind }) => kind === 'access.device-lost')).toMatchObject({
      body: { sessionsEnded: 1 },
    });
  });

  it('is told from the others by its place, its browser, who was there, when it was heard and what it keeps; and says when it has been told', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const secret = await enrol(copy, NURSE, at(KIR));
    const ward = new Browser(copy);
    const headers = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0' };
    const payload = { user: NURSE.id, secret };
    await ward.ask({ method: 'POST', url: ACCESS_PATHS.session, payload, headers });
    const listed = async () => ((await lead.ask(DEVICES)).json as Told).devices;
    const [usedAt, number] = [copy.now.wallMs, (await listed()).find(({ isThis }) => !isThis)?.number ?? ''];
    const seen = {
      number,
      person: NURSE.id,
      name: 'Anna Berg, leg. sjuksköterska',
      browser: 'Edge på Windows',
      usedAt,
    };
    const one = async () => (await listed()).find((device) => device.number === number);
    expect(await one()).toMatchObject({ ...seen, isThis: false, isSignedIn: true, place: null, copies: [] });
    // Read on the screen and not kept: there has been no key.
    await ward.post('/api/copies/unit', { unit: KIR });
    expect((await one())?.copies).toEqual([]);
    await ward.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault: 'v'.repeat(22) });
    copy.now = { ...copy.now, wallMs: copy.now.wallMs + 60_000 };
    await ward.post('/api/copies/unit', { unit: KIR });
    const { wallMs } = copy.now;
    const copies = [{ unit: KIR, name: 'Kirurgavdelning 2', at: wallMs }];
    expect(await one()).toMatchObject({ ...seen, seenAt: wallMs, copies });
    const mark = { unit: KIR, name: 'Dator 4', where: 'expeditionen' };
    const { place } = (await lead.post(PLACE_PATHS.mark, mark)).json as PlaceTold;
    await ward.post(PLACE_PATHS.tie, { unit: KIR, place: place.id });
    expect(await one()).toMatchObject({ place: { name: 'Dator 4', where: 'expeditionen' } });
    // Another computer stands there now.
    await lead.post(PLACE_PATHS.tie, { unit: KIR, place: place.id });
    expect((await listed()).map((device) => [device.isThis, device.place?.name ?? null])).toEqual(
      expect.arrayContaining([
        [true, 'Dator 4'],
        [false, null],
      ]),
    );
    await lead.post(LOST, { number, reason: 'stulen' });
    expect(await one()).toMatchObject({ lostAt: wallMs, refusedAt: null, isSignedIn: false, copies });
    copy.now = { ...copy.now, wallMs: wallMs + 5_000 };
    await ward.ask(ACCESS_PATHS.session);
    expect(await one()).toMatchObject({ lostAt: wallMs, refusedAt: wallMs + 5_000, seenAt: wallMs + 5_000 });
    // After a restart it is known as well as before.
    expect(new Devices(copy.accessStore).find(number)).toMatchObject({
      copies: [{ unit: KIR }],
      browser: seen.browser,
    });
  });

  it('of another unit is shown to and reported by who answers for a unit whose copy it keeps', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const doctor = await signedIn(copy, DOCTOR, at(MED));
    const numbers = async () => ((await lead.ask(DEVICES)).json as Told).devices.map(({ person }) => person);
    expect(await numbers()).toEqual([LEAD.id]);
    await doctor.post(ACCESS_PATHS.choices, { unit: KIR, relation: Object.keys(UNIT_RELATIONS)[0] });
    expect((await doctor.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault: 'v'.repeat(22) })).status).toBe(200);
    expect((await numbers()).toSorted()).toEqual([LEAD.id, DOCTOR.id].toSorted());
    const number = copy.access.devices.all().find(({ person }) => person === DOCTOR.id)?.number ?? '';
    expect((await lead.post(LOST, { number, reason: 'kvarglömd på tåget' })).status).toBe(200);
    expect((await doctor.ask(ACCESS_PATHS.session)).status).toBe(403);
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

  it('is reported by who answers for the unit also when whoever used it has left', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const other = await signedIn(copy, DOCTOR, at(MED, 'lead'));
    await signedIn(copy, NURSE, at(KIR));
    const number = copy.access.devices.all().find(({ person }) => person === NURSE.id)?.number ?? '';
    copy.access.accounts.close(NURSE.id);
    expect((await other.post(LOST, { number, reason: 'x' })).status).toBe(404);
    const { devices } = (await lead.ask(DEVICES)).json as Told;
    expect(devices.map((one) => one.number)).toContain(number);
    expect((await lead.post(LOST, { number, reason: 'slutat, datorn borta' })).status).toBe(200);
  });

  it('tells what was read on it as it lies there sealed, once each and marked, is given nothing back, and is then told to clear itself', async () => {
    const anna = admitAnna(copy);
    const gone = await signedIn(copy, NURSE, at(KIR));
    const vault = 'v'.repeat(22);
    const { key } = (await gone.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault })).json as { key: string };
    const read = {
      id: ids[0],
      kind: 'chart.read',
      by: DOCTOR.id,
      unit: KIR,
      patient: anna,
      readAt: copy.now.wallMs - 1_000,
    };
    // One reached the station while it was not lost, and its answer was lost on the way.
    expect((await gone.post('/api/reads', { ...read, place: 'app' })).status).toBe(200);
    const [device] = copy.access.devices.all();
    const number = device?.number ?? '';
    copy.access.devices.lost(number, copy.now.wallMs);
    copy.entries.length = 0;
    const other = { ...read, id: ids[1], by: NURSE.id, names: 'A och B' };
    const reads = [
      sealedRead(key, vault, read),
      sealedRead(key, vault, other),
      // Of before the station's key was changed; under another's name; and nothing that an app of ours has written.
      sealedRead(Buffer.alloc(32, 9).toString('base64'), vault, { ...read, id: ids[2] }),
      { ...sealedRead(key, vault, read), id: ids[3] },
      sealedRead(key, vault, { ...read, id: ids[3], kind: 'ledger.exported' }),
    ];
    const handIn = (body: object) => gone.post('/api/reads/sealed', { unit: KIR, vault, reads: [], ...body });
    const first = await handIn({ reads, isAll: false });
    expect([first.status, first.json, first.headers['clear-site-data']]).toEqual([200, {}, undefined]);
    expect(copy.entries).toMatchObject([
      {
        ...{ kind: 'chart.read', author: number, eventAt: read.readAt, unit: KIR, patient: anna },
        body: { place: 'app', device: number, isLost: true, readBy: DOCTOR.id, told: ids[0] },
      },
      { kind: 'chart.read', body: { readBy: NURSE.id, names: 'A och B', told: ids[1] } },
    ]);
    // The same name as when it was told before: the ledger has it once (src/ledger/ledger.test.ts).
    const [told] = copy.entries;
    const before = { kind: 'chart.read', patient: anna, body: { told: ids[0], readBy: DOCTOR.id } };
    expect(told === undefined ? null : toldOnce(told)).toBe(toldOnce(before));
    const last = await handIn({ isAll: true });
    expect([last.status, last.json, last.headers['clear-site-data']]).toEqual([200, {}, '"cache", "storage"']);
    const toldAll = () => copy.entries.filter(({ kind }) => kind === 'access.device-told-all');
    expect(toldAll()).toMatchObject([
      { author: 'station', body: { number, person: NURSE.id, reads: 2, unreadable: 3 } },
    ]);
    // The browser clears what is left at whatever it asks, and saying the same again is nothing new.
    expect((await gone.ask(ACCESS_PATHS.session)).headers['clear-site-data']).toBe('"cache", "storage"');
    expect((await handIn({ isAll: true })).status).toBe(200);
    expect(toldAll()).toHaveLength(1);
    expect(copy.access.devices.all()).toMatchObject([{ number, toldAllAt: copy.now.wallMs }]);
  });

  it('that it has told everything can be said by whoever copied its cookie: the computer itself is still heard, for a day', async () => {
    const gone = await signedIn(copy, NURSE, at(KIR));
    const vault = 'v'.repeat(22);
    const { key } = (await gone.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault })).json as { key: string };
    const number = copy.access.devices.all()[0]?.number ?? '';
    copy.access.devices.lost(number, copy.now.wallMs);
    const thief = new Browser(copy);
    for (const [name, value] of gone.cookies) if (!name.includes('session')) thief.cookies.set(name, value);
    const elsewhere = { remoteAddress: '10.9.9.9', method: 'POST', url: '/api/reads/sealed' } as const;
    const nothing = { unit: '-', vault: 'A'.repeat(22), reads: [], isAll: true };
    expect((await thief.ask({ ...elsewhere, payload: nothing })).status).toBe(200);
    copy.now = { ...copy.now, monotonicMs: copy.now.monotonicMs + 3_600_000 };
    // Heard for the first time: it is refused, and not told to clear before it has told.
    const refused = await gone.ask(ACCESS_PATHS.session);
    expect([refused.status, refused.headers['clear-site-data']]).toEqual([403, undefined]);
    const handIn = (id: string) => {
      const read = { id, kind: 'chart.read', by: NURSE.id, unit: KIR, readAt: copy.now.wallMs - 1_000 };
      return gone.post('/api/reads/sealed', { unit: KIR, vault, reads: [sealedRead(key, vault, read)], isAll: true });
    };
    expect((await handIn(ids[0])).headers['clear-site-data']).toBe('"cache", "storage"');
    expect(copy.entries.filter(({ kind }) => kind === 'chart.read')).toHaveLength(1);
    expect(copy.entries.filter(({ kind }) => kind === 'access.device-told-all')).toMatchObject([
      { body: { number, reads: 0 } },
      { body: { number, reads: 1 } },
    ]);
    // Neither goes on without end.
    copy.now = { ...copy.now, wallMs: copy.now.wallMs + 24 * 3_600_000 };
    expect((await handIn(ids[1])).status).toBe(403);
    expect(copy.entries.filter(({ kind }) => kind === 'chart.read')).toHaveLength(1);
  });

  it('is told to clear itself when what it told is on the disk, and not before', async () => {
    const gone = await signedIn(copy, NURSE, at(KIR));
    const vault = 'v'.repeat(22);
    const { key } = (await gone.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault })).json as { key: string };
    const number = copy.access.devices.all()[0]?.number ?? '';
    copy.access.devices.lost(number, copy.now.wallMs);
    const read = { id: ids[0], kind: 'chart.read', by: NURSE.id, unit: KIR, readAt: copy.now.wallMs - 1_000 };
    const reads = [sealedRead(key, vault, read)];
    const handIn = async (body: object) => {
      const answer = await gone.post('/api/reads/sealed', { unit: KIR, vault, reads: [], isAll: false, ...body });
      const { notLogged } = answer.json as { notLogged?: string };
      const [device] = copy.access.devices.all();
      return [answer.headers['clear-site-data'] !== undefined, notLogged === undefined, device?.toldAllAt != null];
    };
    copy.writesLate = true;
    expect(await handIn({ reads })).toEqual([false, false, false]);
    expect(await handIn({ isAll: true })).toEqual([false, true, false]);
    expect(await handIn({ reads, isAll: true })).toEqual([false, false, false]);
    // The disk takes the last word, and had not taken what came before it.
    copy.writesLate = false;
    expect(await handIn({ isAll: true })).toEqual([false, true, false]);
    expect(await handIn({ reads })).toEqual([false, true, false]);
    expect(await handIn({ isAll: true })).toEqual([true, true, true]);
    const body = { number, reads: 1, unreadable: 0 };
    expect(copy.entries.findLast(({ kind }) => kind === 'access.device-told-all')).toMatchObject({ body });
  });

  it('nothing is taken from who has signed in on no device, or from another’s copy', async () => {
    const gone = await signedIn(copy, NURSE, at(KIR));
    const vault = 'v'.repeat(22);
    const { key } = (await gone.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault })).json as { key: string };
    const read = { id: ids[0], kind: 'chart.read', by: NURSE.id, unit: KIR, readAt: copy.now.wallMs - 1_000 };
    const handed = { unit: KIR, vault, reads: [sealedRead(key, vault, read)], isAll: true };
    copy.entries.length = 0;
    expect((await new Browser(copy).post('/api/reads/sealed', handed)).status).toBe(403);
    const colleague = await signedIn(copy, DOCTOR, at(KIR));
    expect((await colleague.post('/api/reads/sealed', handed)).status).toBe(200);
    expect(copy.entries.filter(({ kind }) => kind === 'chart.read')).toEqual([]);
    // And one that is not lost loses nothing.
    expect((await gone.ask(ACCESS_PATHS.session)).status).toBe(200);
  });

  it('what a device hands in is of the copy it lies in and of our time, so many an hour, and waits for a ledger with room for others', async () => {
    const gone = await signedIn(copy, NURSE, at(KIR));
    const vault = 'v'.repeat(22);
    const { key } = (await gone.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault })).json as { key: string };
    const one = (more: object = {}) => {
      const read = { kind: 'chart.read', by: NURSE.id, unit: KIR, readAt: copy.now.wallMs - 1_000, ...more };
      return sealedRead(key, vault, { ...read, id: randomUUID() });
    };
    const handIn = (...reads: readonly object[]) =>
      gone.post('/api/reads/sealed', { unit: KIR, vault, reads, isAll: false });
    copy.entries.length = 0;
    expect((await handIn(one({ unit: PSYK }), one({ readAt: 86_400_000 }), one())).status).toBe(200);
    expect(copy.entries).toMatchObject([{ kind: 'chart.read', unit: KIR, body: { readBy: NURSE.id } }]);
    copy.isLedgerCrowded = true;
    expect((await handIn(one())).status).toBe(503);
    copy.isLedgerCrowded = false;
    const full = Array.from({ length: limits.handedReadsMax }, () => one());
    let [taken, status] = [3, 0];
    while (status !== 429) {
      status = (await handIn(...full)).status;
      if (status === 200) taken += full.length;
    }
    expect(taken).toBeLessThanOrEqual(limits.handedReadsHourMax);
    expect(taken).toBeGreaterThan(limits.handedReadsHourMax - full.length);
    // Her colleague's computer has an hour of its own, and so has hers when it has passed.
    copy.now = { ...copy.now, monotonicMs: copy.now.monotonicMs + 3_600_000 };
    expect((await handIn(one())).status).toBe(200);
  });

  it('nothing is taken from a device whose people have all been let out, unless it is reported lost', async () => {
    const gone = await signedIn(copy, NURSE, at(KIR));
    const vault = 'v'.repeat(22);
    const { key } = (await gone.post(ACCESS_PATHS.deviceKey, { unit: KIR, vault })).json as { key: string };
    const handIn = () => {
      const read = { kind: 'chart.read', by: NURSE.id, unit: KIR, readAt: copy.now.wallMs - 1_000, id: randomUUID() };
      return gone.post('/api/reads/sealed', { unit: KIR, vault, reads: [sealedRead(key, vault, read)], isAll: false });
    };
    await enrol(copy, DOCTOR, at(KIR));
    const number = copy.access.devices.all()[0]?.number ?? '';
    copy.access.accounts.close(NURSE.id);
    expect((await handIn()).status).toBe(403);
    // A colleague has used it too, whoever used it last.
    copy.access.devices.used(deviceOf(gone), { person: DOCTOR.id, units: [KIR], browser: null }, copy.now.wallMs);
    expect((await handIn()).status).toBe(200);
    copy.access.devices.used(deviceOf(gone), { person: NURSE.id, units: [KIR], browser: null }, copy.now.wallMs);
    expect((await handIn()).status).toBe(200);
    copy.access.accounts.close(DOCTOR.id);
    expect((await handIn()).status).toBe(403);
    copy.access.devices.lost(number, copy.now.wallMs);
    expect((await handIn()).status).toBe(200);
  });

  it('is refused at once also while the disk takes nothing, and whoever said so is told that a restart forgets it', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const gone = await signedIn(copy, NURSE, at(KIR));
    const number = copy.access.devices.all().find(({ person }) => person === NURSE.id)?.number ?? '';
    copy.accessDisk.pragma('query_only=ON');
    const said = await lead.post(LOST, { number, reason: 'stulen' });
    expect([said.status, said.json]).toEqual([
      200,
      expect.objectContaining({ notLogged: expect.stringContaining('gäller tills stationen startas om') }),
    ]);
    expect((await gone.ask(ACCESS_PATHS.session)).status).toBe(403);
    expect(new Devices(copy.accessStore).areSomeLost).toBe(false);
    copy.accessDisk.pragma('query_only=OFF');
    copy.accessStore.flush();
    expect(new Devices(copy.accessStore).areSomeLost).toBe(true);
    expect(copy.access.isBehind).toBe(false);
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

const ids = [1, 2, 3, 4].map((number) => `5f8d1c1e-0000-4000-8000-00000000000${number}`) as [
  string,
  string,
  string,
  string,
];

/** What its cookie says. */
const deviceOf = ({ cookies }: Browser): string =>
  [...cookies].find(([name]) => name.includes('device'))?.[1].split('.')[0] ?? '';

/** As an app keeps it. */
function sealedRead(key: string, vault: string, read: Readonly<Record<string, unknown>> & { readonly id: string }) {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64'), iv);
  cipher.setAAD(Buffer.from(pieceContext(vault, 'read', read.id), 'utf8'));
  const bytes = Buffer.concat([cipher.update(JSON.stringify(read), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { id: read.id, iv: iv.toString('base64'), sealed: bytes.toString('base64') };
}
