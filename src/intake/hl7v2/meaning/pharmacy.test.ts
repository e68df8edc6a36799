import type { MedicationAdministration, MedicationRequest } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import type { ResourceChange } from '../../../domain/changes.ts';
import { EXTENSION } from '../../../domain/extensions.ts';
import { readPharmacy } from './pharmacy.ts';
import { given, line, resources, text } from './results-fixture.ts';

function read(type: string, segments: readonly string[]): ResourceChange[] {
  const { message, context } = given(text(type, ...segments));
  return resources(readPharmacy(message, context));
}
function one(changes: readonly ResourceChange[]): ResourceChange {
  expect(changes).toHaveLength(1);
  return changes[0] as ResourceChange;
}
const order = (change: ResourceChange): Partial<MedicationRequest> => change.resource as MedicationRequest;
const given1 = (change: ResourceChange): Partial<MedicationAdministration> =>
  change.resource as MedicationAdministration;
const statusText = (change: ResourceChange): string | undefined =>
  order(change).extension?.find(({ url }) => url === EXTENSION.statusText)?.valueString;

const ORC = line('ORC', { 1: 'NW', 2: 'M1^COSMIC', 9: '20261122070000', 12: 'SE1^Ek^Eva' });
const RXE = 'RXE||N02BE01^Paracetamol^ATC|1||g^gram|TABL^tablett';

describe('an ordered medicine', () => {
  it('shows dose, form, route, times, start and stop, indication and prescriber', () => {
    const found = one(
      read('RDE^O11^RDE_O11', [
        ORC,
        'TQ1|1||TID|0800~1400~2000|||20261122080000|20261125200000',
        `${RXE}|T^Sväljs hela${'|'.repeat(20)}SMÄRTA^Postoperativ smärta`,
        'RXR|PO^oralt',
        'NTE|1||Obs lever',
      ]),
    );
    expect(found).toMatchObject({
      part: 'medication-orders',
      key: 'MedicationRequest/M1^COSMIC/N02BE01',
      at: Date.UTC(2026, 10, 22, 7),
      state: 'final',
      mode: 'merge',
      orderNumbers: { placer: 'M1' },
    });
    expect(order(found)).toMatchObject({
      status: 'active',
      medicationCodeableConcept: {
        text: 'Paracetamol',
        coding: [{ system: 'http://www.whocc.no/atc', code: 'N02BE01' }],
      },
      authoredOn: '2026-11-22T07:00:00+01:00',
      requester: { display: 'Eva Ek' },
      reasonCode: [{ text: 'Postoperativ smärta' }],
      note: [{ text: 'Obs lever' }],
    });
    const [dosage] = order(found).dosageInstruction ?? [];
    expect(dosage?.text).toBe('1 gram, tablett, oralt, TID, kl. 08:00, 14:00, 20:00, Sväljs hela');
    expect(dosage?.doseAndRate).toEqual([{ doseQuantity: { value: 1, unit: 'gram' } }]);
    expect(dosage?.timing?.repeat).toEqual({
      frequency: 3,
      period: 1,
      periodUnit: 'd',
      timeOfDay: ['08:00:00', '14:00:00', '20:00:00'],
      boundsPeriod: { start: '2026-11-22T08:00:00+01:00', end: '2026-11-25T20:00:00+01:00' },
    });
  });

  it('as needed says so, with its most per day', () => {
    const found = one(read('RDE^O11', [ORC, 'TQ1|1||PRN', `${RXE}${'|'.repeat(13)}4^g`]));
    const [dosage] = order(found).dosageInstruction ?? [];
    expect(dosage).toMatchObject({
      text: '1 gram, tablett, vid behov, högst 4 g per dygn',
      asNeededBoolean: true,
      maxDosePerPeriod: { numerator: { value: 4, unit: 'g' } },
    });
  });

  it('in an old message has its times in ORC-7 or RXE-1', () => {
    const found = one(
      read('RDE^O01', [
        'ORC|NW|M1|||||^Q8H&0600,1400,2200^^20261122060000^20261123060000^R',
        'RXE|^twice a day^""^20261122180000^20261123180000^ROUTINE|C1^Diltiazem|120||mg^^^^120 mg / 1 capsule',
      ]),
    );
    const [dosage] = order(found).dosageInstruction ?? [];
    expect(dosage?.text).toBe('120 mg, twice a day');
    expect(dosage?.timing?.repeat?.boundsPeriod?.start).toBe('2026-11-22T18:00:00+01:00');
    expect(order(found).priority).toBe('routine');
  });

  it('with a range keeps both ends, and a dose in words stays words', () => {
    const range = one(read('RDE^O11', [ORC, 'RXE||X^Morfin|2,5|5|mg']));
    expect(order(range).dosageInstruction?.[0]).toMatchObject({
      text: '2,5–5 mg',
      doseAndRate: [{ doseRange: { low: { value: 2.5, unit: 'mg' }, high: { value: 5, unit: 'mg' } } }],
    });
    const words = one(read('RDE^O11', [ORC, 'RXE||X^Salva|tunt lager']));
    expect(order(words).dosageInstruction).toEqual([{ text: 'tunt lager' }]);
  });

  it('whose instruction repeats the dose says it once, first; a most per day never stands for the dose', () => {
    const text = (rxe: string, tq1 = 'TQ1|1'): string | undefined =>
      order(one(read('RDE^O11', [ORC, tq1, rxe, 'RXR|SC^Subkutant']))).dosageInstruction?.[0]?.text;
    expect(text('RXE||X^Klexane|4000||IE||^4000 IE kl. 20', 'TQ1|1|||2000')).toBe('4000 IE kl. 20, Subkutant');
    expect(text('RXE||X^Morfin|0.6||mg||^högst 0,6 mg i timmen')).toBe('0,6 mg, Subkutant, högst 0,6 mg i timmen');
    expect(text('RXE||X^Morfin|3||mg||^13 mg i dag')).toBe('3 mg, Subkutant, 13 mg i dag');
  });

  it('with a rate is an infusion, shown with what is in the bag', () => {
    const found = one(
      read('RDE^O11', [
        ORC,
        `RXE||X^Noradrenalin|4||mg${'|'.repeat(18)}5|ml/h`,
        'RXC|B^x|NACL^NaCl 9 mg/ml|100|ml',
        'RXC|A|NOR^Noradrenalin|4|mg',
      ]),
    );
    expect(found.part).toBe('infusions');
    const [dosage] = order(found).dosageInstruction ?? [];
    expect(dosage?.text).toBe('4 mg, takt 5 ml/h, innehåll: NaCl 9 mg/ml 100 ml + Noradrenalin 4 mg');
    expect(dosage?.doseAndRate?.[0]?.rateQuantity).toEqual({ value: 5, unit: 'ml/h' });
  });

  it('whose instruction stands both with the times and with the drug says it once', () => {
    const segments = [ORC, 'TQ1|1||BID||||||||Tas med mat', 'RXE||X^Metformin|500||mg||^Tas med mat'];
    expect(order(one(read('RDE^O11', segments))).dosageInstruction?.[0]?.text).toBe('500 mg, BID, Tas med mat');
  });

  it('whose dose is not in the message says just that', () => {
    const found = one(read('RDE^O11', [ORC, 'RXE||X^Waran']));
    expect(order(found).dosageInstruction).toEqual([{ text: 'Dosering står inte i meddelandet' }]);
  });

  it('prescribed and not yet encoded is read too (OMP)', () => {
    const found = one(read('OMP^O09^OMP_O09', [ORC, 'RXO|A^Alvedon|500||mg|TABL^tablett', 'RXR|PO^oralt']));
    expect(order(found).dosageInstruction?.[0]?.text).toBe('500 mg, tablett, oralt');
  });
});

describe('a change of a medicine order', () => {
  it.each([
    ['DC', '', 'stopped', undefined],
    ['OD', '', 'stopped', undefined],
    ['CA', '', 'cancelled', 'Makulerad av ordinatören'],
    ['OC', '', 'cancelled', undefined],
    ['HD', '', 'on-hold', undefined],
    ['RL', '', 'active', undefined],
    ['XO', '', undefined, undefined],
    ['SC', 'CM', 'completed', undefined],
    ['DC', 'IP', 'stopped', undefined],
    ['ZZ', '', 'unknown', 'Okänd status (ZZ)'],
  ])('%j with %j', (control, stated, status, words) => {
    const found = one(read('RDE^O11', [`ORC|${control}|M1|||${stated}`, 'RXE||X^Waran']));
    expect(order(found).status).toBe(status);
    expect(statusText(found)).toBe(words);
  });

  it('that only stops leaves dose and times as they were', () => {
    const found = one(read('RDE^O11', [line('ORC', { 1: 'DC', 2: 'M1', 16: 'UTSATT^Blödning' }), 'RXE||X^Waran']));
    expect(order(found).dosageInstruction).toBeUndefined();
    expect(order(found).statusReason?.text).toBe('Blödning');
  });

  it('that stops tomorrow leaves the medicine ordered until then, and says so', () => {
    const found = one(read('RDE^O11', [line('ORC', { 1: 'DC', 2: 'M1', 15: '20261123080000' }), 'RXE||X^Waran']));
    expect(order(found).status).toBeUndefined();
    expect(statusText(found)).toBe('Sätts ut 2026-11-23 kl. 08:00');
    expect(JSON.stringify(order(found).extension)).toContain(
      '"urn:reservkraft:holds-until","valueDateTime":"2026-11-23T08:00',
    );
  });

  it('that replaces points at the replaced order', () => {
    const [old, fresh] = read('RDE^O11', ['ORC|RP|M1', 'RXE||X^Waran|5||mg', 'ORC|RO|M2', 'RXE||X^Waran|2,5||mg']);
    expect(old === undefined ? null : order(old).status).toBe('stopped');
    expect(fresh === undefined ? null : order(fresh).priorPrescription?.identifier?.value).toBe('M1');
  });
});

describe('a dose (RAS)', () => {
  const rxa = (fields: Readonly<Record<number, string>>): string => line('RXA', fields);
  const BASE = { 1: '0', 2: '7', 3: '20261122080500', 5: 'N02BE01^Paracetamol^ATC', 6: '1', 7: 'g', 10: 'SE2^Ask^Ali' };

  it('given shows when, how much, by whom, how and from which batch', () => {
    const found = one(read('RAS^O17^RAS_O17', ['ORC|RE|M1', rxa({ ...BASE, 15: 'B123', 20: 'CP' }), 'RXR|PO^oralt']));
    expect(found).toMatchObject({
      part: 'doses-given',
      key: 'MedicationAdministration/M1/0/7',
      at: Date.UTC(2026, 10, 22, 7, 5),
      state: 'final',
      mode: 'replace',
      orderNumbers: { placer: 'M1' },
    });
    expect(given1(found)).toMatchObject({
      status: 'completed',
      effectiveDateTime: '2026-11-22T08:05:00+01:00',
      dosage: { text: '1 g, oralt', dose: { value: 1, unit: 'g' }, route: { text: 'oralt' } },
      performer: [{ actor: { display: 'Ali Ask' } }],
      request: { identifier: { value: 'M1' } },
      note: [{ text: 'Batch B123' }],
    });
  });

  it.each([
    ['CP', '', 'completed', undefined, 'final'],
    ['RE', 'ILLA^Illamående', 'not-done', 'Illamående', 'final'],
    ['RE', '', 'not-done', 'Patienten avböjde', 'final'],
    ['NA', '', 'not-done', 'Inte given', 'final'],
    ['PA', '', 'stopped', 'Delvis given', 'final'],
    ['', '', 'unknown', undefined, 'unknown'],
    ['XX', '', 'unknown', undefined, 'unknown'],
    ['', 'VILL^Ville inte', 'not-done', 'Ville inte', 'final'],
  ])('with completion %j and reason %j is %s, never given by default', (code, reason, status, words, state) => {
    const found = one(read('RAS^O17', ['ORC|RE|M1', rxa({ ...BASE, 18: reason, 20: code })]));
    expect(given1(found).status).toBe(status);
    expect(given1(found).statusReason?.[0]?.text).toBe(words);
    expect(found.state).toBe(state);
  });

  it('removed by its source leaves view, corrected it says so', () => {
    const removed = one(read('RAS^O17', ['ORC|RE|M1', rxa({ ...BASE, 20: 'CP', 21: 'D' })]));
    expect(removed).toMatchObject({ mode: 'withdraw', state: 'deleted', key: 'MedicationAdministration/M1/0/7' });
    expect(one(read('RAS^O17', ['ORC|RE|M1', rxa({ ...BASE, 20: 'CP', 21: 'U' })])).state).toBe('corrected');
  });

  it('of a sender that numbers none of them is never overwritten by the next', () => {
    const at = (time: string): string =>
      one(read('RAS^O17', ['ORC|RE|M1', rxa({ ...BASE, 2: '1', 3: time, 20: 'CP' })])).key;
    expect(at('20261122080500')).not.toBe(at('20261122140500'));
    expect(at('20261122080500')).toBe(at('20261122080500'));
  });

  it('given over time is an infusion with its rate', () => {
    const found = one(
      read('RAS^O17', ['ORC|RE|M1', rxa({ ...BASE, 4: '20261122100500', 6: '100', 7: 'ml', 12: 'h', 20: 'CP' })]),
    );
    expect(found.part).toBe('infusions');
    expect(given1(found)).toMatchObject({
      effectivePeriod: { start: '2026-11-22T08:05:00+01:00', end: '2026-11-22T10:05:00+01:00' },
      dosage: { text: '100 ml per h', rateQuantity: { value: 100, unit: 'ml/h' } },
    });
  });

  it('told as a rate, partially given and without an end, runs: it is never shown as broken off', () => {
    const running = one(
      read('RAS^O17', ['ORC|RE|M1', rxa({ ...BASE, 6: '7.1', 7: 'mL', 12: 'h', 20: 'PA' }), 'RXR|IV^intravenöst']),
    );
    expect(given1(running)).toMatchObject({
      status: 'in-progress',
      dosage: { text: '7,1 mL per h, intravenöst', rateQuantity: { value: 7.1, unit: 'mL/h' } },
    });
    expect(given1(running).statusReason).toBeUndefined();
    const ended = rxa({ ...BASE, 4: '20261122100500', 6: '7.1', 7: 'mL', 12: 'h', 20: 'PA' });
    expect(given1(one(read('RAS^O17', ['ORC|RE|M1', ended]))).status).toBe('stopped');
  });

  it('of several in one message is kept each', () => {
    const doses = [rxa({ ...BASE, 2: '7', 20: 'CP' }), rxa({ ...BASE, 2: '8', 20: 'RE' })];
    expect(read('RAS^O17', ['ORC|RE|M1', ...doses]).map(({ key }) => key)).toEqual([
      'MedicationAdministration/M1/0/7',
      'MedicationAdministration/M1/0/8',
    ]);
  });
});

describe('a planned give (RGV)', () => {
  const found = (): ResourceChange =>
    one(
      read('RGV^O15^RGV_O15', ['ORC|RE|M1', 'RXG|3||1^^^20261122140000|N02BE01^Paracetamol^ATC|1||g', 'RXR|PO^oralt']),
    );

  it('is an order of one occasion and never a given dose', () => {
    expect(found()).toMatchObject({ part: 'medication-orders', key: 'MedicationRequest/M1/give/3' });
    expect(order(found())).toMatchObject({ resourceType: 'MedicationRequest', intent: 'instance-order' });
    expect(order(found()).dosageInstruction?.[0]).toMatchObject({
      text: 'Planerad: 1 g, oralt',
      timing: { event: ['2026-11-22T14:00:00+01:00'] },
    });
  });

  it('whose time has passed says nothing of late, due or missed (design §5.19)', () => {
    const past = read('RGV^O15', ['ORC|RE|M1', 'RXG|3||1^^^20261101140000|X^Waran|1||g']);
    expect(JSON.stringify(past)).not.toMatch(/sen|missad|försenad|utebliven|overdue|late|missed|not-done/i);
  });
});
