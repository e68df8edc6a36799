// One presence of one person in one hospital, as the simulated hospital itself knows it (the truth that the source systems
// then tell, each in its own way).

import type { Course } from './course/course.ts';
import type { Person } from './people.ts';
import type { Colleague, HospitalCode, Place } from './places.ts';

export type SimStayKind = 'inpatient' | 'emergency' | 'day-care' | 'newborn';

export interface SimStay {
  readonly number: string;
  readonly hospital: HospitalCode;
  readonly kind: SimStayKind;
  /** Changes only when someone unknown is identified. */
  person: Person;
  readonly course: Course | null;
  readonly reason: string;
  readonly icd: string;
  /** Booked ahead (planned admissions), else the moment of arrival. */
  readonly bookedAt: number;
  readonly admittedAt: number;
  dischargedAt: number;
  readonly places: { readonly at: number; readonly place: Place; readonly by: 'arrival' | 'transfer' | 'swap' }[];
  readonly leave: { readonly from: number; readonly to: number } | null;
  readonly doctor: Colleague;
  readonly nurse: Colleague;
  readonly mother: SimStay | null;
  /** The emergency visit that led here. */
  readonly cameFrom: SimStay | null;
  /** An unknown person who is identified at a known time. */
  readonly identified: { readonly at: number; readonly person: Person } | null;
  /** Triage priority of an emergency visit: 1 red … 5 blue. */
  readonly triage: number | null;
  readonly seed: string;
}

export const isPresent = (stay: SimStay, at: number): boolean => stay.admittedAt <= at && at < stay.dischargedAt;

/** Where someone lies at a moment; before arrival the place that waits. */
export function placeAt(stay: SimStay, at: number): Place {
  let place = stay.places[0]?.place;
  for (const step of stay.places) if (step.at <= at) place = step.place;
  if (place === undefined) throw new Error('sim: a stay without a place');
  return place;
}

/** Who the hospital believes this is at a moment (someone unknown has another number until identified). */
export const personAt = (stay: SimStay, at: number): Person =>
  stay.identified !== null && at >= stay.identified.at ? stay.identified.person : stay.person;
