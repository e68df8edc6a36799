// Applies received messages to the copy, in the order they came, each whole or not at all, and moves the cursor with them in the
// same transaction. What can't be applied is told and passed, so that it never blocks what comes after it (design §5.3).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { FeedAlarm, Reading } from '../../domain/changes.ts';
import type { CopyCommand } from '../../domain/commands.ts';
import { type Identity, type PatientKey, type SourceId, sourceId } from '../../domain/identity.ts';
import type { Interpreter, Received } from '../../domain/received.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { limits } from '../../limits.ts';
import { Identities } from '../identity/identities.ts';
import { GroupReader } from '../identity/read-identity.ts';
import { Names } from '../names.ts';
import { Settings } from '../settings.ts';
import { Attempts } from './attempts.ts';
import { applyCommand } from './commands.ts';
import { type Ended, HELD, isStorageFailure, MustUndo, NO_LONGER_RECEIVED, nameOf, setAside } from './ended.ts';
import { type Act, Facts } from './facts.ts';
import { FeedProof } from './feed-proof.ts';
import { FullLoads } from './full-loads.ts';
import { Holds } from './holds.ts';
import { Marks } from './marks.ts';
import { type ApplyResult, Outcomes, type Waiting } from './outcomes.ts';
import { stayKey } from './stay-rows.ts';
import { Understanding } from './understanding.ts';
import { Unlisted } from './unlisted.ts';

export interface CopyWriterOptions {
  readonly db: Database;
  readonly interpret: Interpreter;
  /** A row of the inbox again: what was held or waits is read from there. */
  readonly received: (seq: number) => Received | undefined;
  readonly handleOf: (identity: Identity) => PatientKey;
}

export class CopyWriter {
  readonly #db: Database;
  readonly #received: (seq: number) => Received | undefined;
  readonly #settings: Settings;
  readonly #facts: Facts;
  readonly #identities: Identities;
  readonly #names: Names;
  readonly #fullLoads: FullLoads;
  readonly #proof: FeedProof;
  readonly #holds: Holds;
  readonly #outcomes: Outcomes;
  readonly #marks: Marks;
  readonly #attempts: Attempts;
  readonly #understanding: Understanding;
  readonly #sql: Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo', Statement<[]>>;
  #waiting: Waiting[] = [];
  /** Each message has a savepoint: one of the piece has to be undone. */
  #undoesAlone = false;
  /** The message that could not be applied before the piece was undone: its first attempt. */
  #failedTogether: number | null = null;

  constructor({ db, interpret, received, handleOf }: CopyWriterOptions) {
    this.#db = db;
    this.#received = received;
    this.#settings = new Settings(db);
    this.#facts = new Facts(db);
    this.#identities = new Identities(db, handleOf);
    this.#names = new Names(db);
    this.#marks = new Marks(db);
    this.#fullLoads = new FullLoads({
      settings: this.#settings,
      unlisted: new Unlisted(db, this.#facts),
      beganInside: () => this.#marks.started > 1,
    });
    this.#proof = new FeedProof(this.#settings);
    this.#holds = new Holds(this.#settings);
    this.#outcomes = new Outcomes(db);
    this.#attempts = new Attempts(db);
    this.#understanding = new Understanding({
      interpret,
      settings: this.#settings,
      facts: this.#facts,
      identities: this.#identities,
      names: this.#names,
      fullLoads: this.#fullLoads,
      proof: this.#proof,
      holds: this.#holds,
      groups: new GroupReader(db),
      seen: (reading, act) => this.#settleSeen(reading, act),
    });
    this.#sql = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
      savepoint: db.prepare('SAVEPOINT message'),
      release: db.prepare('RELEASE message'),
      undo: db.prepare('ROLLBACK TO message'),
    };
    this.#forget();
  }

  /** The last inbox sequence applied. */
  get cursor(): number {
    return this.#marks.cursor;
  }

  /** How many times the program has ended while the row that comes next was applied; it is set aside untried after the third. */
  endedInNext(): number {
    return this.#attempts.endedIn(this.cursor);
  }

  declarations(): readonly SourceDeclaration[] {
    return [...this.#settings.declarations().values()];
  }

  /** When the first waiting cancel falls due, wall clock ms; a `tick` command must come then. */
  nextDue(): number | null {
    return this.#waiting.reduce<number | null>((first, { due }) => (first === null || due < first ? due : first), null);
  }

  /** Sources that are being released: each needs a `continue-release` row to come further. */
  releasing(): readonly SourceId[] {
    return this.#holds.releasing().map(sourceId);
  }

  /** Applies rows that follow the cursor without a gap, in one transaction. Throws only when the disk or the database fails. */
  applyBatch(rows: readonly Received[]): ApplyResult[] {
    const results: ApplyResult[] = [];
    let rest = rows;
    while (rest.length > 0) {
      const careful = this.#attempts.carefulUntil(this.cursor);
      const batch = careful === null ? rest : rest.slice(0, 1);
      results.push(...this.#applyTogether(batch));
      rest = rest.slice(batch.length);
    }
    return results;
  }

  /**
   * A row that ends the process (no memory, an endless loop) can't be counted after the fact: the attempt is written down
   * first. What a crash interrupts is then tried row by row, and a row that did it thrice is set aside untried.
   */
  #applyTogether(rows: readonly Received[]): ApplyResult[] {
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return [];
    const attempts = this.#attempts.begin(first.seq, last.seq);
    const isWorn = rows.length === 1 && attempts > limits.applyAttemptsMax;
    const apply = (row: Received): ApplyResult => (isWorn ? this.#pass(row) : this.#applyRow(row));
    try {
      return this.#inOneTransaction(rows, apply);
    } catch (error) {
      if (!(error instanceof MustUndo)) throw error;
    }
    this.#undoesAlone = true;
    try {
      return this.#inOneTransaction(rows, apply);
    } finally {
      this.#undoesAlone = false;
      this.#failedTogether = null;
    }
  }

  #inOneTransaction(rows: readonly Received[], apply: (row: Received) => ApplyResult): ApplyResult[] {
    const last = rows.at(-1)?.seq ?? this.cursor;
    this.#sql.begin.run();
    try {
      const results = rows.map(apply);
      this.#names.writeIndex();
      this.#marks.write();
      this.#attempts.end(last);
      this.#sql.commit.run();
      this.#attempts.committed(last);
      return results;
    } catch (error) {
      if (this.#db.inTransaction) this.#sql.rollback.run();
      this.#forget();
      throw error;
    }
  }

  #pass(row: Received): ApplyResult {
    this.#marks.move(row);
    // The fault may lie in what was held: it stays held, rather than ending the program again with the next piece.
    if (row.format === 'command')
      for (const source of [...this.#holds.releasing()]) this.#holds.stopReleasing(source, row.seq);
    return this.#tell(row, setAside('the program ended each time this was applied'));
  }

  /** After a rollback memory must say what the database says. */
  #forget(): void {
    this.#settings.forget();
    this.#identities.forget();
    this.#names.forget();
    this.#facts.forget();
    this.#proof.forget();
    this.#holds.forget();
    this.#fullLoads.forget();
    this.#marks.forget();
    this.#outcomes.forget();
    this.#waiting = this.#outcomes.waiting();
  }

  #applyRow(row: Received): ApplyResult {
    const isFirst = this.#marks.started === 0;
    this.#marks.move(row);
    if (isFirst && row.seq > 1) this.#fullLoads.lost({ seq: row.seq, received: row.arrival.wallMs }, null);
    this.#settleDue(row.source, row);
    if (row.format === 'command') return this.#command(row);
    this.#proof.heard(row, row.seq);
    const ended = this.#holds.holdsWhole(row.source) ? HELD : this.#attempt(row, row.seq, false);
    return this.#tell(row, ended);
  }

  /**
   * Tries a message up to three times. A savepoint costs as much as a row, and hardly any message is undone: without them it is
   * the whole piece that is undone (MustUndo), and applied again with a savepoint for each message.
   */
  #attempt(row: Received, seq: number, isForced: boolean): Ended {
    return this.#undoesAlone ? this.#attemptAlone(row, seq, isForced) : this.#attemptTogether(row, seq, isForced);
  }

  #attemptTogether(row: Received, seq: number, isForced: boolean): Ended {
    let ended: Ended;
    try {
      ended = this.#understanding.understand(row, seq, isForced);
    } catch (error) {
      if (error instanceof MustUndo || isStorageFailure(error) || !this.#db.inTransaction) throw error;
      this.#failedTogether = row.seq;
      throw new MustUndo();
    }
    if (ended.outcome === 'waiting' || ended.mustUndo === true) throw new MustUndo();
    return ended;
  }

  #attemptAlone(row: Received, seq: number, isForced: boolean): Ended {
    for (let attempt = this.#failedTogether === row.seq ? 2 : 1; ; attempt += 1) {
      this.#sql.savepoint.run();
      try {
        const ended = this.#understanding.understand(row, seq, isForced);
        if (ended.outcome === 'set-aside' || ended.outcome === 'waiting') this.#undo();
        this.#sql.release.run();
        return ended;
      } catch (error) {
        if (isStorageFailure(error) || !this.#db.inTransaction) throw error;
        this.#undo();
        this.#sql.release.run();
        if (attempt >= limits.applyAttemptsMax) return setAside(`could not be applied (${nameOf(error)})`);
      }
    }
  }

  #undo(): void {
    this.#sql.undo.run();
    this.#settings.forget();
    this.#identities.forget();
    this.#facts.forget();
    this.#proof.forget();
    this.#holds.forget();
    this.#fullLoads.forget();
    this.#waiting = this.#outcomes.waiting();
  }

  /** The event a cancel waited for may have come: the cancel follows it at once. */
  #settleSeen(reading: Reading, act: Act): void {
    const waiting = this.#waiting.filter(({ source }) => source === act.source);
    if (waiting.length === 0) return;
    const stays = reading.changes.filter((change) => change.kind === 'stay');
    const concerned = waiting.filter(({ subject, visit }) =>
      stays.some((stay) =>
        visit === null
          ? this.#identities.numberOf(stay.subject) === subject
          : stay.visit !== null && stayKey(stay.visit) === visit,
      ),
    );
    for (const one of concerned) this.#settle(one, act.seq, false);
  }

  /** Only the source's own messages, and ticks, move its waiting: another source's pace must not change the outcome. */
  #settleDue(source: string | null, row: Received): void {
    const isDue = (one: Waiting): boolean =>
      one.due <= row.arrival.wallMs && (source === null || one.source === source);
    for (const one of this.#waiting.filter(isDue)) this.#settle(one, row.seq, true);
  }

  #settle(waiting: Waiting, seq: number, isForced: boolean): void {
    if (!this.#waiting.some((one) => one.seq === waiting.seq)) return;
    const row = this.#receivedOf(waiting.source, waiting.seq);
    this.#outcomes.remove(waiting.seq);
    this.#waiting = this.#waiting.filter((one) => one.seq !== waiting.seq);
    const ended = row === undefined ? NO_LONGER_RECEIVED : this.#attempt(row, seq, isForced);
    this.#tell(row ?? { seq: waiting.seq, source: waiting.source, arrival: { wallMs: waiting.due } }, ended);
  }

  #command(row: Received): ApplyResult {
    this.#sql.savepoint.run();
    try {
      const alarms: FeedAlarm[] = [];
      applyCommand(row, {
        db: this.#db,
        settings: this.#settings,
        fullLoads: this.#fullLoads,
        holds: this.#holds,
        proof: this.#proof,
        outcomes: this.#outcomes,
        identities: this.#identities,
        facts: this.#facts,
        marks: this.#marks,
        releaseHeld: (source) => this.#releaseHeld(source, row),
        settleDue: () => this.#settleDue(null, row),
      });
      this.#sql.release.run();
      return this.#tell(row, { outcome: 'applied', type: 'command', alarms });
    } catch (error) {
      if (error instanceof MustUndo || isStorageFailure(error) || !this.#db.inTransaction) throw error;
      this.#undo();
      this.#sql.release.run();
      // What was held stays held and says so; the next piece would fail the same way, and the one after it, without end.
      const source = continuedBy(row);
      if (source !== null) this.#holds.stopReleasing(source, row.seq);
      return this.#tell(row, setAside(`a command that could not be carried out (${nameOf(error)})`));
    }
  }

  /** The next piece of what was held, in the order it came, as of this row. What comes new waits behind it. */
  #releaseHeld(source: string, { seq, arrival: { wallMs: received } }: Received): void {
    const after = this.#holds.releasedTo(source);
    if (after === null) return;
    const piece = this.#outcomes.next(source, 'held', after, limits.releasePieceMessagesMax);
    for (const held of piece) {
      const row = this.#receivedOf(source, held);
      const wallMs = this.#outcomes.remove(held);
      const ended = row === undefined ? NO_LONGER_RECEIVED : this.#attempt(row, seq, false);
      this.#tell(row ?? { seq: held, source, arrival: { wallMs } }, ended);
      if (row === undefined) this.#fullLoads.gap({ seq, source: sourceId(source), received });
    }
    const last = piece.at(-1);
    if (last !== undefined && this.#outcomes.next(source, 'held', last, 1).length > 0) {
      this.#holds.moveRelease(source, last);
    } else this.#holds.endReleasing(source, seq);
  }

  /** Undefined when it can't be read any more, or a placeholder stands where it was lost. */
  #receivedOf(source: string, seq: number): Received | undefined {
    const row = this.#received(seq);
    return row?.source === source ? row : undefined;
  }

  #tell(row: Told, ended: Ended): ApplyResult {
    const { outcome, reason, alarms, type, waiting, controlId } = ended;
    const result: ApplyResult = { seq: row.seq, outcome, alarms, ...(reason === undefined ? {} : { reason }) };
    if (outcome !== 'applied') this.#fullLoads.doubt(row.source);
    this.#outcomes.put({
      ...result,
      source: row.source,
      received: row.arrival.wallMs,
      type,
      ...(waiting === undefined ? {} : { waiting }),
      ...(outcome === 'set-aside' ? this.#whose(ended) : {}),
      controlId: row.format === 'hl7v2-fragment' ? controlId : undefined,
    });
    if (outcome === 'applied' && row.format === 'hl7v2' && controlId !== undefined)
      this.#outcomes.cameWhole(row.source, controlId, this.cursor);
    if (waiting !== undefined) this.#waiting.push({ seq: row.seq, source: row.source, ...waiting });
    return result;
  }

  #whose({ about = [], isOfAbout = false }: Ended): { about: readonly number[]; isOfAbout: boolean } {
    return { about: about.map((subject) => this.#identities.numberOf(subject)), isOfAbout };
  }
}

/** A row that has ended; without a format when it is no longer in the inbox. */
interface Told {
  readonly seq: number;
  readonly source: string;
  readonly arrival: { readonly wallMs: number };
  readonly format?: Received['format'];
}

/** The source whose release this row was to take further. */
function continuedBy({ raw }: Received): string | null {
  try {
    const command = JSON.parse(Buffer.from(raw).toString('utf8')) as CopyCommand;
    return command.command === 'continue-release' ? command.source : null;
  } catch {
    return null;
  }
}
