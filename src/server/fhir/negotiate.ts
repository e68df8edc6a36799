// Which form an answer may have. Only JSON is written here, and a program that can read nothing else is told so rather than
// given something it will misread.

import type { FastifyRequest } from 'fastify';
import { Failure } from '../../domain/failures.ts';
import { type SearchParameters, single } from './search.ts';

const JSON_FORMATS: ReadonlySet<string> = new Set([
  'json',
  'application/json',
  'application/fhir+json',
  'application/fhir json', // a plus that nobody encoded
  'text/json',
]);
const ACCEPTED: ReadonlySet<string> = new Set([
  '*/*',
  'application/*',
  'application/json',
  'application/fhir+json',
  'text/json',
]);

/** Throws Failure `request.not-acceptable`. `_format` stands before Accept (R4 http.html#mime-type). */
export function requireJson(request: FastifyRequest, parameters: SearchParameters): void {
  const format = single(parameters, '_format');
  const bare = (text: string): string => (text.split(';')[0] ?? '').trim().toLowerCase();
  const isAccepted =
    format !== null
      ? JSON_FORMATS.has(bare(format))
      : (request.headers.accept ?? '*/*')
          .split(',')
          .some((range) => ACCEPTED.has(bare(range)) && !/;\s*q=0(\.0*)?\s*$/.test(range));
  if (!isAccepted) throw new Failure('request.not-acceptable');
}
