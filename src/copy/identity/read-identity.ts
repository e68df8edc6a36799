// Which numbers are one person, decided at reading from what every source says: merges join, and identifier lists join too, except
// where that would make one chart of two people (join-identities.ts): then nobody is joined by it, and both charts say so.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Identity } from '../../domain/identity.ts';
import { domainPreference } from '../../domain/identity-domains.ts';
import { limits } from '../../limits.ts';
import { FactReader } from '../fact-reader.ts';
import { readText } from '../kept-text.ts';
import { PERSON_ROW, STAY_ROW } from '../part-codes.ts';
import { FOREVER } from '../schema.ts';
import {
  type Component,
  compare,
  type Edge,
  firstSaid,
  isMerge,
  join,
  type Refusal,
  type Traits,
} from './join-identities.ts';
import { livesOf } from './lives.ts';

interface Known extends Identity {
  readonly no: number;
  readonly handle: string;
}

export interface GroupMember {
  readonly no: number;
  readonly identity: Identity;
  readonly handle: string;
  readonly how: 'head' | 'listed' | 'merged';
  readonly source: string;
  readonly since: number;
}

export interface IdentityGroup {
  /** The head first. */
  readonly members: readonly GroupMember[];
  /** Identities said to be this person and not joined, each with why. */
  readonly conflicts: readonly IdentityConflict[];
  /** Said by a source to be, perhaps, the same person (A24). */
  readonly linked: readonly { readonly identity: Identity; readonly source: string; readonly since: number }[];
}

interface IdentityConflict {
  readonly identity: Identity;
  readonly source: string;
  readonly since: number;
  readonly why: Refusal;
}

/** A link row as of a sequence: still holding ones lie first, those that ceased since then behind them. */
const EDGES = `
SELECT b, kind, source, received FROM link WHERE a = ? AND until = ${FOREVER} AND since <= ? AND active = 1
UNION ALL
SELECT b, kind, source, received FROM link WHERE a = ? AND until > ? AND until < ${FOREVER} AND since <= ? AND active = 1`;

export class GroupReader {
  readonly #edges: Statement<[number, number, number, number, number], Edge>;
  readonly #known: Statement<[number], Known>;
  readonly #units: Statement<[number], string>;
  readonly #byId: Statement<[string, string], number>;
  readonly #byHandle: Statement<[string], number>;
  readonly #declared: Statement<[string, number, number], number>;
  readonly #facts: FactReader;

  constructor(db: Database) {
    this.#facts = new FactReader(db);
    this.#edges = db.prepare(EDGES);
    this.#declared = db
      .prepare<[string, number, number], number>(
        `SELECT 1 FROM setting WHERE name = 'source' AND source = ? AND since <= ? AND (until = ${FOREVER} OR until > ?)`,
      )
      .pluck();
    this.#known = db.prepare('SELECT no, domain, id, handle FROM identity WHERE no = ?');
    this.#byId = db.prepare<[string, string], number>('SELECT no FROM identity WHERE id = ? AND domain = ?').pluck();
    this.#byHandle = db.prepare<[string], number>('SELECT no FROM identity WHERE handle = ?').pluck();
    this.#units = db
      .prepare<[number], string>(
        `SELECT DISTINCT unit FROM fact WHERE identity = ? AND part = ${STAY_ROW} AND until = ${FOREVER} AND at = ${FOREVER}
         AND unit IS NOT NULL`,
      )
      .pluck();
  }

  numberOf({ id, domain }: Identity): number | undefined {
    return this.#byId.get(id, domain);
  }

  numberOfHandle(handle: string): number | undefined {
    return this.#byHandle.get(handle);
  }

  /** Units where the person now is, as any source says. */
  unitsOf(subject: Identity): readonly string[] {
    const no = this.numberOf(subject);
    return no === undefined ? [] : this.unitsOfNumber(no);
  }

  unitsOfNumber(no: number): readonly string[] {
    return this.group(no).members.flatMap((member) => this.#units.all(member.no));
  }

  group(no: number, sequence: number = FOREVER): IdentityGroup {
    const { component, unfollowed } = this.#component(no, sequence);
    const { joined, refused } = join(no, component);
    const inside = new Set(joined);
    const linked = joined.flatMap((member) =>
      (component.edges.get(member) ?? []).filter(({ kind, b }) => kind === 'linked' && !inside.has(b)),
    );
    const undeclared = joined.flatMap((member) =>
      (unfollowed.get(member) ?? [])
        .filter(({ b }) => !inside.has(b))
        .map((edge) => ({ no: edge.b, edge, why: isMerge(edge) ? UNDECLARED_MERGE : UNDECLARED_LIST })),
    );
    return {
      members: membersOf(joined, component),
      conflicts: [...refused, ...undeclared].map(({ no: other, edge, why }) => ({ ...this.#tied(other, edge), why })),
      linked: linked.map((edge) => this.#tied(edge.b, edge)),
    };
  }

  #tied(no: number, edge: Edge) {
    const known = this.#known.get(no);
    const identity = { domain: known?.domain ?? '', id: known?.id ?? '' };
    return { identity, source: edge.source, since: edge.received };
  }

  /**
   * Everyone reachable by lists and merges. Bounded: more ties than this is a fault in a source, not a person. What a sender
   * nobody has declared says of who is who is told and never followed.
   */
  #component(
    no: number,
    sequence: number,
  ): { component: GroupComponent; unfollowed: ReadonlyMap<number, readonly Edge[]> } {
    const known = new Map<number, Known>();
    const edges = new Map<number, Edge[]>();
    const unfollowed = new Map<number, Edge[]>();
    const isDeclared = remembered((source: string) => this.#declared.get(source, sequence, sequence) !== undefined);
    const waiting = [no];
    for (let next = waiting.shift(); next !== undefined && known.size < limits.aliasesMax; next = waiting.shift()) {
      if (known.has(next)) continue;
      const identity = this.#known.get(next);
      if (identity === undefined) continue;
      known.set(next, identity);
      const said = this.#edges.all(next, sequence, next, sequence, sequence);
      const isFollowed = ({ kind, source }: Edge): boolean => kind === 'linked' || isDeclared(source);
      const followed = said.filter(isFollowed);
      edges.set(next, followed);
      if (followed.length < said.length)
        unfollowed.set(
          next,
          said.filter((edge) => !isFollowed(edge)),
        );
      for (const { b, kind } of followed) if (kind !== 'linked') waiting.push(b);
    }
    const traits = remembered((one: number) => this.#traits(one, sequence));
    return { component: { known, edges, traits }, unfollowed };
  }

  #traits(no: number, sequence: number): Traits {
    const stays = this.#facts.rows(no, STAY_ROW, sequence, TRAIT_ROWS_MAX);
    const persons = this.#facts
      .rows(no, PERSON_ROW, sequence, TRAIT_ROWS_MAX)
      .map(({ body }) => JSON.parse(readText(body)) as { birthDate?: unknown; gender?: unknown });
    return {
      lives: livesOf(stays, 'every-class'),
      admitted: livesOf(stays, 'not-outpatient'),
      birthDates: persons.flatMap(({ birthDate }) => (typeof birthDate === 'string' ? [birthDate] : [])),
      // Unknown and other are no statement against either.
      genders: persons.flatMap(({ gender }) => (gender === 'male' || gender === 'female' ? [gender] : [])),
    };
  }
}

const UNDECLARED_MERGE: Refusal = 'undeclared-merge';
const UNDECLARED_LIST: Refusal = 'undeclared-list';

/** Open stays lie first: these are all of them. */
const TRAIT_ROWS_MAX = 100;

interface GroupComponent extends Component {
  readonly known: ReadonlyMap<number, Known>;
}

function remembered<K, V>(read: (key: K) => V): (key: K) => V {
  const known = new Map<K, { readonly value: V }>();
  return (key) => {
    const found = known.get(key) ?? { value: read(key) };
    known.set(key, found);
    return found.value;
  };
}

/** The head is the number people use first, and never one that was merged away. */
function membersOf(joined: readonly number[], { known, edges }: GroupComponent): readonly GroupMember[] {
  const inside = new Set(joined);
  const found = joined.flatMap((no) => {
    const one = known.get(no);
    if (one === undefined) return [];
    const own = (edges.get(no) ?? []).filter((edge) => edge.kind !== 'linked' && inside.has(edge.b));
    const isSubsumed = own.some(({ kind }) => kind === 'survivor');
    const ties = isSubsumed ? own.filter(({ kind }) => kind === 'survivor') : own;
    const first = firstSaid(ties);
    return [{ one, isSubsumed, source: first?.source ?? '', since: first?.received ?? 0 }];
  });
  found.sort(
    (a, b) =>
      Number(a.isSubsumed) - Number(b.isSubsumed) ||
      domainPreference(a.one.domain) - domainPreference(b.one.domain) ||
      compare(a.one.domain, b.one.domain) ||
      compare(a.one.id, b.one.id),
  );
  return found.map(({ one, isSubsumed, source, since }, place) => ({
    no: one.no,
    identity: { domain: one.domain, id: one.id },
    handle: one.handle,
    how: place === 0 ? 'head' : isSubsumed ? 'merged' : 'listed',
    source,
    since,
  }));
}
