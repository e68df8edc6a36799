// Inbox and witness as the receiving thread has them open, and what is done when the disk refuses, the file turns out damaged or rows
// are missing: receiving and reading go on as far as they can, and what happened is told.

import type { FailureCode } from '../../domain/failures.ts';
import type { Arrival, Clock } from '../../domain/time.ts';
import type { Inbox } from '../../intake/inbox.ts';
import { limits } from '../../limits.ts';
import { commandItem } from '../applying/command-rows.ts';
import type { InboxWord } from '../applying/open-copy.ts';
import { type StationFiles, stationFiles } from '../files/data-folder.ts';
import { closeReadable, isDamage } from '../files/open-database.ts';
import { lockStation } from '../files/station-lock.ts';
import { storageFailure } from '../files/storage-failure.ts';
import { Witness, type WitnessHead } from '../files/witness.ts';
import type { StationNote } from '../station-note.ts';
import { type MissingRows, type OpenedInbox, openInbox, tellGap, tellMissing } from './open-inbox.ts';

export interface InboxStoreOptions {
  readonly dataFolder: string;
  readonly inboxKey: Buffer;
  readonly clock: Clock;
  /** How far the copy has come: told to the witness for information. */
  readonly copyCursor: () => number;
  readonly onNote: (note: StationNote) => void;
  /** Openings are counted from 1. */
  readonly onOpened: (opening: number) => void;
  /** The file is about to be put aside: whoever reads it closes it. */
  readonly onClosed: () => void;
}

const RETRY_MS = 1_000;
const NOTES_MAX = 100;

export class InboxStore {
  readonly #options: InboxStoreOptions;
  readonly #files: StationFiles;
  readonly #notes: StationNote[] = [];
  #unlock: (() => void) | null = null;
  #witness: Witness | null = null;
  #inbox: OpenedInbox | null = null;
  #failure: FailureCode | null = null;
  #closedSince: Arrival;
  #retry: NodeJS.Timeout | null = null;
  #isInboxDamaged = false;
  /** Where rows were last found missing in this file. */
  #gapBefore: number | null = null;
  #isClosed = false;
  #opening = 0;
  #missing: readonly MissingRows[] = [];

  constructor(options: InboxStoreOptions) {
    this.#options = options;
    this.#files = stationFiles(options.dataFolder);
    this.#closedSince = options.clock.now();
  }

  get inbox(): Inbox | null {
    return this.#inbox?.inbox ?? null;
  }

  /** 0 also while the page that says it can't be read. */
  get purgedTo(): number {
    try {
      return this.inbox?.purgedTo ?? 0;
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.inboxDamaged();
      return 0;
    }
  }

  /** What was acknowledged and is known to be lost, as last found: told as long as the inbox would have kept it. */
  get missing(): readonly MissingRows[] {
    const since = this.#options.clock.now().wallMs - limits.inboxKeptMs;
    return this.#missing.filter(({ noticedMs }) => noticedMs > since);
  }

  get notes(): readonly StationNote[] {
    return this.#notes;
  }

  /** Why something is not open just now. */
  get failure(): FailureCode | null {
    return this.#failure;
  }

  /** Nothing can be received while the inbox is not open, also before anybody has tried to send. */
  get refusal(): { readonly code: FailureCode; readonly since: Arrival } | null {
    return this.inbox === null ? { code: this.#failure ?? 'store.damaged', since: this.#closedSince } : null;
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
      this.#failure = null;
    } catch (error) {
      this.#failure = storageFailure(error);
      if (this.#failure === null) throw error;
      if (this.#failure === 'store.damaged') this.#isInboxDamaged = true;
      this.#retry = setTimeout(() => this.open(), RETRY_MS);
    }
  }

  record(head: Pick<WitnessHead, 'sequence' | 'chain'>): void {
    this.#witness?.record({ ...head, beside: this.#options.copyCursor() });
  }

  /** `opening`: of which it was found; one that has been closed since was another file. */
  inboxDamaged(opening: number = this.#opening): void {
    if (opening !== this.#opening) return;
    this.#isInboxDamaged = true;
    this.#closedSince = this.#options.clock.now();
    this.#options.onClosed();
    this.#inbox?.db.close();
    this.#inbox = null;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.open(), 0);
  }

  /**
   * Fills rows that are missing in the middle, so that applying goes on, and tells it. Found again at the same place, it is not
   * rows that are missing but a page that takes none: the file is read out. @throws what the disk says when it can't be written.
   */
  gapFound({ first }: { readonly first: number }): void {
    const { inbox } = this;
    if (inbox === null) return;
    if (first === this.#gapBefore) {
      this.inboxDamaged();
      return;
    }
    const gap = inbox.gapAt(first);
    if (gap !== null) this.tell([tellGap(inbox, gap, this.#options.clock)]);
    this.#missing = inbox.lost();
    this.#gapBefore = first;
  }

  /** What the opening of the copy found. @throws what the disk says when it can't be written just now. */
  say(word: InboxWord): void {
    const { inbox } = this;
    if (inbox === null) return;
    const { clock } = this.#options;
    if (word.word === 'rebuilt') {
      const { missingFrom } = word;
      inbox.append([commandItem({ command: 'rebuilt', reason: 'copy.rebuilt', missingFrom }, clock)]);
      return;
    }
    if (word.cursor > inbox.head.seq)
      this.tell([tellMissing(inbox, { sequence: word.cursor, chain: Buffer.alloc(32) }, clock)]);
    this.#missing = inbox.lost();
  }

  tell(notes: readonly StationNote[]): void {
    for (const note of notes) {
      this.#notes.push(note);
      this.#options.onNote(note);
    }
    this.#notes.splice(0, Math.max(0, this.#notes.length - NOTES_MAX));
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    const { inboxKey } = this.#options;
    if (this.#inbox !== null) closeReadable(this.#inbox.db, { file: this.#files.inbox, key: inboxKey, role: 'inbox' });
    this.#inbox = null;
    this.#witness?.close();
    this.#unlock?.();
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
    this.#gapBefore = null;
    const { inbox, notes, missing } = this.#inbox;
    this.#missing = missing;
    this.tell(notes);
    this.record({ sequence: inbox.head.seq, chain: inbox.head.chain });
    this.#opening++;
    this.#options.onOpened(this.#opening);
  }
}
