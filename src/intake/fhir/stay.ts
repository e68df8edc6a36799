// An Encounter as a stay: who lies where, since when. The Encounter says the whole state at once, so what it leaves out of a
// place or a time is no longer so.

import {
  type Caregiver,
  STAY_CLASSES,
  type StayAction,
  type StayChange,
  type StayClass,
  type StayFields,
} from '../../domain/changes.ts';
import type { Identity } from '../../domain/identity.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { codingsOf, element, type JsonObject, listAt, textAt, wordsOf } from './elements.ts';
import { type ItemIndex, placeOf } from './places.ts';
import { readFhirTime } from './times.ts';

export interface StayOptions {
  readonly resource: JsonObject;
  readonly subject: Identity;
  readonly visit: Identity;
  readonly source: SourceDeclaration;
  readonly itemAt: ItemIndex;
  /** When the source said it. */
  readonly at: number;
}

export function readStay(options: StayOptions): StayChange {
  const { resource, source, at } = options;
  const timeZone = source.hl7.timeZone;
  const status = textAt(resource, 'status');
  const stayClass = classOf(resource, status);
  const period = element(resource, 'period');
  const startMs = readFhirTime(textAt(period, 'start'), timeZone);
  const endMs = readFhirTime(textAt(period, 'end'), timeZone);
  const isPlanned = status === 'planned';
  const place = placeOf(resource, source, options.itemAt);
  const fields: { -readonly [K in keyof StayFields]?: StayFields[K] | null } = {
    class: stayClass,
    ...(isPlanned ? { plannedUnit: place.unit } : { unit: place.unit, room: place.room, bed: place.bed }),
    ...(isPlanned ? {} : { location: place.words }),
    ...(isPlanned ? { expectedAdmitAt: startMs, expectedDischargeAt: endMs } : { admittedAt: startMs }),
    ...(isPlanned ? {} : { dischargedAt: status === 'finished' ? (endMs ?? at) : null }),
    leaveSince: status === 'onleave' ? at : null,
    service: wordsOf(element(resource, 'serviceType')) || null,
    reason:
      listAt(resource, 'reasonCode')
        .map(wordsOf)
        .filter((words) => words !== '')
        .join(', ') || null,
    caregivers: caregiversOf(resource),
  };
  return {
    kind: 'stay',
    subject: options.subject,
    visit: options.visit,
    action: actionOf(status, stayClass),
    fields,
    at,
  };
}

function actionOf(status: string, stayClass: StayClass): StayAction {
  switch (status) {
    case 'planned':
      return 'pre-admit';
    case 'arrived':
    case 'triaged':
    case 'in-progress':
      return stayClass === 'inpatient' ? 'admit' : 'register';
    case 'onleave':
      return 'leave';
    case 'finished':
      return 'discharge';
    case 'cancelled':
    case 'entered-in-error':
      return 'cancel';
    default:
      return 'update';
  }
}

/** v3-ActCode, and the letters of HL7 v2 table 0004 that many servers keep. */
const CLASS_OF_CODE: Readonly<Record<string, StayClass>> = {
  IMP: 'inpatient',
  ACUTE: 'inpatient',
  NONAC: 'inpatient',
  OBSENC: 'inpatient',
  I: 'inpatient',
  EMER: 'emergency',
  E: 'emergency',
  AMB: 'outpatient',
  VR: 'outpatient',
  HH: 'outpatient',
  FLD: 'outpatient',
  O: 'outpatient',
  SS: 'day-care',
  PRENC: 'pre-admit',
  P: 'pre-admit',
  B: 'birth',
};

function classOf(resource: JsonObject, status: string): StayClass {
  const code = textAt(element(resource, 'class'), 'code');
  const found = Object.hasOwn(CLASS_OF_CODE, code) ? CLASS_OF_CODE[code] : STAY_CLASSES.find((word) => word === code);
  return found ?? (status === 'planned' ? 'pre-admit' : 'unknown');
}

/** v3-ParticipationType. */
const ROLE_OF_TYPE: Readonly<Record<string, Caregiver['role']>> = {
  ATND: 'attending',
  PPRF: 'attending',
  REF: 'referring',
  CON: 'consulting',
  ADM: 'admitting',
};

function caregiversOf(resource: JsonObject): readonly Caregiver[] {
  return listAt(resource, 'participant').flatMap((participant) => {
    const individual = element(participant, 'individual');
    const name = textAt(individual, 'display');
    if (name === '') return [];
    const codes = codingsOf(element(participant, 'type')).map(({ code }) => code);
    const role = codes
      .map((code) => (Object.hasOwn(ROLE_OF_TYPE, code) ? ROLE_OF_TYPE[code] : undefined))
      .find(Boolean);
    return [{ id: textAt(element(individual, 'identifier'), 'value') || null, name, role: role ?? 'other' }];
  });
}
