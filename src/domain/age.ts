// How far a feed can be trusted at this moment: fresh, ageing, past its limit, silent, held, rebuilt, incomplete. A reader acts
// on what stands here, so every doubt makes data look older, never fresher (design §5.25).

import { domainLimits } from './domain-limits.ts';
import type { SourceId } from './identity.ts';
import { NEEDED_BEFORE_STAY_MS, PARTS, type PartName } from './parts.ts';
import type { PartFeed } from './patient-copy.ts';
import { durationWords, timeWords } from './swedish-time.ts';
import type { Arrival } from './time.ts';

/** From worst to best: the order in which a part made of several feeds, and a block made of several parts, shows its worst. */
export const PART_STATES = [
  'silent', // no proof that the feed carries for longer than its limit, or the source is known to be down
  'held', // a person stopped applying the source
  'not-fed', // nobody is declared to send this here
  'stale', // past its limit, where quiet may also mean that nothing happened
  'rebuilt', // the copy was made again: older content may be missing
  'incomplete', // older content never came, or something received could not be read
  'unknown', // nobody has said: ask the patient
  'aging', // half its limit has passed
  'fresh',
] as const;
export type PartStateName = (typeof PART_STATES)[number];
type FeedStateName = Exclude<PartStateName, 'not-fed' | 'unknown'>;

const rank = (name: PartStateName): number => PART_STATES.indexOf(name);
export const worstOf = (names: readonly PartStateName[]): PartStateName =>
  names.reduce((worst, name) => (rank(name) < rank(worst) ? name : worst), 'fresh' as PartStateName);

/** Only then may the absence of something be read as its absence, and given doses as all given doses. */
export const isTrusted = (name: PartStateName): boolean => name === 'fresh' || name === 'aging';

/** How long ago, by both clocks. `null`: no clock can say, and the reader must take it as too old. */
export interface Elapsed {
  readonly ageMs: number | null;
  /** *Klockan osäker*: the two clocks disagree, or time has run backwards. */
  readonly clockIsUnsure: boolean;
}

/** `clockIsBehind`: the wall clock shows less than this station has certainly lived through; how much has passed nobody knows. */
export type SureNow = Arrival & { readonly clockIsBehind?: true };

/** A clock that shows a year before the program existed has lost its battery. */
const CLOCK_MS_MIN = Date.UTC(2020, 0, 1);
const CLOCK_MS_MAX = Date.UTC(2126, 0, 1);
const isPlausible = (wallMs: number): boolean => wallMs >= CLOCK_MS_MIN && wallMs < CLOCK_MS_MAX;

/**
 * Within one run of the machine the monotonic clock counts, which nobody can set; the wall clock alone after a restart. Of
 * two answers the older stands: a monotonic clock may stop while a machine sleeps, a wall clock may be put back.
 */
export function elapsed(since: Arrival, now: SureNow): Elapsed {
  const wallMs = now.wallMs - since.wallMs;
  const wallIsUsable =
    now.clockIsBehind !== true && wallMs >= 0 && isPlausible(now.wallMs) && isPlausible(since.wallMs);
  if (since.boot !== now.boot) return { ageMs: wallIsUsable ? wallMs : null, clockIsUnsure: !wallIsUsable };
  const monotonicMs = now.monotonicMs - since.monotonicMs;
  if (!(monotonicMs >= 0)) return { ageMs: null, clockIsUnsure: true };
  return {
    ageMs: wallIsUsable ? Math.max(monotonicMs, wallMs) : monotonicMs,
    clockIsUnsure: !wallIsUsable || Math.abs(monotonicMs - wallMs) > domainLimits.clockDisagreementToleratedMs,
  };
}

/**
 * The latest time this station has certainly lived through. A wall clock put back (a dead battery, a hand) would otherwise
 * make old proofs look recent after a restart: then the wall clock counts no age, and what came before the restart is silent.
 */
export function notBefore(now: SureNow, seen: readonly Arrival[]): SureNow {
  const latest = seen.reduce((ms, { wallMs }) => (isPlausible(wallMs) ? Math.max(ms, wallMs) : ms), now.wallMs);
  if (latest - now.wallMs <= domainLimits.clockDisagreementToleratedMs) return now;
  return { ...now, wallMs: latest, clockIsBehind: true };
}

/** An earlier moment a reader asked for: only the wall clock knows it, and ages are counted to it. */
export const asOfMoment = (asOf: number, now: SureNow): SureNow => ({
  wallMs: asOf,
  boot: `as of ${now.boot}`,
  monotonicMs: 0,
});

export interface FeedStateOptions {
  readonly sourceName: string;
  /** Measured outage of the source (the watch, a lost connection): silent at once, whatever its limit. */
  readonly downSince?: number | null;
  /** When the stay began: proves something only of parts that live within a stay (NEEDED_BEFORE_STAY_MS). */
  readonly stayBegan?: number | null;
  /** When this source last denied all of the part: its word on everything before. */
  readonly deniedAt?: number | null;
  readonly clockIsUnsure?: boolean;
  /** Messages of types nobody here reads, of this source about this patient, where nothing else of the part has come. */
  readonly unread?: number;
  /** The reader's own today, where an earlier moment is read: a time not of today carries its date. */
  readonly todayMs?: number;
}

/** One source's feed of one part, at one moment. */
export interface FeedState {
  readonly source: SourceId;
  readonly sourceName: string;
  readonly part: PartName;
  readonly state: FeedStateName;
  /** Everything that holds, worst first: a feed can be rebuilt and silent. */
  readonly states: readonly FeedStateName[];
  readonly ageMs: number | null;
  /** Last proof that the feed carries, by the station's wall clock; null = nothing has come. */
  readonly proofMs: number | null;
  readonly heldSinceMs: number | null;
  readonly clockIsUnsure: boolean;
  /** Whole for this stay and no further: proves nothing of the life before it. */
  readonly isWholeForStayOnly: boolean;
  /** Nothing but unread messages makes it doubtful. */
  readonly isOnlyUnread: boolean;
  /** For the right edge of a block: `11:16`, `Åldras, 10:58 (22 min)`, `Tyst sedan 10:41`. */
  readonly short: string;
  /** Whole sentences, for all states that hold. */
  readonly words: string;
}

export function feedState(feed: PartFeed, now: SureNow, options: FeedStateOptions): FeedState {
  const { ageMs, clockIsUnsure } =
    feed.proof === null ? { ageMs: null, clockIsUnsure: false } : elapsed(feed.proof, now);
  const unsure = clockIsUnsure || options.clockIsUnsure === true;
  const said: { state: FeedStateName; short: string; words: string }[] = [];
  const at = (ms: number): string => timeWords(ms, options.todayMs ?? now.wallMs, { clockIsUnsure: unsure });
  const proofMs = feed.proof?.wallMs ?? null;
  const lastHeard = proofMs === null ? null : at(proofMs);
  const downSince = options.downSince ?? null;
  const isPastLimit = ageMs === null || ageMs > feed.ageLimitMs;

  if (lastHeard === null) {
    said.push({ state: 'silent', short: 'Tyst: inget har kommit', words: 'Tyst: inget har kommit ännu' });
  } else if (downSince !== null || (isPastLimit && feed.heartbeat === 'any-message')) {
    said.push({
      state: 'silent',
      short: `Tyst sedan ${lastHeard}`,
      words: `Tyst sedan ${lastHeard}. Det kan ha tillkommit`,
    });
  } else if (isPastLimit) {
    const howOld = ageMs === null ? lastHeard : `${lastHeard} (${durationWords(ageMs)})`;
    said.push({
      state: 'stale',
      short: `Gammal, ${howOld}`,
      words: `Kan vara gammal – kontrollera. Senast hört ${howOld}`,
    });
  } else if (ageMs > feed.ageLimitMs / 2) {
    const howOld = `Åldras, ${lastHeard} (${durationWords(ageMs)})`;
    said.push({ state: 'aging', short: howOld, words: howOld });
  } else {
    said.push({ state: 'fresh', short: lastHeard, words: `Per ${lastHeard}` });
  }
  // An age always stands beside the state: a rebuilt copy of a feed heard a minute ago is not a copy of an unknown age.
  const per = lastHeard === null || isPastLimit || downSince !== null ? '' : `, per ${lastHeard}`;
  if (feed.heldSince !== null) {
    const since = `Hållen sedan ${at(feed.heldSince)}`;
    said.push(
      feed.isBeingReleased
        ? { state: 'held', short: `${since}, släpps`, words: `${since}, släpps nu: nyare uppgifter förs in i ordning` }
        : { state: 'held', short: since, words: `${since}: nyare uppgifter tas emot men visas inte` },
    );
  }
  const completeness = completenessOf(feed, options, at);
  if (completeness !== null) said.push({ ...completeness, short: `${completeness.short}${per}` });
  if (feed.setAside > 0) {
    const count = feed.setAside === 1 ? '1 meddelande' : `${feed.setAside} meddelanden`;
    said.push({
      state: 'incomplete',
      short: `Ofullständig${per}`,
      words: `Ofullständig: ${count} har inte kunnat läsas in`,
    });
  }
  if (feed.isElsewhere === true) {
    said.push({
      state: 'incomplete',
      short: `Ofullständig${per}`,
      words: 'Ofullständig: uppgifter finns under ett nummer som inte säkert är patientens',
    });
  }
  const unread = options.unread ?? 0;
  const isOnlyUnread = unread > 0 && said.every(({ state }) => isTrusted(state));
  if (unread > 0) {
    const count = unread === 1 ? '1 meddelande' : `${unread} meddelanden`;
    said.push({
      state: 'incomplete',
      short: `Ofullständig${per}`,
      words: `Ofullständig: ${count} av en typ som inte läses`,
    });
  }

  said.sort((a, b) => rank(a.state) - rank(b.state));
  const unsureWords = unsure ? ' · klockan osäker' : '';
  return {
    source: feed.source,
    sourceName: options.sourceName,
    part: feed.part,
    state: said[0]?.state ?? 'silent',
    states: said.map(({ state }) => state),
    ageMs,
    proofMs,
    heldSinceMs: feed.heldSince,
    clockIsUnsure: unsure,
    isWholeForStayOnly: completeness === null && feed.fullyLoadedAt === null,
    isOnlyUnread,
    short: `${said[0]?.short ?? ''}${unsureWords}`,
    words: `${said.map(({ words }) => words).join('. ')}${unsureWords}.`,
  };
}

function completenessOf(
  feed: PartFeed,
  options: FeedStateOptions,
  at: (ms: number) => string,
): { state: 'rebuilt' | 'incomplete'; short: string; words: string } | null {
  const loadedAfter = (ms: number): boolean => feed.fullyLoadedAt !== null && feed.fullyLoadedAt >= ms;
  if (feed.rebuiltAt !== null && !loadedAfter(feed.rebuiltAt)) {
    const when = at(feed.rebuiltAt);
    return {
      state: 'rebuilt',
      short: `Återuppbyggd ${when}`,
      words: `Återuppbyggd ${when}: äldre uppgifter kan saknas`,
    };
  }
  if (feed.fullyLoadedAt !== null) return null;
  if (feed.wholeSince === null) {
    return { state: 'incomplete', short: 'Ofullständig', words: 'Ofullständig: källan har inte sänt allt den har' };
  }
  if (isDeniedSinceWhole(feed, options) || isWholeForStay(feed, options)) return null;
  const when = at(feed.wholeSince);
  return { state: 'incomplete', short: 'Ofullständig', words: `Ofullständig: uppgifter från före ${when} kan saknas` };
}

/** What a person must deny is whole where the source has heard of the stay and denied it since then: both in this copy's time. */
const isDeniedSinceWhole = (
  { wholeSince }: PartFeed,
  { deniedAt = null, stayBegan = null }: FeedStateOptions,
): boolean =>
  wholeSince !== null && deniedAt !== null && deniedAt >= wholeSince && stayBegan !== null && stayBegan >= wholeSince;

function isWholeForStay({ part, wholeSince }: PartFeed, { stayBegan = null }: FeedStateOptions): boolean {
  const before = NEEDED_BEFORE_STAY_MS.get(part);
  return wholeSince !== null && stayBegan !== null && before !== undefined && stayBegan - before >= wholeSince;
}

/** A part of the chart: all its feeds, and the worst of them. */
export interface PartState {
  readonly part: PartName;
  readonly state: PartStateName;
  readonly short: string;
  readonly words: string;
  readonly feeds: readonly FeedState[];
}

export function partState(part: PartName, feeds: readonly FeedState[]): PartState {
  const worst = worstFeed(feeds);
  if (worst === null) {
    return { part, state: 'not-fed', short: 'Ingår inte i kopian', words: 'Ingår inte i kopian.', feeds };
  }
  const named = (feed: FeedState): string => (feeds.length > 1 ? `${feed.sourceName}: ${feed.words}` : feed.words);
  const short = feeds.length > 1 && worst.state !== 'fresh' ? `${worst.sourceName}: ${worst.short}` : worst.short;
  return { part, state: worst.state, short, words: feeds.map(named).join(' '), feeds };
}

function worstFeed(feeds: readonly FeedState[]): FeedState | null {
  return feeds.reduce<FeedState | null>(
    (worst, feed) => (worst === null || compareFeeds(feed, worst) < 0 ? feed : worst),
    null,
  );
}

/** Worse state first; within one state the older, and no age at all is the oldest. */
function compareFeeds(a: FeedState, b: FeedState): number {
  if (a.state !== b.state) return rank(a.state) - rank(b.state);
  const ageOf = (feed: FeedState): number => feed.ageMs ?? Number.POSITIVE_INFINITY;
  const [ageA, ageB] = [ageOf(a), ageOf(b)];
  return ageA === ageB ? 0 : ageB - ageA;
}

/**
 * What a header must name: among feeds that are not trusted the most critical part, and of these the worst; null when all
 * are fresh. Never the newest: a young copy of a dead source is not fresh.
 */
export function worstCriticalFeed(feeds: readonly FeedState[]): FeedState | null {
  const criticality = (feed: FeedState): number => PARTS[feed.part].criticality;
  const doubtful = feeds.filter((feed) => !isTrusted(feed.state));
  return doubtful.sort((a, b) => criticality(a) - criticality(b) || compareFeeds(a, b)).at(0) ?? null;
}
