// Reserve places: which they are, by whom marked, and what each computer found when it tried itself. Told to the ledger by the places
// themselves; nothing of any patient.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Failure } from '../../domain/failures.ts';
import { type UnitId, unitId } from '../../domain/identity.ts';
import { requireWords } from '../../domain/known-names.ts';
import {
  OPENED_BY,
  type OpenedBy,
  type PlaceLine,
  type PlaceMarked,
  type PlaceTested,
  SELF_TEST_FAULTS,
  type SelfTestFault,
} from '../../domain/reserve-place.ts';
import { limits } from '../../limits.ts';
import { byOf } from '../access/by.ts';
import { personOf } from '../access/callers.ts';
import type { GuardOptions } from '../access/guard.ts';
import { STATION_AUTHOR } from '../recording.ts';
import { Closed, Name, NotLogged } from './schema-parts.ts';

interface By {
  readonly author: string;
  readonly name: string;
}
interface Answer {
  readonly place: PlaceLine;
  readonly isTold: boolean;
}

/** The station's reserve places, as its routes know them. `isTold`, or true: it is in the ledger. */
export interface PlacesPort {
  lines(unit?: UnitId): readonly PlaceLine[];
  mark(marked: PlaceMarked, by: By): Promise<Answer>;
  tie(unit: UnitId, place: string, by: By, replaces: boolean): Promise<Answer & { readonly computer: string }>;
  tested(tested: PlaceTested, by: By): Promise<Answer>;
  end(unit: UnitId, place: string, by: By): Promise<boolean>;
}

export interface PlaceRouteOptions extends GuardOptions {
  readonly places: PlacesPort;
  readonly units: readonly { readonly id: UnitId }[];
}

const Id = Type.String({ pattern: '^[0-9a-f]{16}$' });
const Line = Type.Unsafe<PlaceLine>(
  Type.Object({
    id: Id,
    unit: Type.String(),
    name: Type.String(),
    where: Type.String(),
    hasComputer: Type.Boolean(),
    words: Type.String(),
    testedAt: Type.Union([Type.Integer(), Type.Null()]),
    trouble: Type.Union([Type.Literal('failed'), Type.Literal('untested'), Type.Null()]),
    printer: Type.Union([Type.Object({ name: Type.String(), words: Type.String() }), Type.Null()]),
  }),
);
const All = Type.Object({ places: Type.Array(Line), ...NotLogged });
const One = Type.Object({ place: Line, ...NotLogged });
const Fault = Type.Unsafe<SelfTestFault | null>(
  Type.Union([...SELF_TEST_FAULTS.map((one) => Type.Literal(one)), Type.Null()]),
);
const Count = Type.Integer({ minimum: 0, maximum: 100_000 });
const Test = Closed({
  fault: Fault,
  charts: Count,
  people: Count,
  openedBy: Type.Unsafe<OpenedBy>(Type.Union(OPENED_BY.map((one) => Type.Literal(one)))),
  ageMs: Type.Union([Type.Integer({ minimum: 0, maximum: limits.momentMax }), Type.Null()]),
  isPersistent: Type.Boolean(),
});
const Words = Type.String({ minLength: 1, maxLength: limits.placeTextMax });
const Saying = { by: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) };
const NOT_TOLD = { notLogged: 'Det gäller, men är inte skrivet i liggaren än.' };

export function registerPlaces(plain: FastifyInstance, options: PlaceRouteOptions): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { places, access } = options;
  const answered = <A extends { readonly isTold: boolean }>({ isTold, ...answer }: A) => ({
    ...(isTold ? {} : NOT_TOLD),
    ...answer,
  });
  const leads = (request: FastifyRequest, unit: UnitId): boolean => {
    const { leads } = byOf(request, access);
    return leads === 'all' || leads.has(unit);
  };
  const requireLead = (request: FastifyRequest, unit: UnitId): void => {
    if (!leads(request, unit)) throw new Failure('access.not-allowed');
  };

  server.get(
    '/places/:unit',
    {
      schema: {
        summary: 'Enhetens reservplatser, och när de senast prövades',
        params: Type.Object({ unit: Name }),
        response: { 200: All },
      },
    },
    ({ params: { unit } }) => ({ places: [...places.lines(unitId(unit))] }),
  );
  server.post(
    '/places/mark',
    {
      schema: {
        summary: 'Märk ut en reservplats',
        body: Closed({ unit: Name, name: Words, where: Words, printer: Type.Optional(Name), ...Saying }),
        response: { 200: One },
      },
    },
    async (request) => {
      const { printer } = request.body;
      const unit = unitId(request.body.unit);
      if (!options.units.some(({ id }) => id === unit)) throw new Failure('unit.not-found');
      requireLead(request, unit);
      const name = requireWords(request.body.name, 'skriv vad platsen heter');
      const where = requireWords(request.body.where, 'skriv var den står');
      const marked = { unit, name, where, ...(printer === undefined ? {} : { printer }) };
      return answered(await places.mark(marked, placeBy(request)));
    },
  );
  server.post(
    '/places/tie',
    {
      schema: {
        summary: 'Den här datorn är reservplatsen',
        body: Closed({ unit: Name, place: Id }),
        response: { 200: Type.Object({ place: Line, computer: Id, ...NotLogged }) },
      },
    },
    async (request) => {
      const unit = unitId(request.body.unit);
      const { session } = personOf(request);
      access.requireUnit(session, unit);
      const isLead = access.unitsOf(session).units.some((one) => one.unit === unit && one.isLead);
      const tied = await places.tie(unit, request.body.place, placeBy(request), isLead);
      access.isPlace(session, tied.place.id);
      return answered(tied);
    },
  );
  server.post(
    '/places/tested',
    {
      schema: {
        summary: 'Vad reservplatsen fann när den prövade sig själv',
        body: Closed({ unit: Name, place: Id, computer: Id, test: Test }),
        response: { 200: One },
      },
    },
    async (request) => {
      const { place, computer, test } = request.body;
      const unit = unitId(request.body.unit);
      const { session } = personOf(request);
      access.requireUnit(session, unit);
      const tested = await places.tested({ unit, place, computer, test }, placeBy(request));
      access.isPlace(session, place);
      return answered(tested);
    },
  );
  server.post(
    '/places/end',
    {
      schema: {
        summary: 'Platsen är inte längre reservplats',
        body: Closed({ unit: Name, place: Id, ...Saying }),
        response: { 200: All },
      },
    },
    async (request) => {
      const unit = unitId(request.body.unit);
      requireLead(request, unit);
      const isTold = await places.end(unit, request.body.place, placeBy(request));
      return { ...(isTold ? {} : NOT_TOLD), places: [...places.lines(unit)] };
    },
  );
}

function placeBy({ caller, body }: FastifyRequest): By {
  if (caller.kind !== 'person') {
    const said = (body as { readonly by?: unknown }).by;
    return { author: STATION_AUTHOR, name: typeof said === 'string' ? said : 'stationens program' };
  }
  const { id, name, title } = caller.session.person;
  return { author: id, name: `${name}, ${title}` };
}
