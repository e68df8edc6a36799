// How the station and its sources are, for `reservkraft status`, GET /health and GET /api/status. Says which source is silent
// since when; carries no patient data.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderTold } from '../access/provider/provider.ts';
import type { SourceStatus } from '../copy/read/status.ts';
import type { FailureCode } from '../domain/failures.ts';
import type { PrinterLine } from '../domain/printing/printer-test.ts';
import type { PlaceLine } from '../domain/reserve-place.ts';
import type { Arrival } from '../domain/time.ts';
import { type UnitUses, underConstruction } from '../domain/unit-use/unit-use.ts';
import { limits } from '../limits.ts';
import type { DamagedFile } from './files/damaged-files.ts';
import type { LedgerStatus } from './ledger/ledger-thread.ts';
import type { IntakeStatus } from './receiving/intake.ts';
import type { AnswerTimes } from './receiving/intake-counts.ts';
import { countOf } from './receiving/ranges.ts';
import { isStranger, type SourceLine, sourceLine } from './source-line.ts';
import type { StationNote } from './station-note.ts';
import { allNotes } from './status-notes.ts';
import { surelyNow } from './surely-now.ts';
import type { Scrub } from './upkeep/night-work.ts';
import type { NightlyCounts } from './upkeep/nightly-counts.ts';
import type { Standstill } from './upkeep/purge-guard.ts';
import { listSnapshots } from './upkeep/snapshots.ts';

export interface StationStatus {
  readonly name: string;
  readonly at: string;
  readonly startedAt: string;
  /**
   * `receiving`: kept and applied; `refusing`: nothing can be kept now; `behind`: kept, the copy is catching up; `damaged`: kept and
   * applied, and something was found damaged or missing on the disk that a person must see to.
   */
  readonly state: 'receiving' | 'behind' | 'refusing' | 'damaged';
  /** Null while inbox or copy can't be opened: nothing that is not known is a number. */
  readonly inboxSequence: number | null;
  readonly copySequence: number | null;
  readonly backlog: number | null;
  readonly refusal: string | null;
  readonly applyFailure: string | null;
  readonly answerMs: AnswerTimes | null;
  readonly sources: readonly SourceLine[];
  readonly notes: readonly { readonly code: FailureCode; readonly detail: string; readonly at: string }[];
  /** Acknowledged messages known to be lost, by their numbers in the inbox: to be asked for again. */
  readonly missing: readonly { readonly first: number; readonly last: number; readonly noticedAt: string }[];
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
  /** What the last test page of each printer told. */
  readonly printers: readonly PrinterLine[];
  readonly places: readonly PlaceLine[];
  /** The service people identify themselves with by card; null: there is none. Nothing waits for it. */
  readonly provider: {
    readonly label: string;
    readonly state: 'answers' | 'silent';
    /** Null: it has not answered since the start. */
    readonly since: string | null;
  } | null;
  /** Blocks that differed from the record system at a daily check and are not settled, by unit. */
  readonly inquiries: Readonly<Record<string, number>>;
  /** Units that are not in use, and why not: a sentence each. */
  readonly underConstruction: readonly string[];
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

/** Since the start; what is missing is told longer. */
const TOLD_OF_DAMAGE: ReadonlySet<FailureCode> = new Set([
  'inbox.damaged',
  'inbox.short',
  'inbox.forked',
  'copy.rebuilt',
]);

const stateOf = (intake: IntakeStatus): StationStatus['state'] =>
  intake.refusal !== null
    ? 'refusing'
    : intake.backlog > BACKLOG_NOTED || intake.waitedMs > limits.lagNotedMs || intake.applyFailure !== null
      ? 'behind'
      : intake.missing.length > 0 || intake.notes.some(({ code }) => TOLD_OF_DAMAGE.has(code))
        ? 'damaged'
        : 'receiving';

function numbersOf({ isInboxOpen, inboxSeq, copyCursor, backlog }: IntakeStatus) {
  return isInboxOpen
    ? { inboxSequence: inboxSeq, copySequence: copyCursor, backlog }
    : { inboxSequence: null, copySequence: copyCursor === 0 ? null : copyCursor, backlog: null };
}

export function stationHealth(measured: Measured): object {
  const { intake, now, startedAt } = measured;
  const sureNow = surelyNow(now, measured.sources);
  const { inboxSequence, backlog } = numbersOf(intake);
  const lines = measured.sources
    .filter((source) => !isStranger(source))
    .map((source) => sourceLine(source, sureNow, source.declaration.name, null));
  return {
    status: stateOf(intake) === 'receiving' ? 'ok' : stateOf(intake),
    name: measured.name,
    at: iso(now.wallMs),
    startedAt: iso(startedAt.wallMs),
    inboxSequence,
    backlog,
    refusal: intake.refusal?.code ?? null,
    /** Acknowledged messages known to be lost with a file. */
    missingMessages: countOf(intake.missing),
    sources: lines.map(({ source, state, words, lastHeardAt }) => ({ source, state, words, lastHeardAt })),
    /** What they call themselves is theirs to choose: told to who has the token (GET /api/status), only counted here. */
    undeclaredSenders: measured.sources.filter(isStranger).length,
    notes: allNotes(measured).length,
    /** `waiting`: what is read can't be logged just now. */
    ledger: measured.ledger.state,
  };
}

const providerLine = ({ label, isAnswering, since }: ProviderTold): NonNullable<StationStatus['provider']> => ({
  label,
  state: isAnswering ? 'answers' : 'silent',
  since: since === null ? null : iso(since),
});

export function stationStatus(
  measured: Measured & {
    readonly sourceNames: Readonly<Record<string, string>>;
    readonly dataFolder: string;
    readonly tokenFile: string;
    readonly purgeStoppedBy: readonly Standstill[];
    readonly damagedFiles: readonly DamagedFile[];
    readonly scrub: Scrub | null;
    readonly counts: NightlyCounts | null;
    readonly inquiries: Readonly<Record<string, number>>;
    readonly printers: readonly PrinterLine[];
    readonly uses: UnitUses;
    readonly places: readonly PlaceLine[];
    readonly provider: ProviderTold | null;
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
    ...numbersOf(intake),
    refusal: intake.refusal?.code ?? null,
    applyFailure: intake.applyFailure,
    answerMs: intake.answerMs,
    sources: sources.map((source) =>
      sourceLine(source, sureNow, measured.sourceNames[source.source] ?? source.declaration.name, intake),
    ),
    notes: allNotes(measured).map(({ code, detail, wallMs }) => ({ code, detail, at: iso(wallMs) })),
    missing: intake.missing.map(({ first, last, noticedMs }) => ({ first, last, noticedAt: iso(noticedMs) })),
    snapshots: existsSync(folder)
      ? listSnapshots(folder).map(({ cursor, takenMs, bytes }) => ({ sequence: cursor, takenAt: iso(takenMs), bytes }))
      : [],
    purgeStoppedBy: measured.purgeStoppedBy,
    damagedFiles: measured.damagedFiles.map(({ name: file, bytes }) => ({ name: file, bytes })),
    scrub: measured.scrub === null ? null : { ...measured.scrub, at: iso(measured.scrub.at) },
    counts: measured.counts,
    inquiries: measured.inquiries,
    printers: measured.printers,
    underConstruction: underConstruction(measured.uses),
    places: measured.places,
    provider: measured.provider === null ? null : providerLine(measured.provider),
    ledger: measured.ledger,
    clockSteps: intake.clock.count,
    tokenFile,
  };
}
