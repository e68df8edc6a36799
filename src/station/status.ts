// How the station and its sources are, for `reservkraft status`, GET /health and GET /api/status. Says which source is silent
// since when; carries no patient data.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceStatus } from '../copy/read-status.ts';
import { elapsed, type FeedState, feedState, type SureNow, worstCriticalFeed } from '../domain/age.ts';
import { isUndeclared } from '../domain/chart/context.ts';
import { PARTS } from '../domain/parts.ts';
import type { Arrival } from '../domain/time.ts';
import type { DamagedFile } from './damaged-files.ts';
import type { IntakeStatus } from './intake.ts';
import type { LedgerStatus } from './ledger-thread.ts';
import type { Scrub } from './night-work.ts';
import type { NightlyCounts } from './nightly-counts.ts';
import type { Standstill } from './purge-guard.ts';
import { listSnapshots } from './snapshots.ts';
import type { StationNote } from './station-note.ts';
import { surelyNow } from './surely-now.ts';

export interface SourceLine {
  readonly source: string;
  readonly name: string;
  readonly state: FeedState['state'] | 'unheard' | 'undeclared';
  /** *Tyst sedan 10:41*. */
  readonly words: string;
  readonly lastHeardAt: string | null;
  readonly silentForMs: number | null;
  readonly heldParts: readonly string[];
  readonly unread: number;
  readonly setAside: number;
  readonly held: number;
  readonly waiting: number;
  readonly received: number;
  readonly repeated: number;
}

export interface StationStatus {
  readonly name: string;
  readonly at: string;
  readonly startedAt: string;
  /** `receiving`: kept and applied; `refusing`: nothing can be kept now; `behind`: kept, the copy is catching up. */
  readonly state: 'receiving' | 'behind' | 'refusing';
  readonly inboxSequence: number;
  readonly copySequence: number;
  readonly backlog: number;
  readonly refusal: string | null;
  readonly applyFailure: string | null;
  readonly answerMs: { readonly p50: number; readonly p99: number };
  readonly sources: readonly SourceLine[];
  readonly notes: readonly { readonly code: string; readonly detail: string; readonly at: string }[];
  readonly snapshots: readonly { readonly sequence: number; readonly takenAt: string; readonly bytes: number }[];
  /** Why nothing is forgotten by time just now; empty when retention goes its way. */
  readonly purgeStoppedBy: readonly Standstill[];
  /** Put aside, newest first; the newest two of each are kept. */
  readonly damagedFiles: readonly { readonly name: string; readonly bytes: number }[];
  /** The last reading-through of everything kept; null before the first since the start. */
  readonly scrub: {
    readonly at: string;
    readonly isCopyWhole: boolean;
    readonly inbox: string;
    readonly ledger: string;
  } | null;
  readonly counts: NightlyCounts | null;
  /** Whether what is done can be written down just now; what waits for that is kept in memory. */
  readonly ledger: LedgerStatus;
  readonly clockSteps: number;
  readonly tokenFile: string;
}

interface Measured {
  readonly name: string;
  readonly startedAt: Arrival;
  readonly now: Arrival;
  readonly intake: IntakeStatus;
  readonly sources: readonly SourceStatus[];
  /** The housekeeping's, besides those of the files. */
  readonly notes: readonly StationNote[];
  readonly ledger: LedgerStatus;
}

const BACKLOG_NOTED = 500;
const iso = (ms: number): string => new Date(ms).toISOString();

const stateOf = (intake: IntakeStatus): StationStatus['state'] =>
  intake.refusal !== null
    ? 'refusing'
    : intake.backlog > BACKLOG_NOTED || intake.applyFailure !== null
      ? 'behind'
      : 'receiving';

/** Its name is what it wrote in MSH-3 and MSH-4: anything, also somebody's number. */
const isStranger = ({ source, isDeclared }: SourceStatus): boolean => !isDeclared || isUndeclared(source);

export function stationHealth(measured: Measured): object {
  const { intake, now, startedAt } = measured;
  const sureNow = surelyNow(now, measured.sources);
  const lines = measured.sources
    .filter((source) => !isStranger(source))
    .map((source) => sourceLine(source, sureNow, source.declaration.name, null));
  return {
    status: stateOf(intake) === 'receiving' ? 'ok' : stateOf(intake),
    name: measured.name,
    at: iso(now.wallMs),
    startedAt: iso(startedAt.wallMs),
    inboxSequence: intake.inboxSeq,
    backlog: intake.backlog,
    refusal: intake.refusal?.code ?? null,
    sources: lines.map(({ source, state, words, lastHeardAt }) => ({ source, state, words, lastHeardAt })),
    /** What they call themselves is theirs to choose: told to who has the token (GET /api/status), only counted here. */
    undeclaredSenders: measured.sources.filter(isStranger).length,
    notes: intake.notes.length + measured.notes.length,
    /** `waiting`: what is read can't be logged just now. */
    ledger: measured.ledger.state,
  };
}

export function stationStatus(
  measured: Measured & {
    readonly sourceNames: Readonly<Record<string, string>>;
    readonly dataFolder: string;
    readonly tokenFile: string;
    readonly purgeStoppedBy: readonly Standstill[];
    readonly damagedFiles: readonly DamagedFile[];
    readonly scrub: Scrub | null;
    readonly counts: NightlyCounts | null;
  },
): StationStatus {
  const { intake, now, startedAt, name, sources, dataFolder, tokenFile } = measured;
  const folder = join(dataFolder, 'snapshots');
  const sureNow = surelyNow(now, sources);
  return {
    name,
    at: iso(now.wallMs),
    startedAt: iso(startedAt.wallMs),
    state: stateOf(intake),
    inboxSequence: intake.inboxSeq,
    copySequence: intake.copyCursor,
    backlog: intake.backlog,
    refusal: intake.refusal?.code ?? null,
    applyFailure: intake.applyFailure,
    answerMs: intake.answerMs,
    sources: sources.map((source) =>
      sourceLine(source, sureNow, measured.sourceNames[source.source] ?? source.declaration.name, intake),
    ),
    notes: [...intake.notes, ...measured.notes].map(({ code, detail, wallMs }) => ({ code, detail, at: iso(wallMs) })),
    snapshots: existsSync(folder)
      ? listSnapshots(folder).map(({ cursor, takenMs, bytes }) => ({ sequence: cursor, takenAt: iso(takenMs), bytes }))
      : [],
    purgeStoppedBy: measured.purgeStoppedBy,
    damagedFiles: measured.damagedFiles.map(({ name: file, bytes }) => ({ name: file, bytes })),
    scrub: measured.scrub === null ? null : { ...measured.scrub, at: iso(measured.scrub.at) },
    counts: measured.counts,
    ledger: measured.ledger,
    clockSteps: intake.clock.count,
    tokenFile,
  };
}

/** A source in one line: its worst feed that is not trusted, or how it is. `intake` null: read from disk without a station. */
export function sourceLine(source: SourceStatus, now: SureNow, name: string, intake: IntakeStatus | null): SourceLine {
  const states = source.feeds.map((feed) => feedState(feed, now, { sourceName: name }));
  const doubtful = worstCriticalFeed(
    states.filter(({ state }) => state === 'silent' || state === 'held' || state === 'stale'),
  );
  const counts = intake?.sources.find((counted) => counted.source === source.source);
  const age = source.heard === null ? null : elapsed(source.heard, now).ageMs;
  const isSilent = doubtful !== null && doubtful.state !== 'held';
  return {
    source: source.source,
    name,
    ...stateWords(source, doubtful, states),
    lastHeardAt: source.heard === null ? null : iso(source.heard.wallMs),
    silentForMs: isSilent ? age : null,
    heldParts: source.holds.map((hold) => (hold.part === null ? 'allt' : PARTS[hold.part].swedish)),
    unread: source.counts.unread,
    setAside: source.counts['set-aside'],
    held: source.counts.held,
    waiting: source.counts.waiting,
    received: counts?.received ?? 0,
    repeated: counts?.repeated ?? 0,
  };
}

function stateWords(
  source: SourceStatus,
  doubtful: FeedState | null,
  states: readonly FeedState[],
): Pick<SourceLine, 'state' | 'words'> {
  if (isStranger(source)) return { state: 'undeclared', words: 'Okänd avsändare: tas emot, visas inte som matad' };
  if (source.heard === null) return { state: 'unheard', words: 'Tyst: inget har kommit ännu' };
  if (doubtful !== null) return { state: doubtful.state, words: doubtful.short };
  const [first] = states;
  return first === undefined
    ? { state: 'fresh', words: 'Matar ingen del' }
    : { state: first.state, words: first.short };
}
