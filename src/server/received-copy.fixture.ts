// A real, encrypted copy in a folder of its own. Messages are read by the real readers and applied by the real writer.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CopyReader } from '../copy/read/copy-reader.ts';
import { prepareCopySchema } from '../copy/schema.ts';
import { CopyWriter } from '../copy/write/copy-writer.ts';
import type { ApplyResult } from '../copy/write/outcomes.ts';
import type { CopyCommand } from '../domain/commands.ts';
import { type Identity, type PatientKey, sourceId } from '../domain/identity.ts';
import type { Received, ReceivedFormat } from '../domain/received.ts';
import type { Arrival } from '../domain/time.ts';
import { interpret } from '../intake/interpret.ts';
import { StationKeys } from '../station/files/keys.ts';
import { openDatabase } from '../station/files/open-database.ts';
import { SOURCES, UNITS } from './house.fixture.ts';

/** 22 November 2026, 10:00 UTC. */
export const TEN = Date.UTC(2026, 10, 22, 10);

export class ReceivedCopy {
  readonly rows: Received[] = [];
  readonly reader: CopyReader;
  now: Arrival = { wallMs: TEN, boot: 'test', monotonicMs: 3_600_000 };
  protected readonly folder = mkdtempSync(join(tmpdir(), 'served-'));
  protected readonly keys = new StationKeys(Buffer.alloc(32, 7));
  readonly #writing;
  readonly #reading;
  readonly #writer: CopyWriter;

  constructor() {
    const file = join(this.folder, 'copy.db');
    const key = this.keys.database('copy');
    this.#writing = openDatabase({ file, key, role: 'copy' });
    prepareCopySchema(this.#writing);
    this.#reading = openDatabase({ file, key, role: 'copy', readonly: true });
    this.reader = new CopyReader({ db: this.#reading, units: UNITS });
    this.#writer = new CopyWriter({
      db: this.#writing,
      interpret,
      received: (seq) => this.rows[seq - 1],
      handleOf: (identity) => this.keyOf(identity),
    });
    this.command({ command: 'declare', sources: SOURCES });
  }

  /** How far the rows are applied. */
  get cursor(): number {
    return this.#writer.cursor;
  }

  /** Time goes on and nothing comes; `wallMs`: where the clock on the wall is set meanwhile. */
  pass(ms: number, wallMs = ms): void {
    this.now = { ...this.now, monotonicMs: this.now.monotonicMs + ms, wallMs: this.now.wallMs + wallMs };
  }

  keyOf(identity: Identity): PatientKey {
    return this.keys.handle(identity);
  }

  /** One second after the last. */
  receive(from: string, format: ReceivedFormat, raw: Uint8Array): ApplyResult {
    this.now = { ...this.now, wallMs: this.now.wallMs + 1_000, monotonicMs: this.now.monotonicMs + 1_000 };
    this.rows.push({ seq: this.rows.length + 1, source: sourceId(from), format, arrival: this.now, raw });
    const [result] = this.#writer.applyBatch(this.rows.slice(-1));
    if (result === undefined) throw new Error('a message without a result');
    return result;
  }

  hl7(from: string, ...segments: readonly string[]): ApplyResult {
    return this.receive(from, 'hl7v2', Buffer.from(`${segments.join('\r')}\r`, 'utf8'));
  }

  fhir(body: unknown, from = 'ehr'): ApplyResult {
    return this.receive(from, 'fhir+json', Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  }

  command(command: CopyCommand): ApplyResult {
    return this.receive('station', 'command', Buffer.from(JSON.stringify(command)));
  }

  closeCopy(): void {
    this.#writing.close();
    this.#reading.close();
    rmSync(this.folder, { recursive: true });
  }
}
