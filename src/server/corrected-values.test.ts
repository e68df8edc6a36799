// A value that a FHIR server corrects, from the bytes to every reader: what it was before is never silently gone (knowledge H16).

import { afterEach, beforeEach, expect, it } from 'vitest';
import { composeChart } from '../domain/chart/compose.ts';
import { renderChartText } from '../domain/chart/text.ts';
import type { PatientKey } from '../domain/identity.ts';
import { printing } from '../paper/paper.fixture.ts';
import { readingSheet } from '../paper/sheets/reading-sheet.ts';
import { admitAnna } from './anna.fixture.ts';
import { ServedCopy } from './server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const PERSON = {
  resourceType: 'Patient',
  id: 'p',
  identifier: [{ system: 'http://electronichealth.se/identifier/personnummer', value: '189001019802' }],
};
const said = (version: number, resource: object): void =>
  void copy.fhir({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      PERSON,
      { subject: { reference: 'Patient/p' }, effectiveDateTime: '2026-11-22T10:30:00+01:00', ...resource },
    ].map((one) => ({
      resource: { ...one, meta: { versionId: String(version), lastUpdated: `2026-11-22T10:4${version}:00+01:00` } },
    })),
  });
const potassium = (status: string, value: number): object => ({
  resourceType: 'Observation',
  id: 'k',
  status,
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'P-Kalium' },
  valueQuantity: { value, unit: 'mmol/L' },
});
const part = (code: string, value: number): object => ({
  code: { coding: [{ system: 'http://loinc.org', code }] },
  valueQuantity: { value, unit: 'mmHg' },
});
const pressure = (status: string, ...component: object[]): object => ({
  resourceType: 'Observation',
  id: 'bt',
  status,
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }], text: 'Blodtryck' },
  component,
});
const chart = () => {
  const kept = copy.reader.patient(anna);
  if (kept === null) throw new Error('no chart');
  return composeChart(kept, copy.now);
};

it.each(['corrected', 'amended'])(
  'a value a server has %s says what it was, in JSON, text and on paper',
  async (status) => {
    said(1, potassium('final', 4.1));
    said(2, potassium(status, 5.9));
    const remark = /Rättat 11:\d\d, var 4,1/;
    expect(JSON.stringify((await copy.ask(`/api/charts/${anna}`)).json)).toMatch(remark);
    expect(renderChartText(chart(), 120)).toMatch(remark);
    const sheet = readingSheet({ chart: chart(), printing: printing(), medication: 'here' });
    expect(JSON.stringify(sheet)).toMatch(remark);
  },
);

it('a corrected blood pressure says what each of its values was, in whichever order they are told', () => {
  said(1, pressure('final', part('8480-6', 120), part('8462-4', 80)));
  said(2, pressure('corrected', part('8462-4', 80), part('8480-6', 150)));
  const text = renderChartText(chart(), 120);
  expect(text).toContain('150/80');
  expect(text).toMatch(/Rättat 11:\d\d, var 120/);
  expect(text).not.toMatch(/var 80/);
});
