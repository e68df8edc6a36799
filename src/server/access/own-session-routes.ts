// One's own sessions, sign-ins and changes: seen, and ended from whatever computer one sits at.

import { Type } from 'typebox';
import type { Access } from '../../access/access.ts';
import { Closed } from '../api/schema-parts.ts';
import { DoneAnswer, OwnSignInsAnswer } from './answer-schemas.ts';
import { personOf, tellOf } from './callers.ts';
import type { Server } from './session-routes.ts';

export function registerOwnSessions(server: Server, access: Access): void {
  server.get(
    '/sessions/own',
    { schema: { summary: 'Var man själv är inloggad, och vad som ändrats', response: { 200: OwnSignInsAnswer } } },
    (request) => access.ownSignIns(personOf(request)),
  );
  server.post(
    '/sessions/own/end',
    {
      schema: {
        summary: 'Logga ut sig själv på annat håll',
        body: Closed({ session: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })) }),
        response: { 200: OwnSignInsAnswer },
      },
    },
    (request) => {
      const person = personOf(request);
      access.endOwn(person, request.body.session ?? null, tellOf(request));
      return access.ownSignIns(person);
    },
  );
  server.post(
    '/sessions/own/seen',
    { schema: { summary: 'Har läst vad som ändrats', body: Closed({}), response: { 200: DoneAnswer } } },
    (request) => {
      access.changesRead(personOf(request).session);
      return { done: true };
    },
  );
}
