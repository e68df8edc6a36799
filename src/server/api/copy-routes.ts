// What an app that keeps its own copy asks of the station: a whole unit, or one patient. Identifiers of people are in bodies.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { VAULT_ID } from '../../domain/access/device-key.ts';
import type { UnitWithholding } from '../../domain/access/steps.ts';
import { Failure } from '../../domain/failures.ts';
import { patientKey, type UnitId, unitId } from '../../domain/identity.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import type { PatientAnswer } from '../../domain/unit-copy.ts';
import { limits } from '../../limits.ts';
import { personOf } from '../access/callers.ts';
import { fromOf } from '../access/from.ts';
import { type GuardOptions, readShown } from '../access/guard.ts';
import { packed } from '../packed.ts';
import { At } from './schema-parts.ts';

export interface CopyRouteOptions {
  /** The answer as text, and whose copy is whole in it. */
  readonly unitCopy: (asked: {
    readonly unit: UnitId;
    readonly asOf: number | undefined;
    readonly have: Readonly<Record<string, string>>;
    readonly withheld: UnitWithholding | null;
  }) => Promise<{ readonly json: string; readonly sent: readonly string[] }>;
  readonly patientCopy: (copy: PatientCopy) => PatientAnswer;
}

const Key = Type.String({ pattern: '^[a-z2-7]{26}$' });

export function registerCopies(plain: FastifyInstance, options: CopyRouteOptions & GuardOptions): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  server.post(
    '/copies/unit',
    {
      schema: {
        summary: 'Hela enhetens kopia, för en app som behåller den',
        body: Type.Object(
          {
            unit: Type.String({ minLength: 1, maxLength: 100 }),
            at: At,
            have: Type.Optional(
              Type.Record(Key, Type.String({ maxLength: 22 }), {
                maxProperties: limits.unitCopyPatientsMax,
                additionalProperties: false,
              }),
            ),
          },
          { additionalProperties: false },
        ),
      },
      onSend: packed,
    },
    async (request, reply) => {
      const { unit, at, have = {} } = request.body;
      const { caller } = request;
      const withheld = caller.kind === 'person' ? options.access.unitWithholding(caller.session) : null;
      const { json, sent } = await options.unitCopy({ unit: unitId(unit), asOf: at, have, withheld });
      if (caller.kind === 'person' && at === undefined) options.access.copySent(caller.session, unitId(unit));
      // First in the answer, where the read log finds it without reading all of it again.
      const first = `{"sent":${JSON.stringify(sent)},"readers":"${options.access.readersOf(unitId(unit))}",`;
      return reply.type('application/json; charset=utf-8').send(`${first}${json.slice(1)}`);
    },
  );
  server.post(
    '/copies/key',
    {
      schema: {
        summary:
          'Nyckeln till den kopia av enheten som en app behåller, även förseglad för var och en som får läsa den',
        body: Type.Object(
          { unit: Type.String({ minLength: 1, maxLength: 100 }), vault: Type.String({ pattern: VAULT_ID.source }) },
          { additionalProperties: false },
        ),
      },
    },
    (request) => {
      const { access } = options;
      const [unit, { vault }] = [unitId(request.body.unit), request.body];
      if (!access.hasUnit(unit)) throw new Failure('unit.not-found');
      access.requireUnit(personOf(request).session, unit);
      return access.deviceKey({ unit, vault }, fromOf(request));
    },
  );
  server.post(
    '/copies/patient',
    {
      schema: {
        summary: 'En patients kopia',
        body: Type.Object({ key: Key, at: At }, { additionalProperties: false }),
      },
      onSend: packed,
    },
    (request) => {
      const { key, at } = request.body;
      return options
        .reader()
        .atOnce(() => options.patientCopy(readShown(request, options, { key: patientKey(key), asOf: at })));
    },
  );
}
