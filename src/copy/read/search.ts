// Finding a patient: by exact number, then by name among those who are here, then by name among everyone (design §6). Bounded,
// so that a common name costs no more than a rare one; and where a bound was reached the answer says so, so that nobody who is
// there is taken for missing.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Patient } from 'fhir/r4';
import { type Identity, type PatientKey, patientKey, type UnitId } from '../../domain/identity.ts';
import type { Stay } from '../../domain/patient-copy.ts';
import { limits } from '../../limits.ts';
import type { Moment } from '../moment.ts';
import { STAY_ROW } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { CensusTools } from './census.ts';
import { readPerson } from './person.ts';
import { askedText, numbersLike, SearchWords } from './search-words.ts';
import type { SourcesAt } from './sources.ts';
import { isGoingOn, isGone } from './stays.ts';

export interface SearchHit {
  readonly key: PatientKey;
  readonly identity: Identity;
  readonly person: Patient | null;
  /** The stay that says where the person is now; null when not here, and to outsiders when `isProtected`. */
  readonly stay: Stay | null;
  /** When not here: the stay that is planned, or of which nobody has said that it began. Null likewise. */
  readonly expected: Stay | null;
  readonly isProtected: boolean;
  /** Why it was found: the number, the name among those who are, or are expected, in the unit or the house, or among everyone. */
  readonly found: 'number' | 'unit' | 'house' | 'everyone';
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** More people fit than these: more letters, or the number, are needed to be sure. */
  readonly isCut: boolean;
  /** False: too few letters, only those who are here or expected were looked through. */
  readonly isEveryoneSearched: boolean;
}

export interface SearchOptions {
  /** Whose patients come first. Who asks from elsewhere is an outsider to people with protected identity (hazard H27). */
  readonly unit?: UnitId;
  readonly limit?: number;
}

interface NameRow {
  readonly identity: number;
  readonly folded: string;
  readonly written: string;
}

interface PresentRow extends NameRow {
  readonly unit: string;
}

/** Somebody whose name fits. */
interface Candidate {
  readonly no: number;
  readonly found: 'unit' | 'house' | 'everyone';
  readonly rank: number;
  readonly name: string;
}

/** More series than these giving one number to different people is a fault in a source. */
const SAME_NUMBER_MAX = 20;

/** Of those who fit equally well and can't all be shown, so many times as many are looked at, to show the first by name. */
const SPARE = 3;

const OPEN_STAY = `f.until = ${FOREVER} AND f.at = ${FOREVER} AND f.part = ${STAY_ROW}`;
/** The store compares names, we see only those that may fit. */
const PRESENT_NAMES = `
CROSS JOIN name n ON n.identity = f.identity
WHERE instr(' ' || n.folded, ?) > 0 AND instr(' ' || n.folded, ?) > 0 AND instr(' ' || n.folded, ?) > 0`;

export class SearchReader {
  readonly #tools: CensusTools;
  readonly #byNumber: Statement<[string], number>;
  readonly #isKept: Statement<[number], number>;
  readonly #byName: Statement<[string, number], number>;
  readonly #names: Statement<[number], NameRow>;
  readonly #unitsOf: Statement<[number], string>;
  readonly #inUnit: Statement<[string, number, string, string, string], PresentRow>;
  readonly #inHouse: Statement<[number, string, string, string], PresentRow>;
  readonly #present: Statement<[number], number>;

  constructor(db: Database, tools: CensusTools) {
    this.#tools = tools;
    this.#byNumber = db
      .prepare<[string], number>(`SELECT no FROM identity WHERE id = ? ORDER BY domain LIMIT ${SAME_NUMBER_MAX}`)
      .pluck();
    this.#isKept = db.prepare<[number], number>('SELECT 1 FROM fact WHERE identity = ? LIMIT 1').pluck();
    this.#byName = db
      .prepare<[string, number], number>('SELECT rowid FROM name_word WHERE name_word MATCH ? LIMIT ?')
      .pluck();
    this.#names = db.prepare('SELECT identity, folded, written FROM name WHERE identity = ? ORDER BY source');
    this.#unitsOf = db
      .prepare<[number], string>(`SELECT unit FROM fact f WHERE f.identity = ? AND ${OPEN_STAY} AND unit IS NOT NULL`)
      .pluck();
    this.#inUnit = db.prepare(
      `SELECT f.unit, n.identity, n.folded, n.written
       FROM (SELECT unit, identity FROM fact f INDEXED BY fact_unit WHERE f.unit = ? AND ${OPEN_STAY} LIMIT ?) f
       ${PRESENT_NAMES}`,
    );
    // Unit by unit, so that ended stays are stepped over.
    const house = `
      WITH RECURSIVE u (unit) AS (
        SELECT (SELECT unit FROM fact WHERE unit IS NOT NULL ORDER BY unit LIMIT 1)
        UNION ALL
        SELECT (SELECT unit FROM fact WHERE unit > u.unit ORDER BY unit LIMIT 1) FROM u WHERE u.unit IS NOT NULL
      )
      SELECT f.unit, f.identity FROM u CROSS JOIN fact f INDEXED BY fact_unit ON f.unit = u.unit AND ${OPEN_STAY} LIMIT ?`;
    this.#inHouse = db.prepare(`SELECT f.unit, n.identity, n.folded, n.written FROM (${house}) f ${PRESENT_NAMES}`);
    this.#present = db.prepare<[number], number>(`SELECT count(*) FROM (${house})`).pluck();
  }

  search(text: string, options: SearchOptions, moment: Moment, sources: SourcesAt): SearchAnswer {
    const asked = askedText(text);
    const limit = Math.min(options.limit ?? limits.searchHitsMax, limits.searchHitsMax);
    const words = new SearchWords(asked);
    const isEveryoneSearched = !words.isName || words.letters >= limits.searchEveryoneLettersMin;
    const hits = new Hits(limit, (no, found) => {
      const read = this.#hit(no, { found, unit: options.unit, moment, sources });
      // Found only because they are here: that alone would tell where they are.
      const isToldHere = !isEveryoneSearched && found !== 'number' && read?.hit.found === 'everyone';
      return isToldHere ? null : read;
    });
    for (const no of this.#ofNumbers(numbersLike(asked), moment)) hits.add(no, 'number');
    if (!words.isName) return { hits: hits.list, isCut: hits.isCut, isEveryoneSearched };
    const found = isEveryoneSearched ? this.#everyone(words, options.unit, limit) : this.#here(words, options.unit);
    for (const one of found.candidates) hits.add(one.no, one.found, one);
    return { hits: hits.list, isCut: hits.isCut || found.isCut, isEveryoneSearched };
  }

  /**
   * Who has a number. Somebody of whom nothing is kept (named only in a message that was set aside, without saying whose number it
   * is) is told where there is nobody else, and never beside the one who is meant: they would be two people to whoever asks.
   */
  #ofNumbers(ids: readonly string[], { sequence }: Moment): readonly number[] {
    const found = ids.flatMap((id) => this.#byNumber.all(id));
    if (found.length < 2) return found;
    const kept = found.filter((no) =>
      this.#tools.groups.group(no, sequence).members.some((member) => this.#isKept.get(member.no) !== undefined),
    );
    return kept.length > 0 ? kept : found;
  }

  /** Few enough to look at every one, or the best of them with those who are here before. */
  #everyone(words: SearchWords, unit: UnitId | undefined, limit: number): Found {
    const most = limits.searchNamesReadMax;
    const all = this.#byName.all(words.question, most + 1);
    if (all.length <= most) {
      const candidates = all.flatMap((no) => this.#candidate(no, words, this.#whereIs(no, unit)));
      return { candidates: candidates.sort(byRank), isCut: false };
    }
    const here = this.#here(words, unit).candidates;
    const best = new Map<number, Candidate>();
    for (const question of words.questionsByRank) {
      if (here.length + best.size >= limit) break;
      for (const no of this.#byName.all(question, SPARE * limit))
        if (!best.has(no)) for (const one of this.#candidate(no, words, 'everyone')) best.set(no, one);
    }
    return { candidates: [...here, ...[...best.values()].sort(byRank)], isCut: true };
  }

  /** Who is here, by looking through them: for words that too many people's names begin with. */
  #here(words: SearchWords, unit: UnitId | undefined): Found {
    const most = limits.searchPresentReadMax;
    const rows = [
      ...(unit === undefined ? [] : this.#inUnit.all(unit, most, ...words.forStore)),
      ...this.#inHouse.all(most, ...words.forStore),
    ];
    const best = new Map<number, Candidate>();
    for (const row of rows) {
      const rank = words.rank(row);
      if (rank === null) continue;
      const one: Candidate = {
        no: row.identity,
        found: row.unit === unit ? 'unit' : 'house',
        rank,
        name: row.folded,
      };
      const known = best.get(row.identity);
      if (known === undefined || byRank(one, known) < 0) best.set(row.identity, one);
    }
    const isCut = (this.#present.get(most + 1) ?? 0) > most;
    return { candidates: [...best.values()].sort(byRank), isCut };
  }

  /** Said by several sources, the words of all of them are one name. */
  #candidate(no: number, words: SearchWords, found: Candidate['found']): Candidate[] {
    const rows = this.#names.all(no);
    const name = {
      written: rows.map(({ written }) => written).join(' '),
      folded: rows.map(({ folded }) => folded).join(' '),
    };
    const rank = words.rank(name);
    return rank === null ? [] : [{ no, found, rank, name: name.folded }];
  }

  #whereIs(no: number, unit: UnitId | undefined): Candidate['found'] {
    const units = this.#unitsOf.all(no);
    if (units.length === 0) return 'everyone';
    return unit !== undefined && units.includes(unit) ? 'unit' : 'house';
  }

  #hit(no: number, { found, unit, moment, sources }: HitQuestion): Read | null {
    const { groups, stays, facts } = this.#tools;
    const { members } = groups.group(no, moment.sequence);
    const head = members[0];
    if (head === undefined) return null;
    const { person, isProtected, deletion } = readPerson(members, moment, facts, sources);
    const all = stays.readWithoutBeds(members, moment.sequence, sources).map(({ stay }) => stay);
    if (isGone(deletion, all)) return null;
    // The unit's own list shows its own stays; what is elsewhere is no more the unit's to know than an outsider's.
    const told = isProtected ? all.filter((stay) => unit !== undefined && isOf(unit, stay)) : all;
    const here = told.find(isGoingOn) ?? null;
    const expected = here === null ? (told.find((stay) => isExpected(stay, moment)) ?? null) : null;
    const isPresenceHidden = isProtected && here === null && expected === null;
    const hit = {
      key: patientKey(head.handle),
      identity: head.identity,
      person,
      stay: here,
      expected,
      isProtected,
      found: isPresenceHidden && found !== 'number' ? ('everyone' as const) : found,
    };
    return { hit, numbers: members.map((member) => member.no) };
  }
}

/** As a unit's list counts who is to come (read-census.ts): a stay nobody has said began is waited for three days. */
const isExpected = ({ status, changedAt }: Stay, { wall }: Moment): boolean =>
  status === 'planned' || (status === 'unknown' && wall - changedAt <= limits.dischargedKeptMs);

const isOf = (unit: UnitId, { unit: on, plannedUnit }: Stay): boolean => on === unit || plannedUnit === unit;

const NEAREST = ['unit', 'house', 'everyone'] as const;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byNearness = (a: Candidate, b: Candidate): number =>
  NEAREST.indexOf(a.found) - NEAREST.indexOf(b.found) || a.rank - b.rank || compare(a.name, b.name);
const byRank = (a: Candidate, b: Candidate): number => byNearness(a, b) || a.no - b.no;
/** Not by the numbers of this copy, which go by whom it heard of first: every station lists alike. */
const byPerson = (a: SearchHit['identity'], b: SearchHit['identity']): number =>
  compare(a.id, b.id) || compare(a.domain, b.domain);

interface Found {
  /** Best first. */
  readonly candidates: readonly Candidate[];
  readonly isCut: boolean;
}

interface HitQuestion {
  readonly found: SearchHit['found'];
  readonly unit: UnitId | undefined;
  readonly moment: Moment;
  readonly sources: SourcesAt;
}

interface Read {
  readonly hit: SearchHit;
  readonly numbers: readonly number[];
}

/** One line a person, however many numbers and names led there. */
class Hits {
  readonly #list: { readonly hit: SearchHit; readonly candidate: Candidate | null }[] = [];
  readonly #limit: number;
  readonly #read: (no: number, found: SearchHit['found']) => Read | null;
  readonly #seen = new Set<number>();
  #isCut = false;

  constructor(limit: number, read: (no: number, found: SearchHit['found']) => Read | null) {
    this.#limit = limit;
    this.#read = read;
  }

  /** Somebody else would have been shown had there been room. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** By number first. Whose presence is hidden stands among everyone, as if they were not here: the place in the list would tell. */
  get list(): SearchHit[] {
    const byName = this.#list.flatMap(({ hit, candidate }) =>
      candidate === null ? [] : [{ hit, ...candidate, found: hit.found === 'number' ? candidate.found : hit.found }],
    );
    const byNumber = this.#list.filter(({ candidate }) => candidate === null);
    byName.sort((a, b) => byNearness(a, b) || byPerson(a.hit.identity, b.hit.identity));
    return [...byNumber, ...byName].map(({ hit }) => hit);
  }

  add(no: number, found: SearchHit['found'], candidate: Candidate | null = null): void {
    if (this.#isCut || this.#seen.has(no)) return;
    const read = this.#read(no, found);
    this.#seen.add(no);
    for (const number of read?.numbers ?? []) this.#seen.add(number);
    if (read === null) return;
    if (this.#list.length < this.#limit) this.#list.push({ hit: read.hit, candidate });
    else this.#isCut = true;
  }
}
