// FHIR handed in by HTTP: unpacked within bounds, cut into its documents, and each kept as a message of its own. What holds nothing,
// or grows out of proportion when unpacked, never reaches the inbox (hazard H33).

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Failure } from '../../domain/failures.ts';
import { isBlank } from '../../intake/fhir/documents.ts';
import { splitFhir } from '../../intake/fhir/split.ts';
import { limits } from '../../limits.ts';
import { isPacked, unpack } from '../unpack.ts';
import { type ImportTurn, ImportTurns } from './import-turns.ts';
import { Name, NotLogged } from './schema-parts.ts';

/** What was done with something handed in: its place in the inbox, and whether it was there already. */
export interface Submitted {
  readonly seq: number;
  readonly duplicate: boolean;
}

export interface IntakeRouteOptions {
  /** @throws {Failure} for a source that is not known here */
  readonly requireSource: (source: string) => void;
  readonly submit: (item: {
    readonly source: string;
    readonly format: 'fhir+json' | 'fhir+ndjson';
    readonly documents: readonly Uint8Array[];
  }) => Promise<Submitted[]>;
}

const AS_JSON = {
  type: 'object' as const,
  required: ['resourceType'],
  description: 'en bundle eller en resurs, FHIR R4',
};
const AS_LINES = { type: 'string' as const, description: 'en resurs eller bundle per rad' };
const AS_BYTES = {
  type: 'string' as const,
  contentMediaType: 'application/octet-stream',
  maxLength: limits.fhirBodyBytesMax,
  description: 'något av de andra slagen, packat eller inte: det syns på de första byten',
};
/** What is taken here, by what it says it is. Told in openapi.json, and nothing else is read. */
const BODIES = {
  'application/fhir+json': AS_JSON,
  'application/json': AS_JSON,
  'application/fhir+ndjson': AS_LINES,
  'application/x-ndjson': AS_LINES,
  'application/gzip': AS_BYTES,
  'application/octet-stream': AS_BYTES,
} as const;

const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

/** The body as openapi.json tells it: it is read as bytes, so the router has no schema of it. */
export const INTAKE_BODY = {
  path: '/api/intake/{source}/fhir',
  requestBody: {
    required: true,
    description:
      `FHIR R4 som JSON i UTF-8 eller UTF-16: en bundle, en resurs eller flera efter varandra. Högst ${mebibytes(limits.fhirBodyBytesMax)}, som gzip eller ` +
      `zstd högst lika mycket packat och ${mebibytes(limits.fhirUnpackedBytesMax)} uppackat (högst ${limits.fhirPackingMax} gånger ` +
      `det packade, men ${mebibytes(limits.fhirUnpackedFreelyBytes)} alltid). Content-Encoding (gzip, zstd) får utelämnas: packat känns igen på de första byten, och godtas bara en gång.`,
    content: Object.fromEntries(Object.entries(BODIES).map(([type, schema]) => [type, { schema }])),
  },
};

/** In a scope of its own: its bodies are read as bytes. */
export function registerIntake(server: FastifyInstance, { requireSource, submit }: IntakeRouteOptions): void {
  const turns = new ImportTurns();
  const taken = new WeakMap<FastifyRequest, ImportTurn>();
  const scope = server.withTypeProvider<TypeBoxTypeProvider>();
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    Object.keys(BODIES),
    { parseAs: 'buffer', bodyLimit: limits.fhirBodyBytesMax },
    (_request, body, done) => done(null, body),
  );
  scope.addHook('onRequest', async (request, reply) => {
    const turn = turns.begin(saidLength(request));
    taken.set(request, turn);
    for (const event of ['finish', 'close']) reply.raw.once(event, () => turn.leave());
  });
  scope.post(
    '/intake/:source/fhir',
    {
      bodyLimit: limits.fhirBodyBytesMax,
      schema: {
        summary: 'Lämna in FHIR: paket, resurs eller NDJSON, även packat (gzip, zstd). En stor inlämning i taget',
        params: Type.Object({ source: Name }),
        response: {
          202: Type.Object({
            received: Type.Array(Type.Object({ seq: Type.Integer(), duplicate: Type.Boolean() })),
            ...NotLogged,
          }),
        },
      },
    },
    async (request, reply) => {
      const turn = taken.get(request);
      if (turn === undefined) throw new Failure('intake.busy');
      const { source } = request.params;
      const isLines = /ndjson/.test(request.headers['content-type'] ?? '');
      const results = await turn.work(async () => {
        requireSource(source);
        const documents = await documentsOf(request, turn);
        return submit({ source, format: isLines ? 'fhir+ndjson' : 'fhir+json', documents });
      });
      return reply.code(202).send({ received: results });
    },
  );
}

function saidLength({ headers }: FastifyRequest): number | null {
  const said = Number(headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(said) ? said : null;
}

async function documentsOf({ body, headers }: FastifyRequest, turn: ImportTurn): Promise<readonly Uint8Array[]> {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new Failure('request.invalid', 'tom kropp');
  const bytes = await unpackInTurn(body, headers['content-encoding'], turn);
  if (isPacked(body) && isPacked(bytes)) throw new Failure('request.invalid', 'packat två gånger');
  if (isBlank(bytes)) throw new Failure('request.invalid', 'tom kropp');
  const documents = splitFhir(bytes);
  if (typeof documents === 'string') throw new Failure('request.invalid', documents);
  if (documents.some(({ length }) => length > limits.fhirBodyBytesMax)) throw new Failure('request.too-large');
  if (documents.length > limits.smallImportDocumentsMax) turn.enlarge();
  return documents;
}

/** What is small stays small until it has been seen to be large. */
async function unpackInTurn(body: Buffer, encoding: string | undefined, turn: ImportTurn): Promise<Buffer> {
  if (turn.isLarge || !isPacked(body)) return unpack(body, encoding);
  try {
    return await unpack(body, encoding, limits.fhirUnpackedFreelyBytes);
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'request.too-large')) throw error;
    turn.enlarge();
    return unpack(body, encoding);
  }
}
