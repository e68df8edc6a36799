// One number for everything a copy holds: two copies made from the same inbox have the same, whatever batches they were made in
// (design §5.18). Left out: attempts, since how often a row was tried is no part of what it says; and the index of names, which
// answers what the table of names says and whose pieces depend on the batches.

import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';

const ORDERED: Readonly<Record<string, string>> = {
  meta: 'name',
  identity: 'no',
  fact: 'identity, part, until, at, key, source, since',
  link: 'a, until, b, kind, source, owner, since',
  setting: 'name, source, key, until, since',
  outcome: 'seq',
  outcome_about: 'identity, seq',
  mark: 'seq',
  name: 'identity, source',
};

export function copyDigest(db: Database): string {
  const hash = createHash('sha256');
  for (const [table, order] of Object.entries(ORDERED)) {
    hash.update(`\n${table}\n`);
    for (const row of db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY ${order}`).iterate())
      for (const [name, value] of Object.entries(row)) {
        hash.update(`${name}:`);
        hash.update(value instanceof Uint8Array ? value : `${typeof value} ${String(value)}`);
        hash.update('\0');
      }
  }
  return hash.digest('hex');
}
