// *Dagens kontroll*: whose turn it is, what was found, and what is settled. Told to the ledger by the checks themselves.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  CHECKED_BLOCKS,
  type CheckedBlock,
  type CheckMade,
  type CheckSettled,
  type ChecksTold,
  chosenToday,
  type Inquiry,
} from '../../domain/daily-check.ts';
import { Failure } from '../../domain/failures.ts';
import { type PatientKey, patientKey, type UnitId, unitId } from '../../domain/identity.ts';
import { requireWords } from '../../domain/known-names.ts';
import { localMoment } from '../../domain/swedish-time.ts';
import { isNear } from '../../domain/unit-list/unit-list.ts';
import { limits } from '../../limits.ts';
import type { GuardOptions } from '../access/guard.ts';
import { STATION_AUTHOR } from '../recording.ts';
import { Closed, Name, NotLogged } from './schema-parts.ts';

interface By {
  readonly author: string;
  readonly name: string;
}

/** The station's checks, as its routes know them. True: it is in the ledger. */
export interface ChecksPort {
  of(patient: PatientKey): readonly Inquiry[];
  onUnit(unit: UnitId): ChecksTold['open'];
  isDone(unit: UnitId, patient: PatientKey): boolean;
  made(check: CheckMade, by: By): Promise<boolean>;
  settled(check: CheckSettled, by: By): Promise<boolean>;
}

export interface CheckRouteOptions extends GuardOptions {
  readonly checks: ChecksPort;
  readonly now: () => { readonly wallMs: number };
}

const Key = Type.String({ pattern: '^[a-z2-7]{26}$' });
const CheckedWord = Type.Unsafe<CheckedBlock>(Type.Union(CHECKED_BLOCKS.map((one) => Type.Literal(one))));
const Blocks = Type.Array(CheckedWord, { maxItems: CHECKED_BLOCKS.length, uniqueItems: true });
const Told = Type.Unsafe<ChecksTold>(
  Type.Object({
    patients: Type.Array(Type.Object({ patient: Key, isDone: Type.Boolean() })),
    open: Type.Array(Type.Object({ patient: Key, block: CheckedWord, since: Type.Integer(), by: Type.String() })),
    ...NotLogged,
  }),
);

export function registerChecks(plain: FastifyInstance, options: CheckRouteOptions): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { checks, reader, now } = options;
  const told = (unit: UnitId, isTold = true): ChecksTold & { readonly notLogged?: string } => {
    const here = reader()
      .census(unit)
      .filter(isNear)
      .map(({ key }) => key);
    const day = localMoment(now().wallMs)?.dayNumber ?? 0;
    return {
      ...(isTold ? {} : { notLogged: 'Kontrollen gäller, men är inte skriven i liggaren än.' }),
      patients: chosenToday(unit, day, here).map((patient) => ({ patient, isDone: checks.isDone(unit, patient) })),
      open: checks.onUnit(unit),
    };
  };
  /** Of the unit's own patients only: what is checked is what its people see in the record system. @throws {Failure} */
  const requireOnUnit = (unit: UnitId, patient: PatientKey): void => {
    if (
      !reader()
        .census(unit)
        .some(({ key }) => key === patient)
    )
      throw new Failure('patient.not-found');
  };

  server.get(
    '/checks/:unit',
    {
      schema: {
        summary: 'Dagens kontroll: vems tur det är, och vad som utreds',
        params: Type.Object({ unit: Name }),
        response: { 200: Told },
      },
    },
    ({ params: { unit } }) => told(unitId(unit)),
  );
  server.post(
    '/checks/made',
    {
      schema: {
        summary: 'En patient är jämförd med journalsystemet, ruta för ruta',
        body: Closed({ unit: Name, patient: Key, agrees: Blocks, differs: Blocks }),
        response: { 200: Told },
      },
    },
    async (request) => {
      const { agrees, differs } = request.body;
      const [unit, patient] = [unitId(request.body.unit), patientKey(request.body.patient)];
      requireOnUnit(unit, patient);
      return told(unit, await checks.made({ unit, patient, agrees, differs }, byOf(request)));
    },
  );
  server.post(
    '/checks/settled',
    {
      schema: {
        summary: 'En ruta under utredning är utredd',
        body: Closed({
          unit: Name,
          patient: Key,
          block: CheckedWord,
          how: Type.String({ minLength: 1, maxLength: limits.reasonTextMax }),
        }),
        response: { 200: Told },
      },
    },
    async (request) => {
      const { block } = request.body;
      const [unit, patient] = [unitId(request.body.unit), patientKey(request.body.patient)];
      const how = requireWords(request.body.how, 'skriv vad som var fel och vad som är gjort');
      return told(unit, await checks.settled({ unit, patient, block, how }, byOf(request)));
    },
  );
}

function byOf({ caller }: FastifyRequest): By {
  if (caller.kind !== 'person') return { author: STATION_AUTHOR, name: 'stationens program' };
  const { id, name, title } = caller.session.person;
  return { author: id, name: `${name}, ${title}` };
}
