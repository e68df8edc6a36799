// The writer's hands on the temporal table: find what holds, let it cease, let something new hold. Every change of a chart goes
// through `replace`, so that no version is ever overwritten.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Notice } from '../../domain/patient-copy.ts';
import type { KeptText } from '../kept-text.ts';
import { HIDDEN, NOTICE_ROW, STAY_ROW, SYSTEM } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { Stamp } from '../stamps.ts';
import { KeptRows } from './kept-rows.ts';

/** A row as it lies on disk. */
export interface FactRow {
  readonly identity: number;
  readonly part: number;
  readonly at: number;
  readonly key: string;
  readonly source: string;
  readonly since: number;
  readonly state: string;
  /** Event time of the message that gave this content; `stamp` may be later, when the same was said again. */
  readonly event: number;
  readonly received: number;
  readonly stamp: number;
  readonly stamp_sequence: number | null;
  readonly stamps: string | null;
  /** Of a stay the unit it stands on. */
  readonly unit: string | null;
  /** The unit that a stay is planned to, or that a booking takes place at. */
  readonly planned: string | null;
  readonly orders: string | null;
  /**
   * `source`: the key is the source's own and can stand under one person only. `whole`: what is kept is all the source says of it;
   * null: what its messages have said, element by element.
   */
  readonly scope: 'source' | 'whole' | null;
  /** When a full load of the source ended that did not contain this; null when none did since it was last said. */
  readonly unlisted: number | null;
  readonly body: KeptText;
  readonly members: KeptText | null;
  /** What an observation's own value was before it changed (former.ts); null: nothing else. */
  readonly former: KeptText | null;
}

export const FACT_COLUMNS =
  'identity, part, at, key, source, since, state, event, received, stamp, stamp_sequence, stamps, unit, planned, orders, scope, unlisted, body, members, former';

export const stampOfRow = (row: FactRow): Stamp => ({ event: row.stamp, sequence: row.stamp_sequence });

export class Facts {
  readonly #findIn: Statement<[string, string, number, number], FactRow>;
  readonly #findResource: Statement<[string, string, number], FactRow>;
  readonly #findAnywhere: Statement<[string, string], FactRow>;
  readonly #findInView: Statement<[string, string], FactRow>;
  readonly #findStays: Statement<[string, string], FactRow>;
  readonly #inPart: Statement<[number, number, string], FactRow>;
  readonly #ofMoment: Statement<[number, number, number, string], FactRow>;
  readonly #all: Statement<[number, string], FactRow>;
  readonly #close: Statement<[number, number, number, number, string, string, number]>;
  readonly #remove: Statement<[number, number, number, string, string, number]>;
  readonly #insert: Statement<unknown[]>;
  readonly #restamp: Statement<[number, number | null, string | null, number, number, number, string, string, number]>;
  readonly #kept = new KeptRows<FactRow>();

  constructor(db: Database) {
    const open = `until = ${FOREVER}`;
    const place = `identity = ? AND part = ? AND until = ${FOREVER} AND at = ? AND key = ? AND source = ? AND since = ?`;
    const byKey = `SELECT ${FACT_COLUMNS} FROM fact INDEXED BY fact_open WHERE source = ? AND key = ? AND ${open}`;
    this.#findIn = db.prepare(`${byKey} AND identity = ? AND part = ?`);
    this.#findResource = db.prepare(`${byKey} AND identity = ? AND part < ${SYSTEM}`);
    this.#findAnywhere = db.prepare(`${byKey} AND scope = 'source' ORDER BY identity, part`);
    this.#findInView = db.prepare(`${byKey} AND part < ${HIDDEN} ORDER BY identity`);
    this.#findStays = db.prepare(`${byKey} AND part = ${STAY_ROW} ORDER BY identity`);
    this.#inPart = db.prepare(
      `SELECT ${FACT_COLUMNS} FROM fact WHERE identity = ? AND part = ? AND ${open} AND source = ? ORDER BY at DESC, key`,
    );
    this.#ofMoment = db.prepare(
      `SELECT ${FACT_COLUMNS} FROM fact WHERE identity = ? AND part = ? AND ${open} AND at = ? AND source = ? ORDER BY key`,
    );
    this.#all = db.prepare(
      `SELECT ${FACT_COLUMNS} FROM fact WHERE identity = ? AND ${open} AND source = ? ORDER BY part, at DESC, key`,
    );
    this.#close = db.prepare(`UPDATE fact SET until = ? WHERE ${place}`);
    this.#remove = db.prepare(`DELETE FROM fact WHERE ${place}`);
    this.#insert = db.prepare(
      `INSERT INTO fact (${FACT_COLUMNS}, until) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?, ${FOREVER})`,
    );
    this.#restamp = db.prepare(`UPDATE fact SET stamp = ?, stamp_sequence = ?, stamps = ? WHERE ${place}`);
  }

  /** After a rollback, or when rows were dropped: what is kept is asked for again. */
  forget(): void {
    this.#kept.forget();
  }

  /** The row of one key in one part. */
  find(source: string, key: string, identity: number, part: number): FactRow | undefined {
    return this.#kept.row(source, key, identity, part, () => this.#findIn.get(source, key, identity, part));
  }

  /** A found row's content, read at most once. Whoever is given it must not change it. */
  read<T>(row: FactRow, read: (row: FactRow) => T): T {
    return this.#kept.body(row, read);
  }

  /** The resource of this key, in whichever part it stands, hidden or not. */
  findResource(source: string, key: string, identity: number): FactRow | undefined {
    return this.#findResource.get(source, key, identity);
  }

  /** Rows of a source's own key, whoever they stand under. */
  findAnywhere(source: string, key: string): FactRow[] {
    return this.#findAnywhere.all(source, key);
  }

  /** The resource of this key in view, whoever it stands under. */
  findInView(source: string, key: string): FactRow[] {
    return this.#findInView.all(source, key);
  }

  /** A stay under a visit number, whoever's. */
  findStays(source: string, key: string): FactRow[] {
    return this.#findStays.all(source, key);
  }

  inPart(identity: number, part: number, source: string): FactRow[] {
    return this.#inPart.all(identity, part, source);
  }

  /** What a source says of one clinical moment. */
  ofMoment(identity: number, part: number, at: number, source: string): FactRow[] {
    return this.#ofMoment.all(identity, part, at, source);
  }

  /** A person's stays as this source has told them. */
  stays(identity: number, source: string): readonly FactRow[] {
    return this.#kept.stays(identity, source, () => this.inPart(identity, STAY_ROW, source));
  }

  /** Everything a source now says of one identity, history excepted. */
  ofIdentity(identity: number, source: string): FactRow[] {
    return this.#all.all(identity, source);
  }

  /** The row ceases to hold at `seq`. A row of the same commit never held at all. */
  close(row: FactRow, seq: number): void {
    if (row.since === seq) this.#remove.run(row.identity, row.part, row.at, row.key, row.source, row.since);
    else this.#close.run(seq, row.identity, row.part, row.at, row.key, row.source, row.since);
    this.#kept.closed(row);
  }

  insert(row: FactRow): void {
    this.#insert.run(
      row.identity,
      row.part,
      row.at,
      row.key,
      row.source,
      row.since,
      row.state,
      row.event,
      row.received,
      row.stamp,
      row.stamp_sequence,
      row.stamps,
      row.unit,
      row.planned,
      row.orders,
      row.scope,
      row.unlisted,
      row.body,
      row.members,
      row.former,
    );
    this.#kept.inserted(row);
  }

  replace(kept: FactRow | undefined, next: FactRow): void {
    if (kept !== undefined) this.close(kept, next.since);
    this.insert(next);
  }

  /** The same content said again later: nothing a reader sees has changed, but older messages must now stand back. */
  restamp(row: FactRow, stamp: Stamp, stamps: string | null): void {
    if (row.stamp === stamp.event && row.stamp_sequence === stamp.sequence && row.stamps === stamps) return;
    this.#restamp.run(
      stamp.event,
      stamp.sequence,
      stamps,
      row.identity,
      row.part,
      row.at,
      row.key,
      row.source,
      row.since,
    );
    this.#kept.restamped(row, { stamp: stamp.event, stamp_sequence: stamp.sequence, stamps });
  }

  /** Tells every later reader of this person that something happened. The same `name` again replaces what was told. */
  notice(identity: number, name: string, act: Act, notice: Omit<Notice, 'source' | 'at'>): void {
    const key = `=${notice.kind}/${name}`;
    const body = JSON.stringify({ kind: notice.kind, detail: notice.detail, part: notice.part });
    const kept = this.find(act.source, key, identity, NOTICE_ROW);
    this.replace(kept, { ...plainRow(act), identity, part: NOTICE_ROW, at: act.received, key, state: '', body });
  }
}

/** One message being applied: whose it is, when it came and when it happened. */
export interface Act {
  /** Commit sequence: the message's own, or that of the release that let it through. */
  readonly seq: number;
  readonly source: string;
  readonly stamp: Stamp;
  /** Wall clock of arrival, ms UTC. */
  readonly received: number;
  readonly alarm: (
    code: 'unmatched-withdrawal' | 'identity-conflict' | 'merge-refused' | 'bed-conflict' | 'other',
    detail: string,
  ) => void;
}

/** A new row of this message, to be completed. */
export const plainRow = (act: Omit<Act, 'alarm'>) => ({
  source: act.source,
  since: act.seq,
  event: act.stamp.event,
  received: act.received,
  stamp: act.stamp.event,
  stamp_sequence: act.stamp.sequence,
  stamps: null,
  unit: null,
  planned: null,
  orders: null,
  scope: null,
  unlisted: null,
  members: null,
  former: null,
});

export const isHidden = ({ part }: Pick<FactRow, 'part'>): boolean => part >= HIDDEN && part < SYSTEM;
