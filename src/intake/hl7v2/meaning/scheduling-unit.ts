// The unit a booking takes place at (decision 0029): what the source has declared for its places, as for PV1-3. A theatre's room is
// no unit of its own, and a word nobody has declared is none: a list of strangers would be worse than the list one has.

import type { Reference } from 'fhir/r4';
import { bookedUnitReference } from '../../../domain/booking.ts';
import type { UnitId } from '../../../domain/identity.ts';
import type { SourceDeclaration } from '../../../domain/source.ts';
import type { Hl7Segment } from '../message.ts';
import { declaredUnit } from './locations.ts';
import { textOf } from './results-fields.ts';

interface Places {
  /** AIL. */
  readonly places: readonly Hl7Segment[];
  /** AIG: a theatre is another resource to some. */
  readonly things: readonly Hl7Segment[];
  /** PV1: where the patient lies. */
  readonly stays: readonly Hl7Segment[];
}

/**
 * Null: nothing is said of the place, and what is known of it stands. A place that nobody has declared takes away what was known: the
 * booking has been moved there.
 */
export function bookedUnitOf({ places, things, stays }: Places, source: SourceDeclaration): Reference | null {
  if (Object.keys(source.units).length === 0) return null;
  const named = [
    ...places.flatMap((ail) => [declaredUnit(ail, 3, source), declaredUnit(ail, 4, source)]),
    ...things.flatMap((aig) => [declaredUnit(aig, 3, source), declaredUnit(aig, 4, source)]),
  ].filter((unit) => unit !== null);
  // The ward that a patient is fetched from may stand among the places.
  const lying = stays.map((pv1) => declaredUnit(pv1, 3, source));
  const unit: UnitId | undefined = named.find((one) => !lying.includes(one)) ?? named[0];
  if (unit !== undefined) return bookedUnitReference(unit, '');
  const [place] = places;
  return place === undefined ? null : bookedUnitReference(null, textOf(place, 3) ?? 'annan plats');
}
