// How wide each column of the list is: where the room makes the rows lowest, reckoned from how its words would wrap. Reckoned when the list
// comes to the screen, and then kept: nothing moves under a finger because somebody got another medicine.

import type { CellLine } from '../../../../src/domain/unit-list/cell-line.ts';
import type { ColumnName, ListColumn } from '../../../../src/domain/unit-list/list-columns.ts';
import { isKindTold } from '../../../../src/domain/unit-list/list-person.ts';
import type { UnitListRow } from '../../../../src/domain/unit-list/unit-list.ts';

/** How wide words are, in pixels at 16 px text; `font` as list.css has it: weight and size. */
export type Measure = (words: string, font: string) => number;

/** No narrower: the longest word that is usual there stands whole. */
const LEAST: Readonly<Record<ColumnName, number>> = {
  place: 58,
  patient: 180,
  when: 108,
  warnings: 150,
  limits: 120,
  news2: 124,
  medication: 190,
  results: 100,
  surgery: 100,
};
/** A finger, and the edge. */
export const STAR_PX = 48;
const STEP_PX = 8;
const PADDING_PX = 17;
/** As the tokens have it: no row is lower. */
const ROW_PX = 41;
const ICON_PX = 18;
const BETWEEN_PX = 10;
const SCORE_PX = 50;
const PLOT_PX = 26;
const STATE_PX = 36;
const HEAD_PX_MAX = 170;
const FONTS = {
  name: '600 18px',
  ids: '400 13px',
  plain: '400 12.5px',
  strong: '600 12.5px',
  quiet: '400 12px',
  dose: '400 14px',
} as const;
const LINE_PX = { name: 20.7, ids: 15.6, fact: 15.3, dose: 16.8 } as const;
/** What a cell costs that is high in a row where another is higher still. */
const BESIDE = 0.04;
const MOVES = [1, 2, 3, 5, 8, 13] as const;

/** The height of a cell in a column so wide. */
type HeightAt = (px: number) => number;

export function listWidths(
  columns: readonly ListColumn[],
  rows: readonly UnitListRow[],
  wholePx: number,
  measure: Measure,
): readonly number[] {
  const texts = new Texts(measure);
  const least = columns.map(({ name, short }) => {
    const state = name === 'place' ? 0 : measure(short, FONTS.quiet) + STATE_PX;
    // Where somebody lies is named there, and the name of a ward is not broken.
    const word = name === 'when' ? longestWord(rows, texts) + PADDING_PX : 0;
    return Math.max(LEAST[name], Math.min(HEAD_PX_MAX, Math.max(state, word)));
  });
  const steps = Math.floor(Math.max(0, wholePx - STAR_PX - sum(least)) / STEP_PX);
  // By column, then by step, then by row.
  const heights = columns.map(({ name }, at) => {
    const cells = rows.map((row) => cellHeight(name, row, texts));
    return Array.from({ length: steps + 1 }, (_, step) =>
      cells.map((cell) => cell((least[at] ?? 0) + step * STEP_PX - PADDING_PX)),
    );
  });
  // All that each could use; then taken back where it costs least, until there is room for all.
  const given = heights.map((column) => lastGain(column));
  const cost = (): number => {
    const chosen = given.map((step, at) => heights[at]?.[step] ?? []);
    let all = 0;
    for (const row of rows.keys()) {
      let [highest, whole] = [ROW_PX, 0];
      for (const column of chosen) {
        const own = column[row] ?? ROW_PX;
        if (own > highest) highest = own;
        whole += own;
      }
      all += highest + BESIDE * whole;
    }
    return all;
  };
  let over = sum(given) - steps;
  while (over > 0) {
    let best = { from: -1, by: 1, loss: Number.POSITIVE_INFINITY };
    const before = cost();
    for (const [from, own] of given.entries())
      for (const by of MOVES) {
        if (own < by) continue;
        given[from] = own - by;
        const loss = (cost() - before) / by;
        if (loss < best.loss) best = { from, by, loss };
        given[from] = own;
      }
    given[best.from] = (given[best.from] ?? 0) - best.by;
    over -= best.by;
  }
  const widths = least.map((px, at) => px + (given[at] ?? 0) * STEP_PX);
  const airPx = Math.max(0, wholePx - STAR_PX - sum(widths)) / columns.length;
  return widths.map((px) => px + airPx);
}

/** Of what tells when: how wide its widest word is. */
const longestWord = (rows: readonly UnitListRow[], texts: Texts): number =>
  Math.max(
    0,
    ...rows.flatMap(({ cells }) => (cells?.when ?? []).flatMap((line) => texts.of(line.words, fontOf(line, 'when')))),
  );

/** The last step that makes any row lower. */
function lastGain(column: readonly (readonly number[])[]): number {
  const isSame = (a: readonly number[] | undefined, b: readonly number[] | undefined): boolean =>
    a?.every((height, row) => height === b?.[row]) !== false;
  let last = column.length - 1;
  while (last > 0 && isSame(column[last], column[last - 1])) last -= 1;
  return last;
}

/** Words as they wrap; each is measured once. */
class Texts {
  readonly #measure: Measure;
  readonly #known = new Map<string, number>();

  constructor(measure: Measure) {
    this.#measure = measure;
  }

  of(words: string, font: string): readonly number[] {
    return words.split(' ').map((word) => this.#width(word, font));
  }

  space(font: string): number {
    return this.#width(' ', font);
  }

  #width(word: string, font: string): number {
    const name = `${font} ${word}`;
    let width = this.#known.get(name);
    if (width === undefined) {
      width = this.#measure(word, font);
      this.#known.set(name, width);
    }
    return width;
  }
}

/** Lines, and how much of the last one is taken. */
interface Wrapped {
  readonly lines: number;
  readonly lastPx: number;
}
type Wraps = (px: number) => Wrapped;

function wraps(words: string, font: string, texts: Texts): Wraps {
  const [widths, space] = [texts.of(words, font), texts.space(font)];
  return (px) => {
    let [lines, used] = [1, 0];
    for (const width of widths) {
      if (used === 0) used = width;
      else if (used + space + width <= px) used += space + width;
      else {
        lines += 1;
        used = width;
      }
      if (width > px) lines += Math.ceil(width / px) - 1;
    }
    return { lines, lastPx: used };
  };
}

function cellHeight(name: ColumnName, row: UnitListRow, texts: Texts): HeightAt {
  const { cells } = row;
  if (name === 'place') return () => 0;
  if (name === 'patient') return personHeight(row, texts);
  if (cells === null) return () => 0;
  if (name === 'news2') {
    const { total, words } = cells.news2;
    const time = wraps(words, FONTS.quiet, texts);
    // The time stands under the score and its plot; why there is none, beside the empty box.
    if (total === null) return (px) => time(px - SCORE_PX).lines * LINE_PX.fact;
    return (px) => PLOT_PX + time(px - ICON_PX).lines * LINE_PX.fact;
  }
  const lines = cells[name].map((line) => ({
    isDose: name === 'medication' && line.tone === 'strong',
    iconPx: line.icon === null ? 0 : ICON_PX,
    wrapped: wraps(line.words, fontOf(line, name), texts),
  }));
  if (name === 'medication')
    return (px) =>
      sum(
        lines.map(({ isDose, iconPx, wrapped }) => wrapped(px - iconPx).lines * (isDose ? LINE_PX.dose : LINE_PX.fact)),
      );
  return (px) => {
    // Short ones stand beside each other.
    let [count, used] = [0, Number.POSITIVE_INFINITY];
    for (const { iconPx, wrapped } of lines) {
      const own = wrapped(px - iconPx);
      const isShort = own.lines === 1;
      if (isShort && used + BETWEEN_PX + iconPx + own.lastPx <= px) used += BETWEEN_PX + iconPx + own.lastPx;
      else {
        count += own.lines;
        used = isShort ? iconPx + own.lastPx : Number.POSITIVE_INFINITY;
      }
    }
    return count * LINE_PX.fact;
  };
}

function personHeight(row: UnitListRow, texts: Texts): HeightAt {
  const { who, cells } = row;
  const name = wraps(who.name.replaceAll(/(?<!,) /gu, '\u00a0'), FONTS.name, texts);
  const ids = wraps(`${who.number} · ${who.ageAndSex.replaceAll(' ', '\u00a0')}`, FONTS.ids, texts);
  const remarks = [...who.remarks, ...(isKindTold(row) && cells !== null ? [`${who.kindWords}, ${who.since}`] : [])];
  const told = remarks.map((words) => wraps(words, FONTS.strong, texts));
  return (px) =>
    name(px).lines * LINE_PX.name +
    ids(px).lines * LINE_PX.ids +
    sum(told.map((wrapped) => wrapped(px - ICON_PX).lines)) * LINE_PX.fact;
}

const fontOf = ({ tone }: CellLine, name: ColumnName): string =>
  tone === 'quiet'
    ? FONTS.quiet
    : tone === 'plain'
      ? FONTS.plain
      : name === 'medication' && tone === 'strong'
        ? FONTS.dose
        : FONTS.strong;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
