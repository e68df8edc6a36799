// Writes rows of the inbox together with the pack that holds their bytes, each pack's chain built on the one before.

import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { RECEIVED_FORMATS } from '../domain/received.ts';
import { PACK_BYTES_MAX, pack } from './inbox-pack.ts';
import type { InboxItem } from './inbox-rows.ts';
import type { NameTable } from './inbox-schema.ts';

/** A row being written: where its bytes lie is known once its pack is made. */
export interface NewRow {
  readonly item: InboxItem;
  readonly seq: number;
  readonly sha256: Buffer;
}

export const CHAIN_BYTES = 32;

export class PackWriter {
  readonly #sources: NameTable;
  readonly #boots: NameTable;
  readonly #insertRow;
  readonly #insertPack;

  constructor(db: Database, sources: NameTable, boots: NameTable) {
    this.#sources = sources;
    this.#boots = boots;
    this.#insertRow = db.prepare('INSERT INTO received VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#insertPack = db.prepare('INSERT INTO pack VALUES (?, ?, ?, ?, ?, ?)');
  }

  /** Returns the pack's chain: `keptChain` where what follows builds on one that was there before. */
  write(rows: readonly NewRow[], formerChain: Buffer, keptChain?: Buffer): Buffer {
    const pieces: Uint8Array[] = [];
    const first = rows[0]?.seq ?? 0;
    let start = 0;
    for (const { item, seq, sha256 } of rows) {
      const { arrival, raw, answer } = item;
      pieces.push(raw);
      if (answer !== null) pieces.push(answer);
      this.#insertRow.run(
        seq,
        first,
        start,
        raw.length,
        answer?.length ?? 0,
        this.#sources.id(item.source),
        RECEIVED_FORMATS.indexOf(item.format),
        arrival.wallMs,
        this.#boots.id(arrival.boot),
        arrival.monotonicMs,
        sha256,
        item.controlId,
      );
      start += raw.length + (answer?.length ?? 0);
    }
    const chain = keptChain ?? chainAfter(formerChain, rows);
    const { compressed, bytes, content } = pack(pieces);
    this.#insertPack.run(first, rows.at(-1)?.seq ?? first, chain, compressed ? 1 : 0, bytes, content);
    return chain;
  }
}

export function chainAfter(former: Buffer, rows: readonly NewRow[]): Buffer {
  const sum = createHash('sha256').update(former);
  for (const { item, seq, sha256 } of rows) {
    const { wallMs, boot, monotonicMs } = item.arrival;
    sum.update(JSON.stringify([seq, item.source, item.format, wallMs, boot, monotonicMs, item.controlId]));
    sum.update(sha256);
  }
  return sum.digest();
}

export function* inPacks(rows: readonly NewRow[]): Generator<NewRow[]> {
  let together: NewRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (together.length > 0 && bytes + row.item.raw.length > PACK_BYTES_MAX) {
      yield together;
      together = [];
      bytes = 0;
    }
    together.push(row);
    bytes += row.item.raw.length;
  }
  if (together.length > 0) yield together;
}
