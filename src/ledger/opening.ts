// The first entry of an epoch tells by which key the others are signed, why it begins, and how far the epoch before had come:
// what a restore lost is said by number in the chain itself, where everyone who checks it reads it.

import type { LedgerItem } from '../domain/ledger-entry.ts';

/**
 * `restored`: the ledger is older than its witness, or gone; `unwitnessed`: nobody can say that it is not (going on with the same
 * numbers could give two entries one place); `key-changed`: signed by another key from here on.
 */
const OPENING_REASONS = ['installed', 'restored', 'unwitnessed', 'key-changed'] as const;
export type OpeningReason = (typeof OPENING_REASONS)[number];

/** How far an epoch had come. */
export interface EpochHead {
  readonly epoch: number;
  readonly sequence: number;
  readonly hash: string;
}

export interface Opening {
  readonly publicKey: string;
  readonly station: string;
  readonly reason: OpeningReason;
  /** The last that is known to have been written before, by ledger or witness. */
  readonly former: EpochHead | null;
  /** The last of it that is still here. */
  readonly kept: EpochHead | null;
}

/** Null for anything that is not the opening of an epoch. */
export function readOpening({ entry, body }: LedgerItem): Opening | null {
  if (entry.kind !== 'ledger.opened' || entry.sequence !== 1 || body === null) return null;
  const said = readJson(body.content) as Partial<Opening> | null;
  if (said === null || !/^[0-9a-f]{64}$/.test(String(said.publicKey))) return null;
  const reason = OPENING_REASONS.find((known) => known === said.reason);
  if (reason === undefined) return null;
  return {
    publicKey: String(said.publicKey),
    station: String(said.station),
    reason,
    former: readHead(said.former),
    kept: readHead(said.kept),
  };
}

function readHead(value: unknown): EpochHead | null {
  const head = value as Partial<EpochHead> | null | undefined;
  if (head === null || head === undefined) return null;
  const { epoch, sequence, hash } = head;
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(sequence)) return null;
  return { epoch: Number(epoch), sequence: Number(sequence), hash: String(hash) };
}

/** A body is JSON; one that is not says nothing. */
export function readJson(content: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
