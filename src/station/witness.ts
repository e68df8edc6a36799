// The witness: how far the inbox had come, kept outside the inbox. Encryption finds pages that were changed, not a WAL that was
// removed or an old file put back; an inbox that falls short of its witness has lost acknowledged messages, and says so.

import { hash } from 'node:crypto';
import { closeSync, existsSync, fdatasync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What was on the disk at one commit. The copy's cursor is told for information: the copy can be made again. */
export interface WitnessHead {
  readonly inboxSeq: number;
  readonly chain: Buffer;
  readonly copyCursor: number;
}

const MAGIC = 'RKW1';
const SLOT_BYTES = 72;
const CHECKED_BYTES = 64;
/** Far enough apart that one torn write can't reach both. */
const SLOT_OFFSETS = [0, 4096] as const;

/**
 * Two slots written in turn: while one is on its way to the disk the other is whole. A commit that comes while a slot is on its
 * way waits for it, and only the newest of those waiting is written: the witness is never more than one write behind.
 */
export class Witness {
  readonly #fd: number;
  #turn: number;
  #waiting: WitnessHead | null = null;
  #isSyncing = false;
  #isClosed = false;
  #failed = false;

  /** Written before this start; null when there is none, or when neither slot is readable. */
  readonly found: WitnessHead | null;

  constructor(file: string) {
    const isNew = !existsSync(file);
    this.#fd = openSync(file, isNew ? 'w+' : 'r+', 0o600);
    if (isNew) syncFolder(dirname(file));
    const slots = SLOT_OFFSETS.map((offset) => readSlot(this.#fd, offset));
    const newest = slots.reduce((best, slot) => ((slot?.turn ?? -1) > (best?.turn ?? -1) ? slot : best), null);
    this.found = newest?.head ?? null;
    this.#turn = (newest?.turn ?? 0) + 1;
  }

  /** False while the disk refuses it: the inbox then goes on without, which is less sure but no loss. */
  get isKept(): boolean {
    return !this.#failed;
  }

  record(head: WitnessHead): void {
    if (this.#isClosed) return;
    if (this.#isSyncing) this.#waiting = head;
    else this.#write(head);
  }

  /** Writes what waits, waits for the disk, and closes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      if (this.#waiting !== null) this.#writeSlot(this.#waiting);
      fsyncSync(this.#fd);
    } catch {
      this.#failed = true;
    }
    if (!this.#isSyncing) closeSync(this.#fd);
  }

  #write(head: WitnessHead): void {
    try {
      this.#writeSlot(head);
    } catch {
      this.#failed = true;
      return;
    }
    this.#isSyncing = true;
    fdatasync(this.#fd, (error) => {
      this.#isSyncing = false;
      this.#failed = error !== null && error !== undefined;
      if (this.#isClosed) {
        closeSync(this.#fd);
        return;
      }
      const next = this.#waiting;
      this.#waiting = null;
      if (next !== null) this.#write(next);
    });
  }

  #writeSlot(head: WitnessHead): void {
    writeSync(this.#fd, slot(this.#turn, head), 0, SLOT_BYTES, SLOT_OFFSETS[this.#turn % 2]);
    this.#turn++;
  }
}

function slot(turn: number, head: WitnessHead): Buffer {
  const bytes = Buffer.alloc(SLOT_BYTES);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUIntBE(turn, 4, 6);
  bytes.writeUIntBE(head.inboxSeq, 10, 6);
  bytes.writeUIntBE(head.copyCursor, 16, 6);
  head.chain.copy(bytes, 32, 0, 32);
  checksum(bytes).copy(bytes, CHECKED_BYTES);
  return bytes;
}

function readSlot(fd: number, offset: number): { turn: number; head: WitnessHead } | null {
  const bytes = Buffer.alloc(SLOT_BYTES);
  if (readSync(fd, bytes, 0, SLOT_BYTES, offset) !== SLOT_BYTES) return null;
  if (bytes.toString('latin1', 0, 4) !== MAGIC || !checksum(bytes).equals(bytes.subarray(CHECKED_BYTES))) return null;
  const head = {
    inboxSeq: bytes.readUIntBE(10, 6),
    copyCursor: bytes.readUIntBE(16, 6),
    chain: Buffer.from(bytes.subarray(32, 64)),
  };
  return { turn: bytes.readUIntBE(4, 6), head };
}

const checksum = (bytes: Buffer): Buffer =>
  hash('sha256', bytes.subarray(0, CHECKED_BYTES), 'buffer').subarray(0, SLOT_BYTES - CHECKED_BYTES);

/** A new file survives a power cut only when its folder's entry does. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
