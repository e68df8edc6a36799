// Answers as a chart shows them.

import type { Observation } from 'fhir/r4';
import { describe, expect, test } from 'vitest';
import type { Entry, Member } from '../patient-copy.ts';
import { DAY_MS, entry, HOUR_MS, MINUTE_MS, member, NOW_MS, now, observation, patientCopy } from './chart.fixture.ts';
import { composeChart } from './compose.ts';
import { renderChartText } from './text.ts';
import { panel, VITALS, viewOf } from './view-of.fixture.ts';

describe('answers as a table', () => {
  const hb = (at: number, written: string, change: object = {}): Entry =>
    entry(
      'results',
      observation('718-7', 'Hb', written, 'g/l', {
        interpretation: [{ coding: [{ code: 'L' }] }],
        referenceRange: [{ text: '117-153' }],
        ...change,
      }),
      { key: `Observation/${at}`, at },
    );
  test('five columns, newest last; what is older is counted, and no analysis is left without its last value', () => {
    const entries = [
      ...[1, 2, 3, 4, 5, 6].map((hours) => hb(NOW_MS - hours * HOUR_MS, `${100 + hours}`)),
      entry('results', observation('6301-6', 'INR', '1.1', ''), { key: 'inr', at: NOW_MS - 20 * DAY_MS }),
    ];
    const { table } = viewOf('results', { parts: { results: { entries } } });
    expect(table.columns.map(({ time }) => time.text)).toEqual(['06:20', '07:20', '08:20', '09:20', '10:20']);
    expect(table.rows.map(({ name, latest, olderCount }) => [name, latest.text, latest.time.text, olderCount])).toEqual(
      [
        ['Hb', '101', '10:20', 1],
        ['INR', '1,1', '28 okt 2026', 1],
      ],
    );
    expect(table.rows[0]?.latest).toMatchObject({ interpretation: 'low', reference: '117-153' });
    expect(renderChartText(composeChart(patientCopy({ parts: { results: { entries } } }), now), 100)).toContain(
      'senaste 1,1',
    );
  });
  test('another unit is another row: nothing is converted', () => {
    const entries = [
      hb(NOW_MS - HOUR_MS, '104'),
      entry('results', observation('718-7', 'Hb', '10.4', 'g/dl'), { key: 'b' }),
    ];
    expect(
      viewOf('results', { parts: { results: { entries } } })
        .table.rows.map(({ unit }) => unit)
        .sort(),
    ).toEqual(['g/dl', 'g/l']);
  });
  test('a value too long for its column is told on lines of its own, and pushes no other out of its place', () => {
    const words = Array.from({ length: 60 }, (_, at) => `ord${at}`).join(' ');
    const digits = '9'.repeat(300);
    const linesOf = (valueString: string): string[] => {
      const consciousness = { ...VITALS.consciousness, valueString };
      const entries = [
        panel(['pulse'], NOW_MS - 15 * MINUTE_MS, {
          members: [member('pulse', VITALS.pulse), member('consciousness', consciousness)],
        }),
      ];
      return renderChartText(composeChart(patientCopy({ parts: { vitals: { entries } } }), now), 80).split('\n');
    };
    for (const [value, told] of [
      [words, words],
      [digits, `${'9'.repeat(60)}… (hela värdet: reservkraft messages --raw)`],
    ] as const) {
      const lines = linesOf(value);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
      expect(lines.find((line) => line.includes('Medvetande'))).toContain('se nedan');
      const below = lines
        .slice(lines.findIndex((line) => line.includes('¶')))
        .join(' ')
        .replace(/\s+/g, ' ');
      expect(below).toContain(told);
      const endOf = (name: string, text: string): number =>
        (lines.find((line) => line.includes(name))?.indexOf(text) ?? 0) + text.length;
      expect(endOf('Puls', '104')).toBe(endOf('Medvetande', 'se nedan'));
    }
  });
  test.each([
    ['registered', 'Väntar på svar', ['Ändrat 11:10, var 6,8\u00a0mmol/L']],
    ['cannot-be-done', 'Kan ej utföras', ['Ändrat 11:10, var 6,8\u00a0mmol/L']],
    ['deleted', 'Borttaget av avsändaren', []],
  ] as const)('§5.4 a panel’s member that is %s has its cell, on the line of its analysis', (state, text, remarks) => {
    const before = observation('2823-3', 'Kalium', '6.8', 'mmol/L');
    const { valueQuantity: _, extension: __, ...gone } = before as unknown as Record<string, unknown>;
    const former = [{ state: 'final', resource: before, replacedAt: NOW_MS - 10 * MINUTE_MS }] as never;
    const panelOf = (at: number, kalium: ReturnType<typeof member>): Entry =>
      entry(
        'results',
        { resourceType: 'DiagnosticReport', code: { text: 'Elstatus' } },
        { key: `r/${at}`, at, members: [member('na', observation('2951-2', 'Natrium', '140', 'mmol/L')), kalium] },
      );
    const entries = [
      panelOf(NOW_MS - HOUR_MS, member('k', gone, state, former)),
      panelOf(NOW_MS - 5 * HOUR_MS, member('k', observation('2823-3', 'Kalium', '4.1', 'mmol/L'))),
    ];
    const { table, documents } = viewOf('results', { parts: { results: { entries } } });
    expect(documents).toEqual([]);
    expect(table.rows.map(({ name, unit }) => [name, unit])).toEqual([
      ['Kalium', 'mmol/L'],
      ['Natrium', 'mmol/L'],
    ]);
    expect(table.rows[0]?.cells.map((cell) => cell?.text)).toEqual(['4,1', text]);
    expect(table.rows[0]?.cells.at(-1)?.remarks).toEqual(remarks);
  });
  test('of two values of one time the corrected one stands, the other beside it', () => {
    const at = NOW_MS - HOUR_MS;
    const entries = [hb(at, '104'), { ...hb(at, '61'), key: 'again', state: 'corrected' as const }];
    const [row] = viewOf('results', { parts: { results: { entries } } }).table.rows;
    expect(row?.cells.map((cell) => cell?.text)).toEqual(['61']);
    expect(row?.alsoAtSameTime.map(({ text }) => text)).toEqual(['104']);
  });
  test('a blood group is information only, also where its code says nothing and its name does', () => {
    for (const name of ['B-RhD', 'Ery-ABO-grupp', 'Blodgrupp', 'ABO']) {
      const entries = [
        entry('results', { ...observation('x', name, '1', ''), code: { text: name }, valueString: 'A' }),
      ];
      const [row] = viewOf('results', { parts: { results: { entries } } }).table.rows;
      expect(row?.cells[0]?.remarks, name).toContain('Endast information – bastest krävs');
    }
  });
  test('two values of one analysis at one time are both shown', () => {
    const entries = [hb(NOW_MS - HOUR_MS, '104'), { ...hb(NOW_MS - HOUR_MS, '134'), key: 'again' }];
    expect(
      viewOf('results', { parts: { results: { entries } } }).table.rows[0]?.alsoAtSameTime.map(({ text }) => text),
    ).toEqual(['134']);
  });
  test.each([
    ['4.10', '4,10'],
    ['<0.05', '<0,05'],
    ['1.000.000', '1.000.000'],
    ['1,5', '1,5'],
    ['pos.', 'pos.'],
    ['007', '007'],
  ])('%s stands as %s: no digit is added, rounded or lost', (written, text) => {
    const value = viewOf('results', { parts: { results: { entries: [hb(NOW_MS, written)] } } }).table.rows[0]?.latest;
    expect(value).toMatchObject({ text, written });
  });
});

test('long words of an answer stand whole, and a thousand digits are bounded and say where they stand', () => {
  const words = 'Riklig växt av Staphylococcus aureus, resistens se separat svar som skickas med nästa rapport';
  const answer = (name: string, valueString: string): Entry =>
    entry('results', { resourceType: 'Observation', code: { text: name }, valueString }, { key: name });
  const text = renderChartText(
    composeChart(
      patientCopy({
        parts: { results: { entries: [answer('Odling', words), answer('Serienummer', '7'.repeat(5000))] } },
      }),
      now,
    ),
    80,
  );
  expect(text.replace(/\s+/g, ' ')).toContain(words);
  expect(text.replace(/\s+/g, ' ')).toContain('… (hela värdet: reservkraft messages --raw)');
  expect(text.match(/7{5,}/g)?.join('').length).toBeLessThanOrEqual(60);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

describe('c3.13 an answer in words', () => {
  const words = (state: Member['state'], former: Member['former'] = []): Entry =>
    entry(
      'results',
      { resourceType: 'DiagnosticReport', code: { text: 'Odling' }, conclusion: 'Svar till avdelningen är ringt' },
      {
        members: [
          member(
            'B',
            {
              resourceType: 'Observation',
              code: { text: 'Blododling' },
              valueString: 'Växt av gramnegativa stavar, typning pågår',
            },
            state,
            former,
          ),
        ],
      },
    );
  const lines = (entries: readonly Entry[]): string =>
    renderChartText(composeChart(patientCopy({ parts: { results: { entries } } }), now), 160).replace(/\s+/g, ' ');

  test('tells the state of each of its values, beside the conclusion', () => {
    expect(lines([words('preliminary')])).toContain(
      'Odling · Svar till avdelningen är ringt · Blododling: Växt av gramnegativa stavar, typning pågår (Preliminärt)',
    );
    expect(lines([words('final')])).toContain('typning pågår · ');
    const resource = {
      resourceType: 'Observation',
      code: { text: 'Blododling' },
      valueString: 'Ingen växt',
    } as Observation;
    expect(lines([words('corrected', [{ resource, state: 'final', replacedAt: NOW_MS }])])).toContain(
      '(Rättat 11:20, var Ingen växt)',
    );
  });

  test('given twice for one moment stands as the final one, and the other says what it is', () => {
    const of = (key: string, value: string, state: Member['state']): Member =>
      member(key, { resourceType: 'Observation', code: { text: 'Art' }, valueString: value }, state);
    const twice = entry(
      'results',
      { resourceType: 'DiagnosticReport', code: { text: 'Odling' } },
      { members: [of('A#1', 'S. aureus', 'preliminary'), of('A#2', 'E. coli', 'final')] },
    );
    const told = lines([twice]);
    expect(told).toContain('Art E. coli');
    expect(told).toContain('samma källa uppger också S. aureus (Preliminärt)');
    expect(told).not.toContain('†');
  });
});

test('what two isolates of one culture are resistant to stands with each, and one alone has no number', () => {
  const of = (key: string, name: string, value: string, finding: string): Member =>
    member(key, {
      resourceType: 'Observation',
      code: { text: name },
      valueString: value,
      extension: [{ url: 'urn:reservkraft:finding', valueString: finding }],
    });
  const first = [of('A|1', 'Art', 'E. coli', '1'), of('C|1', 'Cefotaxim', 'R', '1')];
  const rows = (members: readonly Member[]) =>
    viewOf('results', {
      parts: {
        results: {
          entries: [entry('results', { resourceType: 'DiagnosticReport', code: { text: 'Odling' } }, { members })],
        },
      },
    }).table.rows.map(({ name, cells, alsoAtSameTime }) => [name, cells[0]?.text, alsoAtSameTime.length]);
  expect(rows([...first, of('A|2', 'Art', 'S. aureus', '2'), of('C|2', 'Cefotaxim', 'S', '2')])).toEqual([
    ['Art (1)', 'E. coli', 0],
    ['Art (2)', 'S. aureus', 0],
    ['Cefotaxim (1)', 'R', 0],
    ['Cefotaxim (2)', 'S', 0],
  ]);
  expect(rows([of('A|1', 'Hb', '120', '1'), of('C|2', 'CRP', '5', '2')]).map(([name]) => name)).toEqual(['CRP', 'Hb']);
  expect(rows(first)).toEqual([
    ['Art', 'E. coli', 0],
    ['Cefotaxim', 'R', 0],
  ]);
});
