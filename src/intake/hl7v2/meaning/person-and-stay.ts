// PID and PV1 of results, orders and documents: who the patient is, and at most what is new about the place. Such a message
// never admits, moves out or discharges anybody: a laboratory's idea of the stay must not empty a bed.

import type { Change, StayChange } from '../../../domain/changes.ts';
import type { Hl7Message } from '../message.ts';
import { readAllergies } from './allergies.ts';
import type { MeaningContext } from './context.ts';
import { readVisit } from './identities.ts';
import { type PatientGroup, patientGroups, readPerson } from './person.ts';
import { readStayFields, staySegments } from './stay.ts';

function readPlaceOnly(group: PatientGroup, context: MeaningContext): StayChange | null {
  const stay = staySegments(group.segments);
  if (stay.pv1 === undefined) return null;
  const visit = readVisit(stay.pid, stay.pv1, context);
  const fields = readStayFields(stay, context, { absentMeansDeleted: false });
  // When the stay began and ended, and for how long it is planned, is the ADT sender's to say.
  for (const key of ['admittedAt', 'dischargedAt', 'expectedAdmitAt', 'expectedDischargeAt']) delete fields[key];
  if (visit === null && fields['unit'] === undefined) return null;
  const { subject } = group.identities;
  return {
    kind: 'stay',
    subject,
    visit,
    action: 'update',
    isInPassing: true,
    fields: fields as StayChange['fields'],
    at: context.eventAt,
  };
}

/** Sets the message aside when a patient in it can't be told: what follows that PID must not land on the one before. */
export function readPersonAndStay(message: Hl7Message, context: MeaningContext): Change[] {
  const groups = patientGroups(message, context);
  const known = groups.filter((group) => group !== null);
  if (known.length === 0 || known.length < groups.length) {
    context.setAside(groups.length === 0 ? 'no PID' : 'no usable patient identifier');
    return [];
  }
  return known.flatMap((group): Change[] => {
    const stay = readPlaceOnly(group, context);
    return [
      readPerson(group, context, { absentMeansDeleted: false }),
      ...(stay === null ? [] : [stay]),
      ...readAllergies(group, context, { isWholeList: false }),
    ];
  });
}
