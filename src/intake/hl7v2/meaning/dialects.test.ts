// What senders write that the standard does not have, and what each habit must never become: another unit, another place,
// another patient, a medicine less. Each test is a message that was once read wrongly.

import { describe, expect, test } from 'vitest';
import type { ResourceChange } from '../../../domain/changes.ts';
import { header, KARIN, of, only, pid, pv1, read, YUSUF } from './adt-fixture.ts';

const REPORT = 'OBR|1|P1|F1|B^Blodstatus^L|||20261122080000|||||||||||||||||F';
const resources = (...segments: string[]): ResourceChange[] => of(read(segments), 'resource');
const result = (...segments: string[]): ResourceChange =>
  only(read([header('ORU^R01'), pid(KARIN), ...segments]), 'resource');
const membersOf = (change: ResourceChange) => change.members ?? [];
const elementOf = (resource: unknown, name: string): unknown => (resource as Record<string, unknown>)[name];

describe('blanks that fill out a field', () => {
  const reading = read([
    header('ADT^A01'),
    'EVN |A01|20261122105900',
    ` PID|1|| ${KARIN} ^^^ SKV || Lind ^ Karin ||18900101 | F `,
    'PV1 |1| I | KIR2 ^ 3 ^ 1 ||||||||||||||||V1 ',
  ]);

  test('change neither who somebody is, nor the sex, nor the name', () => {
    const { subject, elements } = only(reading, 'person');
    expect(subject.id).toBe(KARIN);
    expect(elements).toMatchObject({ gender: 'female', birthDate: '1890-01-01' });
    expect(elements.name).toMatchObject([{ family: 'Lind', given: ['Karin'] }]);
    expect(reading.alarms).toEqual([]);
  });

  test('make no ward of their own', () => {
    expect(only(reading, 'stay').fields).toMatchObject({ class: 'inpatient', unit: 'KIR2', room: '3', bed: '1' });
  });

  test('alone say nothing: what is known of the sex stands', () => {
    const { elements } = only(read([header('ADT^A31'), `PID|1||${KARIN}^^^SKV||Lind^Karin||18900101|  `]), 'person');
    expect(elements).not.toHaveProperty('gender');
  });
});

describe('segments in another place than the standard’s', () => {
  test('a PV1 before the PID still says where the patient lies', () => {
    const stay = only(read([header('ADT^A01'), 'EVN|A01|20261122105900', pv1('KIR2^3^1'), pid(KARIN)]), 'stay');
    expect(stay.visit?.id).toBe('V1');
    expect(stay.fields).toMatchObject({ unit: 'KIR2', bed: '1' });
  });

  test('of two patients each keeps only what follows the own PID', () => {
    const swap = [header('ADT^A17'), pv1('FEL^9^9'), pid(KARIN), pv1('KIR2^1^1'), pid(YUSUF), pv1('KIR2^1^2', 'V2')];
    expect(of(read(swap), 'stay').map(({ subject, fields }) => [subject.id, fields.bed])).toEqual([
      [KARIN, '1'],
      [YUSUF, '2'],
    ]);
  });

  test('a note about an order stands with the report that follows, never with the value before', () => {
    const [first, second] = resources(
      header('ORU^R01'),
      pid(KARIN),
      REPORT,
      'OBX|1|NM|K^Kalium||4.1|mmol/L|||||F',
      'ORC|RE|P2|F2',
      'NTE|1||Provet taget under infusion',
      'OBR|2|P2|F2|G^Glukos^L|||20261122080000',
      'OBX|1|NM|G^Glukos||9|mmol/L|||||F',
    );
    expect(JSON.stringify(first)).not.toContain('infusion');
    expect(elementOf(second?.resource, 'conclusion')).toBe('Provet taget under infusion');
  });

  test('a note about an earlier order’s results stands nowhere among the new order’s own', () => {
    const [order] = resources(
      header('ORM^O01'),
      pid(KARIN),
      'ORC|NW|P1',
      'OBR|1|P1||K^Kalium^L',
      'NTE|1||Fastande',
      'ORC|PR|P0',
      'NTE|1||Gammal anmärkning',
    );
    expect(JSON.stringify(order?.resource)).toContain('Fastande');
    expect(JSON.stringify(order?.resource)).not.toContain('Gammal');
  });
});

describe('units with a power of ten, not escaped', () => {
  test.each([
    ['10^9/L', '10^9/L'],
    ['x10^9/L', 'x10^9/L'],
    ['10^12/L^^L', '10^12/L'],
    ['K/uL^10^3/uL', '10^3/uL'],
    ['10\\S\\9/L', '10^9/L'],
    ['10*9/L', '10*9/L'],
    ['10', '10'],
    ['g/10 g', 'g/10 g'],
  ])('%s is shown as %s', (written, shown) => {
    const [member] = membersOf(result(REPORT, `OBX|1|NM|LPK^Leukocyter||7.5|${written}|3.5-8.8||||F`));
    expect(elementOf(member?.resource, 'valueQuantity')).toMatchObject({ value: 7.5, unit: shown });
  });

  test('a dose in millions of units is a dose in millions', () => {
    const [order] = resources(
      header('RDE^O11'),
      pid(KARIN),
      'ORC|NW|1',
      'RXE||PC^Bensylpenicillin|3||10^6 IE',
      'RXR|IV',
    );
    expect(elementOf(order?.resource, 'dosageInstruction')).toMatchObject([
      { text: '3 10^6 IE, IV', doseAndRate: [{ doseQuantity: { value: 3, unit: '10^6 IE' } }] },
    ]);
  });
});

describe('several of what the standard has one of', () => {
  const drugs = (changes: readonly ResourceChange[]): unknown[] =>
    changes.map(({ resource }) => elementOf(elementOf(resource, 'medicationCodeableConcept'), 'text'));

  test('two medicines under one ORC are two medicines', () => {
    const found = resources(
      header('RDE^O11'),
      pid(KARIN),
      'ORC|NW|77',
      'RXE||A1^Alvedon|500||mg',
      'RXR|PO',
      'RXE||B1^Bisoprolol|5||mg',
      'RXR|PO',
    );
    expect(drugs(found)).toEqual(['Alvedon', 'Bisoprolol']);
    expect(new Set(found.map(({ key }) => key)).size).toBe(2);
  });

  test('as prescribed, too', () => {
    const found = resources(header('ORM^O01'), pid(KARIN), 'ORC|NW|77', 'RXO|A1^Alvedon|1', 'RXO|B1^Bisoprolol|1');
    expect(drugs(found)).toEqual(['Alvedon', 'Bisoprolol']);
  });

  test('a medicine as asked for and as encoded is still one', () => {
    const found = resources(header('RDE^O11'), pid(KARIN), 'ORC|NW|77', 'RXO|A1^Alvedon|1', 'RXE||A1^Alvedon|500||mg');
    expect(drugs(found)).toEqual(['Alvedon']);
  });

  const content = (change: ResourceChange): string => {
    const [first] = elementOf(change.resource, 'content') as { attachment: { data: string } }[];
    return Buffer.from(first?.attachment.data ?? '', 'base64').toString();
  };

  test('two documents in one message keep their own text, each with its own patient', () => {
    const found = resources(
      header('MDM^T02'),
      pid(KARIN),
      'TXA|1|DS|TX|20261122||||||||D1|||||AU',
      'OBX|1|TX|A||Om Karin',
      pid(YUSUF, '||Omar^Yusuf'),
      'TXA|1|DS|TX|20261122||||||||D2|||||AU',
      'OBX|1|TX|A||Om Yusuf',
    );
    expect(found.map((change) => [change.subject.id, change.key, content(change)])).toEqual([
      [KARIN, 'DocumentReference/D1', 'Om Karin'],
      [YUSUF, 'DocumentReference/D2', 'Om Yusuf'],
    ]);
  });

  test('two bookings in one message are not each other’s', () => {
    const found = resources(
      header('SIU^S12'),
      'SCH||S1||||||||^^^20261201080000',
      pid(KARIN),
      'AIL|1||OP1',
      'SCH||S2||||||||^^^20261202080000',
      pid(YUSUF, '||Omar^Yusuf'),
      'AIL|1||OP2',
    );
    expect(found.map(({ subject, key }) => [subject.id, key])).toEqual([
      [KARIN, 'Appointment/S1'],
      [YUSUF, 'Appointment/S2'],
    ]);
    expect(JSON.stringify(found[0])).not.toContain('OP2');
  });
});

describe('a message that says nothing of what its kind promises', () => {
  test.each([['ORU^R01'], ['ORM^O01'], ['RDE^O11'], ['RAS^O17'], ['MDM^T01']])(
    '%s with a patient only: the person is updated and IT is told',
    (type) => {
      const reading = read([header(type), pid(KARIN)]);
      expect(reading.outcome).toBe('understood');
      expect(reading.changes.map(({ kind }) => kind)).toEqual(['person']);
      expect(reading.alarms).toEqual([{ code: 'other', detail: `${type} says nothing but whom it is about` }]);
    },
  );

  test('a text without its document, or resources without their booking, is set aside, never lost in silence', () => {
    expect(read([header('MDM^T02'), pid(KARIN), 'OBX|1|TX|A||Text']).outcome).toBe('set-aside');
    expect(read([header('SIU^S12'), pid(KARIN), 'AIL|1||OP1']).outcome).toBe('set-aside');
  });

  test('a move to a place of nothing but marks moves nobody', () => {
    expect(read([header('ADT^A02'), pid(KARIN), pv1('^^')]).reason).toBe('move without a place (PV1-3)');
  });
});

describe('the names of messages', () => {
  test.each([
    ['RAS^O01', 'doses-given', 'RXA|0|1|20261122080000||A1^Alvedon|500|mg|||||||||||||CP'],
    ['RAS', 'doses-given', 'RXA|0|1|20261122080000||A1^Alvedon|500|mg|||||||||||||CP'],
    ['RGV^O01', 'medication-orders', 'RXG|1|1|^^^202611220800|A1^Alvedon|500||mg'],
  ])('%s of versions before 2.4 is read', (type, part, segment) => {
    const [change] = resources(header(type), pid(KARIN), 'ORC|RE|1', segment);
    expect(change?.part).toBe(part);
  });

  test.each([['ADT^ADT_A01'], ['ADT^A1'], ['ADT^'], ['adt^a08^ADT_A01']])('%s: the event stands in EVN', (type) => {
    const reading = read([header(type), 'EVN|A08|20261122105900', pid(KARIN), pv1('KIR2^3^1')]);
    expect(reading.type).toBe('ADT^A08');
  });

  test('a header in small letters is a header', () => {
    expect(read([header('ADT^A01').replace('MSH', 'msh'), pid(KARIN), pv1('KIR2^3^1')]).outcome).toBe('understood');
  });
});

describe('times in other forms', () => {
  test.each([
    ['2026-11', '2026-11'],
    ['2026-1100', '2026'],
    ['20261122T071500Z', '2026-11-22T07:15:00+00:00'],
    ['20261122T0815', '2026-11-22T08:15:00+01:00'],
    ['20261122081500+01:00', '2026-11-22T08:15:00+01:00'],
    ['20261122 08:15:30 +0100', '2026-11-22T08:15:30+01:00'],
    ['2026/11/22 08:15', '2026-11-22T08:15:00+01:00'],
    ['2026.11.22', '2026-11-22'],
    ['20261122081530.1234567890123', '2026-11-22T08:15:30.1234567890123+01:00'],
    ['20261122-0815', '2026-11-22'],
  ])('%s is %s', (written, fhir) => {
    const change = result(`OBR|1|P1|F1|B^Blod^L|||${written}`, 'OBX|1|NM|K^Kalium||4.1|mmol/L|||||F');
    expect(elementOf(change.resource, 'effectiveDateTime')).toBe(fhir);
  });

  test.each([['11/22/2026 08:15'], ['22-11-2026'], ['20261122240000'], ['2026-13'], ['2026112'], ['26-11-22']])(
    '%s could be another time, and is none',
    (written) => {
      const reading = read([header('ORU^R01'), pid(KARIN), `OBR|1|P1|F1|B^Blod^L|||${written}`]);
      expect(reading.alarms).toEqual([{ code: 'time-unreadable', detail: 'OBR-7' }]);
      expect(only(reading, 'resource').resource).not.toHaveProperty('effectiveDateTime');
    },
  );
});

describe('values and words', () => {
  test.each([['^'], ['^^^'], ['~'], [' '], ['""^""'], ['&']])(
    'an answer of marks alone (%s) has no value',
    (written) => {
      const [member] = membersOf(result(REPORT, `OBX|1|CWE|K^Kalium||${written}||||||F`));
      expect(member?.resource).toHaveProperty('dataAbsentReason');
      expect(JSON.stringify(member?.resource)).not.toContain('valueString');
    },
  );

  test('a status written as a coded element is the status', () => {
    const change = result(`${REPORT}^Final^HL70123`, 'OBX|1|NM|K^Kalium||4.1|mmol/L||h|||F^Final^HL70085');
    const [member] = membersOf(change);
    expect([change.state, member?.state]).toEqual(['final', 'final']);
    expect(elementOf(member?.resource, 'interpretation')).toMatchObject([{ coding: [{ code: 'H' }] }]);
  });

  test('a reaction in words, with or without its code, is told', () => {
    const [allergy] = resources(
      header('ADT^A01'),
      pid(KARIN),
      pv1('KIR2^3^1'),
      'AL1|1|DA|PC^Penicillin|SV|^utslag~AN^Andnöd',
    );
    expect(elementOf(allergy?.resource, 'reaction')).toMatchObject([
      { manifestation: [{ text: 'utslag' }, { text: 'Andnöd' }] },
    ]);
  });

  test('a PDF sent as nothing but its data is a document to open', () => {
    const [member] = membersOf(result(REPORT, 'OBX|1|ED|SVAR^Svar||JVBERi0xLjQKJQ==||||||F'));
    expect(elementOf(member?.resource, 'valueString')).toBe('Bilaga (application/pdf)');
  });

  test('a file that was announced and did not come is told as missing, not as marks', () => {
    const [member] = membersOf(result(REPORT, 'OBX|1|ED|SVAR^Svar||^application^pdf^Base64^||||||F'));
    expect(elementOf(member?.resource, 'valueString')).toBe('Bilaga utan innehåll (application pdf)');
  });

  test.each([
    ['1', 'male'],
    ['2', 'female'],
    ['Kvinna', 'female'],
    ['MALE', 'male'],
    ['f', 'female'],
    ['X', 'other'],
  ])('the sex %s is %s', (written, gender) => {
    const { elements } = only(
      read([header('ADT^A31'), `PID|1||${KARIN}^^^SKV||Lind^Karin||18900101|${written}`]),
      'person',
    );
    expect(elements.gender).toBe(gender);
  });
});

describe('numbers that are nobody’s', () => {
  test.each([['NULL'], ['null'], ['?'], ['-'], ['*'], ['0'], ['000'], ['-0-'], ['XXX'], ['Missing'], ['9999999999']])(
    '%s is shared by strangers, and tells no patient',
    (number) => {
      expect(read([header('ADT^A08'), `PID|1||${number}||Lind^Karin`, pv1('KIR2^3^1')]).reason).toBe(
        'no usable patient identifier',
      );
    },
  );

  test.each([['1'], ['100'], ['A'], ['X1'], ['N0'], [`LOKAL-${'7'.repeat(200)}`]])('%s may be somebody’s', (number) => {
    expect(only(read([header('ADT^A08'), `PID|1||${number}||Lind^Karin`, pv1('KIR2^3^1')]), 'person').subject.id).toBe(
      number,
    );
  });
});

describe('messages that are not whole, or more than one', () => {
  test('with the next message’s header in the middle of a line nobody is changed', () => {
    const first = [header('ADT^A08'), `PID|1||4711`].join('\r');
    const both = `${first}${[header('ADT^A08'), pid(YUSUF)].join('\r')}`;
    expect(read([both])).toMatchObject({ outcome: 'set-aside', reason: 'two messages in one', changes: [] });
  });

  test('with a text that goes on in another message (ADD, DSC) half of it is never shown as the whole', () => {
    const whole = [header('ORU^R01'), pid(KARIN), REPORT, 'OBX|1|TX|A||Ingen blödning sågs vid'];
    for (const rest of ['ADD| första granskningen', 'DSC|4711|F']) {
      expect(read([...whole, rest]).outcome).toBe('set-aside');
    }
    expect(read([...whole, 'DSC|']).outcome).toBe('understood');
  });
});
