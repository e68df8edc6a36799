// Applied: messages read, understood and brought into the copy, against a bare loop that inserts the very rows the copy wrote for
// them, into the same tables of the same kind of database, in batches of the same size.

import { join } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { prepareCopySchema } from '../src/copy/schema.ts';
import { CopyWriter } from '../src/copy/write/copy-writer.ts';
import type { Received } from '../src/domain/received.ts';
import { interpret } from '../src/intake/interpret.ts';
import { limits } from '../src/limits.ts';
import { patientHandles } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { measureBacklog } from './backlog.ts';
import { JOURNAL, LAB } from './declared.ts';
import { declareCommand } from './folders.ts';
import { adt, oru } from './messages.ts';
import { type BenchRow, median, rate } from './report.ts';
import { removeFolder, scratchFolder } from './scratch.ts';

const KEY = Buffer.alloc(32, 7);
const PEOPLE = 20_000;
/** As if they had come at a region's pace. */
const RATE_PER_MS = 0.3;
/** Of each round's patients: how many messages come about each, so that moves and changes are among them. */
const MESSAGES_EACH = 4;

type Kind = 'adt' | 'oru';

export async function measureApply({ isQuick }: { isQuick: boolean }): Promise<BenchRow[]> {
  const folder = scratchFolder('apply');
  const copy = new MeasuredCopy(join(folder, 'copy.db'));
  const bare = new BareCopy(join(folder, 'bare.db'));
  copy.apply(Array.from({ length: PEOPLE }, (_, person) => ({ kind: 'adt', person, event: 'A01' })));
  const rounds = isQuick ? 3 : 7;
  const patients = isQuick ? 250 : 500;
  const rows: BenchRow[] = [];
  for (const kind of ['adt', 'oru'] as const) {
    const ours: number[] = [];
    const least: number[] = [];
    const ratios: number[] = [];
    let written = 0;
    for (let round = 0; round < rounds; round++) {
      // Patients of their own for each round: a row the next round ends would lie in the way of the bare loop.
      const first = ((kind === 'adt' ? 0 : rounds) + round) * patients;
      const since = copy.cursor + 1;
      const count = patients * MESSAGES_EACH;
      ours.push(copy.apply(Array.from({ length: count }, (_, at) => messageOf(kind, first + (at % patients), at))));
      const produced = copy.rowsSince(since);
      written += produced.length;
      least.push(bare.insert(produced, count));
      ratios.push((ours.at(-1) ?? 0) / (least.at(-1) ?? 1));
    }
    const budget = kind === 'adt' ? 3000 : 1000;
    const each = (written / (rounds * patients * MESSAGES_EACH)).toFixed(1);
    rows.push({
      group: 'applied',
      what: kind === 'adt' ? 'ADT (moves and updates of patients known)' : 'ORU of 20 OBX',
      ours: rate(median(ours)),
      bare: rate(median(least)),
      ratio: median(ratios),
      budget: `≥ 0.50 of bare, ≥ ${rate(budget)}`,
      isMet: median(ratios) >= 0.5 && median(ours) >= budget,
      note: `read, understood and applied; ${each} rows a message`,
    });
  }
  copy.close();
  bare.close();
  removeFolder(folder);
  rows.push(measureBacklog({ isQuick }));
  return rows;
}

interface Wanted {
  readonly kind: Kind;
  readonly person: number;
  readonly event: string;
}

/** Three moves and an update in four. */
const messageOf = (kind: Kind, person: number, at: number): Wanted => ({
  kind,
  person,
  event: at % MESSAGES_EACH === 3 ? 'A08' : 'A02',
});

class MeasuredCopy {
  readonly #db: Database;
  readonly #writer: CopyWriter;

  constructor(file: string) {
    this.#db = openDatabase({ file, key: KEY, role: 'copy' });
    prepareCopySchema(this.#db);
    this.#writer = new CopyWriter({
      db: this.#db,
      interpret,
      received: () => undefined,
      handleOf: patientHandles(KEY),
    });
    this.#writer.applyBatch([{ ...declareCommand(), seq: 1 }]);
  }

  get cursor(): number {
    return this.#writer.cursor;
  }

  /** Messages a second. */
  apply(wanted: readonly Wanted[]): number {
    const from = this.cursor + 1;
    const rows = wanted.map(({ kind, person, event }, at): Received => {
      const seq = from + at;
      const afterMs = Math.round(seq / RATE_PER_MS);
      const wallMs = Date.UTC(2026, 0, 1) + afterMs;
      // Said when it came: a clock that is ahead is another matter, with an alarm to write for each message.
      const raw = kind === 'adt' ? adt(seq, person, event, wallMs) : oru(seq, person, wallMs);
      const arrival = { wallMs, boot: 'bench', monotonicMs: afterMs };
      return { seq, source: kind === 'adt' ? JOURNAL : LAB, format: 'hl7v2', arrival, raw };
    });
    const began = performance.now();
    inBatches(rows, (batch) => {
      for (const { outcome } of this.#writer.applyBatch(batch))
        if (outcome !== 'applied') throw new Error(`a message was ${outcome}`);
    });
    return (rows.length / (performance.now() - began)) * 1000;
  }

  /** Every row written for these messages, those already superseded too. */
  rowsSince(seq: number): WrittenRow[] {
    return this.#db.prepare<[number], unknown[]>('SELECT * FROM fact WHERE since >= ? ORDER BY since').raw().all(seq);
  }

  close(): void {
    this.#db.close();
  }
}

type WrittenRow = readonly unknown[];

class BareCopy {
  readonly #db: Database;

  constructor(file: string) {
    this.#db = openDatabase({ file, key: KEY, role: 'copy' });
    prepareCopySchema(this.#db);
  }

  /** Messages a second, had they been these rows alone. */
  insert(rows: readonly WrittenRow[], messages: number): number {
    const insert = this.#db.prepare(`INSERT INTO fact VALUES (${rows[0]?.map(() => '?').join(',') ?? ''})`);
    const batchRows = Math.round((limits.applyBatchMessagesMax * rows.length) / messages);
    const write = this.#db.transaction((batch: readonly WrittenRow[]) => {
      for (const row of batch) insert.run(...row);
    });
    const began = performance.now();
    inBatches(rows, write.immediate, batchRows);
    return (messages / (performance.now() - began)) * 1000;
  }

  close(): void {
    this.#db.close();
  }
}

function inBatches<T>(
  rows: readonly T[],
  take: (batch: readonly T[]) => void,
  size: number = limits.applyBatchMessagesMax,
): void {
  for (let at = 0; at < rows.length; at += size) take(rows.slice(at, at + size));
}
