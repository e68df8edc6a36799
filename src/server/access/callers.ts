// Who asks: the station's own programs with its token, a person with a session, or nobody, who gets 401 and nothing else. Stands before
// every route, also those that do not exist.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access, PatientAccess } from '../../access/access.ts';
import type { Session } from '../../access/sessions.ts';
import type { Tell, Told } from '../../access/tell.ts';
import {
  ACCESS_PATHS,
  BACKGROUND_HEADER,
  OWN_PAGE_HEADER,
  OWN_PAGE_VALUE,
  SESSION_HEADER,
} from '../../domain/access/routes.ts';
import { Failure } from '../../domain/failures.ts';
import { isEncrypted, readCookie } from './cookies.ts';
import { fromOf } from './from.ts';
import { headerOf } from './origins.ts';
import { ACCESS_RULES, type AccessRule } from './rules.ts';

export type Caller =
  | { readonly kind: 'station' }
  | { readonly kind: 'person'; readonly session: Session; readonly token: string }
  | { readonly kind: 'nobody' };

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
    /** For the ledger, whatever is answered. */
    told: Told[];
    /** Told whether all of it is on the disk, before the answer leaves. */
    whenTold: ((isWritten: boolean) => void) | null;
    /** How the patient came to be open to this reader. */
    opened: PatientAccess | null;
  }
}

export interface CallersOptions {
  readonly access: Access;
  readonly token: string;
  readonly hosts: readonly string[];
}

const NOBODY: Caller = { kind: 'nobody' };

export function registerCallers(server: FastifyInstance, { access, token, hosts }: CallersOptions): void {
  server.decorateRequest('caller');
  server.decorateRequest('told');
  server.decorateRequest('whenTold', null);
  server.decorateRequest('opened', null);
  server.addHook('onRequest', async (request, reply) => {
    request.caller = NOBODY;
    request.told = [];
    if (!isOwnHost(request, hosts)) throw foreignHost();
    if (request.url === '/health' || isOfApp(request)) return;
    if (isFromHere(request) && hasToken(request, token)) {
      request.caller = { kind: 'station' };
      return;
    }
    access.handIns.requireNotLost(fromOf(request), TELLS_WHAT_WAS_DONE.includes(routeOf(request)));
    // Before anything is looked up: what another site sends opens nothing and ends nothing.
    const isCrossSite = !request.isElsewhere && !isFromOwnPage(request);
    if (ruleOf(request) === 'open') {
      if (isCrossSite) throw new Failure('access.cross-site');
      return;
    }
    const given = request.isElsewhere ? headerOf(request, SESSION_HEADER) : readCookie(request, 'session');
    const isByHand =
      request.headers[BACKGROUND_HEADER] === undefined && request.routeOptions.url !== ACCESS_PATHS.session;
    const session = given === null ? null : access.session(given, isByHand);
    if (session === null || given === null) {
      reply.header('www-authenticate', 'Bearer');
      throw new Failure('request.unauthorized');
    }
    if (isCrossSite) throw new Failure('access.cross-site');
    request.caller = { kind: 'person', session, token: given };
    // Before its body is read, which may be large.
    if (ruleOf(request) === 'station') throw new Failure('access.not-allowed');
  });
}

/** What a lost device may still say; it is answered nothing. */
const TELLS_WHAT_WAS_DONE: readonly string[] = ['POST /api/reads/sealed', 'POST /api/session/emergency-code/used'];

const routeOf = ({ method, routeOptions }: FastifyRequest): string =>
  `${method === 'HEAD' ? 'GET' : method} ${routeOptions.url ?? ''}`;

export const ruleOf = (request: FastifyRequest): AccessRule => ACCESS_RULES[routeOf(request)] ?? 'station';

export const tellOf =
  (request: FastifyRequest): Tell =>
  (told) =>
    void request.told.push(told);

/** @throws {Failure} `access.not-allowed` for the station's own programs, which are nobody in particular. */
export function personOf({ caller }: FastifyRequest): { readonly session: Session; readonly token: string } {
  if (caller.kind !== 'person') throw new Failure('access.not-allowed', 'Det här gör den som är inloggad.');
  return caller;
}

/** Refuses a page elsewhere that has pointed its own name at this machine (DNS rebinding). */
export function isOwnHost(request: FastifyRequest, hosts: readonly string[]): boolean {
  const host = (request.headers.host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return (
    host === '127.0.0.1' || host === 'localhost' || host === '::1' || (isEncrypted(request) && hosts.includes(host))
  );
}

export const foreignHost = (): Failure =>
  new Failure('request.unauthorized', 'adressen i Host är inte den här stationens');

/** A file of the app, by its own address: says nothing of anyone. */
function isOfApp({ method, routeOptions: { url } }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && url !== undefined && url !== '/health' && !/^\/(api|fhir)\//.test(url);
}

/** The station's own address as this browser has it; the Host has been checked. */
export const ownOrigin = (request: FastifyRequest): string =>
  `${isEncrypted(request) ? 'https' : 'http'}://${request.headers.host ?? ''}`.toLowerCase();

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * No page of another origin: what a browser says of where the question comes from must be our own address, and what changes something
 * carries a header that such a page could only send after asking, which is never allowed.
 */
function isFromOwnPage(request: FastifyRequest): boolean {
  const { method, headers } = request;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== ownOrigin(request)) return false;
  return SAFE_METHODS.includes(method) || headers[OWN_PAGE_HEADER] === OWN_PAGE_VALUE;
}

/** The station's token is for this machine: carried elsewhere it opens nothing. */
const isFromHere = ({ raw }: FastifyRequest): boolean =>
  /^(?:::ffff:)?127\.|^::1$/.test(raw.socket.remoteAddress ?? '');

export const TOKEN = /^[\w.-]{20,200}$/;

function hasToken(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer +([\w.-]{20,200})$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
