// Six digits and a piece of hardware on a computer: set by who is signed in by words, signed in with, and removed when it is lost.

import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Access } from '../../access/access.ts';
import type { Site } from '../../access/pin-keys.ts';
import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import { Closed } from '../api/schema-parts.ts';
import { requireHsaId } from './account-routes.ts';
import {
  ChallengeAnswer,
  DoneAnswer,
  MeAnswer,
  OwnPinsAnswer,
  PinOfferAnswer,
  RemovedAnswer,
} from './answer-schemas.ts';
import { byOf } from './by.ts';
import { personOf, tellOf } from './callers.ts';
import { isEncrypted } from './cookies.ts';
import { fromOf } from './from.ts';
import { enter, type Server } from './session-routes.ts';

const Typed = Type.String({ minLength: 1, maxLength: limits.secretTextMax });
const Url = Type.String({ pattern: '^[\\w-]+$', minLength: 1, maxLength: limits.hardwareTextMax });
const Credential = Type.String({ pattern: '^[\\w-]+$', minLength: 16, maxLength: 1_400 });
const base64 = (bytes: number) => {
  const letters = Math.ceil((bytes * 4) / 3);
  return Type.String({ pattern: `^[A-Za-z0-9+/]{${letters}}={0,2}$` });
};

/** The page it is asked by: Host is one of the station's own names (callers.ts). Hardware answers to names alone. */
function siteOf(request: FastifyRequest): Site {
  const host = request.headers.host ?? '';
  const rpId = host.replace(/:\d+$/, '').toLowerCase();
  if (isIP(rpId.replace(/^\[(.*)\]$/, '$1')) !== 0)
    throw new Failure('access.pin-refused', 'stationen måste öppnas vid namn, inte vid nummer');
  return { rpId, origin: `${isEncrypted(request) ? 'https' : 'http'}://${host.toLowerCase()}` };
}

export function registerPins(server: Server, access: Access): void {
  server.post(
    '/session/pin/challenge',
    {
      schema: {
        summary: 'Det säkerhetsnyckeln ska signera',
        security: [],
        body: Closed({}),
        response: { 200: ChallengeAnswer },
      },
    },
    () => ({ challenge: access.pins.challenge() }),
  );
  server.post(
    '/session/pin',
    {
      schema: {
        summary: 'Logga in med PIN och säkerhetsnyckel',
        security: [],
        body: Closed({
          user: Typed,
          credential: Credential,
          clientData: Url,
          authenticatorData: Url,
          signature: Url,
          proof: base64(32),
        }),
        response: { 200: MeAnswer },
      },
    },
    async (request, reply) => {
      const site = siteOf(request);
      const door = await access.signIns.withPin(request.body, site, fromOf(request), tellOf(request));
      return enter(access, { request, reply }, door);
    },
  );
  server.get(
    '/session/pins',
    { schema: { summary: 'På vilka datorer man har PIN', response: { 200: OwnPinsAnswer } } },
    (request) => {
      const here = access.signIns.deviceOf(fromOf(request));
      return { pins: access.pins.of(personOf(request).session.person.id, here) };
    },
  );
  server.post(
    '/session/pins/offer',
    {
      schema: {
        summary: 'Vad säkerhetsnyckeln ska göra sig känd med',
        body: Closed({}),
        response: { 200: PinOfferAnswer },
      },
    },
    (request) => access.offerPin(personOf(request).session, siteOf(request), fromOf(request)),
  );
  server.post(
    '/session/pins',
    {
      schema: {
        summary: 'Använd PIN och säkerhetsnyckel på den här datorn',
        body: Closed({
          secret: Typed,
          credential: Credential,
          transports: Type.Array(Type.String({ pattern: '^[a-z-]{1,20}$' }), { maxItems: 8 }),
          clientData: Url,
          attestation: Url,
          salt: base64(16),
          envelopeKey: base64(32),
          proof: base64(32),
        }),
        response: { 200: DoneAnswer },
      },
    },
    async (request) => {
      await access.addPin(personOf(request), request.body, siteOf(request), fromOf(request), tellOf(request));
      return { done: true };
    },
  );
  server.post(
    '/session/pins/remove',
    {
      schema: {
        summary: 'Ta bort en egen PIN och säkerhetsnyckel',
        body: Closed({ credential: Credential }),
        response: { 200: DoneAnswer },
      },
    },
    (request) => {
      const { session, token } = personOf(request);
      access.removePin(session, token, request.body.credential, tellOf(request));
      return { done: true };
    },
  );
  server.post(
    '/accounts/pins/remove',
    {
      schema: {
        summary: 'Ta bort en kollegas PIN och säkerhetsnycklar (borttappad nyckel)',
        body: Closed({
          id: Type.String({ minLength: 1, maxLength: limits.personTextMax }),
          by: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        }),
        response: { 200: RemovedAnswer },
      },
    },
    (request) => ({
      removed: access.enrolling.removePins(requireHsaId(request.body.id), byOf(request, access), tellOf(request)),
    }),
  );
}
