// One wish to print, from the printers there are until the pages are out: what the dialog shows of it.

import type { UnitId } from '../../../../src/domain/identity.ts';
import { isPrintOver, type PrintersTold, type PrintProgress } from '../../../../src/domain/printing/printing.ts';
import { session } from '../../state/session.svelte.ts';
import { NoContact, type Refusal, Refused, type Told } from '../../station/ask.ts';
import { askPrinters, pagesOf, print, type Wanted } from '../../station/print.ts';
import { printWords } from './print-words.ts';

type DeskTold = Told & { readonly code: Refusal['code'] | 'no-contact' };

/** What goes on at the printer is looked at this often while the dialog is open. */
const LOOK_EVERY_MS = 1_000;

export class PrintDesk {
  told: PrintersTold | null = $state.raw(null);
  refusal: DeskTold | null = $state.raw(null);
  isWorking: boolean = $state(false);
  /** The print that was started here. */
  mine: PrintProgress | null = $state.raw(null);
  /** The pages, as an address that only this page knows; they lie in memory. */
  file: string | null = $state(null);
  readonly #unit: UnitId;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;

  constructor(unit: UnitId) {
    this.#unit = unit;
    void this.#look();
  }

  get going(): readonly PrintProgress[] {
    return (this.told?.prints ?? []).filter(({ state, number }) => !isPrintOver(state) && number !== this.mine?.number);
  }

  /** `printer` null: as a file here. */
  async start(wanted: Wanted, printer: string | null, again: boolean): Promise<void> {
    this.refusal = null;
    this.isWorking = true;
    try {
      if (printer === null) this.file = URL.createObjectURL(await pagesOf(wanted));
      else {
        this.mine = (await print(wanted, { printer, ...(again ? { again } : {}) })).print;
        void this.#look();
      }
    } catch (error) {
      this.#refused(error);
    } finally {
      this.isWorking = false;
    }
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.file !== null) URL.revokeObjectURL(this.file);
  }

  async #look(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    try {
      this.told = await askPrinters(this.#unit);
      const { mine } = this;
      if (mine !== null) {
        const now = this.told.prints.find(({ number }) => number === mine.number);
        this.mine = now ?? { ...mine, state: 'unclear', words: printWords.unknown };
      }
    } catch (error) {
      if (this.mine === null) this.#refused(error);
    }
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  #refused(error: unknown): void {
    if (error instanceof NoContact) this.refusal = { code: 'no-contact', ...printWords.silent };
    else if (!(error instanceof Refused)) throw error;
    else if (error.status === 401) session.ended();
    else this.refusal = error.refusal;
  }
}
