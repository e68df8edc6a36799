// One source in the station's status: how it is, since when, why, and what to do now. Carries no patient data.

import type { SourceStatus } from '../copy/read/status.ts';
import { elapsed, type FeedState, feedState, type SureNow, worstCriticalFeed } from '../domain/age.ts';
import { type Holding, holdingWords, scopeWords } from '../domain/holding.ts';
import { isUndeclared } from '../domain/source.ts';
import { timeWords } from '../domain/swedish-time.ts';
import type { IntakeStatus } from './receiving/intake.ts';

export interface SourceLine {
  readonly source: string;
  readonly name: string;
  readonly state: FeedState['state'] | 'unheard' | 'undeclared';
  /** *Tyst sedan 10:41*. */
  readonly words: string;
  /** Why it is not well, in whole sentences; empty only when it is, or merely ages. */
  readonly reasons: readonly string[];
  readonly lastHeardAt: string | null;
  readonly silentForMs: number | null;
  readonly holds: readonly (Omit<Holding, 'since'> & { readonly since: string })[];
  readonly unread: number;
  /** Not gone through, not sent again in a full load, not come whole: what puts charts in doubt. */
  readonly setAside: number;
  /** A person's latest word on what was set aside. */
  readonly settled: { readonly upTo: number; readonly by: string; readonly reason: string; readonly at: string } | null;
  readonly held: number;
  readonly waiting: number;
  /** Since the station started; null when no running station says so. */
  readonly received: number | null;
  readonly repeated: number | null;
}

/** Its name is what it wrote in MSH-3 and MSH-4: anything, also somebody's number. */
export const isStranger = ({ source, isDeclared }: SourceStatus): boolean => !isDeclared || isUndeclared(source);

/** A source in one line: its worst feed that is not trusted, or how it is. `intake` null: read from disk without a station. */
export function sourceLine(source: SourceStatus, now: SureNow, name: string, intake: IntakeStatus | null): SourceLine {
  const states = source.feeds.map((feed) => feedState(feed, now, { sourceName: name }));
  const ceased = states.filter(({ state }) => state === 'silent' || state === 'held' || state === 'stale');
  // What has ceased before what is only not whole, however critical that is: somebody must ring.
  const doubtful = worstCriticalFeed(ceased) ?? worstCriticalFeed(states);
  const counts = intake?.sources.find((counted) => counted.source === source.source);
  const age = source.heard === null ? null : elapsed(source.heard, now).ageMs;
  const isSilent = doubtful !== null && (doubtful.state === 'silent' || doubtful.state === 'stale');
  const sinceStart = intake === null ? null : 0;
  return {
    source: source.source,
    name,
    ...stateWords(source, doubtful, states, now),
    reasons: reasonsOf(source, doubtful, name, now),
    lastHeardAt: source.heard === null ? null : iso(source.heard.wallMs),
    silentForMs: isSilent ? age : null,
    holds: source.holds.map((hold) => ({ ...hold, since: iso(hold.since) })),
    unread: source.counts.unread,
    setAside: source.openSetAside,
    settled: source.settled === null ? null : { ...source.settled, at: iso(source.settled.at) },
    held: source.counts.held,
    waiting: source.counts.waiting,
    received: counts?.received ?? sinceStart,
    repeated: counts?.repeated ?? sinceStart,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
/** As IT names units when it holds and lets go. */
const byId = (unit: string): string => unit;

function stateWords(
  source: SourceStatus,
  doubtful: FeedState | null,
  states: readonly FeedState[],
  now: SureNow,
): Pick<SourceLine, 'state' | 'words'> {
  if (isStranger(source)) return { state: 'undeclared', words: 'Okänd avsändare: tas emot, visas inte som matad' };
  if (source.heard === null) return { state: 'unheard', words: 'Tyst: inget har kommit ännu' };
  if (doubtful !== null)
    return {
      state: doubtful.state,
      words: (doubtful.state === 'held' ? partlyHeld(source.holds, now) : null) ?? doubtful.short,
    };
  const [first] = states;
  return first === undefined
    ? { state: 'fresh', words: 'Matar ingen del' }
    : { state: first.state, words: first.short };
}

/** A source of which only a part or a unit is held is not told as held; null when all of it is. */
function partlyHeld(holds: readonly Holding[], now: SureNow): string | null {
  const scopes = holds.map((hold) => scopeWords(hold, byId));
  if (scopes.length === 0 || scopes.includes(null)) return null;
  const since = Math.min(...holds.map((hold) => hold.since));
  return `Delvis hållen sedan ${timeWords(since, now.wallMs)}: ${scopes.join(', ')}`;
}

const STRANGER_WORDS =
  'Okänd avsändare: ingen källa med de namnen står i inställningarna. Det den sänder tas emot och räknas inte som matat.';

function reasonsOf(
  { source, heard, holds, isDeclared }: SourceStatus,
  doubtful: FeedState | null,
  sourceName: string,
  now: SureNow,
): readonly string[] {
  const held = holds.map((hold) => holdingWords(hold, { sourceName, unitName: byId, todayMs: now.wallMs }));
  if (!isDeclared || isUndeclared(source)) return [STRANGER_WORDS, ...held];
  if (heard === null) return ['Tyst: inget har kommit ännu.', ...held];
  return doubtful === null || doubtful.state === 'held' ? held : [doubtful.words, ...held];
}
