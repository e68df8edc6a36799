// From when to when a drip ran, of what its source has told at single moments: that it was running, at what rate, that it was paused or
// stopped. Nothing is reckoned from a rate: how much has gone in, or when a bag is empty, is for a look at the pump (ux §3).

import type { InfusionRun } from './chart.ts';
import type { ComposeContext } from './context.ts';
import { dosageRate, rateOf } from './describe-medication.ts';
import type { Dose, DosesKnown } from './doses.ts';
import { field, textAt } from './fhir-read.ts';

interface Told {
  readonly dose: Dose;
  readonly is: 'running' | 'over';
  /** Where one telling has both ends. */
  readonly endMs: number | null;
}

export function infusionRuns(
  doses: readonly Dose[],
  known: DosesKnown,
  context: ComposeContext,
): readonly InfusionRun[] {
  const told = doses
    .filter(({ line }) => line.time.notOwn === undefined && line.time.hasNoClock === undefined)
    .flatMap((dose) => toldOf(dose, context) ?? [])
    .sort((a, b) => a.dose.line.time.ms - b.dose.line.time.ms);
  const runs: InfusionRun[] = [];
  let open: readonly Dose[] = [];
  for (const { dose, is, endMs } of told) {
    const [from] = open;
    if (endMs !== null) runs.push(ended(dose, endMs, dose, context));
    else if (is === 'running') open = [...open, dose];
    else if (from !== undefined) {
      runs.push(ended(from, dose.line.time.ms, dose, context));
      open = [];
    }
  }
  const [from] = open;
  const last = open.at(-1);
  if (from === undefined || last === undefined) return runs;
  // Its source would have told that it was stopped, as long as anything is heard of it.
  const knownToMs = known.areKnown ? context.nowMs : Math.max(last.line.time.ms, known.uncertain?.fromMs ?? 0);
  return [
    ...runs,
    {
      fromMs: from.line.time.ms,
      toMs: Math.min(knownToMs, context.nowMs),
      isOver: false,
      rate: rateWords(last),
      words: `pågår enligt källan sedan ${from.line.time.text}`,
    },
  ];
}

function ended(from: Dose, toMs: number, by: Dose, context: ComposeContext): InfusionRun {
  return {
    fromMs: from.line.time.ms,
    toMs: Math.max(from.line.time.ms, toMs),
    isOver: true,
    rate: rateWords(from),
    words: `pågick ${from.line.time.text}–${context.time(toMs).text}${by === from ? '' : `, ${by.line.words}`}`,
  };
}

const rateWords = ({ entry }: Dose): string => dosageRate(field(entry.resource, 'dosage')) ?? '';

function toldOf(dose: Dose, { momentOf }: ComposeContext): Told | null {
  const { entry, line } = dose;
  if (line.outcome === 'not-given' || line.outcome === 'unclear') return null;
  const status = textAt(entry.resource, 'status');
  const end = textAt(entry.resource, 'effectivePeriod', 'end');
  const endMs = end === null ? null : momentOf(end, line.time.ms);
  if (line.outcome === 'given')
    return { dose, is: 'over', endMs: endMs !== null && endMs > line.time.ms ? endMs : null };
  const isRunning = status === 'in-progress' && rateOf(entry.resource) !== 0;
  return { dose, is: isRunning ? 'running' : 'over', endMs: null };
}
