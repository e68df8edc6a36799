// Devices that people have signed in on, and those that are gone. A lead sees and reports those her own people used last,
// also people who have left since.

import { Type } from 'typebox';
import type { Access } from '../../access/access.ts';
import type { Device } from '../../access/devices.ts';
import { VAULT_ID } from '../../domain/access/device-key.ts';
import { Failure } from '../../domain/failures.ts';
import { requireWords } from '../../domain/known-names.ts';
import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import { Closed, NotLogged } from '../api/schema-parts.ts';
import type { LedgerPort } from '../recording.ts';
import { byOf } from './by.ts';
import { tellOf } from './callers.ts';
import { fromOf } from './from.ts';
import type { Server } from './session-routes.ts';

const DeviceLine = Type.Object({
  number: Type.String(),
  person: Type.String(),
  usedAt: Type.Integer(),
  lostAt: Type.Union([Type.Integer(), Type.Null()]),
  toldAllAt: Type.Union([Type.Integer(), Type.Null()]),
});

/** The browser clears what the app keeps. */
export const WIPE = ['clear-site-data', '"cache", "storage"'] as const;

export function registerDevices(
  server: Server,
  access: Access,
  clock: Clock,
  ledger: Pick<LedgerPort, 'isCrowded'>,
): void {
  server.get(
    '/devices',
    {
      schema: {
        summary: 'Enheter som någon har loggat in på',
        response: { 200: Type.Object({ devices: Type.Array(DeviceLine), ...NotLogged }) },
      },
    },
    (request) => ({ devices: shownTo(byOf(request, access)) }),
  );
  server.post(
    '/devices/lost',
    {
      schema: {
        summary: 'Anmäl en enhet förlorad: den nekas, och raderar sin kopia när den hör det',
        body: Closed({
          number: Type.String({ minLength: 1, maxLength: 40 }),
          reason: Type.String({ minLength: 1, maxLength: limits.reasonTextMax }),
          by: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        }),
        response: { 200: Type.Object({ ...DeviceLine.properties, ...NotLogged }) },
      },
    },
    (request) => {
      const by = byOf(request, access);
      const reason = requireWords(request.body.reason, 'skriv vad som har hänt med enheten');
      const found = access.devices.find(request.body.number);
      if (found === null || !shownTo(by).some(({ number }) => number === found.number))
        throw new Failure('access.device-not-found');
      const lost = access.devices.lost(found.number, clock.now().wallMs);
      const { number, person } = lost;
      tellOf(request)({ kind: 'access.device-lost', author: by.author, body: { number, person, reason, ...by.said } });
      return lost;
    },
  );

  server.post(
    '/reads/sealed',
    {
      schema: {
        summary: 'Säg vad som lästes på enheten, som det ligger där, förseglat',
        security: [],
        body: Closed({
          unit: Type.String({ minLength: 1, maxLength: limits.ledgerTextMax }),
          vault: Type.String({ pattern: VAULT_ID.source }),
          reads: Type.Array(
            Closed({
              id: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
              iv: Type.String({ pattern: '^[\\w+/]{16}$' }),
              sealed: Type.String({ minLength: 24, maxLength: limits.handedReadTextMax, pattern: '^[\\w+/]+={0,2}$' }),
            }),
            { maxItems: limits.handedReadsMax },
          ),
          isAll: Type.Boolean(),
        }),
        response: { 200: Type.Object(NotLogged) },
      },
    },
    (request, reply) => {
      // The device keeps them and tells them again; nobody else's entries give way to them.
      if (ledger.isCrowded) throw new Failure('ledger.unwritable');
      const whenLogged = access.handIns.handIn(request.body, fromOf(request), tellOf(request));
      // Not before the ledger has it: what is told to clear has nothing left to tell again.
      request.whenTold = (isWritten) => {
        if (whenLogged(isWritten)) reply.header(...WIPE);
      };
      return {};
    },
  );

  function shownTo(by: ReturnType<typeof byOf>): Device[] {
    const { leads } = by;
    if (leads === 'all') return [...access.devices.all()];
    const own = new Set<string>(access.enrolling.list(by).map(({ id }) => id));
    return access.devices.all().filter(({ person, units }) => own.has(person) || units.some((unit) => leads.has(unit)));
  }
}
