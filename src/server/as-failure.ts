// Refusals by the HTTP library (too large, malformed, unreadable) in our own words.

import { Failure } from '../domain/failures.ts';

/** Everything unexpected is `station.internal`, with its cause beside it and never in its text. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const status = (error as { statusCode?: number } | null)?.statusCode;
  if (status === 413) return new Failure('request.too-large');
  if (status === 415) return new Failure('request.media-type');
  if (status !== undefined && status >= 400 && status < 500) return new Failure('request.invalid');
  return new Failure('station.internal', null, { cause: error });
}
