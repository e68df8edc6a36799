// Those who come in by others: a colleague vouched for, and two people with a sealed code. And what must be said to the station about
// patients' blocks and about the reviews of emergency openings.

import { Type } from 'typebox';
import { PROFESSIONS, type Profession } from '../../domain/access/people.ts';
import type { Vouch } from '../../domain/access/routes.ts';
import { Failure } from '../../domain/failures.ts';
import { patientKey, type UnitId, unitId } from '../../domain/identity.ts';
import { requireWords } from '../../domain/known-names.ts';
import { limits } from '../../limits.ts';
import { Closed, Name } from '../api/schema-parts.ts';
import { DoneAnswer, MeAnswer, SheetAnswer, VouchedAnswer, wordOf } from './answer-schemas.ts';
import { byOf } from './by.ts';
import { personOf, tellOf } from './callers.ts';
import { EntryId, type NamedEntriesPort } from './erasure-routes.ts';
import { fromOf } from './from.ts';
import type { GuardOptions } from './guard.ts';
import { enter, type Server } from './session-routes.ts';

const Text = Type.String({ minLength: 1, maxLength: limits.personTextMax });
const Typed = Type.String({ minLength: 1, maxLength: limits.secretTextMax });
const Reason = Type.String({ minLength: 1, maxLength: limits.reasonTextMax });
const Patient = Type.String({ pattern: '^[a-z2-7]{26}$' });
const Saying = { by: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) };

export function registerVisitors(server: Server, { access, reader }: GuardOptions, entries: NamedEntriesPort): void {
  server.post(
    '/vouches',
    {
      schema: {
        summary: 'Intyga en kollega för ett arbetspass',
        body: Closed({
          user: Type.Optional(Text),
          name: Type.Optional(Text),
          title: Type.Optional(Text),
          profession: Type.Optional(wordOf<Profession>(PROFESSIONS)),
          unit: Name,
          reason: Reason,
        }),
        response: { 200: VouchedAnswer },
      },
    },
    (request) => {
      const { unit, reason, ...whom } = request.body;
      const vouch: Vouch = { ...whom, unit: unitId(unit), reason: requireWords(reason, 'skriv varför') };
      return access.vouch(personOf(request).session, vouch, tellOf(request));
    },
  );
  server.post(
    '/session/emergency-code',
    {
      schema: {
        summary: 'Öppna med en förseglad nödkod: två personer, två halvor',
        security: [],
        body: Closed({ number: Text, halfA: Typed, halfB: Typed, first: Text, second: Text }),
        response: { 200: MeAnswer },
      },
    },
    async (request, reply) =>
      enter(
        access,
        { request, reply },
        await access.signIns.withEmergencyCode(request.body, fromOf(request), tellOf(request)),
      ),
  );
  server.post(
    '/session/emergency-code/used',
    {
      schema: {
        summary: 'Säg att en nödkod har öppnat en dators kopia medan stationen var borta',
        security: [],
        body: Closed({
          number: Text,
          id: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
          iv: Type.String({ pattern: '^[\\w+/]{16}$' }),
          sealed: Type.String({ minLength: 24, maxLength: limits.codeUseTextMax, pattern: '^[\\w+/]+={0,2}$' }),
        }),
        response: { 200: DoneAnswer },
      },
    },
    async (request) => {
      await access.signIns.codeUsedAlone(request.body, fromOf(request), tellOf(request));
      return { done: true };
    },
  );
  server.post(
    '/emergency-codes',
    {
      schema: {
        summary: 'Gör en ny omgång nödkoder; enhetens oanvända äldre gäller inte längre',
        body: Closed({
          unit: Name,
          count: Type.Integer({ minimum: 1, maximum: limits.emergencyCodesASetMax }),
          ...Saying,
        }),
        response: { 200: SheetAnswer },
      },
    },
    async (request) => {
      const { unit, count } = request.body;
      const by = byOf(request, access);
      const id = requireOwnUnit(unitId(unit), by);
      const sheet = await access.codes.make(id, count);
      const numbers = sheet.codes.map(({ number }) => number);
      const body = { ...by.said, set: sheet.set, numbers, voided: sheet.voided };
      tellOf(request)({ kind: 'access.codes-made', author: by.author, unit: id, body });
      return sheet;
    },
  );
  const Blocked = Closed({ patient: Patient, unit: Type.String({ minLength: 1, maxLength: 100 }), ...Saying });
  for (const [path, kind, summary] of [
    ['/blocks', 'access.blocked', 'Spärra en enhets uppgifter om en patient för andra enheter'],
    ['/blocks/lift', 'access.unblocked', 'Häv en sådan spärr'],
  ] as const)
    server.post(path, { schema: { summary, body: Blocked, response: { 200: DoneAnswer } } }, (request) => {
      const by = byOf(request, access);
      const unit =
        request.body.unit === 'all' && by.leads === 'all' ? 'all' : requireOwnUnit(unitId(request.body.unit), by);
      const patient = reader().whereabouts(patientKey(request.body.patient));
      if (patient === null) throw new Failure('patient.not-found');
      if (kind === 'access.blocked') access.blocks.set(patient.key, unit);
      else if (!access.blocks.lift(patient.keys, unit))
        throw new Failure('request.invalid', 'en sådan spärr finns inte');
      const body = { ...by.said, unit };
      tellOf(request)({ kind, author: by.author, unit: unit === 'all' ? null : unit, patient: patient.key, body });
      return { done: true };
    });
  server.post(
    '/reviews',
    {
      schema: {
        summary: 'En nödöppning är granskad',
        body: Closed({ entry: EntryId, finding: Reason, ...Saying }),
        response: { 200: DoneAnswer },
      },
    },
    (request) => {
      const by = byOf(request, access);
      const { entry, finding } = request.body;
      requireToReview(entry, by);
      const body = { ...by.said, entry, finding: requireWords(finding, 'skriv vad granskningen visade') };
      tellOf(request)({ kind: 'access.reviewed', author: by.author, body });
      return { done: true };
    },
  );

  /** Whoever answers for another unit is not told that there is one. */
  function requireToReview(entry: string, { author, leads }: ReturnType<typeof byOf>): void {
    const opening = entries.opening(entry);
    if (opening === null) throw new Failure('access.not-to-review');
    // The operator may put right what was found, and what was said last stands.
    if (leads === 'all') return;
    const isOwnUnit = opening.unit !== null && leads.has(unitId(opening.unit));
    if (!isOwnUnit || opening.review !== null || opening.author === author) throw new Failure('access.not-to-review');
  }

  function requireOwnUnit(unit: UnitId, { leads }: ReturnType<typeof byOf>): UnitId {
    if (!access.hasUnit(unit)) throw new Failure('unit.not-found');
    if (leads !== 'all' && !leads.has(unit)) throw new Failure('access.not-allowed');
    return unit;
  }
}
