// Whether a booking is an operation. Schedulers have no common code for it, so the words decide; what they leave in doubt
// the region declares (source.hl7.partOfCode). «Kirurgmottagning» is a visit, «OP» in a visit type is often outpatient.

import type { CodeableConcept } from 'fhir/r4';

type Concepts = readonly (CodeableConcept | null)[];

const TYPE = /\b(?:operation\w*|operera\w*|surgery|surgical procedure|theatre|theater|operating room)\b/i;
const PLACE = /\b(?:OP|OR|op[- ]?sal\w*|operation\w*|theatre|theater|operating room|surgical suite)\b|^OP[- ]?\d/i;
const ROLE = /\b(?:surgeon|operatör|huvudoperatör|operationssjuksköterska|scrub nurse|op-?ssk)\b/i;

const wordsOf = (concept: CodeableConcept | null): string[] => {
  if (concept === null) return [];
  const codings = (concept.coding ?? []).flatMap(({ code, display }) => [code, display]);
  return [concept.text, ...codings].filter((word) => word !== undefined);
};

const says = (concepts: Concepts, pattern: RegExp): boolean =>
  concepts.some((concept) => wordsOf(concept).some((word) => pattern.test(word)));

export const isTheatre = (booking: { types: Concepts; places: Concepts; roles: Concepts }): boolean =>
  says(booking.types, TYPE) || says(booking.places, PLACE) || says(booking.roles, ROLE);
