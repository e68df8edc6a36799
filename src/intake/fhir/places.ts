// The places a resource names, as the station knows them: the ward, room and bed of an Encounter, the unit of a booking. What the
// bundle tells of a Location is followed upwards, since a bed is part of a room and a room of a ward.

import { bookedUnitReference, isBookedUnitReference } from '../../domain/booking.ts';
import { type UnitId, unitId } from '../../domain/identity.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { Item } from './bundle.ts';
import { codingsOf, element, type JsonObject, listAt, nameOf, textAt } from './elements.ts';
import { referenceText } from './references.ts';

export type ItemIndex = (reference: string) => Item | undefined;

interface Place {
  readonly unit: UnitId | null;
  readonly room: string | null;
  readonly bed: string | null;
  readonly words: string | null;
}

interface Spot {
  /** location-physical-type: `wa` ward, `ro` room, `bd` bed. */
  readonly kind: string;
  /** What the region may have declared it by: reference, id, identifiers, name. */
  readonly names: readonly string[];
  readonly words: string;
}

const CLIMB_MAX = 8;

export function placeOf(resource: JsonObject, source: SourceDeclaration, itemAt: ItemIndex): Place {
  const places = listAt(resource, 'location');
  const current = places.filter((place) => ['active', ''].includes(textAt(place, 'status')));
  const chosen = current.length > 0 ? current : places.filter((place) => textAt(place, 'status') !== 'completed');
  const spots = chosen.flatMap((place) => spotsOf(place, itemAt));
  if (spots.length === 0) return { unit: null, room: null, bed: null, words: null };
  const declared = declaredName(spots, source);
  const ward =
    spots.find(({ kind }) => kind === 'wa') ?? spots.find(({ kind }) => kind !== 'bd' && kind !== 'ro') ?? spots.at(-1);
  const unit = declared === undefined ? ward?.words : source.units[declared];
  return {
    unit: unit ? unitId(unit) : null,
    room: spots.find(({ kind }) => kind === 'ro')?.words ?? null,
    bed: spots.find(({ kind }) => kind === 'bd')?.words ?? null,
    words: spots.map(({ words }) => words).join(', '),
  };
}

const declaredName = (spots: readonly Spot[], source: SourceDeclaration): string | undefined =>
  spots.flatMap(({ names }) => names).find((name) => Object.hasOwn(source.units, name));

/** The place itself and what it is part of, as far as the bundle tells. */
const spotsOf = (place: unknown, itemAt: ItemIndex): Spot[] =>
  spotsFrom(element(place, 'location'), codingsOf(element(place, 'physicalType'))[0]?.code ?? '', itemAt);

function spotsFrom(place: unknown, physicalType: string, itemAt: ItemIndex): Spot[] {
  const spots: Spot[] = [];
  let reference = place;
  let kind = physicalType;
  for (let step = 0; step < CLIMB_MAX && reference !== undefined; step += 1) {
    const text = referenceText(reference);
    const location = locationAt(text, itemAt);
    const names = [
      text,
      text.split('/').at(-1) ?? '',
      textAt(element(reference, 'identifier'), 'value'),
      ...listAt(location, 'identifier').map((identifier) => textAt(identifier, 'value')),
      nameOf(location),
      textAt(reference, 'display'),
    ].filter((name) => name !== '');
    kind ||= codingsOf(element(location, 'physicalType'))[0]?.code ?? '';
    const words = nameOf(location) || textAt(reference, 'display') || names[0] || '';
    if (words !== '') spots.push({ kind, names, words });
    kind = '';
    reference = element(location, 'partOf');
  }
  return spots;
}

function locationAt(text: string, itemAt: ItemIndex): JsonObject | null {
  const item = itemAt(text);
  return item?.type === 'Location' ? item.resource : null;
}

/** Written into the booking itself. A copy of a copy carries another station's word: its units are not ours. */
export function markBookedUnit(resource: JsonObject, source: SourceDeclaration, itemAt: ItemIndex): void {
  const told = listAt(resource, 'supportingInformation');
  const unit = bookedAt(resource, source, itemAt);
  const own = told.filter((reference) => !isBookedUnitReference(reference));
  if (unit === null && own.length === told.length) return;
  const named = [...own, ...(unit === null ? [] : [bookedUnitReference(unit, '')])];
  if (named.length > 0) resource['supportingInformation'] = named;
  else delete resource['supportingInformation'];
}

/**
 * The unit a booking takes place at (decision 0029): what the source has declared for a place that takes part. Null: it names none.
 */
function bookedAt(resource: JsonObject, source: SourceDeclaration, itemAt: ItemIndex): UnitId | null {
  const spots = listAt(resource, 'participant').flatMap((one) => {
    const actor = element(one, 'actor');
    const isPlace = textAt(actor, 'type') === 'Location' || referenceText(actor).includes('Location/');
    const isHere = isPlace || itemAt(referenceText(actor))?.type === 'Location';
    return isHere && textAt(one, 'status') !== 'declined' ? spotsFrom(actor, '', itemAt) : [];
  });
  const declared = declaredName(spots, source);
  return declared === undefined ? null : (source.units[declared] ?? null);
}
