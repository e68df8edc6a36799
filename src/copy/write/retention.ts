// Dropping what retention allows. Never while anything is held, never what a pin needs, never what is newer than asked; and a
// chart that was dropped says so when the patient comes back (design §5.15, §5.23).

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { CopyCommand } from '../../domain/commands.ts';
import type { Received } from '../../domain/received.ts';
import { limits } from '../../limits.ts';
import { HISTORY_FROM, sequenceAt } from '../moment.ts';
import { DROPPED_ROW, NOTICE_ROW, PERSON_ROW, STAY_ROW } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { Holds } from './holds.ts';
import type { Marks } from './marks.ts';

interface Tools {
  readonly db: Database;
  readonly holds: Holds;
  readonly marks: Marks;
}

export function retain(command: Extract<CopyCommand, { command: 'retain' }>, row: Received, tools: Tools): void {
  const { beforeSeq = 0 } = command;
  if (tools.holds.any || beforeSeq === 0) return;
  dropHistory(tools.db, { before: Math.min(command.historyBefore, tools.marks.wall), beforeSeq });
  dropDischarged(tools.db, { before: Math.min(command.dischargedBefore, tools.marks.wall), beforeSeq }, row);
}

/** Old by the wall clock, and of rows that have surely been here so long: one clock that is wrong drops nothing. */
interface Bounds {
  readonly before: number;
  readonly beforeSeq: number;
}

/** Versions that ceased to hold before the time asked, unless a pin lies within them. */
function dropHistory(db: Database, { before, beforeSeq }: Bounds): void {
  const seq = Math.min(sequenceAt(db, before), beforeSeq);
  db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)').run(
    HISTORY_FROM,
    seq,
  );
  const unpinned = (table: string): string =>
    `NOT EXISTS (SELECT 1 FROM setting p WHERE p.name = 'pin' AND p.until = ${FOREVER}
      AND p.since >= ${table}.since AND p.since < ${table}.until)`;
  for (const table of ['fact', 'link', 'setting']) {
    db.prepare(`DELETE FROM ${table} WHERE until <= ? AND until < ${FOREVER} AND ${unpinned(table)}`).run(seq);
  }
  const pins = db.prepare<[], number | null>("SELECT min(since) FROM setting WHERE name = 'pin'").pluck().get() ?? seq;
  db.prepare('DELETE FROM mark WHERE seq < (SELECT max(seq) FROM mark WHERE seq <= ?)').run(Math.min(seq, pins));
  db.prepare(`DELETE FROM fact WHERE part = ${NOTICE_ROW} AND since < ? AND until = ${FOREVER}`).run(seq);
  db.prepare("DELETE FROM outcome WHERE seq < ? AND outcome IN ('applied', 'unread', 'left-out')").run(seq);
}

/**
 * The clinical content of those whose last stay ended before the time asked, and of whom nothing has come since. Who they are
 * stays, so that a search still finds them; a mark says that a chart was dropped.
 */
function dropDischarged(db: Database, { before, beforeSeq }: Bounds, row: Received): void {
  const pinned = db
    .prepare<[], number>(`SELECT count(*) FROM setting WHERE name = 'pin' AND until = ${FOREVER}`)
    .pluck();
  if (pinned.get() !== 0) return;
  const units = db.prepare<[], string>('SELECT DISTINCT unit FROM fact WHERE unit IS NOT NULL').pluck().all();
  const ended = db
    .prepare<[string, number], number>(
      `SELECT DISTINCT identity FROM fact WHERE unit = ? AND until = ${FOREVER} AND at < ? ORDER BY identity`,
    )
    .pluck();
  const keeps = db
    .prepare<[number, number, number], number>(
      `SELECT 1 FROM fact WHERE identity = ? AND until = ${FOREVER} AND part <> ${DROPPED_ROW}
       AND (received >= ? OR since >= ? OR (part = ${STAY_ROW} AND at = ${FOREVER})) LIMIT 1`,
    )
    .pluck();
  const drop = db.prepare(`DELETE FROM fact WHERE identity = ? AND part NOT IN (${PERSON_ROW}, ${DROPPED_ROW})`);
  const mark = db.prepare(
    `INSERT OR REPLACE INTO fact (identity, part, until, at, key, source, since, state, event, received, stamp, body)
     VALUES (?, ${DROPPED_ROW}, ${FOREVER}, 0, '=dropped', '', ?, '', ?, ?, ?, '{}')`,
  );
  const unmark = db.prepare(`DELETE FROM fact WHERE identity = ? AND part = ${DROPPED_ROW}`);
  const tiedTo = tiesOf(db);
  const wall = row.arrival.wallMs;
  for (const unit of units) {
    for (const identity of ended.all(unit, before)) {
      if (tiedTo(identity).some((number) => keeps.get(number, before, beforeSeq) !== undefined)) continue;
      drop.run(identity);
      unmark.run(identity);
      mark.run(identity, row.seq, wall, wall, wall);
    }
  }
}

/**
 * Every number that any source says is this person, by merge or list, the number itself first: what came under an old number is the
 * chart of who lies in bed under the new one. Ties that a reader would not follow count too: in doubt nothing is dropped.
 */
function tiesOf(db: Database): (identity: number) => readonly number[] {
  const ties = db
    .prepare<[number], number>(
      `SELECT DISTINCT b FROM link WHERE a = ? AND until = ${FOREVER} AND active = 1 AND kind <> 'linked' ORDER BY b`,
    )
    .pluck();
  return (identity) => {
    const numbers = new Set([identity]);
    for (const number of numbers) {
      for (const tied of ties.all(number)) if (numbers.size < limits.aliasesMax) numbers.add(tied);
    }
    return [...numbers];
  };
}
