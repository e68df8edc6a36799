// Signing in and out, and opening what is not one's own unit's.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import { Type } from 'typebox';
import type { Door } from '../../access/sign-ins.ts';
import { bitsOf } from '../../access/words.ts';
import { browserWords } from '../../domain/access/listed-device.ts';
import {
  CONSENTS,
  type Consent,
  RELATIONS,
  type Relation,
  UNIT_RELATIONS,
  type UnitRelation,
} from '../../domain/access/relations.ts';
import type { DealtSecret, Me } from '../../domain/access/routes.ts';
import { Failure } from '../../domain/failures.ts';
import { patientKey, unitId } from '../../domain/identity.ts';
import { requireWords } from '../../domain/known-names.ts';
import { limits } from '../../limits.ts';
import { Closed, Name } from '../api/schema-parts.ts';
import { DealtAnswer, MeAnswer, OpenedAnswer, wordOf } from './answer-schemas.ts';
import { personOf, tellOf } from './callers.ts';
import { readCookie, setCookie } from './cookies.ts';
import { fromOf } from './from.ts';
import type { GuardOptions } from './guard.ts';

export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

const Typed = Type.String({ minLength: 1, maxLength: limits.secretTextMax });
const Patient = Type.String({ pattern: '^[a-z2-7]{26}$' });

const dealt = (words: readonly string[]): DealtSecret => ({ words, bits: bitsOf(words) });

/** Sets the cookies, and answers who has come in. */
export function enter(
  access: GuardOptions['access'],
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  door: Door,
): Me {
  const browser = browserWords(request.headers['user-agent'] ?? '');
  if (request.isElsewhere) {
    const session = access.session(door.token, true);
    if (session === null) throw new Failure('access.wrong-secret');
    access.deviceUsed(door.newDevice ?? fromOf(request).device, session, browser);
    return { ...access.me(session), elsewhere: { session: door.token, device: door.newDevice } };
  }
  // Another user on the same computer: the former session does not live on behind this one.
  const former = readCookie(request, 'session');
  if (former !== null) access.signOut(former, tellOf(request));
  setCookie(request, reply, 'session', door.token);
  if (door.newDevice !== null) setCookie(request, reply, 'device', door.newDevice);
  const session = access.session(door.token, true);
  if (session === null) throw new Failure('access.wrong-secret');
  access.deviceUsed(door.newDevice ?? fromOf(request).device, session, browser);
  return access.me(session);
}

export function registerSessions(server: Server, { access, reader }: GuardOptions): void {
  server.post(
    '/session',
    {
      schema: {
        summary: 'Logga in',
        security: [],
        body: Closed({ user: Typed, secret: Typed }),
        response: { 200: MeAnswer },
      },
    },
    async (request, reply) => {
      const door = await access.signIns.withSecret(request.body, fromOf(request), tellOf(request));
      return enter(access, { request, reply }, door);
    },
  );
  server.get('/session', { schema: { summary: 'Vem som är inloggad', response: { 200: MeAnswer } } }, (request) =>
    access.me(personOf(request).session),
  );
  server.delete(
    '/session',
    { schema: { summary: 'Logga ut', response: { 204: Type.Null() } } },
    async (request, reply) => {
      access.signOut(personOf(request).token, tellOf(request));
      if (!request.isElsewhere) setCookie(request, reply, 'session', '');
      return reply.code(204).send(null);
    },
  );
  server.post(
    '/session/secret',
    {
      schema: { summary: 'Få nya ord', body: Closed({ secret: Type.Optional(Typed) }), response: { 200: DealtAnswer } },
    },
    async (request) => {
      const { secret = null } = request.body;
      return dealt(await access.changeSecret(personOf(request), secret, fromOf(request), tellOf(request)));
    },
  );
  server.post(
    '/enrolments',
    {
      schema: {
        summary: 'Byt engångskoden mot egna ord',
        security: [],
        body: Closed({ user: Typed, code: Typed }),
        response: { 200: DealtAnswer },
      },
    },
    async (request) => dealt(await access.signIns.withCode(request.body, fromOf(request), tellOf(request))),
  );
  server.post(
    '/choices',
    {
      schema: {
        summary: 'Aktivt val: relation till en patient eller en enhet som inte är ens egen',
        body: Closed({
          patient: Type.Optional(Patient),
          unit: Type.Optional(Name),
          relation: wordOf<Relation | UnitRelation>({ ...RELATIONS, ...UNIT_RELATIONS }),
        }),
        response: { 200: OpenedAnswer },
      },
    },
    (request) => {
      const { session } = personOf(request);
      const { patient, unit, relation } = request.body;
      if ((patient === undefined) === (unit === undefined))
        throw new Failure('request.invalid', 'ange antingen patient eller enhet');
      if (patient !== undefined) {
        if (!Object.hasOwn(RELATIONS, relation)) throw new Failure('request.invalid', 'relationen gäller en enhet');
        const key = requirePatient(patient);
        const isProtected = reader().isProtected(key);
        return access.choose(session, { patient: key, relation: relation as Relation, isProtected }, tellOf(request));
      }
      if (!Object.hasOwn(UNIT_RELATIONS, relation))
        throw new Failure('request.invalid', 'relationen gäller en patient');
      return access.choose(session, { unit: unitId(unit ?? ''), relation: relation as UnitRelation }, tellOf(request));
    },
  );
  server.post(
    '/emergencies',
    {
      schema: {
        summary: 'Nödöppning av spärrade uppgifter; granskas',
        body: Closed({
          patient: Patient,
          reason: Type.String({ minLength: 1, maxLength: limits.reasonTextMax }),
          consent: wordOf(CONSENTS),
        }),
        response: { 200: OpenedAnswer },
      },
    },
    (request) => {
      const { session } = personOf(request);
      const { patient, reason, consent } = request.body;
      return access.openInEmergency(
        session,
        {
          patient: requirePatient(patient),
          reason: requireWords(reason, 'skriv varför uppgifterna behövs; det läses vid granskningen'),
          consent: consent as Consent,
        },
        tellOf(request),
      );
    },
  );

  /** Under the number people use now, so that the choice holds through a merge. */
  function requirePatient(text: string) {
    const patient = reader().whereabouts(patientKey(text));
    if (patient === null) throw new Failure('patient.not-found');
    return patient.key;
  }
}
