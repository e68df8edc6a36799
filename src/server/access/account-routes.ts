// Letting colleagues in and out. Ids of people are in bodies, never in addresses.

import { Type } from 'typebox';
import type { Access } from '../../access/access.ts';
import { isText } from '../../access/account-list.ts';
import { GIVEN_ROLES, type GivenRole, PROFESSIONS, type Profession, readHsaId } from '../../domain/access/people.ts';
import { Failure } from '../../domain/failures.ts';
import { unitId } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { Closed, Moment } from '../api/schema-parts.ts';
import { AccountAnswer, AccountsAnswer, ClosedAnswer, CodeAnswer, ImportedAnswer, wordOf } from './answer-schemas.ts';
import { byOf } from './by.ts';
import { tellOf } from './callers.ts';
import type { Server } from './session-routes.ts';

const Text = Type.String({ minLength: 1, maxLength: limits.personTextMax });
const Saying = { by: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) };

export function registerAccounts(server: Server, access: Access): void {
  server.get(
    '/accounts',
    { schema: { summary: 'Konton på de enheter man ansvarar för', response: { 200: AccountsAnswer } } },
    (request) => ({
      accounts: access.enrolling
        .list(byOf(request, access))
        .map((account) => ({ ...account, pins: access.pins.of(account.id, null).length })),
    }),
  );
  server.post(
    '/accounts',
    {
      schema: {
        summary: 'Anslut en kollega till en enhet',
        body: Closed({
          id: Text,
          name: Text,
          title: Text,
          profession: wordOf<Profession>(PROFESSIONS),
          unit: Text,
          role: Type.Union(GIVEN_ROLES.map((one) => Type.Literal(one))),
          roleName: Type.Optional(Text),
          from: Type.Optional(Moment('not before this')),
          until: Type.Optional(Moment('not after this')),
          ...Saying,
        }),
        response: { 200: AccountAnswer },
      },
    },
    (request) => {
      const { id, name, title, profession, unit, role, roleName = null, from = null, until = null } = request.body;
      for (const text of [name, title, roleName ?? '-'])
        if (!isText(text)) throw new Failure('request.invalid', 'namn, titel och rollnamn är vanlig text');
      const person = { id: requireHsaId(id), name, title, profession: profession as Profession };
      const assignment = {
        unit: unit === 'all' ? ('all' as const) : unitId(unit),
        role: role as GivenRole,
        name: roleName,
        from,
        until,
      };
      return access.enrolling.open(person, assignment, byOf(request, access), tellOf(request));
    },
  );
  server.post(
    '/accounts/import',
    {
      bodyLimit: limits.accountListBytesMax,
      schema: {
        summary: 'Läs in en lista av kollegor (CSV)',
        body: Closed({ list: Type.String({ minLength: 1, maxLength: limits.accountListBytesMax }), ...Saying }),
        response: { 200: ImportedAnswer },
      },
    },
    (request) => ({ people: access.enrolling.importList(request.body.list, byOf(request, access), tellOf(request)) }),
  );
  const One = Closed({ id: Text, ...Saying });
  server.post(
    '/accounts/deal',
    { schema: { summary: 'Dela ut en engångskod', body: One, response: { 200: CodeAnswer } } },
    (request) => access.enrolling.deal(requireHsaId(request.body.id), byOf(request, access), tellOf(request)),
  );
  server.post(
    '/accounts/close',
    { schema: { summary: 'Stäng ett konto', body: One, response: { 200: ClosedAnswer } } },
    (request) => ({
      done: access.enrolling.close(requireHsaId(request.body.id), byOf(request, access), tellOf(request)),
    }),
  );
}

export function requireHsaId(text: string) {
  const id = readHsaId(text);
  if (id === null) throw new Failure('request.invalid', 'HSA-id ska se ut som SE2321000016-1ABC');
  return id;
}
