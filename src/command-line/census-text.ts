// A unit's list as text for a terminal: by room and bed, every cell filled, the age of the list at its head.

import type { CensusRow, UnitSummary } from '../copy/read-census.ts';
import type { SourceStatus } from '../copy/read-status.ts';
import { type FeedState, feedState, isTrusted, partState, worstCriticalFeed } from '../domain/age.ts';
import { wrap } from '../domain/chart/text-layout.ts';
import { PART_NAMES, PARTS, type PartName } from '../domain/parts.ts';
import { ageOn, ageWords, formatPersonId, personIdOf } from '../domain/person-id.ts';
import { timeWords } from '../domain/swedish-time.ts';
import type { Arrival } from '../domain/time.ts';
import type { UnitDeclaration } from '../domain/unit.ts';

const KIND_WORDS: Readonly<Record<CensusRow['kind'], string>> = {
  present: 'inneliggande',
  'on-leave': 'på permission',
  expected: 'väntas',
  unknown: 'oklart om kommen',
  discharged: 'utskriven',
};

/** Cuts a terminal's control characters out of what a source wrote, so that a name can never redraw the screen. */
export const harmless = (text: string): string => text.replace(/\p{Cc}|\p{Cf}/gu, '\ufffd');

export function unitsText(units: readonly UnitSummary[], declared: readonly UnitDeclaration[]): string {
  if (units.length === 0)
    return 'Inga enheter i kopian ännu. `reservkraft status` visar om källorna har börjat sända.\n';
  const rows = units.map((unit) => [
    unit.unit,
    declared.find((known) => known.id === unit.unit)?.name ?? 'namn ej angivet',
    String(unit.counts.present),
    String(unit.counts['on-leave']),
    String(unit.counts.expected),
    String(unit.counts.discharged),
  ]);
  return columns([['Enhet', 'Namn', 'Inne', 'Permission', 'Väntas', 'Utskrivna 72 h'], ...rows]);
}

export interface CensusTextOptions {
  readonly title: string;
  /** The moment the list is read at, and now. */
  readonly nowMs: number;
  readonly now: Arrival;
  readonly sources: readonly SourceStatus[];
  readonly unit: string;
  /** What must be seen of each patient: allergy, limit, infection, NEWS2, given doses; empty for those who have left. */
  readonly warningsOf: (row: CensusRow) => readonly string[];
  readonly width: number;
}

export function censusText(rows: readonly CensusRow[], options: CensusTextOptions): string {
  const head = `${options.title}\n${listAge(options)}\n`;
  if (rows.length === 0) return `${head}\nInga patienter på listan. ${stayAge(options)}\n`;
  const cells = rows.map((row) => {
    const { stay } = row;
    const bed = [stay.room, stay.bed].filter((piece) => piece !== null).join(':');
    const since = stay.dischargedAt ?? stay.leaveSince ?? stay.admittedAt ?? stay.expectedAdmitAt;
    return [
      bed === '' ? 'ej angiven' : bed,
      nameOf(row.person),
      formatPersonId(row.identity),
      ageOf(row, options.nowMs),
      KIND_WORDS[row.kind],
      since === null ? 'tid ej angiven' : timeWords(since, options.nowMs),
      row.key,
    ].map(harmless);
  });
  const [names = '', ...lines] = columns([['Säng', 'Patient', 'Nummer', 'Ålder', 'Läge', 'Sedan', 'Nyckel'], ...cells])
    .trimEnd()
    .split('\n');
  const indent = (cells[0] === undefined ? 0 : Math.max(4, ...cells.map(([bed = '']) => bed.length))) + 2;
  const text = rows.flatMap((row, index) => [
    lines[index] ?? '',
    ...wrap([...flagsOf(row), ...options.warningsOf(row)].map(harmless).join(' · '), options.width - indent)
      .filter((line) => line !== '')
      .map((line) => ' '.repeat(indent) + line),
  ]);
  return `${head}\n${[names, ...text].join('\n')}\n`;
}

const flagsOf = (row: CensusRow): readonly string[] =>
  [
    row.isProtected ? 'skyddad identitet' : '',
    row.bedConflict ? 'två på samma säng' : '',
    row.identityConflict ? 'nummer osäkert' : '',
    row.sourceConflict ? 'källorna säger olika om platsen' : '',
  ].filter((flag) => flag !== '');

function feedsOf({ sources, now, unit }: CensusTextOptions): readonly FeedState[] {
  return sources.flatMap((source) =>
    source.feeds
      .filter((feed) =>
        source.declaration.feeds.some(
          ({ part, units }) => part === feed.part && (units === 'all' || units.some((id) => id === unit)),
        ),
      )
      .map((feed) => feedState(feed, now, { sourceName: source.declaration.name })),
  );
}

const stayAge = (options: CensusTextOptions): string =>
  `Beläggning: ${
    partState(
      'stay',
      feedsOf(options).filter(({ part }) => part === 'stay'),
    ).words
  }`;

/**
 * How old the list is, and what of it cannot be trusted: every critical part that is silent, old, held, incomplete or not fed to
 * this unit, the worst first. Never the newest: one young source says nothing of a dead one.
 */
function listAge(options: CensusTextOptions): string {
  const feeds = feedsOf(options);
  const critical = PART_NAMES.filter((part) => PARTS[part].criticality === 1);
  const states = critical.map((part) =>
    partState(
      part,
      feeds.filter((feed) => feed.part === part),
    ),
  );
  const notFed = states.filter(({ state }) => state === 'not-fed');
  const doubtful = states.filter(({ state }) => state !== 'not-fed' && !isTrusted(state));
  const grouped = Map.groupBy(doubtful, ({ feeds: own, short }) => {
    const worst = worstCriticalFeed([...own]);
    return worst === null || short.startsWith(worst.sourceName)
      ? short
      : `${worst.sourceName} ${short.charAt(0).toLowerCase()}${short.slice(1)}`;
  });
  const names = (parts: readonly { readonly part: PartName }[]): string =>
    parts.map(({ part }) => PARTS[part].swedish.toLowerCase()).join(', ');
  return [
    stayAge(options),
    ...[...grouped].map(([short, parts]) => `! ${short}: ${names(parts)}`),
    ...(notFed.length === 0 ? [] : [`Ingår inte i kopian: ${names(notFed)}`]),
  ]
    .flatMap((line) => wrap(line, options.width))
    .join('\n');
}

export function nameOf(person: CensusRow['person']): string {
  const name = person?.name?.[0];
  if (name === undefined) return 'namn saknas';
  const given = (name.given ?? []).join(' ');
  return (
    [name.family, given].filter((piece) => piece !== undefined && piece !== '').join(', ') ||
    (name.text ?? 'namn saknas')
  );
}

function ageOf({ identity, person }: CensusRow, nowMs: number): string {
  const said = /^(\d{4})-(\d{2})-(\d{2})$/.exec(person?.birthDate ?? '');
  const birthDate =
    said === null
      ? (personIdOf(identity)?.birthDate ?? null)
      : { year: Number(said[1]), month: Number(said[2]), day: Number(said[3]) };
  const age = birthDate === null ? null : ageOn(birthDate, nowMs);
  return age === null ? 'okänd' : ageWords(age);
}

export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return `${rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}
