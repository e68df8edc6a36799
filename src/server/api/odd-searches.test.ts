// Words of a database, of the name index, and of nothing at all, in every question that looks something up: nobody is found, nothing is
// changed, no fault, and nothing comes back of what was asked.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../limits.ts';
import { at, type Browser, KIR, NURSE, signedIn } from '../access/people.fixture.ts';
import { ANNA, admitAnna, PNR } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;
let nurse: Browser;
let anna: string;
beforeAll(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
  nurse = await signedIn(copy, NURSE, at(KIR, 'lead'));
});
afterAll(() => copy.close());

/** None of these is, or begins, a word of anybody's name. */
const ODD: readonly string[] = [
  '" OR 1=1 --',
  "' OR ''='",
  "'; DROP TABLE name; --",
  "x' UNION SELECT written FROM name --",
  'NEAR(',
  'NEAR("a" "b", 5)',
  'folded:qq*',
  '{written folded}:qq',
  'AND',
  'OR NOT',
  'qq AND NOT zz',
  '^qq',
  '*',
  '%',
  '_____',
  '"',
  '""""',
  '((((',
  '-',
  '+qq',
  '=qq',
  '\\',
  '\0',
  `qq\0zz`,
  '\ud800',
  'qq\udfff',
  '\ud800\udc00'.repeat(20),
  `q${'\u0301'.repeat(90)}`,
  '\u0301'.repeat(90),
  '\u202eqq',
  '\ufeff',
  '\uffff',
  '﷽'.repeat(30),
  'ß'.repeat(50),
  'İ'.repeat(50),
  'q '.repeat(49),
  '0'.repeat(90),
  '1e999',
  'null',
  '__proto__',
  'constructor',
  `$\{7*7}`,
  '../../etc/passwd',
];

const quiet = { hits: [], isCut: false };

it('a search by name or number finds nobody by them, and those who are there as before', async () => {
  for (const text of ODD)
    for (const [who, ask] of [
      ['token', (payload: object) => copy.ask({ method: 'POST', url: '/api/patients/search', payload })],
      ['nurse', (payload: object) => nurse.post('/api/patients/search', payload)],
    ] as const)
      for (const unit of [{}, { unit: 'KIR2' }, { unit: text }]) {
        const { status, json, text: said } = await ask({ text, ...unit });
        expect([text, who, status]).toEqual([text, who, expect.toSatisfy((one) => [200, 400, 403, 404].includes(one))]);
        if (status === 200) expect([text, json]).toEqual([text, expect.objectContaining(quiet)]);
        expect([text, /Övning|9802/.test(said)]).toEqual([text, false]);
      }
  const found = await copy.ask({ method: 'POST', url: '/api/patients/search', payload: { text: 'öv" ås\0' } });
  expect(found.json).toMatchObject({ hits: [{ found: 'house' }] });
  expect(copy.faults).toEqual([]);
});

it('a search by FHIR finds nobody by them', async () => {
  for (const value of ODD) {
    for (const parameters of [
      { name: value },
      { identifier: value },
      { identifier: `${PNR}|${value}` },
      { identifier: `${value}|189001019802` },
      { _id: value },
      { name: value, _id: anna },
    ] as const) {
      const { status, json } = await copy.form('/fhir/Patient/_search', parameters);
      expect([parameters, status]).toEqual([parameters, expect.toSatisfy((one) => [200, 400, 404].includes(one))]);
      if (status === 200) expect([parameters, json]).toEqual([parameters, expect.objectContaining({ total: 0 })]);
    }
    for (const parameter of ['code', 'category', '_lastUpdated', '_page', '_count', 'patient', 'status']) {
      const { status } = await copy.form('/fhir/Observation/_search', { patient: anna, [parameter]: value });
      expect([parameter, value, status]).toEqual([parameter, value, expect.toSatisfy((one) => one < 500)]);
    }
  }
  expect(copy.faults).toEqual([]);
});

it('an address that names a unit, a patient, a source or a person by them leads to nothing', async () => {
  const named = copy.routes.filter((route) => route.includes(':') && route.startsWith('GET '));
  expect(named.length).toBeGreaterThan(6);
  for (const route of named)
    for (const value of ODD) {
      const well = Buffer.from(value, 'utf8').toString('utf8');
      const url = route.slice(4).replace(/:\w+/g, encodeURIComponent(well));
      for (const ask of [copy, nurse]) {
        const { status } = await ask.ask(url);
        expect([url, status]).toEqual([url, expect.toSatisfy((one: number) => one < 500)]);
      }
    }
  for (const source of ODD) {
    const url = `/api/messages?${new URLSearchParams({ source })}`;
    expect([url, (await copy.ask(url)).status]).toEqual([url, expect.toSatisfy((one) => one < 500)]);
  }
  expect(copy.faults).toEqual([]);
});

it('a moment that no calendar has is refused; one that is only far away is answered', async () => {
  const asking = (at: number): readonly [string, object | null][] => [
    [`/api/units?at=${at}`, null],
    [`/api/units/KIR2?at=${at}`, null],
    [`/api/charts/${anna}?at=${at}`, null],
    ['/api/copies/unit', { unit: 'KIR2', at, have: {} }],
    ['/api/copies/patient', { key: anna, at }],
    ['/api/papers/chart', { key: anna, unit: 'KIR2', at }],
    ['/api/reads', { kind: 'list.read', by: 'IT', unit: 'KIR2', asOf: at }],
    ['/api/reads', { kind: 'list.read', by: 'IT', unit: 'KIR2', readAt: at }],
  ];
  for (const [moment, isNone] of [
    [-1, true],
    [limits.momentMax + 1, true],
    [Number.MAX_SAFE_INTEGER, true],
    [1e300, true],
    [0, false],
    [copy.now.wallMs + 86_400_000, false],
    [limits.momentMax, false],
  ] as const)
    for (const [url, payload] of asking(moment)) {
      const { status } = await copy.ask(payload === null ? url : { method: 'POST', url, payload });
      expect([url, moment, status]).toEqual([
        url,
        moment,
        isNone ? 400 : expect.toSatisfy((one: number) => [200, 404, 410].includes(one)),
      ]);
    }
  // Never as of now: what is no number, and what is an early one.
  for (const at of ['1e3', 'NaN', 'Infinity', '', '0x10', ' 5', '5;', '١'])
    expect([at, (await copy.ask(`/api/units?at=${encodeURIComponent(at)}`)).status]).toEqual([
      at,
      expect.toSatisfy((one) => one === 400 || one === 410),
    ]);
  expect(copy.faults).toEqual([]);
});

it('everything is as it was', async () => {
  expect((await copy.ask(`/api/charts/${anna}`)).status).toBe(200);
  const { json } = await copy.form('/fhir/Patient/_search', { identifier: `${PNR}|${ANNA.id}`, name: 'Åsa Övning' });
  expect(json).toMatchObject({ total: 1 });
});
