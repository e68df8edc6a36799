import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { ANNA, admitAnna, BERTIL, PNR } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, MED, NURSE, signedIn } from './people.fixture.ts';
import { ACCESS_RULES } from './rules.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const addressOf = (route: string): { method: 'GET'; url: string } => {
  const [method, url] = route.split(' ') as ['GET', string];
  const isResource = route.includes('/fhir/:type/:id');
  const filled = url
    .replace(':unit', 'KIR2')
    .replace(':key', anna)
    .replace(':source', 'ehr')
    .replace(':type', 'Observation')
    .replace(':id', isResource ? `${anna}.${'a'.repeat(26)}` : anna);
  return { method, url: filled };
};
const bodies = (): Readonly<Record<string, object>> => ({
  'POST /api/copies/patient': { key: anna },
  'POST /api/copies/unit': { unit: 'KIR2' },
  'POST /api/checks/made': { unit: 'KIR2', patient: anna, agrees: [], differs: ['results'] },
  'POST /api/checks/settled': { unit: 'KIR2', patient: anna, block: 'results', how: 'prov' },
  'POST /api/prints/unit': { unit: 'KIR2', what: 'pack', printer: 'exp' },
  'POST /api/papers/unit': { unit: 'KIR2', what: 'pack' },
  'POST /api/prints/chart': { key: anna, unit: 'MED1', printer: 'exp' },
  'POST /api/papers/chart': { key: anna, unit: 'MED1' },
  'POST /api/patients/search': { text: ANNA.id },
  'POST /api/choices': { patient: 'aaaaaaaaaaaaaaaaaaaaaaaaaa', relation: 'care-now' },
});

describe('§5.10 no route is open by mistake', () => {
  it('every route says who may ask, and nothing is said of routes that do not exist', () => {
    const known = copy.routes;
    // Addresses of /fhir that exist and can't be written to: nobody but the station is even told so.
    const unruled = known.filter((route) => !/^POST \/fhir(\/|\/:type|\/:type\/:id)?$/.test(route));
    expect(unruled.length).toBeGreaterThan(30);
    expect(unruled.filter((route) => ACCESS_RULES[route] === undefined)).toEqual([]);
    expect(Object.keys(ACCESS_RULES).filter((route) => !known.includes(route))).toEqual([]);
  });

  it('without token and session every route is 401 and nothing else, but the door itself', async () => {
    for (const route of copy.everyRoute) {
      const { method, url } = addressOf(route);
      if (url === '/health' || ACCESS_RULES[route.replace(/^HEAD/, 'GET')] === 'open') continue;
      const answer = await copy.ask({ method, url, headers: { authorization: '' } });
      expect([route, answer.status]).toEqual([route, 401]);
      if (method !== ('HEAD' as string)) expect(answer.text).toContain('"request.unauthorized"');
      expect(answer.text).not.toMatch(/Övning|9802|Penicillin|KIR2/);
    }
    expect(copy.entries).toEqual([]);
  });

  it('with a session of another unit no route says anything of the patient but that a choice is needed', async () => {
    const browser = await signedIn(copy, NURSE, at(MED));
    const said: Record<string, string> = {};
    for (const route of copy.everyRoute) {
      const rule = ACCESS_RULES[route.replace(/^HEAD/, 'GET')] ?? 'station';
      const { method, url } = addressOf(route);
      if (url === '/health' || rule === 'open' || route === 'DELETE /api/session') continue;
      const payload = bodies()[route];
      const answer = await browser.ask({ method, url, ...(payload === undefined ? {} : { payload }) });
      expect(answer.text, route).not.toMatch(/Penicillin|Kalium|Hemoglobin|V100/);
      if (rule === 'unit' || rule === 'patient') {
        expect(answer.status, route).toBe(403);
        if (route.startsWith('HEAD')) continue;
        expect(answer.json).toMatchObject({ code: 'access.choice-needed', step: 'choice' });
        const { relations } = answer.json as { relations: object[] };
        expect(relations).toContainEqual({ code: expect.any(String), words: expect.any(String) });
      } else if (rule.startsWith('fhir-') || rule === 'station') {
        expect(answer.status, route).toBe(403);
      }
      said[route] = String(answer.status);
    }
    expect(Object.values(said).filter((status) => status === '403').length).toBeGreaterThan(20);
    const told = Object.groupBy(copy.entries, ({ kind }) => kind);
    expect(Object.keys(told).sort()).toEqual(['access.denied', 'search.made']);
    expect(told['access.denied']?.every(({ author }) => author === NURSE.id)).toBe(true);
  });

  it('HEAD says no more than GET', async () => {
    const browser = await signedIn(copy, NURSE, at(MED));
    expect((await browser.ask({ method: 'HEAD', url: `/api/charts/${anna}` })).status).toBe(403);
  });
});

describe('three steps, never mixed', () => {
  const chart = (browser: Browser, query = '') => browser.ask(`/api/charts/${anna}${query}`);

  it('one’s own unit’s patient: at once', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    expect((await chart(browser)).text).toContain('Penicillin');
    expect((await browser.ask('/api/units/KIR2')).status).toBe(200);
    expect((await browser.ask(`/fhir/Patient/${anna}/$everything`)).status).toBe(200);
  });

  it('another unit’s: one press with a relation, in the ledger, for a shift, and for nobody else', async () => {
    const browser = await signedIn(copy, NURSE, at(MED));
    const other = await signedIn(copy, DOCTOR, at(MED));
    const wrong = await browser.post(ACCESS_PATHS.choices, { patient: anna, relation: 'curious' });
    expect(wrong.status).toBe(400);
    const { json } = await browser.post(ACCESS_PATHS.choices, { patient: anna, relation: 'consulted' });
    expect(json).toMatchObject({ untilInMs: limits.choiceMs });
    expect((await chart(browser)).text).toContain('Penicillin');
    expect((await chart(other)).status).toBe(403);
    expect(copy.entries).toMatchObject([
      { kind: 'access.choice', author: NURSE.id, patient: anna, unit: 'MED1', body: { relation: 'consulted' } },
      { kind: 'chart.read', author: NURSE.id, patient: anna, unit: 'MED1', body: { opened: 'choice' } },
      { kind: 'access.denied', author: DOCTOR.id, patient: anna, unit: 'MED1', body: { why: 'choice' } },
    ]);
    const { status } = await browser.post(ACCESS_PATHS.choices, { patient: copy.keyOf(BERTIL), relation: 'consulted' });
    expect(status).toBe(404);
    copy.access.sessions.endAllOf(NURSE.id);
    copy.pass(limits.choiceMs);
    const again = new Browser(copy);
    await again.signIn(NURSE, await enrol(copy, NURSE, at(MED)));
    expect((await chart(again)).status).toBe(403);
  });

  it('a nurse lent to another unit opens its list with one press', async () => {
    const browser = await signedIn(copy, NURSE, at(MED));
    const choose = (relation: string, unit = 'KIR2') => browser.post(ACCESS_PATHS.choices, { unit, relation });
    expect((await choose('care-now')).status).toBe(400);
    expect((await choose('lent', 'MARS')).status).toBe(404);
    expect(await choose('lent', 'PSYK')).toMatchObject({ status: 403, json: { code: 'access.not-allowed' } });
    expect((await choose('lent')).status).toBe(200);
    expect((await browser.ask('/api/units/KIR2')).status).toBe(200);
    expect((await chart(browser)).status).toBe(200);
    expect((await browser.ask(ACCESS_PATHS.session)).json).toMatchObject({
      units: [
        { unit: 'MED1', role: 'staff' },
        { unit: 'KIR2', role: 'lent' },
      ],
    });
  });

  it('on call for the whole house: every unit’s list and patients but the sensitive ones', async () => {
    const browser = await signedIn(copy, DOCTOR, { ...at('all', 'on-call'), name: 'Medicinjour' });
    expect((await chart(browser)).status).toBe(200);
    expect((await browser.ask('/api/units/MED1')).status).toBe(200);
    expect((await browser.ask('/api/units/PSYK')).status).toBe(403);
    const { units } = (await browser.ask(ACCESS_PATHS.session)).json as {
      units: { unit: string; roleWords: string }[];
    };
    expect(units.map(({ unit, roleWords }) => `${unit} ${roleWords}`).sort()).toEqual([
      'KIR2 Medicinjour',
      'MED1 Medicinjour',
      'OP Medicinjour',
    ]);
  });

  it('a role is over when its time is, and a patient who has left for three days is no longer the unit’s', async () => {
    const browser = await signedIn(copy, NURSE, { ...at(KIR), until: copy.now.wallMs + 60_000 });
    expect((await chart(browser)).status).toBe(200);
    copy.pass(60_000);
    expect((await chart(browser)).status).toBe(403);
  });

  it('how it was at an earlier time is read by whose patient it is now', async () => {
    const before = copy.now.wallMs;
    copy.hl7(
      'journal',
      'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122093000+0000||ADT^A02^ADT_A02|P1|P|2.5|||||SWE|UNICODE UTF-8',
      'EVN|A02|20261122093000+0000',
      'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F',
      'PV1|1|I|MED1^1^2||||^Ek^Eva|||||||||||V100|||||||||||||||||||||||||20261121080000',
    );
    const browser = await signedIn(copy, NURSE, at(MED));
    expect((await chart(browser, `?at=${before}`)).status).toBe(200);
    const former = await signedIn(copy, DOCTOR, at(KIR));
    expect((await chart(former, `?at=${before}`)).status).toBe(403);
  });
});

it('FHIR searches are for programs of the station’s own machine', async () => {
  const browser = await signedIn(copy, NURSE, at(KIR));
  for (const url of [`/fhir/Patient?_id=${anna}`, `/fhir/Observation?patient=${anna}`])
    expect((await browser.ask(url)).status).toBe(403);
  const found = await copy.form('/fhir/Patient/_search', { identifier: `${PNR}|${ANNA.id}` });
  expect(found.status).toBe(200);
});
