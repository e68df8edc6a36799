// Applies received messages to the copy, in the order they came, each whole or not at all, and moves the cursor with them in the
// same transaction. What can't be applied is told and passed, so that it never blocks what comes after it (design §5.3).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Change, FeedAlarm, Reading, StayChange } from '../../domain/changes.ts';
import type { CopyCommand } from '../../domain/commands.ts';
import { type Identity, type PatientKey, type SourceId, sourceId } from '../../domain/identity.ts';
import type { Interpreter, Received } from '../../domain/received.ts';
import { type SourceDeclaration, undeclaredSource } from '../../domain/source.ts';
import { limits } from '../../limits.ts';
import { Identities } from '../identity/identities.ts';
import type { Refusal } from '../identity/join-identities.ts';
import { GroupReader } from '../identity/read-identity.ts';
import { Names } from '../names.ts';
import { Settings } from '../settings.ts';
import { applyChange } from './apply-change.ts';
import { mergeRefusal } from './apply-person.ts';
import { isCancelOfUnseen } from './apply-stay.ts';
import { Attempts } from './attempts.ts';
import { applyCommand } from './commands.ts';
import { takeDoubts } from './doubts.ts';
import { type Act, Facts } from './facts.ts';
import { FeedProof, partsOf } from './feed-proof.ts';
import { FullLoads } from './full-loads.ts';
import { Holds, type Reach } from './holds.ts';
import { Marks } from './marks.ts';
import { type ApplyResult, Outcomes, type Waiting, type WaitingFor } from './outcomes.ts';
import { stayKey } from './stay-rows.ts';
import { subjectsOf, touchedBy } from './touched.ts';
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
  readonly #interpret: Interpreter;
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
  readonly #groups: GroupReader;
  readonly #sql: Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo', Statement<[]>>;
  #waiting: Waiting[] = [];
  /** Each message has a savepoint: one of the piece has to be undone. */
  #undoesAlone = false;
  /** The message that could not be applied before the piece was undone: its first attempt. */
  #failedTogether: number | null = null;

  constructor({ db, interpret, received, handleOf }: CopyWriterOptions) {
    this.#db = db;
    this.#interpret = interpret;
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
    this.#groups = new GroupReader(db);
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
      ended = this.#understand(row, seq, isForced);
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
        const ended = this.#understand(row, seq, isForced);
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

  #understand(row: Received, seq: number, isForced: boolean): Ended {
    const { source } = row;
    const reading = this.#interpret(row, this.#settings.declarations().get(source) ?? undeclaredSource(source, source));
    const alarms: FeedAlarm[] = [...reading.alarms];
    const stamp = { event: reading.eventAt, sequence: reading.sequence };
    const act: Act = {
      seq,
      source,
      stamp,
      received: row.arrival.wallMs,
      alarm: (code, detail) => alarms.push({ code, detail }),
    };
    const base = { type: reading.type, alarms, controlId: reading.controlId };
    if (reading.outcome === 'set-aside') {
      const { reason = 'not understood', subjects: about, isOfSubjects = false } = reading;
      return { ...base, outcome: 'set-aside', reason, about, isOfAbout: isOfSubjects };
    }
    if (this.#holds.holdsReading(source, reading, this.#reachOf(source))) {
      return { ...base, outcome: 'held', reason: 'a part or unit of the source is held' };
    }
    this.#proof.carried(row, seq, reading.outcome === 'understood' ? partsOf(reading.changes) : []);
    if (reading.outcome === 'unread') {
      this.#noticeUnread(reading, act);
      this.#takeDoubts(reading, act);
      return { ...base, outcome: 'unread', reason: reading.reason ?? 'a type the copy does not read' };
    }
    const tools = {
      facts: this.#facts,
      identities: this.#identities,
      groups: this.#groups,
      names: this.#names,
      fullLoads: this.#fullLoads,
    };
    const waiting = isForced ? null : this.#mustWait(reading, act);
    if (waiting !== null) return { ...base, outcome: 'waiting', reason: 'cancels an event not seen', waiting };
    const ties = this.#identities.changes;
    for (const change of reading.changes) {
      if (change.kind === 'merge' || change.kind === 'unmerge') {
        const refusal = mergeRefusal(change, source, tools);
        if (refusal !== null) {
          act.alarm('merge-refused', refusal);
          return { ...base, outcome: 'set-aside', reason: refusal, ...whoseChanges(reading), mustUndo: true };
        }
      }
      applyChange(change, act, tools);
    }
    this.#takeDoubts(reading, act);
    this.#alarmConflicts(reading, act, this.#identities.changes !== ties);
    this.#settleSeen(reading, act);
    return { ...base, outcome: 'applied' };
  }

  #reachOf(source: string): Reach {
    return {
      touched: (change) => touchedBy(change, source, this.#facts),
      units: ({ subjects, keptUnder }) => [
        ...subjects.flatMap((subject) => this.#groups.unitsOf(subject)),
        ...keptUnder.flatMap((no) => this.#groups.unitsOfNumber(no)),
      ],
    };
  }

  #mustWait(reading: Reading, act: Act): WaitingFor | null {
    const tools = { facts: this.#facts, identities: this.#identities };
    const cancel = reading.changes.find(
      (change): change is StayChange => change.kind === 'stay' && isCancelOfUnseen(change, act.source, tools),
    );
    if (cancel === undefined) return null;
    return {
      due: act.received + limits.unseenCancelHeldMs,
      subject: this.#identities.numberOf(cancel.subject),
      visit: cancel.visit === null ? null : stayKey(cancel.visit),
    };
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

  #takeDoubts({ doubts = [] }: Reading, act: Act): void {
    if (doubts.length === 0) return;
    // A load that holds them can't tell what it left out.
    this.#fullLoads.doubt(act.source);
    takeDoubts(doubts, act, { facts: this.#facts, identities: this.#identities });
  }

  #noticeUnread(reading: Reading, act: Act): void {
    for (const subject of reading.subjects) {
      const notice = { kind: 'unread-message', detail: reading.type, part: null } as const;
      this.#facts.notice(this.#identities.numberOf(subject), reading.type, act, notice);
    }
  }

  /** Said by this message, or made impossible by it: a stay that begins under a second number of one person. */
  #alarmConflicts(reading: Reading, act: Act, isTied: boolean): void {
    const reasons = new Set<string>();
    for (const change of reading.changes) {
      const subject = whoseTies(change, isTied);
      if (subject === null) continue;
      for (const { why } of this.#groups.group(this.#identities.numberOf(subject)).conflicts)
        reasons.add(ALARM_WORDS[why]);
    }
    for (const reason of [...reasons].sort()) act.alarm('identity-conflict', reason);
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

/** Whom all of a message is about that is undone whole; not nobody else where a change names the source's own key or load only. */
function whoseChanges({ changes, doubts = [] }: Reading): { about: readonly Identity[]; isOfAbout: boolean } {
  const named = changes.map(subjectsOf);
  return { about: named.flat(), isOfAbout: doubts.length === 0 && named.every((people) => people.length > 0) };
}

/** How one message ended. */
interface Ended {
  readonly outcome: ApplyResult['outcome'];
  readonly type: string | null;
  readonly reason?: string;
  readonly alarms: readonly FeedAlarm[];
  readonly waiting?: WaitingFor;
  /** Whom a message that was set aside is about, where it could be told. */
  readonly about?: readonly Identity[];
  /** It concerns nobody else. */
  readonly isOfAbout?: boolean;
  readonly controlId?: string | undefined;
  /** Some of it had been written. */
  readonly mustUndo?: true;
}

/** A message can't be applied as it stands, and what has been written of it can be undone with the whole piece only. */
class MustUndo extends Error {}

/** Whose numbers a change may have tied, or may have made two people of. */
function whoseTies(change: Change, isTied: boolean): Identity | null {
  switch (change.kind) {
    case 'person':
      return isTied && (change.identifiers?.length ?? 0) > 1 ? change.subject : null;
    case 'merge':
      return isTied ? change.survivor : null;
    case 'stay':
      return BEGINS.has(change.action) ? change.subject : null;
    default:
      return null;
  }
}

const BEGINS: ReadonlySet<StayChange['action']> = new Set(['admit', 'register', 'cancel-discharge', 'return']);

const ALARM_WORDS: Readonly<Record<Refusal, string>> = {
  'two-nationals': 'one list of numbers would join two national numbers',
  'two-lives': 'a list of numbers is not followed: both are admitted',
  'two-persons': 'a list of numbers is not followed: birth date or sex differs',
  merge: 'a merge is not followed: both are admitted',
  'undeclared-merge': 'a merge is not followed: the sender is not declared',
  'undeclared-list': 'a list of numbers is not followed: the sender is not declared',
};

const setAside = (reason: string): Ended => ({ outcome: 'set-aside', type: null, reason, alarms: [] });
const HELD: Ended = { outcome: 'held', type: null, reason: 'the source is held', alarms: [] };
const NO_LONGER_RECEIVED = setAside('no longer in the inbox');

/** Faults of the disk or of the station, not of the message: nothing is set aside for them. */
function isStorageFailure(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^SQLITE_(?!CONSTRAINT|MISMATCH|TOOBIG|ERROR|RANGE)/.test(code);
}

/** The kind of fault only: a message's text can carry what the patient's message said. */
const nameOf = (error: unknown): string =>
  error instanceof Error ? ((error as { code?: string }).code ?? error.name) : typeof error;

/** The source whose release this row was to take further. */
function continuedBy({ raw }: Received): string | null {
  try {
    const command = JSON.parse(Buffer.from(raw).toString('utf8')) as CopyCommand;
    return command.command === 'continue-release' ? command.source : null;
  } catch {
    return null;
  }
}
