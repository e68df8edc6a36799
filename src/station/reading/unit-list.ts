// One unit's list whole: who is on it, what must be seen of each, and how far the list itself can be trusted. The same for the
// terminal, `--json` and GET /api/units/{unit}: a list without its age is a list that is taken for the truth (design §5.5).

import type { CensusRow } from '../../copy/read/census.ts';
import type { CopyReader, UnitFeeds } from '../../copy/read/copy-reader.ts';
import {
  asOfMoment,
  type FeedState,
  feedState,
  isTrusted,
  partState,
  type SureNow,
  worstCriticalFeed,
} from '../../domain/age.ts';
import { composeChart } from '../../domain/chart/compose.ts';
import type { ChartOptions } from '../../domain/chart/context.ts';
import { listWarnings } from '../../domain/chart/list-warnings.ts';
import { Failure } from '../../domain/failures.ts';
import { distinctHoldings, type Holding, holdingWords } from '../../domain/holding.ts';
import type { SourceId, UnitId } from '../../domain/identity.ts';
import { PART_NAMES, PARTS, type PartName } from '../../domain/parts.ts';
import { timeWords } from '../../domain/swedish-time.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';

/** A row and what must be seen of the patient: allergy, limit, infection, NEWS2, given doses; empty for those who have left. */
export type UnitListRow = CensusRow & { readonly warnings: readonly string[] };

export interface UnitList {
  readonly unit: UnitId;
  readonly name: string;
  readonly listKind: UnitDeclaration['listKind'];
  /** When it was read, ms since 1970 UTC. */
  readonly at: number;
  /** The earlier moment it is read as of; null = now. */
  readonly asOf: number | null;
  readonly asOfWords: string | null;
  /** How old the stays are, and what of the critical cannot be trusted, worst first; the first sentence stands also on an empty list. */
  readonly age: readonly string[];
  readonly feeds: readonly Pick<FeedState, 'source' | 'sourceName' | 'part' | 'state' | 'short' | 'words'>[];
  /** What is held here, in whole sentences: the source, the part and unit, since when, by whom and why. */
  readonly holds: readonly (Holding & { readonly source: SourceId; readonly words: string })[];
  readonly rows: readonly UnitListRow[];
}

export interface UnitListOptions {
  readonly reader: CopyReader;
  readonly units: readonly UnitDeclaration[];
  readonly names: Pick<ChartOptions, 'sourceNames' | 'unitNames'>;
  readonly now: SureNow;
}

/** @throws {Failure} `unit.not-found`, `history.too-old` */
export function readUnitList(unit: UnitId, asOf: number | undefined, options: UnitListOptions): UnitList {
  return options.reader.atOnce(() => readAtOnce(unit, asOf, options));
}

function readAtOnce(unit: UnitId, asOf: number | undefined, options: UnitListOptions): UnitList {
  const { reader, now, names } = options;
  const read = asOf === undefined ? {} : { asOf };
  const rows = reader.census(unit, read);
  const declared = options.units.find((known) => known.id === unit);
  if (rows.length === 0 && declared === undefined && !reader.unitIds().includes(unit))
    throw new Failure('unit.not-found', unit.slice(0, 60));
  const fed = reader.unitFeeds(unit, read);
  const feeds = feedsOf(fed, options);
  return {
    unit,
    name: declared?.name ?? unit,
    listKind: declared?.listKind ?? 'bed',
    at: now.wallMs,
    asOf: asOf ?? null,
    asOfWords: asOf === undefined ? null : `som den var ${timeWords(asOf, now.wallMs)}`,
    age: ageWords(feeds),
    feeds: feeds.map(({ source, sourceName, part, state, short, words }) => ({
      source,
      sourceName,
      part,
      state,
      short,
      words,
    })),
    holds: holdsOf(fed, options),
    rows: rows.map((row) => {
      const copy = row.kind === 'discharged' ? null : reader.patient(row.key, read);
      return { ...row, warnings: copy === null ? [] : listWarnings(composeChart(copy, now, names)) };
    }),
  };
}

function holdsOf({ feeds }: UnitFeeds, { names, now }: UnitListOptions): UnitList['holds'] {
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
function feedsOf({ asOf, feeds }: UnitFeeds, { names, now }: UnitListOptions): readonly FeedState[] {
  const moment = asOf === null ? now : asOfMoment(asOf, now);
  return feeds.map(({ feed, declaredName }) =>
    feedState(feed, moment, { sourceName: names.sourceNames?.[feed.source] ?? declaredName, todayMs: now.wallMs }),
  );
}

/**
 * How old the list is, and what of it cannot be trusted: every critical part that is silent, old, held, incomplete or not fed to
 * this unit, the worst first. Never the newest: one young source says nothing of a dead one.
 */
function ageWords(feeds: readonly FeedState[]): readonly string[] {
  const stateOf = (part: PartName) =>
    partState(
      part,
      feeds.filter((feed) => feed.part === part),
    );
  const states = PART_NAMES.filter((part) => PARTS[part].criticality === 1).map(stateOf);
  const notFed = states.filter(({ state }) => state === 'not-fed');
  const doubtful = states.filter(({ state }) => state !== 'not-fed' && !isTrusted(state));
  const grouped = Map.groupBy(doubtful, ({ feeds: own, short }) => {
    const worst = worstCriticalFeed([...own]);
    return worst === null || short.startsWith(worst.sourceName)
      ? short
      : `${worst.sourceName} ${short.charAt(0).toLowerCase()}${short.slice(1)}`;
  });
  const partNames = (parts: readonly { readonly part: PartName }[]): string =>
    parts.map(({ part }) => PARTS[part].swedish.toLowerCase()).join(', ');
  return [
    `Beläggning: ${stateOf('stay').words}`,
    ...[...grouped].map(([short, parts]) => `! ${short}: ${partNames(parts)}`),
    ...(notFed.length === 0 ? [] : [`Ingår inte i kopian: ${partNames(notFed)}`]),
  ];
}
