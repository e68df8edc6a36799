// Where two sources say different things both are shown, with a sentence: *Två versioner – välj inte, fråga*. The last one never
// wins by being last (ux §10).

import { unitId } from '../identity.ts';
import type { PartName } from '../parts.ts';
import type { Entry, PartCopy, SaidBy, StayStatus } from '../patient-copy.ts';
import type { ComposeContext } from './context.ts';
import { statementOf } from './describe-warnings.ts';
import { joined } from './description.ts';
import { bareCode, codesOf, conceptText, field, list, officialName, text, textAt } from './fhir-read.ts';
import { BLOOD_GROUP_CODES, BLOOD_WORDS, hidesValue, observationValue } from './value-text.ts';
import { sexWord } from './who.ts';

export const TWO_VERSIONS = 'Två versioner – välj inte, fråga';

/** What a person or a stay is told by, in words. */
const ELEMENT_WORDS: Readonly<Record<string, string>> = {
  name: 'Namn',
  birthDate: 'Födelsedatum',
  gender: 'Kön',
  deceasedBoolean: 'Avliden',
  deceasedDateTime: 'Avliden',
  stay: 'Vårdtillfälle och plats',
};

/** *Födelsedatum: 1942-06-08 enligt Journalen 10:20, 1942-06-09 enligt Labbet 09:10*. */
export function saidWords(element: string, said: readonly SaidBy[], context: ComposeContext): string {
  const each = said.map(
    ({ source, at, value }) =>
      `${valueWords(element, value, context)} enligt ${context.sourceName(source)} ${context.time(at).text}`,
  );
  return `${ELEMENT_WORDS[element] ?? element}: ${each.join(', ')}`;
}

function valueWords(element: string, value: unknown, context: ComposeContext): string {
  switch (element) {
    case 'name':
      return officialName(list(value)) ?? 'namn saknas';
    case 'gender':
      return sexWord(text(value));
    case 'deceasedBoolean':
      return value === true ? 'ja' : 'nej';
    case 'stay': {
      const unit = textAt(value, 'unit');
      const place = [textAt(value, 'room'), textAt(value, 'bed')].filter((one) => one !== null && one !== '');
      return joined(
        STAY_STATUS_WORDS[textAt(value, 'status') as StayStatus] ?? 'okänd status',
        unit === null ? null : context.unitName(unitId(unit)),
        place.join(':'),
      );
    }
    default:
      return text(value) ?? 'uppgift saknas';
  }
}

const STAY_STATUS_WORDS: Readonly<Record<StayStatus, string>> = {
  planned: 'planerad',
  present: 'inskriven',
  'on-leave': 'på permission',
  discharged: 'utskriven',
  cancelled: 'inskrivningen återtagen',
  unknown: 'okänd status',
};

/** Sentences above a part's entries. */
export function conflictRemarks(part: PartName, copy: PartCopy, context: ComposeContext): readonly string[] {
  if (part === 'allergies') return allergyConflicts(copy, context);
  if (part === 'blood') return copy.entries.length === 0 ? [] : [BLOOD_WORDS, ...bloodConflicts(copy.entries, context)];
  return [];
}

/** *Journalen: No known food allergy, 11 dec 2017*: a denial of one kind, as the source wrote it. */
export function denialsOfAKind(copy: PartCopy, context: ComposeContext): readonly string[] {
  if (context.isBlocked(copy.part)) return [];
  return copy.entries
    .filter(({ resource, state }) => !hidesValue(state) && statementOf(resource) === 'none-of-a-kind')
    .map(({ resource, source, eventAt }) => {
      const said = conceptText(field(resource, 'code')) ?? 'ett slag';
      return `${context.sourceName(source)} uppger: ${said}, ${context.time(eventAt).text}`;
    });
}

/**
 * Entries that only say *none known* or *no information* are statements, not content. Whether a denial stands is told by the copy,
 * which knows what was said after it: never by the entry.
 */
export function withoutStatements(copy: PartCopy): PartCopy {
  const entries = copy.entries.filter(({ resource }) => statementOf(resource) === null);
  return entries.length === copy.entries.length ? copy : { ...copy, entries };
}

const OVER: ReadonlySet<string> = new Set(['inactive', 'resolved']);
const DENIED: ReadonlySet<string> = new Set(['refuted', 'entered-in-error']);

const isInForce = ({ resource, state }: Entry): boolean =>
  !hidesValue(state) &&
  !codesOf(field(resource, 'clinicalStatus')).some((code) => OVER.has(bareCode(code))) &&
  !codesOf(field(resource, 'verificationStatus')).some((code) => DENIED.has(bareCode(code)));

function allergyConflicts(copy: PartCopy, context: ComposeContext): readonly string[] {
  const remarks: string[] = [];
  const inForce = copy.entries.filter(isInForce);
  const denial = copy.statedNone[0];
  if (denial !== undefined && inForce.length > 0 && !context.isBlocked('allergies')) {
    remarks.push(
      `${TWO_VERSIONS}: ${context.sourceName(denial.source)} uppger "inga kända" ${context.time(denial.at).text}`,
    );
  }
  for (const entry of inForce) {
    const other = copy.entries.find(
      (one) => one.source !== entry.source && !isInForce(one) && !hidesValue(one.state) && sharesName(one, entry),
    );
    if (other === undefined) continue;
    const name = conceptText(field(entry.resource, 'code')) ?? 'ämne';
    remarks.push(`${TWO_VERSIONS}: ${name} gäller enligt ${who(entry, context)}, inte enligt ${who(other, context)}`);
  }
  return [...new Set(remarks)];
}

const who = ({ source, eventAt }: Pick<Entry, 'source' | 'eventAt'>, context: ComposeContext): string =>
  `${context.sourceName(source)} ${context.time(eventAt).text}`;

function sharesName(a: Entry, b: Entry): boolean {
  const names = (entry: Entry): readonly string[] => {
    const concept = field(entry.resource, 'code');
    return [
      ...codesOf(concept),
      ...(conceptText(concept) === null ? [] : [`name ${conceptText(concept)?.toLowerCase()}`]),
    ];
  };
  const ofB = names(b);
  return names(a).some((name) => ofB.includes(name));
}

function bloodConflicts(entries: readonly Entry[], context: ComposeContext): readonly string[] {
  const byAnalysis = new Map<string, Map<string, string>>();
  const observations = entries.flatMap((entry) => [
    { resource: entry.resource as unknown, state: entry.state, said: who(entry, context) },
    ...entry.members.map((member) => ({
      resource: member.resource as unknown,
      state: member.state,
      said: who(entry, context),
    })),
  ]);
  for (const { resource, state, said } of observations) {
    const value = hidesValue(state) ? null : observationValue(resource).text;
    const analysis = analysisOf(resource);
    if (value === null || analysis === null) continue;
    const values = byAnalysis.get(analysis) ?? new Map<string, string>();
    if (!values.has(plain(value))) values.set(plain(value), `${value} (${said})`);
    byAnalysis.set(analysis, values);
  }
  return [...byAnalysis.values()].flatMap((values) =>
    values.size > 1 ? [`${TWO_VERSIONS}: blodgrupp ${[...values.values()].join(' och ')}`] : [],
  );
}

function analysisOf(resource: unknown): string | null {
  if (textAt(resource, 'resourceType') !== 'Observation') return null;
  const code = codesOf(field(resource, 'code'))
    .map(bareCode)
    .find((one) => BLOOD_GROUP_CODES.has(one));
  if (code !== undefined) return code;
  const name = conceptText(field(resource, 'code'))?.toLowerCase() ?? '';
  return /blodgrupp|abo|\brh/.test(name) ? name : null;
}
const plain = (value: string): string => value.toLowerCase().replace(/\s+/g, '');
