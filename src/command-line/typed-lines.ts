// Several lines asked for one after another, from a keyboard or from standard input. What is asked for this way is secret: it is never
// an argument, and is taken off the screen when it has been read.

import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';

const CLEARED = '\u001b[2J\u001b[3J\u001b[H';

export class TypedLines {
  readonly isKeyboard = process.stdin.isTTY === true;
  readonly #input = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  #rest = '';

  /** The next line that says something. @throws {Failure} `request.invalid` when no more comes */
  async next(question: string): Promise<string> {
    if (this.isKeyboard) process.stderr.write(`${question}: `);
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end >= 0) {
        const line = this.#rest.slice(0, end).trim();
        this.#rest = this.#rest.slice(end + 1);
        if (line !== '' || this.isKeyboard) return line;
        continue;
      }
      if (this.#rest.length > limits.askedLineBytesMax) throw new Failure('request.too-large', 'svaret');
      const read = await this.#input.next();
      if (read.done !== true) this.#rest += Buffer.from(read.value).toString('latin1');
      else if (this.#rest.trim() === '') throw new Failure('request.invalid', `inget svar: ${question}`);
      else this.#rest += '\n';
    }
  }

  /** Nobody who comes to the screen next sees what stands there. */
  clear(): void {
    if (this.isKeyboard) process.stderr.write(CLEARED);
  }

  async end(): Promise<void> {
    await this.#input.return?.();
  }
}
