// Devices that people have signed in on, and those that are gone. A lead sees and reports those her own people used last, also people who
// have left since, and those that keep a copy of her unit.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Access } from '../../access/access.ts';
import { type Device, deviceNumber } from '../../access/devices.ts';
import { VAULT_ID } from '../../domain/access/device-key.ts';
import type { ListedDevice } from '../../domain/access/listed-device.ts';
import { Failure } from '../../domain/failures.ts';
import { requireWords } from '../../domain/known-names.ts';
import type { Clock } from '../../domain/time.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { limits } from '../../limits.ts';
import type { PlacesPort } from '../api/place-routes.ts';
import { Closed, NotLogged } from '../api/schema-parts.ts';
import type { LedgerPort } from '../recording.ts';
import { orNull } from './answer-schemas.ts';
import { byOf } from './by.ts';
import { tellOf } from './callers.ts';
import { fromOf } from './from.ts';
import type { Server } from './session-routes.ts';

const Line = Type.Object({
  number: Type.String(),
  isThis: Type.Boolean(),
  person: Type.String(),
  name: orNull(Type.String()),
  usedAt: Type.Integer(),
  isSignedIn: Type.Boolean(),
  seenAt: Type.Integer(),
  browser: orNull(Type.String()),
  place: orNull(Type.Object({ name: Type.String(), where: Type.String() })),
  copies: Type.Unsafe<ListedDevice['copies']>(
    Type.Array(Type.Object({ unit: Type.String(), name: Type.String(), at: Type.Integer() })),
  ),
  lostAt: orNull(Type.Integer()),
  refusedAt: orNull(Type.Integer()),
  toldAllAt: orNull(Type.Integer()),
});

/** The browser clears what the app keeps. */
export const WIPE = ['clear-site-data', '"cache", "storage"'] as const;

export interface DeviceRouteOptions {
  readonly access: Access;
  readonly clock: Clock;
  readonly ledger: Pick<LedgerPort, 'isCrowded'>;
  readonly places: Pick<PlacesPort, 'lines'>;
  readonly units: readonly UnitDeclaration[];
}

export function registerDevices(server: Server, { access, clock, ledger, places, units }: DeviceRouteOptions): void {
  server.get(
    '/devices',
    {
      schema: {
        summary: 'Enheter som någon har loggat in på, och vad de behåller kopia av',
        response: { 200: Type.Object({ devices: Type.Array(Line), ...NotLogged }) },
      },
    },
    (request) => ({ devices: listed(shownTo(byOf(request, access)), request) }),
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
        response: { 200: Type.Object({ ...Line.properties, ...NotLogged }) },
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
      const sessionsEnded = access.sessions.endAllOn(number);
      const body = { number, person, reason, sessionsEnded, ...by.said };
      tellOf(request)({ kind: 'access.device-lost', author: by.author, body });
      const [line] = listed([lost], request);
      if (line === undefined) throw new Failure('access.device-not-found');
      return line;
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

  function shownTo(by: ReturnType<typeof byOf>): readonly Device[] {
    const { leads } = by;
    if (leads === 'all') return access.devices.all();
    const own = new Set<string>(access.enrolling.list(by).map(({ id }) => id));
    return access.devices
      .all()
      .filter(
        ({ person, units: roles, copies }) =>
          own.has(person) || roles.some((unit) => leads.has(unit)) || copies.some(({ unit }) => leads.has(unit)),
      );
  }

  function listed(devices: readonly Device[], request: FastifyRequest): ListedDevice[] {
    const asking = access.signIns.deviceOf(fromOf(request));
    const own = asking === null ? null : deviceNumber(asking);
    const signedIn = access.sessions.devices(clock.now().monotonicMs);
    const known = new Map(places.lines().map(({ id, name, where }) => [id, { name, where }]));
    const unitNames = new Map<string, string>(units.map(({ id, name }) => [id, name]));
    return devices.map(({ number, person, usedAt, seenAt, browser, place, copies, lostAt, refusedAt, toldAllAt }) => {
      const account = access.accounts.get(person);
      return {
        ...{ number, isThis: number === own, person, usedAt, seenAt, browser, lostAt, refusedAt, toldAllAt },
        name: account === null ? null : `${account.name}, ${account.title}`,
        isSignedIn: signedIn.has(number),
        place: (place === null ? undefined : known.get(place)) ?? null,
        copies: copies.map(({ unit, at }) => ({ unit, name: unitNames.get(unit) ?? unit, at })),
      };
    });
  }
}
