// Next of kin (NK1): whom to call. The list is replaced whole when it is sent at all; a message without NK1 says nothing of it.

import type { RelatedPerson } from 'fhir/r4';
import type { Change } from '../../../domain/changes.ts';
import type { Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import type { PatientGroup } from './person.ts';
import { readAddress, readList, readName, readPhone } from './person-values.ts';
import { readCoded } from './values.ts';

function readRelatedPerson(nk1: Hl7Segment): RelatedPerson | null {
  const names = readList(nk1, 2, (repetition) => readName(nk1, 2, repetition)) ?? [];
  // NK1-30: who answers when the kin is an organisation (a care home, a municipality).
  const contacts = readList(nk1, 30, (repetition) => readName(nk1, 30, repetition)) ?? [];
  const phones = [
    ...(readList(nk1, 5, (repetition) => readPhone(nk1, 5, 'home', repetition)) ?? []),
    ...(readList(nk1, 6, (repetition) => readPhone(nk1, 6, 'work', repetition)) ?? []),
    ...(readList(nk1, 31, (repetition) => readPhone(nk1, 31, 'work', repetition)) ?? []),
  ];
  const organisation = nk1.value(13);
  const shown = [...names, ...contacts];
  if (shown.length === 0 && typeof organisation === 'string') shown.push({ text: organisation });
  if (shown.length === 0 && phones.length === 0) return null;
  const relationship = [readCoded(nk1, 3), readCoded(nk1, 7)].filter((each) => each !== undefined && each !== null);
  const addresses = readList(nk1, 4, (repetition) => readAddress(nk1, 4, repetition)) ?? [];
  return {
    resourceType: 'RelatedPerson',
    patient: {},
    ...(relationship.length === 0 ? {} : { relationship }),
    ...(shown.length === 0 ? {} : { name: shown }),
    ...(phones.length === 0 ? {} : { telecom: phones }),
    ...(addresses.length === 0 ? {} : { address: addresses }),
  };
}

export function readKin(group: PatientGroup, context: MeaningContext): Change[] {
  const segments = group.segments.filter((segment) => segment.name === 'NK1');
  if (segments.length === 0) return [];
  const people = segments.map(readRelatedPerson).filter((each) => each !== null);
  const isCleared = people.length === 0 && segments.some((segment) => segment.raw(2).includes('""'));
  if (people.length === 0 && !isCleared) return [];
  const { subject } = group.identities;
  const keys = people.map((_, index) => `RelatedPerson/NK1-${index + 1}`);
  return [
    { kind: 'part-snapshot', subject, part: 'kin', keys, statedNone: false },
    ...people.map(
      (resource, index): Change => ({
        kind: 'resource',
        subject,
        part: 'kin',
        key: keys[index] ?? '',
        at: context.eventAt,
        state: 'final',
        resource,
        mode: 'replace',
      }),
    ),
  ];
}
