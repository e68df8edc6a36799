// Every route, walked: what the description says of it, what the router has and what it answers are the same; and every field of
// every question is refused by name when it is wrong, without what stood there.

import { Value } from 'typebox/value';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { CodeSheet } from '../../access/emergency-codes.ts';
import { ACCESS_PATHS, type ProviderStart } from '../../domain/access/routes.ts';
import { FAILURES } from '../../domain/failures.ts';
import { unitId } from '../../domain/identity.ts';
import { HOST, TestHardware } from '../access/hardware.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, LEAD, NURSE, usedAlone } from '../access/people.fixture.ts';
import { LyingProvider, providerAt } from '../access/provider.fixture.ts';
import { ACCESS_RULES } from '../access/rules.ts';
import { ANNA, admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Bounds {
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: Schema | readonly Schema[];
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: 'path' | 'query'; readonly schema: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}
interface Question {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

let copy: ServedCopy;
let lying: LyingProvider;
let secret: string;
let opener: ReturnType<ServedCopy['access']['codes']['openers']>[number] | undefined;
let doctorSecret: string;
let headSecret: string;
let sheet: CodeSheet;
/** Hers, on the computer of this browser. */
let hardware: TestHardware;
let known: Browser;
beforeAll(async () => {
  lying = await LyingProvider.start();
  lying.lie = { claims: { employeeHsaId: NURSE.id } };
});
afterAll(() => lying.stop());
let place: { readonly untied: string; readonly id: string; readonly computer: string };
beforeEach(async () => {
  copy = await ServedCopy.started(await providerAt(lying.issuer));
  admitAnna(copy);
  secret = await enrol(copy, NURSE, at(KIR));
  doctorSecret = await enrol(copy, DOCTOR, at(KIR));
  headSecret = await enrol(copy, LEAD, at(KIR, 'lead'));
  sheet = await copy.access.codes.make(KIR, 1);
  hardware = new TestHardware();
  known = new Browser(copy);
  await known.signIn(NURSE, secret);
  const device = copy.access.signIns.deviceOf({ device: known.cookies.get('reservkraft-device') ?? '' }) ?? '';
  const site = { rpId: 'localhost', origin: `http://${HOST}` };
  await copy.access.pins.add({ secret, ...newPin(hardware) }, { person: NURSE.id, device, site });
  [opener] = copy.access.codes.openers(KIR);
  const [untied, tied] = await Promise.all(['a', 'b'].map((name) => placeOf(name)));
  const { computer } = await copy.places.tie(KIR, tied ?? '', IT, false);
  place = { untied: untied ?? '', id: tied ?? '', computer };
});

const ENTRY = '01890000-0000-7000-8000-000000000000';
const PROOF = Buffer.alloc(32).toString('base64');
const newPin = (one: TestHardware) => ({
  ...one.make({ challenge: copy.access.pins.challenge(), rpId: 'localhost' }),
  ...{ salt: Buffer.alloc(16).toString('base64'), envelopeKey: PROOF, proof: PROOF },
});
const IT = { author: 'x', name: 'IT' };
const placeOf = async (name: string) => (await copy.places.mark({ unit: KIR, name, where: 'där' }, IT)).place.id;

function sealed() {
  const [code] = sheet.codes;
  return { number: code?.number ?? '', halfA: code?.halfA.join(' ') ?? '', halfB: code?.halfB.join(' ') ?? '' };
}
afterEach(() => copy.close());

/** One question that is answered, a route. */
const ASKED: Readonly<Record<string, () => Question | Promise<Question>>> = {
  'GET /api/status': () => ({}),
  'GET /api/units': () => ({ query: { at: String(copy.now.wallMs) } }),
  'GET /api/units/{unit}': () => ({ path: { unit: 'KIR2' } }),
  'GET /api/charts/{key}': () => ({ path: { key: copy.keyOf(ANNA) } }),
  'GET /api/messages': () => ({ query: { outcome: 'set-aside', source: 'lab', before: '9', after: '1', limit: '5' } }),
  'POST /api/copies/unit': () => ({ body: { unit: 'KIR2', at: copy.now.wallMs, have: {} } }),
  'POST /api/copies/key': () => ({ body: { unit: 'KIR2', vault: 'AAAAAAAAAAAAAAAAAAAAAA' } }),
  'POST /api/copies/patient': () => ({ body: { key: copy.keyOf(ANNA), at: copy.now.wallMs } }),
  'POST /api/patients/search': () => ({ body: { text: 'övning', unit: 'KIR2' } }),
  'GET /api/checks/{unit}': () => ({ path: { unit: 'KIR2' } }),
  'POST /api/checks/made': () => ({
    body: { unit: 'KIR2', patient: copy.keyOf(ANNA), agrees: ['warnings'], differs: ['results'] },
  }),
  'POST /api/checks/settled': () => {
    const by = { author: 'x', name: 'x' };
    void copy.checks.made({ unit: KIR, patient: copy.keyOf(ANNA), agrees: [], differs: ['results'] }, by);
    return { body: { unit: 'KIR2', patient: copy.keyOf(ANNA), block: 'results', how: 'rättat i källan' } };
  },
  'GET /api/uses/{unit}': () => ({ path: { unit: 'KIR2' } }),
  'POST /api/uses/in-use': () => ({
    body: {
      unit: 'KIR2',
      absent: copy.uses.look(KIR).parts.flatMap(({ part, fed }) => (fed === 'fed' ? [] : [part])),
      reason: 'prövad',
    },
  }),
  'POST /api/uses/out': () => ({ body: { unit: 'KIR2', reason: 'prov' } }),
  'GET /api/places/{unit}': () => ({ path: { unit: 'KIR2' } }),
  'POST /api/places/mark': () => ({
    body: { unit: 'KIR2', name: 'Dator 4', where: 'läkemedelsrummet', printer: 'exp', by: 'IT' },
  }),
  'POST /api/places/tie': () => ({ body: { unit: 'KIR2', place: place.untied } }),
  'POST /api/places/tested': () => ({
    body: {
      ...{ unit: 'KIR2', place: place.id, computer: place.computer },
      test: { fault: null, charts: 14, people: 9, openedBy: 'words', ageMs: 5_000, isPersistent: true },
    },
  }),
  'POST /api/places/end': () => ({ body: { unit: 'KIR2', place: place.id, by: 'IT' } }),
  'GET /api/prints/{unit}': () => ({ path: { unit: 'KIR2' } }),
  'GET /api/printers': () => ({}),
  'POST /api/printers/test': () => ({ body: { printer: 'exp' } }),
  'POST /api/prints/unit': () => ({
    body: { unit: 'KIR2', what: 'mine', only: [copy.keyOf(ANNA)], printer: 'exp', again: true },
  }),
  'POST /api/prints/chart': () => ({
    body: { key: copy.keyOf(ANNA), unit: 'KIR2', at: copy.now.wallMs, printer: 'exp', again: true },
  }),
  'POST /api/papers/unit': () => ({ body: { unit: 'KIR2', what: 'mine', only: [copy.keyOf(ANNA)] } }),
  'POST /api/papers/chart': () => ({ body: { key: copy.keyOf(ANNA), unit: 'KIR2', at: copy.now.wallMs } }),
  'POST /api/hold': () => ({ body: { source: 'lab', part: 'results', unit: 'KIR2', by: 'IT', reason: 'prov' } }),
  'POST /api/release': () => ({ body: { source: 'lab', how: 'in-order', by: 'IT' } }),
  'POST /api/settle': () => ({ body: { source: 'lab', upTo: 1, by: 'IT', reason: 'prov' } }),
  'POST /api/full-load': () => ({ body: { source: 'lab', phase: 'end', load: 'a', isPartial: true, by: 'IT' } }),
  'POST /api/snapshot': () => ({ body: { by: 'IT' } }),
  'POST /api/session': () => ({ body: { user: NURSE.id, secret } }),
  'GET /api/session': () => ({}),
  'DELETE /api/session': () => ({}),
  'GET /api/stations': () => ({}),
  'GET /api/devices': () => ({}),
  'POST /api/devices/lost': () => {
    copy.access.devices.used('a'.repeat(22), { person: NURSE.id, units: [], browser: null }, copy.now.wallMs);
    return { body: { number: copy.access.devices.all()[0]?.number, reason: 'stulen', by: 'IT' } };
  },
  'POST /api/reads/sealed': () => ({ body: { unit: 'KIR2', vault: 'A'.repeat(22), reads: [], isAll: true } }),
  'POST /api/session/secret': () => ({ body: { secret } }),
  'POST /api/enrolments': async () => ({
    body: { user: NURSE.id, code: await copy.access.accounts.deal(NURSE.id, 1_000) },
  }),
  'POST /api/choices': () => ({ body: { patient: copy.keyOf(ANNA), relation: 'consulted' } }),
  'POST /api/emergencies': () => ({ body: { patient: copy.keyOf(ANNA), reason: 'prov', consent: 'consents' } }),
  'POST /api/vouches': () => ({
    body: { user: DOCTOR.id, name: 'x', title: 'x', profession: 'nurse', unit: 'KIR2', reason: 'glömt' },
  }),
  'POST /api/session/emergency-code': () => ({
    body: { ...sealed(), first: 'Anna Berg, ssk', second: 'Bo Alm, läk' },
  }),
  'GET /api/session/pins': () => ({}),
  'POST /api/session/pin/challenge': () => ({ body: {} }),
  'POST /api/session/pin': () => ({
    body: { user: NURSE.id, ...hardware.sign(copy.access.pins.challenge()), proof: PROOF },
  }),
  'POST /api/session/pins/offer': () => ({ body: {} }),
  'POST /api/session/pins': () => ({ body: { secret, ...newPin(new TestHardware()) } }),
  'POST /api/session/pins/remove': () => ({ body: { credential: hardware.credential } }),
  'POST /api/accounts/pins/remove': () => ({ body: { id: NURSE.id, by: 'IT' } }),
  'POST /api/session/emergency-code/used': () => {
    const use = { first: 'Anna Berg, ssk', second: 'Bo Alm, läk', openedAt: 1 };
    return { body: opener === undefined ? {} : { ...usedAlone(opener, use) } };
  },
  'GET /api/session/provider': () => ({}),
  'POST /api/session/provider': () => ({ body: {} }),
  'POST /api/session/provider/return': () => ({ body: { query: '' } }),
  'GET /api/sessions/own': () => ({}),
  'POST /api/sessions/own/end': () => ({ body: { session: '0123456789abcdef' } }),
  'POST /api/sessions/own/seen': () => ({ body: {} }),
  'POST /api/session/practice': () => ({ body: { secret } }),
  'POST /api/emergency-codes': () => ({ body: { unit: 'MED1', count: 1, by: 'IT' } }),
  'POST /api/blocks': () => ({ body: { patient: copy.keyOf(ANNA), unit: 'MED1', by: 'IT' } }),
  'POST /api/blocks/lift': () => {
    copy.access.blocks.set(copy.keyOf(ANNA), unitId('MED1'));
    return { body: { patient: copy.keyOf(ANNA), unit: 'MED1', by: 'IT' } };
  },
  'POST /api/reviews': () => {
    copy.openings.set(ENTRY, { author: NURSE.id, unit: KIR, review: null });
    return { body: { entry: ENTRY, finding: 'rätt', by: 'IT' } };
  },
  'POST /api/ledger/erasures/asked': () => ({ body: { entry: ENTRY } }),
  'POST /api/ledger/erasures': () => ({
    body: {
      ...{ entry: ENTRY, decision: 'IVO 2026/1, 26 nov 2026' },
      first: { user: DOCTOR.id, secret: doctorSecret },
      second: { user: NURSE.id, secret },
    },
  }),
  'GET /api/accounts': () => ({}),
  'POST /api/accounts': () => ({
    body: { ...NURSE, unit: 'KIR2', role: 'on-call', roleName: 'Jour', from: 1, until: copy.now.wallMs, by: 'IT' },
  }),
  'POST /api/accounts/import': () => ({
    body: { list: 'hsa-id,namn,titel,yrke,enhet,roll\nSE0000000000-1,Bo Ek,ssk,sjuksköterska,KIR2,jour', by: 'IT' },
  }),
  'POST /api/accounts/deal': () => ({ body: { id: NURSE.id, by: 'IT' } }),
  'POST /api/accounts/close': () => ({ body: { id: LEAD.id, by: 'IT' } }),
  'POST /api/reads': () => ({ body: { kind: 'list.read', by: 'IT', unit: 'KIR2' } }),
  'POST /api/intake/{source}/fhir': () => ({ path: { source: 'ehr' }, body: { resourceType: 'Basic' } }),
};

/** What charts and lists look like is told by the types that make them (ARCHITECTURE.md). */
const IS_READING = /^GET |search$|copies/;

async function operations(): Promise<[string, Operation][]> {
  const { paths } = (await copy.ask('/api/openapi.json')).json as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, told]): [string, Operation] => [`${method.toUpperCase()} ${path}`, told]),
  );
}

/** What is asked by somebody who is, or will be, signed in: by a browser of their own. */
const isPersonal = (route: string): boolean => ['person', 'open'].includes(ACCESS_RULES[route] ?? '');

async function withCard(browser: Browser): Promise<string> {
  const { location } = (await browser.post(ACCESS_PATHS.provider, {})).json as ProviderStart;
  return lying.visit(location).search.slice(1);
}

async function ask(route: string, { path = {}, query = {}, body }: Question) {
  const [method = '', place = ''] = route.split(' ');
  const address = place.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const asked = new URLSearchParams(query).toString();
  const isByPin = route.includes('/session/pin');
  const browser = isByPin || route.endsWith('/reads/sealed') ? known : new Browser(copy);
  if (route.endsWith('/practice')) await browser.post(ACCESS_PATHS.providerReturn, { query: await withCard(browser) });
  else if (ACCESS_RULES[route] === 'person')
    await (route.includes('/uses/') ? browser.signIn(LEAD, headSecret) : browser.signIn(NURSE, secret));
  // What comes back from the provider belongs to this browser alone.
  const payload = body?.['query'] === '' ? { ...body, query: await withCard(browser) } : body;
  return (isPersonal(route) ? browser : copy).ask({
    method: method as 'GET' | 'POST',
    url: asked === '' ? address : `${address}?${asked}`,
    ...(isByPin ? { headers: { host: HOST } } : {}),
    ...(payload === undefined ? {} : { payload }),
  });
}

const NUMBER = '189001019802';
const wrongIn = (schema: Schema, place: 'path' | 'query' | 'body'): unknown =>
  place === 'body' ? { [NUMBER]: NUMBER } : schema.type === 'string' ? NUMBER.repeat(9) : NUMBER.concat('x');
const fieldsOf = ({ requestBody }: Operation): Readonly<Record<string, Schema>> => {
  const [content] = Object.values(requestBody?.content ?? {});
  const schema = content?.schema ?? {};
  return schema.properties ?? schema.anyOf?.find(({ properties }) => properties !== undefined)?.properties ?? {};
};

it('the description has the routes the router has, and no others', async () => {
  const described = (await operations()).map(([route]) => route.replace(/\{(\w+)\}/g, ':$1'));
  const hidden = 'GET /api/openapi.json';
  expect([...described, hidden].sort()).toEqual(copy.routes.filter((route) => route.includes(' /api/')).sort());
});

it('every route answers with what it says it answers with', async () => {
  const told = await operations();
  expect(told.map(([route]) => route).sort()).toEqual(Object.keys(ASKED).sort());
  for (const [route, { responses }] of told) {
    const answer = await ask(route, (await ASKED[route]?.()) ?? {});
    expect([route, String(answer.status)]).toEqual([route, Object.keys(responses)[0]]);
    if (answer.status === 204) continue;
    const [type = 'application/json'] = Object.keys(responses[answer.status]?.content ?? {});
    expect(answer.headers['content-type']?.startsWith(type)).toBe(true);
    if (type !== 'application/json') continue;
    const schema = responses[answer.status]?.content?.['application/json']?.schema;
    if (schema !== undefined) expect([route, Value.Check(schema as object, answer.json)]).toEqual([route, true]);
    if (!IS_READING.test(route)) expect([route, schema]).not.toContain(undefined);
  }
});

it('every field of every question is refused by its name, with what may stand there, and never repeated', async () => {
  let asked = 0;
  for (const [route, operation] of await operations()) {
    const right = (await ASKED[route]?.()) ?? {};
    const parameters = operation.parameters ?? [];
    const wrong: readonly [string, Question][] = [
      ...parameters.map(({ name, in: place, schema }): [string, Question] => [
        name,
        { ...right, [place]: { ...right[place], [name]: String(wrongIn(schema, place)) } },
      ]),
      ...Object.entries(fieldsOf(operation)).map(([name, schema]): [string, Question] => [
        name,
        { ...right, body: { ...right.body, [name]: wrongIn(schema, 'body') } },
      ]),
    ];
    const names = wrong.map(([name]) => name);
    for (const [name, question] of wrong) {
      const { status, json, text } = await ask(route, question);
      expect([route, name, status]).toEqual([route, name, 400]);
      const { happened } = json as { happened: string };
      expect([route, happened]).toEqual([route, expect.stringMatching(new RegExp(` ${name} ska vara \\S`))]);
      expect(text).not.toContain(NUMBER);
      asked += 1;
    }
    if (Object.keys(fieldsOf(operation)).length > 0) {
      const { status, json, text } = await ask(route, { ...right, body: { ...right.body, [NUMBER]: 'x' } });
      expect([route, status]).toEqual([route, 400]);
      for (const name of names) expect((json as { happened: string }).happened).toContain(name);
      expect(text).not.toContain(NUMBER);
    }
  }
  expect(asked).toBeGreaterThan(30);
  expect(copy.rows.filter(({ format }) => format === 'command')).toHaveLength(1);
});

it('every number of every question has a least and a most, every text a longest, every list a greatest', async () => {
  const unbounded: string[] = [];
  const walk = (place: string, schema: Schema & Bounds): void => {
    const isText = schema.type === 'string' && schema.enum === undefined && schema.const === undefined;
    // A pattern that repeats nothing without end is as long as it is.
    const form = schema.pattern?.replace(/\[[^\]]*\]/g, 'x');
    const isBounded = schema.maxLength !== undefined || (form !== undefined && /^\^[^*+]*\$$/.test(form));
    if (isText && !isBounded) unbounded.push(place);
    if (schema.type === 'integer' || schema.type === 'number')
      if (schema.minimum === undefined || schema.maximum === undefined) unbounded.push(place);
    if (schema.type === 'array' && schema.maxItems === undefined && !Array.isArray(schema.items)) unbounded.push(place);
    for (const [name, field] of Object.entries(schema.properties ?? {})) walk(`${place} ${name}`, field);
    for (const one of [schema.anyOf ?? [], schema.items ?? []].flat()) walk(place, one);
  };
  for (const [route, { parameters = [], requestBody }] of await operations()) {
    for (const { name, schema } of parameters) walk(`${route} ${name}`, schema);
    for (const { schema } of Object.values(requestBody?.content ?? {})) walk(route, schema);
  }
  // One document, of any form: bounded by its length as a whole (limits.apiBodyBytesMax and its own).
  expect(unbounded.filter((place) => !place.includes('/api/intake/'))).toEqual([]);
});

it('a question that misspells what it asks for is refused, and one that cannot be read says so', async () => {
  const misspelt = await copy.ask(`/api/units/KIR2?At=${copy.now.wallMs}`);
  expect(misspelt).toMatchObject({
    status: 400,
    json: { happened: expect.stringContaining('det som kan anges är at') },
  });
  for (const [payload, words] of [
    ['{', 'kroppen går inte att läsa som JSON'],
    ['', 'kroppen är tom'],
    ['[]', 'frågan ska ha ett objekt med source'],
  ] as const) {
    const headers = { 'content-type': 'application/json' };
    const { status, json } = await copy.ask({ method: 'POST', url: '/api/hold', payload, headers });
    expect([status, (json as { happened: string }).happened]).toEqual([400, expect.stringContaining(words)]);
    expect((json as { doNow: string }).doNow).toBe(FAILURES['request.invalid'].doNow);
  }
});
