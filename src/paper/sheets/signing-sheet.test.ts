// A sheet that hands write on: what it says of time, and what it never says.

import { describe, expect, it } from 'vitest';
import {
  ago,
  DAY_MS,
  entry,
  feed,
  HOUR_MS,
  NOW_MS,
  now,
  patientCopy,
  SOURCE_NAMES,
  stay,
  stringsOf,
} from '../../domain/chart/chart.fixture.ts';
import type { Chart } from '../../domain/chart/chart.ts';
import { composeChart } from '../../domain/chart/compose.ts';
import type { ChartOptions } from '../../domain/chart/context.ts';
import type { Stay } from '../../domain/patient-copy.ts';
import { printing } from '../paper.fixture.ts';
import { readingSheet } from './reading-sheet.ts';
import type { MedicationSection, Sheet } from './sheet.ts';
import { signingSheet } from './signing-sheet.ts';

const order = (id: string, name: string, timeOfDay: readonly string[], change: object = {}) =>
  entry(
    'medication-orders',
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      medicationCodeableConcept: { text: name },
      dosageInstruction: [{ text: `${name} enligt schema`, timing: { repeat: { timeOfDay } } }],
      ...change,
    },
    { key: `MedicationRequest/${id}`, at: NOW_MS - DAY_MS, orderNumbers: { placer: id } },
  );
const dose = (id: string, hoursAgo: number) =>
  entry(
    'doses-given',
    {
      resourceType: 'MedicationAdministration',
      status: 'completed',
      medicationCodeableConcept: { text: 'Furosemid' },
      effectiveDateTime: new Date(NOW_MS - hoursAgo * HOUR_MS).toISOString(),
      dosage: { dose: { value: hoursAgo, unit: 'mg' } },
    },
    {
      key: `MedicationAdministration/${id}/${hoursAgo}`,
      at: NOW_MS - hoursAgo * HOUR_MS,
      orderNumbers: { placer: id },
    },
  );

interface Case {
  readonly dosesAreSilent?: boolean;
  readonly options?: ChartOptions;
  readonly stays?: readonly Stay[];
  readonly continues?: readonly string[];
  readonly hours?: readonly number[];
  readonly more?: readonly ReturnType<typeof order>[];
}

/** With the reading sheet that is always printed beside it. */
const bothOf = (given: Case = {}): readonly Sheet[] => [
  readingSheet({ chart: chartOf(given), printing: printing(), medication: 'on-signing-sheet' }),
  sheetOf(given),
];
const sheetOf = (given: Case = {}): Sheet =>
  signingSheet({
    chart: chartOf(given),
    printing: printing(),
    number: 'K2-37-04',
    continues: given.continues ?? [],
  });

function chartOf({ dosesAreSilent = false, options = {}, stays, hours = [1, 30], more = [] }: Case): Chart {
  const silent = { proof: ago(10 * HOUR_MS) };
  const copy = patientCopy({
    ...(stays === undefined ? {} : { stays }),
    parts: {
      'medication-orders': {
        entries: [
          order('A', 'Furosemid', ['10:00:00', '16:00:00']),
          order('B', 'Paracetamol', [], { dosageInstruction: [{ text: '1 g fyra gånger dagligen' }] }),
          order('C', 'Morfin', [], { dosageInstruction: [{ text: '5 mg', asNeededBoolean: true }] }),
          order('D', 'Apixaban', ['08:00:00'], { status: 'stopped' }),
          ...more,
        ],
      },
      'doses-given': {
        entries: hours.map((ago) => dose('A', ago)),
        feeds: [feed('doses-given', dosesAreSilent ? silent : {})],
      },
    },
  });
  return composeChart(copy, now, { sourceNames: SOURCE_NAMES, ...options });
}

function medication(sheet: Sheet): MedicationSection {
  const section = sheet.sections.find((one) => one.is === 'medication');
  if (section === undefined) throw new Error('no medication on the sheet');
  return section;
}
const boxesOf = (sheet: Sheet, substance: string): readonly string[] =>
  medication(sheet)
    .groups.flatMap(({ rows }) => rows)
    .find((row) => row.substance === substance)
    ?.boxes.map(({ at }) => at) ?? [];

describe('a signing sheet', () => {
  it('and the sheet to read beside it tell the day of their print by its date: both are read tomorrow too', () => {
    const repeat = { timeOfDay: ['20:00:00'], boundsPeriod: { end: new Date(NOW_MS).toISOString().slice(0, 10) } };
    const more = [order('E', 'Cefuroxim', [], { dosageInstruction: [{ text: '1,5 g', timing: { repeat } }] })];
    const midnight = Date.UTC(2026, 10, 16, 23);
    const said = stringsOf(bothOf({ more, stays: [stay({ expectedDischargeAt: midnight })] })).join('\n');
    expect(said).toContain('till tis 17 nov');
    expect(said).toContain('Beräknad utskrivning: tis 17/11');
    expect(said).not.toMatch(/i dag|i morgon|i går/);
  });

  it('has a box for each time the order names in the coming day, and empty ones for a hand', () => {
    // 11:20: the times of today that have passed are of another sheet.
    expect(boxesOf(sheetOf(), 'Furosemid')).toEqual(['16:00', 'ons 18/11 10:00', '', '']);
    expect(boxesOf(sheetOf(), 'Paracetamol')).toEqual(['', '', '', '']);
    expect(boxesOf(sheetOf(), 'Morfin')).toEqual(['', '', '', '']);
    expect(boxesOf(sheetOf(), 'Apixaban')).toEqual([]);
  });

  it('names no time that has passed, and calls nothing late, missed or due, whatever is known of given doses', () => {
    for (const dosesAreSilent of [false, true]) {
      const sheet = sheetOf({ dosesAreSilent });
      for (const at of boxesOf(sheet, 'Furosemid')) expect(at).not.toMatch(/^(?:0\d|10|11):/);
      expect(stringsOf(sheet.sections).join('\n')).not.toMatch(
        /\b(?:sen|sena|försenad|missad|utebliven|att ge|ska ges)\b/i,
      );
    }
  });

  it('says first and framed that given doses are not known, and since when', () => {
    const [first] = medication(sheetOf({ dosesAreSilent: true })).warnings;
    expect(first).toBe('Givna doser okända sedan 01:20. Kontrollera med patient och kollega innan du ger.');
    expect(medication(sheetOf()).warnings.join(' ')).not.toContain('okända');
  });

  it('has empty boxes only where the function is switched off, or the patient is away', () => {
    const off = sheetOf({ options: { functions: { nextScheduled: false } } });
    const away = sheetOf({ stays: [stay({ status: 'on-leave', leaveSince: NOW_MS - HOUR_MS })] });
    for (const sheet of [off, away]) expect(boxesOf(sheet, 'Furosemid')).toEqual(['', '', '', '']);
  });

  it('is never void: it has a number and the sheets it goes on from, and no time after which it may not be used', () => {
    const sheet = sheetOf({ continues: ['K2-31-04', 'K2-35-04'] });
    const words = stringsOf(sheet).join('\n');
    expect(words).toContain('Fortsättning på blad K2-31-04, K2-35-04');
    expect(sheet.bar.right).toBe('Signeringsblad K2-37-04');
    expect(sheet.foot.code).toEqual({ text: 'K2-37-04', shown: 'K2-37-04' });
    expect(words).not.toMatch(/giltig till|ersätter|kasta den/i);
  });

  it('names every known dose, also those no row has room for', () => {
    const hours = Array.from({ length: 40 }, (_, index) => index + 1);
    const words = stringsOf(bothOf({ hours }).flatMap(({ sections }) => sections)).join('\n');
    for (const hour of hours) expect(words).toMatch(new RegExp(`(?:^|\\s)${hour}\\u00a0?\\s?mg`, 'm'));
  });

  it('has room for new orders, without help from the station', () => {
    const { blank, blankTitle } = medication(sheetOf());
    expect(blank).toHaveLength(3);
    expect(blankTitle).toContain('ingen interaktionskontroll');
  });
});

describe('a reading sheet', () => {
  it('says until when it may be read and what it replaces, and has no box to write a dose in', () => {
    const chart = composeChart(patientCopy(), now, { sourceNames: SOURCE_NAMES });
    const sheet = readingSheet({ chart, printing: printing(), medication: 'here' });
    expect(sheet.bar.right).toBe('Giltig till 13:20');
    expect(stringsOf(sheet.foot).join('\n')).toContain('Ersätter version 36, 10:20. Kasta den.');
    expect(medication(sheet).hasBoxes).toBe(false);
    expect(medication(sheet).blank).toEqual([]);
  });

  it('without medicines says of which part there is nothing', () => {
    const chart = composeChart(patientCopy(), now, { sourceNames: SOURCE_NAMES });
    const sheet = readingSheet({ chart, printing: printing(), medication: 'here' });
    const { warnings } = medication(sheet);
    for (const part of ['Läkemedelsordinationer', 'Givna doser', 'Infusioner och pumpar'])
      expect(warnings.filter((words) => words.startsWith(`${part}: Inga registrerade`))).toHaveLength(1);
  });

  it('carries a drill’s watermark, and the word among the first in the bar', () => {
    const chart = composeChart(patientCopy(), now, { sourceNames: SOURCE_NAMES });
    const sheet = readingSheet({ chart, printing: printing({ watermark: 'ÖVNING' }), medication: 'here' });
    expect(sheet.watermark).toBe('ÖVNING');
    expect(sheet.bar.words[0]).toBe('ÖVNING');
  });
});
