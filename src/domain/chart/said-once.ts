// What a block says again and again is said once: lines that are alike but for when and by whom they were told, and one source of them all.
// No time and no source is lost: they stand beside the line, or at the head of those they hold for. What one source tells twice happened
// twice: three transfusions are three lines.

import type { ChartEntry } from './chart.ts';

/** The line, and each that tells the same, in the order they stood. */
export interface SaidOnce {
  readonly entry: ChartEntry;
  readonly all: readonly ChartEntry[];
}

export function saidOnce(entries: readonly ChartEntry[]): readonly SaidOnce[] {
  if (new Set(entries.map(({ source }) => source)).size < 2) return entries.map((entry) => ({ entry, all: [entry] }));
  const alike = Map.groupBy(
    entries,
    ({ key: _key, source: _source, sourceName: _name, time: _time, values, ...told }) =>
      JSON.stringify([told, values.map(({ key: _own, ...value }) => value)]),
  );
  const groupOf = new Map([...alike.values()].flatMap((all) => all.map((one) => [one, all] as const)));
  return entries.flatMap((entry): readonly SaidOnce[] => {
    const all = groupOf.get(entry) ?? [entry];
    if (new Set(all.map(({ source }) => source)).size < all.length) return [{ entry, all: [entry] }];
    return all[0] === entry ? [{ entry, all }] : [];
  });
}

/** Null: several, or none. */
export function onlySource(entries: readonly ChartEntry[]): string | null {
  const [first] = entries;
  return first !== undefined && entries.every(({ source }) => source === first.source) ? first.sourceName : null;
}
