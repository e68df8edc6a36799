// An order that is cancelled (OBR-25 X) over values that stand as final, from the message to every reader: nobody answers for them any
// more, so none may be read as an answer (hazard H16).

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attentionOf } from '../domain/chart/attention.ts';
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

const chart = () => {
  const kept = copy.reader.patient(anna);
  if (kept === null) throw new Error('no chart');
  return composeChart(kept, copy.now);
};
let sent = 0;
/** A message of one order, measured 10:30 and told a minute later than the one before. */
function told(state: string, lines: readonly string[], section = 'LAB'): void {
  sent += 1;
  const at = `2026112210${String(30 + (sent % 20)).padStart(2, '0')}00`;
  copy.hl7(
    'lab',
    `MSH|^~\\&|LAB|HUS|RK|RK|${at}||ORU^R01^ORU_R01|X${sent}|P|2.5|||||SWE|UNICODE UTF-8`,
    'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F',
    ['OBR', '1', '', '880^LAB', '^Blodgas^L', '', '', '20261122103000', ...Array(16).fill(''), section, state].join(
      '|',
    ),
    ...lines,
  );
}
const LACTATE = 'OBX|1|NM|^Laktat^L||9.8|mmol/L|0.5-2.0|HH|||F';

describe.each([
  ['told with its values', () => told('X', [LACTATE])],
  [
    'told after its values',
    () => {
      told('F', [LACTATE]);
      told('X', []);
    },
  ],
])('a cancelled order %s', (_, happens) => {
  const words = /Avbrutet – lita inte på värdet/;
  const isSaidIn = (told: unknown): boolean => words.test(JSON.stringify(told));
  it('is marked in the table, in JSON, as text and on paper', async () => {
    happens();
    expect(isSaidIn((await copy.ask(`/api/charts/${anna}`)).json)).toBe(true);
    const text = renderChartText(chart(), 120);
    expect(/9,8[^\n]*†/.test(text)).toBe(true);
    expect(words.test(text)).toBe(true);
    expect(isSaidIn(readingSheet({ chart: chart(), printing: printing(), medication: 'here' }))).toBe(true);
  });
  it('is no critical value without the mark, on the list neither', async () => {
    happens();
    const [fact] = attentionOf(chart());
    expect(fact).toMatchObject({ what: expect.stringContaining('Laktat'), words: expect.stringMatching(words) });
    expect((await copy.ask('/api/units/KIR2')).text).toMatch(
      /Laktat 9,8\u00a0mmol\/L, 10:30, kritiskt, Avbrutet – lita inte på värdet/,
    );
  });
  it('is cancelled to those who read FHIR', async () => {
    happens();
    const { json } = await copy.ask(`/fhir/Observation?patient=${anna}`);
    const statuses = (json as { entry: { resource: { code: { text?: string }; status: string } }[] }).entry.map(
      ({ resource }) => [resource.code.text, resource.status],
    );
    expect(statuses).toContainEqual(['Laktat', 'cancelled']);
    expect(statuses).toContainEqual(['Kalium', 'final']);
    expect(isSaidIn((await copy.ask(`/fhir/Patient/${anna}/$summary`)).json)).toBe(true);
  });
});

it('an answer in words whose order was cancelled says so itself', () => {
  told('F', ['OBX|1|TX|^Utlåtande^L||Ingen blödning. Kontroll om sex veckor.||||||F']);
  told('X', []);
  const text = renderChartText(chart(), 120);
  expect(text.includes('Ingen blödning')).toBe(true);
  expect(text.includes('Avbruten beställning – lita inte på svaret')).toBe(true);
});

it('what is awaited of a cancelled order is awaited no more', () => {
  const isAwaited = (): boolean => /Laktat[^\n]*Väntar på svar/.test(renderChartText(chart(), 120));
  told('P', ['OBX|1|NM|^Laktat^L||||||||I']);
  expect(isAwaited()).toBe(true);
  told('X', []);
  expect(isAwaited()).toBe(false);
});

const vitals = [
  ['9279-1^Andningsfrekvens', '22', '/min'],
  ['59408-5^SpO2', '93', '%'],
  ['3151-8^Syrgas', '2', 'l/min'],
  ['8480-6^Systoliskt', '112', 'mm[Hg]'],
  ['8867-4^Puls', '104', '/min'],
  ['8310-5^Temp', '38.2', 'Cel'],
].map(([code, value, unit], at) => `OBX|${at + 1}|NM|${code}^LN||${value}|${unit}|||||F`);
const awake = 'OBX|7|ST|80288-4^Medvetande^LN||A||||||F';
it.each([
  ['with its values', [...vitals, awake]],
  ['without a word of them', []],
])('no NEWS2 is counted on a measurement whose order was cancelled %s', (_, lines) => {
  const news2 = () => {
    const view = chart().blocks.find(({ name }) => name === 'vitals')?.view;
    return view?.kind === 'vitals' ? view.news2 : null;
  };
  told('F', [...vitals, awake], '');
  expect(news2()).toMatchObject({ kind: 'score', score: { total: 8 } });
  told('X', lines, '');
  expect(news2()).toMatchObject({ kind: 'refused', words: expect.stringContaining('ej slutgiltigt') });
});

it('a value that stands under another heading than its order is cancelled with it', () => {
  told('F', ['OBX|1|ST|882-1^ABO Rh^LN||A pos||||||F', LACTATE]);
  told('X', []);
  const blood = chart()
    .blocks.flatMap(({ parts }) => parts)
    .find(({ part }) => part === 'blood');
  expect(blood?.entries[0]?.values[0]).toMatchObject({ text: 'A pos', state: 'cannot-be-done' });
});
