// Erasing words from the ledger by lawful decision: asked for by the station's operator, decided by two people who each say their own
// words. First what would go, then that it is gone.

import { Type } from 'typebox';
import type { Person } from '../../domain/access/people.ts';
import { ERASABLE_KINDS, type Erasable, type Erased } from '../../domain/erasure.ts';
import { requireWords } from '../../domain/known-names.ts';
import type { EmergencyOpening } from '../../ledger/emergency-openings.ts';
import { limits } from '../../limits.ts';
import { Closed, NotLogged } from '../api/schema-parts.ts';
import { tellOf } from './callers.ts';
import { fromOf } from './from.ts';
import type { GuardOptions } from './guard.ts';
import type { Server } from './session-routes.ts';

export type ErasedBy = Pick<Person, 'id' | 'name' | 'title'>;

/** Entries of the ledger that people name by their id. */
export interface NamedEntriesPort {
  /** Null: none of that id is for anybody to go through. */
  opening(id: string): Pick<EmergencyOpening, 'author' | 'unit' | 'review'> | null;
  /** @throws {Failure} `ledger.not-erased` with why */
  erasable(id: string): Erasable;
  /** @throws {Failure} `ledger.not-erased` with why */
  erase(id: string, by: readonly [ErasedBy, ErasedBy], decision: string): Promise<Erased>;
}

export const EntryId = Type.String({ pattern: '^[0-9a-f-]{36}$' });
const OrNull = Type.Union([Type.String(), Type.Null()]);
const OwnWords = Closed({
  user: Type.String({ minLength: 1, maxLength: limits.personTextMax }),
  secret: Type.String({ minLength: 1, maxLength: limits.secretTextMax }),
});

export function registerErasures(server: Server, { access }: GuardOptions, entries: NamedEntriesPort): void {
  server.post(
    '/ledger/erasures/asked',
    {
      schema: {
        summary: 'Vad som skulle utplånas ur liggaren',
        body: Closed({ entry: EntryId }),
        response: {
          200: Type.Unsafe<Erasable>(
            Type.Object({
              entry: Type.String(),
              kind: Type.Union(ERASABLE_KINDS.map((kind) => Type.Literal(kind))),
              at: Type.Integer({ description: 'ms since 1970 UTC' }),
              author: Type.String(),
              unit: OrNull,
              isOfPatient: Type.Boolean(),
            }),
          ),
        },
      },
    },
    (request) => entries.erasable(request.body.entry),
  );
  server.post(
    '/ledger/erasures',
    {
      schema: {
        summary: 'Utplåna innehållet i en post efter beslut, av två personer med egna ord',
        body: Closed({
          entry: EntryId,
          decision: Type.String({ minLength: 1, maxLength: limits.personTextMax }),
          first: OwnWords,
          second: OwnWords,
        }),
        response: {
          200: Type.Unsafe<Erased>(
            Type.Object({
              entry: Type.String(),
              isInLog: Type.Boolean(),
              setAside: Type.Array(Type.String()),
              ...NotLogged,
            }),
          ),
        },
      },
    },
    async (request) => {
      const { entry, first, second } = request.body;
      const decision = requireWords(request.body.decision, 'ange beslutets diarienummer och datum');
      entries.erasable(entry);
      const by = await access.signIns.both([first, second], fromOf(request), tellOf(request));
      return entries.erase(entry, by, decision);
    },
  );
}
