// A kept entry becomes a line of the chart: what it is in words, with its source, its time, and what is special about it.

import type { PartName } from '../parts.ts';
import type { Entry, Member } from '../patient-copy.ts';
import type { ChartEntry, ChartValue } from './chart.ts';
import { type ComposeContext, isUndeclared, UNDECLARED_WORDS, unlistedWords } from './context.ts';
import { CARE_DESCRIBERS, describeOther } from './describe-care.ts';
import { describeAdministration, describeMedicationOrder } from './describe-medication.ts';
import { describeAllergy, describeConsent, describeFlag } from './describe-warnings.ts';
import { type Description, description, details, joined } from './description.ts';
import { conceptText, conceptTexts, field, list, notesOf, referenceText, text, textAt } from './fhir-read.ts';
import { chartValues, hidesValue, STATE_WORDS, withUnit } from './value-text.ts';
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
    written: textAt(resource, 'effectiveDateTime') ?? textAt(resource, 'effectivePeriod', 'start'),
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
    written:
      textAt(resource, 'effectiveDateTime') ??
      textAt(resource, 'effectivePeriod', 'start') ??
      textAt(resource, 'issued'),
  });
}

export function describeEntry(entry: Entry, context: ComposeContext): ChartEntry {
  const { resource } = entry;
  const describer = describers.get(textAt(resource, 'resourceType') ?? '') ?? describeOther;
  const said = describer(resource, entry.part);
  const values = valuesOf(entry, said, context).map((value) =>
    isUndeclared(entry.source) ? { ...value, remarks: [...value.remarks, `«${UNDECLARED_WORDS}»`] } : value,
  );
  const isHidden = hidesValue(entry.state);
  return {
    kind: said.kind,
    key: entry.key,
    source: entry.source,
    sourceName: context.sourceName(entry.source),
    time: context.written(said.written, entry.at),
    state: entry.state,
    title: said.title,
    text: isHidden ? '' : said.text || (HAVE_TABLES.has(entry.part) ? '' : valuesLine(values, said.title)),
    status: said.status,
    isDanger: said.isDanger && !isHidden,
    details: isHidden ? [] : said.details.map(({ label, text }) => ({ label, text: timeInWords(text, context) })),
    remarks: [
      ...stateRemarks(entry, said),
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
  const members = entry.members.flatMap((member) => chartValues(measurementOf(entry, member), context));
  if (said.kind !== 'measurement') return members;
  const own = chartValues({ ...entry, atMs: entry.at, former: [] }, context);
  return members.length > 0 && own.every(({ written }) => written === null) ? members : [...own, ...members];
}

const measurementOf = (entry: Entry, member: Member): Parameters<typeof chartValues>[0] => ({
  ...member,
  atMs: entry.at,
});

/** Their values stand in a table of their own. */
const HAVE_TABLES: ReadonlySet<PartName> = new Set(['results', 'vitals']);

/** The values in one line, for blocks that have no table of their own. */
function valuesLine(values: readonly ChartValue[], title: string): string {
  return values
    .map((value) => {
      const named = value.name === title ? withUnit(value) : `${value.name} ${withUnit(value)}`;
      return value.remarks.length === 0 ? named : `${named} (${value.remarks.join(', ')})`;
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

/** What the state of the whole entry adds; single values carry their own. */
function stateRemarks(entry: Entry, said: Description): readonly string[] {
  const words = STATE_WORDS[entry.state];
  if (words === null || (said.kind === 'measurement' && !hidesValue(entry.state))) return [];
  return [words];
}
