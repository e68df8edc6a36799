// A unit's pages made of its charts as they are now: numbered, read, set. Two who print at the same time never get the same sheets'
// numbers.

import { type UnitWithholding, withheldOnUnit } from '../../domain/access/steps.ts';
import type { PatientKey, UnitId } from '../../domain/identity.ts';
import type { UnitPaper } from '../../domain/printing/printing.ts';
import { PRACTICE_COPY } from '../../domain/unit-use/unit-use.ts';
import type { SigningSheetOut } from '../../paper/print-ledger.ts';
import type { Printing } from '../../paper/printing.ts';
import type { Renderer } from '../../paper/render/renderer.ts';
import type { PackStore } from '../../paper/store/pack-store.ts';
import type { Settings } from '../settings/settings.ts';
import { type PrintingNowOptions, printingNow } from './printing-now.ts';
import type { UnitPrint, UnitPrintQuestion } from './unit-print.ts';

export interface UnitPagesOptions extends PrintingNowOptions {
  readonly settings: Pick<Settings, 'units' | 'paperValidMinutes'>;
  /** What patients have had blocked, at this moment. */
  readonly blocks: () => UnitWithholding['blocks'];
  readonly isInUse: (unit: UnitId) => boolean;
  /** Asked of the thread that reads whole charts. */
  readonly read: (question: UnitPrintQuestion) => Promise<UnitPrint>;
}

interface UnitPagesTools {
  readonly store: PackStore;
  readonly renderer: Pick<Renderer, 'render'>;
  /** Signing sheets that are out and open. */
  readonly openSheets: () => readonly SigningSheetOut[];
}

export interface UnitPagesAsked {
  readonly unit: UnitId;
  readonly what: UnitPaper;
  /** Whom it is about, of those on the unit; null: everybody there. */
  readonly only: readonly PatientKey[] | null;
}

export interface MadeUnitPages {
  readonly printing: Printing;
  readonly prepared: UnitPrint;
  readonly rendered: Awaited<ReturnType<Renderer['render']>>;
}

export class UnitPages {
  readonly #options: UnitPagesOptions;
  readonly #tools: UnitPagesTools;
  /** Numbers given out since the start. */
  readonly #given = new Map<UnitId, number>();

  constructor(options: UnitPagesOptions, tools: UnitPagesTools) {
    this.#options = options;
    this.#tools = tools;
  }

  /** @throws {Failure} what reading or rendering refuses */
  async make(asked: UnitPagesAsked, by: string): Promise<MadeUnitPages> {
    const printing = this.#numbered(asked.unit, by);
    const prepared = await this.#options.read(this.#question(asked, printing));
    return { printing, prepared, rendered: await this.#tools.renderer.render(prepared.job) };
  }

  printing(unit: UnitId, by: string): Printing {
    const before = this.#tools.store.newest(unit)?.head;
    const replaces = before === undefined ? null : { version: before.version, at: before.at };
    const watermark = this.#options.isInUse(unit) ? null : PRACTICE_COPY;
    return { ...printingNow(this.#options, by), replaces, watermark };
  }

  /** A number nobody else gets. */
  #numbered(unit: UnitId, by: string): Printing {
    const version = Math.max(this.#tools.store.nextVersion(unit), (this.#given.get(unit) ?? 0) + 1);
    this.#given.set(unit, version);
    return { ...this.printing(unit, by), version };
  }

  #question({ unit, what, only }: UnitPagesAsked, printing: Printing): UnitPrintQuestion {
    const byPatient = Map.groupBy(this.#tools.openSheets(), ({ patient }) => patient);
    const openSheets = Object.fromEntries(
      [...byPatient].map(([patient, sheets]) => [patient, sheets.map(({ number }) => number)]),
    );
    const withheld = withheldOnUnit(unit, this.#options.settings.units, this.#options.blocks());
    return { unit, asOf: undefined, what, printing, only, openSheets, withheld };
  }
}
