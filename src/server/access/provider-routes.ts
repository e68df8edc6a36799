// Signing in through the provider. The browser comes back to the app's own page, which takes code and state out of its address at once and
// sends them here as any other request of its own: no cookie has to be sent across sites, and what changes something is never a link.

import { Type } from 'typebox';
import type { ProviderOffer, ProviderStart } from '../../domain/access/routes.ts';
import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import { Closed } from '../api/schema-parts.ts';
import { MeAnswer, OfferAnswer, StartAnswer } from './answer-schemas.ts';
import { ownOrigin, personOf, tellOf } from './callers.ts';
import { readCookie, setCookie } from './cookies.ts';
import { fromOf } from './from.ts';
import type { GuardOptions } from './guard.ts';
import { enter, type Server } from './session-routes.ts';

export function registerProvider(server: Server, { access }: GuardOptions): void {
  server.get(
    '/session/provider',
    {
      schema: {
        summary: 'Om man kan logga in genom en legitimeringstjänst',
        security: [],
        response: { 200: OfferAnswer },
      },
    },
    (request): ProviderOffer => ({ label: access.provider?.offeredAt(ownOrigin(request)) ?? null }),
  );
  server.post(
    '/session/provider',
    {
      schema: {
        summary: 'Börja logga in genom legitimeringstjänsten',
        security: [],
        body: Closed({}),
        response: { 200: StartAnswer },
      },
    },
    async (request, reply): Promise<ProviderStart> => {
      if (access.provider === null) throw new Failure('access.provider-silent');
      const { cookie, location } = await access.provider.begin(ownOrigin(request), fromOf(request));
      setCookie(request, reply, 'provider', cookie);
      return { location };
    },
  );
  server.post(
    '/session/provider/return',
    {
      schema: {
        summary: 'Slutför inloggningen med det som kom tillbaka',
        security: [],
        body: Closed({ query: Type.String({ minLength: 1, maxLength: limits.providerReturnTextMax }) }),
        response: { 200: MeAnswer },
      },
    },
    async (request, reply) => {
      if (access.provider === null) throw new Failure('access.provider-silent');
      const returned = { cookie: readCookie(request, 'provider'), query: request.body.query };
      const door = await access.provider.back(returned, fromOf(request), tellOf(request));
      setCookie(request, reply, 'provider', '');
      return enter(access, { request, reply }, door);
    },
  );
  server.post(
    '/session/practice',
    {
      schema: {
        summary: 'Pröva sina egna ord',
        body: Closed({ secret: Type.String({ minLength: 1, maxLength: limits.secretTextMax }) }),
        response: { 200: MeAnswer },
      },
    },
    async (request) => {
      const { session, token } = personOf(request);
      await access.practise({ session, token }, request.body.secret, fromOf(request), tellOf(request));
      return access.me(session);
    },
  );
}
