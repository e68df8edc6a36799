import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../domain/changes.ts';
import { sameIdentity } from '../../../domain/identity.ts';
import { splitFrame } from '../split.ts';
import {
  ARRIVAL_MS,
  event,
  header,
  JOURNAL,
  KARIN,
  of,
  PERSONNUMMER_OID,
  pid,
  pv1,
  read,
  withDialect,
  YUSUF,
} from './adt-fixture.ts';
import { interpretHl7v2 } from './interpret.ts';

const karin = { domain: PERSONNUMMER_OID, id: KARIN };

const readBytes = (raw: Uint8Array): Reading =>
  interpretHl7v2(
    { seq: 1, source: JOURNAL.id, format: 'hl7v2', arrival: { wallMs: ARRIVAL_MS, boot: 'test', monotonicMs: 0 }, raw },
    JOURNAL,
  );

describe('what kind of message it is', () => {
  const typed = (msh9: string, evn = '') =>
    read([header(msh9), evn === '' ? 'EVN|' : `EVN|${evn}`, pid(KARIN), pv1('KIR2')]);

  it.each([
    ['ADT^A08', ''],
    ['ADT^A08^ADT_A01', ''],
    ['ADT_A08', ''],
    ['adt^a08', ''],
    ['ADT', 'A08'],
    [' ADT ^A08', ''],
  ])('%s is an update however the version writes it', (msh9, evn) => {
    expect(typed(msh9, evn)).toMatchObject({ outcome: 'understood', type: 'ADT^A08' });
  });

  it.each([
    ['', 'MSH-9 names no message type', 'unknown'],
    ['^A08', 'MSH-9 names no message type', 'unknown'],
    ['""', 'MSH-9 names no message type', 'unknown'],
    ['Karin Lind', 'MSH-9 names no message type', 'unknown'],
    ['ADT', 'ADT without a trigger event', 'ADT'],
    ['ADT^Lind', 'ADT without a trigger event', 'ADT'],
  ])('%s is set aside, and what the sender wrote there is shown nowhere', (msh9, reason, type) => {
    const reading = typed(msh9);
    expect(reading).toMatchObject({ outcome: 'set-aside', reason, type, changes: [] });
  });

  it.each(['VXU^V04', 'RDS^O13', 'DFT^P03', 'BAR^P12', 'MFN^M02', 'ACK', 'QRY^A19', 'ORU^Z99', 'ZZZ^Z01', 'PPR^PC1'])(
    '%s is kept as unread, with whom it is about',
    (type) => {
      expect(typed(type)).toMatchObject({ outcome: 'unread', changes: [], subjects: [karin] });
    },
  );

  it('the lines around a batch say nothing of a patient', () => {
    for (const line of ['FHS|^~\\&|A', 'BHS|^~\\&|A', 'BTS|2', 'FTS|1']) {
      expect(read([line])).toMatchObject({ outcome: 'understood', type: line.slice(0, 3), changes: [], alarms: [] });
    }
  });

  it('a heartbeat is understood, and says nothing of anybody', () => {
    expect(read([header('NMD^N02^NMD_N02'), 'NCK|20261122105900'])).toMatchObject({
      outcome: 'understood',
      changes: [],
    });
  });

  it('what does not begin with MSH, or holds two messages, is set aside', () => {
    expect(read(['hello'])).toMatchObject({ outcome: 'set-aside', reason: 'does not begin with an MSH segment' });
    expect(read([])).toMatchObject({ outcome: 'set-aside' });
    expect(read([...event('A08'), header('ADT^A08'), pid(YUSUF)])).toMatchObject({
      outcome: 'set-aside',
      reason: 'two messages in one',
    });
  });

  it('a test message is set aside where only production is accepted (MSH-11)', () => {
    const production = withDialect({ processingIdsAccepted: ['P'] });
    const test = event('A08').map((line) => line.replace('|P|2.5|', '|T|2.5|'));
    expect(read(test, production)).toMatchObject({
      outcome: 'set-aside',
      reason: 'processing id (MSH-11) not accepted',
      changes: [],
    });
    expect(read(test).outcome).toBe('understood');
    expect(read(event('A08'), production).outcome).toBe('understood');
  });
});

describe('c3.10 charset, as far as the reading tells it', () => {
  it('a sender whose letters are not what it declares raises an alarm, and the letters are right', () => {
    const latin = Buffer.from(event('A31').join('\r').replace('Lind', 'Öberg'), 'latin1');
    const reading = readBytes(latin);
    expect(reading.alarms.map(({ code }) => code)).toContain('charset-mismatch');
    expect(of(reading, 'person')[0]?.elements.name?.[0]?.family).toBe('Öberg');
  });
});

describe('messages of other kinds that carry PID and PV1', () => {
  const result = (patient: string, visit: string) => [
    header('ORU^R01'),
    patient,
    visit,
    'OBR|1|P1|F1|NPU19748^P-CRP^NPU|||20261122100000',
    'OBX|1|NM|NPU19748^P-CRP^NPU||12|mg/L|||||F',
  ];

  it('tell the person and the place, and never that somebody comes or goes', () => {
    const reading = read(result(pid(KARIN), `${pv1('KIR2^1^2')}|||||||||||||||||||||||||20261101|20261120`));
    expect(reading.outcome).toBe('understood');
    const [stay] = of(reading, 'stay');
    expect(stay).toMatchObject({ action: 'update', fields: { unit: 'KIR2', bed: '2' } });
    expect(stay?.fields).not.toHaveProperty('admittedAt');
    expect(stay?.fields).not.toHaveProperty('dischargedAt');
    expect(of(reading, 'resource')).toMatchObject([{ subject: karin, part: 'results' }]);
  });

  it('without visit and place say nothing of a stay', () => {
    expect(of(read(result(pid(KARIN), 'PV1|1|O')), 'stay')).toEqual([]);
  });

  it('are set aside whole when one of their patients can’t be told', () => {
    const broken = [...result(pid(KARIN), 'PV1|1|O'), pid(''), 'OBR|1|P2|F2|X', 'OBX|1|NM|X||3'];
    expect(read(broken)).toMatchObject({
      outcome: 'set-aside',
      reason: 'no usable patient identifier',
      changes: [],
      subjects: [karin],
    });
    expect(read(broken)).not.toHaveProperty('isOfSubjects');
    expect(read(result('', '')).reason).toBe('no PID');
  });
});

/** A message with one of everything the readers look at. */
const RICH = [
  ...event(
    'A01',
    'PD1||||SE77^Dahl^Per||||||||N',
    'NK1|1|Lind^Eva|^dotter||^PRN^CP^^^^070111',
    `${pv1('KIR2^12^2^SJH')}|||||||||||||||||||||||||20261122103000`,
    'PV2|||K35^Akut appendicit^ICD-10-SE||||||20261125',
    'AL1|1|DA|J01CE02^Fenoximetylpenicillin^ATC|SV|Utslag',
    'DG1|1||K35^Akut appendicit^ICD-10-SE||20261122|A',
    'OBX|1|NM|8867-4^Puls^LN||72|/min|||||F|||20261122100000',
  ),
];
const SEEDS = [
  RICH,
  [...event('A17', pv1('KIR2^1^1')), pid(YUSUF), pv1('KIR2^1^2')],
  event('A40', `MRG|${YUSUF}^^^SKV~4711^^^SJH`),
  event('A45', `MRG|${YUSUF}||||V1`, pv1('KIR2')),
].map((segments) => segments.join('\r'));

const FRAGMENTS = [
  '|',
  '^',
  '~',
  '&',
  '\\',
  '\r',
  '\n',
  '""',
  '\\X',
  'PID|',
  'MRG|',
  'MSH|',
  '\\E\\',
  '\0',
  '😀',
  '__proto__',
  'constructor',
  '20261025023000',
  '-',
  '9',
];

describe('whatever comes', () => {
  it('words that a program has a meaning for are words like any other', () => {
    for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const text = RICH.join('\r').replaceAll(/(?<=[|^])(DA|SV|PRN|CP|SKV|KIR2|I|L|F|ATC)(?=[|^\r])/g, word);
      const reading = readBytes(Buffer.from(`${text}\r${word}|1\rROL|1|AD|${word}|SE1^A^B`));
      expect(reading.outcome).toBe('understood');
      expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
    }
  });

  it('2,000 mutated messages: nothing throws, no fault of ours, and whatever is understood is about a patient it names', () => {
    const edit = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 12 }),
      put: fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 6 })),
    });
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), fc.array(edit, { minLength: 1, maxLength: 8 }), (seed, edits) => {
        let text = seed;
        for (const { at, cut, put } of edits) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + put + text.slice(from + cut);
        }
        const reading = readBytes(Buffer.from(text));
        expect(reading.reason ?? '').not.toContain('the reader failed');
        expect(Number.isFinite(reading.eventAt)).toBe(true);
        expect(reading.eventAt).toBeLessThanOrEqual(ARRIVAL_MS + 300_000);
        if (reading.outcome !== 'understood') expect(reading.changes).toEqual([]);
        for (const change of reading.changes) {
          if (change.kind !== 'person' && change.kind !== 'stay' && change.kind !== 'resource') continue;
          // Letters and digits of the number stand in the message: no reader makes one up.
          for (const part of change.subject.id.split(/[^0-9A-Za-z]+/))
            expect(text.toUpperCase()).toContain(part.toUpperCase().slice(0, 8));
        }
        JSON.stringify(reading);
      }),
      { numRuns: 2_000, seed: 20261122 },
    );
  });

  it('any bytes at all are read without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, asMessage) => {
        const raw = asMessage ? Buffer.concat([Buffer.from('MSH|^~\\&|'), Buffer.from(bytes)]) : bytes;
        expect(readBytes(raw).changes).toBeInstanceOf(Array);
      }),
      { numRuns: 1_000, seed: 20261122 },
    );
  });

  it('the same bytes give the same reading', () => {
    for (const seed of SEEDS) expect(readBytes(Buffer.from(seed))).toEqual(readBytes(Buffer.from(seed)));
  });

  it('no reason, type or alarm ever repeats what a patient is called or numbered', () => {
    for (const seed of SEEDS) {
      for (const text of [
        seed,
        seed.replaceAll(KARIN, '9001019802'),
        seed.replace('ADT^', 'Lind^'),
        seed.replaceAll('2026', 'Lind'),
      ]) {
        const { reason, type, alarms } = readBytes(Buffer.from(text));
        expect(JSON.stringify([reason, type, alarms])).not.toMatch(/Lind|189001|900101|4711/);
      }
    }
  });
});

const DATA = join(import.meta.dirname, '../../../../../shared/data');

/** Every message of every HL7 v2 file of other people's collections. */
function* collected(): Generator<{ readonly file: string; readonly bytes: Uint8Array }> {
  const files = readdirSync(DATA, { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files) {
    if (!file.startsWith('hl7v2-') || !/\.(hl7|txt)$/.test(file) || !statSync(join(DATA, file)).isFile()) continue;
    for (const slice of splitFrame(readFileSync(join(DATA, file))).slices) yield { file, bytes: slice.bytes };
  }
}

describe.skipIf(!existsSync(DATA))('other people’s messages (../shared/data; skipped where it is not there)', () => {
  it('are all read; what is set aside has no patient number, no message type, or two patients where one is meant', () => {
    const table = new Map<string, number>();
    for (const { bytes } of collected()) {
      const { outcome, type, reason } = readBytes(bytes);
      const row = reason === undefined ? `${outcome} ${type}` : `${outcome} ${type}: ${reason}`;
      table.set(row, (table.get(row) ?? 0) + 1);
    }
    expect(
      [...table]
        .map(([row, count]) => `${count} ${row}`)
        .sort((a, b) => a.slice(a.indexOf(' ')).localeCompare(b.slice(b.indexOf(' ')))),
    ).toMatchInlineSnapshot(`
      [
        "3 set-aside ADT^A01: no PID",
        "1 set-aside ADT^A01: no usable patient identifier",
        "1 set-aside ADT^A28: no usable patient identifier",
        "4 set-aside OML^O21: no usable patient identifier",
        "1 set-aside ORM^O01: no usable patient identifier",
        "22 set-aside ORU^R01: no PID",
        "100 set-aside ORU^R01: no usable patient identifier",
        "2 set-aside OUL^R22: no usable patient identifier",
        "1 set-aside OUL^R24: no usable patient identifier",
        "1 set-aside unknown: does not begin with an MSH segment",
        "3 set-aside unknown: MSH-9 names no message type",
        "34 understood ADT^A01",
        "1 understood ADT^A02",
        "1 understood ADT^A03",
        "5 understood ADT^A04",
        "2 understood ADT^A05",
        "4 understood ADT^A08",
        "1 understood ADT^A09",
        "1 understood ADT^A10",
        "1 understood ADT^A11",
        "2 understood ADT^A13",
        "1 understood ADT^A14",
        "2 understood ADT^A15",
        "1 understood ADT^A18",
        "1 understood ADT^A24",
        "2 understood ADT^A31",
        "1 understood ADT^A34",
        "3 understood ADT^A40",
        "1 understood ADT^A41",
        "1 understood ADT^A43",
        "1 understood ADT^A45",
        "1 understood ADT^A47",
        "11 understood BHS",
        "11 understood BTS",
        "8 understood FHS",
        "8 understood FTS",
        "2 understood MDM^T01",
        "3 understood MDM^T02",
        "1 understood MDM^T06",
        "1 understood OMG^O19",
        "12 understood OML^O21",
        "7 understood ORM^O01",
        "219 understood ORU^R01",
        "1 understood RDE^O01",
        "3 understood RDE^O11",
        "2 understood RDE^O25",
        "2 understood SIU^S12",
        "1 understood SIU^S13",
        "1 understood SIU^S14",
        "1 understood SIU^S17",
        "2 understood SIU^S26",
        "1 unread BAR^P02",
        "1 unread BAR^P12",
        "5 unread DFT^P03",
        "1 unread PPR^PC2",
        "1 unread PPR^PC3",
        "2 unread RDS^O13",
        "1 unread REF^I12",
        "22 unread VXU^V04",
      ]
    `);
  });

  it('are each about the patients in their PID, and nobody else', () => {
    for (const { bytes } of collected()) {
      const reading = readBytes(bytes);
      const people = of(reading, 'person').flatMap(({ identifiers }) => identifiers ?? []);
      for (const change of reading.changes) {
        if (change.kind !== 'stay' && change.kind !== 'resource' && change.kind !== 'part-snapshot') continue;
        expect(people.some((identity) => sameIdentity(identity, change.subject))).toBe(true);
      }
    }
  });
});
