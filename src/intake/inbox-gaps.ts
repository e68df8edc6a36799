// Acknowledged rows that were lost with a file: their numbers are filled with nothing, and everything whole around them stays.

import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { sourceId } from '../domain/identity.ts';
import type { Arrival } from '../domain/time.ts';
import { CHAIN_BYTES, type NewRow, type PackWriter } from './inbox-pack-writer.ts';
import type { InboxItem, InboxPack, InboxRow, InboxRows } from './inbox-rows.ts';

/** The source of what the station itself decides. */
export const STATION = sourceId('station');

const PLACEHOLDER = Buffer.from('{"command":"tick"}');
/** A row with this content stands where another was lost. */
export const PLACEHOLDER_SHA256 = hash('sha256', PLACEHOLDER, 'buffer');
const PLACEHOLDERS_A_PACK = 1000;

const LOST = `INSERT INTO lost VALUES (?, ?, ?)
  ON CONFLICT (first) DO UPDATE SET last = max(last, excluded.last), noticed_ms = excluded.noticed_ms`;

/** A whole row of a pack in which others are lost; `end`, `chain`: that pack's. */
interface CutRow extends NewRow {
  readonly end: number;
  readonly chain: Buffer;
}

export class GapRepair {
  readonly #db: Database;
  readonly #rows: InboxRows;
  readonly #packs: PackWriter;

  constructor(db: Database, rows: InboxRows, packs: PackWriter) {
    this.#db = db;
    this.#rows = rows;
    this.#packs = packs;
  }

  /** Inside the caller's transaction. */
  fill({ first, last }: { readonly first: number; readonly last: number }, arrival: Arrival): void {
    const cut = this.#cutOut(first, last);
    this.#writeAgain(cut.filter(({ seq }) => seq < first));
    this.#writePlaceholders(first, last, arrival);
    this.#writeAgain(cut.filter(({ seq }) => seq > last));
    // Sent again, a lost message must be taken for a new one.
    this.#db.prepare('DELETE FROM repetition WHERE seq BETWEEN ? AND ?').run(first, last);
    this.#db.prepare(LOST).run(first, last, arrival.wallMs);
  }

  /** Takes out the packs that reach into these numbers, and returns what is whole in them besides. */
  #cutOut(first: number, last: number): CutRow[] {
    const packs = this.#db
      .prepare<[number, number], InboxPack>('SELECT * FROM pack WHERE first <= ? AND last >= ? ORDER BY first')
      .all(last, first);
    const inPack = this.#db.prepare<[number, number, number], InboxRow>(
      'SELECT * FROM received WHERE seq BETWEEN ? AND ? AND pack = ? ORDER BY seq',
    );
    const whole: CutRow[] = [];
    for (const each of packs) {
      for (const row of inPack.all(each.first, each.last, each.first)) {
        const item = row.seq >= first && row.seq <= last ? undefined : this.#rows.itemOf(row);
        if (item !== undefined)
          whole.push({ item, seq: row.seq, sha256: row.sha256, end: each.last, chain: each.chain });
      }
    }
    const drop = this.#db.prepare('DELETE FROM received WHERE seq = ?');
    for (const { seq } of whole) drop.run(seq);
    this.#db.prepare('DELETE FROM received WHERE seq BETWEEN ? AND ?').run(first, last);
    for (const each of packs) this.#db.prepare('DELETE FROM pack WHERE first = ?').run(each.first);
    return whole;
  }

  /** A pack never jumps over a number. One that ends where its former did keeps that one's chain: what follows builds on it. */
  #writeAgain(rows: readonly CutRow[]): void {
    let from = 0;
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1];
      if (next?.seq === row.seq + 1 && next.end === row.end) continue;
      const together = rows.slice(from, index + 1);
      const former = this.#chainBefore(together[0]?.seq ?? 0);
      this.#packs.write(together, former, row.seq === row.end ? row.chain : undefined);
      from = index + 1;
    }
  }

  #writePlaceholders(first: number, last: number, arrival: Arrival): void {
    const [raw, sha256] = [PLACEHOLDER, PLACEHOLDER_SHA256];
    const item: InboxItem = { source: STATION, format: 'command', arrival, raw, controlId: null, answer: null };
    let chain = this.#chainBefore(first);
    for (let from = first; from <= last; from += PLACEHOLDERS_A_PACK) {
      const end = Math.min(last, from + PLACEHOLDERS_A_PACK - 1);
      const rows = Array.from({ length: end - from + 1 }, (_, index) => ({ item, seq: from + index, sha256 }));
      chain = this.#packs.write(rows, chain);
    }
  }

  #chainBefore(seq: number): Buffer {
    const before = this.#db
      .prepare<[number], { chain: Buffer }>('SELECT chain FROM pack WHERE first < ? ORDER BY first DESC LIMIT 1')
      .get(seq);
    return (
      before?.chain ??
      this.#db.prepare<[], { chain: Buffer }>('SELECT chain FROM purged').get()?.chain ??
      Buffer.alloc(CHAIN_BYTES)
    );
  }
}
