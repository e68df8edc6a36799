// The rows of a unit's list as the screen has them: every cell filled, with what it knows or which kind of nothing it is.

import type { CellLine } from '../../domain/unit-list/cell-line.ts';
import type { ListCells, News2Cell } from '../../domain/unit-list/list-cells.ts';
import type { ListColumn } from '../../domain/unit-list/list-columns.ts';
import { isKindTold } from '../../domain/unit-list/list-person.ts';
import type { UnitList, UnitListRow } from '../../domain/unit-list/unit-list.ts';
import { numberParts } from './chart-head.ts';
import { ageMark } from './lines.ts';
import type { AgeMark, CellWords, Icon, ListCell, ListRow } from './sheet.ts';

const ICONS: Readonly<Record<NonNullable<CellLine['icon']>, Icon>> = {
  allergy: 'allergy',
  limit: 'nocpr',
  infection: 'iso',
  alert: 'unverified',
  twins: 'twins',
  lock: 'lock',
  critical: 'critical',
  none: 'none',
  ask: 'ask',
};

export const wordsOf = ({ tone, icon, words }: CellLine): CellWords => ({
  icon: icon === null ? null : ICONS[icon],
  weight: tone === 'plain' ? 'plain' : tone === 'quiet' ? 'quiet' : 'strong',
  words,
});

const LOOKS: Readonly<Record<NonNullable<News2Cell['level']>, NonNullable<ListCell['score']>['look']>> = {
  low: 'plain',
  'single-three': 'three',
  medium: 'five',
  high: 'seven',
};

function news2Cell({ total, level, words }: News2Cell): ListCell {
  return {
    kind: 'news2',
    score: { text: total === null ? '–' : String(total), look: level === null ? 'plain' : LOOKS[level] },
    lines: [{ icon: null, weight: 'quiet', words }],
  };
}

/** A column of the list that is neither the place, the patient nor NEWS2. */
type WordColumn = Exclude<keyof ListCells, 'news2'>;
export type CellColumn = ListColumn & { readonly name: WordColumn | 'news2' };
export const cellColumns = (list: UnitList): readonly CellColumn[] =>
  list.columns.filter((column): column is CellColumn => column.name !== 'place' && column.name !== 'patient');

/** The word of its state, where it is not simply fresh: a column that is silent says so at its head. */
export const columnAge = ({ state, short }: ListColumn): AgeMark => ageMark({ state, short });

export const cellOf = (cells: ListCells, name: CellColumn['name']): ListCell =>
  name === 'news2' ? news2Cell(cells.news2) : { kind: 'words', score: null, lines: cells[name].map(wordsOf) };

export function whoOf(row: UnitListRow): Omit<ListRow, 'cells'> {
  const { who } = row;
  return {
    place: who.place,
    name: who.name,
    number: numberParts(who.number),
    sub: who.ageAndSex,
    remarks: [...(isKindTold(row) ? [`${who.kindWords} ${who.since}`] : []), ...who.remarks],
  };
}
