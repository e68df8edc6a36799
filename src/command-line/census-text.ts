// A unit's list as text for a terminal: by room and bed, every cell filled, the age of the list at its head.

import type { CensusRow, UnitSummary } from '../copy/read-census.ts';
import type { SourceStatus } from '../copy/read-status.ts';
import { feedState, partState } from '../domain/age.ts';
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
}

export function censusText(rows: readonly CensusRow[], options: CensusTextOptions): string {
  const head = `${options.title}\n${listAge(options)}\n`;
  if (rows.length === 0) return `${head}\nInga patienter på listan. ${listAge(options)}\n`;
  const lines = rows.map((row) => {
    const { stay } = row;
    const bed = [stay.room, stay.bed].filter((piece) => piece !== null).join(':');
    const since = stay.dischargedAt ?? stay.leaveSince ?? stay.admittedAt ?? stay.expectedAdmitAt;
    const remarks = [
      row.isProtected ? 'skyddad identitet' : '',
      row.bedConflict ? 'två på samma säng' : '',
      row.identityConflict ? 'nummer osäkert' : '',
      row.sourceConflict ? 'källorna säger olika' : '',
    ].filter((remark) => remark !== '');
    return [
      bed === '' ? 'ej angiven' : bed,
      nameOf(row.person),
      formatPersonId(row.identity),
      ageOf(row, options.nowMs),
      KIND_WORDS[row.kind],
      since === null ? 'tid ej angiven' : timeWords(since, options.nowMs),
      remarks.length === 0 ? 'inga' : remarks.join(', '),
      row.key,
    ].map(harmless);
  });
  return `${head}\n${columns([['Säng', 'Patient', 'Nummer', 'Ålder', 'Läge', 'Sedan', 'Varningar', 'Nyckel'], ...lines])}`;
}

/** How old the list is: the worst of the feeds of stays to this unit, never the newest. */
function listAge({ sources, now, unit }: CensusTextOptions): string {
  const feeds = sources.flatMap((source) =>
    source.feeds
      .filter((feed) => feed.part === 'stay')
      .filter(() => {
        const declared = source.declaration.feeds.find((feed) => feed.part === 'stay');
        return declared !== undefined && (declared.units === 'all' || declared.units.some((id) => id === unit));
      })
      .map((feed) => feedState(feed, now, { sourceName: source.declaration.name })),
  );
  return `Beläggning: ${partState('stay', feeds).words}`;
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
