// The cookies: who is signed in, that somebody has signed in on this device before, and that a sign-in has begun elsewhere. No script can read either, no other site
// can send them, and over TLS no other host could have set them.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../../limits.ts';

const NAMES = {
  session: 'reservkraft-session',
  device: 'reservkraft-device',
  provider: 'reservkraft-provider',
} as const;
type CookieName = keyof typeof NAMES;

/** Browsers forget a cookie after the first anyway; one without lasts until the browser is closed. */
const AGE_SECONDS: Readonly<Partial<Record<CookieName, number>>> = {
  device: 400 * 86_400,
  provider: limits.providerFlowMs / 1_000,
};

export const isEncrypted = ({ raw }: FastifyRequest): boolean => 'encrypted' in raw.socket;

const nameFor = (request: FastifyRequest, cookie: CookieName): string =>
  isEncrypted(request) ? `__Host-${NAMES[cookie]}` : NAMES[cookie];

/** Null when there is none, or two: a second one was put there by somebody else. */
export function readCookie(request: FastifyRequest, cookie: CookieName): string | null {
  const name = nameFor(request, cookie);
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .flatMap(([key, ...value]) => (key === name ? [value.join('=')] : []));
  return values.length === 1 ? (values[0] ?? null) : null;
}

export function setCookie(request: FastifyRequest, reply: FastifyReply, cookie: CookieName, value: string): void {
  const seconds = value === '' ? 0 : AGE_SECONDS[cookie];
  const age = seconds === undefined ? '' : `; Max-Age=${seconds}`;
  const secure = isEncrypted(request) ? '; Secure' : '';
  reply.header('set-cookie', `${nameFor(request, cookie)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}${age}`);
}
