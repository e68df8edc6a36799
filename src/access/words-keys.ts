// The slow keys of people's words that open the copies on wards' devices (domain/access/device-key.ts). Made behind, one at a time:
// nobody waits for one at the door, and who has none yet gets it at the next sign-in.

import { argon2, randomBytes } from 'node:crypto';
import { WORDS_KEY_COST } from '../domain/access/device-key.ts';
import { limits } from '../limits.ts';

/** Base64. */
export interface WordsKey {
  readonly salt: string;
  readonly key: string;
}

export class WordsKeys {
  #line: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #isOver = false;

  /** Null: too many wait, or it is over; the next sign-in asks again. */
  make(spoken: string): Promise<WordsKey | null> {
    if (this.#waiting >= limits.wordsKeysWaitingMax) return Promise.resolve(null);
    this.#waiting++;
    const made = this.#line.then(() => (this.#isOver ? null : slowKey(spoken))).finally(() => this.#waiting--);
    this.#line = made.catch(() => undefined);
    return made;
  }

  /** The station stops: what has not begun is left to the next sign-in. */
  end(): void {
    this.#isOver = true;
  }

  /** When those asked for until now are made. */
  async made(): Promise<void> {
    await this.#line;
  }
}

/** A sixth of a second. */
export function slowKey(spoken: string): Promise<WordsKey> {
  const { memoryKib, passes, parallelism, keyBytes, saltBytes } = WORDS_KEY_COST;
  const salt = randomBytes(saltBytes);
  const message = Buffer.from(spoken, 'utf8');
  const parameters = { message, nonce: salt, tagLength: keyBytes, memory: memoryKib, passes, parallelism };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) =>
      error === null ? resolve({ salt: salt.toString('base64'), key: key.toString('base64') }) : reject(error),
    );
  });
}
