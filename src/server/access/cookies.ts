// The two cookies: who is signed in, and that somebody has signed in on this device before. No script can read either, no other site
// can send them, and over TLS no other host could have set them.

import type { FastifyReply, FastifyRequest } from 'fastify';

const NAMES = { session: 'reservkraft-session', device: 'reservkraft-device' } as const;
type CookieName = keyof typeof NAMES;

/** Browsers forget a cookie after this long anyway. */
const DEVICE_SECONDS = 400 * 86_400;

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
  const age = value === '' ? '; Max-Age=0' : cookie === 'device' ? `; Max-Age=${DEVICE_SECONDS}` : '';
  const secure = isEncrypted(request) ? '; Secure' : '';
  reply.header('set-cookie', `${nameFor(request, cookie)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}${age}`);
}
