// A code that lets somebody in once. Its time is counted on the monotonic clock; after a restart of the machine on the wall clock, and a
// wall clock that then stands before the code was made has been set wrong: the code is over, and a new one is dealt in a minute.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Arrival } from '../domain/time.ts';
import { type Draw, dealCode, spokenCode } from './words.ts';

export interface KeptCode {
  readonly salt: string;
  readonly hash: string;
  readonly madeAt: Arrival;
  readonly validMs: number;
}

const SALT_BYTES = 16;

/** Quick: 40 random bits that live for hours behind the slowed tries of slow-down.ts. */
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

export function isCodeValid({ madeAt, validMs }: KeptCode, now: Arrival): boolean {
  const passed = now.boot === madeAt.boot ? now.monotonicMs - madeAt.monotonicMs : now.wallMs - madeAt.wallMs;
  return passed >= 0 && passed < validMs;
}

export const isCode = (kept: KeptCode, typed: string): boolean =>
  timingSafeEqual(Buffer.from(digest(typed, kept.salt), 'hex'), Buffer.from(kept.hash, 'hex'));
