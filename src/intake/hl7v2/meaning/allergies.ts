// Allergies and intolerances: AL1 and IAM. The most dangerous list to lose and the easiest to empty by mistake: a message
// without AL1 says nothing, `""` in AL1 empties nothing unless the source is declared to send whole lists, and only a plain
// "no known allergies" is read as none (knowledge c3.1, c3.2; hazards H4, H5).

import type { AllergyIntolerance, CodeableConcept } from 'fhir/r4';
import type { Change, ResourceChange } from '../../../domain/changes.ts';
import { saysNone } from '../../../domain/none-words.ts';
import { noneSaid } from '../../../domain/stated-none.ts';
import type { Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import type { PatientGroup } from './person.ts';
import { type ReadTime, readCoded, readTimeField } from './values.ts';

type Category = NonNullable<AllergyIntolerance['category']>[number];

/** Table 0127. */
const CATEGORY = new Map(
  Object.entries<Category>({
    DA: 'medication',
    FA: 'food',
    EA: 'environment',
    AA: 'environment',
    PA: 'environment',
    LA: 'environment',
  }),
);

/** Table 0128; told in words, because FHIR has a place for it only beside a reaction. */
const SEVERITY = new Map(
  Object.entries<{ readonly fhir: 'severe' | 'moderate' | 'mild'; readonly swedish: string }>({
    SV: { fhir: 'severe', swedish: 'svår' },
    MO: { fhir: 'moderate', swedish: 'måttlig' },
    MI: { fhir: 'mild', swedish: 'lindrig' },
  }),
);

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';

/** One line as it lies in the two segments. */
interface Line {
  readonly segment: Hl7Segment;
  readonly uniqueId: string | null;
  /** IAM-6: A add, U update, D delete, X no change. Null in AL1. */
  readonly action: string | null;
  readonly code: CodeableConcept | null | undefined;
  readonly onset: ReadTime | null | undefined;
  readonly status: string;
  readonly kind: string;
}

function readLine(segment: Hl7Segment, context: MeaningContext): Line {
  const isIam = segment.name === 'IAM';
  return {
    segment,
    uniqueId: isIam ? (segment.value(7) ?? null) : null,
    action: isIam ? (segment.value(6) ?? null) : null,
    code: readCoded(segment, 3),
    onset: readTimeField(segment, isIam ? 11 : 6, context),
    status: isIam ? (segment.value(17) ?? '') : '',
    kind: isIam ? (segment.value(9) ?? '') : '',
  };
}

function reactionsOf(segment: Hl7Segment): CodeableConcept[] {
  const found: CodeableConcept[] = [];
  for (let repetition = 1; repetition <= segment.repetitions(5); repetition += 1) {
    const text = readCoded(segment, 5, repetition)?.text;
    if (text !== undefined) found.push({ text });
  }
  return found;
}

const concept = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] });

/** IAM-17 (table 0438). AL1 has no such word: what stands in the list is active. */
function statusOf(line: Line): Pick<AllergyIntolerance, 'clinicalStatus' | 'verificationStatus'> {
  switch (line.status) {
    case 'C':
      return { clinicalStatus: concept(CLINICAL, 'active'), verificationStatus: concept(VERIFICATION, 'confirmed') };
    case 'I':
      return { clinicalStatus: concept(CLINICAL, 'inactive'), verificationStatus: concept(VERIFICATION, 'confirmed') };
    case 'U':
    case 'P':
    case 'S':
    case 'D':
      return { clinicalStatus: concept(CLINICAL, 'active'), verificationStatus: concept(VERIFICATION, 'unconfirmed') };
    case 'E':
      return { verificationStatus: concept(VERIFICATION, 'entered-in-error') };
    default:
      return { clinicalStatus: concept(CLINICAL, 'active') };
  }
}

function resourceOf(line: Line, code: CodeableConcept): AllergyIntolerance {
  const { segment } = line;
  const category = CATEGORY.get(segment.value(2) ?? '');
  const severityCode = segment.value(4);
  const severity = SEVERITY.get(severityCode ?? '');
  const manifestation = reactionsOf(segment);
  const note = typeof severityCode === 'string' ? (severity?.swedish ?? segment.value(4, 2) ?? severityCode) : null;
  const type = line.kind === 'AL' ? 'allergy' : line.kind === 'IN' ? 'intolerance' : null;
  return {
    resourceType: 'AllergyIntolerance',
    patient: {},
    ...statusOf(line),
    code,
    ...(type === null ? {} : { type }),
    ...(category === undefined ? {} : { category: [category] }),
    ...(severity?.fhir === 'severe' ? { criticality: 'high' as const } : {}),
    ...(manifestation.length === 0
      ? {}
      : { reaction: [{ manifestation, ...(severity === undefined ? {} : { severity: severity.fhir }) }] }),
    ...(note === null || note === 'U' ? {} : { note: [{ text: `Allvarlighetsgrad: ${note}` }] }),
    ...(line.onset ? { onsetDateTime: line.onset.fhir } : {}),
  };
}

/** The same substance stated twice is one line: the sender's own id, else the code, else the words. */
function keyOf(line: Line, code: CodeableConcept | null | undefined): string | null {
  if (line.uniqueId !== null) return `AllergyIntolerance/id:${line.uniqueId}`;
  const [coding] = code?.coding ?? [];
  if (coding?.code !== undefined) return `AllergyIntolerance/${coding.system ?? ''}|${coding.code}`;
  return code?.text === undefined ? null : `AllergyIntolerance/${code.text.toLowerCase()}`;
}

/** Words of senders without codes. A statement about drugs or foods only is not one of these: it stays a line to read. */
const NONE_WORDS = new Set([
  'nka',
  'nkal',
  'no known allergies',
  'no known allergy',
  'inga kända allergier',
  'inga kända överkänsligheter',
  'inga kända',
  'ingen känd allergi',
  'ingen känd överkänslighet',
  'ingen känd överkänslighet eller allergi',
]);

/** What a line says of the whole list, by code or by words; null when it names a substance. A code that is contradicted does. */
function saysOfAll(resource: AllergyIntolerance, line: Line): 'none' | 'doubtful' | null {
  const statement = noneSaid(resource);
  if (statement?.said === 'contradicted') return null;
  if (statement?.part === 'allergies') return statement.said === 'none' && isCertain(line) ? 'none' : 'doubtful';
  const { code } = resource;
  const words = [code?.text, ...(code?.coding ?? []).flatMap((coding) => [coding.code, coding.display])];
  if (!words.some((word) => word !== undefined && NONE_WORDS.has(word.trim().toLowerCase()))) return null;
  const isPlain = resource.reaction === undefined && resource.criticality === undefined && isSaidThroughout(code);
  if (!isPlain) return null;
  return isCertain(line) ? 'none' : 'doubtful';
}

/** IAM-17: only what is confirmed, or said without such a word, denies anything; suspected, doubted and inactive do not. */
const isCertain = ({ status }: Line): boolean => status === '' || status === 'C';

/** Every wording beside says the same: *Inga kända* beside *Penicillin* is a line to read. */
const isSaidThroughout = (code: CodeableConcept | undefined): boolean =>
  [code?.text, ...(code?.coding ?? []).map((coding) => coding.display ?? coding.code)].every(
    (word) => word === undefined || NONE_WORDS.has(word.trim().toLowerCase()) || saysNone(word, 'allergies'),
  );

function change(
  group: PatientGroup,
  context: MeaningContext,
  line: Line,
  rest: Pick<ResourceChange, 'key' | 'state' | 'mode' | 'resource'>,
): ResourceChange {
  return {
    kind: 'resource',
    subject: group.identities.subject,
    part: 'allergies',
    at: line.onset?.ms ?? context.eventAt,
    ...rest,
  };
}

/**
 * `isWholeList`: the source is declared to send complete lists and this is one of its person or stay messages. Lines with
 * an action code (IAM-6) are always single statements.
 */
export function readAllergies(
  group: PatientGroup,
  context: MeaningContext,
  options: { readonly isWholeList: boolean },
): Change[] {
  const segments = group.segments.filter((segment) => segment.name === 'AL1' || segment.name === 'IAM');
  if (segments.length === 0) return [];
  const { subject } = group.identities;
  const kept: ResourceChange[] = [];
  const withdrawn: ResourceChange[] = [];
  const denying: string[] = [];
  let isDoubted = false;
  let isTakenBack = false;
  let isEmptied = false;
  let hasActions = false;
  for (const segment of segments) {
    const line = readLine(segment, context);
    if (line.action !== null) hasActions = true;
    if (line.action === 'X') continue;
    const key = keyOf(line, line.code);
    if (key === null) {
      if (segment.text.includes('""')) isEmptied = true;
      else if (segment.fieldCount > 1) context.alarm({ code: 'other', detail: `${segment.name} names no substance` });
      continue;
    }
    const resource = resourceOf(line, line.code ?? { text: line.uniqueId ?? '' });
    const ofAll = saysOfAll(resource, line);
    if (line.action === 'D' || line.status === 'E') {
      // A sender may name the line it takes back otherwise than when it was said: a denial is taken back whatever its key.
      if (ofAll !== null) isTakenBack = true;
      withdrawn.push(change(group, context, line, { key, state: 'deleted', mode: 'withdraw', resource }));
    } else if (ofAll === 'none') {
      denying.push(key);
    } else if (ofAll === 'doubtful') {
      isDoubted = true;
    } else {
      kept.push(change(group, context, line, { key, state: 'final', mode: 'replace', resource }));
    }
  }
  if (denying.length > 0 && kept.length > 0) {
    context.alarm({ code: 'other', detail: 'allergies and "no known allergies" in one message: the allergies stand' });
  }
  const part = 'allergies' as const;
  const statedNone = denying.length > 0 && kept.length === 0 && !isDoubted;
  const statement = { kind: 'part-snapshot', subject, part, keys: [], statedNone } as const;
  const statements = statedNone ? denying.map((statedBy) => ({ ...statement, statedBy })) : [statement];
  if (options.isWholeList && !hasActions && (kept.length > 0 || statedNone || isEmptied)) {
    const keys = kept.map((each) => each.key);
    return [...statements.map((each): Change => ({ ...each, keys, scope: 'list' })), ...kept];
  }
  if (isEmptied)
    context.alarm({ code: 'other', detail: '"" in an allergy line removes nothing: lists are not snapshots' });
  const saysSomething = kept.length + denying.length > 0 || isDoubted || isTakenBack || isEmptied;
  const told = saysSomething ? statements.map((each): Change => ({ ...each, scope: 'statement' })) : [];
  return [...told, ...withdrawn, ...kept];
}
