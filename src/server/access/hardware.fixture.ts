// A security key made of software: signs as WebAuthn has it (Web Authentication level 3, 6.1 and 6.5), and answers `prf` by a secret that
// never leaves it.

import { createHmac, createSign, generateKeyPairSync, hash, randomBytes } from 'node:crypto';
import type { NewPin, PinOffer, PinSignIn } from '../../domain/access/pin.ts';

export const HOST = 'localhost:7070';
const ORIGIN = `http://${HOST}`;

const PRESENT = 0x01;
const HAS_CREDENTIAL = 0x40;
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');
const text = (words: string): Buffer => Buffer.concat([Buffer.from([0x60 + words.length]), Buffer.from(words)]);

export class TestHardware {
  readonly credential = randomBytes(32).toString('base64url');
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #secret = randomBytes(32);
  readonly #origin: string;
  #counter = 0;

  /** `origin`: of the page it is asked by, «http://localhost:7070». */
  constructor(origin = ORIGIN) {
    this.#origin = origin;
  }

  /** As browsers ask: what a page says is bound to being a page's. */
  prf(asked: Uint8Array): Uint8Array<ArrayBuffer> {
    const salt = hash('sha256', Buffer.concat([Buffer.from('WebAuthn PRF\0'), asked]), 'buffer');
    return new Uint8Array(createHmac('sha256', this.#secret).update(salt).digest());
  }

  make({
    challenge,
    rpId,
  }: Pick<PinOffer, 'challenge' | 'rpId'>): Pick<NewPin, 'credential' | 'transports' | 'clientData' | 'attestation'> {
    const id = Buffer.from(this.credential, 'base64url');
    const { x = '', y = '' } = this.#pair.publicKey.export({ format: 'jwk' });
    const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
    const cose = Buffer.concat([bytesOf('a5010203262001215820'), left, bytesOf('225820'), right]);
    const length = Buffer.from([0, id.length]);
    const data = Buffer.concat([this.#head(rpId, PRESENT | HAS_CREDENTIAL), Buffer.alloc(16), length, id, cose]);
    const size = Buffer.from([0x59, data.length >> 8, data.length & 0xff]);
    const parts = [
      bytesOf('a3'),
      text('fmt'),
      text('none'),
      text('attStmt'),
      bytesOf('a0'),
      text('authData'),
      size,
      data,
    ];
    return {
      credential: this.credential,
      transports: ['usb'],
      clientData: this.#client('webauthn.create', challenge).toString('base64url'),
      attestation: Buffer.concat(parts).toString('base64url'),
    };
  }

  sign(challenge: string, rpId = 'localhost'): Omit<PinSignIn, 'user' | 'proof'> {
    const client = this.#client('webauthn.get', challenge);
    const data = this.#head(rpId, PRESENT);
    const signer = createSign('sha256').update(Buffer.concat([data, hash('sha256', client, 'buffer')]));
    return {
      credential: this.credential,
      clientData: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signer.sign(this.#pair.privateKey).toString('base64url'),
    };
  }

  #head(rpId: string, flags: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(++this.#counter);
    return Buffer.concat([hash('sha256', rpId, 'buffer'), Buffer.from([flags]), counter]);
  }

  #client(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }));
  }
}
