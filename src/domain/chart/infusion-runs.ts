// From when to when a drip ran, of what its source has told at single moments: that it was running, at what rate, that it was paused or
// stopped. Nothing is reckoned from a rate: how much has gone in, or when a bag is empty, is for a look at the pump (ux §3).

import { isTrusted } from '../age.ts';
import type { PartName } from '../parts.ts';
import type { ChartPart, InfusionRun } from './chart.ts';
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

export interface RunSources {
  readonly known: DosesKnown;
  readonly parts: Readonly<Record<PartName, ChartPart>>;
  /** False: the order has ended, or nobody can say whether it holds. */
  readonly isInForce: boolean;
}

export function infusionRuns(
  doses: readonly Dose[],
  sources: RunSources,
  context: ComposeContext,
): readonly InfusionRun[] {
  const told = doses
    .filter(isDated)
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
  const { nowMs } = context;
  const toMs = Math.min(reaches(last, doses, sources, context), nowMs);
  const begun = from.line.time.text;
  return [
    ...runs,
    {
      ...{ fromMs: from.line.time.ms, toMs, isOver: false, rate: rateWords(last) },
      words:
        toMs === nowMs
          ? `pågår enligt källan sedan ${begun}`
          : `pågick ${begun}–${context.time(toMs).text}, därefter okänt: kontrollera pump`,
    },
  ];
}

const isDated = ({ line: { time } }: Dose): boolean => time.notOwn === undefined && time.hasNoClock === undefined;

/**
 * How far it is known to have run. Until now only while its order holds and both what is given and what runs is heard, since its source
 * would then have told of its end, and while nothing told of it later is in doubt.
 */
function reaches(
  last: Dose,
  doses: readonly Dose[],
  { known, parts, isInForce }: RunSources,
  context: ComposeContext,
): number {
  const lastMs = last.line.time.ms;
  const isDoubted = doses.some((dose) => !isTelling(dose, context) && (!isDated(dose) || dose.line.time.ms >= lastMs));
  if (!isInForce || isDoubted) return lastMs;
  const { feeds } = parts[last.entry.part].state;
  if (feeds.length === 0 || !feeds.every(({ state }) => isTrusted(state))) return lastMs;
  return known.areKnown ? context.nowMs : Math.max(lastMs, known.uncertain?.fromMs ?? lastMs);
}

/** That it was running, at a time of its own. Whatever else is said of it may be its end. */
const isTelling = (dose: Dose, context: ComposeContext): boolean =>
  isDated(dose) && toldOf(dose, context)?.is === 'running';

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
