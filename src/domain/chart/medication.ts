// Orders, given doses and infusions side by side, each with its own state. A row shows the order as written, the last known
// dose, and the next time only where the source wrote one down and given doses are known.

import { isTrusted } from '../age.ts';
import { domainLimits } from '../domain-limits.ts';
import { EXTENSION } from '../extensions.ts';
import type { PartName } from '../parts.ts';
import type { Entry, PatientCopy, Stay } from '../patient-copy.ts';
import { isUndeclared, UNDECLARED_WORDS } from '../source.ts';
import { timeWords } from '../swedish-time.ts';
import type { ChartPart, ChartTime, DoseLine, MedicationGroup, MedicationRow, MedicationView } from './chart.ts';
import { atTime, type ComposeContext, unlistedWords } from './context.ts';
import {
  dosageDose,
  dosageRate,
  dosageRoute,
  dosagesOf,
  dosageWords,
  isAltered,
  isAsNeeded,
  isForbidden,
  medicationName,
  statusOf,
} from './describe-medication.ts';
import { statementOf } from './describe-warnings.ts';
import { joined } from './description.ts';
import { type Dose, type DosesKnown, dosesKnown, drugKeys, isSameDrug, overlapsOf, readDose } from './doses.ts';
import { extensionsOf, field, listOfText, path, textAt } from './fhir-read.ts';
import { infusionRuns } from './infusion-runs.ts';
import { boundsOf, nextScheduled, scheduledUntil } from './schedule.ts';
import { hidesValue, STATE_WORDS } from './value-text.ts';

const DOSES_PER_ROW_MAX = 12;

interface Medicines {
  readonly copy: PatientCopy;
  readonly stay: Stay | null;
  readonly parts: Readonly<Record<PartName, ChartPart>>;
}

export function medicationView({ copy, stay, parts }: Medicines, context: ComposeContext): MedicationView {
  const known = dosesKnown(parts['doses-given'], copy.parts['doses-given'].entries, context);
  const { orders, givesOf, dosesOf, without, overlaps } = context.remember(
    copy.parts['doses-given'].entries,
    'medicines',
    [copy.parts['medication-orders'].entries, copy.parts.infusions.entries],
    () => medicinesOf(copy, context),
  );
  const rows = [...orders]
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
    .map((order) =>
      rowOf({ order, gives: givesOf.get(order) ?? [], doses: dosesOf.get(order) ?? [], known, stay, parts }, context),
    );
  return {
    kind: 'medication',
    activeWords: activeWords(parts['medication-orders'], rows),
    dosesAreKnown: known.areKnown,
    dosesWords: known.words,
    uncertain: known.uncertain,
    rows: GROUP_ORDER.flatMap((group) => rows.filter((row) => row.group === group)),
    dosesWithoutOrder: newestFirst(without).map(({ line }) => line),
    overlaps,
  };
}

function activeWords({ content, truncated }: ChartPart, rows: readonly MedicationRow[]): string | null {
  if (content.kind === 'empty') return null;
  const active = rows.filter(({ group }) => group !== 'stopped').length;
  return `${truncated ? 'minst ' : ''}${active === 1 ? '1 aktiv' : `${active} aktiva`}`;
}

/** Which doses were given on which order, as the sources have said: nothing of it changes by time alone. */
function medicinesOf(copy: PatientCopy, context: ComposeContext) {
  const shown = (part: PartName): readonly Entry[] =>
    copy.parts[part].entries.filter(({ state }) => !hidesValue(state));
  const isDose = ({ resource }: Entry): boolean => resource.resourceType === 'MedicationAdministration';
  const written = [...shown('medication-orders'), ...shown('infusions').filter((entry) => !isDose(entry))].filter(
    ({ resource }) => statementOf(resource) === null,
  );
  const { orders, givesOf } = splitGives(written);
  const given = [...shown('doses-given'), ...shown('infusions').filter(isDose)];
  const { dosesOf, without } = matchDoses(orders, given, context);
  return { orders, givesOf, dosesOf, without, overlaps: overlapsOf([...without, ...[...dosesOf.values()].flat()]) };
}

const GROUP_ORDER: readonly MedicationGroup[] = ['scheduled', 'as-needed', 'infusion', 'unclear', 'stopped'];
const newestFirst = (doses: readonly Dose[]): readonly Dose[] => [...doses].sort((a, b) => b.entry.at - a.entry.at);

/**
 * A planned give (RGV) is one occasion of an order: it stands under its order, and is neither an order of its own nor a dose.
 * One whose order is not in the copy stands by itself.
 */
function splitGives(all: readonly Entry[]): { orders: readonly Entry[]; givesOf: ReadonlyMap<Entry, Entry[]> } {
  const isGive = ({ resource }: Entry): boolean => textAt(resource, 'intent') === 'instance-order';
  const byNumber = new Map(
    all.filter((entry) => !isGive(entry)).flatMap((order) => numberNames(order).map((name) => [name, order] as const)),
  );
  const givesOf = new Map<Entry, Entry[]>();
  const orders = all.filter((entry) => {
    const order = isGive(entry) ? numberNames(entry).flatMap((name) => byNumber.get(name) ?? [])[0] : undefined;
    if (order === undefined) return true;
    givesOf.set(order, [...(givesOf.get(order) ?? []), entry]);
    return false;
  });
  return { orders, givesOf };
}

/**
 * A dose belongs to the order it names; where several carry that number, to the one of its drug; where it names none, to the only
 * order of its drug. A dose of another drug than its order's stays with it, and says which drug (hazard H6).
 */
function matchDoses(
  orders: readonly Entry[],
  given: readonly Entry[],
  context: ComposeContext,
): { dosesOf: Map<Entry, Dose[]>; without: Dose[] } {
  const byName = new Map<string, Entry[]>();
  const byDrug = new Map<string, Set<Entry>>();
  for (const order of orders) {
    for (const name of orderNames(order)) byName.set(name, [...(byName.get(name) ?? []), order]);
    for (const key of drugKeys(order.resource)) byDrug.set(key, (byDrug.get(key) ?? new Set()).add(order));
  }
  const onlyOrderOf = (entry: Entry): Entry | undefined => {
    const candidates = new Set(drugKeys(entry.resource).flatMap((key) => [...(byDrug.get(key) ?? [])]));
    return candidates.size === 1 ? [...candidates][0] : undefined;
  };
  const dosesOf = new Map<Entry, Dose[]>();
  const without: Dose[] = [];
  for (const entry of given) {
    const named = new Set(doseNames(entry).flatMap((name) => byName.get(name) ?? []));
    const order = named.size === 0 ? onlyOrderOf(entry) : orderOfDose(entry, [...named]);
    const dose = readDose(entry, context, order?.resource ?? null);
    if (order === undefined) without.push(dose);
    else dosesOf.set(order, [...(dosesOf.get(order) ?? []), dose]);
  }
  return { dosesOf, without };
}

/** Undefined where several orders carry the number and none of them is of the dose's drug: nobody can tell. */
function orderOfDose(dose: Entry, named: readonly Entry[]): Entry | undefined {
  const [only, ...others] = named;
  if (others.length === 0) return only;
  const ofDrug = named.filter((order) => isSameDrug(dose.resource, order.resource));
  return ofDrug.find(({ resource }) => IN_FORCE.has(textAt(resource, 'status') ?? '')) ?? ofDrug[0];
}

/** Order numbers hold between sources; a resource's own key only within its source. */
const orderNames = (entry: Entry): readonly string[] => [`${entry.source} ${entry.key}`, ...numberNames(entry)];

const numberNames = ({ orderNumbers: { placer, filler } }: Entry): readonly string[] => [
  ...(placer === undefined ? [] : [`placer ${placer}`]),
  ...(filler === undefined ? [] : [`filler ${filler}`]),
];

function doseNames(entry: Entry): readonly string[] {
  const reference = textAt(entry.resource, 'request', 'reference');
  const { parent } = entry.orderNumbers;
  return [
    ...(reference === null ? [] : [`${entry.source} ${reference}`]),
    ...numberNames(entry),
    ...(parent === undefined ? [] : [`placer ${parent}`, `filler ${parent}`]),
  ];
}

interface RowInput {
  readonly order: Entry;
  /** Single occasions the source has planned of it. */
  readonly gives: readonly Entry[];
  readonly doses: readonly Dose[];
  readonly known: DosesKnown;
  readonly stay: Stay | null;
  readonly parts: Readonly<Record<PartName, ChartPart>>;
}

function rowOf({ order, gives, doses, known, stay, parts }: RowInput, context: ComposeContext): MedicationRow {
  const { resource } = order;
  const group = groupOf(order, context);
  const dosages = dosagesOf(resource);
  const lines = newestFirst(doses).map(({ line }) => line);
  const fromMs = plannedFromMs(doses, known, context);
  const next = group === 'scheduled' ? nextOf({ order, known, stay, parts, fromMs }, context) : { ms: null, words: '' };
  return {
    key: order.key,
    source: order.source,
    group,
    substance: medicationName(resource) ?? 'Läkemedel utan namn i källan',
    dose: joined(...dosages.map((dosage) => joined(dosageDose(dosage), dosageRate(dosage)))),
    route: [...new Set(dosages.flatMap((dosage) => dosageRoute(dosage) ?? []))].join(', '),
    schedule:
      dosages
        .map((dosage) => joined(dosageWords(dosage), boundsWords(dosage, context)))
        .filter((words) => words !== '')
        .join(' + ') || 'dosering saknas i källan',
    status: group === 'unclear' && order.unlistedAt !== null ? `tidigare ${statusOf(resource)}` : statusOf(resource),
    doses: lines.slice(0, DOSES_PER_ROW_MAX),
    lastWords: lastWords(lines, known, parts['doses-given']),
    dayWords: dayWords(doses, context),
    runs: infusionRuns(doses, { known, parts, isInForce: group !== 'stopped' && group !== 'unclear' }, context),
    next: next.ms === null ? null : context.time(next.ms),
    nextHasPassed: next.ms !== null && next.ms < context.nowMs,
    nextWords: next.words || GROUP_NEXT_WORDS[group],
    written: group === 'scheduled' ? writtenTimes(order, stay, fromMs, context) : [],
    remarks: [
      ...(isUndeclared(order.source) ? [`«${UNDECLARED_WORDS}»`] : []),
      ...rowRemarks(order, group, parts.infusions, context),
      ...giveRemarks(gives, context),
    ],
  };
}

const ENDED: ReadonlySet<string> = new Set([
  'stopped',
  'completed',
  'cancelled',
  'entered-in-error',
  'not-taken',
  'declined',
]);
const NOT_ORDERED: ReadonlySet<string> = new Set(['proposal', 'plan', 'option']);
const IN_FORCE: ReadonlySet<string> = new Set(['active', 'on-hold', 'intended', 'in-progress']);

/** A beginning that has passed is told where no end is: *3 dagar* says nothing without it. */
function boundsWords(dosage: unknown, { nowMs, written }: ComposeContext): string {
  const { start, end } = boundsOf(dosage);
  const isAhead = start !== null && start.ms > nowMs;
  return joined(
    start === null || (!isAhead && end !== null)
      ? null
      : `${isAhead ? 'från' : 'sedan'} ${written(start.written, start.ms).text}`,
    end === null ? null : `till ${written(end.written, end.ms).text}`,
  );
}

/** Every dosage of it has a written end, and the last of them has passed. */
function hasRunOut(resource: unknown, nowMs: number): boolean {
  const dosages = dosagesOf(resource);
  return dosages.length > 0 && dosages.every((dosage) => (boundsOf(dosage).end?.ms ?? nowMs) < nowMs);
}

function groupOf({ part, resource, unlistedAt, state }: Entry, { nowMs, momentOf }: ComposeContext): MedicationGroup {
  const status = textAt(resource, 'status') ?? '';
  if (ENDED.has(status)) return 'stopped';
  // The source has told all its orders since, and not this one: it must not stand among those that hold (hazard H8).
  if (unlistedAt !== null || state === 'unknown') return 'unclear';
  // It was to be stopped or paused by now, and nobody has said whether it was.
  const until = textAt(extensionsOf(resource, EXTENSION.holdsUntil)[0], 'valueDateTime');
  if ((until !== null && momentOf(until, nowMs) <= nowMs) || hasRunOut(resource, nowMs)) return 'unclear';
  if (isForbidden(resource) || isAltered(resource)) return 'unclear';
  // Proposed, planned or one way among others: nobody has ordered it.
  if (NOT_ORDERED.has(textAt(resource, 'intent') ?? '')) return 'unclear';
  if (part === 'infusions') return 'infusion';
  if (!IN_FORCE.has(status)) return 'unclear';
  return dosagesOf(resource).some(isAsNeeded) ? 'as-needed' : 'scheduled';
}

const GROUP_NEXT_WORDS: Readonly<Record<MedicationGroup, string>> = {
  scheduled: 'tid ej angiven i kopian',
  'as-needed': 'vid behov',
  infusion: 'infusion',
  stopped: 'inga fler',
  unclear: 'oklart om den gäller',
};

/**
 * A written time that has just passed and of which nothing has been told stands as it was written: were it gone the minute it passed, the
 * next one would be read as the first there is. It says nothing of whether the dose was given (§5.19), and only while given doses are known.
 */
function plannedFromMs(doses: readonly Dose[], known: DosesKnown, { nowMs }: ComposeContext): number {
  if (!known.areKnown) return nowMs;
  const lastMs = Math.max(0, ...doses.map(({ line }) => line.time.ms));
  return Math.min(nowMs, Math.max(nowMs - domainLimits.plannedTimeKeptMs, lastMs + domainLimits.doseOfPlannedTimeMs));
}

function nextOf(
  {
    order,
    known,
    stay,
    parts,
    fromMs,
  }: Pick<RowInput, 'order' | 'known' | 'stay' | 'parts'> & { readonly fromMs: number },
  context: ComposeContext,
): { ms: number | null; words: string } {
  if (!known.areKnown) return { ms: null, words: known.short };
  if (!context.functions.nextScheduled) return { ms: null, words: 'nästa tid räknas inte ut här' };
  if (textAt(order.resource, 'status') === 'on-hold') return { ms: null, words: 'pausad' };
  if (stay?.status === 'on-leave') return { ms: null, words: 'på permission' };
  const orders = parts['medication-orders'];
  if (!isTrusted(orders.state.state)) return { ms: null, words: `ordinationen: ${orders.state.short}` };
  const ms = nextScheduled(order.resource, fromMs);
  // Written out, and past: not that it was given, nor that it was to be given and was not.
  if (ms === 'nothing-left') return { ms: null, words: 'inga fler tider i ordinationen' };
  if (ms === null) return { ms: null, words: beginsWords(order.resource, context) };
  const words = `planerad ${context.time(ms).text}`;
  return { ms, words: ms < context.nowMs ? `${words}, ${NOTHING_HEARD}` : words };
}

/** Of a written time that has passed: neither given nor missed is said. */
export const NOTHING_HEARD = 'inget hört om den';

/** Nothing is given of an order before all that it says begins. */
function beginsWords(resource: unknown, { nowMs, written }: ComposeContext): string {
  const starts = dosagesOf(resource).map((dosage) => boundsOf(dosage).start);
  const first = starts.reduce((a, b) => (a === null || b === null || a.ms <= b.ms ? a : b), starts[0] ?? null);
  if (first === null || first.ms <= nowMs || starts.includes(null)) return '';
  return `börjar ${written(first.written, first.ms).text}`;
}

/** None where somebody has said that it is not to be given now. */
function writtenTimes(order: Entry, stay: Stay | null, fromMs: number, context: ComposeContext): readonly ChartTime[] {
  if (!context.functions.nextScheduled || stay?.status === 'on-leave') return [];
  return scheduledUntil(order.resource, fromMs, context.nowMs + DAY_MS).map((ms) => context.time(ms));
}

const lineWords = (line: DoseLine): string => joined(atTime(line.words, line.time), line.dose, line.by);

/** The last one that was timed, and each nobody timed that may have been given after it. */
function lastWords(lines: readonly DoseLine[], known: DosesKnown, part: ChartPart): string {
  const timed = lines.find(({ time }) => time.notOwn === undefined);
  const untimed = lines.filter(
    ({ time }) => time.notOwn !== undefined && (timed === undefined || time.ms >= timed.time.ms),
  );
  const doubt = timed === undefined ? '' : 'kanske senare: ';
  const told = [
    ...(timed === undefined ? [] : [lineWords(timed)]),
    ...untimed.slice(0, UNTIMED_TOLD_MAX).map((line) => `${doubt}${lineWords(line)}`),
    ...(untimed.length > UNTIMED_TOLD_MAX ? [`${untimed.length - UNTIMED_TOLD_MAX} till utan tid`] : []),
  ].join('; ');
  if (told !== '') return known.areKnown ? told : `senast känd: ${told}`;
  if (!known.areKnown) return known.short;
  return part.truncated ? 'ingen bland de visade' : 'ingen given registrerad';
}

const UNTIMED_TOLD_MAX = 3;

const DAY_MS = 24 * 60 * 60_000;

/** Every known dose of the last 24 hours, given or not. Counted words only: what is left of a most per day is the reader's. */
function dayWords(doses: readonly Dose[], context: ComposeContext): string | null {
  const day = newestFirst(doses).filter(({ entry }) => context.nowMs - entry.at <= DAY_MS && entry.at <= context.nowMs);
  if (day.length < 2) return null;
  // A dose that differs from the last one says so; the same amount is not told again and again.
  const last = day[0]?.line.dose;
  const told = day
    .slice(0, DOSES_PER_ROW_MAX)
    .map(({ line }) => joined(atTime(line.words, line.time), line.dose === last ? null : line.dose));
  const left = day.length - told.length;
  return `${day.length} kända uppgifter: ${[...told, ...(left > 0 ? [`${left} äldre`] : [])].join(', ')}`;
}

/** What was planned, also when its time has passed: nothing here compares it with what was given (design §5.19). */
function giveRemarks(gives: readonly Entry[], context: ComposeContext): readonly string[] {
  return [...gives]
    .sort((a, b) => a.at - b.at)
    .map((give) =>
      joined(
        atTime('Planerat tillfälle', plannedTime(give, context)),
        ...dosagesOf(give.resource).map((dosage) => (textAt(dosage, 'text') ?? '').replace(/^Planerad: /u, '')),
        ENDED.has(textAt(give.resource, 'status') ?? '') ? statusOf(give.resource) : null,
      ),
    );
}

/** When it is meant to be given; the time of the message is not that. */
function plannedTime(give: Entry, context: ComposeContext): DoseLine['time'] {
  const isTold = dosagesOf(give.resource).some(
    (dosage) =>
      listOfText(path(dosage, 'timing', 'event')).length > 0 ||
      textAt(dosage, 'timing', 'repeat', 'boundsPeriod', 'start') !== null,
  );
  return isTold ? context.time(give.at) : context.untimed(null, give);
}

function rowRemarks(
  order: Entry,
  group: MedicationGroup,
  infusions: ChartPart,
  context: ComposeContext,
): readonly string[] {
  const state = STATE_WORDS[order.state];
  const pump = group === 'infusion' && !isTrusted(infusions.state.state) ? [pumpWords(infusions, context)] : [];
  const reason =
    field(order.resource, 'statusReason') === undefined ? null : textAt(order.resource, 'statusReason', 'text');
  const doubt = group === 'stopped' ? null : unlistedWords(order.unlistedAt, context);
  return [
    ...(state === null ? [] : [state]),
    ...(doubt === null ? [] : [doubt]),
    ...(reason === null ? [] : [reason]),
    ...pump,
  ];
}

/** Rate and volume are never carried forward past the last word from the pump (knowledge H10). */
function pumpWords(infusions: ChartPart, context: ComposeContext): string {
  const proofs = infusions.state.feeds.flatMap(({ proofMs }) => proofMs ?? []);
  if (proofs.length === 0) return 'Kontrollera pump. Takten ingår inte i kopian.';
  const since = timeWords(Math.min(...proofs), context.todayMs, { clockIsUnsure: context.clockIsUnsure });
  return `Kontrollera pump. Takten är okänd efter ${since}.`;
}
