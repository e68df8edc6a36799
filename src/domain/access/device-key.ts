// How a person's dealt words open a unit's copy on a device, also one they have never used (decision 0019). The station knows a slow key
// of everybody's words; with each it seals the device's data key for that unit into an envelope, and the device keeps the envelopes.
// Station and app must mean the same in every letter: what both need stands here.

import type { PersonId } from './people.ts';
import type { Hardware } from './pin.ts';
import type { Me } from './routes.ts';

/**
 * How slowly a key is made of words (argon2id). More than a sign-in costs: the station slows tries down, a stolen disk does not. Some
 * tenths of a second in a ward's browser.
 */
export const WORDS_KEY_COST = { memoryKib: 65_536, passes: 3, parallelism: 1, keyBytes: 32, saltBytes: 16 } as const;

/** AES-GCM, as browsers have it: this long a nonce, and the tag after the bytes. */
export const ENVELOPE_IV_BYTES = 12;

/** A device's name for one sealed copy of one unit: 128 random bits, new whenever somebody may no longer read. */
export const VAULT_ID = /^[A-Za-z0-9_-]{22}$/;

/** As they are hashed: however they were typed, in capitals, with dashes or commas between. */
export const spokenWords = (typed: string): string =>
  typed
    .normalize('NFC')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
    .join(' ');

/** Bytes are base64. */
export interface Envelope {
  readonly person: PersonId;
  /** Of the slow key of this person's words, or of the digits of their PIN. */
  readonly salt: string;
  readonly iv: string;
  readonly sealed: string;
  /** Opened by a PIN and this, on this device alone (pin.ts). */
  readonly hardware?: Hardware;
}

/** What an envelope holds, as JSON: the key, and who its reader is there, so that a device knows whom it has let in. */
export interface EnvelopeContent {
  readonly key: string;
  readonly me: Me;
}

/** Bound into the seal: an envelope moved to another device, unit or name opens nothing. */
export const envelopeContext = (vault: string, unit: string, person: string): string =>
  `reservkraft/1/envelope\n${vault}\n${unit}\n${person}`;

/** Answer of POST /api/copies/key. */
export interface DeviceKey {
  /** Of who may read the unit and with which words; an app that has another asks again. */
  readonly readers: string;
  readonly key: string;
  readonly envelopes: readonly Envelope[];
}
