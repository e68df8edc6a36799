// A text as the national number it is, whichever of the two: senders mix up personnummer and samordningsnummer, and no number
// is of both series. Ten digits are never enough: 121212-1212 was born in 1912 or in 2012 (knowledge b1).

import { PERSONNUMMER, SAMORDNINGSNUMMER } from '../../../domain/identity-domains.ts';
import { type PersonIdProblem, readPersonId } from '../../../domain/person-id.ts';

type NationalNumber =
  | { readonly kind: 'personnummer' | 'samordningsnummer'; readonly id: string }
  | { readonly kind: 'none'; readonly why: PersonIdProblem };

export function nationalNumber(text: string): NationalNumber {
  const personnummer = readPersonId(text, PERSONNUMMER);
  if (personnummer.kind === 'valid') return { kind: 'personnummer', id: personnummer.personId.identity.id };
  const other = readPersonId(text, SAMORDNINGSNUMMER);
  if (other.kind === 'valid') return { kind: 'samordningsnummer', id: other.personId.identity.id };
  return { kind: 'none', why: personnummer.problem };
}
