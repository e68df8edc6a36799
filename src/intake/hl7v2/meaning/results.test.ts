import fc from 'fast-check';
import type { Attachment, DiagnosticReport, Observation } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import type { MemberChange, ResourceChange } from '../../../domain/changes.ts';
import { EXTENSION } from '../../../domain/extensions.ts';
import type { SourceDeclaration } from '../../../domain/source.ts';
import { readResults } from './results.ts';
import { given, resources, sourceWith, text } from './results-fixture.ts';
import { readStrictNumber } from './results-number.ts';

const OBR = 'OBR|1|P77^COSMIC|F4711^LIS|KEMI^Klinisk kemi|||20261122080000|||||||||||||||20261122091500||LAB|F';

function read(segments: readonly string[], source?: SourceDeclaration): ResourceChange[] {
  const { message, context } = given(text('ORU^R01^ORU_R01', ...segments), source);
  return resources(readResults(message, context));
}
function one<T>(items: readonly T[]): T {
  expect(items).toHaveLength(1);
  return items[0] as T;
}
const observation = (member: MemberChange | undefined): Observation => member?.resource as Observation;
const onlyValue = (obx: string): Observation => observation(one(one(read([OBR, obx])).members ?? []));
const extension = (resource: Observation | DiagnosticReport, url: string) =>
  resource.extension?.find((each) => each.url === url);

describe('a laboratory report', () => {
  it('is one report an order, found again by the laboratory number, with each value under its code', () => {
    const report = one(
      read([
        'ORC|RE|P77|F4711',
        OBR,
        'OBX|1|NM|NPU03429^P-Natrium^NPU||140|mmol/L|137-145||||F',
        'OBX|2|NM|NPU03230^P-Kalium^NPU||5,6|mmol/L|3,5-4,6|H|||F|||20261122081500',
      ]),
    );
    expect(report).toMatchObject({
      part: 'results',
      key: 'DiagnosticReport/F4711^LIS',
      at: Date.UTC(2026, 10, 22, 7),
      state: 'final',
      mode: 'merge',
      orderNumbers: { placer: 'P77', filler: 'F4711' },
      resource: { resourceType: 'DiagnosticReport', status: 'final', effectiveDateTime: '2026-11-22T08:00:00+01:00' },
    });
    expect(report.members?.map(({ key, state }) => [key, state])).toEqual([
      ['NPU03429', 'final'],
      ['NPU03230', 'final'],
    ]);
    const potassium = observation(report.members?.[1]);
    expect(potassium.valueQuantity).toEqual({ value: 5.6, unit: 'mmol/L' });
    expect(extension(potassium, EXTENSION.asWritten)?.valueString).toBe('5,6');
    expect(potassium.referenceRange).toEqual([{ text: '3,5-4,6' }]);
    expect(potassium.interpretation?.[0]?.coding?.[0]?.code).toBe('H');
    expect(potassium.effectiveDateTime).toBe('2026-11-22T08:15:00+01:00');
  });

  it('without a laboratory number is found by the order number and the service', () => {
    const report = one(read(['OBR|1|P77||KEMI^Klinisk kemi', 'OBX|1|NM|NPU1^Na||140|||||F']));
    expect(report.key).toBe('DiagnosticReport/placer:P77/KEMI');
  });

  it('keeps all analyses where the laboratory gives several OBR one number', () => {
    const report = one(
      read([
        'OBR|1||F1|HB^B-Hb|||||||||||||||||||||F',
        'OBX|1|NM|HB^B-Hb||112|g/L||||F',
        'OBX|2|TX|KOMM^Kommentar||Hemolys||||F',
        'OBR|2||F1|CRP^P-CRP|||||||||||||||||||||F',
        'OBX|1|NM|CRP^P-CRP||<5|mg/L||||F',
        'OBX|2|TX|KOMM^Kommentar||Omkört||||F',
      ]),
    );
    expect(report.members?.map(({ key }) => key)).toEqual(['HB', 'KOMM/HB', 'CRP', 'KOMM/CRP']);
    expect((report.resource as DiagnosticReport).code.text).toBe('B-Hb, P-CRP');
  });

  it('keeps two answers of one code at two times apart', () => {
    const report = one(
      read([
        OBR,
        'OBX|1|NM|GLU^Glukos||5.1|mmol/L|||||F|||20261122080000',
        'OBX|2|NM|GLU^Glukos||9.7|mmol/L|||||F|||20261122100000',
      ]),
    );
    expect(report.members?.map(({ key }) => key)).toEqual(['GLU@20261122080000', 'GLU@20261122100000']);
  });

  it('carries comments, specimen and the parent culture', () => {
    const report = one(
      read([
        'OBR|1|P1|F2|RES^Resistensbestämning|||||||||||||||||||||F|ODL&Odling^1^Escherichia coli|||P1&COSMIC^F1&LIS',
        'NTE|1||Svar ringt till avd 2 kl. 14',
        'OBX|1|CE|CIP^Ciprofloxacin||S^Känslig||||||F',
        'NTE|1||Enligt EUCAST',
        'SPM|1|^S99||URIN^Urin|||||||||||||20261121070000',
      ]),
    );
    expect(report.orderNumbers).toEqual({ placer: 'P1', filler: 'F2', parent: 'F1' });
    const resource = report.resource as DiagnosticReport;
    expect(resource.conclusion).toBe('Svar ringt till avd 2 kl. 14');
    expect(resource.specimen).toEqual([{ display: 'Urin', identifier: { value: 'S99' } }]);
    expect(extension(resource, EXTENSION.parentResult)?.valueString).toBe('Escherichia coli');
    expect(observation(report.members?.[0]).note).toEqual([{ text: 'Enligt EUCAST' }]);
    expect(report.at).toBe(Date.UTC(2026, 10, 21, 6));
  });
});

describe('the state of an answer (OBX-11, knowledge c3.13)', () => {
  const stateOf = (code: string, value = '140'): MemberChange =>
    one(one(read([OBR, `OBX|1|NM|NA^Natrium||${value}|mmol/L|||||${code}`])).members ?? []);

  it.each([
    ['F', 'final', 'final'],
    ['C', 'corrected', 'corrected'],
    ['P', 'preliminary', 'preliminary'],
    ['S', 'preliminary', 'preliminary'],
    ['R', 'unverified', 'preliminary'],
    ['I', 'registered', 'registered'],
    ['X', 'cannot-be-done', 'cancelled'],
    ['', 'unknown', 'unknown'],
    ['Q', 'unknown', 'unknown'],
    ['N', 'unknown', 'unknown'],
  ])('%j is %s and never more', (code, state, status) => {
    expect(stateOf(code)).toMatchObject({ state, resource: { status } });
  });

  it('is awaiting an answer when neither value nor status has come', () => {
    expect(stateOf('', '')).toMatchObject({
      state: 'registered',
      resource: { dataAbsentReason: { coding: [{ code: 'temp-unknown' }] } },
    });
  });

  it('is a mere change of status for U without a value, so that the former value stands', () => {
    const member = stateOf('U', '');
    expect(member.state).toBe('final');
    expect(Object.keys(member.resource).some((key) => /^value|^dataAbsent/.test(key))).toBe(false);
  });

  it('takes a value posted to the wrong patient out of view without keeping it once more', () => {
    const member = stateOf('W');
    expect(member.state).toBe('withdrawn');
    expect(JSON.stringify(member.resource)).not.toContain('140');
  });

  it('withdraws a value that came with its time in the key, too', () => {
    const report = one(read([OBR, 'OBX|1|NM|GLU^Glukos||9.7|mmol/L|||||W|||20261122100000']));
    expect(report.members?.map(({ key, state }) => [key, state])).toEqual([
      ['GLU', 'withdrawn'],
      ['GLU@20261122100000', 'withdrawn'],
    ]);
  });

  it('shows a code nobody knows as received', () => {
    expect(extension(observation(stateOf('Q')), EXTENSION.statusAsReceived)?.valueString).toBe('Q');
  });

  it.each([
    ['F', 'final', 'merge'],
    ['P', 'preliminary', 'merge'],
    ['A', 'preliminary', 'merge'],
    ['X', 'cannot-be-done', 'merge'],
    ['W', 'withdrawn', 'withdraw'],
    ['Z', 'unknown', 'merge'],
  ])('of the whole report %j is %s', (code, state, mode) => {
    const obr = `OBR|1|P77|F4711|KEMI^Klinisk kemi|||20261122080000||||||||||||||||||${code}`;
    expect(one(read([obr]))).toMatchObject({ state, mode });
  });

  it('of a report that says nothing of itself is what its values agree on', () => {
    const obr = 'OBR|1|P77|F4711|KEMI^Klinisk kemi|||20261122080000';
    const first = 'OBX|1|NM|A^A||1||||||F';
    expect(one(read([obr, first])).state).toBe('final');
    expect(one(read([obr, first, 'OBX|2|NM|B^B||||||||I'])).state).toBe('preliminary');
    expect(one(read([obr, first, 'OBX|2|NM|B^B||2||||||'])).state).toBe('unknown');
  });

  it('of a cancelled order (OBR-25 X) no line is final, whatever it says of itself', () => {
    const cancelled = OBR.replace(/F$/, 'X');
    const lines = ['F', 'C', 'P', '', 'I', 'D'].map(
      (code, at) => `OBX|${at}|NM|N${at}^N||${at === 4 ? '' : 5}||||||${code}`,
    );
    const found = one(read([cancelled, ...lines]));
    expect(found).toMatchObject({ state: 'cannot-be-done', mode: 'merge', resource: { status: 'cancelled' } });
    expect(found.members?.map(({ state, resource }) => [state, (resource as Observation).status])).toEqual([
      ...Array.from({ length: 5 }, () => ['cannot-be-done', 'cancelled']),
      ['deleted', 'entered-in-error'],
    ]);
    // What the line said of itself is kept beside it.
    expect(extension(observation(found.members?.[0]), EXTENSION.statusAsReceived)?.valueString).toBe('F');
  });

  it('cancels no value of another order that shares its number or its moment', () => {
    const orders = (section: string) => [
      `OBR|1||F1|A^A|||20261122080000|||||||||||||||||${section}|X`,
      'OBX|1|NM|8867-4^Puls^LN||104|/min|||||F',
      `OBR|2||F1|B^B|||20261122080000|||||||||||||||||${section}|F`,
      'OBX|1|NM|9279-1^Andning^LN||22|/min|||||F',
    ];
    for (const [x, ofX, f, ofF] of [orders('LAB'), orders('')]) {
      for (const order of [
        [x, ofX, f, ofF],
        [f, ofF, x, ofX],
      ]) {
        const found = one(read(order as string[]));
        expect(found.state).not.toBe('cannot-be-done');
        expect(Object.fromEntries(found.members?.map(({ key, state }) => [key.slice(0, 6), state]) ?? [])).toEqual({
          '8867-4': 'cannot-be-done',
          '9279-1': 'final',
        });
      }
    }
  });

  it('a partial resend says only what it carries', () => {
    const report = one(read([OBR, 'OBX|1|NM|NA^Natrium||141|mmol/L|||||C']));
    expect(report).toMatchObject({ mode: 'merge', members: [{ key: 'NA', state: 'corrected' }] });
  });
});

describe('the value of an answer', () => {
  it.each([
    ['140', 140, undefined],
    ['5,10', 5.1, undefined],
    ['<0,5', 0.5, '<'],
    ['>= 100', 100, '>='],
    ['-2.5', -2.5, undefined],
  ])('reads %s as a number and keeps how it was written', (written, value, comparator) => {
    const found = onlyValue(`OBX|1|NM|X^X||${written}|µmol/L|||||F`);
    expect(found.valueQuantity).toEqual({ value, unit: 'µmol/L', ...(comparator === undefined ? {} : { comparator }) });
    expect(extension(found, EXTENSION.asWritten)?.valueString).toBe(written);
  });

  it.each(['4,123', '1.000,5', '1e3', '12-13', 'spår', '.5', '5.', '12345678901234567', '1 200'])(
    'shows %s as it stands rather than guess a number',
    (written) => {
      const found = onlyValue(`OBX|1|NM|X^X||${written}|10*9/L|||||F`);
      expect(found.valueQuantity).toBeUndefined();
      expect(found.valueString).toBe(written);
      expect(extension(found, EXTENSION.unit)?.valueString).toBe('10*9/L');
    },
  );

  it('reads a plain number only as the number it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 99 }), (whole, decimals) => {
        const fraction = String(decimals).padStart(2, '0');
        const expected = Number(`${whole}.${fraction}`);
        expect(readStrictNumber(`${whole}.${fraction}`)?.value).toBe(expected);
        expect(readStrictNumber(`${whole},${fraction}`)?.value).toBe(expected);
      }),
      { seed: 20261122 },
    );
  });

  it('reads structured numbers with their comparator, and shows titres and ranges as text', () => {
    expect(onlyValue('OBX|1|SN|X^X||>^100|mg/L|||||F').valueQuantity).toEqual({
      value: 100,
      comparator: '>',
      unit: 'mg/L',
    });
    expect(onlyValue('OBX|1|SN|X^X||^1^:^128||||||F').valueString).toBe('1:128');
    expect(onlyValue('OBX|1|SN|X^X||^10^-^20|mg/L|||||F').valueString).toBe('10-20');
  });

  it('reads a number in a text field as a number only where a unit says so', () => {
    expect(onlyValue('OBX|1|ST|X^X||7,4|mmol/L|||||F').valueQuantity?.value).toBe(7.4);
    expect(onlyValue('OBX|1|ST|X^X||7,4||||||F').valueString).toBe('7,4');
  });

  it('does not cut free text at & or ^ (knowledge c3.11)', () => {
    expect(onlyValue('OBX|1|ST|X^X||http://a/?x=1&y=2^3||||||F').valueString).toBe('http://a/?x=1&y=2^3');
    expect(onlyValue('OBX|1|FT|X^X||Rad 1\\.br\\Rad \\T\\ 2||||||F').valueString).toBe('Rad 1\nRad & 2');
    expect(onlyValue('OBX|1|TX|X^X||Rad 1~Rad 2||||||F').valueString).toBe('Rad 1\nRad 2');
    expect(onlyValue('OBX|1|TX|X^X||BSV 4\\5 re.||||||F').valueString).toBe('BSV 4\\5 re.');
    expect(onlyValue('OBX|1|CE|X^X||K1^Hjärta & kärl^L||||||F').valueCodeableConcept?.text).toBe('Hjärta & kärl');
  });

  it('sent with one OBX a line is one text, so that a shorter correction leaves no old line standing', () => {
    const lines = (code: string, ...texts: string[]) =>
      one(read([OBR, ...texts.map((line, index) => `OBX|${index + 1}|TX|SVAR^Utlåtande||${line}||||||${code}`)]));
    const [first] = lines('F', 'Infiltrat höger bas.', 'Ingen pleuravätska.', 'Kontroll om 6 v.').members ?? [];
    expect(observation(first).valueString).toBe('Infiltrat höger bas.\nIngen pleuravätska.\nKontroll om 6 v.');
    expect(lines('C', 'Inget infiltrat.').members?.map(({ key }) => key)).toEqual([first?.key]);
  });

  it('keeps every organism of a culture, with its code', () => {
    const found = onlyValue('OBX|1|CE|ODL^Odling||112283007^Escherichia coli^SCT~56415008^Klebsiella^SCT||||||P');
    expect(found.valueString).toBe('Escherichia coli; Klebsiella');
    const codes = found.extension?.flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding?.[0]?.code ?? []);
    expect(codes).toEqual(['112283007', '56415008']);
  });

  it('reads dates and times with the precision they have, and leaves what is none as text', () => {
    expect(onlyValue('OBX|1|DT|X^X||20261101||||||F').valueDateTime).toBe('2026-11-01');
    expect(onlyValue('OBX|1|TS|X^X||202611010830||||||F').valueDateTime).toBe('2026-11-01T08:30:00+01:00');
    expect(onlyValue('OBX|1|TM|X^X||0830||||||F').valueTime).toBe('08:30:00');
    expect(onlyValue('OBX|1|DT|X^X||förra veckan||||||F').valueString).toBe('förra veckan');
  });

  it('keeps a scanned answer as a file and says that there is one', () => {
    const found = onlyValue('OBX|1|ED|PDF^Svarskopia||LAB^AP^PDF^Base64^JVBERi0xLjQK||||||F');
    const file = extension(found, EXTENSION.attachment)?.valueAttachment as Attachment;
    expect(file).toMatchObject({ contentType: 'application/pdf', data: 'JVBERi0xLjQK' });
    expect(found.valueString).toBe('Bilaga (application/pdf)');
  });

  it('keeps a pointer whole, unescaped & and all', () => {
    const found = onlyValue('OBX|1|RP|BILD^Bild||https://pacs/x?a=1&b=2^^IM^JPEG||||||F');
    expect(extension(found, EXTENSION.attachment)?.valueAttachment?.url).toBe('https://pacs/x?a=1&b=2');
  });

  it('keeps a type nobody knows as text', () => {
    expect(onlyValue('OBX|1|ZZ|X^X||a^b&c||||||F').valueString).toBe('a^b&c');
  });

  it('keeps Swedish letters and µ of a sender in 8859/1', () => {
    const message = text('ORU^R01', OBR, 'OBX|1|NM|KREA^P-Kreatinin ÅÄÖ||88|µmol/L|||||F')
      .toString()
      .replace('UNICODE UTF-8', '8859/1');
    const { message: parsed, context } = given(Buffer.from(message, 'latin1'));
    const found = observation(one(resources(readResults(parsed, context))).members?.[0]);
    expect([found.code.text, found.valueQuantity?.unit]).toEqual(['P-Kreatinin ÅÄÖ', 'µmol/L']);
  });

  it('reads the readable unit of a device gateway', () => {
    const found = onlyValue(
      'OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1|72|264864^MDC_DIM_BEAT_PER_MIN^MDC^{beat}/min^slag/min^UCUM|||||F',
    );
    expect(found.valueQuantity).toMatchObject({ value: 72, unit: 'slag/min', code: '{beat}/min' });
  });
});

describe('vital signs', () => {
  const NEWS = ['8867-4^Puls^LN', '9279-1^Andningsfrekvens^LN', '59408-5^Saturation^LN'];
  const VITALS_OBR = 'OBR|1||V1|NEWS^Vitalparametrar|||20261122083000||||||||||||||||||F';

  it('are one set for each measuring moment', () => {
    const sets = read([
      VITALS_OBR,
      ...NEWS.map((code, index) => `OBX|${index}|NM|${code}||${80 + index}|/min|||||F|||20261122083000`),
      'OBX|9|NM|8867-4^Puls^LN||95|/min|||||F|||20261122093000',
    ]);
    expect(sets.map(({ part, key, at, members }) => [part, key, at, members?.length])).toEqual([
      ['vitals', `Set/vitals/${Date.UTC(2026, 10, 22, 7, 30)}`, Date.UTC(2026, 10, 22, 7, 30), 3],
      ['vitals', `Set/vitals/${Date.UTC(2026, 10, 22, 8, 30)}`, Date.UTC(2026, 10, 22, 8, 30), 1],
    ]);
  });

  it('of one moment make one set also when each came under an OBR of its own', () => {
    const sets = read([
      VITALS_OBR,
      'OBX|1|NM|8867-4^Puls^LN||80|/min|||||F',
      VITALS_OBR.replace('|V1|', '|V2|'),
      'OBX|1|NM|9279-1^AF^LN||16|/min|||||F',
    ]);
    expect(one(sets).members?.map(({ key }) => key)).toEqual(['8867-4/V1', '9279-1/V2']);
  });

  it('are told by the codes of monitors', () => {
    expect(one(read([VITALS_OBR, 'OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC||97|%|||||R'])).part).toBe('vitals');
  });

  it('withdrawn find their set and their value again', () => {
    const [before] = read([VITALS_OBR, 'OBX|1|NM|8867-4^Puls^LN||80|/min|||||F']);
    const [after] = read([VITALS_OBR, 'OBX|1|NM|8867-4^Puls^LN||80|/min|||||W|||20261122083000']);
    expect([after?.key, after?.members?.map(({ key }) => key)]).toEqual([before?.key, ['8867-4/V1']]);
    expect(before?.members?.map(({ key }) => key)).toEqual(['8867-4/V1']);
  });

  it("go where the region has declared a code to go, and a blood gas's temperature stays with its blood gas", () => {
    const declared = sourceWith({ UT: 'fluid-balance', 'urn:oid:1.2.752.108.1|NPU1': 'vitals' });
    const parts = (segments: readonly string[]): unknown => read(segments, declared).map(({ part }) => part);
    expect(
      parts([VITALS_OBR, 'OBX|1|NM|UT^Diures||300|ml|||||F', 'OBX|2|NM|NPU1^P-Glukos^NPU||7|mmol/L|||||F']),
    ).toEqual(['fluid-balance', 'vitals']);
    expect(parts([OBR, 'OBX|1|NM|8310-5^Temp^LN||37|Cel|||||F'])).toEqual(['results']);
  });

  it('leave the laboratory answers of the same OBR in their report', () => {
    const mixed = read([
      VITALS_OBR,
      'OBX|1|NM|8867-4^Puls^LN||80|/min|||||F',
      'OBX|2|NM|NPU2^P-Na^NPU||140|mmol/L|||||F',
    ]);
    expect(mixed.map(({ part, key }) => [part, key.split('/')[0]])).toEqual([
      ['vitals', 'Set'],
      ['results', 'DiagnosticReport'],
    ]);
  });
});

describe('a message', () => {
  const SEGMENTS = [OBR, 'OBX|1|NM|NA^Natrium||140|mmol/L|||||F', 'OBX|2|TX|KOMM^Kommentar||Åter hemolys|||||F'];

  it('says the same again under another control id and sending time (knowledge c3.7)', () => {
    const first = text('ORU^R01', ...SEGMENTS);
    const again = Buffer.from(first.toString().replace('|M1|', '|M2|').replace('20261122105900', '20261122120000'));
    const changes = [first, again].map((bytes) => {
      const { message, context } = given(bytes);
      return readResults(message, context);
    });
    expect(changes[1]).toEqual(changes[0]);
  });

  it('with a second patient files each answer under its own patient', () => {
    const found = read([
      OBR,
      'OBX|1|NM|NA^Na||140||||||F',
      'PID|2||195009072553^^^SKV',
      OBR,
      'OBX|1|NM|NA^Na||120||||||F',
    ]);
    expect(found.map(({ subject, members }) => [subject.id, observation(members?.[0]).valueQuantity?.value])).toEqual([
      ['189001019802', 140],
      ['195009072553', 120],
    ]);
  });

  it('with a second patient nobody can tell is set aside whole', () => {
    const { message, context, setAside } = given(text('ORU^R01', OBR, 'OBX|1|NM|NA^Na||1||||||F', 'PID|2', OBR));
    readResults(message, context);
    expect(setAside).toHaveLength(1);
  });

  it('without an order still shows its answers', () => {
    const report = one(read(['OBX|1|NM|NA^Natrium||140|mmol/L|||||F|||20261122080000']));
    expect(report).toMatchObject({ part: 'results', members: [{ key: 'NA' }] });
  });

  it('marks a time in the repeated hour of October and one that cannot be read (knowledge c3.15)', () => {
    const { message, context, alarms } = given(
      text('ORU^R01', OBR.replace('20261122080000', '20261025023000'), 'OBX|1|NM|NA^Na||1||||||F|||igår'),
    );
    readResults(message, context);
    expect(alarms.map(({ code, detail }) => [code, detail])).toEqual([
      ['time-fold', 'OBR-7 (fold)'],
      ['time-unreadable', 'OBX-14'],
    ]);
  });

  it('from a specimen-centred analyser (OUL R22) is grouped by its orders with the specimen before them', () => {
    const { message, context } = given(
      text('OUL^R22^OUL_R22', 'SPM|1|S1||BLOD^Blod', 'OBR|1||F1|HB^B-Hb', 'OBX|1|NM|HB^B-Hb||140|g/L|||||F'),
    );
    const report = one(resources(readResults(message, context)));
    expect((report.resource as DiagnosticReport).specimen?.[0]?.display).toBe('Blod');
    expect(report.members).toHaveLength(1);
  });

  it('of many thousand equal answers is read in reasonable work and loses none', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `OBX|${index}|NM|NA^Na||${index}||||||F`);
    const members = one(read([OBR, ...many])).members ?? [];
    expect(new Set(members.map(({ key }) => key)).size).toBe(5_000);
  });
});
