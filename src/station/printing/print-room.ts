// The station's print room: packs made before they are needed, prints on demand, printers, and what of it lies on paper. Made so that
// routes can ask it; what it does is told to the ledger before the first byte leaves.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type UnitWithholding, withheldOnUnit } from '../../domain/access/steps.ts';
import type { SureNow } from '../../domain/age.ts';
import { Failure } from '../../domain/failures.ts';
import type { PatientKey, UnitId } from '../../domain/identity.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import type { SheetOf } from '../../paper/jobs.ts';
import { openPrinter } from '../../paper/print/open-printer.ts';
import { type PrintProgress, PrintQueue } from '../../paper/print/print-queue.ts';
import type { PrinterSettings } from '../../paper/print/printer.ts';
import {
  notPrintedDraft,
  type PrintedAct,
  PrintLedger,
  printedDraft,
  type SigningSheetOut,
  sheetClosedDraft,
} from '../../paper/print-ledger.ts';
import type { Printing } from '../../paper/printing.ts';
import { Renderer } from '../../paper/render/renderer.ts';
import { PackSchedule } from '../../paper/store/pack-schedule.ts';
import { type Pack, type PackHead, PackStore } from '../../paper/store/pack-store.ts';
import type { StationKeys } from '../files/keys.ts';
import { SealedFolder } from '../files/sealed-folder.ts';
import type { StationLog } from '../log.ts';
import type { Settings } from '../settings/settings.ts';
import type { UnitPrint, UnitPrintQuestion } from './unit-print.ts';

export const packFolder = (dataFolder: string, keys: StationKeys): SealedFolder =>
  new SealedFolder(join(dataFolder, 'packs'), keys.pack('unit'));

export interface PrintRoomOptions {
  readonly settings: Pick<Settings, 'dataFolder' | 'units' | 'printers' | 'paperEveryMinutes' | 'paperValidMinutes'>;
  readonly keys: StationKeys;
  readonly clock: Clock;
  readonly sureNow: () => SureNow;
  readonly ledger: { append(draft: EntryDraft): Promise<boolean> };
  /** What has been printed before, in the order it was written. */
  readonly printed: Iterable<Parameters<PrintLedger['follow']>[0]>;
  readonly log: Pick<StationLog, 'info' | 'warn'>;
  /** What patients have had blocked, at this moment. */
  readonly blocks: () => UnitWithholding['blocks'];
  /** Asked of the thread that reads whole charts. */
  readonly read: (question: UnitPrintQuestion) => Promise<UnitPrint>;
}

export interface PrintAsked {
  readonly unit: UnitId;
  readonly by: string;
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
  readonly #ledger = new PrintLedger();
  readonly #queue: PrintQueue;
  readonly #acts = new Map<number, PrintedAct>();
  #timer: NodeJS.Timeout | null = null;
  #isMaking = false;

  constructor(options: PrintRoomOptions) {
    this.#options = options;
    const { settings, keys, clock, log } = options;
    for (const one of options.printed) this.#ledger.follow(one);
    this.#renderer = new Renderer({ onEnded: (why) => log.warn('paper.renderer-ended', { why }) });
    this.#store = new PackStore(packFolder(settings.dataFolder, keys), (unit) => this.#ledger.versionPrinted(unit));
    this.#schedule = new PackSchedule(settings.units, settings.paperEveryMinutes * 60_000);
    this.#queue = new PrintQueue({ clock, onEnd: (progress) => this.#ended(progress) });
  }

  /** Packs are made from now on, the first a while after the start: charts are opened before anything is printed. */
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
    this.#renderer.stop();
  }

  get printers(): readonly PrinterSettings[] {
    return this.#options.settings.printers;
  }

  /** What is printed and was printed lately, newest first. */
  get prints(): readonly PrintProgress[] {
    return this.#queue.prints;
  }

  packs(): readonly PackHead[] {
    return this.#store.all();
  }

  pack(unit: UnitId): Pack | null {
    return this.#store.newest(unit);
  }

  openSheets(patient?: PatientKey): readonly SigningSheetOut[] {
    return this.#ledger.openSheets(patient);
  }

  openSheet(number: string): SigningSheetOut | null {
    return this.#ledger.openSheet(number);
  }

  /** Made now and kept as the unit's newest. @throws {Failure} what reading, rendering or the disk refuses */
  async makePack(unit: UnitId, by: string): Promise<Pack> {
    const printing = this.#printing(unit, by);
    const prepared = await this.#options.read(this.#question(unit, 'pack', printing, null));
    const { pdf, pages } = await this.#renderer.render(prepared.job);
    const head: PackHead = {
      unit,
      unitName: prepared.unitName,
      version: printing.version ?? 0,
      at: printing.at,
      validUntil: printing.validUntil,
      sheets: prepared.sheets.map((sheet, index) => ({ ...sheet, pages: pages[index] ?? { first: 0, last: 0 } })),
    };
    this.#store.keep({ head, pdf });
    this.#schedule.done(unit, this.#options.clock.now().monotonicMs);
    return { head, pdf };
  }

  /**
   * The unit's pack, made anew. Where it cannot be made the newest one on the disk is printed, which says itself how old it is.
   * @throws {Failure} `paper.already-printing`, `paper.printer-unknown`, and why there is neither a new nor an old pack
   */
  async printPack(asked: PrintAsked): Promise<PrintProgress> {
    const printer = this.#printer(asked);
    const pack = await this.makePack(asked.unit, asked.by).catch((error: unknown) => {
      const kept = this.#store.newest(asked.unit);
      if (kept === null) throw error;
      return kept;
    });
    const { head, pdf } = pack;
    return this.#print(asked, printer, {
      what: 'pack',
      title: `${head.unitName}, paket version ${head.version}`,
      ...{ version: head.version, sheets: head.sheets, pdf },
    });
  }

  /** `only`: *mina patienter*, with their sheets; the round list has the whole unit where nobody is named. */
  async printSome(
    asked: PrintAsked & { readonly what: 'mine' | 'round'; readonly only: readonly PatientKey[] | null },
  ): Promise<PrintProgress> {
    const printer = this.#printer(asked);
    const printing = this.#printing(asked.unit, asked.by);
    const what = asked.what === 'round' ? 'round' : 'pack';
    const { job, sheets, unitName } = await this.#options.read(this.#question(asked.unit, what, printing, asked.only));
    const { pdf } = await this.#renderer.render(job);
    const title = asked.what === 'round' ? 'rundlista' : 'mina patienter';
    return this.#print(asked, printer, {
      what: asked.what,
      title: `${unitName}, ${title} version ${printing.version}`,
      ...{ version: printing.version, sheets, pdf },
    });
  }

  /** Each line of the sheet is entered, or was never used. @throws {Failure} `paper.sheet-unknown` */
  async closeSheet(number: string, how: string, by: string): Promise<void> {
    const sheet = this.#ledger.openSheet(number);
    if (sheet === null) throw new Failure('paper.sheet-unknown', number);
    await this.#tell(sheetClosedDraft(sheet, { by, how, at: this.#options.clock.now().wallMs }));
  }

  async #makeDue(): Promise<void> {
    if (this.#isMaking) return;
    const { clock, log } = this.#options;
    const unit = this.#schedule.due(clock.now().monotonicMs);
    if (unit === null) return;
    this.#isMaking = true;
    try {
      const { head } = await this.makePack(unit, 'stationen');
      log.info('paper.pack-made', { unit, version: head.version, sheets: head.sheets.length });
    } catch (error) {
      // The next turn tries again; the pack before is still there.
      this.#schedule.done(unit, clock.now().monotonicMs);
      log.warn('paper.pack-not-made', { unit, code: error instanceof Failure ? error.code : 'station.internal' });
    } finally {
      this.#isMaking = false;
    }
  }

  #printing(unit: UnitId, by: string): Printing {
    const now = this.#options.sureNow();
    const before = this.#store.newest(unit)?.head;
    return {
      at: now.wallMs,
      clockIsUnsure: now.clockIsBehind === true,
      by,
      version: this.#store.nextVersion(unit),
      replaces: before === undefined ? null : { version: before.version, at: before.at },
      validUntil: now.wallMs + this.#options.settings.paperValidMinutes * 60_000,
      situation: null,
      writeIn: 'JOURNALEN',
      watermark: null,
    };
  }

  #question(
    unit: UnitId,
    what: UnitPrintQuestion['what'],
    printing: Printing,
    only: readonly PatientKey[] | null,
  ): UnitPrintQuestion {
    const byPatient = Map.groupBy(this.#ledger.openSheets(), ({ patient }) => patient);
    const openSheets = Object.fromEntries(
      [...byPatient].map(([patient, sheets]) => [patient, sheets.map(({ number }) => number)]),
    );
    const withheld = withheldOnUnit(unit, this.#options.settings.units, this.#options.blocks());
    return { unit, asOf: undefined, what, printing, only, openSheets, withheld };
  }

  #printer({ unit, printer }: PrintAsked): PrinterSettings {
    const { printers } = this;
    const found =
      printer === undefined
        ? printers.find(({ units }) => units.includes(unit))
        : printers.find(({ id }) => id === printer);
    if (found === undefined) throw new Failure('paper.printer-unknown', printer ?? `ingen för ${unit}`);
    return found;
  }

  async #print(
    asked: PrintAsked,
    printer: PrinterSettings,
    made: {
      readonly what: PrintedAct['what'];
      readonly title: string;
      readonly version: number | null;
      readonly sheets: readonly SheetOf[];
      readonly pdf: Uint8Array;
    },
  ): Promise<PrintProgress> {
    const act: PrintedAct = {
      print: randomUUID(),
      what: made.what,
      unit: asked.unit,
      version: made.version,
      printer: printer.id,
      copies: asked.copies ?? 1,
      by: asked.by,
      at: this.#options.clock.now().wallMs,
      sheets: made.sheets,
    };
    const { number } = this.#queue.add({
      key: `${made.what} ${asked.unit} ${printer.id}`,
      what: made.title,
      by: asked.by,
      printer: { name: printer.name, open: () => openPrinter(printer) },
      document: { title: made.title, pdf: made.pdf, copies: act.copies, isTwoSided: true },
      again: asked.again ?? false,
    });
    this.#acts.set(number, act);
    await this.#tell(printedDraft(act));
    const progress = this.prints.find((one) => one.number === number);
    if (progress === undefined) throw new Error('a print that was just added is not in the queue');
    return progress;
  }

  #ended({ number, state, failure }: PrintProgress): void {
    const act = this.#acts.get(number);
    this.#acts.delete(number);
    if (act === undefined || state !== 'failed') return;
    void this.#tell(notPrintedDraft(act, failure ?? 'station.internal', this.#options.clock.now().wallMs));
  }

  /** What lies on paper is known at once; that it is on the disk is waited for as for every decision. */
  async #tell(draft: EntryDraft): Promise<void> {
    this.#ledger.follow(draft);
    await this.#options.ledger.append(draft);
  }
}
