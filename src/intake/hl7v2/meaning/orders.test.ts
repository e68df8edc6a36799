import type { ServiceRequest } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import type { ResourceChange } from '../../../domain/changes.ts';
import { EXTENSION } from '../../../domain/extensions.ts';
import { readOrders } from './orders.ts';
import { given, line, resources, text } from './results-fixture.ts';

const OBR = line('OBR', { 1: '1', 2: 'P1', 3: 'F1', 4: 'NPU03230^P-Kalium^NPU', 13: 'Hjärtsvikt & dyspné', 24: 'LAB' });

function read(segments: readonly string[], type = 'OML^O21^OML_O21'): ResourceChange[] {
  const { message, context } = given(text(type, ...segments));
  return resources(readOrders(message, context));
}
function one(changes: readonly ResourceChange[]): ResourceChange {
  expect(changes).toHaveLength(1);
  return changes[0] as ResourceChange;
}
const request = (change: ResourceChange | undefined): Partial<ServiceRequest> => change?.resource as ServiceRequest;
const statusText = (change: ResourceChange): string | undefined =>
  request(change).extension?.find(({ url }) => url === EXTENSION.statusText)?.valueString;

describe('a new order', () => {
  it('shows what is asked for, by whom, for when and why', () => {
    const order = one(
      read([
        'ORC|NW|P1^COSMIC||G9||||P0&COSMIC|20261122083000|||SE123^Ek^Eva',
        'TQ1|1||||||20261122120000||S',
        'OBR|1|P1^COSMIC||NPU03230^P-Kalium^NPU|||||||||Hjärtsvikt & dyspné|||||||||||LAB',
        'NTE|1||Stickrädd',
        'DG1|1||I50^Hjärtsvikt^ICD-10-SE',
        'OBX|1|NM|VIKT^Vikt||72|kg|||||F',
        'SPM|1|S77||P^Plasma',
      ]),
    );
    expect(order).toMatchObject({
      part: 'orders',
      key: 'ServiceRequest/P1^COSMIC/NPU03230',
      at: Date.UTC(2026, 10, 22, 7, 30),
      mode: 'merge',
      orderNumbers: { placer: 'P1', placerSpace: 'COSMIC', parent: 'P0', isMade: true },
    });
    expect(request(order)).toMatchObject({
      status: 'active',
      intent: 'order',
      code: { text: 'P-Kalium' },
      category: [{ coding: [{ code: 'LAB' }] }],
      priority: 'stat',
      authoredOn: '2026-11-22T08:30:00+01:00',
      occurrenceDateTime: '2026-11-22T12:00:00+01:00',
      requester: { display: 'Eva Ek' },
      requisition: { value: 'G9' },
      reasonCode: [{ text: 'Hjärtsvikt' }],
      note: [{ text: 'Hjärtsvikt & dyspné' }, { text: 'Stickrädd' }],
      specimen: [{ display: 'Plasma', identifier: { value: 'S77' } }],
    });
    expect(order.members?.map(({ key }) => key)).toEqual(['VIKT']);
  });

  it('of imaging and of diet comes in the old general message', () => {
    const imaging = one(read(['ORC|NW|R1', line('OBR', { 2: 'R1', 4: 'DT^DT buk', 24: 'RAD' })], 'ORM^O01'));
    expect(request(imaging)).toMatchObject({ code: { text: 'DT buk' }, category: [{ coding: [{ code: 'RAD' }] }] });
    const diet = one(read(['ORC|NW|D1', 'ODS|D||FAST^Fastande~VATTEN^Klara drycker|Från midnatt'], 'ORM^O01'));
    expect(request(diet)).toMatchObject({
      code: { text: 'Fastande, Klara drycker' },
      category: [{ text: 'Kost' }],
      note: [{ text: 'Från midnatt' }],
    });
  });

  it('that shares its number with other tests of the referral is an order of its own', () => {
    const keys = read(['ORC|NW|P1', 'OBR|1|P1||HB^B-Hb', 'ORC|NW|P1', 'OBR|2|P1||CRP^P-CRP']).map(({ key }) => key);
    expect(keys).toEqual(['ServiceRequest/P1/HB', 'ServiceRequest/P1/CRP']);
  });

  it('with several OBR under one ORC loses none of them', () => {
    expect(read(['ORC|NW|P1', 'OBR|1|P1||HB^B-Hb', 'OBR|2|P2||CRP^P-CRP']).map(({ key }) => key)).toEqual([
      'ServiceRequest/P1/HB',
      'ServiceRequest/P2/CRP',
    ]);
  });
});

describe('order control with order status (ORC-1 with ORC-5, knowledge c3.14)', () => {
  it.each([
    ['NW', '', 'active', undefined],
    ['SN', '', 'active', undefined],
    ['OK', '', 'active', undefined],
    ['RO', '', 'active', undefined],
    ['CH', '', 'active', undefined],
    ['PA', '', 'active', undefined],
    ['NA', '', undefined, undefined],
    ['XO', '', undefined, undefined],
    ['XX', '', undefined, undefined],
    ['CA', '', undefined, 'Makulering begärd'],
    ['CA', 'IP', 'active', 'Makulering begärd'],
    ['CA', 'CA', 'revoked', undefined],
    ['OC', '', 'revoked', undefined],
    ['CR', '', 'revoked', undefined],
    ['UC', '', undefined, 'Makulering nekad'],
    ['DC', '', 'revoked', undefined],
    ['OD', '', 'revoked', undefined],
    ['DR', '', 'revoked', undefined],
    ['HD', '', 'on-hold', undefined],
    ['OH', '', 'on-hold', undefined],
    ['HR', '', 'on-hold', undefined],
    ['HD', 'IP', 'on-hold', undefined],
    ['RL', '', 'active', undefined],
    ['OE', '', 'active', undefined],
    ['RP', '', 'revoked', 'Ersätts av ny beställning'],
    ['RU', 'RP', 'revoked', 'Ersatt av ny beställning'],
    ['SC', '', undefined, undefined],
    ['SC', 'CM', 'completed', undefined],
    ['SC', 'IP', 'active', undefined],
    ['SC', 'HD', 'on-hold', undefined],
    ['SC', 'DC', 'revoked', undefined],
    ['RE', 'CM', 'completed', undefined],
    ['NW', 'HD', 'on-hold', undefined],
    ['UA', '', 'unknown', 'Mottagaren kunde inte ta emot beställningen'],
    ['SC', 'ER', 'unknown', 'Beställningen finns inte hos mottagaren'],
    ['QQ', '', 'unknown', 'Okänd status (QQ)'],
    ['NW', 'väntar', 'unknown', 'Okänd status (VÄNTAR)'],
    ['', '', 'unknown', 'Okänd status (saknas)'],
    ['', 'CM', 'completed', undefined],
  ])('%j with %j', (control, stated, status, words) => {
    const order = one(read([`ORC|${control}|P1|F1||${stated}`, OBR]));
    expect(request(order).status).toBe(status);
    expect(statusText(order)).toBe(words);
    expect(order.state).toBe(status === 'unknown' ? 'unknown' : 'final');
  });

  it('nobody knows is told to IT, without the order being hidden', () => {
    const { message, context, alarms } = given(text('OML^O21', 'ORC|QQ|P1', OBR));
    expect(readOrders(message, context)).toHaveLength(1);
    expect(alarms).toEqual([{ code: 'unknown-code', detail: 'ORC-1' }]);
  });

  it('changes nothing it does not name: a status alone leaves times, code and notes', () => {
    const order = one(read([line('ORC', { 1: 'SC', 2: 'P1', 3: 'F1', 5: 'CM', 9: '20261122090000' })]));
    expect(Object.keys(order.resource).sort()).toEqual(['extension', 'identifier', 'intent', 'resourceType', 'status']);
  });

  it('that only asks for a status is no word about the order', () => {
    expect(read(['ORC|SS|P1', OBR])).toEqual([]);
  });
});

describe('an order and its changes', () => {
  it("find each other by the placer's number, and by the filler's where only that is known", () => {
    const [ordered] = read(['ORC|NW|P1', 'OBR|1|P1||HB^B-Hb']);
    const [numbered] = read(['ORC|NA|P1|F1', 'OBR|1|P1|F1|HB^B-Hb']);
    const [changed] = read(['ORC|XX||F1', 'OBR|1||F1|HB^B-Hb']);
    expect(numbered?.key).toBe(ordered?.key);
    expect(numbered?.orderNumbers).toEqual({ placer: 'P1', filler: 'F1' });
    // An entry of its own: the chart joins it by the number both carry.
    expect([changed?.key, changed?.orderNumbers]).toEqual(['ServiceRequest/filler:F1/HB', { filler: 'F1' }]);
  });

  it('a replacement points at what it replaces, and the replaced one says so', () => {
    const [old, fresh] = read(['ORC|RP|P1', 'OBR|1|P1||DT^DT buk', 'ORC|RO|P2', 'OBR|2|P2||MR^MR buk']);
    expect(statusText(old as ResourceChange)).toBe('Ersätts av ny beställning');
    expect(request(fresh)).toMatchObject({ status: 'active', replaces: [{ identifier: { value: 'P1' } }] });
  });

  it('a child points at its parent', () => {
    const child = one(read([line('ORC', { 1: 'CH', 2: 'P3', 8: 'P2&COSMIC^F2&LIS' }), 'OBR|1|P3||HB^B-Hb']));
    expect(child.orderNumbers?.parent).toBe('F2');
    expect(request(child).intent).toBe('instance-order');
  });

  it('is the same again when the message comes once more', () => {
    const segments = [line('ORC', { 1: 'NW', 2: 'P1', 9: '20261122083000' }), OBR];
    expect(read(segments)).toEqual(read(segments));
  });
});

describe('results of earlier orders sent along', () => {
  it('stay with the order and are no orders themselves', () => {
    const order = one(
      read(['ORC|NW|P1', 'OBR|1|P1||HB^B-Hb', 'ORC|PR|P0', 'OBR|1|P0||HB^B-Hb', 'OBX|1|NM|HB^B-Hb||98|g/L|||||F']),
    );
    expect(order.members?.map(({ key }) => key)).toEqual(['prior/HB']);
  });

  it('under another identity never come into this chart', () => {
    const order = one(
      read([
        'ORC|NW|P1',
        'OBR|1|P1||HB^B-Hb',
        'PID|2||195009072553^^^SKV',
        'ORC|PR|P0',
        'OBR|1|P0||HB^B-Hb',
        'OBX|1|NM|HB^B-Hb||98|g/L|||||F',
      ]),
    );
    expect(order.members).toEqual([]);
  });
});

describe('specimen-centred orders (OML O33)', () => {
  it('carry the specimen that stands before them', () => {
    const order = one(read(['SPM|1|S5||BLOD^Blod', 'ORC|NW|P1', 'OBR|1|P1||HB^B-Hb'], 'OML^O33^OML_O33'));
    expect(request(order).specimen).toEqual([{ display: 'Blod', identifier: { value: 'S5' } }]);
  });
});

describe('a medicine ordered in the general message', () => {
  it('is a medicine order', () => {
    const order = one(read(['ORC|NW|M1', 'RXO|N02BE01^Paracetamol^ATC|1||g', 'RXR|PO^oralt'], 'ORM^O01'));
    expect(order).toMatchObject({ part: 'medication-orders', key: 'MedicationRequest/M1/N02BE01' });
  });
});
