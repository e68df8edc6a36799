// Where two sources say different things both are shown, with a sentence: *Två versioner – välj inte, fråga*. The last one never
// wins by being last (ux §10).

import type { PartName } from '../parts.ts';
import type { Entry, PartCopy } from '../patient-copy.ts';
import type { ComposeContext } from './context.ts';
import { statementOf } from './describe-warnings.ts';
import { bareCode, codesOf, conceptText, field, textAt } from './fhir-read.ts';
import { BLOOD_GROUP_CODES, BLOOD_WORDS, hidesValue, observationValue } from './value-text.ts';

const TWO_VERSIONS = 'Två versioner – välj inte, fråga';

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

/** Entries that only say *none known* or *no information* are statements, not content. */
export function withoutStatements(copy: PartCopy): PartCopy {
  const denials = copy.entries.filter(
    (entry) => !hidesValue(entry.state) && statementOf(entry.resource) === 'none-known',
  );
  const entries = copy.entries.filter(({ resource }) => statementOf(resource) === null);
  if (entries.length === copy.entries.length) return copy;
  const stated = denials.map(({ source, eventAt }) => ({ source, at: eventAt }));
  return { ...copy, entries, statedNone: [...copy.statedNone, ...stated].sort((a, b) => b.at - a.at) };
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
    remarks.push(
      `${TWO_VERSIONS}: ${name} gäller enligt ${context.sourceName(entry.source)}, inte enligt ${context.sourceName(other.source)}`,
    );
  }
  return [...new Set(remarks)];
}

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
    { resource: entry.resource as unknown, state: entry.state, source: entry.source },
    ...entry.members.map((member) => ({
      resource: member.resource as unknown,
      state: member.state,
      source: entry.source,
    })),
  ]);
  for (const { resource, state, source } of observations) {
    const value = hidesValue(state) ? null : observationValue(resource).text;
    const analysis = analysisOf(resource);
    if (value === null || analysis === null) continue;
    const values = byAnalysis.get(analysis) ?? new Map<string, string>();
    if (!values.has(plain(value))) values.set(plain(value), `${value} (${context.sourceName(source)})`);
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
