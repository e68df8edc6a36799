// Allergies, alerts, limits of treatment and infection in words: what a reader must see before anything else. Everything the
// source wrote is kept; nothing here decides that a warning is not one.

import { type Description, description, details, joined } from './description.ts';
import {
  bareCode,
  codesOf,
  conceptText,
  conceptTexts,
  field,
  list,
  notesOf,
  referenceText,
  text,
  textAt,
} from './fhir-read.ts';

const SEVERITY: Readonly<Record<string, string>> = { severe: 'svår', moderate: 'måttlig', mild: 'lindrig' };
const CRITICALITY: Readonly<Record<string, string>> = {
  high: 'livshotande',
  low: 'låg risk',
  'unable-to-assess': 'risk ej bedömd',
};
const VERIFICATION: Readonly<Record<string, string>> = {
  unconfirmed: 'ej bekräftad',
  presumed: 'misstänkt',
  confirmed: 'bekräftad',
  refuted: 'avfärdad',
  'entered-in-error': 'felregistrerad',
};
const CLINICAL: Readonly<Record<string, string>> = { active: 'aktuell', inactive: 'ej aktuell', resolved: 'utläkt' };

const lookUp = (table: Readonly<Record<string, string>>, code: string | null): string | null =>
  code === null ? null : Object.hasOwn(table, code) ? (table[code] ?? code) : code;
const firstBare = (concept: unknown): string | null => {
  const code = codesOf(concept)[0];
  return code === undefined ? text(field(concept, 'text')) : bareCode(code);
};

/**
 * Codes by which a source says *none known* or *no information* in an entry of its own (SNOMED CT; the former IPS
 * absent-unknown system, still sent by many).
 */
const NONE_KNOWN: ReadonlySet<string> = new Set([
  '716186003', // No known allergy
  '160245001', // No current problems or disability
  '787481004', // No known medications
  '1287211007', // No known problem
  'no-known-allergies',
  'no-known-medications',
  'no-known-problems',
  'no-known-devices',
  'no-known-procedures',
  'no-known-immunizations',
]);
/** A denial of one kind only says nothing of the others: never *inga kända*. */
const NONE_KNOWN_OF_A_KIND: ReadonlySet<string> = new Set([
  '409137002', // No known drug allergy
  '428607008', // No known environmental allergy
  '429625007', // No known food allergy
  'no-known-medication-allergies',
  'no-known-environmental-allergies',
  'no-known-food-allergies',
]);
const NO_INFORMATION: ReadonlySet<string> = new Set([
  '1631000175102', // Patient not asked
  '787480003', // Medication not known
  'no-allergy-info',
  'no-medication-info',
  'no-problem-info',
  'no-device-info',
  'no-procedure-info',
  'no-immunization-info',
]);

/** Whether an entry is really a statement that there is nothing, or that nobody knows. */
export function statementOf(resource: unknown): 'none-known' | 'none-of-a-kind' | 'no-information' | null {
  for (const name of ['code', 'medicationCodeableConcept', 'vaccineCode']) {
    for (const code of codesOf(field(resource, name)).map(bareCode)) {
      if (NONE_KNOWN.has(code)) return 'none-known';
      if (NONE_KNOWN_OF_A_KIND.has(code)) return 'none-of-a-kind';
      if (NO_INFORMATION.has(code)) return 'no-information';
    }
  }
  return null;
}

export function describeAllergy(resource: unknown): Description {
  const reactions = list(field(resource, 'reaction'));
  const manifestations = reactions.flatMap((reaction) => conceptTexts(field(reaction, 'manifestation')));
  const severities = reactions.flatMap((reaction) => lookUp(SEVERITY, textAt(reaction, 'severity')) ?? []);
  const criticality = textAt(resource, 'criticality');
  const substance =
    conceptText(field(resource, 'code')) ?? reactions.flatMap((one) => conceptText(field(one, 'substance')) ?? [])[0];
  const verification = firstBare(field(resource, 'verificationStatus'));
  const clinical = firstBare(field(resource, 'clinicalStatus'));
  const isOver =
    verification === 'refuted' ||
    verification === 'entered-in-error' ||
    clinical === 'inactive' ||
    clinical === 'resolved';
  return description('allergy', substance ?? null, {
    text: joined(
      [...new Set(manifestations)].join(', '),
      [...new Set(severities)].join(', '),
      lookUp(CRITICALITY, criticality),
    ),
    status: joined(lookUp(CLINICAL, clinical), lookUp(VERIFICATION, verification)) || null,
    isDanger: !isOver && (criticality === 'high' || severities.includes('svår')),
    details: details(
      ['Debut', text(field(resource, 'onsetDateTime')) ?? text(field(resource, 'onsetString'))],
      ['Typ', textAt(resource, 'type') === 'intolerance' ? 'intolerans' : null],
      ['Beskrivning', [...new Set(reactions.flatMap((one) => text(field(one, 'description')) ?? []))].join(', ')],
      ['Uppgiftslämnare', referenceText(field(resource, 'asserter'), resource)],
      ['Kommentar', notesOf(resource)],
    ),
    written: textAt(resource, 'recordedDate'),
  });
}

const FLAG_STATUS: Readonly<Record<string, string>> = {
  active: 'aktuell',
  inactive: 'ej aktuell',
  'entered-in-error': 'felregistrerad',
};

export function describeFlag(resource: unknown): Description {
  const category = conceptTexts(field(resource, 'category')).join(', ');
  const status = textAt(resource, 'status');
  return description('flag', conceptText(field(resource, 'code')) ?? (category || null), {
    text: category,
    status: lookUp(FLAG_STATUS, status),
    isDanger: status === 'active' && hasHighPriority(resource),
    details: details(
      ['Beslutat av', referenceText(field(resource, 'author'), resource)],
      ['Gäller till', textAt(resource, 'period', 'end')],
      ['Kommentar', notesOf(resource)],
    ),
    written: textAt(resource, 'period', 'start'),
  });
}

/** IPS flag-priority extension: `PH` high, `PM` medium, `PL` low. */
function hasHighPriority(resource: unknown): boolean {
  return list(field(resource, 'extension')).some(
    (extension) =>
      text(field(extension, 'url'))?.endsWith('flag-priority') === true &&
      codesOf(field(extension, 'valueCodeableConcept')).some((code) => bareCode(code) === 'PH'),
  );
}

const CONSENT_STATUS: Readonly<Record<string, string>> = {
  draft: 'utkast',
  proposed: 'föreslaget',
  active: 'gäller',
  rejected: 'avslaget',
  inactive: 'gäller inte längre',
  'entered-in-error': 'felregistrerat',
};

export function describeConsent(resource: unknown): Description {
  const provision = field(resource, 'provision');
  const wording = conceptTexts(field(provision, 'code')).join(', ');
  const category = conceptTexts(field(resource, 'category')).join(', ');
  return description('flag', wording || category || conceptText(field(resource, 'scope')), {
    text: wording === '' ? '' : category,
    status: lookUp(CONSENT_STATUS, textAt(resource, 'status')),
    details: details(
      [
        'Beslutat av',
        list(field(resource, 'performer'))
          .flatMap((one) => referenceText(one, resource) ?? [])
          .join(', '),
      ],
      ['Typ', textAt(provision, 'type') === 'deny' ? 'avstår' : null],
      ['Gäller till', textAt(provision, 'period', 'end')],
    ),
    written: textAt(resource, 'dateTime'),
  });
}
