// Finding a person through FHIR: by our own id, by number and series, by name. All that is asked for must fit (R4 search).

import type { Bundle } from 'fhir/r4';
import { Failure } from '../../domain/failures.ts';
import type { Identity, PatientKey } from '../../domain/identity.ts';
import { canonicalDomain } from '../../domain/identity-domains.ts';
import { withMarks } from '../../domain/marks.ts';
import { readPersonId } from '../../domain/person-id.ts';
import { searchRemark } from '../../domain/search-remark.ts';
import { limits } from '../../limits.ts';
import { type Paging, searchSet } from './bundles.ts';
import { marked } from './marked.ts';
import { type PatientReading, readPatientKey } from './reading.ts';
import { pageSize, refuseUnknown, single } from './search.ts';

export function patientBundle(
  reading: PatientReading,
  { parameters, base, marks }: Pick<Paging, 'parameters' | 'base' | 'marks'>,
): Bundle {
  refuseUnknown(parameters, ['identifier', 'name', '_id']);
  const { reader } = reading;
  const size = pageSize(parameters);
  const id = single(parameters, '_id');
  const identity = identityOf(single(parameters, 'identifier'));
  const name = single(parameters, 'name');
  const answers: PatientKey[][] = [];
  if (id !== null) answers.push([readPatientKey(id)]);
  if (identity !== null) answers.push([reader.find(identity) ?? []].flat());
  const told: string[] = [];
  if (name !== null) {
    const asked = requireName(name);
    const answer = reader.search(asked, { limit: limits.searchHitsMax });
    answers.push(answer.hits.map(({ key }) => key));
    told.push(...[searchRemark(asked, answer)].filter((remark) => remark !== null));
  }
  const [first, ...others] = answers;
  if (first === undefined)
    throw new Failure('request.invalid', 'sök med identifier eller name i kroppen, eller med _id');
  const people = new Map(
    first.flatMap((key) => {
      const person = reading.person(key);
      return person === null ? [] : [[person.copy.key, marked(person.patient, withMarks(person.copy, marks))] as const];
    }),
  );
  // Another number of the same person is the same person.
  const chart = (key: PatientKey): PatientKey => reading.person(key)?.copy.key ?? key;
  const found = [...people].filter(([key]) => others.every((keys) => keys.some((one) => chart(one) === key)));
  const isCut = found.length > size && size > 0;
  return searchSet(base, {
    total: found.length,
    // Never with what was asked: it was in the body because it may not stand in an address.
    link: [{ relation: 'self', url: `${base}/Patient` }],
    resources: found.slice(0, size).map(([, patient]) => patient),
    told: isCut ? [...told, 'Fler personer svarar mot sökningen: sök på nummer.'] : told,
  });
}

function requireName(text: string): string {
  const name = text.trim();
  if (name === '') throw new Failure('request.invalid', 'name är tomt');
  return name.slice(0, limits.searchTextMax);
}

/**
 * `system|value`; a value without system names nobody, since a number alone is not an identity. A national number is found
 * however it is written, with hyphen or without; all others only exactly. Null: nothing was asked.
 */
export function identityOf(token: string | null): Identity | null {
  if (token === null) return null;
  const bar = token.indexOf('|');
  const [system, value] = [token.slice(0, bar).trim(), token.slice(bar + 1).trim()];
  if (bar <= 0 || value === '' || value.includes('|'))
    throw new Failure('request.invalid', 'identifier skrivs nummerserie|nummer, en åt gången');
  const domain = canonicalDomain(system) ?? system;
  const written = readPersonId(value, domain);
  return written.kind === 'valid' ? written.personId.identity : { domain, id: value };
}
