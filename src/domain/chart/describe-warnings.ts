// Allergies, alerts, limits of treatment and infection in words: what a reader must see before anything else. Everything the
// source wrote is kept; nothing here decides that a warning is not one.

import { noneSaid } from '../stated-none.ts';
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
  'no-allergy-info',
  'no-medication-info',
  'no-problem-info',
  'no-device-info',
  'no-procedure-info',
  'no-immunization-info',
]);

/** Codes by which a source says *no information* in an entry of its own. */
function isAmong(resource: unknown, known: ReadonlySet<string>): boolean {
  return ['code', 'medicationCodeableConcept', 'vaccineCode'].some((name) =>
    codesOf(field(resource, name)).some((code) => known.has(bareCode(code))),
  );
}

/**
 * Whether an entry is really a statement that there is nothing (standing or not: domain/stated-none.ts), or that nobody knows. One
 * that names something besides is a line to read.
 */
export function statementOf(resource: unknown): 'none-known' | 'none-of-a-kind' | 'no-information' | null {
  const statement = noneSaid(resource);
  if (statement !== null && textAt(resource, 'resourceType') !== 'List') {
    return statement.said === 'contradicted' ? null : 'none-known';
  }
  if (isAmong(resource, NONE_KNOWN_OF_A_KIND)) return 'none-of-a-kind';
  return isAmong(resource, NO_INFORMATION) ? 'no-information' : null;
}

/** *No known allergy, Penicillin*: everything it names, so that the one does not hide the other. */
function contradictedWords(resource: unknown): string | null {
  if (noneSaid(resource)?.said !== 'contradicted') return null;
  const concept = field(resource, 'code');
  const named = [
    text(field(concept, 'text')),
    ...list(field(concept, 'coding')).map((coding) => text(field(coding, 'display')) ?? text(field(coding, 'code'))),
    ...list(field(resource, 'reaction')).map((reaction) => conceptText(field(reaction, 'substance'))),
  ];
  return [...new Set(named.filter((one) => one !== null))].join(', ');
}

export function describeAllergy(resource: unknown): Description {
  const reactions = list(field(resource, 'reaction'));
  const manifestations = reactions.flatMap((reaction) => conceptTexts(field(reaction, 'manifestation')));
  const severities = reactions.flatMap((reaction) => lookUp(SEVERITY, textAt(reaction, 'severity')) ?? []);
  const criticality = textAt(resource, 'criticality');
  const substance =
    contradictedWords(resource) ??
    conceptText(field(resource, 'code')) ??
    reactions.flatMap((one) => conceptText(field(one, 'substance')) ?? [])[0];
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
