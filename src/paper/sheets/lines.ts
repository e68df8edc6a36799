// Parts of a chart as lines of a sheet: each thing with its time, in the chart's own words. What is empty says which kind of
// nothing it is (design §5.4).

import type { PartState } from '../../domain/age.ts';
import type { Chart, ChartEntry, ChartPart, ChartValue } from '../../domain/chart/chart.ts';
import { ANSWERED_WORDS } from '../../domain/chart/pending.ts';
import { tellsValue } from '../../domain/chart/value-text.ts';
import type { PartName } from '../../domain/parts.ts';
import { limits } from '../../limits.ts';
import { WORDS } from '../words.ts';
import { relativesOnce } from './kin-lines.ts';
import type { AgeMark, BlockSection, Item, Line } from './sheet.ts';

export const partOf = (chart: Chart, name: PartName): ChartPart => {
  const part = chart.blocks.flatMap(({ parts }) => parts).find((one) => one.part === name);
  if (part === undefined) throw new Error(`no block has the part ${name}`);
  return part;
};

export function ageMark({ state, short }: Pick<PartState, 'state' | 'short'>): AgeMark {
  switch (state) {
    case 'silent':
    case 'held':
      return { words: short, look: 'silent' };
    case 'stale':
    case 'rebuilt':
    case 'incomplete':
    case 'unknown':
      return { words: short, look: 'doubt' };
    default:
      return { words: short, look: 'plain' };
  }
}

const isEmpty = (part: ChartPart): boolean => part.content.kind === 'empty' && part.remarks.length === 0;

/** The state a part shows where it has nothing: *Okänt – fråga* stands before how fresh the feed is. */
const stateOf = (part: ChartPart): Pick<PartState, 'state' | 'short'> => part.state;

export interface PartLinesOptions {
  /** Entries that fit; the rest is counted in words. Absent: all, whatever the paper it takes. */
  readonly entriesMax?: number;
  /** Letters of one entry's text; the rest is on screen, and the sheet says so. */
  readonly textMax?: number;
  readonly olderWords?: (count: number) => string;
}

function partItems(part: ChartPart, options: PartLinesOptions = {}): readonly Item[] {
  const remarks = part.remarks.map((words): Item => ({ is: 'remark', words }));
  if (part.content.kind === 'empty') return [...remarks, { is: 'words', words: part.content.words }];
  const isAnswered = (entry: ChartEntry): boolean => part.part === 'orders' && entry.remarks.includes(ANSWERED_WORDS);
  const told = part.part === 'kin' ? relativesOnce(part.entries) : part.entries;
  const open = told.filter((entry) => !isAnswered(entry));
  const shown = options.entriesMax === undefined ? open : open.slice(0, options.entriesMax);
  const left = open.length - shown.length;
  return [
    ...remarks,
    ...shown.map((entry) => entryLine(entry, options)),
    ...(left === 0 ? [] : [{ is: 'remark', words: (options.olderWords ?? WORDS.olderEntries)(left) } as const]),
    ...answeredItems(part.entries.filter(isAnswered)),
  ];
}

function answeredItems(answered: readonly ChartEntry[]): readonly Item[] {
  if (answered.length === 0) return [];
  const byTime = Map.groupBy(answered, ({ time }) => time.text);
  const told = [...byTime].map(([at, entries]) => `${entries.map(({ title }) => title).join(', ')} ${at}`);
  return [line({ label: WORDS.answered, text: told.join(' · ') })];
}

function entryLine(entry: ChartEntry, { textMax }: PartLinesOptions = {}): Line {
  const shown = bounded(entry.text, textMax);
  const said = [
    shown,
    entry.status,
    ...entry.details.map(({ label, text }) => `${label}: ${text}`),
    ...entry.values.filter((value) => !tellsValue(shown, entry.title, value)).map(valueWords),
  ];
  return line({
    label: entry.time.text,
    mark: entry.isDanger ? 'allergy' : null,
    lead: entry.title,
    text: said.filter((words) => words !== null && words !== '').join(' · '),
    notes: [...entry.remarks, ...(entry.receivedUnder === null ? [] : [WORDS.receivedUnder(entry.receivedUnder)])],
  });
}

const valueWords = ({ name, text, unit, time, remarks }: ChartValue): string =>
  [`${name} ${text} ${unit}`.trim(), time.text, ...remarks].join(', ');

/** A note of many pages would push what must be seen away; what is left out is said, and never an allergy, limit, order or dose. */
function bounded(text: string, max: number | undefined): string {
  const letters = [...text];
  return max === undefined || letters.length <= max ? text : `${letters.slice(0, max).join('')}${WORDS.cutText}`;
}

export const line = (given: Partial<Omit<Line, 'is'>>): Line => ({
  is: 'line',
  label: '',
  mark: null,
  lead: '',
  text: '',
  notes: [],
  ...given,
});

/**
 * Several parts in one frame. Where they differ in age each has its own beside its name; where all are alike the frame's head says it.
 * Parts that have nothing at all are told in `emptyBlock`, so that a page is not filled with empty frames.
 */
export function partsBlock(
  title: string,
  parts: readonly (ChartPart & { readonly options?: PartLinesOptions })[],
): BlockSection | null {
  const shown = parts.filter((part) => !isEmpty(part));
  const [first] = shown;
  if (first === undefined) return null;
  const isOneAge = shown.every((part) => stateOf(part).short === stateOf(first).short);
  return {
    is: 'block',
    title,
    look: 'plain',
    age: isOneAge ? ageMark(stateOf(first)) : { words: '', look: 'plain' },
    items: shown.flatMap((part) => [
      ...(shown.length === 1 && isOneAge && part.title === title
        ? []
        : [{ is: 'head', words: part.title, age: isOneAge ? NO_AGE : ageMark(stateOf(part)) } as const]),
      ...partItems(part, part.options ?? {}),
    ]),
  };
}
const NO_AGE: AgeMark = { words: '', look: 'plain' };

/** Every part that has nothing to show, by what is said of it: none is left out, and none takes more than its name. */
export function emptyBlock(parts: readonly ChartPart[]): BlockSection | null {
  const empty = parts.filter(isEmpty);
  if (empty.length === 0) return null;
  const byWords = Map.groupBy(empty, (part) => (part.content.kind === 'empty' ? part.content.words : ''));
  return {
    is: 'block',
    title: WORDS.emptyBlocks,
    look: 'missing',
    age: NO_AGE,
    items: [...byWords].map(([words, group]) =>
      line({ lead: group.map(({ title }) => title).join(', '), text: words, label: '' }),
    ),
  };
}

export const NOTE_LINES: PartLinesOptions = {
  entriesMax: limits.paperNotesMax,
  textMax: limits.paperNoteLettersMax,
  olderWords: WORDS.olderNotes,
};
export const SHORT_LINES: PartLinesOptions = {
  entriesMax: limits.paperEntriesMax,
  textMax: limits.paperNoteLettersMax,
};
