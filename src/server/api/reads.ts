// What was read beside the station: the terminal's commands read the disk, and an app its own copy, so that both work without a
// station, and tell it afterwards.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import { At, Closed, Moment, NotLogged, Seq } from './schema-parts.ts';

const TERMINAL_KINDS = [
  'chart.read',
  'list.read',
  'search.made',
  'messages.read',
  'message.read',
  'paper.made',
  'paper.printed',
  'ledger.read',
  'ledger.exported',
  // The key on paper: nobody's chart, and whoever holds both papers and the disk can read them all.
  'key.envelopes-made',
  'key.envelopes-tried',
] as const;
export type TerminalKind = (typeof TERMINAL_KINDS)[number];

const Handle = Type.String({ pattern: '^[a-z2-7]{26}$' });
const Text = Type.String({ minLength: 1, maxLength: limits.ledgerTextMax });

export function registerReads(server: FastifyInstance): void {
  server.withTypeProvider<TypeBoxTypeProvider>().post(
    '/reads',
    {
      schema: {
        summary: 'Säg vad som lästes direkt från stationens disk',
        body: Closed({
          kind: Type.Union(TERMINAL_KINDS.map((kind) => Type.Literal(kind))),
          by: Text,
          // Drawn by who tells: told again when the answer was lost on its way, it is one entry.
          id: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$' })),
          // Of the two who read by a sealed code, and have no account.
          names: Type.Optional(Text),
          patient: Type.Optional(Handle),
          unit: Type.Optional(Text),
          patients: Type.Optional(Type.Array(Handle, { maxItems: limits.ledgerPageRowsMax })),
          asOf: At,
          what: Type.Optional(Text),
          print: Type.Optional(
            Closed({
              print: Text,
              version: Seq('of the paper'),
              printer: Text,
              copies: Type.Integer({ minimum: 1, maximum: 99 }),
              signing: Type.Array(Type.Tuple([Text, Handle]), { maxItems: limits.ledgerPageRowsMax }),
            }),
          ),
          place: Type.Optional(Type.Union([Type.Literal('terminal'), Type.Literal('app')])),
          readAt: Type.Optional(Moment('when it was read, where the station is told later')),
        }),
        response: { 200: Type.Object(NotLogged) },
      },
    },
    // The recording itself is done as of every answer (recording.ts).
    (request) => {
      const { kind, place, print } = request.body;
      // Whoever is signed in tells of what was read in the app's own copy or printed from its screen, and of nothing else.
      const isOfApp = (kind === 'chart.read' || kind === 'paper.made') && place === 'app' && print === undefined;
      if (request.caller.kind === 'person' && !isOfApp) throw new Failure('access.not-allowed');
      return {};
    },
  );
}
