// Where the patient is: PV1-3 (PL) to the station's own units. The room and the bed belong to the place said in the same
// field: a move to a new unit without a bed must never keep the old unit's bed.

import type { StayFields } from '../../../domain/changes.ts';
import { type UnitId, unitId } from '../../../domain/identity.ts';
import type { SourceDeclaration } from '../../../domain/source.ts';
import type { Hl7Segment } from '../message.ts';

/**
 * The source's `units` are keyed by point of care (PL-1), or by `facility|point of care` (PL-4.1) where houses use the same
 * ward names. A place nobody has declared is a unit of its own, under the sender's word.
 */
export function readUnit(segment: Hl7Segment, field: number, source: SourceDeclaration): UnitId | null | undefined {
  const pointOfCare = segment.value(field, 1);
  if (typeof pointOfCare !== 'string') return pointOfCare;
  return declaredUnit(segment, field, source) ?? unitId(pointOfCare);
}

/** The station's own unit, where the source's `units` have it; null where they have not. */
export function declaredUnit(segment: Hl7Segment, field: number, source: SourceDeclaration): UnitId | null {
  const pointOfCare = segment.value(field, 1);
  if (typeof pointOfCare !== 'string') return null;
  const facility = segment.value(field, 4);
  const names = [...(typeof facility === 'string' ? [`${facility}|${pointOfCare}`] : []), pointOfCare];
  const declared = names.find((name) => Object.hasOwn(source.units, name));
  return declared === undefined ? null : (source.units[declared] ?? null);
}

type Place = { -readonly [K in 'unit' | 'room' | 'bed' | 'location']?: StayFields[K] | null };

/** Nothing when the field is absent; all four null when it is `""`. A place without point of care leaves the unit as it is. */
export function readPlace(segment: Hl7Segment, field: number, source: SourceDeclaration): Place {
  const written = segment.raw(field);
  if (written === '') return {};
  if (written === '""') return { unit: null, room: null, bed: null, location: null };
  const unit = readUnit(segment, field, source);
  return {
    ...(unit === undefined ? {} : { unit }),
    room: segment.value(field, 2) ?? null,
    bed: segment.value(field, 3) ?? null,
    location: segment.freeText(field, 1) ?? written,
  };
}
