// The station's print room: packs made before they are needed, prints on demand, printers, and what of it lies on paper. Made so that
// routes can ask it; what it does is told to the ledger before the first byte leaves.

import { join } from 'node:path';
import { type UnitWithholding, withheldOnUnit } from '../../domain/access/steps.ts';
import type { SureNow } from '../../domain/age.ts';
import type { Chart } from '../../domain/chart/chart.ts';
import { Failure } from '../../domain/failures.ts';
import type { PatientKey, UnitId } from '../../domain/identity.ts';
import type { PrinterLine } from '../../domain/printing/printer-test.ts';
import type { PrintProgress, UnitPaper } from '../../domain/printing/printing.ts';
import { PRACTICE_COPY } from '../../domain/unit-use/unit-use.ts';
import { limits } from '../../limits.ts';
import { chartPrint, testPrint } from '../../paper/jobs.ts';
import type { PrinterSettings } from '../../paper/print/printer.ts';
import type { PrintedBy, SigningSheetOut } from '../../paper/print-ledger.ts';
import type { Printing } from '../../paper/printing.ts';
import { Renderer } from '../../paper/render/renderer.ts';
import { PackSchedule } from '../../paper/store/pack-schedule.ts';
import { type Pack, type PackHead, PackStore } from '../../paper/store/pack-store.ts';
import { blocksOnPack, isWithdrawn, lacksPracticeMark } from '../../paper/store/withdrawn-packs.ts';
import type { StationKeys } from '../files/keys.ts';
import { SealedFolder } from '../files/sealed-folder.ts';
import type { StationLog } from '../log.ts';
import type { StationNotes } from '../notes.ts';
import type { Settings } from '../settings/settings.ts';
import { type MadePrint, PrintDesk, type PrintDeskOptions, type Printed } from './print-desk.ts';
import { PrinterTests } from './printer-tests.ts';
import type { UnitPrint, UnitPrintQuestion } from './unit-print.ts';

export const packFolder = (dataFolder: string, keys: StationKeys): SealedFolder =>
  new SealedFolder(join(dataFolder, 'packs'), keys.pack('unit'));

/** What has been printed before (`printed`) is given in the order it was written. */
export interface PrintRoomOptions extends PrintDeskOptions {
  readonly settings: Pick<
    Settings,
    'dataFolder' | 'units' | 'printers' | 'paperEveryMinutes' | 'paperValidMinutes' | 'paperTestAt'
  >;
  readonly keys: StationKeys;
  readonly sureNow: () => SureNow;
  readonly log: Pick<StationLog, 'info' | 'warn'>;
  readonly notes: Pick<StationNotes, 'stand'>;
  /** What patients have had blocked, at this moment. */
  readonly blocks: () => UnitWithholding['blocks'];
  readonly isInUse: (unit: UnitId) => boolean;
  /** Asked of the thread that reads whole charts. */
  readonly read: (question: UnitPrintQuestion) => Promise<UnitPrint>;
}

export interface UnitAsked {
  readonly unit: UnitId;
  readonly what: UnitPaper;
  /** Whom it is about, of those on the unit; null: everybody there. */
  readonly only: readonly PatientKey[] | null;
  readonly by: PrintedBy;
}

export interface ChartAsked {
  readonly chart: Chart;
  /** Where it is printed: the reader's own unit. */
  readonly unit: UnitId;
  /** How it came to be open, where it is not a patient of theirs. */
  readonly opened: string | null;
  readonly by: PrintedBy;
}

export interface ToPrinter {
  /** Absent: the unit's own. */
  readonly printer?: string;
  readonly copies?: number;
  /** Although somebody prints the same already. */
  readonly again?: boolean;
}

export class PrintRoom {
  readonly #options: PrintRoomOptions;
  readonly #renderer: Renderer;
  readonly #store: PackStore;
  readonly #schedule: PackSchedule;
  readonly #desk: PrintDesk;
  /** Numbers given out since the start: two who print at the same time never get the same sheets' numbers. */
  readonly #given = new Map<UnitId, number>();
  readonly #tests: PrinterTests;
  #timer: NodeJS.Timeout | null = null;
  #testTimer: NodeJS.Timeout | null = null;
  #isMaking = false;
  #isTesting = false;
  #blocked: ReadonlySet<string> = new Set();
  readonly #inUse = new Map<UnitId, boolean>();

  constructor(options: PrintRoomOptions) {
    this.#options = options;
    const { settings, keys, log } = options;
    const { printers, paperTestAt: atMinute } = settings;
    this.#tests = new PrinterTests({ printers, atMinute, sureNow: options.sureNow });
    this.#desk = new PrintDesk(options, this.#tests);
    this.#renderer = new Renderer({ onEnded: (why) => log.warn('paper.renderer-ended', { why }) });
    this.#store = new PackStore(packFolder(settings.dataFolder, keys), (unit) => this.#desk.versionPrinted(unit));
    this.#schedule = new PackSchedule(settings.units, settings.paperEveryMinutes * 60_000);
  }

  /** Packs are made from now on, the first a while after the start: charts are opened before anything is printed. */
  start(): void {
    const { paperEveryMinutes, units } = this.#options.settings;
    this.#testTimer = setInterval(() => void this.testDue(), limits.printerTestLookEveryMs).unref();
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
    if (this.#testTimer !== null) clearInterval(this.#testTimer);
    this.#testTimer = null;
    this.#renderer.stop();
  }

  get printers(): readonly PrinterSettings[] {
    return this.#options.settings.printers;
  }

  /** What is printed and was printed lately, newest first. */
  get prints(): readonly PrintProgress[] {
    return this.#desk.prints;
  }

  /** Each printer of the settings, and what its last test page told. */
  printerLines(): readonly PrinterLine[] {
    return this.#tests.lines();
  }

  /** A page without anything of anyone on it. @throws {Failure} `paper.printer-unknown`, `paper.already-printing`, and why there is no page */
  async testPrinter(id: string, by: PrintedBy): Promise<Printed> {
    const printer = this.printers.find((one) => one.id === id);
    if (printer === undefined) throw new Failure('paper.printer-unknown', id);
    const key = `test ${id}`;
    this.#desk.requireNew(key);
    const { job } = testPrint(printer.name, this.#printingNow(by.name));
    const { pdf } = await this.#renderer.render(job);
    const made = {
      ...({ what: 'test', unit: null, version: null, opened: null } as const),
      title: job.title,
      sheets: [],
      pdf,
    };
    return this.#desk.print(made, { key, by, printer, copies: 1, again: false });
  }

  /** The test page whose turn it is, if any; and what is wrong with any printer is told. */
  async testDue(): Promise<void> {
    const { log, notes } = this.#options;
    const printer = this.#isTesting ? null : this.#tests.due();
    if (printer !== null) {
      this.#isTesting = true;
      try {
        await this.testPrinter(printer.id, { author: 'station', name: 'stationen' });
      } catch (error) {
        // Somebody tries it by hand just now, or there is no page: the next look tries again, and what is late is told.
        log.warn('paper.test-not-made', { code: error instanceof Failure ? error.code : 'station.internal' });
      } finally {
        this.#isTesting = false;
      }
    }
    for (const { id, name, words, trouble } of this.#tests.lines()) {
      const detail = `${name} (${id}): ${words.replace(/\.$/, '')}.`;
      notes.stand(`printer-failed ${id}`, 'paper.test-failed', trouble === 'failed' ? detail : null);
      notes.stand(`printer-untested ${id}`, 'paper.printer-untested', trouble === 'untested' ? detail : null);
    }
  }

  /** Those that may be printed. */
  packs(): readonly PackHead[] {
    return this.#store.all().filter((head) => this.#whyWithdrawn(head) === null);
  }

  /** Null also where the newest was made before something in it was blocked, or its unit was not in use. */
  pack(unit: UnitId): Pack | null {
    const newest = this.#store.newest(unit);
    return newest === null || this.#whyWithdrawn(newest.head) !== null ? null : newest;
  }

  openSheets(patient?: PatientKey): readonly SigningSheetOut[] {
    return this.#desk.openSheets(patient);
  }

  openSheet(number: string): SigningSheetOut | null {
    return this.#desk.openSheet(number);
  }

  /** Each line of the sheet is entered, or was never used. @throws {Failure} `paper.sheet-unknown` */
  closeSheet(number: string, how: string, by: string): Promise<void> {
    return this.#desk.closeSheet(number, how, by);
  }

  /** Made now and kept as the unit's newest. @throws {Failure} what reading, rendering or the disk refuses */
  async makePack(unit: UnitId, by: string): Promise<Pack> {
    const began = this.#options.clock.now().monotonicMs;
    const printing = this.#numbered(unit, by);
    // Asked before the charts are: what is blocked while they are read is not taken for kept.
    const blocked = blocksOnPack(unit, this.#options.blocks());
    const prepared = await this.#options.read(this.#question({ unit, what: 'pack', only: null }, printing));
    const { pdf, pages } = await this.#renderer.render(prepared.job);
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

  /**
   * A unit's papers, made anew. Where its pack cannot be made the newest one on the disk is printed, which says itself how old it is.
   * @throws {Failure} `paper.already-printing`, `paper.printer-unknown`, `paper.pack-withdrawn`, and why there are no pages
   */
  printUnit(asked: UnitAsked & ToPrinter): Promise<Printed> {
    const whom = asked.only === null ? 'alla' : [...asked.only].sort().join(' ');
    return this.#print(`${asked.what} ${asked.unit} ${whom}`, asked, () => this.#unitPages(asked));
  }

  /** One patient's chart to read, on the reader's own unit's printer. @throws {Failure} as `printUnit` */
  printChart(asked: ChartAsked & ToPrinter): Promise<Printed> {
    const { key, asOf } = asked.chart;
    return this.#print(`chart ${key} ${asOf ?? 'nu'}`, asked, () => this.#chartPages(asked));
  }

  /** For somebody's screen; counted as on paper, since it may be. @throws {Failure} why there are no pages */
  async unitPdf(asked: UnitAsked): Promise<MadePrint & Pick<Printed, 'isTold'>> {
    const made = await this.#unitPages(asked);
    return { ...made, isTold: await this.#desk.handOut(made, asked.by) };
  }

  async chartPdf(asked: ChartAsked): Promise<MadePrint & Pick<Printed, 'isTold'>> {
    const made = await this.#chartPages(asked);
    return { ...made, isTold: await this.#desk.handOut(made, asked.by) };
  }

  async #print(
    key: string,
    asked: ToPrinter & { readonly unit: UnitId; readonly by: PrintedBy },
    pages: () => Promise<MadePrint>,
  ): Promise<Printed> {
    const { by, copies = 1, again = false } = asked;
    const printer = this.#printer(asked);
    if (!again) this.#desk.requireNew(key);
    return this.#desk.print(await pages(), { key, by, printer, copies, again });
  }

  async #unitPages({ unit, what, only, by }: UnitAsked): Promise<MadePrint> {
    if (what === 'pack' && only === null) return this.#packPages(unit, by.name);
    const printing = this.#numbered(unit, by.name);
    const { job, sheets, unitName } = await this.#options.read(this.#question({ unit, what, only }, printing));
    const { pdf } = await this.#renderer.render(job);
    const { version } = printing;
    return { what, unit, title: `${unitName}, ${TITLES[what]} version ${version}`, version, sheets, opened: null, pdf };
  }

  async #packPages(unit: UnitId, by: string): Promise<MadePrint> {
    const { head, pdf } = await this.makePack(unit, by).catch((error: unknown) => {
      const kept = this.#store.newest(unit);
      if (kept === null) throw error;
      const why = this.#whyWithdrawn(kept.head);
      if (why !== null) throw new Failure(why, unit, { cause: error });
      return kept;
    });
    const { version, sheets, unitName } = head;
    return {
      what: 'pack',
      unit,
      title: `${unitName}, ${TITLES.pack} version ${version}`,
      version,
      sheets,
      opened: null,
      pdf,
    };
  }

  async #chartPages({ chart, unit, opened, by }: ChartAsked): Promise<MadePrint> {
    // Nobody counts one patient's reading sheets; what is valid is told by its time.
    const printing: Printing = { ...this.#printing(unit, by.name), replaces: null };
    const { job, sheets } = chartPrint(chart, printing);
    const { pdf } = await this.#renderer.render(job);
    const title = `${this.#unitName(unit)}, läsblad`;
    return { what: 'chart', unit, title, version: null, sheets, opened, pdf };
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
        const { head } = await this.makePack(unit, 'stationen');
        log.info('paper.pack-made', { unit, version: head.version, sheets: head.sheets.length });
      } catch (error) {
        // The next turn tries again; the pack before is still there.
        log.warn('paper.pack-not-made', { unit, code: error instanceof Failure ? error.code : 'station.internal' });
      }
    }
  }

  /** A number nobody else gets. */
  #numbered(unit: UnitId, by: string): Printing {
    const version = Math.max(this.#store.nextVersion(unit), (this.#given.get(unit) ?? 0) + 1);
    this.#given.set(unit, version);
    return { ...this.#printing(unit, by), version };
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

  #printing(unit: UnitId, by: string): Printing {
    const before = this.#store.newest(unit)?.head;
    const replaces = before === undefined ? null : { version: before.version, at: before.at };
    const watermark = this.#options.isInUse(unit) ? null : PRACTICE_COPY;
    return { ...this.#printingNow(by), replaces, watermark };
  }

  #printingNow(by: string): Printing {
    const now = this.#options.sureNow();
    return {
      at: now.wallMs,
      clockIsUnsure: now.clockIsBehind === true,
      by,
      version: null,
      replaces: null,
      validUntil: now.wallMs + this.#options.settings.paperValidMinutes * 60_000,
      situation: null,
      writeIn: 'JOURNALEN',
      watermark: null,
    };
  }

  #question({ unit, what, only }: Omit<UnitAsked, 'by'>, printing: Printing): UnitPrintQuestion {
    const byPatient = Map.groupBy(this.#desk.openSheets(), ({ patient }) => patient);
    const openSheets = Object.fromEntries(
      [...byPatient].map(([patient, sheets]) => [patient, sheets.map(({ number }) => number)]),
    );
    const withheld = withheldOnUnit(unit, this.#options.settings.units, this.#options.blocks());
    return { unit, asOf: undefined, what, printing, only, openSheets, withheld };
  }

  #unitName(unit: UnitId): string {
    return this.#options.settings.units.find(({ id }) => id === unit)?.name ?? unit;
  }

  #printer({ unit, printer }: ToPrinter & { readonly unit: UnitId }): PrinterSettings {
    const { printers } = this;
    const found =
      printer === undefined
        ? printers.find(({ units }) => units.includes(unit))
        : printers.find(({ id }) => id === printer);
    if (found === undefined) throw new Failure('paper.printer-unknown', printer ?? `ingen för ${unit}`);
    return found;
  }
}

const TITLES: Readonly<Record<UnitPaper, string>> = {
  pack: 'paket',
  mine: 'mina patienter',
  round: 'rundlista',
  work: 'arbetsblad',
};
