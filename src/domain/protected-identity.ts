// Who has a protected identity (secrecy marking or protected population registration) is known by name and number, and nothing the
// copy hands out tells where they live, how they are reached or who is near them (design §10, hazard H27).

import type { Patient } from 'fhir/r4';

/** Named one by one, since a source may add elements of its own. */
const IDENTIFYING: ReadonlySet<string> = new Set<keyof Patient>([
  'resourceType',
  'meta',
  'active',
  'name',
  'gender',
  'birthDate',
  'deceasedBoolean',
  'deceasedDateTime',
]);

/** What identifies the person, and nothing that tells where. */
export function identifyingOnly(person: Patient): Patient {
  const kept = Object.entries(person).filter(([element]) => IDENTIFYING.has(element));
  return { resourceType: 'Patient', ...Object.fromEntries(kept) };
}
