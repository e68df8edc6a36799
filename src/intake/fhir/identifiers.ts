// Business identifiers of a person: the numbers that mean the same person outside the system that sent them. A placeholder
// taken for a number joins strangers, so what is not plainly a person's number is left out, and said.

import { type Identity, sameIdentity } from '../../domain/identity.ts';
import { canonicalDomain, domainPreference, PERSONNUMMER, SAMORDNINGSNUMMER } from '../../domain/identity-domains.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { nationalNumber } from '../hl7v2/meaning/national-number.ts';
import { codingsOf, element, listAt, textAt } from './elements.ts';

/** v2-0203 types that number something else than a person: an account, a visit, an order, a document, a payer. */
const NOT_A_PERSON: ReadonlySet<string> = new Set([
  'AN',
  'VN',
  'PLAC',
  'FILL',
  'DN',
  'DCFN',
  'EN',
  'EI',
  'ACSN',
  'SNO',
  'XX',
  'NIIP',
  'PRN',
  'UPIN',
  'MCN',
]);

/** Without a number series these could be anyone's: only the source's own patient number is taken then. */
const OWN_NUMBER: ReadonlySet<string> = new Set(['', 'MR', 'PI', 'PT', 'U']);

const PLACEHOLDER = /^(?:0+|9+|x+|-+|unknown|okänd|okand|none|null|n\/?a|temp(?:orary)?|saknas)$/i;

/** The person's identities, the one people use first at the front; `refused` counts those that could not be trusted. */
export function readIdentifiers(
  resource: unknown,
  source: SourceDeclaration,
): { readonly identities: Identity[]; readonly refused: number } {
  const identities: Identity[] = [];
  let refused = 0;
  for (const identifier of listAt(resource, 'identifier')) {
    const identity = readIdentifier(identifier, source);
    if (identity === 'refused') refused += 1;
    else if (identity !== null && !isKnownOrSecond(identities, identity)) identities.push(identity);
  }
  const order = new Map(
    identities.map((identity, index) => [identity, domainPreference(identity.domain) * 1000 + index]),
  );
  return { identities: identities.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)), refused };
}

/** Two different national numbers on one person: only the first counts, the second may be somebody else's. */
const isKnownOrSecond = (known: readonly Identity[], identity: Identity): boolean =>
  known.some((one) => sameIdentity(one, identity) || (one.domain === identity.domain && one.domain === PERSONNUMMER));

/** One Identifier. Null: says nothing of whose it is; `refused`: says it in a way that could be somebody else's. */
export function readIdentifier(identifier: unknown, source: SourceDeclaration): Identity | 'refused' | null {
  const value = textAt(identifier, 'value').trim();
  if (value === '') return null;
  const use = textAt(identifier, 'use');
  if (use === 'old' || use === 'temp') return null;
  const types = codingsOf(element(identifier, 'type')).map(({ code }) => code);
  if (types.some((type) => NOT_A_PERSON.has(type))) return null;
  if (PLACEHOLDER.test(value)) return 'refused';
  const system = textAt(identifier, 'system').trim();
  const assigner = element(identifier, 'assigner');
  const authority = system || textAt(element(assigner, 'identifier'), 'value') || textAt(assigner, 'display');
  return identityIn(authority, value, types, source);
}

function identityIn(
  authority: string,
  value: string,
  types: readonly string[],
  source: SourceDeclaration,
): Identity | 'refused' | null {
  const declared = Object.hasOwn(source.identityDomains, authority) ? source.identityDomains[authority] : undefined;
  const domain = canonicalDomain(declared ?? authority) ?? declared;
  if (domain === undefined) {
    const isOwn = (types.length === 0 ? [''] : types).some((type) => OWN_NUMBER.has(type));
    return isOwn ? { domain: source.identityDomain, id: value } : null;
  }
  if (domain !== PERSONNUMMER && domain !== SAMORDNINGSNUMMER) return { domain, id: value };
  const national = nationalNumber(value.replace(/\s/g, ''));
  if (national.kind === 'none') return 'refused';
  return { domain: national.kind === 'personnummer' ? PERSONNUMMER : SAMORDNINGSNUMMER, id: national.id };
}

/** `identifier=system|value` of a conditional reference or request; every other search names nobody. */
export function readCriteria(criteria: string, source: SourceDeclaration): Identity | 'refused' | null {
  const given = new URLSearchParams(criteria);
  const [token, ...others] = given.getAll('identifier');
  if (token === undefined || others.length > 0 || [...given.keys()].some((name) => name !== 'identifier')) return null;
  const bar = token.indexOf('|');
  // Without a bar the search would find that number in any series: it could be anyone's.
  if (bar < 0) return null;
  return readIdentifier({ system: token.slice(0, bar), value: token.slice(bar + 1) }, source);
}
