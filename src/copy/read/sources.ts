// What was decided and known of the sources at the moment read: which are declared, held, wholly loaded, heard from.

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { SourceId } from '../../domain/identity.ts';
import { PART_NAMES, PARTS, type PartName } from '../../domain/parts.ts';
import type { PartFeed } from '../../domain/patient-copy.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { Arrival } from '../../domain/time.ts';
import type { Moment } from '../moment.ts';
import { FOREVER } from '../schema.ts';
import type { SettingName } from '../settings.ts';
import type { SettledBody } from '../write/commands.ts';
import type { Hand } from '../write/feed-proof.ts';
import type { WholeBody } from '../write/full-loads.ts';
import { type HoldBody, holdingOf } from '../write/holds.ts';
import { type Elsewhere, elsewhereName } from './elsewhere.ts';
import type { SetAside, SetAsideReader } from './set-aside.ts';

interface SettingAt {
  readonly name: SettingName;
  readonly source: string;
  readonly key: string;
  readonly since: number;
  readonly body: string;
}

// Feeds leave a version a minute behind: what holds is found by `until` and not among them.
const WANTED = "since <= ? AND name NOT IN ('pin', 'loading', 'release', 'read-as')";
const SETTINGS = `
SELECT name, source, key, since, body FROM setting INDEXED BY setting_until WHERE until = ${FOREVER} AND ${WANTED}
UNION ALL
SELECT name, source, key, since, body FROM setting INDEXED BY setting_until
WHERE until > ? AND until < ${FOREVER} AND ${WANTED}
ORDER BY name, source, key`;

export class SourcesReader {
  readonly #settings: Statement<[number, number, number], SettingAt>;
  readonly #setAside: SetAsideReader;
  /** While nothing comes, nothing of this changes: charts opened in an outage read it once. */
  #last: { readonly sequence: number; readonly wall: number; readonly sources: SourcesAt } | null = null;

  constructor(db: Database, setAside: SetAsideReader) {
    this.#settings = db.prepare(SETTINGS);
    this.#setAside = setAside;
  }

  at({ sequence, isNow, wall }: Moment): SourcesAt {
    if (isNow && this.#last?.sequence === sequence && this.#last.wall === wall) return this.#last.sources;
    const rows = this.#settings.all(sequence, sequence, sequence);
    const sources = new SourcesAt(rows, wall, (source, after) => this.#setAside.ofSource(source, after, sequence));
    // What waited at an earlier moment may be settled since: that moment's count is no longer the one read then.
    if (isNow) this.#last = { sequence, wall, sources };
    return sources;
  }
}

type CountSetAside = (source: string, after: number) => number;

const readAt = (body: string | undefined): number | null =>
  body === undefined ? null : (JSON.parse(body) as { at: number }).at;

/** For whom a feed is read; nobody: for IT. */
interface FeedReader {
  readonly units?: readonly string[] | null;
  readonly droppedAt?: number | null;
  readonly own?: readonly SetAside[];
  readonly elsewhere?: Elsewhere;
}

export class SourcesAt {
  readonly declarations: ReadonlyMap<string, SourceDeclaration>;
  /** Which declarations hold: the same text, the same ranks and feeds. */
  readonly declared: string;
  readonly #bodies: ReadonlyMap<string, string>;
  readonly #holds: readonly { readonly source: string; readonly hold: HoldBody }[];
  readonly #hands: readonly { readonly name: 'heard' | 'proof'; readonly source: string; readonly key: string }[];
  readonly #wall: number;
  readonly #setAside: CountSetAside;
  readonly #counts = new Map<string, number>();

  constructor(rows: readonly SettingAt[], wall: number, setAside: CountSetAside) {
    this.#wall = wall;
    const declared = rows.filter(({ name }) => name === 'source');
    this.declarations = new Map(declared.map(({ source, body }) => [source, JSON.parse(body) as SourceDeclaration]));
    this.declared = declared.map(({ source, since }) => `${source} ${since}`).join('\n');
    this.#bodies = new Map(rows.map(({ name, source, key, body }) => [`${name}\n${source}\n${key}`, body]));
    this.#holds = rows
      .filter(({ name }) => name === 'hold')
      .map(({ source, body }) => ({ source, hold: JSON.parse(body) as HoldBody }));
    this.#hands = rows.flatMap(({ name, source, key }) =>
      name === 'heard' || name === 'proof' ? [{ name, source, key }] : [],
    );
    this.#setAside = setAside;
  }

  rankOf(source: string): number {
    return this.declarations.get(source)?.rank ?? Number.MAX_SAFE_INTEGER;
  }

  /** Who is believed first: the declared rank, then the name, so that the order never depends on arrival. */
  compare(a: string, b: string): number {
    return this.rankOf(a) - this.rankOf(b) || (a < b ? -1 : a > b ? 1 : 0);
  }

  holdsOf(source: string): readonly HoldBody[] {
    return this.#holds.filter((held) => held.source === source).map(({ hold }) => hold);
  }

  arrival(name: 'heard' | 'proof', source: string, key: string): Arrival | null {
    const body = this.#body(name, source, key);
    if (body === undefined) return null;
    const { opened, arrival } = JSON.parse(body) as Hand;
    // The hand is moved in place for a minute: an earlier moment must not see where it went later.
    return arrival.wallMs > this.#wall ? opened : arrival;
  }

  /** Proof of the part itself, however long ago; or a full load, which has it or says that there is none. */
  hasSent(source: SourceId, part: PartName): boolean {
    return this.arrival('proof', source, part) !== null || this.#body('loaded', source, part) !== undefined;
  }

  /** Everything heard of every source, declared or not. */
  heard(): readonly Arrival[] {
    return this.#hands.flatMap(({ name, source, key }) => this.arrival(name, source, key) ?? []);
  }

  /** A person's latest word on what was set aside of this source. */
  settled(source: string): SettledBody | null {
    const body = this.#body('settled', source, '');
    return body === undefined ? null : (JSON.parse(body) as SettledBody);
  }

  /** Up to here nothing that was set aside puts this part in doubt any more; without a part, none of the source's parts. */
  settledTo(source: string, part: PartName | null): number {
    const parts = part === null ? (this.declarations.get(source)?.feeds.map((feed) => feed.part) ?? []) : [part];
    const reloaded = parts.map((each) => {
      const body = this.#body('whole', source, each);
      return body === undefined ? 0 : (JSON.parse(body) as WholeBody).from - 1;
    });
    return Math.max(this.settled(source)?.upTo ?? 0, reloaded.length === 0 ? 0 : Math.min(...reloaded));
  }

  /** `own`: what was set aside that names the patient whose chart is read. */
  #setAsideOf(source: string, part: PartName, own: readonly SetAside[]): number {
    const after = this.settledTo(source, part);
    const place = `${source}\n${after}`;
    const ofSource = this.#counts.get(place) ?? this.#setAside(source, after);
    this.#counts.set(place, ofSource);
    const ofPatient = own.filter((one) => one.source === source && one.of_patients === 1 && one.seq > after);
    return ofSource + ofPatient.length;
  }

  #body(name: SettingName, source: string, key: string): string | undefined {
    return this.#bodies.get(`${name}\n${source}\n${key}`);
  }

  /** Every feed of every part for these units. `droppedAt`: when retention last dropped this patient's chart. */
  feeds(
    units: readonly string[],
    droppedAt: number | null,
    { own = [], elsewhere = NOWHERE }: Pick<FeedReader, 'own' | 'elsewhere'> = {},
  ): ReadonlyMap<PartName, readonly PartFeed[]> {
    const feeds = new Map<PartName, PartFeed[]>(PART_NAMES.map((part) => [part, []]));
    const sources = [...this.declarations.values()].sort((a, b) => this.compare(a.id, b.id));
    for (const source of sources) {
      for (const feed of source.feeds) {
        const isHere = feed.units === 'all' || feed.units.some((unit) => units.includes(unit));
        const here = feeds.get(feed.part);
        if (!isHere || here === undefined || here.some((other) => other.source === source.id)) continue;
        here.push(this.feed(source, feed, { units, droppedAt, own, elsewhere }));
      }
    }
    return feeds;
  }

  feed(
    source: SourceDeclaration,
    { part, heartbeat, ageLimitMs }: SourceDeclaration['feeds'][number],
    { units = null, droppedAt = null, own = [], elsewhere = NOWHERE }: FeedReader = {},
  ): PartFeed {
    const fed = readAt(this.#body('fed', source.id, part));
    const loaded = readAt(this.#body('loaded', source.id, part));
    const rebuilt = readAt(this.#body('rebuilt', '', ''));
    const gap = readAt(this.#body('gap', source.id, ''));
    const lost = latest(latest(rebuilt, gap), droppedAt);
    const isWhole = loaded !== null && (lost === null || loaded >= lost);
    return {
      source: source.id,
      part,
      heartbeat,
      ageLimitMs: ageLimitMs ?? PARTS[part].ageLimitMs,
      proof: this.arrival('proof', source.id, heartbeat === 'any-message' ? '*' : part),
      wholeSince: latest(fed, lost),
      fullyLoadedAt: isWhole ? loaded : null,
      rebuiltAt: isWhole ? null : lost,
      ...this.#held(source.id, part, units),
      setAside: this.#setAsideOf(source.id, part, own),
      ...(elsewhere.has(elsewhereName(source.id, part)) ? { isElsewhere: true as const } : {}),
    };
  }

  #held(
    source: SourceId,
    part: PartName,
    units: readonly string[] | null,
  ): Pick<PartFeed, 'heldSince' | 'isBeingReleased' | 'holds'> {
    const holds = this.holdsOf(source).filter(
      (hold) =>
        (hold.part === null || hold.part === part) &&
        (hold.unit === null || units === null || units.length === 0 || units.includes(hold.unit)),
    );
    return {
      heldSince: holds.reduce<number | null>((first, { at }) => (first === null ? at : Math.min(first, at)), null),
      isBeingReleased: holds.length > 0 && holds.every(({ releasedAt }) => releasedAt !== undefined),
      holds: holds.map(holdingOf),
    };
  }
}

const NOWHERE: Elsewhere = new Set();

const latest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
