// The wordings by which people say "none known". Beside a code they must say the same or be absent: a wording that is not
// here is read as a line, never as *inga kända*. The price of a missing wording is *okänt*; of a wrong one, a life (hazard H4).

import type { PartName } from './parts.ts';

/** Said of any part. */
const OF_ANY = ['inga kända', 'nil known', 'none known', 'no known', 'no known items', 'inga'];

const OF_PART: Readonly<Partial<Record<PartName, readonly string[]>>> = {
  allergies: [
    'nka',
    'nkal',
    'no known allergies',
    'no known allergy',
    'no allergies known',
    'no allergies',
    'no known allergies or intolerances',
    'no known allergies and intolerances',
    'no-known-allergies',
    'inga kända allergier',
    'inga allergier',
    'inga kända överkänsligheter',
    'inga kända överkänsligheter eller allergier',
    'inga kända allergier eller överkänsligheter',
    'inga kända allergier eller intoleranser',
    'ingen känd allergi',
    'ingen känd överkänslighet',
    'ingen känd allergi eller överkänslighet',
    'ingen känd överkänslighet eller allergi',
    'ingen kjent allergi',
    'ingen kjente allergier',
    'ingen kendte allergier',
    'keine bekannten allergien',
    'keine bekannte allergie',
    'keine allergien bekannt',
    'aucune allergie connue',
    "pas d'allergie connue",
    'sin alergias conocidas',
    'ninguna alergia conocida',
    'nessuna allergia nota',
  ],
  'medication-orders': [
    'no known medications',
    'no known medication',
    'no known current medications',
    'no current medications',
    'no medications',
    'no-known-medications',
    'inga kända läkemedel',
    'inga läkemedel',
    'inga aktuella läkemedel',
    'inga pågående läkemedel',
  ],
  problems: [
    'no known problems',
    'no known problem',
    'no current problems',
    'no current problems or disability',
    'no-known-problems',
    'inga kända problem',
    'inga kända diagnoser',
    'inga aktuella problem',
    'inga aktuella problem eller funktionsnedsättningar',
  ],
  immunizations: [
    'no known immunizations',
    'no known immunisations',
    'no-known-immunizations',
    'inga kända vaccinationer',
  ],
  procedures: ['no known procedures', 'no known procedure', 'no-known-procedures', 'inga kända åtgärder'],
  devices: ['no known devices', 'no known device use', 'no known devices in use', 'no-known-devices'],
  alerts: ['no known alerts', 'inga kända varningar'],
};

const BY_PART: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(OF_PART).map(([part, wordings]) => [part, new Set([...OF_ANY, ...wordings])]),
);

/** SNOMED CT's fully specified names end in what kind of thing it is. */
const plain = (word: string): string =>
  word
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/ \((?:situation|finding|disorder)\)$/, '')
    .replace(/[.!]$/, '')
    .trim();

export const saysNone = (word: string, part: PartName): boolean => BY_PART.get(part)?.has(plain(word)) === true;

/** *Ej tillfrågad*, *okänt*: nobody knows, which is the opposite of a denial. A name of something is not among these. */
export const doubtsNone = (word: string): boolean => NOBODY_KNOWS.has(plain(word));

const NOBODY_KNOWS: ReadonlySet<string> = new Set([
  'ej tillfrågad',
  'inte tillfrågad',
  'ej tillfrågat',
  'ej efterfrågat',
  'patienten ej tillfrågad',
  'patienten är inte tillfrågad',
  'okänt',
  'okänd',
  'ej känt',
  'ej känd',
  'vet ej',
  'uppgift saknas',
  'uppgifter saknas',
  'ingen uppgift',
  'ingen information',
  'information saknas',
  'not asked',
  'patient not asked',
  'not known',
  'unknown',
  'no information',
  'no information available',
  'not assessed',
  'not reviewed',
]);
