// The state of the sources for IT: last heard, held, set aside, wholly loaded; and the nightly counts that are compared with what
// the source itself has (hazard H29).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { FeedAlarm } from '../../domain/changes.ts';
import type { Holding } from '../../domain/holding.ts';
import { type SourceId, sourceId, type UnitId } from '../../domain/identity.ts';
import type { PartName } from '../../domain/parts.ts';
import type { PartFeed } from '../../domain/patient-copy.ts';
import { type SourceDeclaration, undeclaredSource } from '../../domain/source.ts';
import type { Arrival } from '../../domain/time.ts';
import type { Moment } from '../moment.ts';
import { HIDDEN, partOfCode } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { SettledBody } from '../write/commands.ts';
import { holdingOf } from '../write/holds.ts';
import type { CensusReader, CensusTools } from './census.ts';
import type { SourcesAt } from './sources.ts';

export interface SourceStatus {
  readonly source: SourceId;
  readonly declaration: SourceDeclaration;
  readonly isDeclared: boolean;
  /** Last arrival of anything, understood or not. With the reader's clock this is *tyst sedan*. */
  readonly heard: Arrival | null;
  /** Last arrival of something understood. */
  readonly proof: Arrival | null;
  readonly holds: readonly Holding[];
  readonly counts: Readonly<Record<'unread' | 'set-aside' | 'held' | 'waiting' | 'left-out', number>>;
  /** Set aside, and neither gone through by a person, sent again in a full load nor come whole. */
  readonly openSetAside: number;
  readonly settled: SettledBody | null;
  /** Feeds as declared, over all units. */
  readonly feeds: readonly PartFeed[];
}

export interface OutcomeRow {
  readonly seq: number;
  readonly source: SourceId;
  readonly receivedAt: number;
  readonly outcome: 'applied' | 'unread' | 'set-aside' | 'held' | 'waiting' | 'left-out';
  readonly type: string | null;
  readonly reason: string | null;
  readonly alarms: readonly FeedAlarm[];
  /** Set aside, and puts nothing in doubt any more. */
  readonly isSettled: boolean;
}

export interface OutcomeFilter {
  readonly source?: SourceId;
  readonly outcome?: OutcomeRow['outcome'];
  /** Rows before this sequence: the next page. */
  readonly before?: number;
  /** Rows after this sequence only. */
  readonly after?: number;
  readonly limit?: number;
}

export interface PartCount {
  readonly unit: UnitId;
  readonly part: PartName;
  readonly source: SourceId;
  /** Rows in view for the patients now on the unit. */
  readonly count: number;
}

const OUTCOMES_PAGE = 100;
const OUTCOMES_PAGE_MAX = 1_000;

interface OutcomeOnDisk {
  readonly seq: number;
  readonly source: string;
  readonly received: number;
  readonly outcome: OutcomeRow['outcome'];
  readonly type: string | null;
  readonly reason: string | null;
  readonly alarms: string | null;
  readonly settled: number | null;
}

export class StatusReader {
  readonly #tools: CensusTools;
  readonly #census: CensusReader;
  readonly #outcomes: Statement<(string | number | null)[], OutcomeOnDisk>;
  readonly #outcomeCounts: Statement<[string], { outcome: string; count: number }>;
  readonly #openSetAside: Statement<[string, number], number>;
  readonly #sources: Statement<[], string>;
  readonly #held: Statement<[], number>;
  readonly #counts: Statement<[number], { part: number; source: string; count: number }>;

  constructor(db: Database, tools: CensusTools, census: CensusReader) {
    this.#tools = tools;
    this.#census = census;
    this.#outcomes = db.prepare(
      `SELECT seq, source, received, outcome, type, reason, alarms, settled FROM outcome
       WHERE seq < ? AND seq > ? AND (? IS NULL OR source = ?) AND (? IS NULL OR outcome = ?) ORDER BY seq DESC LIMIT ?`,
    );
    this.#outcomeCounts = db.prepare(
      'SELECT outcome, count(*) AS count FROM outcome WHERE source = ? GROUP BY outcome',
    );
    this.#openSetAside = db
      .prepare<[string, number], number>(
        "SELECT count(*) FROM outcome WHERE source = ? AND outcome = 'set-aside' AND seq > ? AND settled IS NULL",
      )
      .pluck();
    this.#sources = db
      .prepare<[], string>(
        `SELECT source FROM setting WHERE name IN ('source', 'heard') AND until = ${FOREVER}
         UNION SELECT source FROM outcome ORDER BY source`,
      )
      .pluck();
    this.#held = db
      .prepare<[], number>(`SELECT 1 FROM setting WHERE name = 'hold' AND until = ${FOREVER} LIMIT 1`)
      .pluck();
    this.#counts = db.prepare(
      `SELECT part, source, count(*) AS count FROM fact WHERE identity = ? AND part < ${HIDDEN} AND until = ${FOREVER}
       GROUP BY part, source`,
    );
  }

  sources(sources: SourcesAt): SourceStatus[] {
    return this.#sources
      .all()
      .filter((source) => source !== '')
      .map((text) => {
        const source = sourceId(text);
        const declaration = sources.declarations.get(text);
        const counts = new Map(this.#outcomeCounts.all(text).map(({ outcome, count }) => [outcome, count]));
        const count = (outcome: string): number => counts.get(outcome) ?? 0;
        return {
          source,
          declaration: declaration ?? undeclaredSource(source, source),
          isDeclared: declaration !== undefined,
          heard: sources.arrival('heard', text, ''),
          proof: sources.arrival('proof', text, '*'),
          holds: sources.holdsOf(text).map(holdingOf),
          counts: {
            unread: count('unread'),
            'set-aside': count('set-aside'),
            held: count('held'),
            waiting: count('waiting'),
            'left-out': count('left-out'),
          },
          openSetAside: this.#openSetAside.get(text, sources.settledTo(text, null)) ?? 0,
          settled: sources.settled(text),
          feeds: declaration?.feeds.map((feed) => sources.feed(declaration, feed)) ?? [],
        };
      });
  }

  isAnythingHeld(): boolean {
    return this.#held.get() !== undefined;
  }

  /** Newest first. */
  outcomes({ source, outcome, before, after, limit }: OutcomeFilter, sources: SourcesAt): OutcomeRow[] {
    const page = Math.min(limit ?? OUTCOMES_PAGE, OUTCOMES_PAGE_MAX);
    const [from, kind] = [source ?? null, outcome ?? null];
    return this.#outcomes.all(before ?? FOREVER, after ?? 0, from, from, kind, kind, page).map((row) => ({
      seq: row.seq,
      source: sourceId(row.source),
      receivedAt: row.received,
      outcome: row.outcome,
      type: row.type,
      reason: row.reason,
      alarms: row.alarms === null ? [] : (JSON.parse(row.alarms) as FeedAlarm[]),
      isSettled:
        row.outcome === 'set-aside' && (row.settled !== null || row.seq <= sources.settledTo(row.source, null)),
    }));
  }

  counts(moment: Moment, sources: SourcesAt): PartCount[] {
    return this.#census.units().flatMap((unit) => this.#countsOf(unit, moment, sources));
  }

  #countsOf(unit: UnitId, moment: Moment, sources: SourcesAt): PartCount[] {
    const totals = new Map<string, { part: PartName; source: string; count: number }>();
    const counted = new Set<string>();
    for (const { kind, identity, key } of this.#census.unit(unit, moment, sources)) {
      if ((kind !== 'present' && kind !== 'on-leave') || counted.has(key)) continue;
      counted.add(key);
      const no = this.#tools.groups.numberOf(identity);
      if (no === undefined) continue;
      for (const member of this.#tools.groups.group(no, moment.sequence).members) {
        for (const { part: code, source, count } of this.#counts.all(member.no)) {
          const part = partOfCode(code);
          if (part === null) continue;
          const kept = totals.get(`${part}\n${source}`)?.count ?? 0;
          totals.set(`${part}\n${source}`, { part, source, count: kept + count });
        }
      }
    }
    return [...totals.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { part, source, count }]) => ({ unit, part, source: sourceId(source), count }));
  }
}
