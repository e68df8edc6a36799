// Hashes and signatures of entries and their bodies.

import { hash } from 'node:crypto';
import { entryText, type LedgerBody, type LedgerEntry } from '../domain/ledger-entry.ts';
import { isSignedBy, type Signer } from './chain-key.ts';

export const SALT_BYTES = 16;

export const sha256 = (bytes: Uint8Array | string): Buffer => hash('sha256', bytes, 'buffer');

/** The salt keeps a body that was erased from being guessed: there are few sentences to choose from. */
export const bodyHashOf = ({ salt, content }: LedgerBody): string =>
  sha256(Buffer.concat([salt, content])).toString('hex');

const entryHash = (entry: Omit<LedgerEntry, 'hash' | 'signature'>): Buffer => sha256(entryText(entry));

export function sealEntry(entry: Omit<LedgerEntry, 'hash' | 'signature'>, signer: Signer): LedgerEntry {
  const digest = entryHash(entry);
  return { ...entry, hash: digest.toString('hex'), signature: signer.sign(digest).toString('hex') };
}

/** `changed`: it is not what its hash says; `forged`: not signed by this key. */
export function sealFault(entry: LedgerEntry, publicKey: string): 'changed' | 'forged' | null {
  const digest = entryHash(entry);
  if (digest.toString('hex') !== entry.hash) return 'changed';
  return isSignedBy(publicKey, digest, entry.signature) ? null : 'forged';
}

/** RFC 9562: the time first, so that ids sort as they were made. `random`: 10 bytes. */
export function uuidV7(ms: number, random: Buffer): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(ms, 0, 6);
  random.copy(bytes, 6, 0, 10);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
