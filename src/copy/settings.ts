// What is decided about sources (declared, held, wholly loaded, heard from) in temporal rows like everything else, so that a
// chart read as of yesterday also knows which feeds it stood on then.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { SourceId } from '../domain/identity.ts';
import { type SourceDeclaration, undeclaredSource } from '../domain/source.ts';
import { FOREVER } from './schema.ts';

const SETTING_NAMES = [
  'source', // a declaration
  'read-as', // the last declaration of a source that has none any more: what was held of it is read as it was sent
  'fed', // since when a part is declared to be fed
  'hold', // a person stopped applying this
  'release', // what was held is being let through, and how far it has come
  'heard', // last arrival of anything, understood or not
  'proof', // last arrival that proves a feed carries; key `*` any message, else the part
  'loading', // a full load has begun
  'loaded', // a full load has ended
  'rebuilt', // older content may be missing, of every source (source '')
  'whole', // since when a part was wholly sent again, by a load that is known whole
  'settled', // a person has gone through what was set aside
  'gap', // messages of this source were left out for good
  'pin', // keep the copy readable as of here
] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

export interface SettingRow {
  readonly source: string;
  readonly key: string;
  readonly since: number;
  readonly body: string;
}

export class Settings {
  readonly #get: Statement<[string, string, string], SettingRow>;
  readonly #all: Statement<[string], SettingRow>;
  readonly #insert: Statement<[string, string, string, number, string]>;
  readonly #close: Statement<[number, string, string, string, number]>;
  readonly #remove: Statement<[string, string, string, number]>;
  readonly #rewrite: Statement<[string, string, string, string]>;
  #declarations: ReadonlyMap<string, SourceDeclaration> | null = null;
  #ended: ReadonlyMap<string, SourceDeclaration> | null = null;

  constructor(db: Database) {
    const place = `name = ? AND source = ? AND key = ? AND until = ${FOREVER}`;
    this.#get = db.prepare(`SELECT source, key, since, body FROM setting WHERE ${place}`);
    this.#all = db.prepare(
      `SELECT source, key, since, body FROM setting WHERE name = ? AND until = ${FOREVER} ORDER BY source, key`,
    );
    this.#insert = db.prepare(
      `INSERT INTO setting (name, source, key, since, until, body) VALUES (?, ?, ?, ?, ${FOREVER}, ?)`,
    );
    this.#close = db.prepare(`UPDATE setting SET until = ? WHERE ${place} AND since = ?`);
    this.#remove = db.prepare(`DELETE FROM setting WHERE ${place} AND since = ?`);
    this.#rewrite = db.prepare(`UPDATE setting SET body = ? WHERE ${place}`);
  }

  get(name: SettingName, source: string, key = ''): SettingRow | undefined {
    return this.#get.get(name, source, key);
  }

  all(name: SettingName): SettingRow[] {
    return this.#all.all(name);
  }

  put(name: SettingName, source: string, key: string, seq: number, body: unknown): void {
    const text = JSON.stringify(body);
    const kept = this.#get.get(name, source, key);
    if (kept?.body === text) return;
    if (kept !== undefined) this.#end(name, kept, seq);
    this.#insert.run(name, source, key, seq, text);
    this.#changed(name);
  }

  drop(name: SettingName, source: string, key: string, seq: number): void {
    const kept = this.#get.get(name, source, key);
    if (kept !== undefined) this.#end(name, kept, seq);
    this.#changed(name);
  }

  /** In place: for the clock hands of a feed, of which a version a minute is history enough. */
  rewrite(name: SettingName, source: string, key: string, body: unknown): void {
    this.#rewrite.run(JSON.stringify(body), name, source, key);
  }

  #end(name: SettingName, kept: SettingRow, seq: number): void {
    if (kept.since === seq) this.#remove.run(name, kept.source, kept.key, seq);
    else this.#close.run(seq, name, kept.source, kept.key, kept.since);
  }

  declarations(): ReadonlyMap<string, SourceDeclaration> {
    this.#declarations ??= this.#read('source');
    return this.#declarations;
  }

  /**
   * How what a source sent is read: as it is declared, or as it last was. A source renamed while it was held sent its places and
   * numbers by the old declaration, whatever is declared when it is released.
   */
  readingOf(source: SourceId): SourceDeclaration {
    this.#ended ??= this.#read('read-as');
    return this.declarations().get(source) ?? this.#ended.get(source) ?? undeclaredSource(source, source);
  }

  #read(name: 'source' | 'read-as'): ReadonlyMap<string, SourceDeclaration> {
    return new Map(this.all(name).map(({ source, body }) => [source, JSON.parse(body) as SourceDeclaration]));
  }

  #changed(name: SettingName): void {
    if (name === 'source' || name === 'read-as') this.forget();
  }

  forget(): void {
    this.#declarations = null;
    this.#ended = null;
  }
}
