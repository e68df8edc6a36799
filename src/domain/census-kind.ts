// How a stay stands on a unit's list, if at all: here, on leave, expected, not heard to have begun, or gone within three days. The same
// rule says whose patient somebody is.

import { domainLimits } from './domain-limits.ts';
import type { UnitId } from './identity.ts';
import type { Stay } from './patient-copy.ts';

export const CENSUS_KINDS = [
  'present',
  'on-leave',
  'expected', // planned to this unit, not yet here
  'unknown', // a stay of which we have not heard that it began
  'booked', // an operation or visit takes place here (booking.ts); never that the patient is here
  'discharged', // left within 72 hours
] as const;
export type CensusKind = (typeof CENSUS_KINDS)[number];

type Placed = Pick<Stay, 'unit' | 'plannedUnit' | 'status' | 'changedAt' | 'dischargedAt'>;

export function censusKind(unit: UnitId, stay: Placed, wallMs: number): CensusKind | null {
  if (stay.unit !== unit)
    return stay.plannedUnit === unit && stay.status !== 'discharged' && stay.status !== 'cancelled' ? 'expected' : null;
  switch (stay.status) {
    case 'present':
      return 'present';
    case 'on-leave':
      return 'on-leave';
    case 'planned':
      return 'expected';
    case 'unknown':
      return wallMs - stay.changedAt <= domainLimits.dischargedKeptMs ? 'unknown' : null;
    case 'discharged':
      return wallMs - (stay.dischargedAt ?? stay.changedAt) <= domainLimits.dischargedKeptMs ? 'discharged' : null;
    case 'cancelled':
      return null;
  }
}
