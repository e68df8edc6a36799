// A unit's list as text for a terminal: by room and bed, every cell filled, the age of the list at its head.

import type { CensusRow, UnitSummary } from '../copy/read/census.ts';
import { wrap } from '../domain/chart/text-layout.ts';
import { ageOn, ageWords, formatPersonId, personIdOf } from '../domain/person-id.ts';
import { timeWords } from '../domain/swedish-time.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import type { UnitList } from '../station/reading/unit-list.ts';

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
    String(unit.counts.unknown),
    String(unit.counts.discharged),
  ]);
  return columns([['Enhet', 'Namn', 'Inne', 'Permission', 'Väntas', 'Oklara', 'Utskrivna 72 h'], ...rows]);
}

export function censusText(list: UnitList, width: number): string {
  const { rows, age } = list;
  const readAt = list.asOf ?? list.at;
  const title = list.asOfWords === null ? list.name : `${list.name}, ${list.asOfWords}`;
  const told = [...age, ...list.holds.map(({ words }) => `! ${harmless(words)}`)];
  const head = `${title}\n${told.flatMap((line) => wrap(line, width)).join('\n')}\n`;
  if (rows.length === 0) return `${head}\nInga patienter på listan. ${age[0] ?? ''}\n`;
  const cells = rows.map((row) => {
    const { stay } = row;
    const bed = [stay.room, stay.bed].filter((piece) => piece !== null).join(':');
    const since = stay.dischargedAt ?? stay.leaveSince ?? stay.admittedAt ?? stay.expectedAdmitAt;
    return [
      bed === '' ? 'ej angiven' : bed,
      nameOf(row.person),
      formatPersonId(row.identity),
      ageOf(row, readAt),
      KIND_WORDS[row.kind],
      since === null ? 'tid ej angiven' : timeWords(since, list.at),
      row.key,
    ].map(harmless);
  });
  const [names = '', ...lines] = columns([['Säng', 'Patient', 'Nummer', 'Ålder', 'Läge', 'Sedan', 'Nyckel'], ...cells])
    .trimEnd()
    .split('\n');
  const indent = (cells[0] === undefined ? 0 : Math.max(4, ...cells.map(([bed = '']) => bed.length))) + 2;
  const text = rows.flatMap((row, index) => [
    lines[index] ?? '',
    ...wrap([...flagsOf(row), ...row.warnings].map(harmless).join(' · '), width - indent)
      .filter((line) => line !== '')
      .map((line) => ' '.repeat(indent) + line),
  ]);
  return `${head}\n${[names, ...text].join('\n')}\n`;
}

const flagsOf = (row: CensusRow): readonly string[] =>
  [
    row.isProtected ? 'skyddad identitet' : '',
    row.bedConflict ? 'två på samma säng' : '',
    row.stay.unlistedAt === null ? '' : 'saknades i källans fulla laddning – kontrollera om patienten är kvar',
    row.severalPlaces ? 'flera platser samtidigt' : '',
    row.identityConflict ? 'nummer osäkert' : '',
    row.sourceConflict ? 'källorna säger olika om person eller plats – läs journalkopian' : '',
  ].filter((flag) => flag !== '');

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
