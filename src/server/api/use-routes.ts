// *I drift* or *under uppbyggnad*: what comes to a unit, and its head's press. Told to the ledger by the uses themselves.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Access } from '../../access/access.ts';
import { Failure } from '../../domain/failures.ts';
import { type UnitId, unitId } from '../../domain/identity.ts';
import { requireWords } from '../../domain/known-names.ts';
import type { PartName } from '../../domain/parts.ts';
import type { TakeInUse, TakeOutOfUse } from '../../domain/unit-use/routes.ts';
import { CRITICAL_PARTS, type UnitUse, type UnitUses } from '../../domain/unit-use/unit-use.ts';
import { limits } from '../../limits.ts';
import { personOf } from '../access/callers.ts';
import { Closed, Name, NotLogged } from './schema-parts.ts';

interface By {
  readonly author: string;
  readonly name: string;
}

/** The station's units, as its routes know them. True: it is in the ledger. */
export interface UsesPort {
  all(): UnitUses;
  /** Of a unit nobody has declared: not in use. */
  of(unit: UnitId): UnitUse;
  /** As it is this moment, newly read. */
  look(unit: UnitId): UnitUse;
  /** @throws {Failure} `unit.not-signed` */
  takeInUse(act: TakeInUse, by: By): Promise<boolean>;
  takeOut(act: TakeOutOfUse, by: By): Promise<boolean>;
}

const Part = Type.Unsafe<PartName>(Type.Union(CRITICAL_PARTS.map((one) => Type.Literal(one))));
const Use = Type.Unsafe<UnitUse>(
  Type.Object({
    unit: Name,
    state: Type.Union([Type.Literal('under-construction'), Type.Literal('in-use')]),
    words: Type.String(),
    decided: Type.Union([Type.Null(), Type.Object({ at: Type.Integer(), by: Type.String(), reason: Type.String() })]),
    parts: Type.Array(
      Type.Object({
        part: Part,
        fed: Type.Union([Type.Literal('fed'), Type.Literal('awaited'), Type.Literal('not-fed')]),
        sources: Type.Array(Type.String()),
        isSigned: Type.Boolean(),
      }),
    ),
    ...NotLogged,
  }),
);
const Reason = Type.String({ minLength: 1, maxLength: limits.reasonTextMax });
const NO_REASON = 'skriv skälet: det visas för dem som läser';

export function registerUses(
  plain: FastifyInstance,
  { access, uses }: { readonly access: Access; readonly uses: UsesPort },
): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  const told = (unit: UnitId, isTold = true): UnitUse & { readonly notLogged?: string } => ({
    ...(isTold ? {} : { notLogged: 'Beslutet gäller, men är inte skrivet i liggaren än.' }),
    ...uses.look(unit),
  });
  /** @throws {Failure} `access.not-allowed` for everybody but the unit's head, the station's own programs too. */
  const headOf = (request: FastifyRequest, unit: UnitId): By => {
    const { session } = personOf(request);
    const isHead = access.unitsOf(session).units.some((own) => own.unit === unit && own.isLead);
    if (!isHead) throw new Failure('access.not-allowed', 'Det gör den som är ansvarig för enheten.');
    const { id, name, title } = session.person;
    return { author: id, name: `${name}, ${title}` };
  };

  server.get(
    '/uses/:unit',
    {
      schema: {
        summary: 'Enheten i drift eller under uppbyggnad: vad som matas, vad som är signerat att det saknas',
        params: Type.Object({ unit: Name }),
        response: { 200: Use },
      },
    },
    ({ params: { unit } }) => told(unitId(unit)),
  );
  server.post(
    '/uses/in-use',
    {
      schema: {
        summary: 'Enhetens ansvariga tar den i drift, och signerar för det som inte matas',
        body: Closed({
          unit: Name,
          absent: Type.Array(Part, { maxItems: CRITICAL_PARTS.length, uniqueItems: true }),
          reason: Reason,
        }),
        response: { 200: Use },
      },
    },
    async (request) => {
      const unit = unitId(request.body.unit);
      const by = headOf(request, unit);
      const reason = requireWords(request.body.reason, NO_REASON);
      return told(unit, await uses.takeInUse({ unit, absent: request.body.absent, reason }, by));
    },
  );
  server.post(
    '/uses/out',
    {
      schema: {
        summary: 'Enhetens ansvariga tar den ur drift: åter under uppbyggnad',
        body: Closed({ unit: Name, reason: Reason }),
        response: { 200: Use },
      },
    },
    async (request) => {
      const unit = unitId(request.body.unit);
      const by = headOf(request, unit);
      const reason = requireWords(request.body.reason, NO_REASON);
      return told(unit, await uses.takeOut({ unit, reason }, by));
    },
  );
}
