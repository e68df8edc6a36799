// A limit, a warning or an infection that its source still calls active, and that was to hold until a day that has passed: nobody has
// said what holds since. It is shown, for it may, and never as if nothing were to ask: a 0-HLR that no longer is one, an isolation that has ended.

import type { PartName } from '../parts.ts';
import type { Entry } from '../patient-copy.ts';
import type { ChartEntry } from './chart.ts';
import type { ComposeContext } from './context.ts';
import { textAt } from './fhir-read.ts';

const PARTS_IN_FORCE: ReadonlySet<PartName> = new Set(['limits', 'alerts', 'infection']);
const DAY_MS = 24 * 60 * 60_000;

export function withRunOut(
  part: PartName,
  described: readonly ChartEntry[],
  kept: readonly Entry[],
  context: ComposeContext,
): readonly ChartEntry[] {
  if (!PARTS_IN_FORCE.has(part)) return described;
  const words = new Map(kept.flatMap((entry) => runOutOf(entry, context)));
  if (words.size === 0) return described;
  return described.map((entry) => {
    const told = words.get(nameOf(entry));
    return told === undefined ? entry : { ...entry, remarks: [...entry.remarks, told] };
  });
}

function runOutOf(entry: Entry, { momentOf, nowMs, written }: ComposeContext): [string, string][] {
  const { resource } = entry;
  const end = textAt(resource, 'period', 'end') ?? textAt(resource, 'provision', 'period', 'end');
  if (end === null || textAt(resource, 'status') !== 'active') return [];
  const ms = momentOf(end, Number.POSITIVE_INFINITY);
  // A day holds to its end.
  if (ms + (end.length === 10 ? DAY_MS : 0) > nowMs) return [];
  return [[nameOf(entry), `Skulle gälla till ${written(end, ms).text} – kontrollera om det gäller`]];
}

const nameOf = ({ source, key }: { readonly source: string; readonly key: string }): string => `${source} ${key}`;
