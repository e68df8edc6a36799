import { describe, expect, it } from 'vitest';
import { bookedUnit, bookedUnitReference } from '../../domain/booking.ts';
import { unitId } from '../../domain/identity.ts';
import { bundle, PNR, put, read, resourcesOf, source } from './reading.fixture.ts';

const OP = unitId('op');
const from = { ...source, units: { 'Location/w': OP, SESAL3: OP } };
const patient = put({ resourceType: 'Patient', id: 'p', identifier: [{ system: PNR, value: '189001019802' }] });
const ward = put({ resourceType: 'Location', id: 'w', name: 'Centraloperation' });
const theatre = put({ resourceType: 'Location', id: 't', name: 'Sal 3', partOf: { reference: 'Location/w' } });

function unitOf(participants: readonly object[], more: object = {}, by = from) {
  const person = { actor: { reference: 'Patient/p' }, status: 'accepted' };
  const start = '2026-11-23T08:15:00+01:00';
  const appointment = {
    resourceType: 'Appointment',
    id: 'a',
    status: 'booked',
    start,
    participant: [person, ...participants],
  };
  const changes = resourcesOf(
    read(bundle('transaction', patient, ward, theatre, put({ ...appointment, ...more })), by),
  );
  const [found] = changes.filter(({ key }) => key === 'Appointment/a');
  if (found === undefined) throw new Error('no booking');
  return { unit: bookedUnit(found.resource), resource: found.resource };
}

describe('the unit a server’s booking takes place at', () => {
  it.each([
    ['a room that is part of a declared place', { actor: { reference: 'Location/t' } }, OP],
    ['an identifier that is declared', { actor: { type: 'Location', identifier: { value: 'SESAL3' } } }, OP],
    ['a place nobody has declared', { actor: { reference: 'Location/other', display: 'Sal 9' } }, null],
    ['a place that has declined', { actor: { reference: 'Location/t' }, status: 'declined' }, null],
    ['a person by the name of a place', { actor: { reference: 'Practitioner/x', display: 'SESAL3' } }, null],
  ])('%s', (_, participant, unit) => expect(unitOf([participant]).unit).toBe(unit));

  it('is never another station’s word for it, and what else the booking refers to stands', () => {
    const told = [bookedUnitReference(unitId('theirs'), ''), { reference: 'Observation/1' }];
    const { unit, resource } = unitOf([], { supportingInformation: told });
    expect(unit).toBeNull();
    expect(resource).toMatchObject({ supportingInformation: [{ reference: 'Observation/1' }] });
    expect(unitOf([{ actor: { reference: 'Location/t' } }], { supportingInformation: told }).unit).toBe(OP);
  });
});
