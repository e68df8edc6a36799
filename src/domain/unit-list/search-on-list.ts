// Looking for a patient on one unit's list: letter by letter, and with the station dead. Each is found once, however many lines they have.

import { PART_STATES } from '../age.ts';
import { fold, wordsOf } from '../fold.ts';
import type { PatientKey } from '../identity.ts';
import { bookedWhere, type WhereWords, whereWords } from '../whereabouts.ts';
import { madeOf } from './list-columns.ts';
import type { UnitList, UnitListRow } from './unit-list.ts';

export interface FoundPatient {
  readonly key: PatientKey;
  readonly name: string;
  readonly number: string;
  readonly where: WhereWords;
}

const NUMBER_MIN = 3;
const bare = (number: string): string => number.replace(/[\s+-]/g, '').toUpperCase();

/** Each word begins a word of the name, or it is a piece of the number, or the bed. */
export function searchOnList(list: UnitList | null, text: string): readonly FoundPatient[] {
  const words = wordsOf(text).map(fold);
  if (words.length === 0 || list === null) return [];
  const number = bare(text);
  const isNumber = number.length >= NUMBER_MIN && /\d/.test(number);
  const fits = ({ who }: UnitListRow): boolean => {
    if (who.place === text.trim()) return true;
    if (isNumber && bare(who.number).includes(number)) return true;
    const pieces = wordsOf(who.name).map(fold);
    return words.every((word) => pieces.some((piece) => piece.startsWith(word)));
  };
  return [...Map.groupBy(list.rows.filter(fits), ({ key }) => key).values()].flatMap((lines) =>
    lines.slice(0, 1).map((row) => ({
      key: row.key,
      name: row.who.name,
      number: row.who.number,
      where: whereOf(row, lines, list),
    })),
  );
}

/** Of somebody booked a stay on the list's unit is only what the booking says. */
function whereOf(row: UnitListRow, lines: readonly UnitListRow[], list: UnitList): WhereWords {
  const isBooked = row.kind === 'booked';
  const worstFirst = list.feeds
    .filter(({ part }) => part === (isBooked ? madeOf(list.listKind) : 'stay'))
    .sort((a, b) => PART_STATES.indexOf(a.state) - PART_STATES.indexOf(b.state));
  const fed = worstFirst[0] ?? { state: 'not-fed', short: 'Ingår inte i kopian' };
  if (isBooked) {
    const told = lines.flatMap(({ cells }) => cells?.when.map(({ words }) => words) ?? []);
    return bookedWhere([...new Set(told)], list.name, fed);
  }
  return whereWords(row.stay, {
    ...{ census: fed, isProtected: row.isProtected, nowMs: list.at },
    unitName: (id) => (id === list.unit ? list.name : id),
  });
}
