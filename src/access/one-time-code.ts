// A code that lets somebody in once. Its time is counted on the monotonic clock; after a restart of the machine on the wall clock, and a
// wall clock that then stands before the code was made has been set wrong: the code is over, and a new one is dealt in a minute.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Arrival } from '../domain/time.ts';
import type { KeptSecret, Secrets } from './secrets.ts';
import { type Draw, dealCode, spokenCode } from './words.ts';

interface CodeTime {
  readonly madeAt: Arrival;
  readonly validMs: number;
}

/** Hashed quickly: in memory alone, or in rows of before waiting codes were hashed slowly, which are over within seven days. */
export interface KeptCode extends CodeTime {
  readonly salt: string;
  readonly hash: string;
}

/** As it waits on the disk, for days: 40 bits behind argon2id, so that who has disk and key guesses as slowly as at words. */
export interface WaitingCode extends CodeTime {
  readonly secret: KeptSecret;
}

const SALT_BYTES = 16;

/** Minutes, behind the slowed tries of slow-down.ts, and never on a disk. */
const digest = (code: string, salt: string): string => hash('sha256', `${salt}${spokenCode(code)}`, 'hex');

export function makeCode(
  madeAt: Arrival,
  validMs: number,
  draw: Draw,
): { readonly code: string; readonly kept: KeptCode } {
  const code = dealCode(draw);
  const salt = randomBytes(SALT_BYTES).toString('hex');
  return { code, kept: { salt, hash: digest(code, salt), madeAt, validMs } };
}

export function isCodeValid({ madeAt, validMs }: CodeTime, now: Arrival): boolean {
  const passed = now.boot === madeAt.boot ? now.monotonicMs - madeAt.monotonicMs : now.wallMs - madeAt.wallMs;
  return passed >= 0 && passed < validMs;
}

export const isCode = (kept: KeptCode, typed: string): boolean =>
  timingSafeEqual(Buffer.from(digest(typed, kept.salt), 'hex'), Buffer.from(kept.hash, 'hex'));

export async function makeWaitingCode(
  { madeAt, validMs }: CodeTime,
  draw: Draw,
  secrets: Secrets,
): Promise<{ readonly code: string; readonly kept: WaitingCode }> {
  const code = dealCode(draw);
  return { code, kept: { secret: await secrets.keep(spokenCode(code)), madeAt, validMs } };
}

/** One account's own, never looked for among all that wait. Takes as long where none waits (`null`). */
export const isWaitingCode = async (
  kept: WaitingCode | KeptCode | null,
  typed: string,
  secrets: Secrets,
): Promise<boolean> =>
  kept !== null && 'hash' in kept
    ? isCode(kept, typed)
    : secrets.isRight(spokenCode(typed), kept === null ? null : kept.secret);
