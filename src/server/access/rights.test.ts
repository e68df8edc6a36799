import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { ANNA, admitAnna, BERTIL, PNR, ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, LEAD, MED, NURSE, PSYK, signedIn } from './people.fixture.ts';
import { ACCESS_RULES } from './rules.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const pass = (ms: number): void => {
  copy.now = { ...copy.now, monotonicMs: copy.now.monotonicMs + ms, wallMs: copy.now.wallMs + ms };
};

/** Every method and address the server has. */
function routes(): string[] {
  const found: string[] = [];
  const prefixes: string[] = [];
  for (const line of (copy.server?.printRoutes({ commonPrefix: false, includeHooks: false }) ?? '').split('\n')) {
    const [, indent = '', path = '', methods = ''] = /^([│ ]*[├└]── )(\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    prefixes.splice(indent.length / 4 - 1, Number.POSITIVE_INFINITY, path);
    for (const method of methods.split(', ')) if (method !== '') found.push(`${method} ${prefixes.join('')}`);
  }
  return found;
}

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
    for (const route of routes()) {
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
    for (const route of routes()) {
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
    pass(limits.choiceMs);
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
    pass(60_000);
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

describe('a sensitive unit', () => {
  const moveTo = (unit: string) =>
    copy.hl7(
      'journal',
      `MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122093000+0000||ADT^A01^ADT_A01|S${unit}|P|2.5|||||SWE|UNICODE UTF-8`,
      'EVN|A01|20261122093000+0000',
      'PID|1||189001029819^^^SKV^NNSWE||Hemlig^Bertil||18900102|M',
      `PV1|1|I|${unit}^3^1||||||||||||||||V200|||||||||||||||||||||||||20261121080000`,
      'AL1|1|DA|^Litium|SV|Darrning',
    );

  it('needs an emergency opening with reason and consent, for four hours; every step is in the ledger', async () => {
    moveTo('PSYK');
    const bertil = copy.keyOf(BERTIL);
    const browser = await signedIn(copy, NURSE, at(KIR));
    const chart = () => browser.ask(`/api/charts/${bertil}`);
    expect(await chart()).toMatchObject({ status: 403, json: { code: 'access.choice-needed', step: 'emergency' } });
    await browser.post(ACCESS_PATHS.choices, { patient: bertil, relation: 'care-now' });
    expect(await chart()).toMatchObject({ status: 403, json: { step: 'emergency' } });
    for (const body of [{}, { reason: '   ', consent: 'cannot-ask' }, { reason: 'medvetslös', consent: 'perhaps' }])
      expect((await browser.post(ACCESS_PATHS.emergencies, { patient: bertil, ...body })).status).toBe(400);
    const opened = await browser.post(ACCESS_PATHS.emergencies, {
      patient: bertil,
      reason: 'medvetslös, läkemedel okända',
      consent: 'cannot-ask',
    });
    expect(opened.json).toMatchObject({ untilInMs: limits.emergencyMs });
    expect((await chart()).text).toContain('Litium');
    expect(copy.entries.slice(-2)).toMatchObject([
      {
        kind: 'access.emergency',
        author: NURSE.id,
        patient: bertil,
        body: { name: NURSE.name, reason: 'medvetslös, läkemedel okända', consent: 'cannot-ask' },
      },
      { kind: 'chart.read', body: { opened: 'emergency' } },
    ]);
    for (let hour = 0; hour < 8; hour++) {
      pass(limits.emergencyMs / 8);
      await browser.ask('/api/units/KIR2');
    }
    expect((await chart()).status).toBe(403);
  });

  it('a search finds the person and says neither that they are here nor where, and a short word not at all', async () => {
    moveTo('PSYK');
    const outsider = await signedIn(copy, NURSE, at(KIR));
    const insider = await signedIn(copy, DOCTOR, at(PSYK));
    const search = (browser: Browser, text: string) => browser.post('/api/patients/search', { text });
    for (const text of [BERTIL.id, 'Hemlig']) {
      const answer = await search(outsider, text);
      expect(answer.json).toMatchObject({ hits: [{ stay: null, expected: null }] });
      expect(answer.text).not.toMatch(/PSYK|V200|"house"/);
      expect((await search(insider, text)).text).toContain('PSYK');
    }
    expect((await search(outsider, 'he')).json).toMatchObject({ hits: [] });
    expect((await search(insider, 'he')).json).toMatchObject({ hits: [{ stay: { unit: 'PSYK' } }] });
    const asked = await outsider.post('/api/patients/search', { text: 'he', unit: 'PSYK' });
    expect(asked.status).toBe(403);
  });

  it('who works there opens its patients as any unit’s', async () => {
    moveTo('PSYK');
    const browser = await signedIn(copy, DOCTOR, at(PSYK));
    expect((await browser.ask(`/api/charts/${copy.keyOf(BERTIL)}`)).text).toContain('Litium');
    expect((await browser.ask('/api/units/PSYK')).text).toContain('Hemlig');
  });
});

describe('a person with protected identity', () => {
  it('is shown with the bed only to who works on the unit asked for', async () => {
    copy.hl7(
      'journal',
      'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122093000+0000||ADT^A08^ADT_A01|P1|P|2.5|||||SWE|UNICODE UTF-8',
      'EVN|A08|20261122093000+0000',
      'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F|||Storgatan 1^^Umeå^^90325',
      'PD1||||||||||||Y',
      'PV1|1|I|KIR2^1^2||||||||||||||||V100|||||||||||||||||||||||||20261121080000',
    );
    const own = await signedIn(copy, NURSE, at(KIR));
    const outsider = await signedIn(copy, DOCTOR, at(MED));
    const ask = (browser: Browser, unit: string) => browser.post('/api/patients/search', { text: 'Övning', unit });
    expect((await ask(own, 'KIR2')).json).toMatchObject({ hits: [{ stay: { unit: 'KIR2' } }] });
    expect((await ask(outsider, 'KIR2')).status).toBe(403);
    expect((await ask(outsider, 'MED1')).json).toMatchObject({ hits: [{ stay: null, isProtected: true }] });
    // Whoever has said that they care for the person must find them; each such choice is told by name to who reviews it.
    const patient = copy.keyOf(ANNA);
    expect((await outsider.ask(`/api/charts/${patient}`)).status).toBe(403);
    await outsider.post(ACCESS_PATHS.choices, { patient, relation: 'consulted' });
    const chart = await outsider.ask(`/api/charts/${patient}`);
    expect([chart.status, chart.text]).toEqual([200, expect.stringContaining('KIR2')]);
    for (const word of ['Storgatan', '90325']) expect(chart.text).not.toContain(word);
    expect(copy.entries.filter(({ kind }) => kind === 'access.choice')).toMatchObject([
      { author: DOCTOR.id, patient, body: { relation: 'consulted', isProtected: true, name: DOCTOR.name } },
    ]);
  });
});

describe('who answers for a unit', () => {
  const colleague = { id: 'se0000000000-p20001', name: 'Ny Kollega', title: 'ssk', profession: 'nurse', role: 'staff' };

  it('enrols a colleague there: an account, a one-time code, words, and in', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const opened = await lead.post('/api/accounts', { ...colleague, unit: 'KIR2' });
    expect(opened.json).toMatchObject({ id: 'SE0000000000-P20001', state: 'invited' });
    const { json } = await lead.post('/api/accounts/deal', { id: colleague.id });
    expect(json).toMatchObject({ validMs: limits.enrolmentCodeMs });
    const { code } = json as { code: string };
    const browser = new Browser(copy);
    const claimed = await browser.post(ACCESS_PATHS.enrolment, { user: colleague.id, code });
    const { words } = claimed.json as { words: string[] };
    const me = await browser.post(ACCESS_PATHS.session, { user: colleague.id, secret: words.join(' ') });
    expect(me.json).toMatchObject({ person: { name: 'Ny Kollega' }, units: [{ unit: 'KIR2' }] });
    expect(copy.entries.map(({ kind, author }) => `${kind} ${author}`)).toEqual([
      `access.account-opened ${LEAD.id}`,
      `access.code-dealt ${LEAD.id}`,
      'access.secret-dealt SE0000000000-P20001',
      'access.secret-changed SE0000000000-P20001',
      'access.signed-in SE0000000000-P20001',
    ]);
    for (const secret of [code, words[0] ?? '']) expect(JSON.stringify(copy.entries)).not.toContain(secret);
    expect((await lead.ask('/api/accounts')).json).toMatchObject({ accounts: [{ id: LEAD.id }, { state: 'active' }] });
    expect((await lead.post('/api/accounts/close', { id: colleague.id })).json).toEqual({ done: 'closed' });
    expect((await browser.ask('/api/units/KIR2')).status).toBe(401);
  });

  it('can do nothing on other units, nor make others answer for theirs', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    await enrol(copy, NURSE, at(MED));
    for (const [url, body, status] of [
      ['/api/accounts', { ...colleague, unit: 'MED1' }, 403],
      ['/api/accounts', { ...colleague, unit: 'all', role: 'on-call' }, 403],
      ['/api/accounts', { ...colleague, unit: 'KIR2', role: 'lead' }, 403],
      ['/api/accounts', { ...colleague, unit: 'KIR2', from: 2, until: 2 }, 400],
      ['/api/accounts/deal', { id: NURSE.id }, 404],
      ['/api/accounts/close', { id: NURSE.id }, 404],
      ['/api/accounts/import', { list: 'hsa-id' }, 403],
    ] as const)
      expect([url, (await lead.post(url, body)).status]).toEqual([url, status]);
    expect(copy.entries).toMatchObject(
      ['POST /api/accounts', 'POST /api/accounts/import'].map((asked) => ({ kind: 'access.denied', body: { asked } })),
    );
    expect(((await lead.ask('/api/accounts')).json as { accounts: unknown[] }).accounts).toHaveLength(1);
  });

  it('a colleague of several units keeps the others, and their name', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    await enrol(copy, NURSE, at(MED));
    const opened = await lead.post('/api/accounts', { ...colleague, id: NURSE.id, unit: 'KIR2' });
    expect(opened.json).toMatchObject({ name: NURSE.name, assignments: [{ unit: 'MED1' }, { unit: 'KIR2' }] });
    // Whoever has somebody's code comes in as them: also where this lead answers for nothing.
    expect((await lead.post('/api/accounts/deal', { id: NURSE.id })).status).toBe(403);
    expect((await lead.post('/api/accounts/close', { id: NURSE.id })).json).toEqual({ done: 'left' });
    expect(copy.access.accounts.get(NURSE.id)).toMatchObject({ state: 'invited', assignments: [{ unit: 'MED1' }] });
  });

  it('who answers for none sees and changes no accounts', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    expect((await browser.ask('/api/accounts')).status).toBe(403);
    expect((await browser.post('/api/accounts', { ...colleague, unit: 'KIR2' })).status).toBe(403);
  });
});

it('FHIR searches are for programs of the station’s own machine', async () => {
  const browser = await signedIn(copy, NURSE, at(KIR));
  for (const url of [`/fhir/Patient?_id=${anna}`, `/fhir/Observation?patient=${anna}`])
    expect((await browser.ask(url)).status).toBe(403);
  const found = await copy.form('/fhir/Patient/_search', { identifier: `${PNR}|${ANNA.id}` });
  expect(found.status).toBe(200);
});

describe('who is signed in and refused', () => {
  const denied = () =>
    copy.entries
      .filter(({ kind }) => kind === 'access.denied')
      .map(({ unit, patient, author, body }) => ({ unit, patient, author, body }));

  it('leaves a trace, by person, patient or unit, and the step that was needed; one of each, however often it is asked', async () => {
    const doctor = await signedIn(copy, DOCTOR, at(MED));
    const patient = copy.keyOf(ANNA);
    for (const url of [
      `/api/charts/${patient}`,
      `/api/charts/${patient}`,
      `/fhir/Patient/${patient}`,
      '/api/units/KIR2',
      '/api/units/MARS',
    ])
      expect((await doctor.ask(url)).status).toBe(403);
    expect(denied()).toEqual([
      { author: DOCTOR.id, patient, unit: 'MED1', body: { why: 'choice', tries: 1 } },
      { author: DOCTOR.id, patient: null, unit: 'KIR2', body: { why: 'choice', tries: 1 } },
      // What is no unit is not repeated.
      { author: DOCTOR.id, patient: null, unit: 'MED1', body: { why: 'choice', tries: 1 } },
    ]);
    expect(JSON.stringify(copy.entries)).not.toContain('MARS');
  });

  it('also of what nobody but the operator or who answers for a unit may do, by its route and nothing of what was sent', async () => {
    const nurse = await signedIn(copy, NURSE, at(KIR));
    await nurse.post('/api/accounts/close', { id: LEAD.id });
    await nurse.post('/api/hold', { source: 'lab', reason: 'hemligt' });
    await nurse.ask('/api/hemligt');
    await nurse.ask('/api/units/PSYK');
    expect(denied().map(({ unit, body }) => [unit, body])).toEqual([
      ['KIR2', { why: 'not-allowed', tries: 1, asked: 'POST /api/accounts/close' }],
      ['KIR2', { why: 'not-allowed', tries: 1, asked: 'POST /api/hold' }],
      ['KIR2', { why: 'not-allowed', tries: 1, asked: 'okänd' }],
      ['PSYK', { why: 'not-allowed', tries: 1 }],
    ]);
    expect(JSON.stringify(copy.entries)).not.toContain('hemligt');
  });

  it('is answered as before also while nothing can be written, and what is found with nobody signed in leaves none', async () => {
    const doctor = await signedIn(copy, DOCTOR, at(MED));
    copy.notLogged = 'Läsningen kan inte loggas just nu.';
    const answer = await doctor.ask(`/api/charts/${copy.keyOf(ANNA)}`);
    expect(answer).toMatchObject({ status: 403, json: { code: 'access.choice-needed', step: 'choice' } });
    expect(answer.text).not.toContain('Beslutet');
    copy.entries.length = 0;
    await new Browser(copy).ask('/api/units/KIR2');
    await doctor.ask({ method: 'POST', url: '/api/hold', payload: {}, headers: { origin: 'https://evil.example' } });
    expect(denied()).toEqual([]);
  });
});
