// Six digits and a piece of hardware become keys. The digits are made slow first, and what comes of them is what the hardware is asked
// (WebAuthn's `prf`): each guess must be put to the hardware itself, with a hand on it, also by who has this computer's disk.

import { WORDS_KEY_COST } from '../../../src/domain/access/device-key.ts';
import { type Hardware, PIN_LABELS } from '../../../src/domain/access/pin.ts';
import { base64Of, bytesOf, importKey, random } from './sealing.ts';
import { slowBytes } from './slow-hash.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The hardware's own words for what went wrong are the browser's, and say nothing to a nurse. */
export class NoHardware extends Error {}

export interface PinProof {
  readonly credential: string;
  readonly clientData: string;
  readonly authenticatorData: string;
  readonly signature: string;
}

export interface PinMade {
  readonly envelopeKey: Bytes;
  /** Base64. */
  readonly proof: string;
}

export const newSalt = (): string => base64Of(random(WORDS_KEY_COST.saltBytes));

export const urlOf = (bytes: ArrayBuffer | Bytes): string =>
  base64Of(new Uint8Array(bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const bytesOfUrl = (text: string): Bytes => bytesOf(text.replaceAll('-', '+').replaceAll('_', '/'));

/** As `navigator.credentials` takes them; a browser may know a way of reaching hardware that its types do not. */
export const descriptorOf = ({ credential, transports }: Hardware): PublicKeyCredentialDescriptor => ({
  type: 'public-key',
  id: bytesOfUrl(credential),
  transports: [...transports] as AuthenticatorTransport[],
});

export interface SlowPin {
  readonly slow: Bytes;
  /** What the hardware is asked. */
  readonly asked: Bytes;
}

/** `salt`: base64. */
export async function slowPin(pin: string, salt: string): Promise<SlowPin> {
  const slow = await slowBytes(pin, salt);
  return { slow, asked: await expanded(slow, salt, PIN_LABELS.asked) };
}

export async function keysOf({ slow }: SlowPin, salt: string, answered: Bytes): Promise<PinMade> {
  const both = new Uint8Array([...answered, ...slow]);
  const [envelopeKey, proof] = [
    await expanded(both, salt, PIN_LABELS.envelope),
    await expanded(both, salt, PIN_LABELS.proof),
  ];
  return { envelopeKey, proof: base64Of(proof) };
}

/** One press on the hardware: signs what the station asked, and answers what the digits asked. @throws {NoHardware} */
export async function askHardware(
  known: readonly { readonly hardware: Hardware; readonly asked: Bytes }[],
  { challenge, rpId }: { readonly challenge: string; readonly rpId: string },
): Promise<{ readonly signed: PinProof; readonly answered: Bytes }> {
  const given = await credentialBy(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytesOfUrl(challenge),
        rpId,
        allowCredentials: known.map(({ hardware }) => descriptorOf(hardware)),
        userVerification: 'preferred',
        extensions: {
          prf: {
            evalByCredential: Object.fromEntries(
              known.map(({ hardware, asked }) => [hardware.credential, { first: asked }]),
            ),
          },
        },
      },
    }),
  );
  const { authenticatorData, signature, clientDataJSON } = given.response as AuthenticatorAssertionResponse;
  const signed = {
    credential: given.id,
    clientData: urlOf(clientDataJSON),
    authenticatorData: urlOf(authenticatorData),
    signature: urlOf(signature),
  };
  return { signed, answered: prfOf(given) };
}

/** @throws {NoHardware} */
export async function credentialBy(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const given = await ask();
    if (given instanceof PublicKeyCredential) return given;
  } catch (error) {
    throw new NoHardware('the hardware did not answer', { cause: error });
  }
  throw new NoHardware('no credential');
}

/** @throws {NoHardware} */
function prfOf(given: PublicKeyCredential): Bytes {
  const first = given.getClientExtensionResults().prf?.results?.first;
  if (first === undefined) throw new NoHardware('no prf');
  const bytes = ArrayBuffer.isView(first) ? new Uint8Array(first.buffer as ArrayBuffer) : new Uint8Array(first);
  if (bytes.length < WORDS_KEY_COST.keyBytes) throw new NoHardware('short prf');
  return bytes;
}

export const envelopeKeyOf = (made: PinMade): Promise<CryptoKey> => importKey(made.envelopeKey);

async function expanded(secret: Bytes, salt: string, label: string): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = new TextEncoder().encode(label);
  const bits = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: bytesOf(salt), info }, key, 256);
  return new Uint8Array(bits);
}
