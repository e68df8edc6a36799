// From when to when a drip ran, of what its source has told at single moments: that it was running, at what rate, that it was paused or
// stopped. Nothing is reckoned from a rate: how much has gone in, or when a bag is empty, is for a look at the pump (ux §3). Where the
// tellings do not agree or reach, it is not known, and then it is said that the pump must be looked at.

import { isTrusted } from '../age.ts';
import { domainLimits } from '../domain-limits.ts';
import type { PartName } from '../parts.ts';
import type { ChartPart, InfusionRun } from './chart.ts';
import type { ComposeContext } from './context.ts';
import { dosageRate, rateOf } from './describe-medication.ts';
import type { Dose, DosesKnown } from './doses.ts';
import { field, textAt } from './fhir-read.ts';

/** `unsure`: it may have ended then, or not. */
interface Told {
  readonly dose: Dose;
  readonly is: 'running' | 'over' | 'unsure';
  /** When what is told happened. */
  readonly ms: number;
  /** Where one telling has both ends: when it began. */
  readonly beganMs: number | null;
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
  // An end before a beginning of the same minute: a change of bag. What then holds is in doubt (`reaches`).
  const dated = doses.filter(isDated);
  const told = dated
    .map((dose) => toldOf(dose, context))
    .sort((a, b) => a.ms - b.ms || Number(a.is === 'running') - Number(b.is === 'running'));
  const runs: InfusionRun[] = [];
  let open: readonly Told[] = [];
  for (const one of told) {
    if (one.is === 'running') open = [...open, one];
    else if (one.is === 'over' && (open.length > 0 || one.beganMs !== null)) {
      runs.push(ended(open, one, context));
      open = [];
    }
  }
  return open.length === 0 ? runs : [...runs, goingOn(open, told, dated.length < doses.length, sources, context)];
}

const isDated = ({ line: { time } }: Dose): boolean => time.notOwn === undefined && time.hasNoClock === undefined;

function ended(open: readonly Told[], by: Told, context: ComposeContext): InfusionRun {
  const fromMs = Math.min(...open.map(({ ms }) => ms), by.beganMs ?? by.ms);
  const said = by.dose.line.outcome === 'given' ? '' : `, ${by.dose.line.words}`;
  return {
    ...{ fromMs, toMs: by.ms, isOver: true },
    ...lastRate(open.length === 0 ? [{ ...by, ms: fromMs }] : open),
    words: `pågick ${context.time(fromMs).text}–${context.time(by.ms).text}${said}`,
  };
}

function goingOn(
  open: readonly Told[],
  told: readonly Told[],
  isSomeUndated: boolean,
  sources: RunSources,
  context: ComposeContext,
): InfusionRun {
  const { nowMs } = context;
  const [first] = open;
  const fromMs = first?.ms ?? nowMs;
  const toMs = Math.min(nowMs, isSomeUndated ? (open.at(-1)?.ms ?? fromMs) : reaches(open, told, sources, context));
  const begun = context.time(fromMs).text;
  return {
    ...{ fromMs, toMs, isOver: false },
    ...lastRate(open),
    words:
      toMs === nowMs
        ? `pågår enligt källan sedan ${begun}`
        : `pågick ${toMs === fromMs ? begun : `${begun}–${context.time(toMs).text}`}, därefter okänt: kontrollera pump`,
  };
}

/**
 * How far it is known to have run. Beyond its last telling only while its order holds and both what is given and what runs is heard, since
 * its source would then have told of its end; while nothing told of it then or later is in doubt; and for so long as somebody tells of a drip.
 */
function reaches(
  open: readonly Told[],
  told: readonly Told[],
  { known, parts, isInForce }: RunSources,
  { nowMs }: ComposeContext,
): number {
  const last = open.at(-1);
  const lastMs = last?.ms ?? nowMs;
  const isDoubted = told.some(({ is, ms }) => is !== 'running' && ms >= lastMs);
  if (last === undefined || !isInForce || isDoubted) return lastMs;
  const { feeds } = parts[last.dose.entry.part].state;
  if (feeds.length === 0 || !feeds.every(({ state }) => isTrusted(state))) return lastMs;
  const knownTo = known.areKnown ? nowMs : Math.max(lastMs, known.uncertain?.fromMs ?? lastMs);
  return knownTo - lastMs > domainLimits.infusionToldWithinMs ? lastMs : knownTo;
}

/** The rate as last told, and from when it has been told so: never beside another's time. */
function lastRate(open: readonly Told[]): Pick<InfusionRun, 'rate' | 'rateFromMs'> {
  const rates = open.map(({ dose }) => dosageRate(field(dose.entry.resource, 'dosage')) ?? '');
  const rate = rates.at(-1) ?? '';
  const since = rates.findLastIndex((one) => one !== rate) + 1;
  return { rate, rateFromMs: open[since]?.ms ?? 0 };
}

function toldOf(dose: Dose, { momentOf, nowMs }: ComposeContext): Told {
  const { entry, line } = dose;
  const begin = textAt(entry.resource, 'effectivePeriod', 'start');
  const end = textAt(entry.resource, 'effectivePeriod', 'end');
  const startMs = begin === null ? line.time.ms : momentOf(begin, line.time.ms);
  const endMs = end === null ? null : momentOf(end, line.time.ms);
  const isSpan = endMs !== null && endMs > startMs;
  const at = { dose, ms: isSpan ? endMs : line.time.ms, beganMs: isSpan ? startMs : null };
  switch (line.outcome) {
    case 'ongoing':
      return { dose, is: line.time.ms > nowMs ? 'unsure' : 'running', ms: line.time.ms, beganMs: null };
    case 'stopped':
      return { ...at, is: 'over' };
    case 'given':
      // Given without a rate and without an end: a single dose beside the drip, or the last of its bag.
      return { ...at, is: isSpan || rateOf(entry.resource) !== null ? 'over' : 'unsure' };
    case 'not-given':
    case 'unclear':
      return { ...at, is: 'unsure' };
  }
}
