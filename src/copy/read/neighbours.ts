// Who else lies on a unit: asked each time a chart is opened, for the warning about names and numbers easily taken for each other
// (hazard H1). A unit is read once and then kept, one line a person, as long as nothing any source says of who that person is and
// where has changed; what proves it is read anew at every question.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Patient } from 'fhir/r4';
import { type Identity, type PatientKey, patientKey, type UnitId } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import type { Moment } from '../moment.ts';
import { PERSON_ROW, STAY_ROW } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import type { CensusTools } from './census.ts';
import { PERSON_ROWS_MAX, readPerson } from './person.ts';
import type { SourcesAt } from './sources.ts';
import { isGone, isSamePlace, STAYS_MAX } from './stays.ts';

/** Somebody on the unit now; one line a place. */
export interface Neighbour {
  readonly key: PatientKey;
  readonly identity: Identity;
  readonly person: Patient | null;
  readonly room: string | null;
  readonly bed: string | null;
}

/** More numbers than this on one unit, merged ones counted, is a fault in a source: read then, and never kept. */
const NUMBERS_MAX = 5_000;

/** Whom any source tells an open stay of on the unit: read from the index alone, and those who have left are not touched. */
const LYING = `
SELECT DISTINCT identity FROM fact INDEXED BY fact_unit
WHERE unit = @unit AND until > @sequence AND since <= @sequence AND at = ${FOREVER} AND part = ${STAY_ROW}`;

/**
 * Everything from which a person and a bed are put together, as one text a number: the ties to other numbers, and which rows of
 * person and stay hold for each of these. A row is never changed but for its stamps, which stand in the text.
 */
const rowsOf = (part: number, rowsMax: number): string => `
coalesce((SELECT group_concat(key || ' ' || source || ' ' || since || ' ' || stamp || ' ' || coalesce(stamp_sequence, '') || ' '
  || coalesce(stamps, ''), ';')
  FROM (SELECT key, source, since, stamp, stamp_sequence, stamps FROM fact WHERE identity = no AND part = ${part}
    AND until = ${FOREVER} ORDER BY at DESC, key, source LIMIT ${rowsMax})), '')`;
const MARKS = `
WITH RECURSIVE lying (root) AS (${LYING}),
tied (root, no) AS (
  SELECT root, root FROM lying
  UNION SELECT root, b FROM tied JOIN link ON a = no AND until = ${FOREVER}
  LIMIT ${NUMBERS_MAX}
)
SELECT root AS no, count(*) AS numbers, group_concat(no || ':'
  || coalesce((SELECT group_concat(b || ' ' || kind || ' ' || source || ' ' || owner || ' ' || since || ' ' || active, ';')
    FROM link WHERE a = no AND until = ${FOREVER}), '') || '|'
  || ${rowsOf(PERSON_ROW, PERSON_ROWS_MAX)} || '|' || ${rowsOf(STAY_ROW, STAYS_MAX)}) AS marks
FROM tied GROUP BY root`;

type Question = [{ unit: string; sequence: number }];

interface Marked {
  readonly no: number;
  readonly numbers: number;
  readonly marks: string;
}

interface KeptUnit {
  /** The connection's own count of commits seen: while it stands nothing at all has changed. */
  dataVersion: unknown;
  declared: string;
  people: ReadonlyMap<number, { readonly marks: string; readonly lines: readonly Neighbour[] }>;
  lines: readonly Neighbour[];
}

export class NeighbourReader {
  readonly #db: Database;
  readonly #tools: CensusTools;
  readonly #lying: Statement<Question, number>;
  readonly #marks: Statement<Question, Marked>;
  /** By unit, the one asked for longest ago first. */
  readonly #kept = new Map<UnitId, KeptUnit>();

  constructor(db: Database, tools: CensusTools) {
    this.#db = db;
    this.#tools = tools;
    this.#lying = db.prepare<Question, number>(LYING).pluck();
    this.#marks = db.prepare(MARKS);
  }

  /** The same list again, as the same objects, where nobody came, went or changed name. */
  read(unit: UnitId, moment: Moment, sources: SourcesAt): readonly Neighbour[] {
    const question = { unit, sequence: moment.sequence };
    // An earlier moment is read as it is asked for: nothing of it may stand in for now.
    if (!moment.isNow)
      return oneAPlace(this.#lying.all(question).flatMap((no) => this.#linesOf(no, unit, moment, sources)));
    const dataVersion = this.#db.pragma('data_version', { simple: true });
    const kept = this.#kept.get(unit);
    this.#kept.delete(unit);
    if (kept !== undefined && kept.dataVersion === dataVersion && kept.declared === sources.declared) {
      this.#kept.set(unit, kept);
      return kept.lines;
    }
    const next = this.#readMarked(this.#marks.all(question), unit, { moment, sources, kept });
    if (next === null)
      return oneAPlace(this.#lying.all(question).flatMap((no) => this.#linesOf(no, unit, moment, sources)));
    this.#keep(unit, { ...next, dataVersion, declared: sources.declared });
    return next.lines;
  }

  #readMarked(
    marked: readonly Marked[],
    unit: UnitId,
    { moment, sources, kept }: { moment: Moment; sources: SourcesAt; kept: KeptUnit | undefined },
  ): Pick<KeptUnit, 'people' | 'lines'> | null {
    if (marked.reduce((sum, { numbers }) => sum + numbers, 0) >= NUMBERS_MAX) return null;
    const known = kept?.declared === sources.declared ? kept.people : undefined;
    let isSame = known?.size === marked.length;
    const people = new Map<number, { marks: string; lines: readonly Neighbour[] }>();
    for (const { no, marks } of marked) {
      const before = known?.get(no);
      if (before?.marks === marks) people.set(no, before);
      else {
        people.set(no, { marks, lines: this.#linesOf(no, unit, moment, sources) });
        isSame = false;
      }
    }
    if (isSame && kept !== undefined) return { people, lines: kept.lines };
    return { people, lines: oneAPlace([...people.values()].flatMap(({ lines }) => lines)) };
  }

  #keep(unit: UnitId, next: KeptUnit): void {
    this.#kept.set(unit, next);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= limits.neighbourUnitsKept) break;
      this.#kept.delete(oldest);
    }
  }

  #linesOf(no: number, unit: UnitId, moment: Moment, sources: SourcesAt): readonly Neighbour[] {
    const { groups, facts, stays } = this.#tools;
    const { sequence } = moment;
    const { members } = groups.group(no, sequence);
    const head = members[0];
    if (head === undefined) return [];
    const told = stays.readWithoutBeds(members, sequence, sources).map(({ stay }) => stay);
    const here = told.filter((stay) => stay.unit === unit && stay.status === 'present');
    const places = here.filter((stay, at) => !here.slice(0, at).some((before) => isSamePlace(before, stay)));
    if (places.length === 0) return [];
    const { person, deletion } = readPerson(members, moment, facts, sources);
    if (isGone(deletion, told)) return [];
    return places.map(({ room, bed }) => ({
      key: patientKey(head.handle),
      identity: head.identity,
      person,
      room,
      bed,
    }));
  }
}

/** Somebody who lies there under two numbers of theirs is found under both. */
const oneAPlace = (lines: readonly Neighbour[]): readonly Neighbour[] => [
  ...new Map(lines.map((line) => [JSON.stringify([line.key, line.room, line.bed]), line])).values(),
];
