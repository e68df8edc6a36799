// Why an answer from the provider lets nobody in, in few words of our own: nothing of the answer itself is repeated to anybody.

import { Failure } from '../../domain/failures.ts';

export type WhyNot =
  /** No sign-in that this browser began, or one already used: a replay, or another page's doing. */
  | 'not-begun-here'
  /** The person pressed cancel there. */
  | 'cancelled'
  /** The provider refused, and said so. */
  | 'refused-there'
  /** What should prove who it is proves nothing: another's signature, none, another station's, another sign-in's. */
  | 'not-proven'
  | 'clock'
  /** Identified too weakly, or before this sign-in was asked for. */
  | 'too-weak'
  | 'no-hsa-id'
  | 'silent';

const WORDS: Readonly<Record<Exclude<WhyNot, 'silent'>, string>> = {
  'not-begun-here': 'Svaret hör inte till en inloggning som har börjat i den här webbläsaren, eller är redan använt.',
  cancelled: 'Legitimeringen avbröts.',
  'refused-there': 'Legitimeringstjänsten sade nej.',
  'not-proven':
    'Svaret går inte att lita på: det kommer inte bevisligen från legitimeringstjänsten, till den här stationen.',
  clock: 'Stationens klocka och legitimeringstjänstens går för olika.',
  'too-weak': 'Legitimeringen är inte så stark, eller så färsk, som krävs här.',
  'no-hsa-id': 'Svaret har inget HSA-id.',
};

export class NotAccepted extends Failure {
  readonly why: WhyNot;
  /** For the ledger and the log: the library's word, and which statement was wrong. Never what it said. */
  readonly trace: string | null;

  constructor(why: WhyNot, trace: string | null = null) {
    super(
      why === 'silent' ? 'access.provider-silent' : 'access.provider-refused',
      why === 'silent' ? null : WORDS[why],
    );
    this.why = why;
    this.trace = trace;
  }
}

/** Of what the library (openid-client) throws. What is neither an answer nor a wrong one is silence. */
export function notAccepted(error: unknown): NotAccepted {
  if (error instanceof NotAccepted) return error;
  const code = wordIn(error, 'code');
  const claim = wordIn(causeOf(error), 'claim') ?? wordIn(causeOf(causeOf(error)), 'claim');
  const trace = [code, claim].filter((word) => word !== null).join(' ') || null;
  switch (code) {
    case 'OAUTH_AUTHORIZATION_RESPONSE_ERROR':
      return new NotAccepted(wordIn(error, 'error') === 'access_denied' ? 'cancelled' : 'refused-there', trace);
    case 'OAUTH_RESPONSE_BODY_ERROR':
    case 'OAUTH_WWW_AUTHENTICATE_CHALLENGE':
      return new NotAccepted('refused-there', trace);
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return new NotAccepted(claim === 'auth_time' ? 'too-weak' : 'clock', trace);
    case null:
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return new NotAccepted('silent', trace);
    default:
      return new NotAccepted('not-proven', trace);
  }
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : fieldOf(error, 'cause'));

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

/** Short words only: what was sent may be anything. */
function wordIn(value: unknown, key: string): string | null {
  const word = fieldOf(value, key);
  return typeof word === 'string' && /^[\w.-]{1,80}$/.test(word) ? word : null;
}
