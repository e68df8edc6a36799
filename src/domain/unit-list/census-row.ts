// One line of a unit's list as the copy reads it: who is here, on leave, expected, booked, and gone within three days.

import type { Patient } from 'fhir/r4';
import type { Booking } from '../booking.ts';
import type { CensusKind } from '../census-kind.ts';
import type { Identity, PatientKey, UnitId } from '../identity.ts';
import type { PartFeed, Stay } from '../patient-copy.ts';

export interface CensusRow {
  readonly key: PatientKey;
  /** Keys that the person's other numbers had as patients of their own: what was marked under them is of this one. Absent: none. */
  readonly formerKeys?: readonly PatientKey[];
  readonly identity: Identity;
  readonly kind: CensusKind;
  /** Of somebody booked: what the booking says, a stay that is planned. */
  readonly stay: Stay;
  /** What is booked for them on this unit in these days, the earliest first; absent: nothing. One line's at one time. */
  readonly bookings?: readonly Booking[];
  /** Of somebody booked: what else is booked for them there that day, on lines of its own (`bookedBeside`); absent: nothing. */
  readonly alsoBooked?: readonly Booking[];
  /** Of somebody booked: where the patient lies meanwhile; absent: nowhere that the reader may know of. */
  readonly lies?: Stay;
  /** Name, birth date, gender and deceased as resolved; null when only an identity is known. */
  readonly person: Patient | null;
  readonly isProtected: boolean;
  readonly bedConflict: boolean;
  readonly sourceConflict: boolean;
  readonly identityConflict: boolean;
  /** The person is said to be in more than one bed or unit now; each place in this unit has a line of its own. */
  readonly severalPlaces: boolean;
  /**
   * Which places those remarks tell of besides the line's own unit, since by them one could guess at a place that is kept from who reads
   * (access/steps.ts). `several`: one for each place; `differing`: the units sources name, where nothing else differs. Absent: none.
   */
  readonly remarkPlaces?: { readonly several: readonly (UnitId | null)[]; readonly differing: readonly UnitId[] };
}

/** One source's feed of one part to a unit; `declaredName` where the station's settings no longer name the source. */
export interface UnitFeed {
  readonly feed: PartFeed;
  readonly declaredName: string;
}
