// One unit's list whole: who is on it, what must be seen of each, and how far the list itself can be trusted. The same for the
// app, the terminal, `--json` and GET /api/units/{unit}: a list without its age is a list that is taken for the truth (design §5.5).

import {
  asOfMoment,
  type FeedState,
  feedState,
  isTrusted,
  partState,
  type SureNow,
  worstCriticalFeed,
} from '../age.ts';
import { composeChart } from '../chart/compose.ts';
import type { ChartOptions } from '../chart/context.ts';
import { listWarnings } from '../chart/list-warnings.ts';
import { type Remember, rememberNothing } from '../chart/memory.ts';
import { nearPatientsOf, type OnUnit } from '../chart/near-patients.ts';
import { distinctHoldings, type Holding, holdingWords } from '../holding.ts';
import type { PatientKey, SourceId, UnitId } from '../identity.ts';
import { PART_NAMES, PARTS, type PartName } from '../parts.ts';
import type { PatientCopy } from '../patient-copy.ts';
import { isUndeclared } from '../source.ts';
import { timeWords } from '../swedish-time.ts';
import type { UnitDeclaration } from '../unit.ts';
import { type UnitUse, unknownUse } from '../unit-use/unit-use.ts';
import { bookedTime } from './booked-lines.ts';
import type { CensusRow, UnitFeed } from './census-row.ts';
import { type ListCells, listCells, STRANGER_WORDS } from './list-cells.ts';
import { type ListColumn, listColumns, madeOf } from './list-columns.ts';
import { type ListHeader, listHeader } from './list-header.ts';
import { type ListPerson, listPerson } from './list-person.ts';

/** A row and what must be seen of the patient: allergy, limit, infection, NEWS2, given doses; empty for those who have left. */
export type UnitListRow = CensusRow & {
  readonly warnings: readonly string[];
  /** Who and where, in words; no piece is ever empty. */
  readonly who: ListPerson;
  /** One filled cell a column; null for those who have left. */
  readonly cells: ListCells | null;
};

/** All of a list but its rows: no chart is made for it. */
export interface UnitListHead {
  readonly unit: UnitId;
  readonly name: string;
  readonly listKind: UnitDeclaration['listKind'];
  /** *I drift*, or *under uppbyggnad* and why: whoever shows the list says the latter on everything (design §5.22). */
  readonly use: UnitUse;
  /** When it was read, ms since 1970 UTC. */
  readonly at: number;
  /** The earlier moment it is read as of; null = now. */
  readonly asOf: number | null;
  readonly asOfWords: string | null;
  /** What the top of every screen says of the copy: the worst critical feed, never the newest. */
  readonly header: ListHeader;
  readonly columns: readonly ListColumn[];
  /** How many are on the unit, or booked there, however many of the rows have been made. */
  readonly present: number;
  /** How old the stays are, and what of the critical cannot be trusted, worst first; the first sentence stands also on an empty list. */
  readonly age: readonly string[];
  readonly feeds: readonly Pick<FeedState, 'source' | 'sourceName' | 'part' | 'state' | 'short' | 'words'>[];
  /** What is held here, in whole sentences: the source, the part and unit, since when, by whom and why. */
  readonly holds: readonly (Holding & { readonly source: SourceId; readonly words: string })[];
}

export interface UnitList extends UnitListHead {
  readonly rows: readonly UnitListRow[];
}

export interface UnitListInput {
  readonly unit: UnitDeclaration;
  /** As it is now, also of an earlier moment. Absent where nobody has said: then it is not in use. */
  readonly use?: UnitUse;
  readonly asOf: number | null;
  /** Up to when bookings stand on it (ms); null or absent: it is no list of bookings, or nobody has said. */
  readonly bookedUntil?: number | null;
  readonly rows: readonly CensusRow[];
  readonly feeds: readonly UnitFeed[];
  readonly copyOf: (key: PatientKey) => PatientCopy | null;
  readonly names: Pick<ChartOptions, 'sourceNames' | 'unitNames'>;
  readonly now: SureNow;
  readonly remember?: Remember;
}

export const composeUnitList = (input: UnitListInput): UnitList => ({
  ...composeListHead(input),
  rows: composeListRows(input),
});

export function composeListHead(input: UnitListInput): UnitListHead {
  const { unit, asOf, names, now } = input;
  const feeds = feedsOf(input);
  return {
    unit: unit.id,
    name: unit.name,
    listKind: unit.listKind,
    use: input.use ?? unknownUse(unit),
    at: now.wallMs,
    asOf,
    asOfWords: asOf === null ? null : `som den var ${timeWords(asOf, now.wallMs)}`,
    header: listHeader(feeds, madeOf(unit.listKind)),
    columns: listColumns(unit.listKind, feeds),
    present: countOf(input),
    age: [...ageWords(feeds, madeOf(unit.listKind)), ...untilWords(input)],
    feeds: feeds.map(({ source, sourceName, part, state, short, words }) => ({
      source,
      sourceName,
      part,
      state,
      short,
      words,
    })),
    holds: holdsOf(input.feeds, names, now),
  };
}

/** In a long stop a list of bookings runs out: what is later is in the charts, and nobody shall read an empty day as a free one. */
function untilWords({ bookedUntil = null, now }: UnitListInput): readonly string[] {
  return bookedUntil === null ? [] : [`Bokade efter ${timeWords(bookedUntil, now.wallMs)} står inte på listan.`];
}

/** A ward's patients lie there; where the list is made of bookings they are those on it. */
function countOf({ unit, rows }: UnitListInput): number {
  if (madeOf(unit.listKind) === 'stay') return rows.filter(({ kind }) => kind === 'present').length;
  return new Set(rows.filter(({ kind }) => kind !== 'discharged').map(({ key }) => key)).size;
}

/** The rows from one place in the list to another: a slow screen makes what it has room for before the rest. */
export function composeListRows(
  { rows, copyOf, names, now, asOf, remember = rememberNothing }: UnitListInput,
  from = 0,
  to = rows.length,
): readonly UnitListRow[] {
  const onUnit = peopleOnList(rows, now.wallMs);
  const lines = { nowMs: now.wallMs, unitNames: names.unitNames ?? {}, sourceNames: names.sourceNames ?? {} };
  return rows.slice(from, to).map((row) => {
    const who = listPerson(row, now.wallMs, asOf ?? now.wallMs);
    const copy = row.kind === 'discharged' ? null : copyOf(row.key);
    const strangers = isUndeclared(row.stay.source) ? [STRANGER_WORDS] : [];
    if (copy === null) return { ...row, warnings: strangers, who, cells: null };
    const near = isNear(row) ? nearPatientsOf(row, onUnit) : [];
    const chart = composeChart(copy, now, { ...names, nearPatients: near }, remember);
    return { ...row, warnings: [...strangers, ...listWarnings(chart)], who, cells: listCells(chart, row, lines) };
  });
}

/** Who is here now, and who is booked: those of one operation list are taken for each other as those of one ward are. */
export const isNear = ({ kind }: CensusRow): boolean => kind === 'present' || kind === 'booked';

export const peopleOnList = (rows: readonly CensusRow[], nowMs: number): readonly OnUnit[] =>
  rows.filter(isNear).map(({ key, identity, person, kind, stay: { room, bed }, bookings = [] }) => {
    const [booking] = kind === 'booked' ? bookings : [];
    const place = booking === undefined ? { room, bed } : { room: `listan ${bookedTime(booking, nowMs)}`, bed: null };
    return { key, identity, person, ...place };
  });

function holdsOf(feeds: readonly UnitFeed[], names: UnitListInput['names'], now: SureNow): UnitList['holds'] {
  const bySource = Map.groupBy(feeds, ({ feed }) => feed.source);
  return [...bySource].flatMap(([source, own]) =>
    distinctHoldings(own.flatMap(({ feed }) => feed.holds)).map((holding) => ({
      ...holding,
      source,
      words: holdingWords(holding, {
        sourceName: names.sourceNames?.[source] ?? own[0]?.declaredName ?? source,
        unitName: (id) => names.unitNames?.[id] ?? id,
        todayMs: now.wallMs,
      }),
    })),
  );
}

/** Ages are those of the moment read, as a chart of that moment has them: a list of yesterday is not as fresh as today's feed. */
function feedsOf({ asOf, feeds, names, now }: UnitListInput): readonly FeedState[] {
  const moment = asOf === null ? now : asOfMoment(asOf, now);
  return feeds.map(({ feed, declaredName }) =>
    feedState(feed, moment, { sourceName: names.sourceNames?.[feed.source] ?? declaredName, todayMs: now.wallMs }),
  );
}

/**
 * How old the list is, and what of it cannot be trusted: every critical part that is silent, old, held, incomplete or not fed to
 * this unit, the worst first. Never the newest: one young source says nothing of a dead one.
 */
function ageWords(feeds: readonly FeedState[], made: PartName): readonly string[] {
  const stateOf = (part: PartName) =>
    partState(
      part,
      feeds.filter((feed) => feed.part === part),
    );
  const states = PART_NAMES.filter((part) => PARTS[part].criticality === 1).map(stateOf);
  const notFed = states.filter(({ state }) => state === 'not-fed');
  const doubtful = states.filter(({ state }) => state !== 'not-fed' && !isTrusted(state));
  const list = stateOf(made);
  const small = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);
  const grouped = Map.groupBy(doubtful, ({ feeds: own, short }) => {
    const worst = worstCriticalFeed([...own]);
    return worst === null || short.startsWith(worst.sourceName) ? short : `${worst.sourceName} ${small(short)}`;
  });
  const partNames = (parts: readonly { readonly part: PartName }[]): string =>
    parts.map(({ part }) => PARTS[part].swedish.toLowerCase()).join(', ');
  return [
    `${made === 'stay' ? 'Beläggning' : PARTS[made].swedish}: ${list.feeds.some(({ sourceName }) => list.words.startsWith(sourceName)) ? list.words : small(list.words)}`,
    ...[...grouped].map(([short, parts]) => `! ${short}: ${partNames(parts)}`),
    ...(notFed.length === 0 ? [] : [`Ingår inte i kopian: ${partNames(notFed)}`]),
  ];
}
