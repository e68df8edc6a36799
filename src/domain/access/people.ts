// Who works here, as the station knows them: by HSA-id, with name, title and profession, and the units where they care for patients.
// Pure values: the station, the app and the paper speak of people with these words.

import type { UnitId } from '../identity.ts';

declare const brand: unique symbol;

/** An HSA-id (`SE2321000016-1ABC`); of somebody vouched for `GAST-…`; of an opened emergency code `KOD-…`. Never a personal number. */
export type PersonId = string & { readonly [brand]: 'PersonId' };
export const personId = (text: string): PersonId => text as PersonId;

/** SE, the organisation's ten digits, a dash and what the organisation chose; 31 characters at most (Inera, HSA-schemat). */
const HSA_ID = /^SE\d{10}-[A-Z0-9]{1,18}$/;

/** As people write it: in any case, with blanks around. Null when it is none. */
export function readHsaId(text: string): PersonId | null {
  const id = text.trim().toUpperCase();
  return HSA_ID.test(id) ? personId(id) : null;
}

/** `isLicensed`: has a licence of Socialstyrelsen, and may vouch for a colleague. */
export const PROFESSIONS = {
  doctor: { swedish: 'läkare', isLicensed: true },
  nurse: { swedish: 'sjuksköterska', isLicensed: true },
  midwife: { swedish: 'barnmorska', isLicensed: true },
  'assistant-nurse': { swedish: 'undersköterska', isLicensed: false },
  pharmacist: { swedish: 'apotekare', isLicensed: true },
  'biomedical-scientist': { swedish: 'biomedicinsk analytiker', isLicensed: true },
  physiotherapist: { swedish: 'fysioterapeut', isLicensed: true },
  'occupational-therapist': { swedish: 'arbetsterapeut', isLicensed: true },
  psychologist: { swedish: 'psykolog', isLicensed: true },
  dietitian: { swedish: 'dietist', isLicensed: true },
  radiographer: { swedish: 'röntgensjuksköterska', isLicensed: true },
  counsellor: { swedish: 'kurator', isLicensed: true },
  secretary: { swedish: 'medicinsk sekreterare', isLicensed: false },
  student: { swedish: 'student', isLicensed: false },
  other: { swedish: 'annan', isLicensed: false },
} as const satisfies Record<string, { readonly swedish: string; readonly isLicensed: boolean }>;
export type Profession = keyof typeof PROFESSIONS;

const isProfession = (text: string): text is Profession => Object.hasOwn(PROFESSIONS, text);

/** Our word or the Swedish one, in any case. */
export function readProfession(text: string): Profession | null {
  const asked = text.trim().toLowerCase();
  if (isProfession(asked)) return asked;
  const found = Object.entries(PROFESSIONS).find(([, { swedish }]) => swedish === asked);
  return found === undefined ? null : (found[0] as Profession);
}

export interface Person {
  readonly id: PersonId;
  readonly name: string;
  /** «ST-läkare», «specialistsjuksköterska»: what stands beside the name in a chart. */
  readonly title: string;
  readonly profession: Profession;
}

/** In the place of a title, where two people read by a sealed code. */
export const CODE_TITLE = 'nödkod';

/** Why somebody cares for a unit's patients. `lead` also enrols colleagues there. */
export const UNIT_ROLES = {
  staff: 'medarbetare',
  lead: 'enhetsansvarig',
  'on-call': 'jour',
  lent: 'inlånad',
  vouched: 'intygad av kollega',
  'emergency-code': 'nödkod',
} as const;
export type UnitRole = keyof typeof UNIT_ROLES;

/** Roles somebody is given and keeps; the others come with a choice, a colleague or a code, for a shift. */
export const GIVEN_ROLES = ['staff', 'lead', 'on-call'] as const satisfies readonly UnitRole[];
export type GivenRole = (typeof GIVEN_ROLES)[number];

export interface Assignment {
  /** `all`: an on-call role of the whole house. */
  readonly unit: UnitId | 'all';
  readonly role: GivenRole;
  /** «Medicinjour»: what an on-call role is called. */
  readonly name: string | null;
  /** Begin inclusive, end exclusive, ms since 1970 UTC; null: no such limit. */
  readonly from: number | null;
  readonly until: number | null;
}

/** `invited`: has not used a secret of their own yet. */
export const ACCOUNT_STATES = ['invited', 'active', 'closed'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

export interface Account extends Person {
  readonly state: AccountState;
  readonly assignments: readonly Assignment[];
  /** When the secret was last used here; null: never. */
  readonly secretUsedAt: number | null;
  /** The secret has not been used for so long that it may be forgotten: a reminder, never a hindrance. */
  readonly isSecretDue: boolean;
}

/** As who answers for their unit sees it. */
export interface ListedAccount extends Account {
  /** On how many computers they have a PIN. */
  readonly pins: number;
}
