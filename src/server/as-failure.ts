// Refusals by the HTTP library (too large, malformed, unreadable) in our own words.

import { Failure } from '../domain/failures.ts';

/** Everything unexpected is `station.internal`, with its cause beside it and never in its text. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const status = (error as { statusCode?: number } | null)?.statusCode;
  if (status === 413) return new Failure('request.too-large');
  if (status === 415) return new Failure('request.media-type');
  if (status !== undefined && status >= 400 && status < 500) return new Failure('request.invalid', unreadable(error));
  return new Failure('station.internal', null, { cause: error });
}

/** The library's own words could repeat what was sent. */
function unreadable(error: unknown): string | null {
  const { code } = error as { code?: string };
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'kroppen är tom; den ska vara ett JSON-objekt';
  return error instanceof SyntaxError || code === 'FST_ERR_CTP_INVALID_JSON_BODY'
    ? 'kroppen går inte att läsa som JSON'
    : null;
}
