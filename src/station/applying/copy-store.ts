// The copy as the applying thread has it open, with a reading connection to the inbox it is made from; and what is done when the disk
// refuses or a file turns out damaged: the copy is closed, made again where it must be, and tried once a second until it opens.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { FailureCode } from '../../domain/failures.ts';
import type { Clock } from '../../domain/time.ts';
import { Inbox } from '../../intake/inbox.ts';
import { stationFiles } from '../files/data-folder.ts';
import { closeReadable, isDamage, openDatabase } from '../files/open-database.ts';
import { storageFailure } from '../files/storage-failure.ts';
import type { CopyPort } from './apply-loop.ts';
import { type OpenedCopy, openCopy } from './open-copy.ts';

export interface CopyStoreOptions {
  readonly dataFolder: string;
  readonly inboxKey: Buffer;
  readonly copyKey: Buffer;
  readonly clock: Clock;
  readonly openWriter: (db: Database, inbox: () => Inbox | null) => CopyPort;
  readonly onOpened: (opened: OpenedCopy) => void;
  /** Why it can't be opened just now; null when it has been. */
  readonly onFailure: (code: FailureCode | null) => void;
  readonly onInboxDamage: () => void;
  /** Trying again would not help. */
  readonly onFatal: (error: unknown) => void;
}

const RETRY_MS = 1_000;
/** The inbox is read once, in order. */
const INBOX_CACHE_KIB = 1024;

export class CopyStore {
  readonly #options: CopyStoreOptions;
  readonly #files;
  #inbox: { readonly inbox: Inbox; readonly db: Database } | null = null;
  #copy: OpenedCopy | null = null;
  /** The receiving thread has the inbox's file in order. */
  #isInboxReadable = false;
  #isCopyDamaged = false;
  #opening = 0;
  #inboxOpening = 0;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: CopyStoreOptions) {
    this.#options = options;
    this.#files = stationFiles(options.dataFolder);
  }

  get inbox(): Inbox | null {
    return this.#inbox?.inbox ?? null;
  }

  get copy(): CopyPort | null {
    return this.#copy?.copy ?? null;
  }

  /** Which opening of the copy this is, or was. */
  get opening(): number {
    return this.#opening;
  }

  get inboxOpening(): number {
    return this.#inboxOpening;
  }

  /** How the copy ended with a row it has passed; null when that is no longer known. */
  outcomeOf(seq: number): string | null {
    const db = this.#copy?.db;
    return db?.prepare<[number], string>('SELECT outcome FROM outcome WHERE seq = ?').pluck().get(seq) ?? null;
  }

  inboxOpened(opening: number): void {
    this.#inboxOpening = opening;
    this.#isInboxReadable = true;
    this.#open();
  }

  inboxClosed(): void {
    this.#isInboxReadable = false;
    this.#closeInbox();
  }

  /** Its file is put aside at the next opening and the copy made again. */
  copyDamaged(): void {
    this.#isCopyDamaged = true;
    this.#closeCopy();
    this.#openIn(0);
  }

  close(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#isInboxReadable = false;
    const { copyKey } = this.#options;
    if (this.#copy !== null) closeReadable(this.#copy.db, { file: this.#files.copy, key: copyKey, role: 'copy' });
    this.#copy = null;
    this.#closeInbox();
  }

  #openIn(ms: number): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), ms);
  }

  /** Opens what can be opened; what the disk refuses is tried again every second. */
  #open(): void {
    if (!this.#isInboxReadable) return;
    try {
      this.#openInbox();
      this.inbox?.follow();
    } catch (error) {
      if (isDamage(error)) this.#options.onInboxDamage();
      else this.#refused(error);
      return;
    }
    try {
      this.#openCopy();
      this.#options.onFailure(null);
    } catch (error) {
      this.#notOpened(error);
    }
  }

  /** A damaged copy is made again by its opening; damage met there all the same is the inbox's, or was met in the opened copy. */
  #notOpened(error: unknown): void {
    const isOpened = this.#copy !== null;
    this.#closeCopy();
    if (isDamage(error) && !isOpened) {
      this.#options.onInboxDamage();
      return;
    }
    if (isDamage(error)) this.#isCopyDamaged = true;
    this.#refused(error);
  }

  #refused(error: unknown): void {
    const code = storageFailure(error);
    if (code === null) {
      this.#options.onFatal(error);
      return;
    }
    this.#options.onFailure(code);
    this.#openIn(RETRY_MS);
  }

  #openInbox(): void {
    if (this.#inbox !== null) return;
    const key = this.#options.inboxKey;
    const db = openDatabase({ file: this.#files.inbox, key, role: 'inbox', readonly: true, cacheKib: INBOX_CACHE_KIB });
    try {
      this.#inbox = { inbox: new Inbox(db), db };
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #openCopy(): void {
    const { inbox } = this;
    if (this.#copy !== null || inbox === null) return;
    const { openWriter, copyKey, clock, onOpened } = this.#options;
    this.#copy = openCopy({
      file: this.#files.copy,
      snapshotFolder: this.#files.snapshots,
      key: copyKey,
      clock,
      inbox,
      openWriter: (db) => openWriter(db, () => this.inbox),
      knownDamaged: this.#isCopyDamaged,
    });
    this.#isCopyDamaged = false;
    this.#opening++;
    onOpened(this.#copy);
  }

  #closeCopy(): void {
    this.#copy?.db.close();
    this.#copy = null;
  }

  #closeInbox(): void {
    this.#inbox?.db.close();
    this.#inbox = null;
  }
}
