// Which of the numbers that sources tie together are read as one person. A merge is a decision and a list only a statement, but
// neither puts two people who both lie in a bed into one chart. Pure, and never by the order in which sources were heard, so
// that every station reads the same.

import type { Identity } from '../../domain/identity.ts';
import { identityDomain } from '../../domain/identity-domains.ts';
import type { LinkKind } from './identities.ts';
import { areTwoLives, type Lives } from './lives.ts';

export interface Edge {
  readonly b: number;
  readonly kind: LinkKind;
  readonly source: string;
  readonly received: number;
}

/** What tells one person from another. */
export interface Traits {
  readonly lives: Lives;
  /** Known outpatient visits left out. */
  readonly admitted: Lives;
  readonly birthDates: readonly string[];
  readonly genders: readonly string[];
}

/** Every number reachable by ties that may be followed, and those ties. */
export interface Component {
  readonly known: ReadonlyMap<number, Identity>;
  readonly edges: ReadonlyMap<number, readonly Edge[]>;
  readonly traits: (no: number) => Traits;
}

/** Why two numbers said to be one person are read as two. */
export type Refusal = 'two-nationals' | 'two-lives' | 'two-persons' | 'merge' | 'undeclared-merge' | 'undeclared-list';

export interface Refused {
  /** The number that was not joined. */
  readonly no: number;
  readonly edge: Edge;
  readonly why: Refusal;
}

interface Joined {
  readonly joined: readonly number[];
  readonly refused: readonly Refused[];
}

type Cluster = ReadonlySet<number>;
type ClusterOf = ReadonlyMap<number, Cluster>;

export function join(no: number, component: Component): Joined {
  if (component.known.size < 2) return { joined: [no], refused: [] };
  const { clusterOf, notFollowed } = mergeClusters(component);
  const lists = joinByLists(no, clusterOf, component);
  const inside = new Set(lists.joined);
  const merges = notFollowed.flatMap(({ a, edge }): Refused[] => {
    if (inside.has(a) === inside.has(edge.b)) return [];
    return [{ no: inside.has(a) ? edge.b : a, edge, why: 'merge' }];
  });
  return { joined: lists.joined, refused: [...merges, ...lists.refused] };
}

export const isMerge = (edge: Edge): boolean => edge.kind === 'survivor' || edge.kind === 'subsumed';

/** The earliest, by a measure that does not depend on which source we happened to hear first. */
export const firstSaid = (edges: readonly Edge[]): Edge | undefined =>
  [...edges].sort((a, b) => a.received - b.received || compare(a.source, b.source))[0];

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Merges in the order they came; one that would put two people in beds into one chart is left out. Circles end by themselves. */
function mergeClusters(component: Component) {
  const { known, edges } = component;
  const clusterOf = new Map<number, Cluster>([...known.keys()].map((no) => [no, new Set([no])]));
  const nameOf = (no: number): string => `${known.get(no)?.domain}|${known.get(no)?.id}`;
  const merges = [...known.keys()]
    .flatMap((a) => (edges.get(a) ?? []).filter((edge) => edge.kind === 'survivor').map((edge) => ({ a, edge })))
    .filter(({ edge }) => known.has(edge.b))
    .sort(
      (x, y) =>
        x.edge.received - y.edge.received ||
        compare(x.edge.source, y.edge.source) ||
        compare(nameOf(x.a), nameOf(y.a)) ||
        compare(nameOf(x.edge.b), nameOf(y.edge.b)),
    );
  const notFollowed: typeof merges = [];
  for (const merge of merges) {
    const gone = clusterAt(clusterOf, merge.a);
    const kept = clusterAt(clusterOf, merge.edge.b);
    if (gone === kept) continue;
    if (wouldMixLives(gone, kept, clusterOf, component)) {
      notFollowed.push(merge);
      continue;
    }
    const together = new Set([...gone, ...kept]);
    for (const one of together) clusterOf.set(one, together);
  }
  return { clusterOf, notFollowed };
}

const clusterAt = (clusterOf: ClusterOf, no: number): Cluster => clusterOf.get(no) ?? new Set([no]);

/** A number that lies in a bed under another number of its list is in that bed too. */
function wouldMixLives(a: Cluster, b: Cluster, clusterOf: ClusterOf, component: Component): boolean {
  const admitted = (numbers: Iterable<number>): Lives => {
    const lives = [...numbers].flatMap((no) => [...component.traits(no).admitted]);
    return new Set(lives);
  };
  if (areTwoLives(admitted(a), admitted(b))) return true;
  return areTwoLives(
    admitted(listedWith(a, b, clusterOf, component)),
    admitted(listedWith(b, a, clusterOf, component)),
  );
}

function listedWith(start: Cluster, without: Cluster, clusterOf: ClusterOf, component: Component): Cluster {
  const reached = new Set(start);
  const waiting = [...start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { kind, b } of component.edges.get(next) ?? []) {
      if (kind !== 'listed' || reached.has(b) || without.has(b) || !component.known.has(b)) continue;
      const cluster = clusterAt(clusterOf, b);
      if (haveTwoNationals(start, cluster, component)) continue;
      for (const one of cluster) {
        reached.add(one);
        waiting.push(one);
      }
    }
  }
  return reached;
}

/** Clusters that can't be one person are kept apart; a number reached from several of them belongs to none. */
function joinByLists(no: number, clusterOf: ClusterOf, component: Component): Joined {
  const own = clusterAt(clusterOf, no);
  const clusters = reachableByLists(own, clusterOf, component);
  const reasons = reasonsApart([...clusters], component);
  const anchors = new Set(reasons.keys());
  if (anchors.size === 0) return { joined: [...clusters].flatMap((cluster) => [...cluster]), refused: [] };
  const reachedBy = new Map<Cluster, Cluster[]>();
  for (const anchor of anchors) {
    for (const cluster of reachableByLists(anchor, clusterOf, component, anchors)) {
      if (cluster !== anchor) reachedBy.set(cluster, [...(reachedBy.get(cluster) ?? []), anchor]);
    }
  }
  const onlyAnchorOf = (cluster: Cluster): Cluster | undefined => {
    const reached = reachedBy.get(cluster) ?? [];
    return reached.length === 1 ? reached[0] : undefined;
  };
  const owner = anchors.has(own) ? own : onlyAnchorOf(own);
  const inGroup = (cluster: Cluster): boolean =>
    owner === undefined ? cluster === own : cluster === owner || onlyAnchorOf(cluster) === owner;
  const outside = [...clusters].filter((cluster) => !inGroup(cluster));
  const refused = outside.flatMap((cluster): Refused[] => {
    const isShared = (reachedBy.get(cluster)?.length ?? 0) > 1;
    if (!anchors.has(cluster) && !isShared) return [];
    const why = (owner && reasons.get(owner)?.get(cluster)) ?? firstReason(reasons.get(cluster)) ?? 'two-nationals';
    const nationals = [...cluster].filter((one) => isNational(component.known.get(one)));
    const told = anchors.has(cluster) && nationals.length > 0 ? nationals : [...cluster];
    return told.flatMap((one): Refused[] => {
      const edge = firstSaid((component.edges.get(one) ?? []).filter(({ kind }) => kind === 'listed'));
      return edge === undefined ? [] : [{ no: one, edge, why }];
    });
  });
  return { joined: [...clusters].filter(inGroup).flatMap((cluster) => [...cluster]), refused };
}

/** Without passing through `walls`. */
function reachableByLists(
  start: Cluster,
  clusterOf: ClusterOf,
  component: Component,
  walls: ReadonlySet<Cluster> = new Set(),
): ReadonlySet<Cluster> {
  const reached = new Set([start]);
  for (const cluster of reached) {
    for (const no of cluster) {
      for (const { kind, b } of component.edges.get(no) ?? []) {
        if (kind !== 'listed' || !component.known.has(b)) continue;
        const next = clusterAt(clusterOf, b);
        if (!walls.has(next)) reached.add(next);
      }
    }
  }
  return reached;
}

type Reasons = ReadonlyMap<Cluster, ReadonlyMap<Cluster, Refusal>>;

function reasonsApart(clusters: readonly Cluster[], component: Component): Reasons {
  const reasons = new Map<Cluster, Map<Cluster, Refusal>>();
  const tell = (a: Cluster, b: Cluster, why: Refusal): void => {
    reasons.set(a, (reasons.get(a) ?? new Map<Cluster, Refusal>()).set(b, why));
  };
  for (const [place, a] of clusters.entries()) {
    for (const b of clusters.slice(place + 1)) {
      const why = reasonApart(a, b, component);
      if (why === null) continue;
      tell(a, b, why);
      tell(b, a, why);
    }
  }
  return reasons;
}

const REASONS: readonly Refusal[] = ['two-nationals', 'two-lives', 'two-persons'];
const firstReason = (reasons: ReadonlyMap<Cluster, Refusal> | undefined): Refusal | undefined =>
  REASONS.find((reason) => [...(reasons?.values() ?? [])].includes(reason));

function reasonApart(a: Cluster, b: Cluster, component: Component): Refusal | null {
  if (haveTwoNationals(a, b, component)) return 'two-nationals';
  const told = (cluster: Cluster): readonly Traits[] => [...cluster].map(component.traits);
  const lives = (cluster: Cluster): Lives => new Set(told(cluster).flatMap((traits) => [...traits.lives]));
  if (areTwoLives(lives(a), lives(b))) return 'two-lives';
  const differs = (of: (traits: Traits) => readonly string[]): boolean =>
    contradict(told(a).flatMap(of), told(b).flatMap(of));
  return differs(({ birthDates }) => birthDates) || differs(({ genders }) => genders) ? 'two-persons' : null;
}

/** Two numbers of one national series are two people. */
function haveTwoNationals(a: Cluster, b: Cluster, { known }: Component): boolean {
  const series = (cluster: Cluster): readonly string[] =>
    [...cluster].flatMap((no) => {
      const one = known.get(no);
      return one !== undefined && isNational(one) ? [one.domain] : [];
    });
  const there = series(b);
  return series(a).some((domain) => there.includes(domain));
}

const isNational = (known: Identity | undefined): boolean =>
  known !== undefined && identityDomain(known.domain)?.kind === 'national';

/** Nothing the one is said to be is what the other is said to be. A year alone agrees with a day of that year. */
function contradict(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  return !a.some((one) => b.some((other) => one.startsWith(other) || other.startsWith(one)));
}
