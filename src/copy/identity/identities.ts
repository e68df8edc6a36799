// Who is who, as each source says it: identifier lists, merges and links, each in rows of its own source. Nothing is joined
// here; readers follow the rows (read-identity.ts), so that a merge can be undone exactly and late results find the survivor.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Identity, PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { Recent } from '../recent.ts';
import { FOREVER } from '../schema.ts';
import { laterOf, mayReplace } from '../stamps.ts';
import type { Act } from '../write/facts.ts';

/** Numbers remembered between messages, so that a busy patient costs no look-up; some tens of bytes each. */
const NUMBERS_IN_MEMORY_MAX = 50_000;
const GROUPS_IN_MEMORY_MAX = 10_000;

/** What `b` is to `a`. A merge is written as a pair: the survivor under the subsumed and the other way. */
export type LinkKind = 'listed' | 'survivor' | 'subsumed' | 'linked';

interface LinkRow {
  readonly since: number;
  readonly active: number;
  readonly stamp: number;
  readonly stamp_sequence: number | null;
}

export class Identities {
  readonly #handleOf: (identity: Identity) => PatientKey;
  readonly #numbers = new Recent<number>(NUMBERS_IN_MEMORY_MAX);
  readonly #groups = new Recent<readonly number[]>(GROUPS_IN_MEMORY_MAX);
  #changes = 0;
  readonly #find: Statement<[string, string], number>;
  readonly #insert: Statement<[string, string, string]>;
  readonly #link: Statement<[number, number, string, string, number], LinkRow>;
  readonly #insertLink: Statement<
    [number, number, string, string, number, number, number, number, number | null, number]
  >;
  readonly #closeLink: Statement<[number, number, number, string, string, number, number]>;
  readonly #restampLink: Statement<[number, number | null, number, number, string, string, number, number]>;
  readonly #removeLink: Statement<[number, number, string, string, number, number]>;
  readonly #merged: Statement<[number, string], number>;
  readonly #mergesBetween: Statement<[number, number], { source: string; owner: number }>;

  constructor(db: Database, handleOf: (identity: Identity) => PatientKey) {
    this.#handleOf = handleOf;
    this.#find = db.prepare<[string, string], number>('SELECT no FROM identity WHERE id = ? AND domain = ?').pluck();
    this.#insert = db.prepare('INSERT INTO identity (domain, id, handle) VALUES (?, ?, ?)');
    const place = `a = ? AND until = ${FOREVER} AND b = ? AND kind = ? AND source = ? AND owner = ?`;
    this.#link = db.prepare(`SELECT since, active, stamp, stamp_sequence FROM link WHERE ${place}`);
    this.#insertLink = db.prepare(
      `INSERT INTO link (a, b, kind, source, owner, since, active, stamp, stamp_sequence, received, until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${FOREVER})`,
    );
    this.#closeLink = db.prepare(`UPDATE link SET until = ? WHERE ${place} AND since = ?`);
    this.#restampLink = db.prepare(`UPDATE link SET stamp = ?, stamp_sequence = ? WHERE ${place} AND since = ?`);
    this.#removeLink = db.prepare(`DELETE FROM link WHERE ${place} AND since = ?`);
    this.#merged = db
      .prepare<[number, string], number>(
        `SELECT b FROM link WHERE a = ? AND until = ${FOREVER} AND source = ? AND kind IN ('survivor', 'subsumed')
         AND active = 1 ORDER BY b`,
      )
      .pluck();
    this.#mergesBetween = db.prepare(
      `SELECT source, owner FROM link WHERE a = ? AND until = ${FOREVER} AND b = ? AND kind = 'survivor' AND active = 1
       ORDER BY source, owner`,
    );
  }

  /** The number a person's identity stands under in this copy; given at the first mention. */
  numberOf(identity: Identity): number {
    const name = `${identity.domain}\n${identity.id}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number =
      this.#find.get(identity.id, identity.domain) ??
      Number(this.#insert.run(identity.domain, identity.id, this.#handleOf(identity)).lastInsertRowid);
    this.#numbers.set(name, number);
    return number;
  }

  /** Counts ties said or unsaid: who compares two readings of it knows whether a message changed who is who. */
  get changes(): number {
    return this.#changes;
  }

  /** After a rollback: a number or a merge may have been taken back. */
  forget(): void {
    this.#numbers.clear();
    this.#groups.clear();
  }

  /** Says or unsays a tie in both directions. An older statement never undoes a newer one. */
  tie(kind: 'listed' | 'merge' | 'linked', from: number, to: number, active: boolean, act: Act): boolean {
    const there: LinkKind = kind === 'merge' ? 'survivor' : kind;
    const back: LinkKind = kind === 'merge' ? 'subsumed' : kind;
    const isChanged = this.#say(from, to, there, from, active, act);
    this.#say(to, from, back, from, active, act);
    return isChanged;
  }

  #say(a: number, b: number, kind: LinkKind, owner: number, active: boolean, act: Act): boolean {
    const kept = this.#link.get(a, b, kind, act.source, owner);
    const stated = active ? 1 : 0;
    if (kept !== undefined) {
      const before = { event: kept.stamp, sequence: kept.stamp_sequence };
      if (kept.active === stated) {
        // The same said again later: nothing has changed, but what was said between the two must now stand back.
        const { event, sequence } = laterOf(before, act.stamp);
        this.#restampLink.run(event, sequence, a, b, kind, act.source, owner, kept.since);
        return false;
      }
      if (!mayReplace(act.stamp, before)) return false;
      if (kept.since === act.seq) this.#removeLink.run(a, b, kind, act.source, owner, kept.since);
      else this.#closeLink.run(act.seq, a, b, kind, act.source, owner, kept.since);
    }
    const { event, sequence } = act.stamp;
    this.#changes += 1;
    if (kind !== 'listed') this.#groups.clear();
    this.#insertLink.run(a, b, kind, act.source, owner, act.seq, stated, event, sequence, act.received);
    return active || kept !== undefined;
  }

  /** Everyone this source has merged with the person, the person included. Bounded: a source that merges in circles is faulty. */
  mergedBy(source: string, identity: number): readonly number[] {
    const name = `${identity}/${source}`;
    const known = this.#groups.get(name) ?? this.#readMerged(source, identity);
    this.#groups.set(name, known);
    return known;
  }

  #readMerged(source: string, identity: number): readonly number[] {
    const first = this.#merged.all(identity, source);
    if (first.length === 0) return [identity];
    const group = new Set([identity]);
    const waiting = [...first];
    for (let next = waiting.shift(); next !== undefined && group.size < limits.aliasesMax; next = waiting.shift()) {
      if (group.has(next)) continue;
      group.add(next);
      waiting.push(...this.#merged.all(next, source));
    }
    return [...group];
  }

  /** Which sources now say that one was merged into the other. */
  sourcesMerging(subsumed: number, survivor: number): readonly string[] {
    return this.#mergesBetween.all(subsumed, survivor).map(({ source }) => source);
  }
}
