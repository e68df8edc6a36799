// The folder where the record system leaves the lists it can already print. A file is taken when it has stopped growing, and
// moved away only when the inbox has it: a crash costs a repetition, never a list.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceId } from '../../domain/identity.ts';
import type { ReceivedFormat } from '../../domain/received.ts';
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

export interface ReportFolderOptions {
  readonly folder: string;
  /** Where taken files go; null: they are removed, the inbox has them encrypted. */
  readonly takenFolder: string | null;
  readonly patterns: readonly ReportPattern[];
  /** Resolves when the row is durable in the inbox. */
  readonly submit: (row: {
    readonly source: SourceId;
    readonly format: ReceivedFormat;
    readonly raw: Uint8Array;
  }) => Promise<void>;
}

export interface ReportScan {
  readonly taken: number;
  /** Still being written, or seen for the first time. */
  readonly waiting: number;
  /** Of no declared pattern, too large, or neither PDF nor text: left where they are. */
  readonly left: number;
  /** PDFs whose pages could not be read: in the inbox, tied to nobody. */
  readonly unreadable: number;
}

/** How printers and copying programs call a file that is not finished. */
const UNFINISHED = /^[.~]|\.(?:tmp|temp|part|partial|crdownload|filepart|writing|lock)$/i;

export class ReportFolder {
  readonly #options: ReportFolderOptions;
  /** Size and time of each file at the last look. */
  #lastLook = new Map<string, string>();

  constructor(options: ReportFolderOptions) {
    this.#options = options;
  }

  /** One look. A file is taken when two looks in a row saw it the same. */
  async scan(): Promise<ReportScan> {
    const counts = { taken: 0, waiting: 0, left: 0, unreadable: 0 };
    const look = new Map<string, string>();
    for (const name of (await readdir(this.#options.folder)).sort().slice(0, limits.reportFilesMax)) {
      const path = join(this.#options.folder, name);
      const found = await stat(path).catch(() => null);
      if (found === null || !found.isFile() || UNFINISHED.test(name)) continue;
      const pattern = this.#options.patterns.find((each) => each.name.test(name));
      if (pattern === undefined || found.size > limits.reportBytesMax || found.size === 0) {
        counts.left += 1;
        continue;
      }
      const mark = `${found.size} ${found.mtimeMs}`;
      look.set(name, mark);
      if (this.#lastLook.get(name) !== mark) {
        counts.waiting += 1;
        continue;
      }
      const file = await readFile(path);
      if (file.length !== found.size) {
        counts.waiting += 1;
        continue;
      }
      const isUnreadable = await this.#take(path, file, pattern, found.mtimeMs);
      look.delete(name);
      counts.taken += 1;
      if (isUnreadable) counts.unreadable += 1;
    }
    this.#lastLook = look;
    return counts;
  }

  async #take(path: string, file: Uint8Array, pattern: ReportPattern, fileTimeMs: number): Promise<boolean> {
    const isPdf = Buffer.from(file.subarray(0, 1024)).includes('%PDF-');
    const pages: readonly PdfPage[] | null = isPdf ? await readPdfPages(file) : [];
    const header = {
      kind: pattern.kind,
      unit: pattern.unit,
      fileTimeMs: Math.floor(fileTimeMs),
      pdfPages: pages ?? [],
    };
    const format = isPdf ? 'report-pdf' : 'report-text';
    await this.#options.submit({ source: pattern.source, format, raw: packReport(header, file) });
    await this.#putAway(path, file);
    return pages === null;
  }

  async #putAway(path: string, file: Uint8Array): Promise<void> {
    const { takenFolder } = this.#options;
    if (takenFolder === null) return rm(path);
    await mkdir(takenFolder, { recursive: true });
    // Two lists of the same name must not overwrite each other.
    const digest = createHash('sha256').update(file).digest('hex').slice(0, 16);
    await rename(path, join(takenFolder, `${digest}.${path.endsWith('.pdf') ? 'pdf' : 'txt'}`));
  }
}
