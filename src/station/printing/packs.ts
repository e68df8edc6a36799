// Each unit's pack, made before it is needed: by its own turn, sooner when something in it must no longer be read, and never handed out
// then.

import { join } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import type { UnitId } from '../../domain/identity.ts';
import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import { PackSchedule } from '../../paper/store/pack-schedule.ts';
import type { Pack, PackHead, PackStore } from '../../paper/store/pack-store.ts';
import { blocksOnPack, isWithdrawn, lacksPracticeMark } from '../../paper/store/withdrawn-packs.ts';
import type { StationKeys } from '../files/keys.ts';
import { SealedFolder } from '../files/sealed-folder.ts';
import type { StationLog } from '../log.ts';
import type { Settings } from '../settings/settings.ts';
import type { UnitPages, UnitPagesOptions } from './unit-pages.ts';

export const packFolder = (dataFolder: string, keys: StationKeys): SealedFolder =>
  new SealedFolder(join(dataFolder, 'packs'), keys.pack('unit'));

export interface PacksOptions extends Pick<UnitPagesOptions, 'blocks' | 'isInUse'> {
  readonly settings: Pick<Settings, 'units' | 'paperEveryMinutes'>;
  readonly clock: Clock;
  readonly log: Pick<StationLog, 'info' | 'warn'>;
}

interface PacksTools {
  readonly store: PackStore;
  readonly pages: Pick<UnitPages, 'make'>;
}

export class Packs {
  readonly #options: PacksOptions;
  readonly #store: PackStore;
  readonly #pages: PacksTools['pages'];
  readonly #schedule: PackSchedule;
  #timer: NodeJS.Timeout | null = null;
  #isMaking = false;
  #blocked: ReadonlySet<string> = new Set();
  readonly #inUse = new Map<UnitId, boolean>();

  constructor(options: PacksOptions, { store, pages }: PacksTools) {
    this.#options = options;
    this.#store = store;
    this.#pages = pages;
    this.#schedule = new PackSchedule(options.settings.units, options.settings.paperEveryMinutes * 60_000);
  }

  /** The first a while after the start: charts are opened before anything is printed. */
  start(): void {
    const { paperEveryMinutes, units } = this.#options.settings;
    if (paperEveryMinutes === 0 || units.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = setInterval(() => void this.#makeDue(), limits.paperLookEveryMs);
      this.#timer.unref();
      void this.#makeDue();
    }, limits.paperFirstAfterMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Those that may be printed. */
  all(): readonly PackHead[] {
    return this.#store.all().filter((head) => this.#whyWithdrawn(head) === null);
  }

  /** Null also where the newest was made before something in it was blocked, or its unit was not in use. */
  newest(unit: UnitId): Pack | null {
    const newest = this.#store.newest(unit);
    return newest === null || this.#whyWithdrawn(newest.head) !== null ? null : newest;
  }

  /** What may be printed although no newer could be made; null: none was made. @throws {Failure} `paper.pack-withdrawn` and the like */
  instead(unit: UnitId, cause: unknown): Pack | null {
    const kept = this.#store.newest(unit);
    const why = kept === null ? null : this.#whyWithdrawn(kept.head);
    if (why !== null) throw new Failure(why, unit, { cause });
    return kept;
  }

  /** Made now and kept as the unit's newest. @throws {Failure} what reading, rendering or the disk refuses */
  async make(unit: UnitId, by: string): Promise<Pack> {
    const began = this.#options.clock.now().monotonicMs;
    // Asked before the charts are: what is blocked while they are read is not taken for kept.
    const blocked = blocksOnPack(unit, this.#options.blocks());
    const { printing, prepared, rendered } = await this.#pages.make({ unit, what: 'pack', only: null }, by);
    const { pdf, pages } = rendered;
    const head: PackHead = {
      unit,
      unitName: prepared.unitName,
      version: printing.version ?? 0,
      at: printing.at,
      validUntil: printing.validUntil,
      sheets: prepared.sheets.map((sheet, index) => ({ ...sheet, pages: pages[index] ?? { first: 0, last: 0 } })),
      ...(blocked.length === 0 ? {} : { blocked }),
      ...(prepared.isPractice ? { isPractice: true as const } : {}),
    };
    this.#store.keep({ head, pdf });
    this.#schedule.done(unit, began);
    return { head, pdf };
  }

  async #makeDue(): Promise<void> {
    if (this.#isMaking) return;
    this.#isMaking = true;
    try {
      await Promise.all(Array.from({ length: limits.paperPacksAtOnce }, () => this.#makeWhatIsDue()));
    } finally {
      this.#isMaking = false;
    }
  }

  /** One after another until no unit's turn has come. */
  async #makeWhatIsDue(): Promise<void> {
    const { clock, log } = this.#options;
    for (;;) {
      const now = clock.now().monotonicMs;
      if (this.#isMoreBlocked()) this.#schedule.hurry(now);
      for (const unit of this.#otherInUse()) this.#schedule.hurry(now, unit);
      const unit = this.#timer === null ? null : this.#schedule.begin(now);
      if (unit === null) return;
      try {
        const { head } = await this.make(unit, 'stationen');
        log.info('paper.pack-made', { unit, version: head.version, sheets: head.sheets.length });
      } catch (error) {
        // The next turn tries again; the pack before is still there.
        log.warn('paper.pack-not-made', { unit, code: error instanceof Failure ? error.code : 'station.internal' });
      }
    }
  }

  /** Than when this was last asked: the packs made before are withdrawn, and made again at once. */
  #isMoreBlocked(): boolean {
    const now = new Set(
      [...this.#options.blocks()].flatMap(([patient, own]) => own.map(({ unit }) => `${patient} ${unit}`)),
    );
    const before = this.#blocked;
    this.#blocked = now;
    return [...now].some((block) => !before.has(block));
  }

  #whyWithdrawn(head: PackHead): 'paper.pack-withdrawn' | 'paper.pack-unmarked' | null {
    const { blocks, isInUse } = this.#options;
    if (isWithdrawn(head, blocks())) return 'paper.pack-withdrawn';
    return lacksPracticeMark(head, isInUse(head.unit)) ? 'paper.pack-unmarked' : null;
  }

  /** Units that are in use and were not when this was last asked, or the other way: their packs say the wrong thing. */
  #otherInUse(): readonly UnitId[] {
    const { settings, isInUse } = this.#options;
    return settings.units.flatMap(({ id }) => {
      const [before, now] = [this.#inUse.get(id), isInUse(id)];
      this.#inUse.set(id, now);
      return before === undefined || before === now ? [] : [id];
    });
  }
}
