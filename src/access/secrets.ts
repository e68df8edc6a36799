// Hashes secrets slowly on purpose (argon2id), and only a few at a time: each takes a thread of the four that also read and write files,
// and some megabytes, so a shift that signs in at once waits a moment in line instead of stopping everything else.

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';

/**
 * OWASP's least recommended for argon2id (Password Storage Cheat Sheet: 19 MiB, two passes). The secrets are dealt with 44 bits, not
 * thought out; more would buy little and cost the morning's sign-ins.
 */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** PHC string format: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. */
export type KeptSecret = string;

const FORM = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([\w+/]{22})\$([\w+/]{43})$/;

export class Secrets {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  async keep(secret: string): Promise<KeptSecret> {
    const salt = randomBytes(SALT_BYTES);
    const tag = await this.#inLine(() => derive(secret, salt, COST));
    const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
    return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${text(salt)}$${text(tag)}`;
  }

  /** Takes as long for somebody who has no secret (`null`): how long it takes tells nobody who works here. */
  async isRight(secret: string, kept: KeptSecret | null): Promise<boolean> {
    const [, memory, passes, parallelism, salt, tag] = FORM.exec(kept ?? NOBODYS) ?? [];
    if (salt === undefined || tag === undefined) return false;
    const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
    const derived = await this.#inLine(() => derive(secret, Buffer.from(salt, 'base64'), cost));
    return timingSafeEqual(derived, Buffer.from(tag, 'base64')) && kept !== null;
  }

  /** @throws {Failure} `access.busy` when the line is longer than anybody would wait. */
  async #inLine<T>(act: () => Promise<T>): Promise<T> {
    if (this.#running >= limits.secretsAtOnce) {
      if (this.#waiting.length >= limits.secretsWaitingMax) throw new Failure('access.busy');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

const NOBODYS = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

function derive(secret: string, salt: Buffer, cost: typeof COST | Cost): Promise<Buffer> {
  const parameters = { message: Buffer.from(secret, 'utf8'), nonce: salt, tagLength: TAG_BYTES, ...cost };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => (error === null ? resolve(tag) : reject(error)));
  });
}

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}
