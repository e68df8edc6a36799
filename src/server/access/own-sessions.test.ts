import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OWN_SIGN_INS, type OwnSignIns } from '../../domain/access/own-sign-ins.ts';
import { ACCESS_PATHS, type DealtSecret, type Me } from '../../domain/access/routes.ts';
import { limits } from '../../limits.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, enrol, KIR, LEAD, MED, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
});
afterEach(() => copy.close());

const pass = (ms: number): void => {
  const { now } = copy;
  copy.now = { ...now, monotonicMs: now.monotonicMs + ms, wallMs: now.wallMs + ms };
};
const own = async (browser: Browser) => (await browser.ask(OWN_SIGN_INS.list)).json as OwnSignIns;
const changed = async (browser: Browser) => ((await browser.ask(ACCESS_PATHS.session)).json as Me).changed;

describe('one’s own signing in', () => {
  it('is seen: where one is signed in, since when and on which computer, and when one came in', async () => {
    const secret = await enrol(copy, NURSE, at(KIR));
    const [ward, office] = [new Browser(copy), new Browser(copy)];
    await ward.signIn(NURSE, secret);
    const first = copy.now.wallMs;
    pass(60_000);
    await office.signIn(NURSE, secret);
    await signedIn(copy, LEAD, at(MED, 'lead'));
    const { sessions, events } = await own(ward);
    expect(sessions.map(({ isThis, how, beganAt }) => [isThis, how, beganAt])).toEqual([
      [true, 'secret', first],
      [false, 'secret', first + 60_000],
    ]);
    expect(new Set(sessions.map(({ device }) => device)).size).toBe(2);
    for (const { device } of sessions) expect(device).toMatch(/^D-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    expect(events.map(({ what }) => what)).toEqual(['signed-in', 'signed-in']);
    expect(JSON.stringify(sessions)).not.toContain(ward.cookies.get('reservkraft-session') ?? 'none');
  });

  it('is ended elsewhere, one by one or all but here, and nobody else’s is', async () => {
    const [ward, other] = [await signedIn(copy, NURSE, at(KIR)), await signedIn(copy, LEAD, at(MED, 'lead'))];
    const secret = await enrol(copy, NURSE, at(KIR));
    const [office, library, hall] = [new Browser(copy), new Browser(copy), new Browser(copy)];
    for (const browser of [office, library, hall]) await browser.signIn(NURSE, secret);
    expect((await ward.ask('/api/units')).status).toBe(401);
    const [theirs] = (await own(other)).sessions;
    expect((await own(office)).sessions).toHaveLength(3);
    await office.post(OWN_SIGN_INS.end, { session: theirs?.id });
    expect((await other.ask('/api/units')).status).toBe(200);
    const [last] = (await own(library)).sessions.filter(({ isThis }) => !isThis);
    copy.entries.length = 0;
    expect(((await library.post(OWN_SIGN_INS.end, { session: last?.id })).json as OwnSignIns).sessions).toHaveLength(2);
    expect(((await library.post(OWN_SIGN_INS.end, {})).json as OwnSignIns).sessions).toMatchObject([{ isThis: true }]);
    expect([(await office.ask('/api/units')).status, (await hall.ask('/api/units')).status]).toEqual([401, 401]);
    expect(copy.entries).toMatchObject(
      [1, 1].map((sessionsEnded) => ({ kind: 'access.signed-out', author: NURSE.id, body: { sessionsEnded } })),
    );
  });

  it('tells at the next sign-in what was changed of what opens for one, until it has been read', async () => {
    const secret = await enrol(copy, NURSE, at(KIR));
    const browser = new Browser(copy);
    const me = (await browser.signIn(NURSE, secret)).json as Me;
    // The first words of an account are no change.
    expect(me.changed).toBeUndefined();
    const since = copy.now.wallMs;
    pass(60_000);
    const code = await copy.access.accounts.deal(NURSE.id, limits.enrolmentCodeMs);
    const { words } = (await new Browser(copy).post(ACCESS_PATHS.enrolment, { user: NURSE.id, code }))
      .json as DealtSecret;
    const other = new Browser(copy);
    expect((await other.signIn(NURSE, words.join(' '))).json).toMatchObject({
      changed: [{ what: 'code', at: since + 60_000 }],
    });
    expect((await other.post(OWN_SIGN_INS.seen, {})).status).toBe(200);
    expect(await changed(other)).toBeUndefined();
    const again = new Browser(copy);
    expect((await again.signIn(NURSE, words.join(' '))).json).toMatchObject({
      changed: [{ what: 'words', at: since + 60_000, device: null }],
    });
    copy.access.accounts.flush();
    expect(copy.access.accounts.untold(NURSE.id)).toHaveLength(1);
  });

  it('is remembered for some weeks only, and forgotten when the account is closed', async () => {
    const secret = await enrol(copy, NURSE, at(KIR));
    for (let each = 0; each < limits.ownEventsKept + 3; each++) copy.access.accounts.noted(NURSE.id, 'signed-in', null);
    const browser = new Browser(copy);
    await browser.signIn(NURSE, secret);
    expect((await own(browser)).events).toHaveLength(limits.ownEventsKept);
    copy.access.accounts.close(NURSE.id);
    expect(copy.access.accounts.eventsOf(NURSE.id)).toEqual([]);
  });
});
