// A kept entry becomes a line of the chart: what it is in words, with its source, its time, and what is special about it.

import { happens, ownTime, type TimeNotOwn, timeNotOwn } from '../own-time.ts';
import type { PartName } from '../parts.ts';
import { type Entry, type Member, stateWithin } from '../patient-copy.ts';
import { isUndeclared, UNDECLARED_WORDS } from '../source.ts';
import type { ChartEntry, ChartTime, ChartValue } from './chart.ts';
import { type ComposeContext, unlistedWords } from './context.ts';
import { CARE_DESCRIBERS, describeOther } from './describe-care.ts';
import { describeAdministration, describeMedicationOrder } from './describe-medication.ts';
import { describeAllergy, describeConsent, describeFlag } from './describe-warnings.ts';
import { type Description, description, details, joined } from './description.ts';
import { conceptText, conceptTexts, field, list, notesOf, referenceText, text, textAt } from './fhir-read.ts';
import { chartValues, hidesValue, namedValue, STATE_WORDS, untimedWords, withUnit } from './value-text.ts';
import { identityText } from './who.ts';

const describers: ReadonlyMap<string, (resource: unknown, part: PartName) => Description> = new Map([
  ...Object.entries(CARE_DESCRIBERS),
  ['AllergyIntolerance', describeAllergy],
  ['Flag', describeFlag],
  ['Consent', describeConsent],
  ['MedicationRequest', describeMedicationOrder],
  ['MedicationStatement', describeMedicationOrder],
  ['MedicationDispense', describeMedicationOrder],
  [
    'MedicationAdministration',
    (resource: unknown, part: PartName) => describeAdministration(resource, part === 'infusions' ? 'infusion' : 'dose'),
  ],
  ['Observation', describeObservation],
  ['DiagnosticReport', describeReport],
]);

function describeObservation(resource: unknown): Description {
  return description('measurement', conceptText(field(resource, 'code')), {
    details: details(
      ['Metod', conceptText(field(resource, 'method'))],
      ['Läge', conceptText(field(resource, 'bodySite'))],
      ['Kommentar', notesOf(resource)],
    ),
  });
}

function describeReport(resource: unknown): Description {
  return description('report', conceptText(field(resource, 'code')), {
    text: joined(text(field(resource, 'conclusion')), conceptTexts(field(resource, 'conclusionCode')).join(', ')),
    details: details(
      [
        'Svar från',
        list(field(resource, 'performer'))
          .flatMap((one) => referenceText(one, resource) ?? [])
          .join(', '),
      ],
      [
        'Prov',
        list(field(resource, 'specimen'))
          .flatMap((one) => referenceText(one, resource) ?? [])
          .join(', '),
      ],
    ),
  });
}

export function describeEntry(entry: Entry, context: ComposeContext): ChartEntry {
  const { resource } = entry;
  const describer = describers.get(textAt(resource, 'resourceType') ?? '') ?? describeOther;
  const said = describer(resource, entry.part);
  const values = valuesOf(entry, said, context).map((value) =>
    isUndeclared(entry.source) ? { ...value, remarks: [...value.remarks, `«${UNDECLARED_WORDS}»`] } : value,
  );
  const time = timeOf(entry, said, values, context);
  const isHidden = hidesValue(entry.state);
  return {
    kind: said.kind,
    key: entry.key,
    source: entry.source,
    sourceName: context.sourceName(entry.source),
    time,
    state: entry.state,
    title: said.title,
    text: isHidden ? '' : said.text || (HAVE_TABLES.has(entry.part) ? '' : valuesLine(values, said.title, time)),
    status: said.status,
    isDanger: said.isDanger && !isHidden,
    details: isHidden ? [] : said.details.map(({ label, text }) => ({ label, text: timeInWords(text, context) })),
    remarks: [
      ...stateRemarks(entry, said, values),
      ...doubts(entry, context),
      ...said.remarks,
      ...(context.isProtected && IS_FREE_TEXT.has(entry.part) ? [FREE_TEXT_WORDS] : []),
    ],
    values: isHidden ? [] : values,
    receivedUnder: context.isMerged(entry.subject) ? identityText(entry.subject) : null,
  };
}

/** A date or time that stands alone in a detail is read as all other times; within a sentence it is the source's own word. */
const TIME_ALONE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const timeInWords = (words: string, context: ComposeContext): string =>
  TIME_ALONE.test(words) ? context.written(words, 0).text : words;

function valuesOf(entry: Entry, said: Description, context: ComposeContext): readonly ChartValue[] {
  const members = byFinding(entry.members.flatMap((member) => chartValues(measurementOf(entry, member), context)));
  if (said.kind !== 'measurement') return members;
  const own = chartValues({ ...entry, atMs: entry.at, former: entry.former ?? [], within: null }, context);
  return members.length > 0 && own.every(({ written }) => written === null) ? members : [...own, ...members];
}

/**
 * Two isolates of one culture: what each is resistant to must not be read as the other's. Where nothing is told of two findings, the
 * numbers only count the lines.
 */
function byFinding(values: readonly ChartValue[]): readonly ChartValue[] {
  const findingOf = new Map<string, string>();
  const areSeveral = values.some(({ codes, name, finding }) => {
    if (finding === undefined) return false;
    const analysis = codes[0] ?? name;
    const known = findingOf.get(analysis);
    findingOf.set(analysis, known ?? finding);
    return known !== undefined && known !== finding;
  });
  return values.map(({ finding, ...value }) =>
    finding === undefined || !areSeveral ? value : { ...value, finding, name: `${value.name} (${finding})` },
  );
}

const measurementOf = (entry: Entry, member: Member): Parameters<typeof chartValues>[0] => ({
  ...member,
  state: stateWithin(entry, member.state),
  atMs: entry.at,
  within: entry.resource,
});

/**
 * When it was so, else when the source said it. What has happened and has no time of its own says that; a report that says none is as
 * old as the oldest of its values, and without a time as soon as one of them is.
 */
function timeOf(entry: Entry, said: Description, values: readonly ChartValue[], context: ComposeContext): ChartTime {
  const { resource } = entry;
  const own = ownTime(resource);
  if (own !== null) return context.happenedAt(own, resource, entry);
  const noted = timeNotOwn(resource);
  if (!happens(resource) && (noted === null || said.written !== null)) return context.written(said.written, entry.at);
  const oldest = values.reduce<ChartTime | null>(
    (one, { time }) => (one === null || isOlder(time, one) ? time : one),
    null,
  );
  if (oldest !== null && noted === null) return oldest;
  return context.untimed(noted ?? reportedOf(resource), entry);
}

function isOlder(a: ChartTime, b: ChartTime): boolean {
  const [isUntimed, isOtherUntimed] = [a.notOwn !== undefined, b.notOwn !== undefined];
  return isUntimed === isOtherUntimed ? a.ms < b.ms : isUntimed;
}

/** `issued`: when the answer was given, never when the sample was taken. */
function reportedOf(resource: unknown): TimeNotOwn | null {
  const issued = textAt(resource, 'issued');
  return issued === null ? null : { is: 'reported', at: issued };
}

/** Their values stand in a table of their own. */
const HAVE_TABLES: ReadonlySet<PartName> = new Set(['results', 'vitals']);

/** The values in one line, for blocks that have no table of their own. */
function valuesLine(values: readonly ChartValue[], title: string, time: ChartTime): string {
  return values
    .map((value) => {
      const named = value.name === title ? withUnit(value) : namedValue(value);
      const remarks = [...value.remarks, untimedWords(value, time) ?? []].flat();
      return remarks.length === 0 ? named : `${named} (${remarks.join(', ')})`;
    })
    .join(' · ');
}

/**
 * Address, telephone and relatives are taken out of every element of a protected person; out of somebody's sentences or a printed page
 * they can't be, and a note cut by guess could lose what harms (hazard H27). So it is shown as written, with the warning on it.
 */
const IS_FREE_TEXT: ReadonlySet<PartName> = new Set(['notes', 'reports', 'discharge', 'history', 'risks', 'other']);
const FREE_TEXT_WORDS =
  'Skyddad identitet: fritexten kan innehålla adress eller närstående, visa eller skriv inte ut den för andra';

const doubts = ({ unlistedAt }: Entry, context: ComposeContext): readonly string[] => {
  const words = unlistedWords(unlistedAt, context);
  return words === null ? [] : [words];
};

/** An order that was cancelled after something had been answered. */
const CANCELLED_ANSWER_WORDS = 'Avbruten beställning – lita inte på svaret';

/** What the state of the whole entry adds; single values carry their own. */
function stateRemarks(entry: Entry, said: Description, values: readonly ChartValue[]): readonly string[] {
  const isToldAllTheSame = said.text !== '' || values.some(({ written }) => written !== null);
  if (entry.state === 'cannot-be-done' && said.kind === 'report' && isToldAllTheSame) return [CANCELLED_ANSWER_WORDS];
  const words = STATE_WORDS[entry.state];
  if (words === null || (said.kind === 'measurement' && !hidesValue(entry.state))) return [];
  return [words];
}
