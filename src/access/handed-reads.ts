// Reads that a device hands in sealed: opened with the key its copy has, by the station that makes that key.

import { createDecipheriv } from 'node:crypto';
import {
  HANDED_KINDS,
  type HandedReads,
  type KeptRead,
  pieceContext,
  type SealedRead,
} from '../domain/access/handed-reads.ts';
import { limits } from '../limits.ts';

const TAG_BYTES = 16;

/** Those that were sealed with the key; the others say nothing, and are counted. */
export function openedReads({ vault, reads }: HandedReads, key: Buffer): readonly KeptRead[] {
  return reads.flatMap((one) => openedRead(one, pieceContext(vault, 'read', one.id), key) ?? []);
}

/** As a browser seals: AES-GCM, the tag after the bytes. */
function openedRead({ id, iv, sealed }: SealedRead, context: string, key: Buffer): KeptRead | null {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'));
    decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(bytes.subarray(-TAG_BYTES));
    const opened = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return readKept(JSON.parse(opened.toString('utf8')), id);
  } catch {
    return null;
  }
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= limits.ledgerTextMax;

/** Null: nothing that an app of ours keeps under this name. */
function readKept(value: unknown, id: string): KeptRead | null {
  if (typeof value !== 'object' || value === null) return null;
  const { kind, by, names, unit, patient, readAt, ...rest } = value as Readonly<Record<string, unknown>>;
  const known = HANDED_KINDS.find((one) => one === kind);
  if (known === undefined || rest['id'] !== id || !isText(by) || !isText(unit)) return null;
  if (typeof readAt !== 'number' || !Number.isSafeInteger(readAt) || readAt < 0) return null;
  if (patient !== undefined && !(typeof patient === 'string' && /^[a-z2-7]{26}$/.test(patient))) return null;
  return {
    ...{ id, kind: known, by, unit, readAt },
    ...(isText(names) ? { names } : {}),
    ...(patient === undefined ? {} : { patient }),
  };
}
