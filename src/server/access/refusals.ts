// Who is signed in and refused: told to the ledger (decision 0027). Not what another site's page sends in somebody's name, nor a device that is
// lost: those are refused before anybody is known to ask.

import type { FastifyRequest } from 'fastify';
import type { Access } from '../../access/access.ts';
import { ChoiceNeeded, OwnRoleNeeded } from '../../access/choice-needed.ts';
import type { Failure } from '../../domain/failures.ts';
import { tellOf } from './callers.ts';

export function tellRefused(request: FastifyRequest, failure: Failure, access: Access): void {
  // Refused before anybody had looked at who asks: there is no caller yet.
  const caller = request.caller as FastifyRequest['caller'] | undefined;
  if (caller?.kind !== 'person') return;
  const tell = tellOf(request);
  if (failure instanceof ChoiceNeeded) access.refused(caller.session, failure.step, failure.of, tell);
  else if (failure instanceof OwnRoleNeeded) access.refused(caller.session, 'not-allowed', failure.of, tell);
  else if (failure.code === 'access.not-allowed')
    access.refused(caller.session, 'not-allowed', { route: askedRoute(request) }, tell);
}

/** As the station has it, so that nothing of the address stands there. */
const askedRoute = ({ method, routeOptions: { url } }: FastifyRequest): string =>
  url === undefined ? 'okänd' : `${method} ${url}`;
