// PIN and hardware at the door, and set for this computer by who is in by words (decision 0024). The station is asked first; with it
// silent the same press opens this computer's own copy.

import type { Envelope } from '../../../src/domain/access/device-key.ts';
import {
  type Hardware,
  isEasyPin,
  isPin,
  type NewPin,
  type OwnPin,
  type PinOffer,
  SIGNING,
} from '../../../src/domain/access/pin.ts';
import { ACCESS_PATHS, type Me } from '../../../src/domain/access/routes.ts';
import { moreWords } from '../more-words.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import {
  askHardware,
  credentialBy,
  descriptorOf,
  envelopeKeyOf,
  keysOf,
  NoHardware,
  newSalt,
  type PinMade,
  slowPin,
  urlOf,
} from '../store/pin.ts';
import { random } from '../store/sealing.ts';
import { vaultRows } from '../store/vault.ts';
import { goThrough } from './door.ts';
import { type OpenedAlone, ownCopy } from './own-copy.ts';
import { session } from './session.svelte.ts';
import type { ShutDoor } from './shut-door.ts';

const said = moreWords.pinDoor;
const CHALLENGE_BYTES = 32;

interface Known {
  readonly hardware: Hardware;
  readonly salt: string;
}

/** Of this person on this computer, whatever units they read here. */
async function knownHere(person: string): Promise<Known[]> {
  const envelopes = (await vaultRows()).flatMap((row): readonly Envelope[] => row.envelopes);
  const found = new Map<string, Known>();
  for (const { person: of, salt, hardware } of envelopes)
    if (of === person && hardware !== undefined) found.set(hardware.credential, { hardware, salt });
  return [...found.values()];
}

export async function signInByPin(user: string, pin: string): Promise<ShutDoor | null> {
  const person = user.trim().toUpperCase();
  const known = isPin(pin) ? await knownHere(person) : [];
  if (!isPin(pin)) return { happened: said.sixDigits, doNow: '' };
  if (known.length === 0) return { happened: said.noneHere, doNow: '' };
  try {
    return await through(person, pin, known);
  } catch (error) {
    if (error instanceof NoHardware) return { happened: said.noAnswer, doNow: said.noAnswerNow };
    throw error;
  }
}

async function through(person: string, pin: string, known: readonly Known[]): Promise<ShutDoor | null> {
  const slow = new Map(
    await Promise.all(
      known.map(async ({ hardware, salt }) => [hardware.credential, await slowPin(pin, salt)] as const),
    ),
  );
  /** One press, whichever way it is used. */
  const pressed = async (challenge: string) => {
    const asked = known.flatMap(({ hardware }) => {
      const one = slow.get(hardware.credential);
      return one === undefined ? [] : [{ hardware, asked: one.asked }];
    });
    const { signed, answered } = await askHardware(asked, { challenge, rpId: location.hostname });
    const [of, one] = [
      known.find(({ hardware }) => hardware.credential === signed.credential),
      slow.get(signed.credential),
    ];
    if (of === undefined || one === undefined) throw new NoHardware('another credential');
    return { signed, made: await keysOf(one, of.salt, answered) };
  };
  let press: Awaited<ReturnType<typeof pressed>> | null = null;
  return goThrough({
    atStation: async () => {
      const { challenge } = await ask<{ challenge: string }>('POST', ACCESS_PATHS.pinChallenge, {});
      press = await pressed(challenge);
      const { signed, made } = press;
      await session.enterByPin({ user: person, ...signed, proof: made.proof });
    },
    alone: async () => {
      const { signed, made } = press ?? (await pressed(urlOf(random(CHALLENGE_BYTES))));
      return openAlone(person, signed.credential, made);
    },
    nothingOpens: said.nothingOpens,
  });
}

const openAlone = (person: string, credential: string, made: PinMade): Promise<OpenedAlone> =>
  ownCopy.openBy({
    person,
    by: 'pin',
    keyOf: async ({ hardware }) => (hardware?.credential === credential ? envelopeKeyOf(made) : null),
  });

/** Why it can't be had here, in words; null: it can, as far as the browser tells. */
export async function whyNotHere(): Promise<string | null> {
  if (/^[\d.]+$|:/.test(location.hostname.replace(/^\[|\]$/g, ''))) return said.notByNumber;
  if (!isSecureContext || globalThis.PublicKeyCredential === undefined) return said.notInBrowser;
  const capabilities = await PublicKeyCredential.getClientCapabilities?.();
  return capabilities?.['extension:prf'] === false ? said.notInBrowser : null;
}

export const ownPins = async (): Promise<readonly OwnPin[]> =>
  (await ask<{ pins: readonly OwnPin[] }>('GET', ACCESS_PATHS.pins)).pins;

export const removePin = (credential: string): Promise<unknown> => ask('POST', ACCESS_PATHS.pinRemoval, { credential });

/** Null: it is set, and holds from the copy's next answer on. */
export async function setPin(me: Me, words: string, pin: string, again: string): Promise<ShutDoor | null> {
  if (!isPin(pin)) return { happened: said.sixDigits, doNow: '' };
  if (pin !== again) return { happened: said.notAlike, doNow: '' };
  if (isEasyPin(pin)) return { happened: said.tooEasy, doNow: '' };
  try {
    const offer = await ask<PinOffer>('POST', ACCESS_PATHS.pinOffer, {});
    await ask('POST', ACCESS_PATHS.pins, { secret: words, ...(await made(me, offer, pin)) });
    return null;
  } catch (error) {
    if (error instanceof NoHardware) return { happened: said.noLock, doNow: said.noAnswerNow };
    if (error instanceof NoContact) return { happened: said.silent, doNow: '' };
    if (!(error instanceof Refused)) throw error;
    const { happened, doNow } = error.refusal;
    return { happened, doNow };
  }
}

/** A first press makes the credential, a second asks it: few kinds of hardware do both at once. */
async function made({ person }: Me, offer: PinOffer, pin: string): Promise<Omit<NewPin, 'secret'>> {
  const { challenge, rpId } = offer;
  const given = await credentialBy(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: Uint8Array.from(atob(challenge.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
          one.charCodeAt(0),
        ),
        rp: { id: rpId, name: offer.rpName },
        // The hardware is told no HSA-id: it may be found by anybody.
        user: { id: random(16), name: offer.userName, displayName: person.name },
        pubKeyCredParams: SIGNING.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: offer.taken.map((credential) => descriptorOf({ credential, transports: [] })),
        authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
        attestation: 'none',
        extensions: { prf: {} },
      },
    }),
  );
  if (given.getClientExtensionResults().prf?.enabled !== true) throw new NoHardware('no prf');
  const { attestationObject, clientDataJSON, getTransports } = given.response as AuthenticatorAttestationResponse;
  const hardware: Hardware = {
    credential: given.id,
    transports: getTransports.call(given.response).filter((one) => /^[a-z-]{1,20}$/.test(one)),
  };
  const salt = newSalt();
  const slow = await slowPin(pin, salt);
  const { answered } = await askHardware([{ hardware, asked: slow.asked }], {
    challenge: urlOf(random(CHALLENGE_BYTES)),
    rpId,
  });
  const { envelopeKey, proof } = await keysOf(slow, salt, answered);
  return {
    ...hardware,
    clientData: urlOf(clientDataJSON),
    attestation: urlOf(attestationObject),
    salt,
    envelopeKey: btoa(String.fromCharCode(...envelopeKey)),
    proof,
  };
}
