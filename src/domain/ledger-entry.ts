// One line of the ledger, and the exact text that is hashed and signed of it: the same in a station, in a browser and in whatever
// program somebody checks an exported file with (docs/ledger-format.md). Only `entryText` decides what a signature covers.

import { domainLimits } from './domain-limits.ts';

declare const brand: unique symbol;

/** A station's or device's own chain, for as long as it lives. */
export type ChainId = string & { readonly [brand]: 'ChainId' };
export const chainId = (text: string): ChainId => text as ChainId;

/** `epoch`: one unbroken run of numbers, named by the second it was opened; a new one begins at installation and restore. */
export interface LedgerPlace {
  readonly chain: ChainId;
  readonly epoch: number;
  /** From 1 in each epoch. */
  readonly sequence: number;
}

/** Where a chain has come to, and by which entry: another at the same place is another chain of events. */
export interface LedgerHead extends LedgerPlace {
  readonly hash: string;
}

/** Hashes, key and signature as lower-case hexadecimal. */
export interface LedgerEntry extends LedgerPlace {
  /** UUIDv7. */
  readonly id: string;
  /** A word of entry-kinds.ts, of this version or a later one. */
  readonly kind: string;
  /** When it happened, and when this chain wrote it down: ms since 1970 UTC by the wall clock. */
  readonly eventAt: number;
  readonly registeredAt: number;
  readonly author: string;
  readonly unit: string | null;
  /** Our opaque handle, never a number. */
  readonly patient: string | null;
  /** SHA-256 of salt and body: says nothing of the body once salt and body are gone. */
  readonly bodyHash: string;
  /** Of the entry before in the same epoch; zeros for the first. */
  readonly previousHash: string;
  readonly hash: string;
  readonly signature: string;
}

export interface LedgerBody {
  readonly salt: Buffer;
  /** JSON text. */
  readonly content: Buffer;
}

export interface LedgerItem {
  readonly entry: LedgerEntry;
  /** Null: erased, or left out of what was exported. */
  readonly body: LedgerBody | null;
}

/** What somebody wants written; the chain gives it its place, its number and its signature. */
export interface EntryDraft {
  readonly kind: string;
  readonly eventAt: number;
  readonly author: string;
  readonly unit: string | null;
  readonly patient: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** Must not be erased before it has been returned to the source systems. */
  readonly isUnreturned?: boolean;
}

/**
 * What names an entry that its device may tell of twice, when the answer was lost on its way; null: it can't. `told` in a body is what the
 * device drew. The same under another patient's or reader's name is another read: none is ever left out because a name came back.
 */
export function toldOnce({ kind, patient, body }: Pick<EntryDraft, 'kind' | 'patient' | 'body'>): string | null {
  const { told, readBy } = body;
  return typeof told === 'string' ? JSON.stringify([told, kind, patient, readBy ?? null]) : null;
}

/** Before the first entry of an epoch. */
export const NO_HASH = '0'.repeat(64);

const ENTRY_FORM = 'reservkraft-ledger-entry-1';

/** One field a line, each line ended by a line feed, in UTF-8; absent is an empty line. No field can hold a line break. */
export function entryText(entry: Omit<LedgerEntry, 'hash' | 'signature'>): string {
  const { chain, epoch, sequence, id, kind, eventAt, registeredAt, author, unit, patient, bodyHash, previousHash } =
    entry;
  const fields = [
    ENTRY_FORM,
    chain,
    epoch,
    sequence,
    id,
    kind,
    eventAt,
    registeredAt,
    author,
    unit ?? '',
    patient ?? '',
  ];
  return [...fields, bodyHash, previousHash, ''].join('\n');
}

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const matches =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value);
const isHash = matches(/^[0-9a-f]{64}$/);
const isText = (value: unknown): boolean =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= domainLimits.ledgerTextMax &&
  // A half letter would become the same bytes as any other half letter, and two texts would have one hash.
  value.isWellFormed() &&
  !/[\p{Cc}\u2028\u2029]/u.test(value);
const orNull =
  (test: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || test(value);

const FIELDS: Record<keyof LedgerEntry, (value: unknown) => boolean> = {
  chain: matches(/^[a-z2-7]{26}$/),
  epoch: isWhole,
  sequence: (value) => isWhole(value) && value !== 0,
  id: matches(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  kind: matches(/^[a-z][a-z.-]{0,39}$/),
  eventAt: isWhole,
  registeredAt: isWhole,
  author: isText,
  unit: orNull(isText),
  patient: orNull(matches(/^[a-z2-7]{26}$/)),
  bodyHash: isHash,
  previousHash: isHash,
  hash: isHash,
  signature: matches(/^[0-9a-f]{128}$/),
};
const FIELD_NAMES = Object.keys(FIELDS) as (keyof LedgerEntry)[];

/** The entry, or the name of the field that makes it none. Exactly our fields: one more could be taken for signed. */
export function readLedgerEntry(value: unknown): LedgerEntry | { readonly wrong: string } {
  if (typeof value !== 'object' || value === null) return { wrong: 'entry' };
  const given = value as Record<string, unknown>;
  const wrong =
    FIELD_NAMES.find((name) => !Object.hasOwn(given, name) || !FIELDS[name](given[name])) ??
    Object.keys(given).find((name) => !Object.hasOwn(FIELDS, name));
  if (wrong !== undefined) return { wrong };
  return orderedEntry(given as unknown as LedgerEntry);
}

/** Its fields in the one order in which they are written. */
export function orderedEntry(entry: LedgerEntry): LedgerEntry {
  const { chain, epoch, sequence, id, kind, eventAt, registeredAt, author, unit, patient } = entry;
  const { bodyHash, previousHash, hash, signature } = entry;
  return {
    ...{ chain, epoch, sequence, id, kind, eventAt, registeredAt, author, unit, patient },
    ...{ bodyHash, previousHash, hash, signature },
  };
}

/** What stands where a field allows no control characters, from whatever somebody wrote. Null when nothing is left. */
export function ledgerText(text: string | null | undefined): string | null {
  const clean = (text ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, domainLimits.ledgerTextMax);
  const whole = clean.toWellFormed();
  return whole === '' ? null : whole;
}
