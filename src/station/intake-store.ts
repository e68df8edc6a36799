// Inbox, witness and copy as the intake thread has them open, and what is done when the disk refuses, a file turns out damaged or
// rows are missing: receiving, applying and reading each go on as far as they can, and what happened is told.

import { join } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { FailureCode } from '../domain/failures.ts';
import type { Clock } from '../domain/time.ts';
import type { Inbox, InboxGap } from '../intake/inbox.ts';
import type { CopyPort } from './apply-loop.ts';
import { type OpenedCopy, openCopy } from './open-copy.ts';
import { closeReadable } from './open-database.ts';
import { type OpenedInbox, openInbox, tellGap } from './open-inbox.ts';
import { lockStation } from './station-lock.ts';
import type { StationNote } from './station-note.ts';
import { storageFailure } from './storage-failure.ts';
import { Witness, type WitnessHead } from './witness.ts';

export interface StationFiles {
  readonly inbox: string;
  readonly witness: string;
  readonly copy: string;
  readonly snapshots: string;
}

export const stationFiles = (dataFolder: string): StationFiles => ({
  inbox: join(dataFolder, 'inbox.db'),
  witness: join(dataFolder, 'inbox.witness'),
  copy: join(dataFolder, 'copy.db'),
  snapshots: join(dataFolder, 'snapshots'),
});

export interface IntakeStoreOptions {
  readonly dataFolder: string;
  readonly inboxKey: Buffer;
  readonly copyKey: Buffer;
  readonly clock: Clock;
  /** Null: receive only (tests of the inbox alone). */
  readonly openWriter: ((db: Database, inbox: () => Inbox | null) => CopyPort) | null;
  readonly onNote: (note: StationNote) => void;
  readonly onInboxOpened: (inbox: Inbox) => void;
  readonly onCopyOpened: (isReplaced: boolean) => void;
}

const RETRY_MS = 1_000;
const NOTES_MAX = 100;

export class IntakeStore {
  readonly #options: IntakeStoreOptions;
  readonly #files: StationFiles;
  readonly #notes: StationNote[] = [];
  #unlock: (() => void) | null = null;
  #witness: Witness | null = null;
  #inbox: OpenedInbox | null = null;
  #copy: OpenedCopy | null = null;
  #failure: FailureCode | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isInboxDamaged = false;
  #isCopyDamaged = false;
  #isClosed = false;

  constructor(options: IntakeStoreOptions) {
    this.#options = options;
    this.#files = stationFiles(options.dataFolder);
  }

  get inbox(): Inbox | null {
    return this.#inbox?.inbox ?? null;
  }

  get copy(): CopyPort | null {
    return this.#copy?.copy ?? null;
  }

  /** How the copy ended with a row it has passed; null when that is no longer known. */
  outcomeOf(seq: number): string | null {
    const db = this.#copy?.db;
    return db?.prepare<[number], string>('SELECT outcome FROM outcome WHERE seq = ?').pluck().get(seq) ?? null;
  }

  get notes(): readonly StationNote[] {
    return this.#notes;
  }

  /** Why something is not open just now. */
  get failure(): FailureCode | null {
    return this.#failure;
  }

  get isWitnessKept(): boolean {
    return this.#witness?.isKept ?? false;
  }

  /** Opens what can be opened; what the disk refuses is tried again every second. @throws {Failure} on a fault of the set-up. */
  open(): void {
    if (this.#isClosed) return;
    try {
      this.#unlock ??= lockStation(this.#options.dataFolder);
      this.#openInbox();
      this.#openCopy();
      this.#failure = null;
    } catch (error) {
      this.#failure = storageFailure(error);
      if (this.#failure === null) throw error;
      this.#retry = setTimeout(() => this.open(), RETRY_MS);
    }
  }

  record(head: Pick<WitnessHead, 'inboxSeq' | 'chain'>): void {
    this.#witness?.record({ ...head, copyCursor: this.copy?.cursor ?? 0 });
  }

  inboxDamaged(): void {
    this.#isInboxDamaged = true;
    this.#closeInbox();
    this.#openSoon();
  }

  copyDamaged(): void {
    this.#isCopyDamaged = true;
    this.#closeCopy();
    this.#openSoon();
  }

  /** Fills rows that are missing in the middle, so that applying goes on, and tells it. */
  gapFound(gap: InboxGap): void {
    const { inbox } = this;
    if (inbox !== null) this.#tell([tellGap(inbox, gap, this.#options.clock)]);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    const { inboxKey, copyKey } = this.#options;
    if (this.#copy !== null) closeReadable(this.#copy.db, { file: this.#files.copy, key: copyKey, role: 'copy' });
    if (this.#inbox !== null) closeReadable(this.#inbox.db, { file: this.#files.inbox, key: inboxKey, role: 'inbox' });
    this.#copy = null;
    this.#inbox = null;
    this.#witness?.close();
    this.#unlock?.();
  }

  #openSoon(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.open(), 0);
  }

  #openInbox(): void {
    if (this.#inbox !== null) return;
    this.#witness ??= new Witness(this.#files.witness);
    this.#inbox = openInbox({
      file: this.#files.inbox,
      key: this.#options.inboxKey,
      witness: this.#witness,
      clock: this.#options.clock,
      knownDamaged: this.#isInboxDamaged,
    });
    this.#isInboxDamaged = false;
    const { inbox, notes } = this.#inbox;
    this.#tell(notes);
    this.record({ inboxSeq: inbox.head.seq, chain: inbox.head.chain });
    this.#options.onInboxOpened(inbox);
  }

  #openCopy(): void {
    const { openWriter } = this.#options;
    const { inbox } = this;
    if (openWriter === null || this.#copy !== null || inbox === null) return;
    this.#copy = openCopy({
      file: this.#files.copy,
      snapshotFolder: this.#files.snapshots,
      key: this.#options.copyKey,
      clock: this.#options.clock,
      inbox,
      openWriter: (db) => openWriter(db, () => this.inbox),
      knownDamaged: this.#isCopyDamaged,
    });
    this.#isCopyDamaged = false;
    this.#tell(this.#copy.notes);
    this.#options.onCopyOpened(this.#copy.isReplaced);
  }

  #closeInbox(): void {
    this.#inbox?.db.close();
    this.#inbox = null;
  }

  #closeCopy(): void {
    this.#copy?.db.close();
    this.#copy = null;
  }

  #tell(notes: readonly StationNote[]): void {
    for (const note of notes) {
      this.#notes.push(note);
      this.#options.onNote(note);
    }
    this.#notes.splice(0, Math.max(0, this.#notes.length - NOTES_MAX));
  }
}
