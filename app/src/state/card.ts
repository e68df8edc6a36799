// Signing in with a card: what the station says of it, out to the service, and back.

import { ACCESS_PATHS, type DealtSecret, type Me, type ProviderStart } from '../../../src/domain/access/routes.ts';
import { cardWords } from '../card-words.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import type { ShutDoor } from './shut-door.ts';

/** Longer than the station itself waits for the service. */
const RETURN_WITHIN_MS = 25_000;

/** Where the browser is to go. @throws {Refused | NoContact} */
export const beginWithCard = async (): Promise<string> =>
  (await ask<ProviderStart>('POST', ACCESS_PATHS.provider, {})).location;

/** What came back in the address. @throws {Refused | NoContact} */
export const finishWithCard = (query: string): Promise<Me> =>
  ask<Me>('POST', ACCESS_PATHS.providerReturn, { query }, { withinMs: RETURN_WITHIN_MS });

/** @throws {Refused | NoContact} */
export const practiseWords = (secret: string): Promise<Me> => ask<Me>('POST', ACCESS_PATHS.practice, { secret });

/** @throws {Refused | NoContact} */
export const newWords = async (): Promise<readonly string[]> =>
  (await ask<DealtSecret>('POST', ACCESS_PATHS.secret, {})).words;

/** Anything else is a fault of the app's own, and is thrown on. */
export function problemOf(error: unknown): ShutDoor {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof NoContact) return { happened: cardWords.noContact, doNow: cardWords.useWords };
  throw error;
}
