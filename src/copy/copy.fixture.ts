// A copy in a real file for tests, fed with ready-made readings instead of wire formats, and a small language for a ward's events.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import type { Change, PersonChange, Reading, ResourceChange, StayAction, StayFields } from '../domain/changes.ts';
import type { CopyCommand } from '../domain/commands.ts';
import { type Identity, type PatientKey, patientKey, type SourceId, sourceId, unitId } from '../domain/identity.ts';
import { PERSONNUMMER } from '../domain/identity-domains.ts';
import type { PatientCopy } from '../domain/patient-copy.ts';
import type { Interpreter, Received } from '../domain/received.ts';
import { type FeedDeclaration, type SourceDeclaration, undeclaredSource } from '../domain/source.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import { CopyReader } from './read/copy-reader.ts';
import { prepareCopySchema } from './schema.ts';
import { CopyWriter } from './write/copy-writer.ts';
import type { ApplyResult } from './write/outcomes.ts';

/** 22 November 2026, 10:00 UTC. */
export const TEN = Date.UTC(2026, 10, 22, 10);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** All rows have surely been kept long enough. */
export const SURELY_OLD = Number.MAX_SAFE_INTEGER;

export const JOURNAL = sourceId('journal');
export const LAB = sourceId('lab');
export const KIR2 = unitId('KIR2');
export const MED1 = unitId('MED1');
export const OP = unitId('OP');
const UNITS: readonly UnitDeclaration[] = [
  { id: KIR2, name: 'Kirurgavdelning 2', listKind: 'bed' },
  { id: MED1, name: 'Medicinavdelning 1', listKind: 'bed' },
  { id: OP, name: 'Centraloperation', listKind: 'surgery' },
];

/** Skatteverket's published test numbers. */
export const ANNA: Identity = { domain: PERSONNUMMER, id: '189001019802' };
export const BERTIL: Identity = { domain: PERSONNUMMER, id: '189002029819' };
export const local = (id: string): Identity => ({ domain: 'source:journal', id });
export const visit = (id: string): Identity => ({ domain: 'source:journal/visit', id });

/** What a test's raw bytes hold: the reading itself. */
type Said = Partial<Reading> & { readonly throws?: 'always' };

export const readTest: Interpreter = (received) => {
  const said = JSON.parse(Buffer.from(received.raw).toString('utf8')) as Said;
  if (said.throws !== undefined) throw new TypeError('a test message that breaks its reader');
  return {
    outcome: 'understood',
    type: 'TEST',
    eventAt: received.arrival.wallMs,
    sequence: null,
    changes: [],
    subjects: [],
    alarms: [],
    ...said,
  };
};

export const handleOf = ({ domain, id }: Identity): PatientKey =>
  patientKey(Buffer.from(`${domain}|${id}`).toString('base64url').toLowerCase());

export interface Sent extends Said {
  readonly source?: SourceId;
  /** Arrival, wall clock ms. */
  readonly at?: number;
}

export class TestCopy {
  readonly file: string;
  readonly rows: Received[] = [];
  readonly #folder: string;
  readonly #open: Database.Database[] = [];
  #db: Database.Database;
  writer: CopyWriter;
  readonly readingDb: Database.Database;
  reader: CopyReader;
  #wall = TEN;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'copy-'));
    this.file = join(this.#folder, 'copy.db');
    this.#db = this.#database(this.file);
    prepareCopySchema(this.#db);
    this.writer = this.#writer();
    this.readingDb = this.#database(this.file, true);
    this.reader = new CopyReader({ db: this.readingDb, units: UNITS, isKeeping: true });
  }

  get db(): Database.Database {
    return this.#db;
  }

  /** As after a restart of the station. */
  reopen({ interpret = readTest }: { readonly interpret?: Interpreter } = {}): void {
    this.#db.close();
    this.#db = this.#database(this.file);
    this.writer = this.#writer(interpret);
  }

  close(): void {
    for (const db of this.#open) db.close();
    rmSync(this.#folder, { recursive: true });
  }

  #database(file: string, readonly = false): Database.Database {
    const db = new Database(file, { readonly });
    if (!readonly) {
      db.pragma('journal_mode = wal');
      db.pragma('synchronous = normal');
    }
    this.#open.push(db);
    return db;
  }

  #writer(interpret = readTest): CopyWriter {
    return new CopyWriter({
      db: this.#db,
      interpret,
      received: (seq) => this.rows.find((row) => row.seq === seq),
      handleOf,
    });
  }

  get wall(): number {
    return this.#wall;
  }

  /** Puts a message in the inbox without applying it. One second after the last unless told. */
  receive({ source = JOURNAL, at, ...said }: Sent): Received {
    this.#wall = at ?? this.#wall + 1_000;
    return this.#add(source, 'hl7v2', said);
  }

  #add(source: SourceId, format: Received['format'], body: unknown): Received {
    const wallMs = this.#wall;
    const row: Received = {
      seq: this.rows.length + 1,
      source,
      format,
      arrival: { wallMs, boot: 'test', monotonicMs: wallMs - TEN + HOUR },
      raw: Buffer.from(JSON.stringify(body)),
    };
    this.rows.push(row);
    return row;
  }

  send(sent: Sent): ApplyResult {
    const [result] = this.writer.applyBatch([this.receive(sent)]);
    if (result === undefined) throw new Error('a message without a result');
    return result;
  }

  say(...changes: readonly Change[]): ApplyResult {
    return this.send({ changes });
  }

  command(command: CopyCommand, at?: number): ApplyResult {
    this.#wall = at ?? this.#wall + 1_000;
    const [result] = this.writer.applyBatch([this.#add(sourceId('station'), 'command', command)]);
    if (result === undefined) throw new Error('a command without a result');
    return result;
  }

  /** Applies rows of the inbox that have not been applied, in batches of this size. */
  applyAll(batchSize = 64): void {
    for (;;) {
      const batch = this.rows.slice(this.writer.cursor, this.writer.cursor + batchSize);
      if (batch.length === 0) return;
      this.writer.applyBatch(batch);
    }
  }

  /** Every table, every row, in order; of the index of names what it answers, since in how many pieces it lies tells nothing. */
  dump(): string {
    this.#db.exec('CREATE VIRTUAL TABLE temp.name_index USING fts5vocab (main, name_word, instance)');
    const tables = this.#db
      .prepare<[], string>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'name_word%'
         UNION SELECT 'name_index' ORDER BY name`,
      )
      .pluck()
      .all();
    const rowsOf = (table: string) => this.#db.prepare(`SELECT * FROM ${table}`).raw().all();
    const text = JSON.stringify(
      tables.map((table) => [
        table,
        rowsOf(table)
          .map((row) => JSON.stringify(row))
          .sort(),
      ]),
    );
    this.#db.exec('DROP TABLE temp.name_index');
    return text;
  }

  /** The bytes of a fresh copy of the file without the index of names, whose pieces depend on the batches; ends its use. */
  vacuumed(): Buffer {
    this.#db.exec('DROP TABLE name_word');
    const file = join(this.#folder, 'vacuumed.db');
    rmSync(file, { force: true });
    this.#db.exec(`VACUUM INTO '${file}'`);
    return readFileSync(file);
  }

  chart(identity: Identity, asOf?: number): PatientCopy {
    const found = this.chartOrNull(identity, asOf);
    if (found === null) throw new Error('no such chart');
    return found;
  }

  chartOrNull(identity: Identity, asOf?: number): PatientCopy | null {
    return this.reader.patient(handleOf(identity), asOf === undefined ? {} : { asOf });
  }
}

export const declared = (
  id: SourceId,
  rank: number,
  feeds: readonly FeedDeclaration['part'][] = [],
  more: Partial<SourceDeclaration> = {},
): SourceDeclaration => ({
  ...undeclaredSource(id, id),
  rank,
  feeds: feeds.map((part) => ({ part, units: 'all', heartbeat: 'any-message' })),
  ...more,
});

export const person = (
  subject: Identity,
  elements: PersonChange['elements'],
  more: Partial<PersonChange> = {},
): PersonChange => ({ kind: 'person', subject, elements, mode: 'patch', ...more });

export const stay = (
  subject: Identity,
  action: StayAction,
  fields: Partial<{ [K in keyof StayFields]: StayFields[K] | null }>,
  at: number,
  number: string | null = 'V1',
): Extract<Change, { kind: 'stay' }> => ({
  kind: 'stay',
  subject,
  visit: number === null ? null : visit(number),
  action,
  fields,
  at,
});

export const resource = (
  subject: Identity,
  key: string,
  more: Partial<ResourceChange> & { readonly text?: string } = {},
): ResourceChange => {
  const { text = key, ...rest } = more;
  return {
    kind: 'resource',
    subject,
    part: 'results',
    key,
    at: TEN,
    state: 'final',
    resource: { resourceType: 'DiagnosticReport', status: 'final', code: { text } },
    mode: 'merge',
    ...rest,
  };
};

export const potassium = (value: number | null, state: 'preliminary' | 'final' | 'corrected' | 'withdrawn' = 'final') =>
  ({
    key: 'K',
    state,
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'P-Kalium' },
      ...(value === null ? {} : { valueQuantity: { value, unit: 'mmol/L' } }),
    },
  }) as const;
