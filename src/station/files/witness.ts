// The witness: how far a database had come, kept outside of it. Encryption finds pages that were changed, not a WAL that was removed
// or an old file put back; an inbox that falls short of its witness has lost acknowledged messages, a ledger entries, and says so.

import { hash } from 'node:crypto';
import { closeSync, existsSync, fdatasync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';

/** What was on the disk at one commit. */
export interface WitnessHead {
  /** The last row or entry. */
  readonly sequence: number;
  /** 32 bytes that stand for everything up to it. */
  readonly chain: Buffer;
  /** Of the inbox: how far the copy had come, for information (it can be made again). Of the ledger: the epoch. */
  readonly beside: number;
}

const MAGIC = 'RKW1';
const SLOT_BYTES = 72;
const CHECKED_BYTES = 64;
/** Far enough apart that one torn write can't reach both. */
const SLOT_OFFSETS = [0, 4096] as const;

/** A power cut takes at most this much of the witness; a killed process takes nothing. */
const SYNC_EVERY_MS = 50;

/**
 * Two slots in turn: what is on the disk in one stays untouched until the other is there as well. Each commit is written at once
 * (a killed process loses nothing of it) and waited for by nobody; that it reaches the disk is asked for some times a second, since
 * every wait for the disk here would delay the wait that a sender's answer depends on.
 */
export class Witness {
  readonly #fd: number;
  #turn: number;
  /** The slot that may be overwritten: the older one. */
  #slotNo: number;
  /** Came while a slot was on its way to the disk. */
  #waiting: WitnessHead | null = null;
  #isSyncing = false;
  #syncTimer: NodeJS.Timeout | null = null;
  #syncedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #failed = false;

  /** Written before this start; null when there is none, or when neither slot is readable. */
  readonly found: WitnessHead | null;

  constructor(file: string) {
    const isNew = !existsSync(file);
    this.#fd = openSync(file, isNew ? 'w+' : 'r+', 0o600);
    if (isNew) syncFolder(dirname(file));
    const { slots, newest } = readSlots(this.#fd);
    this.found = newest?.head ?? null;
    this.#turn = (newest?.turn ?? 0) + 1;
    this.#slotNo = newest === null || newest !== slots[0] ? 0 : 1;
  }

  /** False while the disk refuses it: the database then goes on without, which is less sure but no loss. */
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
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer);
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
    if (this.#syncTimer !== null) return;
    const inMs = Math.max(0, this.#syncedAtMs + SYNC_EVERY_MS - performance.now());
    if (inMs === 0) this.#sync();
    else this.#syncTimer = setTimeout(() => this.#sync(), inMs);
  }

  /** From here on the other slot is written. */
  #sync(): void {
    this.#syncTimer = null;
    this.#isSyncing = true;
    this.#slotNo = 1 - this.#slotNo;
    fdatasync(this.#fd, (error) => {
      this.#isSyncing = false;
      this.#syncedAtMs = performance.now();
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
    writeSync(this.#fd, slot(this.#turn, head), 0, SLOT_BYTES, SLOT_OFFSETS[this.#slotNo]);
    this.#turn++;
  }
}

/** How far the database had come, for who only reads; null as `found`. */
export function readWitness(file: string): WitnessHead | null {
  if (!existsSync(file)) return null;
  const fd = openSync(file, 'r');
  try {
    return readSlots(fd).newest?.head ?? null;
  } finally {
    closeSync(fd);
  }
}

function readSlots(fd: number) {
  const slots = SLOT_OFFSETS.map((offset) => readSlot(fd, offset));
  const newest = slots.reduce((best, slot) => ((slot?.turn ?? -1) > (best?.turn ?? -1) ? slot : best), null);
  return { slots, newest };
}

function slot(turn: number, head: WitnessHead): Buffer {
  const bytes = Buffer.alloc(SLOT_BYTES);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUIntBE(turn, 4, 6);
  bytes.writeUIntBE(head.sequence, 10, 6);
  bytes.writeUIntBE(head.beside, 16, 6);
  head.chain.copy(bytes, 32, 0, 32);
  checksum(bytes).copy(bytes, CHECKED_BYTES);
  return bytes;
}

function readSlot(fd: number, offset: number): { turn: number; head: WitnessHead } | null {
  const bytes = Buffer.alloc(SLOT_BYTES);
  if (readSync(fd, bytes, 0, SLOT_BYTES, offset) !== SLOT_BYTES) return null;
  if (bytes.toString('latin1', 0, 4) !== MAGIC || !checksum(bytes).equals(bytes.subarray(CHECKED_BYTES))) return null;
  const head = {
    sequence: bytes.readUIntBE(10, 6),
    beside: bytes.readUIntBE(16, 6),
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
