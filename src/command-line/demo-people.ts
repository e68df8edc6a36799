// Invented people for the demo: one who answers for each unit, one nurse there, and a doctor on call for the whole house. Their words are
// dealt anew at each start and told on this screen alone.

import type { Access } from '../access/access.ts';
import { type Assignment, type Person, type Profession, personId } from '../domain/access/people.ts';
import type { UnitDeclaration } from '../domain/unit.ts';

export interface DemoPerson extends Person {
  readonly unit: string;
  readonly role: string;
  readonly secret: string;
}

const LEADS = [
  'Eva Ek',
  'Bo Alm',
  'Siv Lind',
  'Jan Berg',
  'Maj Ståhl',
  'Per Sjö',
  'Tove Hed',
  'Ulf Ås',
  'Ida Holm',
  'Nils Dahl',
  'Ylva Rask',
  'Olof Gren',
];
const NURSES = [
  'Anna Berg',
  'Sara Nord',
  'Amir Haddad',
  'Lisa Falk',
  'Karin Moe',
  'Elin Wik',
  'Jonas Björk',
  'Mia Strand',
  'Leila Omar',
  'Nora Vik',
  'Hugo Fors',
  'Tilda Rosén',
];

export async function enrolDemoPeople(access: Access, units: readonly UnitDeclaration[]): Promise<DemoPerson[]> {
  const listed = [
    ...units.flatMap((unit, at) => [
      invented(unit, { role: 'lead', name: LEADS[at % LEADS.length] ?? '', title: 'vårdenhetschef' }),
      invented(unit, { role: 'staff', name: NURSES[at % NURSES.length] ?? '', title: 'leg. sjuksköterska' }),
    ]),
    invented(null, { role: 'on-call', name: 'Maria Sund', title: 'överläkare' }),
  ];
  access.accounts.put(listed);
  return Promise.all(
    listed.map(async ({ person, assignments: [assignment] }) => ({
      ...person,
      unit: assignment.unit,
      role: assignment.role,
      secret: (await access.accounts.dealSecret(person.id)).join(' '),
    })),
  );
}

interface Invented {
  readonly role: Assignment['role'];
  readonly name: string;
  readonly title: string;
}

function invented(unit: UnitDeclaration | null, { role, name, title }: Invented) {
  const profession: Profession = unit === null ? 'doctor' : 'nurse';
  // An organisation number that no one can have; the rest by unit, so that the same person is found at the next start.
  const id = personId(
    `SE0000000000-${(unit?.id ?? 'HUSET').toUpperCase().replace(/[^A-Z0-9]/g, '')}${role === 'lead' ? 1 : 2}`,
  );
  const assignment: Assignment = {
    unit: unit?.id ?? 'all',
    role,
    name: unit === null ? 'Husjour' : null,
    from: null,
    until: null,
  };
  return { person: { id, name, title, profession }, assignments: [assignment] as const };
}

export function demoPeopleText(people: readonly DemoPerson[]): string {
  const width = Math.max(...people.map(({ id }) => id.length));
  const lines = people.map(({ id, secret, name, unit, role }) => {
    const where = unit === 'all' ? 'jour, hela huset' : `${unit}${role === 'lead' ? ', enhetsansvarig' : ''}`;
    return `  ${id.padEnd(width)}   ${secret.padEnd(36)} ${name} (${where})`;
  });
  return `
Påhittade medarbetare och de ord de loggar in med på skärmen, nya vid varje start:
${lines.join('\n')}
`;
}
