// A unit's list as text for a terminal: by room and bed, or by time where it is made of bookings; every cell filled, the age of the list
// at its head.

import type { UnitSummary } from '../copy/read/census.ts';
import { wrap } from '../domain/chart/text-layout.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import type { UnitList } from '../domain/unit-list/unit-list.ts';
import { isInUse, PRACTICE_COPY, type UnitUse } from '../domain/unit-use/unit-use.ts';

/** Cuts a terminal's control characters out of what a source wrote, so that a name can never redraw the screen. */
export const harmless = (text: string): string => text.replace(/\p{Cc}|\p{Cf}/gu, '\ufffd');

export function unitsText(
  units: readonly (UnitSummary & { readonly use: UnitUse })[],
  declared: readonly UnitDeclaration[],
  notInUse: readonly string[],
): string {
  if (units.length === 0)
    return 'Inga enheter i kopian ännu. `reservkraft status` visar om källorna har börjat sända.\n';
  const rows = units.map((unit) => [
    unit.unit,
    declared.find((known) => known.id === unit.unit)?.name ?? 'namn ej angivet',
    String(unit.counts.present),
    String(unit.counts['on-leave']),
    String(unit.counts.expected),
    String(unit.counts.unknown),
    String(unit.counts.booked),
    String(unit.counts.discharged),
    isInUse(unit.use) ? 'i drift' : 'UNDER UPPBYGGNAD',
  ]);
  const heads = ['Enhet', 'Namn', 'Inne', 'Permission', 'Väntas', 'Oklara', 'Bokade', 'Utskrivna 72 h', 'Läge'];
  const lines = notInUse.map((words) => `! ${harmless(words)}\n`);
  const told = lines.length === 0 ? '' : `\n${PRACTICE_COPY}:\n${lines.join('')}`;
  return `${columns([heads, ...rows])}${told}`;
}

export function censusText(list: UnitList, width: number): string {
  const { rows, age } = list;
  const title = list.asOfWords === null ? list.name : `${list.name}, ${list.asOfWords}`;
  const practice = isInUse(list.use) ? [] : [`! ${PRACTICE_COPY}. ${harmless(list.use.words)}`];
  const told = [...practice, ...age, ...list.holds.map(({ words }) => `! ${harmless(words)}`)];
  const head = `${title}\n${told.flatMap((line) => wrap(line, width)).join('\n')}\n`;
  if (rows.length === 0) return `${head}\nInga patienter på listan. ${age[0] ?? ''}\n`;
  const cells = rows.map(({ who, key }) =>
    [who.place, who.name, who.number, who.ageAndSex, who.kindWords, who.since, key].map(harmless),
  );
  const [names = '', ...lines] = columns([
    [
      list.columns.some(({ name }) => name === 'place') ? 'Säng' : 'Tid',
      'Patient',
      'Nummer',
      'Ålder, kön',
      'Läge',
      'Sedan',
      'Nyckel',
    ],
    ...cells,
  ])
    .trimEnd()
    .split('\n');
  const indent = (cells[0] === undefined ? 0 : Math.max(4, ...cells.map(([bed = '']) => bed.length))) + 2;
  const text = rows.flatMap((row, index) => [
    lines[index] ?? '',
    ...wrap([...row.who.remarks, ...row.warnings].map(harmless).join(' · '), width - indent)
      .filter((line) => line !== '')
      .map((line) => ' '.repeat(indent) + line),
  ]);
  return `${head}\n${[names, ...text].join('\n')}\n`;
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
