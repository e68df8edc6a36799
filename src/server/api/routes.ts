// Our own routes under /api: what the command line, and later the app, ask of a running station. Identifiers of people come
// in bodies; addresses carry only our opaque keys.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import { Type } from 'typebox';
import type { UnitSummary } from '../../copy/read/census.ts';
import type { CopyReader } from '../../copy/read/copy-reader.ts';
import type { SearchAnswer, SearchHit, SearchOptions } from '../../copy/read/search.ts';
import type { UnitWithholding } from '../../domain/access/steps.ts';
import { feedState, type PartState, partState, type SureNow } from '../../domain/age.ts';
import type { Chart } from '../../domain/chart/chart.ts';
import type { CopyCommand } from '../../domain/commands.ts';
import { type PatientKey, patientKey, sourceId, type UnitId, unitId } from '../../domain/identity.ts';
import { requireFedPart, requireSource, requireUnit, requireWords } from '../../domain/known-names.ts';
import type { PatientCopy, Stay } from '../../domain/patient-copy.ts';
import { identifyingOnly } from '../../domain/protected-identity.ts';
import { searchRemark } from '../../domain/search-remark.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { whereWords } from '../../domain/whereabouts.ts';
import { limits } from '../../limits.ts';
import { type GuardOptions, readShown } from '../access/guard.ts';
import { ChartJson } from './chart-json.ts';
import { type IntakeRouteOptions, registerIntake, type Submitted } from './intake-route.ts';
import { At, Closed, Name, NotLogged, Seq, Taken } from './schema-parts.ts';
import type { UsesPort } from './use-routes.ts';

export interface ApiOptions {
  /** The copy as it is now: another connection after the copy has been made again. */
  readonly reader: () => CopyReader;
  /** These may take time, and are read elsewhere than where requests are answered. */
  readonly search: (text: string, options: SearchOptions) => Promise<SearchAnswer>;
  readonly unitSummaries: (asOf: number | undefined) => Promise<readonly UnitSummary[]>;
  readonly units: readonly UnitDeclaration[];
  readonly now: () => SureNow;
  readonly chart: (copy: PatientCopy) => Chart;
  /** One unit's list with its age and each patient's warnings, now or as it was. */
  readonly unitList: (unit: UnitId, asOf: number | undefined, withheld: UnitWithholding | null) => Promise<object>;
  readonly uses: Pick<UsesPort, 'of'>;
  readonly health: () => Promise<object>;
  readonly status: () => Promise<object>;
  readonly submit: IntakeRouteOptions['submit'];
  readonly command: (command: CopyCommand) => Promise<Submitted>;
  readonly snapshot: () => Promise<{ readonly file: string; readonly sequence: number; readonly bytes: number }>;
}

type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

const Key = Type.Object({ key: Type.String({ pattern: '^[a-z2-7]{26}$', description: 'our own, opaque' }) });

export function registerApi(server: Server, options: ApiOptions & GuardOptions): void {
  const json = new ChartJson();
  const keysOf = (key: PatientKey): readonly PatientKey[] => options.reader().whereabouts(key)?.keys ?? [key];
  /** The chart, the ages of its sources and who lies beside are of one moment. */
  const chartOf = (request: FastifyRequest, key: PatientKey, at: number | undefined): Chart => {
    return options.reader().atOnce(() => options.chart(readShown(request, options, { key, asOf: at })));
  };

  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
  server.get('/status', { schema: { summary: 'Källor, köer, ålder och ögonblicksbilder' } }, () => options.status());

  server.get(
    '/units',
    { schema: { summary: 'Enheter med antal patienter', querystring: Closed({ at: At }) } },
    async (request) => ({
      units: (await options.unitSummaries(request.query.at)).map((unit) => ({
        ...unit,
        ...options.units.find((declared) => declared.id === unit.unit),
        use: options.uses.of(unit.unit),
      })),
    }),
  );
  server.get(
    '/units/:unit',
    {
      schema: { summary: 'Enhetens lista', params: Type.Object({ unit: Name }), querystring: Closed({ at: At }) },
    },
    (request) => {
      const { caller, params, query } = request;
      const withheld = caller.kind === 'person' ? options.access.unitWithholding(caller.session) : null;
      return options.unitList(unitId(params.unit), query.at, withheld);
    },
  );

  server.post(
    '/patients/search',
    {
      schema: {
        summary: 'Sök person på nummer eller namn',
        body: Closed({
          text: Type.String({ minLength: 1, maxLength: limits.searchTextMax }),
          unit: Type.Optional(Name),
        }),
      },
    },
    async (request) => {
      const { text, unit } = request.body;
      const { caller } = request;
      // Whose unit is asked for is shown more of whom it may not be known where they are.
      if (caller.kind === 'person' && unit !== undefined) options.access.requireUnit(caller.session, unitId(unit));
      const answer = await options.search(text, {
        limit: limits.searchHitsMax,
        ...(unit === undefined ? {} : { unit: unitId(unit) }),
      });
      const shown = caller.kind === 'person' ? options.access.shownHits(caller.session, answer, keysOf) : answer;
      return { ...shown, hits: whereFound(shown.hits, options), remark: searchRemark(text, shown) };
    },
  );
  server.get(
    '/charts/:key',
    { schema: { summary: 'En patients journalkopia', params: Key, querystring: Closed({ at: At }) } },
    (request, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .send(json.bytes(chartOf(request, patientKey(request.params.key), request.query.at))),
  );

  server.get(
    '/messages',
    {
      schema: {
        summary: 'Meddelanden som inte blev en del av kopian',
        querystring: Closed({
          outcome: Type.Optional(
            Type.Union([
              Type.Literal('set-aside'),
              Type.Literal('unread'),
              Type.Literal('held'),
              Type.Literal('waiting'),
            ]),
          ),
          source: Type.Optional(Name),
          before: Type.Optional(Seq('only older than this number: the next page')),
          after: Type.Optional(Seq('only newer than this number')),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        }),
      },
    },
    ({ query: { source, limit = 100, ...filter } }) => ({
      messages: options.reader().outcomes({
        ...filter,
        limit,
        ...(source === undefined ? {} : { source: requireSource(source, knownSources(options)) }),
      }),
    }),
  );

  server.post(
    '/hold',
    {
      schema: {
        summary: 'Håll en källa: tas emot och kvitteras, men förs inte in',
        body: Closed({
          source: Name,
          part: Type.Optional(Name),
          unit: Type.Optional(Name),
          by: Name,
          reason: Type.String({ maxLength: 500, description: 'varför; visas för dem som läser' }),
        }),
        response: { 200: Taken },
      },
    },
    (request) => {
      const { source, part, unit, by, reason } = request.body;
      const declared = options.reader().sources();
      const id = requireSource(
        source,
        declared.map((known) => known.source),
      );
      const fed = declared.find((known) => known.source === id)?.feeds.map((feed) => feed.part) ?? [];
      return options.command({
        command: 'hold',
        source: id,
        by: requireWords(by, 'ange vem som beslutar'),
        reason: requireWords(reason, 'skälet saknas: skriv varför källan hålls, det visas för dem som läser'),
        ...(part === undefined ? {} : { part: requireFedPart(part, fed) }),
        ...(unit === undefined ? {} : { unit: requireUnit(unit, knownUnits(options)) }),
      });
    },
  );
  server.post(
    '/release',
    {
      schema: {
        summary: 'Släpp en hållen källa',
        body: Closed({
          source: Name,
          how: Type.Union([Type.Literal('in-order'), Type.Literal('leave-out')]),
          by: Name,
        }),
        response: { 200: Taken },
      },
    },
    (request) => {
      requireSource(request.body.source, knownSources(options));
      return options.command({ command: 'release', ...request.body, source: sourceId(request.body.source) });
    },
  );
  server.post(
    '/settle',
    {
      schema: {
        summary: 'Undanlagda meddelanden till och med ett nummer är genomgångna (0: återta)',
        body: Closed({
          source: Name,
          upTo: Seq('of the last that is settled'),
          by: Name,
          reason: Type.String({ minLength: 1, maxLength: 500 }),
        }),
        response: { 200: Taken },
      },
    },
    (request) => {
      requireSource(request.body.source, knownSources(options));
      return options.command({ command: 'settle', ...request.body, source: sourceId(request.body.source) });
    },
  );
  server.post(
    '/full-load',
    {
      schema: {
        summary: 'Källan sänder (begin), har sänt (end, eller inget sagt) allt den har, eller gav upp (given-up)',
        body: Closed({
          source: Name,
          phase: Type.Optional(Type.Union([Type.Literal('begin'), Type.Literal('end'), Type.Literal('given-up')])),
          load: Type.Optional(Name),
          isPartial: Type.Optional(Type.Boolean()),
          by: Type.Optional(Name),
        }),
        response: { 200: Taken },
      },
    },
    (request) => {
      requireSource(request.body.source, knownSources(options));
      // Who said so stands in the ledger.
      const { source, by: _by, ...load } = request.body;
      return options.command({ command: 'full-load', parts: 'all-declared', ...load, source: sourceId(source) });
    },
  );
  server.post(
    '/snapshot',
    {
      schema: {
        summary: 'Ta en ögonblicksbild nu',
        body: Type.Union([Closed({ by: Type.Optional(Name) }), Type.Null()]),
        response: {
          200: Type.Object({ file: Type.String(), sequence: Type.Integer(), bytes: Type.Integer(), ...NotLogged }),
        },
      },
    },
    () => options.snapshot(),
  );

  server.register(async (scope) => {
    const { submit } = options;
    registerIntake(scope, { submit, requireSource: (source) => requireSource(source, knownSources(options)) });
  });
}

/** Each with where they are, as far as this reader may be told; how old that is, is of the same moment as the rest. */
function whereFound(hits: SearchAnswer['hits'], { reader, units, now }: ApiOptions) {
  const copy = reader();
  const at = now();
  const unitName = (unit: string): string => units.find(({ id }) => id === unit)?.name ?? unit;
  const known = new Map<UnitId, PartState>();
  const censusOf = (unit: UnitId): PartState => {
    const found = known.get(unit) ?? censusState(copy, unit, at);
    known.set(unit, found);
    return found;
  };
  return copy.atOnce(() =>
    hits.map((hit) => {
      const stay = hit.stay ?? hit.expected;
      const unit = stay?.unit ?? stay?.plannedUnit ?? null;
      const census = unit === null ? null : censusOf(unit);
      const { isProtected } = hit;
      const where = whereWords(stay, { unitName, census, nowMs: at.wallMs, isProtected });
      return { ...hit, ...tellingApart(hit), where };
    }),
  );
}

/**
 * What tells one person from another, and where they are: nobody has said yet why they look. Address and telephone, why somebody came and who
 * cares for them stand in the chart.
 */
function tellingApart({ person, stay, expected }: SearchHit) {
  const place = (one: Stay | null) => {
    if (one === null) return null;
    const { status, unit, plannedUnit, room, bed, admittedAt, expectedAdmitAt, dischargedAt } = one;
    return { status, unit, plannedUnit, room, bed, admittedAt, expectedAdmitAt, dischargedAt };
  };
  return {
    person: person === null ? null : identifyingOnly(person),
    stay: place(stay),
    expected: place(expected),
  };
}

function censusState(copy: CopyReader, unit: UnitId, now: SureNow): PartState {
  const feeds = copy.unitFeeds(unit).feeds.filter(({ feed }) => feed.part === 'stay');
  return partState(
    'stay',
    feeds.map(({ feed, declaredName }) => feedState(feed, now, { sourceName: declaredName, todayMs: now.wallMs })),
  );
}

const knownSources = (options: ApiOptions): readonly string[] =>
  options
    .reader()
    .sources()
    .map(({ source }) => source);

/** Those named in the settings, and those somebody has been on. */
const knownUnits = (options: ApiOptions): readonly string[] => [
  ...options.units.map(({ id }) => id),
  ...options.reader().unitIds(),
];
