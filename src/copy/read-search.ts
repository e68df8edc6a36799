// Finding a patient: by exact number, then by name among those who are here, then by name among everyone (design §6). Bounded,
// so that a common name never blocks another reader.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Patient } from 'fhir/r4';
import { type Identity, type PatientKey, patientKey, type UnitId } from '../domain/identity.ts';
import type { Stay } from '../domain/patient-copy.ts';
import { limits } from '../limits.ts';
import { fold, wordsOf } from './names.ts';
import { STAY_ROW } from './part-codes.ts';
import type { CensusTools } from './read-census.ts';
import type { Moment } from './read-moment.ts';
import { readPerson } from './read-person.ts';
import type { SourcesAt } from './read-sources.ts';
import { FOREVER } from './schema.ts';

export interface SearchHit {
  readonly key: PatientKey;
  readonly identity: Identity;
  readonly person: Patient | null;
  /** The stay that says where the person is now; null when not here. Hidden from outsiders when `isProtected`. */
  readonly stay: Stay | null;
  readonly isProtected: boolean;
  /** Why it was found: the number, the name among the unit's or the house's patients, or the name among everyone. */
  readonly found: 'number' | 'unit' | 'house' | 'everyone';
}

export interface SearchOptions {
  readonly unit?: UnitId;
  readonly limit?: number;
}

interface NameRow {
  readonly identity: number;
  readonly folded: string;
  readonly written: string;
}

/** Names looked through for one search: a rare pair of common words is given up on rather than waited for. */
const NAMES_READ_MAX = 40_000;

export class SearchReader {
  readonly #tools: CensusTools;
  readonly #byNumber: Statement<[string], number>;
  readonly #present: Statement<[string, string, string, string], NameRow & { readonly unit: string }>;
  readonly #byName: Statement<[string, string, string, string], NameRow>;

  constructor(db: Database, tools: CensusTools) {
    this.#tools = tools;
    this.#byNumber = db
      .prepare<[string], number>('SELECT no FROM identity WHERE id = ? ORDER BY domain LIMIT 20')
      .pluck();
    // Unit by unit, so that ended stays are stepped over; the store compares names, we see only those that fit.
    this.#present = db.prepare(
      `WITH RECURSIVE u (unit) AS (
         SELECT (SELECT unit FROM fact WHERE unit IS NOT NULL ORDER BY unit LIMIT 1)
         UNION ALL
         SELECT (SELECT unit FROM fact WHERE unit > u.unit ORDER BY unit LIMIT 1) FROM u WHERE u.unit IS NOT NULL
       )
       SELECT f.unit, n.identity, n.folded, n.written FROM u
       CROSS JOIN fact f INDEXED BY fact_unit
         ON f.unit = u.unit AND f.until = ${FOREVER} AND f.at = ${FOREVER} AND f.part = ${STAY_ROW}
       CROSS JOIN name n INDEXED BY name_of_identity ON n.identity = f.identity
       WHERE n.folded >= ? AND n.folded < ? AND instr(' ' || n.folded, ?) > 0 AND instr(' ' || n.folded, ?) > 0
       ORDER BY f.unit, n.identity, n.source, n.folded`,
    );
    this.#byName = db.prepare(
      `SELECT identity, folded, written FROM (
         SELECT identity, folded, written FROM name WHERE folded >= ? AND folded < ? ORDER BY folded LIMIT ${NAMES_READ_MAX}
       ) WHERE instr(' ' || folded, ?) > 0 AND instr(' ' || folded, ?) > 0`,
    );
  }

  search(text: string, options: SearchOptions, moment: Moment, sources: SourcesAt): SearchHit[] {
    const asked = text.slice(0, limits.searchTextMax).trim();
    const limit = Math.min(options.limit ?? limits.searchHitsMax, limits.searchHitsMax);
    const hits = new Hits(limit, (no, found) => this.#hit(no, found, moment, sources));
    for (const id of numbersLike(asked)) for (const no of this.#byNumber.all(id)) hits.add(no, 'number');
    const words = wordsOf(asked);
    if (words.length > 0 && !/^\d+$/.test(words.join(''))) this.#byWords(new Words(words), options.unit, hits);
    return hits.list;
  }

  #byWords(words: Words, unit: UnitId | undefined, hits: Hits): void {
    const here: { no: number; found: 'unit' | 'house'; isExact: boolean; name: string }[] = [];
    const [second, third] = words.others;
    for (const row of this.#present.all(words.longest, `${words.longest}\u{10ffff}`, second, third)) {
      if (!words.match(row.folded)) continue;
      const found = row.unit === unit ? 'unit' : 'house';
      here.push({ no: row.identity, found, isExact: words.matchExactly(row.written), name: row.folded });
    }
    here.sort(
      (a, b) =>
        Number(b.found === 'unit') - Number(a.found === 'unit') ||
        Number(b.isExact) - Number(a.isExact) ||
        compare(a.name, b.name),
    );
    for (const { no, found } of here) hits.add(no, found);
    if (words.longest.length < limits.searchEveryoneLettersMin) return;
    this.#everyone(words, hits);
  }

  /** As written first (*Åke* before *Ake* for who wrote å), then as folded. */
  #everyone(words: Words, hits: Hits): void {
    const later: number[] = [];
    const from = words.longest;
    const [second, third] = words.others;
    for (const row of this.#byName.iterate(from, `${from}\u{10ffff}`, second, third)) {
      if (hits.isFull) break;
      if (!words.match(row.folded)) continue;
      if (words.matchExactly(row.written)) hits.add(row.identity, 'everyone');
      else if (later.length < limits.searchHitsMax) later.push(row.identity);
    }
    for (const no of later) hits.add(no, 'everyone');
  }

  #hit(no: number, found: SearchHit['found'], moment: Moment, sources: SourcesAt): Found | null {
    const { groups, stays, facts } = this.#tools;
    const { members } = groups.group(no, moment.sequence);
    const head = members[0];
    if (head === undefined) return null;
    const { person, isProtected, isDeleted } = readPerson(members, moment.sequence, facts, sources);
    if (isDeleted) return null;
    const open = stays.readWithoutBeds(members, moment.sequence, sources).find(({ stay }) => isHere(stay));
    const hit = {
      key: patientKey(head.handle),
      identity: head.identity,
      person,
      stay: open?.stay ?? null,
      isProtected,
      found,
    };
    return { hit, numbers: members.map((member) => member.no) };
  }
}

const isHere = ({ status }: Stay): boolean => status === 'present' || status === 'on-leave';
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Found {
  readonly hit: SearchHit;
  readonly numbers: readonly number[];
}

/** One line a person, however many numbers and names led there. */
class Hits {
  readonly list: SearchHit[] = [];
  readonly #limit: number;
  readonly #read: (no: number, found: SearchHit['found']) => Found | null;
  readonly #seen = new Set<number>();

  constructor(limit: number, read: (no: number, found: SearchHit['found']) => Found | null) {
    this.#limit = limit;
    this.#read = read;
  }

  get isFull(): boolean {
    return this.list.length >= this.#limit;
  }

  add(no: number, found: SearchHit['found']): void {
    if (this.isFull || this.#seen.has(no)) return;
    const read = this.#read(no, found);
    this.#seen.add(no);
    for (const number of read?.numbers ?? []) this.#seen.add(number);
    if (read !== null) this.list.push(read.hit);
  }
}

/** What was asked, as words that each must begin a word of the name. */
class Words {
  readonly longest: string;
  readonly #folded: readonly string[];
  readonly #written: readonly string[];

  constructor(written: readonly string[]) {
    this.#written = written;
    this.#folded = written.map(fold);
    this.longest = this.#folded.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
  }

  /** Two more words as they stand in a name after a space, or nothing: the store sorts out most names before we see them. */
  get others(): readonly [string, string] {
    const [second = '', third = ''] = this.#folded.filter((word) => word !== this.longest).map((word) => ` ${word}`);
    return [second, third];
  }

  match(folded: string): boolean {
    return this.#folded.every((word) => begins(folded, word));
  }

  matchExactly(written: string): boolean {
    return this.#written.every((word) => begins(written, word));
  }
}

const begins = (name: string, word: string): boolean => name.startsWith(word) || name.includes(` ${word}`);

/**
 * A number as people type it: with or without hyphen, the century left out. Ten digits name two possible people, and both are
 * shown: a search offers, it never decides (knowledge b1).
 */
function numbersLike(text: string): string[] {
  const bare = text.replace(/[\s+-]/g, '').toUpperCase();
  if (bare.length < 4 || !/\d/.test(bare)) return [text];
  const withCentury = /^\d{10}$/.test(bare) ? [`19${bare}`, `20${bare}`, `18${bare}`] : [];
  return [...new Set([text, bare, ...withCentury])];
}
