// What the station does at night besides receiving: a snapshot of the copy, counts to compare with the sources', and reading all
// it has kept through, so that a failing disk is found before the file is needed.

import { join } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import type { Clock } from '../../domain/time.ts';
import type { StationKeys } from '../files/keys.ts';
import { readSealed, writeSealed } from '../files/sealed-file.ts';
import type { LedgerState } from '../ledger/ledger-check-worker.ts';
import type { LedgerThread } from '../ledger/ledger-thread.ts';
import type { StationLog } from '../log.ts';
import type { StationNotes } from '../notes.ts';
import type { Feeders } from '../receiving/feeders.ts';
import type { Intake } from '../receiving/intake.ts';
import type { Settings } from '../settings/settings.ts';
import type { InboxState } from './maintenance-worker.ts';
import { type NightlyCounts, nightlyCounts } from './nightly-counts.ts';
import { Upkeep } from './upkeep.ts';

export interface Scrub {
  /** Wall ms. */
  readonly at: number;
  readonly isCopyWhole: boolean;
  readonly inbox: InboxState;
  readonly ledger: LedgerState;
}

export interface NightWorkOptions {
  /** Each minute, before what is due then. */
  readonly beforeTurn?: () => void;
  readonly settings: Pick<Settings, 'dataFolder' | 'snapshotHour'>;
  readonly keys: StationKeys;
  readonly intake: Pick<Intake, 'takeSnapshot' | 'scrub' | 'count'>;
  readonly ledger: Pick<LedgerThread, 'check'>;
  readonly clock: Clock;
  readonly notes: StationNotes;
  readonly log: StationLog;
}

const TURN_EVERY_MS = 60_000;
const COUNTS_AFTER_MINUTES = 30;
const SCRUB_AFTER_MINUTES = 60;

export class NightWork {
  readonly #options: NightWorkOptions;
  readonly #upkeep: Upkeep;
  readonly #countsFile: string;
  #feeders: Pick<Feeders, 'counts'> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #scrub: Scrub | null = null;
  #counts: NightlyCounts | null;

  constructor(options: NightWorkOptions) {
    this.#options = options;
    this.#countsFile = join(options.settings.dataFolder, 'counts.sealed');
    const kept = readSealed(this.#countsFile, options.keys.pack('counts'));
    this.#counts = kept === null ? null : (JSON.parse(kept) as NightlyCounts);
    const first = options.settings.snapshotHour * 60;
    this.#upkeep = new Upkeep(
      [
        { name: 'snapshot', atMinute: first, run: () => this.#told('snapshot.failed', () => this.#takeSnapshot()) },
        {
          name: 'counts',
          atMinute: first + COUNTS_AFTER_MINUTES,
          run: () => this.#told('counts.failed', () => this.#count()),
        },
        {
          name: 'scrub',
          atMinute: first + SCRUB_AFTER_MINUTES,
          run: () => this.#told('scrub.failed', () => this.#readThrough()),
        },
      ],
      options.clock,
    );
  }

  get lastScrub(): Scrub | null {
    return this.#scrub;
  }

  get counts(): NightlyCounts | null {
    return this.#counts;
  }

  /** Servers that can be asked how many they have. */
  compareWith(feeders: Pick<Feeders, 'counts'>): void {
    this.#feeders = feeders;
  }

  start(): void {
    this.#timer = setInterval(() => void this.turn(), TURN_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** What is due now; resolves when it is done. */
  turn(): Promise<void> {
    this.#options.beforeTurn?.();
    return this.#upkeep.turn();
  }

  async #takeSnapshot(): Promise<void> {
    const { cursor, bytes } = await this.#options.intake.takeSnapshot();
    this.#options.log.info('snapshot.taken', { sequence: cursor, bytes });
  }

  async #count(): Promise<void> {
    const { intake, clock, keys, notes, log } = this.#options;
    const counted = await intake.count();
    const atSource = (await this.#feeders?.counts()) ?? new Map();
    const takenAt = new Date(clock.now().wallMs).toISOString();
    this.#counts = nightlyCounts({ counted, atSource, before: this.#counts, takenAt });
    writeSealed(this.#countsFile, keys.pack('counts'), JSON.stringify(this.#counts));
    const differing = this.#counts.compared.filter(({ differs }) => differs);
    for (const { source, type, inCopy, atSource: there } of differing)
      notes.tell('counts.differ', `${source}, ${type}: ${inCopy} i kopian, ${there} hos källan`);
    log.info('counts.taken', { rows: this.#counts.rows.length, differing: differing.length });
  }

  async #readThrough(): Promise<void> {
    const { intake, ledger, clock, notes, log } = this.#options;
    const found = { ...(await intake.scrub()), ledger: await ledger.check() };
    this.#scrub = { at: clock.now().wallMs, ...found };
    log.info('scrub.done', { ...found });
    if (found.isCopyWhole && found.inbox === 'whole' && found.ledger === 'whole') return;
    notes.tell(
      'scrub.found-damage',
      `kopian ${found.isCopyWhole ? 'hel' : 'skadad'}, inkorgen ${INBOX_WORDS[found.inbox]}, liggaren ${LEDGER_WORDS[found.ledger]}`,
    );
  }

  /** A night's work that fails is told, and never ends the station: it goes on receiving and showing. */
  async #told(code: 'snapshot.failed' | 'counts.failed' | 'scrub.failed', work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.notes.tell(code, error instanceof Failure ? error.code : 'station.internal');
    }
  }
}

const LEDGER_WORDS = {
  whole: 'hel',
  damaged: 'skadad',
  broken: 'inte hel (reservkraft ledger verify säger var)',
  unread: 'gick inte att läsa',
} as const satisfies Record<LedgerState, string>;

const INBOX_WORDS = { whole: 'hel', damaged: 'skadad', broken: 'har luckor' } as const satisfies Record<
  InboxState,
  string
>;
