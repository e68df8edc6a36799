// How many of each kind the copy has, counted every night: beside last night's for a person to compare, and against what the
// source itself says. A feed that loses messages in silence shows nowhere else (hazard H29). Numbers only, no patient.

import { limits } from '../../limits.ts';
import type { CopyCounts } from './maintenance-worker.ts';

export interface CountRow {
  readonly unit: string;
  readonly part: string;
  readonly source: string;
  readonly count: number;
  /** Null the first night, or when there was none of it. */
  readonly before: number | null;
}

export interface CountComparison {
  readonly source: string;
  readonly type: string;
  readonly inCopy: number;
  readonly atSource: number;
  readonly differs: boolean;
}

export interface NightlyCounts {
  readonly takenAt: string;
  readonly beforeAt: string | null;
  readonly rows: readonly CountRow[];
  /** Where the source could be asked. */
  readonly compared: readonly CountComparison[];
}

export interface NightlyCountsOptions {
  readonly counted: CopyCounts;
  /** By source and resource type; null where the source does not say. */
  readonly atSource: ReadonlyMap<string, Readonly<Record<string, number | null>>>;
  readonly before: NightlyCounts | null;
  readonly takenAt: string;
}

export function nightlyCounts({ counted, atSource, before, takenAt }: NightlyCountsOptions): NightlyCounts {
  const keyOf = ({ unit, part, source }: Pick<CountRow, 'unit' | 'part' | 'source'>): string =>
    `${unit}\n${part}\n${source}`;
  const then = new Map(before?.rows.map((row) => [keyOf(row), row.count]));
  const now = counted.units.map((row): CountRow => ({ ...row, before: then.get(keyOf(row)) ?? null }));
  const isCounted = new Set(now.map(keyOf));
  // What has gone since last night must not go from the list: it is what a person looks for.
  const gone = (before?.rows ?? [])
    .filter((row) => row.count > 0 && !isCounted.has(keyOf(row)))
    .map((row): CountRow => ({ ...row, count: 0, before: row.count }));
  return {
    takenAt,
    beforeAt: before?.takenAt ?? null,
    rows: [...now, ...gone].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    compared: [...atSource].flatMap(([source, types]) => compare(source, types, counted)),
  };
}

/** Stays are told by many resources and in many states, and values lie within their reports: neither can be counted against. */
function isComparable(type: string, types: Readonly<Record<string, number | null>>): boolean {
  return type !== 'Encounter' && !(type === 'Observation' && 'DiagnosticReport' in types);
}

function compare(
  source: string,
  types: Readonly<Record<string, number | null>>,
  { types: inCopy }: CopyCounts,
): CountComparison[] {
  return Object.entries(types).flatMap(([type, count]): CountComparison[] => {
    if (count === null || !isComparable(type, types)) return [];
    const kept = inCopy.find((row) => row.source === source && row.type === type)?.count ?? 0;
    const missing = count - kept;
    const allowed = Math.max(limits.countDifferenceMin, count * limits.countDifferenceShare);
    return [{ source, type, inCopy: kept, atSource: count, differs: missing > allowed }];
  });
}
