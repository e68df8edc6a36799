// The folder where the record system leaves the lists it can already print. A file is taken when it has rested, and looked at
// again for a while before it is removed: a list whose writer paused half-way is taken once more when it is whole. A crash costs
// nothing, and one file that can't be read or removed keeps no other from being taken.

import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceId } from '../../domain/identity.ts';
import type { ReceivedFormat } from '../../domain/received.ts';
import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import { readPdfPages } from './pdf-pages.ts';
import { type PdfPage, packReport } from './report-row.ts';

/** What a file's name tells, and all it tells: names of files may hold names of patients, and are neither kept nor logged. */
export interface ReportPattern {
  readonly source: SourceId;
  readonly name: RegExp;
  /** «Läkemedelslista». */
  readonly kind: string;
  readonly unit: string | null;
}

/** What must be known after a stop: which files as they lie are in the inbox, and which PDF was being read. By digest only. */
export interface ReportMemory {
  readonly taken: readonly string[];
  readonly reading: { readonly file: string; readonly times: number } | null;
}

export interface ReportFolderOptions {
  readonly folder: string;
  readonly patterns: readonly ReportPattern[];
  readonly clock: Clock;
  /** Unchanged this long, a file is taken to be finished. */
  readonly restMs: number;
  readonly memory: ReportMemory | null;
  readonly remember: (memory: ReportMemory) => void;
  /** Resolves when the row is durable in the inbox. */
  readonly submit: (row: {
    readonly source: SourceId;
    readonly format: ReceivedFormat;
    readonly raw: Uint8Array;
  }) => Promise<void>;
}

export interface ReportScan {
  readonly taken: number;
  /** Not rested yet. */
  readonly waiting: number;
  /** Of no declared pattern, too large or empty: left where they are. */
  readonly left: number;
  /** PDFs whose pages could not be read: in the inbox, tied to nobody. */
  readonly unreadable: number;
  /** Files the folder did not let us read. */
  readonly unopened: number;
  /** In the inbox, and the folder does not let us remove them. */
  readonly unremoved: number;
}

/** A file as it was at the first of the looks that all saw it the same. */
interface Seen {
  readonly mark: string;
  readonly sinceMs: number;
}

type Counts = { -readonly [K in keyof ReportScan]: ReportScan[K] };

/** How printers and copying programs call a file that is not finished. */
const UNFINISHED = /^[.~]|\.(?:tmp|temp|part|partial|crdownload|filepart|writing|lock)$/i;
const PDF_HEAD_BYTES = 1024;
/** Where a finished PDF says that it ends (ISO 32000-1 annex H.3). */
const PDF_END_BYTES = 2048;

export class ReportFolder {
  readonly #options: ReportFolderOptions;
  readonly #taken: Set<string>;
  #reading: ReportMemory['reading'];
  #seen = new Map<string, Seen>();

  constructor(options: ReportFolderOptions) {
    this.#options = options;
    this.#taken = new Set(options.memory?.taken);
    this.#reading = options.memory?.reading ?? null;
  }

  /** One look. @throws what `submit` says when the inbox could not take a file, which then stays where it is. */
  async scan(): Promise<ReportScan> {
    const counts: Counts = { taken: 0, waiting: 0, left: 0, unreadable: 0, unopened: 0, unremoved: 0 };
    const seen = new Map<string, Seen>();
    const here = new Set<string>();
    let looked = 0;
    for (const name of (await readdir(this.#options.folder)).sort()) {
      if (UNFINISHED.test(name)) continue;
      const path = join(this.#options.folder, name);
      const pattern = this.#options.patterns.find((each) => each.name.test(name));
      const found = await stat(path).catch(() => null);
      if (found === null || !found.isFile()) continue;
      if (pattern === undefined || found.size > limits.reportBytesMax || found.size === 0) {
        counts.left += 1;
        continue;
      }
      const file = this.#see(name, markOf(found));
      seen.set(name, file.seen);
      here.add(file.digest);
      if (this.#taken.has(file.digest)) {
        if (await this.#removeIfOld(path, file.seen)) seen.delete(name);
        else if (this.#isOld(file.seen)) counts.unremoved += 1;
      } else if (looked >= limits.reportFilesMax || this.#restedMs(file.seen) < this.#options.restMs) {
        counts.waiting += 1;
      } else {
        looked += 1;
        await this.#take({ path, pattern, fileTimeMs: found.mtimeMs, ...file }, counts);
      }
    }
    this.#seen = seen;
    this.#forgetGone(here);
    return counts;
  }

  #see(name: string, mark: string): { readonly seen: Seen; readonly digest: string } {
    const known = this.#seen.get(name);
    const seen = known?.mark === mark ? known : { mark, sinceMs: this.#options.clock.now().monotonicMs };
    return { seen, digest: createHash('sha256').update(`${name}\n${mark}`).digest('hex') };
  }

  #restedMs({ sinceMs }: Seen): number {
    return this.#options.clock.now().monotonicMs - sinceMs;
  }

  #isOld(seen: Seen): boolean {
    return this.#restedMs(seen) >= this.#options.restMs + limits.reportLookedAtMs;
  }

  async #removeIfOld(path: string, seen: Seen): Promise<boolean> {
    if (!this.#isOld(seen)) return false;
    return rm(path).then(
      () => true,
      () => false,
    );
  }

  /** Only what still lies there must be known. */
  #forgetGone(here: ReadonlySet<string>): void {
    const gone = [...this.#taken].filter((digest) => !here.has(digest));
    for (const digest of gone) this.#taken.delete(digest);
    if (gone.length > 0) this.#remember();
  }

  async #take(file: Ripe, counts: Counts): Promise<void> {
    const bytes = await readFile(file.path).catch(() => null);
    if (bytes === null) {
      counts.unopened += 1;
      return;
    }
    const again = await stat(file.path).catch(() => null);
    const isPdf = bytes.subarray(0, PDF_HEAD_BYTES).includes('%PDF-');
    const isCut = isPdf && !bytes.subarray(-PDF_END_BYTES).includes('%%EOF');
    // Changed while it was read, or a PDF that has not come to its end: somebody may still be writing.
    if (again === null || markOf(again) !== file.seen.mark || (isCut && !this.#isOld(file.seen))) {
      counts.waiting += 1;
      return;
    }
    const pages = isPdf ? await this.#pagesOf(bytes, file.digest) : [];
    const { kind, unit, source } = file.pattern;
    const header = { kind, unit, fileTimeMs: Math.floor(file.fileTimeMs), pdfPages: pages ?? [] };
    const format = isPdf ? 'report-pdf' : 'report-text';
    await this.#options.submit({ source, format, raw: packReport(header, bytes) });
    counts.taken += 1;
    if (pages === null) counts.unreadable += 1;
    this.#taken.add(file.digest);
    this.#reading = null;
    this.#remember();
  }

  /** It is written down first: one that ends the station each time it is read is kept unread, and nothing waits behind it. */
  async #pagesOf(bytes: Uint8Array, digest: string): Promise<readonly PdfPage[] | null> {
    const times = this.#reading?.file === digest ? this.#reading.times : 0;
    if (times >= limits.reportAttemptsMax) return null;
    this.#reading = { file: digest, times: times + 1 };
    this.#remember();
    return readPdfPages(bytes);
  }

  #remember(): void {
    this.#options.remember({ taken: [...this.#taken], reading: this.#reading });
  }
}

interface Ripe {
  readonly path: string;
  readonly pattern: ReportPattern;
  readonly fileTimeMs: number;
  readonly seen: Seen;
  readonly digest: string;
}

const markOf = ({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string => `${size} ${mtimeMs}`;
