// What a station reads elsewhere than on its main thread, and where: searches in one thread, lists of units and whole charts for
// machines in another, so that a nurse who looks for a patient never waits for a machine that fetches one.

import { join } from 'node:path';
import type { UnitSummary } from '../../copy/read/census.ts';
import type { CopyReader } from '../../copy/read/copy-reader.ts';
import type { SearchAnswer, SearchOptions } from '../../copy/read/search.ts';
import { isNameSearch } from '../../copy/read/search-words.ts';
import type { UnitWithholding } from '../../domain/access/steps.ts';
import type { UnitId } from '../../domain/identity.ts';
import type { Marks } from '../../domain/marks.ts';
import type { UnitList } from '../../domain/unit-list/unit-list.ts';
import { limits } from '../../limits.ts';
import type { FacadeQuestion } from '../../server/fhir/answers.ts';
import { COPY_FILE } from '../files/data-folder.ts';
import type { StationKeys } from '../files/keys.ts';
import type { UnitPrint, UnitPrintQuestion } from '../printing/unit-print.ts';
import type { ReadingQuestion, ReadingThreadSettings } from './reading-messages.ts';
import { ReadingThread } from './reading-thread.ts';
import type { UnitCopyAnswer } from './unit-copy.ts';

export interface ReadingsOptions {
  readonly dataFolder: string;
  readonly keys: StationKeys;
  readonly boot: string;
  readonly station: string;
  readonly units: ReadingThreadSettings['units'];
  readonly names: ReadingThreadSettings['names'];
  /** The main thread's: an exact number is looked up where it is asked. */
  readonly reader: () => CopyReader;
  readonly marks: () => Marks;
  readonly onDamage: () => void;
  readonly onEnded: (thread: 'search' | 'charts', why: 'too-slow' | 'died') => void;
  /** Another program than the station's own, in a test. */
  readonly worker?: URL;
}

export class Readings {
  readonly #reader: () => CopyReader;
  readonly #marks: () => Marks;
  readonly #searches: ReadingThread;
  readonly #charts: ReadingThread;

  constructor(options: ReadingsOptions) {
    const { dataFolder, keys, boot, station, units, names, reader, onDamage, onEnded, worker } = options;
    this.#marks = options.marks;
    this.#reader = reader;
    const settings: ReadingThreadSettings = {
      copyFile: join(dataFolder, COPY_FILE),
      copyKey: keys.database('copy'),
      handleKey: keys.handleKey(),
      boot,
      station,
      units,
      names,
    };
    const both = { settings, onDamage, ...(worker === undefined ? {} : { worker }) };
    this.#searches = new ReadingThread({
      ...both,
      waitingMax: limits.searchesWaitingMax,
      answerWithinMs: limits.searchWithinMs,
      idleMs: null,
      memoryMb: limits.searchMemoryMb,
      onEnded: (why) => onEnded('search', why),
    });
    this.#charts = new ReadingThread({
      ...both,
      waitingMax: limits.wholeChartsWaitingMax,
      answerWithinMs: limits.wholeChartWithinMs,
      idleMs: limits.wholeChartsIdleMs,
      memoryMb: limits.wholeChartMemoryMb,
      onEnded: (why) => onEnded('charts', why),
    });
  }

  /** Searches are as quick the first time. Whole charts are asked for by few, and their thread starts when they are. */
  warm(): void {
    this.#searches.warm();
  }

  /** @throws {Failure} */
  async search(text: string, options: SearchOptions): Promise<SearchAnswer> {
    if (!isNameSearch(text)) return this.#reader().search(text, options);
    return this.#searches.ask({ ask: 'search', text, options });
  }

  /** @throws {Failure} */
  async unitSummaries(asOf: number | undefined): Promise<readonly UnitSummary[]> {
    return this.#charts.ask({ ask: 'units', asOf });
  }

  /** @throws {Failure} */
  async unitList(unit: UnitId, asOf: number | undefined, withheld: UnitWithholding | null): Promise<UnitList> {
    return this.#charts.ask({ ask: 'unit-list', unit, asOf, withheld, marks: this.#marks() });
  }

  /** @throws {Failure} */
  async unitCopy(
    asked: Omit<Extract<ReadingQuestion, { ask: 'unit-copy' }>, 'ask' | 'marks'>,
  ): Promise<UnitCopyAnswer> {
    return this.#charts.ask({ ask: 'unit-copy', ...asked, marks: this.#marks() });
  }

  /** @throws {Failure} */
  async unitPrint(question: UnitPrintQuestion): Promise<UnitPrint> {
    return this.#charts.ask({ ask: 'unit-print', question, marks: this.#marks() });
  }

  /** @throws {Failure} */
  async facade(question: FacadeQuestion): Promise<string> {
    return this.#charts.ask({ ask: 'facade', question, marks: this.#marks() });
  }

  reopen(): void {
    this.#searches.reopen();
    this.#charts.reopen();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#searches.stop(), this.#charts.stop()]);
  }
}
