// Reads the copy: one patient, one unit's list, a search, the state of the sources; now, or as it was. Every answer is read in one
// transaction, so that no half of a bed swap is ever seen.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { BookedUnits } from '../../domain/access/steps.ts';
import { bookedWindow, unitsByBooking } from '../../domain/booking.ts';
import { type Identity, type PatientKey, patientKey, type SourceId, type UnitId } from '../../domain/identity.ts';
import type { PartName } from '../../domain/parts.ts';
import type { PatientCopy, Stay } from '../../domain/patient-copy.ts';
import type { Arrival } from '../../domain/time.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import type { CensusRow, UnitFeed } from '../../domain/unit-list/census-row.ts';
import { FactReader } from '../fact-reader.ts';
import { GroupReader } from '../identity/read-identity.ts';
import { type Moment, MomentReader, sequenceAt } from '../moment.ts';
import { BookingReader } from './bookings.ts';
import { CensusReader, type UnitSummary } from './census.ts';
import { ElsewhereReader } from './elsewhere.ts';
import { KeptWindows } from './kept-windows.ts';
import { type Neighbour, NeighbourReader } from './neighbours.ts';
import { type PatientOptions, PatientReader } from './patient.ts';
import { readPerson } from './person.ts';
import { type SearchAnswer, type SearchOptions, SearchReader } from './search.ts';
import { SetAsideReader } from './set-aside.ts';
import { type SourcesAt, SourcesReader } from './sources.ts';
import { type OutcomeFilter, type OutcomeRow, type PartCount, type SourceStatus, StatusReader } from './status.ts';
import { StaysReader } from './stays.ts';

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
  readonly #facts: FactReader;
  readonly #groups: GroupReader;
  readonly #moments: MomentReader;
  readonly #sources: SourcesReader;
  readonly #stays: StaysReader;
  readonly #bookings: BookingReader;
  readonly #census: CensusReader;
  readonly #neighbours: NeighbourReader;
  readonly #search: SearchReader;
  readonly #status: StatusReader;
  readonly #patients: PatientReader;

  /**
   * `units`: as declared; those that live by bookings have those on their lists. `isKeeping`: for whoever opens the same charts again
   * and again; costs some tens of megabytes.
   */
  constructor({ db, units, isKeeping = false }: CopyReaderOptions) {
    this.#db = db;
    const kept = isKeeping ? new KeptWindows() : null;
    this.#facts = new FactReader(db);
    this.#groups = new GroupReader(db);
    this.#moments = new MomentReader(db);
    const setAside = new SetAsideReader(db);
    const elsewhere = new ElsewhereReader(db, this.#groups);
    this.#sources = new SourcesReader(db, setAside);
    this.#stays = new StaysReader(db, this.#facts);
    const tools = { facts: this.#facts, groups: this.#groups, stays: this.#stays };
    this.#bookings = new BookingReader(db, { facts: this.#facts, kept, units: unitsByBooking(units) });
    this.#census = new CensusReader(db, { ...tools, bookings: this.#bookings });
    this.#neighbours = new NeighbourReader(db, tools);
    this.#search = new SearchReader(db, tools);
    this.#status = new StatusReader(db, tools, this.#census);
    this.#patients = new PatientReader({ ...tools, sources: this.#sources, setAside, elsewhere, kept });
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
      return this.#patients.read(this.#groups.group(no, moment.sequence), moment, options);
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
}
