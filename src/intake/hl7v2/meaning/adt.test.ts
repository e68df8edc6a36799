import { describe, expect, it } from 'vitest';
import { unitId } from '../../../domain/identity.ts';
import {
  ARRIVAL_MS,
  event,
  header,
  JOURNAL,
  KARIN,
  of,
  only,
  PERSONNUMMER_OID,
  pid,
  pv1,
  read,
  withDialect,
  YUSUF,
} from './adt-fixture.ts';

const karin = { domain: PERSONNUMMER_OID, id: KARIN };
const yusuf = { domain: PERSONNUMMER_OID, id: YUSUF };
const TOLD_MS = Date.UTC(2026, 10, 22, 9, 59, 0);

describe('what each event does to a stay', () => {
  it.each([
    ['A01', 'admit'],
    ['A02', 'transfer'],
    ['A03', 'discharge'],
    ['A04', 'register'],
    ['A05', 'pre-admit'],
    ['A06', 'change-class'],
    ['A07', 'change-class'],
    ['A08', 'update'],
    ['A09', 'update'],
    ['A10', 'update'],
    ['A11', 'cancel'],
    ['A12', 'cancel-transfer'],
    ['A13', 'cancel-discharge'],
    ['A14', 'pre-admit'],
    ['A15', 'plan'],
    ['A16', 'plan'],
    ['A21', 'leave'],
    ['A22', 'return'],
    ['A23', 'cancel'],
    ['A25', 'plan'],
    ['A26', 'plan'],
    ['A27', 'cancel'],
    ['A38', 'cancel'],
    ['A52', 'return'],
    ['A53', 'leave'],
    ['A54', 'update'],
    ['A55', 'update'],
    ['A61', 'update'],
    ['A62', 'update'],
  ])('%s is read as %s, of the right person and visit', (code, action) => {
    const reading = read(event(code, pv1('KIR2^1^2^SJH')));
    expect(reading).toMatchObject({ outcome: 'understood', type: `ADT^${code}`, alarms: [] });
    expect(only(reading, 'stay')).toMatchObject({
      action,
      subject: karin,
      visit: { domain: 'source:journal/SJH', id: 'V1' },
      at: TOLD_MS,
    });
  });

  it.each(['A28', 'A31', 'A60'])('%s is about the person and never touches the stay', (code) => {
    const reading = read(event(code, pv1('KIR2^1^2^SJH')));
    expect(reading.outcome).toBe('understood');
    expect(of(reading, 'stay')).toEqual([]);
    expect(of(reading, 'person')).toHaveLength(1);
  });

  it.each(['A19', 'A20', 'A63', 'Z01'])('%s is kept as unread, with whom it is about', (code) => {
    expect(read(event(code, pv1('KIR2^1^2^SJH')))).toMatchObject({ outcome: 'unread', changes: [], subjects: [karin] });
  });

  it('an admission tells place, class, doctor, time, reason and when people expect to go home', () => {
    const pv1All =
      'PV1|1|I|KIR2^12^2^SJH||||SE01^Berg^Anna|SE02^Omar^Ali|SE03^Ek^Bo|MED|||||||SE04^Lund^Eva||V7^^^SJH|||||||||||||||||||||||||20261122103000';
    const reading = read([...event('A01', pv1All, 'PV2|||K35^Akut appendicit^ICD-10-SE||||||20261125')]);
    expect(only(reading, 'stay').fields).toEqual({
      class: 'inpatient',
      unit: unitId('KIR2'),
      room: '12',
      bed: '2',
      location: 'KIR2^12^2^SJH',
      service: 'MED',
      caregivers: ['Anna Berg', 'Ali Omar', 'Bo Ek', 'Eva Lund'].map((name) => expect.objectContaining({ name })),
      'caregivers:attending': [{ id: 'SE01', name: 'Anna Berg', role: 'attending' }],
      'caregivers:referring': [{ id: 'SE02', name: 'Ali Omar', role: 'referring' }],
      'caregivers:consulting': [{ id: 'SE03', name: 'Bo Ek', role: 'consulting' }],
      'caregivers:admitting': [{ id: 'SE04', name: 'Eva Lund', role: 'admitting' }],
      admittedAt: Date.UTC(2026, 10, 22, 9, 30),
      reason: 'Akut appendicit',
      expectedDischargeAt: Date.UTC(2026, 10, 24, 23),
    });
  });

  it('a discharge without its time was when it happened, and taking it back clears the time', () => {
    const evn = 'EVN|A03|20261122105900||||20261122100000';
    const gone = read([header('ADT^A03'), evn, pid(KARIN), pv1('KIR2^1^2')]);
    expect(only(gone, 'stay').fields.dischargedAt).toBe(Date.UTC(2026, 10, 22, 9));
    expect(only(read(event('A13', pv1('KIR2^1^2'))), 'stay').fields.dischargedAt).toBeNull();
  });

  it('leave has its beginning and the return ends it; a return that never was leaves the beginning alone', () => {
    expect(only(read(event('A21', pv1('KIR2^1^2'))), 'stay').fields.leaveSince).toBe(TOLD_MS);
    expect(only(read(event('A22', pv1('KIR2^1^2'))), 'stay').fields.leaveSince).toBeNull();
    expect(only(read(event('A52', pv1('KIR2^1^2'))), 'stay').fields.leaveSince).toBeNull();
    expect(only(read(event('A53', pv1('KIR2^1^2'))), 'stay').fields).not.toHaveProperty('leaveSince');
  });

  it('a class change without PV1-2 still says which way it went', () => {
    const noClass = 'PV1|1||KIR2^1^2||||||||||||||||V1';
    expect(only(read(event('A06', noClass)), 'stay').fields.class).toBe('inpatient');
    expect(only(read(event('A07', noClass)), 'stay').fields.class).toBe('outpatient');
  });

  it('a class change that renumbers the stay keeps it one stay', () => {
    const reading = read(event('A06', 'MRG|||||V0^^^SJH', pv1('KIR2^1^2')));
    expect(only(reading, 'merge-visit')).toMatchObject({
      subject: karin,
      survivor: { id: 'V1', domain: 'source:journal/SJH' },
      subsumed: { id: 'V0', domain: 'source:journal/SJH' },
    });
  });

  it('a planned admission waits for its day and is not yet admitted', () => {
    const reading = read(
      event(
        'A05',
        'PV1|1|P|KIR2||||||||||||||||V1|||||||||||||||||||||||||20261124080000',
        'PV2||||||||20261124070000',
      ),
    );
    const { fields } = only(reading, 'stay');
    expect(fields.expectedAdmitAt).toBe(Date.UTC(2026, 10, 24, 6));
    expect(fields).not.toHaveProperty('admittedAt');
  });

  it('a planned move and a planned discharge plan only: the bed stays the bed', () => {
    const pending = `${pv1('KIR2^1^2')}|||||||||||||||||||||||MED3^4^1`;
    expect(only(read(event('A15', pending)), 'stay').fields).toEqual({ plannedUnit: 'MED3' });
    expect(only(read(event('A26', pv1('MED3^9^9'))), 'stay').fields).toEqual({ plannedUnit: null });
    const leaving = read(event('A16', pv1('KIR2^1^2'), 'PV2|||||||||20261125'));
    expect(only(leaving, 'stay').fields).toEqual({ expectedDischargeAt: Date.UTC(2026, 10, 24, 23) });
    expect(only(leaving, 'resource')).toMatchObject({
      part: 'discharge',
      mode: 'replace',
      resource: { status: 'active' },
    });
    const staying = read(event('A25', pv1('KIR2^1^2')));
    expect(only(staying, 'stay').fields).toEqual({ expectedDischargeAt: null });
    expect(only(staying, 'resource')).toMatchObject({ part: 'discharge', mode: 'withdraw' });
  });

  it('a planned time stands in EVN-3 where PV2 has none', () => {
    const evn = 'EVN|A16|20261122105900|20261125';
    const reading = read([header('ADT^A16'), evn, pid(KARIN), pv1('KIR2^1^2')]);
    expect(only(reading, 'stay').fields.expectedDischargeAt).toBe(Date.UTC(2026, 10, 24, 23));
  });

  it('an update never carries a status, whatever else it says (A08)', () => {
    const reading = read(event('A08', `${pv1('KIR2^1^2')}|||||||||||||||||||||||||20261122103000|20261122104500`));
    expect(only(reading, 'stay').action).toBe('update');
  });

  it('an admission is not dated by a discharge time that stands in the same message', () => {
    const reading = read(event('A01', `${pv1('KIR2^1^2')}|||||||||||||||||||||||||20261122103000|20261122104500`));
    expect(only(reading, 'stay').fields).not.toHaveProperty('dischargedAt');
  });

  it('a deleted person becomes a tombstone (A29), and a deleted visit a cancelled one (A23)', () => {
    expect(read(event('A29')).changes).toEqual([{ kind: 'delete-person', subject: karin }]);
    expect(only(read(event('A23', pv1('KIR2^1^2'))), 'stay').action).toBe('cancel');
  });

  it('the nurse responsible comes from ROL, and one who is taken off the list is not on it', () => {
    const reading = read(
      event(
        'A08',
        pv1('KIR2^1^2'),
        'ROL|1|AD|SSK|SE09^Ask^Mia',
        'ROL|2|DE|SSK|SE08^Alm^Pia',
        'PRT||AD||AT|SE05^Rask^Ola',
      ),
    );
    expect(only(reading, 'stay').fields['caregivers:role']).toEqual([
      { id: 'SE09', name: 'Mia Ask', role: 'nurse' },
      { id: 'SE05', name: 'Ola Rask', role: 'attending' },
    ]);
  });
});

describe('the place', () => {
  const stayAt = (place: string, source = JOURNAL) => only(read(event('A08', pv1(place)), source), 'stay').fields;

  it('is one of our units by the source’s own table, by ward or by house and ward', () => {
    const source = { ...JOURNAL, units: { KIR2: unitId('kirurg-2'), 'CSK|KIR2': unitId('kirurg-csk') } };
    expect(stayAt('KIR2^1^2^SJH', source).unit).toBe('kirurg-2');
    expect(stayAt('KIR2^1^2^CSK', source).unit).toBe('kirurg-csk');
    expect(stayAt('MED3^1^2^CSK', source).unit).toBe('MED3');
  });

  it('without bed has no bed: the old unit’s bed never comes along', () => {
    expect(stayAt('MED3')).toMatchObject({ unit: 'MED3', room: null, bed: null, location: 'MED3' });
  });

  it('is taken away by "", and left by silence', () => {
    expect(stayAt('""')).toMatchObject({ unit: null, room: null, bed: null, location: null });
    expect(stayAt('')).not.toHaveProperty('unit');
  });
});

describe('knowledge c3 in interpretation', () => {
  it('c3.1 three-state fields: an absent field says nothing, "" deletes, a value sets', () => {
    const said = (patient: string, stay: string) => {
      const reading = read([header('ADT^A08'), 'EVN|A08|20261122105900', `PID|1||${KARIN}^^^SKV|${patient}`, stay]);
      return { person: only(reading, 'person').elements, stay: only(reading, 'stay').fields };
    };
    const silent = said('', 'PV1|1|I||||||||||||||||||V1');
    expect(silent.person).toEqual({});
    expect(silent.stay).toEqual({ class: 'inpatient' });
    const deleted = said('|""||""|""|||""||""|""|""|""', 'PV1|1|I|""||||""|""||""||||||||||V1');
    expect(deleted.person).toEqual({
      name: null,
      birthDate: null,
      _birthDate: null,
      gender: null,
      address: null,
      telecom: null,
      'telecom:home': null,
      'telecom:work': null,
      communication: null,
      maritalStatus: null,
    });
    expect(deleted.stay).toEqual({
      class: 'inpatient',
      unit: null,
      room: null,
      bed: null,
      location: null,
      caregivers: null,
      'caregivers:attending': null,
      'caregivers:referring': null,
      service: null,
    });
  });

  it('c3.1 three-state fields: "" in a component deletes that component, and in all of them the field', () => {
    const named = (name: string) =>
      only(read([header('ADT^A08'), 'EVN|A08', `PID|1||${KARIN}^^^SKV||${name}`]), 'person').elements.name;
    expect(named('Lind^""')).toEqual([{ text: 'Lind', family: 'Lind' }]);
    expect(named('""^""')).toBeNull();
  });

  it('c3.1 three-state fields: a repeating list is the whole list, and what one field says never removes another’s', () => {
    const telecom = only(
      read([header('ADT^A08'), 'EVN|A08', `PID|1||${KARIN}^^^SKV||||||||||^PRN^PH^^^^054111~^PRN^CP^^^^070222`]),
      'person',
    ).elements;
    expect(telecom['telecom:home']?.map(({ value }) => value)).toEqual(['054111', '070222']);
    expect(telecom).not.toHaveProperty('telecom:work');
  });

  it('c3.1 three-state fields: for a source declared so, an absent field of PID and PV1 is a deleted one', () => {
    const source = withDialect({ absentMeansDeleted: true });
    const reading = read(event('A08', 'PV1|1|I|KIR2^1^2||||SE01^Berg^Anna||||||||||||V1'), source);
    expect(only(reading, 'person').elements).toMatchObject({ address: null, telecom: null, gender: 'female' });
    expect(only(reading, 'stay').fields).toMatchObject({ 'caregivers:consulting': null, unit: 'KIR2' });
  });

  it('c3.5 cancels: the place after a cancelled move is the one in the cancel itself', () => {
    const reading = read(event('A12', pv1('KIR2^1^2')));
    expect(only(reading, 'stay')).toMatchObject({
      action: 'cancel-transfer',
      fields: { unit: 'KIR2', room: '1', bed: '2' },
    });
    expect(read(event('A12', 'PV1|1|I|'))).toMatchObject({
      outcome: 'set-aside',
      reason: 'move without a place (PV1-3)',
    });
    expect(read(event('A02'))).toMatchObject({
      outcome: 'set-aside',
      changes: [],
      subjects: [karin],
      isOfSubjects: true,
    });
  });

  it('c3.6 ordering: a move noted late is ordered by when it was told, and shown by when it happened', () => {
    const evn = 'EVN|A01|20261122105900||||20261122060000';
    const reading = read([header('ADT^A01'), evn, pid(KARIN), pv1('KIR2^1^2')]);
    expect(reading.eventAt).toBe(TOLD_MS);
    expect(only(reading, 'stay')).toMatchObject({ at: TOLD_MS, fields: { admittedAt: Date.UTC(2026, 10, 22, 5) } });
  });

  it('c3.6 ordering: a cancel is newer than what was told since the event it takes back', () => {
    // EVN-6 of a cancel is the time of the cancelled event (HL7 v2.5 ch. 3.4.1.6).
    const evn = 'EVN|A12|20261122105900||||20261122060000';
    const reading = read([header('ADT^A12'), evn, pid(KARIN), pv1('KIR2^1^2')]);
    expect(only(reading, 'stay').at).toBe(TOLD_MS);
  });

  it('c3.6 ordering: MSH-13 orders messages of the same second', () => {
    const numbered = header('ADT^A08').replace('|P|2.5|', '|P|2.5|17');
    expect(read([numbered, 'EVN|A08', pid(KARIN)]).sequence).toBe(17);
    expect(read([header('ADT^A08'), 'EVN|A08', pid(KARIN)]).sequence).toBeNull();
  });

  it('c3.15 time: a clock ahead of ours raises an alarm and is ordered by arrival, so that it does not win forever', () => {
    const reading = read([header('ADT^A08', '20271122105900'), 'EVN|A08|20271122105900', pid(KARIN), pv1('KIR2')]);
    expect(reading.eventAt).toBe(ARRIVAL_MS);
    expect(only(reading, 'stay').at).toBe(ARRIVAL_MS);
    expect(reading.alarms).toEqual([{ code: 'clock-ahead', detail: 'by 525599 minutes' }]);
    // Four minutes ahead is ordinary.
    expect(read([header('ADT^A08', '20261122110400'), 'EVN|A08', pid(KARIN)]).alarms).toEqual([]);
  });

  it('c3.15 time: an unreadable time is told, and the next best is used', () => {
    const reading = read([header('ADT^A08'), 'EVN|A08|igår', pid(KARIN)]);
    expect(reading.eventAt).toBe(TOLD_MS);
    expect(reading.alarms).toEqual([{ code: 'time-unreadable', detail: 'EVN-2' }]);
  });

  it('c3.15 time: a bare date in EVN-2 does not put the message before the whole day', () => {
    expect(read([header('ADT^A08'), 'EVN|A08|20261122', pid(KARIN)]).eventAt).toBe(TOLD_MS);
  });
});

describe('bed swap (A17)', () => {
  const swap = (first: string, second: string) => [
    header('ADT^A17'),
    'EVN|A17|20261122105900',
    pid(first),
    pv1('KIR2^1^2', 'V1'),
    pid(second),
    pv1('KIR2^1^1', 'V2'),
  ];

  it('moves both patients in one reading, each to the bed beside its own name', () => {
    const reading = read(swap(KARIN, YUSUF));
    expect(
      of(reading, 'stay').map(({ subject, visit, action, fields }) => [subject, visit?.id, action, fields.bed]),
    ).toEqual([
      [karin, 'V1', 'transfer', '2'],
      [yusuf, 'V2', 'transfer', '1'],
    ]);
  });

  it.each([
    ['the same patient twice', swap(KARIN, KARIN)],
    ['one patient only', swap(KARIN, YUSUF).slice(0, 4)],
    ['one who cannot be told', swap(KARIN, '')],
    ['one without a bed', swap(KARIN, YUSUF).slice(0, 5)],
  ])('is not half applied: %s', (_, segments) => {
    expect(read(segments)).toMatchObject({ outcome: 'set-aside', changes: [] });
  });
});

describe('whose message it is', () => {
  it('an event about one patient with two patients in it is set aside', () => {
    const reading = read([...event('A08'), pid(YUSUF), pv1('KIR2^1^2')]);
    expect(reading).toMatchObject({ outcome: 'set-aside', reason: 'two patients in an event about one', changes: [] });
    expect(reading.subjects).toEqual([karin, yusuf]);
  });

  it('a PID written twice with the same number is one patient', () => {
    const reading = read([...event('A08'), pid(KARIN), pv1('KIR2^1^2')]);
    expect(only(reading, 'stay').fields.bed).toBe('2');
  });

  it('a message without a usable number is set aside and moves nobody', () => {
    expect(read([header('ADT^A01'), 'EVN|A01', pid(''), pv1('KIR2^1^2')])).toMatchObject({
      outcome: 'set-aside',
      reason: 'no usable patient identifier',
      changes: [],
    });
    expect(read([header('ADT^A01'), 'EVN|A01', pv1('KIR2^1^2')])).toMatchObject({
      outcome: 'set-aside',
      reason: 'no PID',
    });
  });

  it('without a visit number the account stands in for it, as a number of another series', () => {
    const account = `PID|1||${KARIN}^^^SKV||Lind^Karin|||||||||||||K99`;
    const reading = read([header('ADT^A08'), 'EVN|A08', account, 'PV1|1|I|KIR2']);
    expect(only(reading, 'stay')).toMatchObject({
      visit: { domain: 'source:journal/PID-18', id: 'K99' },
      fields: { account: 'K99' },
    });
    expect(only(read(event('A08', 'PV1|1|I|KIR2')), 'stay').visit).toBeNull();
  });
});
