// The committed frames of a SQLite write-ahead log, in order, read as they lie on the disk (sqlite.org/fileformat2, section 4): for a
// database that SQLite itself can no longer open.

import { readSync } from 'node:fs';
import { PAGE_BYTES } from './open-database.ts';

export interface WalFrame {
  readonly pageNo: number;
  /** Where its page begins in the log. */
  readonly offset: number;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;
const SALTS = { from: 16, to: 24 } as const;

/** Ends where SQLite's own reading ends: at the first frame of another round, or that is not what was written. */
export function walFrames(fd: number): WalFrame[] {
  const header = Buffer.alloc(HEADER_BYTES);
  if (readSync(fd, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return [];
  const magic = header.readUInt32BE(0);
  if ((magic & ~1) >>> 0 !== MAGIC || header.readUInt32BE(8) !== PAGE_BYTES) return [];
  const isBigEndian = (magic & 1) === 1;
  let sum = checksum(header.subarray(0, 24), [0, 0], isBigEndian);
  if (sum[0] !== header.readUInt32BE(24) || sum[1] !== header.readUInt32BE(28)) return [];
  const frames: WalFrame[] = [];
  let committed = 0;
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + PAGE_BYTES);
  for (let at = HEADER_BYTES; readSync(fd, frame, 0, frame.length, at) === frame.length; at += frame.length) {
    if (!frame.subarray(8, 16).equals(header.subarray(SALTS.from, SALTS.to))) break;
    sum = checksum(frame.subarray(0, 8), sum, isBigEndian);
    sum = checksum(frame.subarray(FRAME_HEADER_BYTES), sum, isBigEndian);
    if (sum[0] !== frame.readUInt32BE(16) || sum[1] !== frame.readUInt32BE(20)) break;
    frames.push({ pageNo: frame.readUInt32BE(0), offset: at + FRAME_HEADER_BYTES });
    // The last frame of a transaction says how large the file is after it.
    if (frame.readUInt32BE(4) !== 0) committed = frames.length;
  }
  return frames.slice(0, committed);
}

type Sum = readonly [number, number];

function checksum(bytes: Buffer, [first, second]: Sum, isBigEndian: boolean): Sum {
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}
