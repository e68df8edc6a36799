// The station's print room: packs made before they are needed, prints on demand, printers, and what of it lies on paper. Made so that
// routes can ask it; what it does is told to the ledger before the first byte leaves.

import type { Chart } from '../../domain/chart/chart.ts';
import { Failure } from '../../domain/failures.ts';
import type { PatientKey, UnitId } from '../../domain/identity.ts';
import type { PrinterLine } from '../../domain/printing/printer-test.ts';
import type { PrintProgress, UnitPaper } from '../../domain/printing/printing.ts';
import { chartPrint } from '../../paper/jobs.ts';
import type { PrinterSettings } from '../../paper/print/printer.ts';
import type { PrintedBy, SigningSheetOut } from '../../paper/print-ledger.ts';
import type { Printing } from '../../paper/printing.ts';
import { Renderer } from '../../paper/render/renderer.ts';
import { type Pack, type PackHead, PackStore } from '../../paper/store/pack-store.ts';
import type { StationKeys } from '../files/keys.ts';
import type { Settings } from '../settings/settings.ts';
import { Packs, type PacksOptions, packFolder } from './packs.ts';
import { type MadePrint, PrintDesk, type PrintDeskOptions, type Printed } from './print-desk.ts';
import { PrinterTests } from './printer-tests.ts';
import { TestPages, type TestPagesOptions } from './test-pages.ts';
import { UnitPages, type UnitPagesAsked, type UnitPagesOptions } from './unit-pages.ts';

/** What has been printed before (`printed`) is given in the order it was written. */
export interface PrintRoomOptions extends PrintDeskOptions, UnitPagesOptions, PacksOptions, TestPagesOptions {
  readonly settings: Pick<
    Settings,
    'dataFolder' | 'units' | 'printers' | 'paperEveryMinutes' | 'paperValidMinutes' | 'paperTestAt'
  >;
  readonly keys: StationKeys;
  readonly log: PacksOptions['log'];
}

export interface UnitAsked extends UnitPagesAsked {
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
  readonly #tests: PrinterTests;
  readonly #desk: PrintDesk;
  readonly #pages: UnitPages;
  readonly #packs: Packs;
  readonly #testPages: TestPages;

  constructor(options: PrintRoomOptions) {
    this.#options = options;
    const { settings, keys, log } = options;
    const { printers, paperTestAt: atMinute } = settings;
    const tests = new PrinterTests({ printers, atMinute, sureNow: options.sureNow });
    const desk = new PrintDesk(options, tests);
    const renderer = new Renderer({ onEnded: (why) => log.warn('paper.renderer-ended', { why }) });
    const store = new PackStore(packFolder(settings.dataFolder, keys), (unit) => desk.versionPrinted(unit));
    const pages = new UnitPages(options, { store, renderer, openSheets: () => desk.openSheets() });
    this.#packs = new Packs(options, { store, pages });
    this.#testPages = new TestPages(options, { tests, desk, renderer });
    this.#tests = tests;
    this.#desk = desk;
    this.#renderer = renderer;
    this.#pages = pages;
  }

  /** Packs are made and printers tried from now on. */
  start(): void {
    this.#testPages.start();
    this.#packs.start();
  }

  stop(): void {
    this.#packs.stop();
    this.#testPages.stop();
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
  testPrinter(id: string, by: PrintedBy): Promise<Printed> {
    return this.#testPages.print(id, by);
  }

  /** The test page whose turn it is, if any; and what is wrong with any printer is told. */
  testDue(): Promise<void> {
    return this.#testPages.lookForDue();
  }

  /** Those that may be printed. */
  packs(): readonly PackHead[] {
    return this.#packs.all();
  }

  /** Null also where the newest was made before something in it was blocked, or its unit was not in use. */
  pack(unit: UnitId): Pack | null {
    return this.#packs.newest(unit);
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
  makePack(unit: UnitId, by: string): Promise<Pack> {
    return this.#packs.make(unit, by);
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
    const { printing, prepared, rendered } = await this.#pages.make({ unit, what, only }, by.name);
    const { version } = printing;
    const { sheets, unitName } = prepared;
    const { pdf } = rendered;
    return { what, unit, title: `${unitName}, ${TITLES[what]} version ${version}`, version, sheets, opened: null, pdf };
  }

  async #packPages(unit: UnitId, by: string): Promise<MadePrint> {
    const { head, pdf } = await this.makePack(unit, by).catch((error: unknown) => {
      const kept = this.#packs.instead(unit, error);
      if (kept === null) throw error;
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
    const printing: Printing = { ...this.#pages.printing(unit, by.name), replaces: null };
    const { job, sheets } = chartPrint(chart, printing);
    const { pdf } = await this.#renderer.render(job);
    const title = `${this.#unitName(unit)}, läsblad`;
    return { what: 'chart', unit, title, version: null, sheets, opened, pdf };
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
