// Refusing what does not exist: a question or a decision about a unit, a part or a source that nobody has is a misspelling, and an
// answer to it (an empty list, a hold of nothing) would be believed.

import { Failure } from './failures.ts';
import { type SourceId, sourceId, type UnitId, unitId } from './identity.ts';
import { isPartName, type PartName } from './parts.ts';

/** A house has tens of units and sources; a message that fills the screen is not read. */
const NAMED_MAX = 40;

const known = (names: readonly string[]): string => {
  const told = [...new Set(names)].sort();
  const more = told.length > NAMED_MAX ? ` och ${told.length - NAMED_MAX} till` : '';
  return told.length === 0 ? 'inga' : `${told.slice(0, NAMED_MAX).join(', ')}${more}`;
};

/** @throws {Failure} `request.invalid` with the units there are */
export function requireUnit(text: string, units: readonly string[]): UnitId {
  if (units.includes(text)) return unitId(text);
  throw new Failure('request.invalid', `den enheten finns inte; kända enheter: ${known(units)}`);
}

/** @throws {Failure} `request.invalid` with the sources there are */
export function requireSource(text: string, sources: readonly string[]): SourceId {
  if (sources.includes(text)) return sourceId(text);
  throw new Failure(
    'request.invalid',
    `den källan finns inte; kända källor: ${known(sources)} (\`reservkraft status\` visar alla)`,
  );
}

/** @throws {Failure} `request.invalid` with the parts this source feeds */
export function requireFedPart(text: string, fed: readonly PartName[]): PartName {
  if (!isPartName(text)) throw new Failure('request.invalid', `den delen finns inte; källan matar: ${known(fed)}`);
  if (fed.includes(text)) return text;
  throw new Failure('request.invalid', `källan matar inte ${text}; den matar: ${known(fed)}`);
}

/** One line as a person wrote it. @throws {Failure} `request.invalid` when nothing was written */
export function requireWords(text: string, otherwise: string): string {
  const words = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (words === '') throw new Failure('request.invalid', otherwise);
  return words;
}
