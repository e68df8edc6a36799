// What is known of given doses, and since when it is not. Silence of a feed is never read as a dose not given (design §5.19):
// nothing here compares a plan with what was signed.

import { type FeedState, isTrusted } from '../age.ts';
import { ownTime, timeNotOwn } from '../own-time.ts';
import type { Entry } from '../patient-copy.ts';
import { isUndeclared, UNDECLARED_WORDS } from '../source.ts';
import { timeWords } from '../swedish-time.ts';
import type { ChartPart, DoseLine, DoseOverlap, MedicationView } from './chart.ts';
import { atTime, type ComposeContext } from './context.ts';
import { administeredDose, doseOutcome, medicationConcept, medicationName, performers } from './describe-medication.ts';
import { joined } from './description.ts';
import { codesOf, field, textAt } from './fhir-read.ts';

export interface DosesKnown {
  readonly areKnown: boolean;
  readonly words: string | null;
  /** The same for one row: without the reasons, which stand above. */
  readonly short: string;
  readonly uncertain: MedicationView['uncertain'];
}

export function dosesKnown(part: ChartPart, entries: readonly Entry[], context: ComposeContext): DosesKnown {
  const at = (ms: number): string => timeWords(ms, context.todayMs, { clockIsUnsure: context.clockIsUnsure });
  const paperSince = context.options.dosesOnPaperSince;
  const { state, feeds } = part.state;
  const untrusted = feeds.filter((feed) => !isTrusted(feed.state));
  const lastMessageMs = entries.reduce<number | null>(
    (last, { receivedAt }) => Math.max(last ?? receivedAt, receivedAt),
    null,
  );

  if (context.isBlocked('doses-given'))
    return unknown('Givna doser okända: spärrade uppgifter finns', null, context.nowMs, null);
  if (state === 'not-fed') {
    const since = earliest(lastMessageMs, paperSince);
    const words =
      since === null
        ? 'Givna doser okända: ingår inte i kopian'
        : `Givna doser okända sedan ${at(since)}: ingår inte i kopian`;
    return unknown(words, since, context.nowMs, null);
  }
  const stopped = untrusted.filter(({ states }) => states.some((name) => NOT_FLOWING.has(name)));
  if (stopped.length > 0) {
    const times = stopped.map(stoppedAt);
    // A source that never sent a dose: nobody can say from when.
    const since = times.some((ms) => ms === null) ? (paperSince ?? null) : earliest(...times, paperSince);
    if (since === null) return unknown('Givna doser okända: inget har kommit ännu', null, context.nowMs, null);
    return unknown(
      `Givna doser okända sedan ${at(since)}`,
      since,
      context.nowMs,
      periodWords(since, lastMessageMs, at),
    );
  }
  if (paperSince !== undefined) {
    return unknown(
      `Givna doser okända sedan ${at(paperSince)}: signeras på papper`,
      paperSince,
      context.nowMs,
      periodWords(paperSince, lastMessageMs, at),
    );
  }
  if (untrusted.length > 0) {
    const short = 'Givna doser kan saknas';
    return { ...unknown(`${short}. ${part.state.words}`, null, context.nowMs, null), short };
  }
  return { areKnown: true, words: null, short: '', uncertain: null };
}

const NOT_FLOWING: ReadonlySet<string> = new Set(['silent', 'stale', 'held']);

/** Where knowledge of a feed ends: its last proof, or the hold from which what came is not applied. */
function stoppedAt({ states, proofMs, heldSinceMs }: FeedState): number | null {
  const isQuiet = states.includes('silent') || states.includes('stale');
  return isQuiet && proofMs === null ? null : earliest(isQuiet ? proofMs : null, heldSinceMs);
}

const unknown = (words: string, fromMs: number | null, toMs: number, period: string | null): DosesKnown => ({
  areKnown: false,
  words,
  short: words,
  uncertain: { fromMs, toMs, words: period ?? 'Osäker period: doser kan ha getts utan att synas här' },
});

function periodWords(fromMs: number, lastMessageMs: number | null, at: (ms: number) => string): string {
  const last = lastMessageMs === null ? '' : `, senaste dosuppgift ${at(lastMessageMs)}`;
  return `Osäker period ${at(fromMs)}–nu${last}: doser kan ha getts utan att synas här`;
}

function earliest(...times: readonly (number | null | undefined)[]): number | null {
  const known = times.flatMap((ms) => (ms === null || ms === undefined ? [] : [ms]));
  return known.length === 0 ? null : Math.min(...known);
}

export interface Dose {
  readonly entry: Entry;
  readonly line: DoseLine;
  /** Codes and name of the drug: two doses that share one are of the same drug. */
  readonly drug: readonly string[];
}

/** `order`: the resource of the order it was given on. */
export function readDose(entry: Entry, context: ComposeContext, order: unknown): Dose {
  const { resource } = entry;
  const outcome =
    entry.state === 'deleted'
      ? ({ outcome: 'unclear', words: 'borttagen av avsändaren' } as const)
      : doseOutcome(resource);
  const dosage = field(resource, 'dosage');
  const own = medicationName(resource);
  const name = own ?? medicationName(order) ?? 'Läkemedel utan namn i källan';
  const amount = besideDose(administeredDose(dosage));
  const isOther = order !== null && own !== null && !isSameDrug(resource, order);
  return {
    entry,
    drug: drugKeys(resource),
    line: {
      key: entry.key,
      source: entry.source,
      sourceName: context.sourceName(entry.source),
      time: givenTime(entry, outcome.outcome, context),
      outcome: outcome.outcome,
      words: isUndeclared(entry.source) ? `${outcome.words} («${UNDECLARED_WORDS}»)` : outcome.words,
      medication: name,
      dose: isOther ? joined(`${own}, annat läkemedel än ordinationens`, amount) : amount,
      by: performers(resource),
    },
  };
}

/** When it was given, or stopped; a dose nobody timed never stands as given when it was told. */
function givenTime(entry: Entry, outcome: DoseLine['outcome'], context: ComposeContext): DoseLine['time'] {
  const stoppedAt = outcome === 'stopped' ? textAt(entry.resource, 'effectivePeriod', 'end') : null;
  const written = stoppedAt ?? ownTime(entry.resource);
  return written === null
    ? context.untimed(timeNotOwn(entry.resource), entry)
    : context.happenedAt(written, entry.resource, entry);
}

/** What a drug is called: its codes, and its name. Two spellings are two drugs unless a code says otherwise. */
export function drugKeys(resource: unknown): readonly string[] {
  const name = medicationName(resource)?.toLowerCase().replace(/\s+/g, ' ');
  return [...codesOf(medicationConcept(resource)), ...(name === undefined ? [] : [`name ${name}`])];
}

/** A code or name in common, or one name that only says more than the other (*Alvedon*, *Alvedon 500 mg tablett*). */
export function isSameDrug(one: unknown, other: unknown): boolean {
  const keys = new Set(drugKeys(one));
  if (drugKeys(other).some((key) => keys.has(key))) return true;
  const [a, b] = [one, other].map((each) => medicationName(each)?.toLowerCase().replace(/\s+/g, ' ') ?? '');
  if (!a || !b) return false;
  return a.startsWith(`${b} `) || b.startsWith(`${a} `);
}

/** Two sources that tell of the same drug within this time may tell of one dose, or of two. */
const OVERLAP_MS = 60 * 60_000;

/** Given doses of one drug told by two sources: both shown, and a person asked (knowledge H6, H23). */
export function overlapsOf(doses: readonly Dose[]): readonly DoseOverlap[] {
  const told = doses.filter(({ line }) => line.outcome === 'given' || line.outcome === 'ongoing');
  const byDrug = new Map<string, Dose[]>();
  for (const dose of told) for (const key of dose.drug) byDrug.set(key, [...(byDrug.get(key) ?? []), dose]);
  const found = new Map<string, DoseOverlap>();
  for (const group of byDrug.values()) {
    if (new Set(group.map(({ entry }) => entry.source)).size < 2) continue;
    for (const near of nearInTime([...group].sort((a, b) => a.entry.at - b.entry.at))) {
      const lines = near.map(({ line }) => line);
      const key = lines.map((line) => `${line.source} ${line.key}`).join('|');
      const told = lines.map((line) => `${atTime(line.sourceName, line.time)} ${line.dose}`.trim()).join(', ');
      found.set(key, {
        medication: lines[0]?.medication ?? '',
        doses: lines,
        words: `Två källor, samma dos eller två? ${told}. Välj inte, fråga.`,
      });
    }
  }
  return [...found.values()];
}

/** Runs of doses no further apart than the overlap, told by more than one source. */
function nearInTime(sorted: readonly Dose[]): readonly (readonly Dose[])[] {
  const runs: Dose[][] = [];
  for (const dose of sorted) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && dose.entry.at - last.entry.at <= OVERLAP_MS) run.push(dose);
    else runs.push([dose]);
  }
  return runs.filter((run) => new Set(run.map(({ entry }) => entry.source)).size > 1);
}

/** *20 mg iv* stays on one line; a route written out (*Intravenöst*) would then be broken within its word. */
const besideDose = (dose: string): string => dose.replace(/ · (?=\S{1,4}$)/u, '\u00a0').replaceAll(' · ', ' ');
