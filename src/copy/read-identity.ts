// Which numbers are one person, decided at reading from what every source says. Merges join; identifier lists join too, except
// where that would put two numbers of one national series into one chart: then nobody is joined by it, and both charts say so.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Identity } from '../domain/identity.ts';
import { domainPreference, identityDomain } from '../domain/identity-domains.ts';
import { limits } from '../limits.ts';
import type { LinkKind } from './identities.ts';
import { STAY_ROW } from './part-codes.ts';
import { FOREVER } from './schema.ts';

interface Edge {
  readonly b: number;
  readonly kind: LinkKind;
  readonly source: string;
  readonly received: number;
}

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
  /** Identities that were not joined because two national numbers would have met. */
  readonly conflicts: readonly { readonly identity: Identity; readonly source: string; readonly since: number }[];
  /** Said by a source to be, perhaps, the same person (A24). */
  readonly linked: readonly { readonly identity: Identity; readonly source: string; readonly since: number }[];
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

  constructor(db: Database) {
    this.#edges = db.prepare(EDGES);
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
    return no === undefined ? [] : this.group(no).members.flatMap((member) => this.#units.all(member.no));
  }

  group(no: number, sequence: number = FOREVER): IdentityGroup {
    const component = this.#component(no, sequence);
    const { joined, conflicts } = separate(no, component);
    const inside = new Set(joined);
    const linked = joined.flatMap((member) =>
      (component.edges.get(member) ?? []).filter(({ kind, b }) => kind === 'linked' && !inside.has(b)),
    );
    return {
      members: membersOf(joined, component),
      conflicts: conflicts.map(({ no: other, edge }) => this.#tied(other, edge)),
      linked: linked.map((edge) => this.#tied(edge.b, edge)),
    };
  }

  #tied(no: number, edge: Edge) {
    const known = this.#known.get(no);
    const identity = { domain: known?.domain ?? '', id: known?.id ?? '' };
    return { identity, source: edge.source, since: edge.received };
  }

  /** Everyone reachable by lists and merges. Bounded: more ties than this is a fault in a source, not a person. */
  #component(no: number, sequence: number): Component {
    const known = new Map<number, Known>();
    const edges = new Map<number, Edge[]>();
    const waiting = [no];
    for (let next = waiting.shift(); next !== undefined && known.size < limits.aliasesMax; next = waiting.shift()) {
      if (known.has(next)) continue;
      const identity = this.#known.get(next);
      if (identity === undefined) continue;
      known.set(next, identity);
      const out = this.#edges.all(next, sequence, next, sequence, sequence);
      edges.set(next, out);
      for (const { b, kind } of out) if (kind !== 'linked') waiting.push(b);
    }
    return { known, edges };
  }
}

interface Component {
  readonly known: ReadonlyMap<number, Known>;
  readonly edges: ReadonlyMap<number, readonly Edge[]>;
}

const isMerge = (edge: Edge): boolean => edge.kind === 'survivor' || edge.kind === 'subsumed';

function separate(
  no: number,
  component: Component,
): { joined: readonly number[]; conflicts: readonly { no: number; edge: Edge }[] } {
  const everyone = [...component.known.keys()];
  const nationals = everyone.filter((one) => isNational(component.known.get(one)));
  if (nationals.length < 2) return { joined: everyone, conflicts: [] };
  const clusters = mergeClusters(component);
  const anchors = anchorsOf(nationals, clusters, component);
  if (anchors.size < 2) return { joined: everyone, conflicts: [] };
  const reachedBy = reach(anchors, clusters, component);
  const own = clusters.get(no) ?? no;
  const owner = anchors.has(own) ? own : onlyOf(reachedBy.get(own));
  const inGroup = (cluster: number): boolean =>
    owner === undefined ? cluster === own : cluster === owner || onlyOf(reachedBy.get(cluster)) === owner;
  const joined = everyone.filter((one) => inGroup(clusters.get(one) ?? one));
  const conflicts = everyone.flatMap((one) => {
    const cluster = clusters.get(one) ?? one;
    if (inGroup(cluster)) return [];
    const isConcerned = anchors.has(cluster) ? nationals.includes(one) : (reachedBy.get(cluster)?.size ?? 0) > 1;
    const edge = firstSaid((component.edges.get(one) ?? []).filter(({ kind }) => kind === 'listed'));
    return isConcerned && edge !== undefined ? [{ no: one, edge }] : [];
  });
  return { joined, conflicts };
}

/** The earliest, by a measure that does not depend on which source we happened to hear first. */
const firstSaid = (edges: readonly Edge[]): Edge | undefined =>
  [...edges].sort((a, b) => a.received - b.received || compare(a.source, b.source))[0];

const isNational = (known: Known | undefined): boolean =>
  known !== undefined && identityDomain(known.domain)?.kind === 'national';

/** Who is one by merges alone: a merge is a decision, a list is only a statement. */
function mergeClusters({ known, edges }: Component): Map<number, number> {
  const clusters = new Map<number, number>();
  for (const start of known.keys()) {
    if (clusters.has(start)) continue;
    const waiting = [start];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (clusters.has(next)) continue;
      clusters.set(next, start);
      for (const edge of edges.get(next) ?? []) if (isMerge(edge) && known.has(edge.b)) waiting.push(edge.b);
    }
  }
  return clusters;
}

/** Clusters that carry a number of a national series of which another cluster carries a different one. */
function anchorsOf(nationals: readonly number[], clusters: Map<number, number>, { known }: Component): Set<number> {
  const byDomain = new Map<string, Set<number>>();
  for (const no of nationals) {
    const domain = known.get(no)?.domain ?? '';
    byDomain.set(domain, (byDomain.get(domain) ?? new Set()).add(clusters.get(no) ?? no));
  }
  return new Set([...byDomain.values()].filter(({ size }) => size > 1).flatMap((anchors) => [...anchors]));
}

/** From which anchors each other cluster is reached by lists, without passing through another anchor. */
function reach(anchors: ReadonlySet<number>, clusters: Map<number, number>, { known, edges }: Component) {
  const reachedBy = new Map<number, Set<number>>();
  const neighbours = new Map<number, Set<number>>();
  for (const no of known.keys()) {
    const cluster = clusters.get(no) ?? no;
    const near = neighbours.get(cluster) ?? new Set<number>();
    for (const edge of edges.get(no) ?? []) if (edge.kind === 'listed') near.add(clusters.get(edge.b) ?? edge.b);
    neighbours.set(cluster, near);
  }
  for (const anchor of anchors) {
    const seen = new Set([anchor]);
    const waiting = [anchor];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const near of neighbours.get(next) ?? []) {
        if (seen.has(near) || anchors.has(near)) continue;
        seen.add(near);
        waiting.push(near);
        reachedBy.set(near, (reachedBy.get(near) ?? new Set()).add(anchor));
      }
    }
  }
  return reachedBy;
}

const onlyOf = (set: ReadonlySet<number> | undefined): number | undefined =>
  set?.size === 1 ? [...set][0] : undefined;

/** The head is the number people use first, and never one that was merged away. */
function membersOf(joined: readonly number[], { known, edges }: Component): readonly GroupMember[] {
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

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
