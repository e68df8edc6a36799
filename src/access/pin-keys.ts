// People's hardware on computers of their wards, each with a PIN only its owner and the hardware know the use of (decision 0024). Of the
// two together the station keeps a key that opens envelopes and a hash of a proof; neither can be made, or tried, without the hardware.

import { hash, timingSafeEqual } from 'node:crypto';
import type { PersonId } from '../domain/access/people.ts';
import { type Hardware, type NewPin, type OwnPin, type PinSignIn, SIGNING } from '../domain/access/pin.ts';
import { Failure } from '../domain/failures.ts';
import type { Arrival } from '../domain/time.ts';
import { limits } from '../limits.ts';
import type { AccessStore } from './access-store.ts';
import { Challenges } from './challenges.ts';
import type { WordsKey } from './words-keys.ts';

interface KeptPin extends Hardware {
  readonly person: PersonId;
  /** Opens on this one alone. */
  readonly device: string;
  /** COSE, base64. */
  readonly publicKey: string;
  readonly counter: number;
  /** Of the digits; base64. */
  readonly salt: string;
  readonly envelopeKey: string;
  /** Quick: of 256 bits that the hardware has its part in. */
  readonly proofHash: string;
  readonly madeAt: number;
  readonly usedAt: number | null;
}

/** Which page the hardware must have answered. */
export interface Site {
  readonly rpId: string;
  readonly origin: string;
}

export interface PinOpener {
  readonly hardware: Hardware;
  readonly key: WordsKey;
}

export interface PinKeysOptions {
  readonly store: AccessStore;
  readonly key: Buffer;
  readonly now: () => Arrival;
}

export class PinKeys {
  readonly #options: PinKeysOptions;
  readonly #challenges: Challenges;
  readonly #pins = new Map<string, KeptPin>();
  readonly #unkept = new Set<string>();
  #changes = 0;

  constructor(options: PinKeysOptions) {
    this.#options = options;
    this.#challenges = new Challenges(options.key);
    for (const pin of options.store.all<KeptPin>('pin')) this.#pins.set(pin.credential, pin);
  }

  get changes(): number {
    return this.#changes;
  }

  challenge(): string {
    return this.#challenges.make(this.#options.now().monotonicMs);
  }

  of(person: PersonId, here: string | null): OwnPin[] {
    return this.#of(person).map(({ credential, madeAt, usedAt, device }) => ({
      credential,
      madeAt,
      usedAt,
      isHere: device === here,
    }));
  }

  openers(person: PersonId, device: string): PinOpener[] {
    return this.#of(person)
      .filter((pin) => pin.device === device)
      .map(({ credential, transports, salt, envelopeKey: key }) => ({
        hardware: { credential, transports },
        key: { salt, key },
      }));
  }

  /** @throws {Failure} `access.pin-refused`, `access.not-kept` */
  async add(asked: NewPin, { person, device, site }: Whose): Promise<{ readonly userVerified: boolean }> {
    if (this.#of(person).length >= limits.pinsAPersonMax)
      throw new Failure('access.pin-refused', `högst ${limits.pinsAPersonMax}: ta bort en som inte används`);
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const { credential: id, clientData: clientDataJSON, attestation: attestationObject } = asked;
    const verified = await answeredBy(() =>
      verifyRegistrationResponse({
        response: {
          ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
          response: { clientDataJSON, attestationObject },
        },
        supportedAlgorithmIDs: [...SIGNING],
        ...this.#expected(site),
      }),
    );
    const made = verified?.registrationInfo;
    const isTaken = this.#pins.has(id);
    if (made === undefined || made.credential.id !== id || isTaken || !this.#use(clientDataJSON))
      throw new Failure('access.pin-refused');
    const { wallMs } = this.#options.now();
    const { salt, envelopeKey, proof, transports } = asked;
    const pin: KeptPin = {
      ...{ credential: id, transports, person, device, salt, envelopeKey },
      publicKey: Buffer.from(made.credential.publicKey).toString('base64'),
      counter: made.credential.counter,
      proofHash: proofHash(proof),
      madeAt: wallMs,
      usedAt: null,
    };
    this.#options.store.keep([rowOf(pin)]);
    this.#pins.set(id, pin);
    this.#changes++;
    return { userVerified: made.userVerified };
  }

  /** The hardware answered just now, on this computer and page, and the digits were hers. */
  async isRight(asked: PinSignIn, { person, device, site }: Whose): Promise<boolean> {
    const { credential: id, clientData: clientDataJSON, authenticatorData, signature } = asked;
    const pin = this.#pins.get(id);
    if (pin === undefined || pin.person !== person || pin.device !== device) return false;
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const verified = await answeredBy(() =>
      verifyAuthenticationResponse({
        response: {
          ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
          response: { clientDataJSON, authenticatorData, signature },
        },
        credential: { id, publicKey: new Uint8Array(Buffer.from(pin.publicKey, 'base64')), counter: pin.counter },
        ...this.#expected(site),
      }),
    );
    if (verified?.verified !== true || !this.#use(clientDataJSON)) return false;
    // Removed meanwhile, or answered by another question.
    const known = this.#pins.get(id);
    if (known?.proofHash !== pin.proofHash) return false;
    const isProven = timingSafeEqual(Buffer.from(proofHash(asked.proof), 'hex'), Buffer.from(pin.proofHash, 'hex'));
    const counter = Math.max(known.counter, verified.authenticationInfo.newCounter);
    const usedAt = isProven ? this.#options.now().wallMs : known.usedAt;
    this.#pins.set(id, { ...known, counter, usedAt });
    this.#unkept.add(id);
    return isProven;
  }

  /** How many there were. They are gone at once, also where that can't be kept yet. */
  remove(person: PersonId, credential: string | null): number {
    const gone = this.#of(person).filter((pin) => credential === null || pin.credential === credential);
    if (gone.length === 0) return 0;
    this.#options.store.keepOrLater(gone.map((pin) => ({ kind: 'pin', id: pin.credential, body: null })));
    for (const pin of gone) this.#pins.delete(pin.credential);
    this.#changes++;
    return gone.length;
  }

  /** @throws {Failure} `access.not-kept` */
  flush(): void {
    const pins = [...this.#unkept].flatMap((credential) => this.#pins.get(credential) ?? []);
    if (pins.length > 0) this.#options.store.keep(pins.map(rowOf));
    this.#unkept.clear();
  }

  #of(person: PersonId): KeptPin[] {
    return [...this.#pins.values()].filter((pin) => pin.person === person);
  }

  #expected({ rpId, origin }: Site) {
    const { monotonicMs } = this.#options.now();
    return {
      expectedChallenge: (challenge: string) => this.#challenges.isFresh(challenge, monotonicMs),
      expectedOrigin: origin,
      expectedRPID: rpId,
      // The digits are what she knows; hardware that knows its owner too does more.
      requireUserVerification: false,
    };
  }

  #use(clientData: string): boolean {
    const { challenge } = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8')) as { challenge: string };
    return this.#challenges.use(challenge, this.#options.now().monotonicMs);
  }
}

interface Whose {
  readonly person: PersonId;
  readonly device: string;
  readonly site: Site;
}

const rowOf = (pin: KeptPin) => ({ kind: 'pin' as const, id: pin.credential, body: pin });

const proofHash = (proof: string): string => hash('sha256', Buffer.from(proof, 'base64'), 'hex');

/** The library throws on everything that does not fit: a wrong answer, not a fault of ours. */
async function answeredBy<T>(verify: () => Promise<T>): Promise<T | null> {
  try {
    return await verify();
  } catch {
    return null;
  }
}
