// Data folders as a station leaves them, made without a station so that a million people take a minute: rows in the inbox, and
// the copy brought level with them. The facts of those who are here, and of some who have left, are handed to the copy's writer as
// they are; all the others get the rows it would have written. Reading and applying messages is measured elsewhere.

import { mkdirSync } from 'node:fs';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Names } from '../src/copy/names.ts';
import { prepareCopySchema } from '../src/copy/schema.ts';
import { CopyWriter } from '../src/copy/write/copy-writer.ts';
import type { Change, MemberChange, Reading } from '../src/domain/changes.ts';
import type { CopyCommand } from '../src/domain/commands.ts';
import { type Identity, type PatientKey, unitId } from '../src/domain/identity.ts';
import { PERSONNUMMER } from '../src/domain/identity-domains.ts';
import type { Received } from '../src/domain/received.ts';
import { Inbox } from '../src/intake/inbox.ts';
import type { InboxItem } from '../src/intake/inbox-rows.ts';
import { SystemClock } from '../src/station/clock.ts';
import { stationFiles } from '../src/station/files/data-folder.ts';
import { loadStationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { keepVersion, thisVersion } from '../src/station/upkeep/upgrade-snapshot.ts';
import { dataFolderOf, keyFileOf } from './children.ts';
import { BENCH_SOURCES, JOURNAL, LAB } from './declared.ts';
import { nameOf } from './people.ts';
import { progress } from './progress.ts';

const clock = new SystemClock();
/** Facts of one made-up row: large pieces keep the time for what is measured. */
const FACTS_A_ROW = 5_000;
const PEOPLE_AT_ONCE = 20_000;
/** Patients who have left, on all units and over a year, whom the others are like. */
const MODELS = 2_000;
const HOUR_MS = 3_600_000;

export function declareCommand(): Omit<Received, 'seq'> {
  const command: CopyCommand = { command: 'declare', sources: BENCH_SOURCES };
  return { source: JOURNAL, format: 'command', arrival: clock.now(), raw: Buffer.from(JSON.stringify(command)) };
}

/** Numbers of a series that is nobody's: day 00 of a month is not a date of birth. */
export const someone = (no: number): Identity => ({ domain: PERSONNUMMER, id: String(190_000_000_000 + no) });

export interface FolderContent {
  /** People known by name and number. */
  readonly people: number;
  /** The first of them, that have or had a stay and a handful of results. */
  readonly patients: number;
  /** Of the patients, the first are here now. */
  readonly inpatients: number;
  /** People beyond the patients are added no longer than this: a slow machine says how many it got. */
  readonly secondsMax: number;
}

/** Beyond the people: some whose charts show 2,940 resources, and one of whom 50,000 are kept. */
const LONG_LIFE = 9_000_001;
/** More than a station keeps in memory: read in turn, each is read from the copy every time. */
const FULL_CHARTS = Array.from({ length: 12 }, (_, no) => 9_000_000 + no * 25);
export const FULL_CHART_PERSONS = FULL_CHARTS.map(someone);
export const LONG_LIFE_PERSON = someone(LONG_LIFE);
const FULL_CHART_REPORTS = 140;
const REPORT_VALUES = 20;
export const FULL_CHART_RESOURCES = FULL_CHART_REPORTS * (REPORT_VALUES + 1);
export const LONG_LIFE_KEPT = 50_000;

export interface MadeFolder {
  /** Reached within the time. */
  readonly people: number;
  readonly seconds: number;
}

export function makeFolder(folder: string, content: FolderContent): MadeFolder {
  const began = performance.now();
  const data = dataFolderOf(folder);
  mkdirSync(data, { recursive: true });
  const keys = loadStationKeys({ file: keyFileOf(folder), dataFolder: data });
  const files = stationFiles(data);
  const inboxDb = openDatabase({ file: files.inbox, key: keys.database('inbox'), role: 'inbox' });
  const copyDb = openDatabase({ file: files.copy, key: keys.database('copy'), role: 'copy' });
  prepareCopySchema(copyDb);
  const byHandle = setUpForMaking(copyDb);
  const inbox = new Inbox(inboxDb);
  const now = clock.now().wallMs;
  let changes: readonly Change[] = [];
  const writer = new CopyWriter({
    db: copyDb,
    interpret: (): Reading => ({
      outcome: 'understood',
      type: 'BENCH',
      eventAt: now,
      sequence: null,
      changes,
      subjects: [],
      alarms: [],
    }),
    received: () => undefined,
    handleOf: (identity) => keys.handle(identity),
  });
  const append = (row: Omit<Received, 'seq'>): void => {
    const item: InboxItem = { ...row, controlId: null, answer: null };
    const [{ seq } = { seq: 0 }] = inbox.append([item]);
    writer.applyBatch([{ ...row, seq }]);
  };
  append(declareCommand());
  const { inpatients, patients } = content;
  const written = Math.min(patients, inpatients + MODELS);
  for (const piece of pieces(patientsOf(written, inpatients, now))) {
    changes = piece;
    append({ source: LAB, format: 'fhir+json', arrival: clock.now(), raw: Buffer.from(`{"bench":${piece.length}}`) });
    progress(() => 'those who are here');
  }
  const models = Array.from({ length: Math.min(MODELS, written) }, (_, at) => written - 1 - at);
  const maker = new PeopleMaker(copyDb, (identity) => keys.handle(identity), models);
  const people = maker.make(written, content, began + content.secondsMax * 1000);
  copyDb.exec(byHandle);
  // As a station opens it.
  copyDb.pragma('journal_mode=wal');
  copyDb.close();
  inboxDb.close();
  // Else the first start takes a snapshot of it before it is changed.
  keepVersion(data, thisVersion());
  return { people, seconds: (performance.now() - began) / 1000 };
}

/**
 * Nobody needs a half-made folder after a power cut, and handles lie in no order: their index is made last, in one piece. Returns
 * how.
 */
function setUpForMaking(db: Database): string {
  db.pragma('journal_mode=memory');
  db.pragma('synchronous=off');
  db.pragma('cache_size=-262144');
  const byHandle = db
    .prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name = 'identity_by_handle'")
    .pluck()
    .get();
  if (byHandle === undefined) throw new Error('the index of handles has another name');
  db.exec('DROP INDEX identity_by_handle');
  return byHandle;
}

type FactRow = Record<string, unknown> & { readonly key: string };

interface Model {
  readonly no: number;
  readonly rows: readonly FactRow[];
}

/**
 * Patients who have left, and people known by name and number only: the rows the copy's writer has given some of them, again for
 * all the others. It costs a tenth of applying a message about each, which is measured elsewhere.
 */
class PeopleMaker {
  readonly #db: Database;
  readonly #handleOf: (identity: Identity) => PatientKey;
  readonly #models: readonly Model[];

  /** `models`: numbers of patients the writer has written. */
  constructor(db: Database, handleOf: (identity: Identity) => PatientKey, models: readonly number[]) {
    this.#db = db;
    this.#handleOf = handleOf;
    const rowsOf = db.prepare<[string], FactRow>(
      'SELECT * FROM fact WHERE identity = (SELECT no FROM identity WHERE id = ?)',
    );
    this.#models = models.map((no) => ({ no, rows: rowsOf.all(someone(no).id) }));
    if (this.#models.some(({ rows }) => !rows.some(({ key }) => key === PERSON_KEY)))
      throw new Error('the copy’s writer gives people other rows than it did');
  }

  /** Everyone from this number on. Returns how many there are in all. */
  make(from: number, content: FolderContent, until: number): number {
    const columns = (this.#db.pragma('table_info(fact)') as { name: string }[]).map(({ name }) => name);
    const places = columns.map(() => '?').join(', ');
    const fact = this.#db.prepare<unknown[]>(`INSERT INTO fact (${columns.join(', ')}) VALUES (${places})`);
    const identity = this.#db.prepare('INSERT INTO identity (domain, id, handle) VALUES (?, ?, ?)');
    const names = new Names(this.#db);
    let no = from;
    const addSome = this.#db.transaction(() => {
      for (let added = 0; added < PEOPLE_AT_ONCE && no < content.people; added++, no++) {
        const subject = someone(no);
        const elements = personOf(no);
        const given = Number(identity.run(subject.domain, subject.id, this.#handleOf(subject)).lastInsertRowid);
        for (const row of this.#rowsFor(no, no < content.patients)) {
          const own = {
            ...row,
            identity: given,
            ...(row.key === PERSON_KEY ? { body: JSON.stringify(elements) } : {}),
          };
          fact.run(columns.map((name) => (own as FactRow)[name]));
        }
        names.keep(given, LAB, elements.name);
      }
      names.writeIndex();
    });
    while (no < content.people && (no < content.patients || performance.now() < until)) {
      addSome();
      progress(() => `${no.toLocaleString('en')} of ${content.people.toLocaleString('en')} people made`);
    }
    return no;
  }

  /** The model's rows with this person's numbers for the model's. */
  #rowsFor(no: number, isPatient: boolean): readonly FactRow[] {
    const model = this.#models[no % this.#models.length];
    if (model === undefined) throw new Error('nobody to make people like');
    if (!isPatient) return model.rows.filter(({ key }) => key === PERSON_KEY);
    const own = (value: unknown): unknown =>
      typeof value !== 'string' || value.length > NAMED_MAX
        ? value
        : value.replaceAll(someone(model.no).id, someone(no).id).replaceAll(visitOf(model.no), visitOf(no));
    return model.rows.map(
      (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, own(value)])) as FactRow,
    );
  }
}

/** How the copy names what it knows of a person (src/copy/write/apply-person.ts). */
const PERSON_KEY = '=person';
/** Longer texts are values: no number stands in them. */
const NAMED_MAX = 500;
const visitOf = (no: number): string => `V${String(no).padStart(7, '0')}`;

function* pieces(changes: Iterable<Change>): Generator<Change[]> {
  let piece: Change[] = [];
  for (const change of changes) {
    piece.push(change);
    if (piece.length < FACTS_A_ROW) continue;
    yield piece;
    piece = [];
  }
  yield piece;
}

function* patientsOf(patients: number, inpatients: number, now: number): Generator<Change> {
  for (const no of FULL_CHARTS) yield* patientWith(no, FULL_CHART_REPORTS, REPORT_VALUES, now);
  yield* patientWith(LONG_LIFE, LONG_LIFE_KEPT, 1, now);
  for (let no = 0; no < patients; no++) {
    yield person(no, someone(no));
    yield stay(no, someone(no), no < inpatients, now);
    yield report(someone(no), 0, 6, now - HOUR_MS);
  }
}

function* patientWith(no: number, reports: number, values: number, now: number): Generator<Change> {
  yield person(no, someone(no));
  yield stay(no, someone(no), true, now);
  for (let key = 0; key < reports; key++) yield report(someone(no), key, values, now - key * HOUR_MS);
}

const person = (no: number, subject: Identity): Change => ({
  kind: 'person',
  subject,
  mode: 'patch',
  elements: personOf(no),
});

function personOf(no: number) {
  const { family, given } = nameOf(no);
  const gender = no % 2 === 0 ? ('female' as const) : ('male' as const);
  return { name: [{ family, given: [...given] }], gender, birthDate: `19${10 + (no % 90)}-01-01` };
}

function stay(no: number, subject: Identity, isHere: boolean, now: number): Change {
  const at = now - (isHere ? 1 : 4 + (no % 360)) * 24 * HOUR_MS;
  return {
    kind: 'stay',
    subject,
    visit: { domain: 'source:journal/visit', id: visitOf(no) },
    action: isHere ? 'admit' : 'discharge',
    fields: {
      class: 'inpatient',
      unit: unitId(no % 25 === 0 ? 'KIR2' : `AVD${no % 40}`),
      room: String(no % 12),
      bed: String(no % 4),
      admittedAt: at,
      ...(isHere ? {} : { dischargedAt: at + HOUR_MS }),
    },
    at,
  };
}

const report = (subject: Identity, key: number, values: number, at: number): Change => ({
  kind: 'resource',
  subject,
  part: 'results',
  key: `DiagnosticReport/${subject.id}-${key}`,
  at,
  state: 'final',
  mode: 'merge',
  resource: { resourceType: 'DiagnosticReport', status: 'final', code: { text: 'Klinisk kemi' } },
  members: Array.from({ length: values }, (_, value) => member(value, 100 + ((key + value) % 70), at)),
  orderNumbers: { filler: `${subject.id}-${key}` },
});

const member = (key: number, value: number, at: number): MemberChange => ({
  key: `K${key}`,
  state: 'final',
  resource: {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'urn:oid:1.2.752.108.1', code: `NPU${19748 + key}`, display: `P-Analys ${key}` }] },
    effectiveDateTime: new Date(at).toISOString(),
    valueQuantity: { value, unit: 'g/L' },
    referenceRange: [{ text: '117-153' }],
    extension: [{ url: 'urn:reservkraft:as-written', valueString: String(value) }],
  },
});
