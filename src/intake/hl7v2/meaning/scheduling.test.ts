import type { Appointment } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import { bookedUnit } from '../../../domain/booking.ts';
import type { ResourceChange } from '../../../domain/changes.ts';
import { unitId } from '../../../domain/identity.ts';
import type { SourceDeclaration } from '../../../domain/source.ts';
import { given, line, resources, sourceWith, text } from './results-fixture.ts';
import { readScheduling } from './scheduling.ts';

function read(event: string, segments: readonly string[], source?: SourceDeclaration): ResourceChange {
  const { message, context } = given(text(`SIU^${event}^SIU_S12`, ...segments), source);
  const [change, ...more] = resources(readScheduling(message, context));
  expect(more).toEqual([]);
  return change as ResourceChange;
}
const booking = (change: ResourceChange): Partial<Appointment> => change.resource as Appointment;
const sch = (status = ''): string =>
  `SCH|A1^COSMIC|S1^OPPLAN||||OMBOKAD^Ombokad|GALL^Gallstenar|OPERATION^Operation|90|min${'|'.repeat(15)}${status}|P5|F5`;
const DETAILS = [
  'TQ1|1||||||20261123081500',
  'RGS|1',
  'AIS|1||JKA20^Kolecystektomi^KVÅ|20261123081500',
  'AIL|1||OP3^Sal 3|OPSAL^Operationssal',
  'AIP|1||SE1^Berg^Bo|OP1^Operatör',
  'NTE|1||Fasta från midnatt',
];

describe('a booked operation', () => {
  it('shows what, when, in which theatre, by whom', () => {
    const found = read('S12', [sch('Booked'), ...DETAILS]);
    expect(found).toMatchObject({
      part: 'surgery',
      key: 'Appointment/S1^OPPLAN',
      at: Date.UTC(2026, 10, 23, 7, 15),
      state: 'final',
      mode: 'merge',
      orderNumbers: { placer: 'P5', filler: 'F5' },
    });
    expect(booking(found)).toMatchObject({
      status: 'booked',
      start: '2026-11-23T08:15:00+01:00',
      end: '2026-11-23T08:45:00.000Z',
      minutesDuration: 90,
      serviceType: [{ text: 'Kolecystektomi' }],
      reasonCode: [{ text: 'Gallstenar' }],
      comment: 'Fasta från midnatt',
      participant: [
        { type: [{ text: 'Operationssal' }], actor: { display: 'OP3 Sal 3' } },
        { type: [{ text: 'Operatör' }], actor: { display: 'Bo Berg' } },
      ],
    });
  });

  it.each([
    ['S12', '', 'booked', 'merge'],
    ['S13', '', 'booked', 'merge'],
    ['S12', 'Waitlist', 'waitlist', 'merge'],
    ['S14', '', undefined, 'merge'],
    ['S14', 'Complete', 'fulfilled', 'merge'],
    ['S15', 'Booked', 'cancelled', 'merge'],
    ['S17', '', 'entered-in-error', 'withdraw'],
    ['S26', '', 'noshow', 'merge'],
  ])('after %s with status %j', (event, stated, status, mode) => {
    const found = read(event, [sch(stated), ...DETAILS]);
    expect(booking(found).status).toBe(status);
    expect(found.mode).toBe(mode);
  });

  it('cancelled says why, and keeps time and place if the message leaves them out', () => {
    const found = read('S15', [sch()]);
    expect(booking(found).cancelationReason?.text).toBe('Ombokad');
    expect(booking(found).participant).toBeUndefined();
    expect(booking(found).start).toBeUndefined();
  });

  it('leaves out a resource that the sender removes', () => {
    const found = read('S14', [sch(), 'AIP|1|D|SE1^Berg^Bo|OP1^Operatör', 'AIP|2|A|SE2^Ask^Ali|OP1^Operatör']);
    expect(booking(found).participant?.map(({ actor }) => actor?.display)).toEqual(['Ali Ask']);
  });
});

describe('the unit a booking takes place at', () => {
  const units = {
    OP: unitId('op'),
    'ASEN|SAL': unitId('op'),
    OPSAL4: unitId('op'),
    KIR2: unitId('kir2'),
    DIALYS: unitId('dia'),
  };
  const source = { ...sourceWith({}), units };
  const unitIn = (...segments: string[]) => read('S13', [sch(), ...segments], source);
  const named = (...segments: string[]) => bookedUnit(unitIn(...segments).resource);

  it.each([
    ['AIL|1||OP^Sal 3', 'op'],
    ['AIL|1||SAL^4^^ASEN', 'op'],
    ['AIL|1||OPSAL4', 'op'],
    ['AIL|1||X^Sal 3|OP^Centraloperation', 'op'],
    ['AIG|1||DIALYS^Dialysplats 3', 'dia'],
    ['AIL|1||OP3^Sal 3', null],
    ['AIL|1|D|OP^Sal 3', null],
  ])('%s', (segment, unit) => expect(named(segment)).toBe(unit));

  it('is the theatre, not the ward that the patient is fetched from', () => {
    expect(named('PV1|1|I|KIR2^3^1', 'AIL|1||KIR2^3', 'AIL|2||OP^Sal 3')).toBe('op');
    expect(named('PV1|1|I|KIR2^3^1', 'AIL|1||KIR2^3')).toBe('kir2');
  });

  it('a place that is none of the units takes away what was known, a message without a place does not', () => {
    expect(booking(unitIn('AIL|1||OP3^Sal 3')).supportingInformation).toEqual([{ type: 'Location', display: 'OP3' }]);
    expect(booking(unitIn('AIP|1||SE1^Berg^Bo|OP1^Operatör')).supportingInformation).toBeUndefined();
  });

  it('nothing is written where the source declares no unit', () => {
    expect(booking(read('S12', [sch(), ...DETAILS])).supportingInformation).toBeUndefined();
  });
});

describe('the heading of a booking', () => {
  const plain = line('SCH', {
    1: 'A1',
    2: 'S1',
    7: 'KONTROLL^Kontroll',
    8: 'BESÖK^Återbesök',
    11: '^^^20261123090000',
  });

  it('is visits for a visit, also to the surgical clinic', () => {
    const found = read('S12', [plain, 'AIL|1||KIRM^Kirurgmottagning', 'AIP|1||SE1^Berg^Bo|LÄK^Läkare']);
    expect(found.part).toBe('visits');
    expect(found.at).toBe(Date.UTC(2026, 10, 23, 8));
  });

  it('is surgery where place or role says theatre or surgeon', () => {
    expect(read('S12', [plain, 'AIL|1||X^Sal|OR']).part).toBe('surgery');
    expect(read('S12', [plain, 'AIP|1||SE1^Berg^Bo|S^Surgeon']).part).toBe('surgery');
  });

  it('is what the region has declared', () => {
    expect(read('S12', [plain], sourceWith({ BESÖK: 'surgery' })).part).toBe('surgery');
    expect(read('S12', [sch(), ...DETAILS], sourceWith({ JKA20: 'visits' })).part).toBe('visits');
  });

  it('never guesses the end of a booking whose duration has no known unit', () => {
    const found = read('S12', [sch().replace('|90|min|', '|90|kvart|'), DETAILS[0] ?? '']);
    expect(booking(found).end).toBeUndefined();
  });
});

describe('a group visit', () => {
  it('stands in the chart of each who is booked', () => {
    const { message, context } = given(text('SIU^S12', sch(), 'PID|2||195009072553^^^SKV'));
    expect(resources(readScheduling(message, context)).map(({ subject }) => subject.id)).toEqual([
      '189001019802',
      '195009072553',
    ]);
  });
});
