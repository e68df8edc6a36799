// Leaves the poor hospital's lists in a folder each hour, whole or not at all: a station may be reading it at that moment.

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clockTime, HOUR_MS } from '../local-time.ts';
import { UNITS, type Unit } from '../places.ts';
import type { SimStay } from '../stay.ts';
import { listPages, listText } from './lists.ts';
import { writePdf } from './pdf.ts';

/** The lists of one hour, as files: a PDF for the ward, text for the emergency room. */
function listFiles(stays: readonly SimStay[], printedAt: number): { name: string; bytes: Uint8Array }[] {
  const time = clockTime(printedAt);
  const stamp = `${time.date}-${String(time.hour).padStart(2, '0')}${String(time.minute).padStart(2, '0')}`;
  return UNITS.filter((unit) => unit.hospital === 'FJALL').flatMap((unit: Unit) => {
    const pages = listPages(unit, stays, printedAt);
    if (pages.length === 0) return [];
    const name = `${unit.code.toLowerCase()}-${stamp}`;
    return unit.listKind === 'bed'
      ? [{ name: `${name}.pdf`, bytes: writePdf(pages) }]
      : [{ name: `${name}.txt`, bytes: Buffer.from(listText(pages), 'utf8') }];
  });
}

export class ListPrinter {
  readonly #folder: string;
  #printedHour = -1;
  isRunning = true;
  printed = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Prints when a new hour has begun, and at once the first time. */
  async printIfDue(stays: readonly SimStay[], now: number): Promise<void> {
    const hour = Math.floor(now / HOUR_MS);
    if (!this.isRunning || hour === this.#printedHour) return;
    this.#printedHour = hour;
    await this.print(stays, now);
  }

  async print(stays: readonly SimStay[], now: number): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const { name, bytes } of listFiles(stays, now)) {
      const unfinished = join(this.#folder, `.${name}.part`);
      await writeFile(unfinished, bytes);
      await rename(unfinished, join(this.#folder, name));
      this.printed += 1;
    }
  }
}
