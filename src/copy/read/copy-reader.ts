// Reads the copy: one patient, one unit's list, a search, the state of the sources; now, or as it was. Every answer is read in one
// transaction, so that no half of a bed swap is ever seen.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { BookedUnits } from '../../domain/access/steps.ts';
import { bookedWindow, unitsByBooking } from '../../domain/booking.ts';
import {
  type Identity,
  type PatientKey,
  patientKey,
  type SourceId,
  sourceId,
  type UnitId,
} from '../../domain/identity.ts';
import { PARTS, type PartName } from '../../domain/parts.ts';
import type { Notice, PatientCopy, Stay } from '../../domain/patient-copy.ts';
import type { Arrival } from '../../domain/time.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import type { CensusRow, UnitFeed } from '../../domain/unit-list/census-row.ts';
import { limits } from '../../limits.ts';
import { FactReader } from '../fact-reader.ts';
import type { Refusal } from '../identity/join-identities.ts';
import { GroupReader, type IdentityGroup } from '../identity/read-identity.ts';
import { readText } from '../kept-text.ts';
import { type Moment, MomentReader, sequenceAt } from '../moment.ts';
import { DROPPED_ROW, NOTICE_ROW } from '../part-codes.ts';
import { BookingReader } from './bookings.ts';
import { CensusReader, type UnitSummary } from './census.ts';
import { ElsewhereReader } from './elsewhere.ts';
import { untoldName } from './join-numbers.ts';
import { KeptWindows } from './kept-windows.ts';
import { type Neighbour, NeighbourReader } from './neighbours.ts';
import { readParts } from './parts.ts';
import { readPerson } from './person.ts';
import { type SearchAnswer, type SearchOptions, SearchReader } from './search.ts';
import { type SetAside, SetAsideReader } from './set-aside.ts';
import { type SourcesAt, SourcesReader } from './sources.ts';
import { type OutcomeFilter, type OutcomeRow, type PartCount, type SourceStatus, StatusReader } from './status.ts';
import { areSeveralPlaces, isGoingOn, isGone, STAYS_MAX, type StayRead, StaysReader } from './stays.ts';

export interface PatientOptions {
  /** Wall clock ms; absent = now. */
  readonly asOf?: number;
  /** Commit sequence, when `asOf` is absent: the next page of something read at that moment. */
  readonly sequence?: number;
  readonly rowsMax?: number;
  /** Every kept row, without windows. */
  readonly everything?: boolean;
}

export interface UnitFeeds {
  /** The moment read, ms since 1970 UTC; null = now. */
  readonly asOf: number | null;
  readonly feeds: readonly UnitFeed[];
}

export interface Whereabouts {
  readonly key: PatientKey;
  /** Of every number that is this person. */
  readonly keys: readonly PatientKey[];
  readonly stays: readonly Stay[];
  readonly bookings: BookedUnits;
}

interface CopyReaderOptions {
  readonly db: Database;
  readonly units: readonly UnitDeclaration[];
  readonly isKeeping?: boolean;
}

export class CopyReader {
  readonly #db: Database;
  readonly #kept: KeptWindows | null;
  readonly #facts: FactReader;
  readonly #groups: GroupReader;
  readonly #moments: MomentReader;
  readonly #setAside: SetAsideReader;
  readonly #elsewhere: ElsewhereReader;
  readonly #sources: SourcesReader;
  readonly #stays: StaysReader;
  readonly #bookings: BookingReader;
  readonly #census: CensusReader;
  readonly #neighbours: NeighbourReader;
  readonly #search: SearchReader;
  readonly #status: StatusReader;

  /**
   * `units`: as declared; those that live by bookings have those on their lists. `isKeeping`: for whoever opens the same charts again
   * and again; costs some tens of megabytes.
   */
  constructor({ db, units, isKeeping = false }: CopyReaderOptions) {
    this.#db = db;
    this.#kept = isKeeping ? new KeptWindows() : null;
    this.#facts = new FactReader(db);
    this.#groups = new GroupReader(db);
    this.#moments = new MomentReader(db);
    this.#setAside = new SetAsideReader(db);
    this.#elsewhere = new ElsewhereReader(db, this.#groups);
    this.#sources = new SourcesReader(db, this.#setAside);
    this.#stays = new StaysReader(db, this.#facts);
    const tools = { facts: this.#facts, groups: this.#groups, stays: this.#stays };
    this.#bookings = new BookingReader(db, { facts: this.#facts, kept: this.#kept, units: unitsByBooking(units) });
    this.#census = new CensusReader(db, { ...tools, bookings: this.#bookings });
    this.#neighbours = new NeighbourReader(db, tools);
    this.#search = new SearchReader(db, tools);
    this.#status = new StatusReader(db, tools, this.#census);
  }

  /** The person this identity belongs to, by lists and merges. */
  find(identity: Identity): PatientKey | null {
    return this.#atOnce(() => {
      const no = this.#groups.numberOf(identity);
      const head = no === undefined ? undefined : this.#groups.group(no).members[0];
      return head === undefined ? null : patientKey(head.handle);
    });
  }

  patient(key: PatientKey, options: PatientOptions = {}): PatientCopy | null {
    return this.#atOnce(() => {
      const no = this.#groups.numberOfHandle(key);
      if (no === undefined) return null;
      const moment = this.#moments.at(options.asOf, options.sequence);
      return this.#read(this.#groups.group(no, moment.sequence), moment, options);
    });
  }

  /** Every key that leads to this person now, the chart's own first; none: nobody is known by it. */
  keysOf(key: PatientKey): readonly PatientKey[] {
    return this.#atOnce(() => {
      const no = this.#groups.numberOfHandle(key);
      return no === undefined ? [] : this.#groups.group(no).members.map(({ handle }) => patientKey(handle));
    });
  }

  /** Where somebody is and has been, under the number people use now: what decides who may read the rest. */
  whereabouts(key: PatientKey): Whereabouts | null {
    return this.#now((moment, sources) => {
      const no = this.#groups.numberOfHandle(key);
      const members = no === undefined ? [] : this.#groups.group(no, moment.sequence).members;
      const head = members[0];
      if (head === undefined) return null;
      const stays = this.#stays.readWithoutBeds(members, moment.sequence, sources);
      const keys = members.map(({ handle }) => patientKey(handle));
      const named = this.#bookings.unitsOf(members, moment);
      const listed = named.some((unit) => this.#bookings.units.has(unit)) ? this.#bookings.of(members, moment) : [];
      return {
        key: patientKey(head.handle),
        keys,
        stays: stays.map(({ stay }) => stay),
        bookings: { listed: [...new Set(listed.map(({ unit }) => unit))], named },
      };
    });
  }

  /** Protected identity, as anybody says it of any of the person's numbers. */
  isProtected(key: PatientKey): boolean {
    return this.#now((moment, sources) => {
      const no = this.#groups.numberOfHandle(key);
      const members = no === undefined ? [] : this.#groups.group(no, moment.sequence).members;
      return readPerson(members, moment, this.#facts, sources).isProtected;
    });
  }

  census(unit: UnitId, options: { readonly asOf?: number } = {}): CensusRow[] {
    return this.#atOnce(() => {
      const moment = this.#moments.at(options.asOf);
      return this.#census.unit(unit, moment, this.#sources.at(moment));
    });
  }

  /** Up to when bookings stand on the unit's list: what is booked later does not, by this copy's clock. Null: it is no list of bookings. */
  bookedUntil(unit: UnitId, options: { readonly asOf?: number } = {}): number | null {
    return this.#bookings.units.has(unit) ? bookedWindow(this.#moments.at(options.asOf).wall).toMs : null;
  }

  /** Who lies on the unit, for a chart's warning of look-alikes. */
  neighbours(unit: UnitId, options: { readonly asOf?: number } = {}): readonly Neighbour[] {
    return this.#atOnce(() => {
      const moment = this.#moments.at(options.asOf);
      return this.#neighbours.read(unit, moment, this.#sources.at(moment));
    });
  }

  /** Every unit any stay kept has stood on. */
  unitIds(): readonly UnitId[] {
    return this.#census.units();
  }

  /** Counts of every unit, now or as they were. */
  units(options: { readonly asOf?: number } = {}): UnitSummary[] {
    return this.#atOnce(() => {
      const moment = this.#moments.at(options.asOf);
      const sources = this.#sources.at(moment);
      return this.#census.units().map((unit) => this.#census.summary(unit, moment, sources));
    });
  }

  search(text: string, options: SearchOptions = {}): SearchAnswer {
    return this.#now((moment, sources) => this.#search.search(text, options, moment, sources));
  }

  sources(): SourceStatus[] {
    return this.#now((_, sources) => this.#status.sources(sources));
  }

  /** What feeds a unit's list, with what holds there alone: as a chart of somebody on it has them at the same moment. */
  unitFeeds(unit: UnitId, options: { readonly asOf?: number } = {}): UnitFeeds {
    return this.#atOnce(() => {
      const moment = this.#moments.at(options.asOf);
      const sources = this.#sources.at(moment);
      const feeds = [...sources.feeds([unit], null).values()].flat();
      return {
        asOf: moment.asOf,
        feeds: feeds.map((feed) => ({
          feed,
          declaredName: sources.declarations.get(feed.source)?.name ?? feed.source,
        })),
      };
    });
  }

  /** The source has sent this part, for whomever, or everything it has. */
  hasSent(source: SourceId, part: PartName): boolean {
    return this.#now((_, sources) => sources.hasSent(source, part));
  }

  /** By a person, a release that is still going on included. */
  isAnythingHeld(): boolean {
    return this.#status.isAnythingHeld();
  }

  /** Everything heard of every source: what a clock can't be before. */
  heard(): readonly Arrival[] {
    return this.#now((_, sources) => sources.heard());
  }

  /** Messages that were not simply applied, newest first. */
  outcomes(filter: OutcomeFilter = {}): OutcomeRow[] {
    return this.#now((_, sources) => this.#status.outcomes(filter, sources));
  }

  /** How many rows each unit's present patients have, by part and source. */
  counts(): PartCount[] {
    return this.#now((moment, sources) => this.#status.counts(moment, sources));
  }

  /** The last commit sequence that had come by this time. */
  sequenceAt(wallMs: number): number {
    return sequenceAt(this.#db, wallMs);
  }

  #now<T>(read: (moment: Moment, sources: SourcesAt) => T): T {
    return this.#atOnce(() => {
      const moment = this.#moments.at(undefined);
      return read(moment, this.#sources.at(moment));
    });
  }

  /** Several questions answered of one moment: what is applied meanwhile is not seen by any of them. */
  atOnce<T>(read: () => T): T {
    return this.#atOnce(read);
  }

  #atOnce<T>(read: () => T): T {
    return this.#db.inTransaction ? read() : this.#db.transaction(read)();
  }

  #read(group: IdentityGroup, moment: Moment, options: PatientOptions): PatientCopy | null {
    const { members } = group;
    const head = members[0];
    if (head === undefined) return null;
    const { sequence, asOf } = moment;
    const sources = this.#sources.at(moment);
    const staysMax = options.everything === true ? EVERYTHING : Math.max(STAYS_MAX, options.rowsMax ?? 0);
    const { stays, isTruncated } = this.#stays.readAtMost(members, sequence, sources, staysMax);
    const units = unitsOf(stays);
    const person = readPerson(members, moment, this.#facts, sources);
    const rowsMax = options.everything === true ? EVERYTHING : (options.rowsMax ?? limits.blockRowsMax);
    const kept = moment.isNow && rowsMax === limits.blockRowsMax ? this.#kept : null;
    const setAside = this.#setAside.ofPatient(group, sequence);
    const elsewhere = this.#elsewhere.of(group, sequence);
    const feeds = sources.feeds(units, this.#droppedAt(group), { own: setAside, elsewhere });
    const { parts, notices, untold } = readParts(members, { sequence, rowsMax, kept }, this.#facts, feeds);
    if (isTruncated) parts.stay = { ...parts.stay, truncated: true };
    // Who is near says where: not even in the copy that an app keeps (hazard H27).
    if (person.isProtected) parts.kin = { ...parts.kin, entries: [], truncated: false };
    return {
      key: patientKey(head.handle),
      sequence,
      asOf,
      identities: members.map(({ identity, how, source, since }) => ({
        identity,
        how,
        source: sourceId(source),
        since,
      })),
      person: person.person,
      personConflicts: person.conflicts,
      isProtected: person.isProtected,
      isDeleted: isGone(
        person.deletion,
        stays.map(({ stay }) => stay),
      ),
      stays: stays.map(({ stay }) => stay),
      parts,
      notices: [
        ...this.#notices(group, { stays, conflicts: person.conflicts, joined: notices, untold }, moment),
        ...setAsideNotices(setAside, sources),
        ...unlistedNotices(parts),
      ],
    };
  }

  /** Also when an earlier moment is read: what was dropped since is missing there as well. */
  #droppedAt({ members }: IdentityGroup): number | null {
    const rows = members.flatMap(({ no }) => this.#facts.rows(no, DROPPED_ROW, Number.MAX_SAFE_INTEGER, 1));
    return rows.reduce<number | null>((last, { received }) => Math.max(last ?? 0, received), null);
  }

  #notices(group: IdentityGroup, { stays, conflicts, joined, untold }: Telling, { sequence, wall }: Moment): Notice[] {
    const stored = group.members.flatMap(({ no }) =>
      this.#facts.rows(no, NOTICE_ROW, sequence, NOTICES_MAX).flatMap((row): Notice[] => {
        const { kind, detail, part } = JSON.parse(readText(row.body)) as Notice;
        const name = row.key.slice(row.key.indexOf('/') + 1);
        if (UNTELLABLE.has(kind) && untold.has(untoldName(row.source, name))) return [];
        return [{ kind, source: sourceId(row.source), at: row.received, detail, part }];
      }),
    );
    const told = [...stored, ...joined];
    const isJoined = (id: string): boolean => group.members.some(({ identity }) => identity.id === id);
    const recent = told.filter(
      ({ kind, at, detail }) =>
        wall - at <= (kind === 'allergy-removed' ? DAY_MS : limits.historyKeptMs) &&
        // A merge that is not followed is told as that, never as done.
        (kind !== 'merged' || isJoined(detail)),
    );
    return [...recent, ...standing(group, stays, conflicts)].sort((a, b) => b.at - a.at || compareNotices(a, b));
  }
}

interface Telling {
  readonly stays: readonly StayRead[];
  readonly conflicts: PatientCopy['personConflicts'];
  /** Of what is told under several numbers. */
  readonly joined: readonly Notice[];
  readonly untold: ReadonlySet<string>;
}

const UNTELLABLE: ReadonlySet<Notice['kind']> = new Set(['value-withdrawn', 'document-withdrawn', 'allergy-removed']);

/** One of a kind, until nothing of it puts any part in doubt: what a chart lacks must not be forgotten by time. */
function setAsideNotices(setAside: readonly SetAside[], sources: SourcesAt): Notice[] {
  const open = setAside.filter(({ seq, source }) => seq > sources.settledTo(source, null));
  const newest = new Map<string, Notice>();
  for (const { source, type, received } of open) {
    const kept = newest.get(`${source}\n${type}`);
    if (kept !== undefined) continue;
    const notice = { kind: 'set-aside-message', source: sourceId(source), at: received, part: null } as const;
    newest.set(`${source}\n${type}`, { ...notice, detail: type ?? '' });
  }
  return [...newest.values()];
}

const EVERYTHING = 1_000_000;
const NOTICES_MAX = 200;
/** A removed allergy is told this long (knowledge c3.1). */
const DAY_MS = 24 * 60 * 60 * 1000;

const compareNotices = (a: Notice, b: Notice): number => {
  const [x, y] = [`${a.kind}${a.source}${a.detail}`, `${b.kind}${b.source}${b.detail}`];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** Units the patient is on or planned to; without any open stay, the last one left. */
function unitsOf(stays: readonly StayRead[]): string[] {
  const open = stays.filter(({ stay }) => stay.status !== 'discharged' && stay.status !== 'cancelled');
  const counted = open.length > 0 ? open : stays.slice(0, 1);
  return counted.flatMap(({ stay }) => [stay.unit, stay.plannedUnit].filter((unit) => unit !== null));
}

/** One person in two beds is a person nobody can find, or two people in one chart: every place is told. */
function severalPlaces(stays: readonly Stay[]): Notice[] {
  if (!areSeveralPlaces(stays)) return [];
  const going = stays.filter((stay) => isGoingOn(stay) && stay.class !== 'outpatient');
  const places = going.map(({ unit, room, bed }) =>
    [unit, room, bed].filter((part) => part !== null && part !== '').join(' '),
  );
  return [
    {
      kind: 'source-conflict',
      source: going[0]?.source ?? sourceId(''),
      at: Math.max(...going.map(({ changedAt }) => changedAt)),
      detail: `inskriven på flera platser samtidigt: ${places.map((place) => place || 'okänd plats').join('; ')}`,
      part: 'stay',
    },
  ];
}

/** What was said of the other number and is not done, and why. */
const CONFLICT_WORDS: Readonly<Record<Refusal, string>> = {
  'two-nationals': '',
  'two-lives': 'nummer inte sammanförda, båda är inskrivna: ',
  'two-persons': 'nummer inte sammanförda, födelsedatum eller kön skiljer: ',
  merge: 'sammanslagning inte utförd, båda är inskrivna: ',
  'undeclared-merge': 'sammanslagning inte utförd, avsändaren är okänd: ',
  'undeclared-list': 'nummer inte sammanförda, avsändaren är okänd: ',
};

/** What a source's full load did not name, counted by part; each entry carries the mark itself. */
function unlistedNotices(parts: PatientCopy['parts']): Notice[] {
  const told = new Map<string, { at: number; counts: string[] }>();
  for (const { part, entries } of Object.values(parts)) {
    const bySource = Map.groupBy(
      entries.filter(({ unlistedAt }) => unlistedAt !== null),
      ({ source }) => source,
    );
    for (const [source, missing] of bySource) {
      const kept = told.get(source) ?? { at: 0, counts: [] };
      const at = Math.max(kept.at, ...missing.map(({ unlistedAt }) => unlistedAt ?? 0));
      told.set(source, { at, counts: [...kept.counts, `${PARTS[part].swedish} (${missing.length})`] });
    }
  }
  return [...told].map(([source, { at, counts }]) => ({
    kind: 'not-in-full-load',
    source: sourceId(source),
    at,
    detail: counts.join(', '),
    part: null,
  }));
}

/** Notices that hold as long as their cause does. */
function standing(
  group: IdentityGroup,
  stays: readonly StayRead[],
  personConflicts: PatientCopy['personConflicts'],
): Notice[] {
  const identity = group.conflicts.map(
    ({ identity: { id }, source, since, why }): Notice => ({
      kind: 'identity-conflict',
      source: sourceId(source),
      at: since,
      detail: `${CONFLICT_WORDS[why]}${id}`,
      part: 'person',
    }),
  );
  const linked = group.linked.map(
    ({ identity: { id }, source, since }): Notice => ({
      kind: 'linked',
      source: sourceId(source),
      at: since,
      detail: id,
      part: 'person',
    }),
  );
  const persons = personConflicts.map(
    ({ element, said }): Notice => ({
      kind: 'source-conflict',
      source: said[0]?.source ?? sourceId(''),
      at: Math.max(...said.map(({ at }) => at)),
      detail: element,
      said,
      part: 'person',
    }),
  );
  const places = stays.flatMap(({ stay, conflicting }): Notice[] => [
    ...(conflicting.length > 0
      ? [
          {
            kind: 'source-conflict' as const,
            source: stay.source,
            at: stay.changedAt,
            detail: 'stay',
            said: conflicting,
            part: 'stay' as const,
          },
        ]
      : []),
    ...(stay.bedConflict
      ? [
          {
            kind: 'bed-conflict' as const,
            source: stay.source,
            at: stay.changedAt,
            detail: stay.bed ?? '',
            part: 'stay' as const,
          },
        ]
      : []),
  ]);
  return [...identity, ...linked, ...persons, ...places, ...severalPlaces(stays.map(({ stay }) => stay))];
}
