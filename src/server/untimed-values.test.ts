// A pulse, a potassium and a dose that come without saying when, from the bytes to every reader: nothing anywhere says, scores or
// orders them as if they were of the moment they came (design §5.5).

import type { Bundle, FhirResource } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeChart } from '../domain/chart/compose.ts';
import { renderChartText } from '../domain/chart/text.ts';
import type { PatientKey } from '../domain/identity.ts';
import { admitAnna } from './anna.fixture.ts';
import { ServedCopy } from './server.fixture.ts';

const PERSON = 'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F';
const SET = [
  'OBX|1|NM|9279-1^Andningsfrekvens^LN||22|/min|||||F',
  'OBX|2|NM|59408-5^SpO2^LN||93|%|||||F',
  'OBX|3|NM|3151-8^Syrgas^LN||2|l/min|||||F',
  'OBX|4|NM|8480-6^Systoliskt^LN||112|mm[Hg]|||||F',
  'OBX|5|NM|8867-4^Puls^LN||104|/min|||||F',
  'OBX|6|ST|80288-4^Medvetande^LN||A||||||F',
  'OBX|7|NM|8310-5^Temp^LN||38.2|Cel|||||F',
];

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const header = (from: string, type: string, sent = ''): string =>
  `MSH|^~\\&|${from}|HUS|RK|RK|${sent}||${type}|${copy.rows.length}|P|2.5|||||SWE|UNICODE UTF-8`;
const send = (observed: string) =>
  copy.hl7(
    'journal',
    header('JOURNAL', 'ORU^R01'),
    PERSON,
    `OBR|1||V${copy.rows.length}|VIT^Vitala|||${observed}`,
    ...SET,
  );
const give = () =>
  copy.hl7('journal', header('JOURNAL', 'RAS^O17'), PERSON, 'ORC|RE|P1', 'RXA|0|7|||X^Furosemid|20|mg|||||||||||||CP');

const chart = () => {
  const kept = copy.reader.patient(anna);
  if (kept === null) throw new Error('no chart');
  return composeChart(kept, copy.now);
};
const news2 = () => {
  const view = chart().blocks.find(({ name }) => name === 'vitals')?.view;
  return view?.kind === 'vitals' ? view.news2.words : '';
};
const resourcesOf = async (operation: string): Promise<FhirResource[]> =>
  (((await copy.ask(`/fhir/Patient/${anna}/${operation}`)).json as Bundle).entry ?? []).flatMap(({ resource }) =>
    resource === undefined ? [] : [resource as FhirResource],
  );

describe('values that come without a time', () => {
  it('say so in the text chart, in JSON and in the unit’s list, and no NEWS2 is made of them', async () => {
    send('');
    give();
    expect(news2()).toMatch(/^NEWS2 räknas inte: .*puls.* utan mättid$/);
    const text = renderChartText(chart(), 120);
    expect(text).toMatch(/tid saknas,/);
    expect(text).toContain('given, tid saknas, mottaget 11:00');
    const json = JSON.stringify((await copy.ask(`/api/charts/${anna}`)).json);
    expect(json).toContain('"text":"tid saknas, mottaget 11:00","notOwn":"received"');
    const list = (await copy.ask('/api/units/KIR2')).json as { rows: { warnings: string[] }[] };
    expect(list.rows[0]?.warnings.join()).toMatch(/NEWS2 räknas inte: .*utan mättid/);
  });

  it('do not take the place of a set that was timed', () => {
    send('20261122103000+0100');
    expect(news2()).toBe('NEWS2 8, 10:30 (skala 1)');
    send('');
    expect(news2()).toMatch(
      /^NEWS2 8, 10:30 \(skala 1\)\. Kanske nyare mätning, tid saknas, mottaget 11:00: NEWS2 räknas inte/,
    );
    send('20261122104500+0100');
    expect(news2()).toMatch(/^NEWS2 8, 10:45 \(skala 1\)/);
  });

  it.each(['$everything?_count=200', '$summary'])('carry no time nobody said in %s', async (operation) => {
    send('');
    give();
    copy.fhir({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: {
            resourceType: 'Patient',
            id: 'p1',
            identifier: [{ system: 'http://electronichealth.se/identifier/personnummer', value: '189001019802' }],
          },
          request: { method: 'PUT', url: 'Patient/p1' },
        },
        {
          resource: {
            resourceType: 'Observation',
            id: 'o1',
            status: 'final',
            code: { text: 'Vikt', coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
            subject: { reference: 'Patient/p1' },
            effectiveDateTime: '2026-13-45',
            valueQuantity: { value: 71, unit: 'kg' },
          },
          request: { method: 'PUT', url: 'Observation/o1' },
        },
      ],
    });
    const told = await resourcesOf(operation);
    const untimed = told.filter(
      ({ resourceType, ...rest }) =>
        resourceType === 'MedicationAdministration' ||
        (resourceType === 'Observation' &&
          !JSON.stringify(rest).includes('Kalium') &&
          !JSON.stringify(rest).includes('Hemoglobin')),
    );
    expect(untimed.map(({ resourceType }) => resourceType).toSorted()).toEqual([
      'MedicationAdministration',
      ...Array.from({ length: 8 }, () => 'Observation'),
    ]);
    for (const resource of untimed) {
      expect(Object.keys(resource).filter((name) => /^(effective|issued)/.test(name))).toEqual([]);
      expect(JSON.stringify(resource)).toContain('urn:reservkraft:time-not-own');
    }
    const dose = untimed.find(({ resourceType }) => resourceType === 'MedicationAdministration');
    expect(dose).toMatchObject({ _effectiveDateTime: { extension: [{ valueCode: 'unknown' }] } });
  });
});
