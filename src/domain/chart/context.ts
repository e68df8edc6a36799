// What every part of the arranging needs to know: the moment read, the reader's options, and how times and sources are called.

import type { SureNow } from '../age.ts';
import { domainLimits } from '../domain-limits.ts';
import type { Identity, SourceId, UnitId } from '../identity.ts';
import { hasHappened, KNOWN_BY_WORDS, type TimeNotOwn } from '../own-time.ts';
import type { PartName } from '../parts.ts';
import { isUndeclared, UNDECLARED_WORDS } from '../source.ts';
import { localMoment, timeWords, writtenTimeWords } from '../swedish-time.ts';
import type { ChartTime } from './chart.ts';
import type { Remember } from './memory.ts';

/** Computing functions a region can switch off, each by itself (design §9). */
interface ChartFunctions {
  readonly news2: boolean;
  readonly nextScheduled: boolean;
  readonly nearName: boolean;
}

/** Another patient whose name or number can be mistaken for this one's. */
export interface NearPatient {
  readonly kind: 'name' | 'number';
  readonly name: string;
  readonly number: string;
  readonly bed: string;
}

export interface ChartOptions {
  /** As people call the sources: «Journalsystemet». A source not named is called by its id. */
  readonly sourceNames?: Readonly<Record<string, string>>;
  readonly unitNames?: Readonly<Record<string, string>>;
  /** Sources measured as down, with since when: silent at once, whatever their limit. */
  readonly sourcesDown?: Readonly<Record<string, number>>;
  readonly nearPatients?: readonly NearPatient[];
  /** Blocked data exists that this reader may not see (design §5.24). */
  readonly blocked?: 'all' | readonly PartName[];
  /** Given doses are signed on paper since (design §5.19). */
  readonly dosesOnPaperSince?: number;
  /** Decided by a clinician; scale 1 where nothing else is stated. */
  readonly news2Scale?: 1 | 2;
  readonly functions?: Partial<ChartFunctions>;
}

export interface ComposeContext {
  readonly now: SureNow;
  readonly nowMs: number;
  /** The reader's own today, also where an earlier moment is read: what times in words are counted from (design §5.5). */
  readonly todayMs: number;
  readonly clockIsUnsure: boolean;
  readonly options: ChartOptions;
  readonly functions: ChartFunctions;
  /** Every number that is this person, the chart's head first. */
  readonly head: Identity | null;
  /** Numbers that became this person by a merge: what came under one says so. */
  readonly isMerged: (identity: Identity) => boolean;
  readonly isProtected: boolean;
  readonly sourceName: (id: SourceId) => string;
  readonly unitName: (id: UnitId) => string;
  readonly time: (ms: number) => ChartTime;
  /** A time as the source wrote it, to its precision; falls back to `ms`. */
  readonly written: (written: string | null, ms: number) => ChartTime;
  /**
   * When it was so, as its source wrote it; *tid oklar* where that lies ahead of when it came: nothing has been measured or given
   * then, and as the newest of all it would hide what has (design §5.25).
   */
  readonly happenedAt: (
    written: string,
    resource: unknown,
    kept: { readonly at: number; readonly receivedAt: number },
  ) => ChartTime;
  /** Of what has no time of its own: *tid saknas, mottaget 11:00*, from what intake noted, else from when it came. */
  readonly untimed: (said: TimeNotOwn | null, kept: { readonly at: number; readonly receivedAt: number }) => ChartTime;
  /** The moment of a time as the source wrote it; `otherwise` when it is none. */
  readonly momentOf: (written: string, otherwise: number) => number;
  readonly isBlocked: (part: PartName) => boolean;
  /**
   * What is made of entries and of what stands still in this context alone: how sources and units are called, whose numbers were
   * merged, what is hidden, what day it is. Nothing made through it may read `now` or `nowMs`.
   */
  readonly remember: Remember;
}

export const BLOCKED_WORDS = 'Spärrade uppgifter finns';

export function composeContext(
  { now, clockIsUnsure, todayMs }: Pick<ComposeContext, 'now' | 'clockIsUnsure' | 'todayMs'>,
  options: ChartOptions,
  who: Pick<ComposeContext, 'head' | 'isMerged' | 'isProtected'> & { readonly numbers: string },
  remember: Remember,
): ComposeContext {
  const nowMs = now.wallMs;
  const words = { clockIsUnsure };
  // A panel's values share their time: each is put into words once a chart.
  const times = new Map<number, ChartTime>();
  const time = (ms: number): ChartTime => remembered(times, ms, () => ({ ms, text: timeWords(ms, todayMs, words) }));
  // Times are told by the day they are read: a value of 23:50 is *i går* ten minutes later.
  const still = [
    localMoment(todayMs)?.dayNumber ?? null,
    clockIsUnsure,
    options.sourceNames,
    options.unitNames,
    who.numbers,
    who.isProtected,
    String(options.blocked ?? ''),
  ];
  const writtenMoments = new Map<string, number>();
  const writtenTimes = new Map<string, string>();
  const writtenText = (written: string): string =>
    remembered(writtenTimes, written, () => writtenTimeWords(written, todayMs, words));
  const momentOf = (written: string, otherwise: number): number => {
    const ms = remembered(writtenMoments, written, () => Date.parse(written));
    return Number.isNaN(ms) ? otherwise : ms;
  };
  const written = (text: string | null, ms: number): ChartTime => {
    if (text === null) return time(ms);
    const wholeText = writtenText(text);
    return DAY_OR_LONGER.test(text) ? { ms, text: wholeText, hasNoClock: true } : { ms, text: wholeText };
  };
  return {
    now,
    nowMs,
    todayMs,
    clockIsUnsure,
    options,
    functions: { news2: true, nextScheduled: true, nearName: true, ...options.functions },
    head: who.head,
    isMerged: who.isMerged,
    isProtected: who.isProtected,
    sourceName: (id) => {
      const name = own(options.sourceNames, id) ?? id;
      return isUndeclared(id) ? `${name} («${UNDECLARED_WORDS}»)` : name;
    },
    unitName: (id) => own(options.unitNames, id) ?? id,
    time,
    momentOf,
    written,
    happenedAt: (own, resource, { at, receivedAt }) => {
      const ms = momentOf(own, at);
      if (ms <= receivedAt + domainLimits.futureEventToleratedMs || !hasHappened(resource)) return written(own, ms);
      const text = `${UNCLEAR_TIME_WORDS} (${writtenText(own)} enligt källan), ${KNOWN_BY_WORDS.received} ${time(receivedAt).text}`;
      return { ms: receivedAt, text, notOwn: 'received' };
    },
    untimed: (said, { at, receivedAt }) => {
      const saidMs = said === null ? Number.NaN : momentOf(said.at, Number.NaN);
      // What is claimed to lie after it came here cannot be: then only that is known.
      const isKnown = said !== null && saidMs <= receivedAt;
      const { text } = isKnown ? written(said.at, saidMs) : time(receivedAt);
      const notOwn = isKnown ? said.is : 'received';
      const ms = isKnown ? saidMs : Math.min(at, receivedAt);
      return { ms, text: `${NO_TIME_WORDS}, ${KNOWN_BY_WORDS[notOwn]} ${text}`, notOwn };
    },
    isBlocked: (part) => options.blocked === 'all' || (options.blocked ?? []).includes(part),
    remember: (holder, what, of, make) => remember(holder, what, of.length === 0 ? still : [...still, ...of], make),
  };
}

const NO_TIME_WORDS = 'tid saknas';
const UNCLEAR_TIME_WORDS = 'tid oklar';
const DAY_OR_LONGER = /^\d{4}(?:-\d{2}){0,2}$/;

/** *given 08:02*; *given, tid saknas, mottaget 11:00*. */
export const atTime = (words: string, time: ChartTime): string =>
  `${words}${time.notOwn === undefined ? ' ' : ', '}${time.text}`;

/** The source has sent everything it has since, and this was not in it: it stands here with the doubt beside it (decision 0006). */
export const unlistedWords = (unlistedAt: number | null, context: ComposeContext): string | null =>
  unlistedAt === null
    ? null
    : `Saknades i källans fulla laddning ${context.time(unlistedAt).text}, kan vara avslutat – fråga`;

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

export const downSince = (context: ComposeContext, source: SourceId): number | null =>
  own(context.options.sourcesDown, source) ?? null;
