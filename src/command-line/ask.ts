// Numbers and names of people are asked for, or read from standard input with "-": an argument would stay in the shell's
// history and be seen by everyone on the machine.

import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';

const LETTERS_MAX = 200;
const LINE_END = 0x0a;

/** The answer, trimmed. Throws Failure `request.invalid` when there is nobody to ask and nothing on standard input. */
export async function ask(question: string, words: readonly string[]): Promise<string> {
  if (words.length > 0 && words[0] !== '-')
    throw new Failure(
      'request.invalid',
      'nummer och namn skrivs inte på kommandoraden (de blir kvar i historiken): svara på frågan, eller använd -',
    );
  const isPiped = words[0] === '-' || process.stdin.isTTY !== true;
  if (!isPiped) process.stderr.write(`${question}: `);
  const answer = (await firstLine(process.stdin, isPiped)).trim();
  if (answer === '') throw new Failure('request.invalid', 'inget svar');
  return answer.slice(0, LETTERS_MAX);
}

/** Where blank lines are passed over, the first that says something. */
async function firstLine(input: AsyncIterable<Buffer>, passesBlanks: boolean): Promise<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of input) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(LINE_END); end >= 0; end = rest.indexOf(LINE_END)) {
      const line = decoded(rest.subarray(0, end));
      if (!passesBlanks || line.trim() !== '') return line;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > limits.askedLineBytesMax) throw new Failure('request.too-large', 'svaret');
  }
  return decoded(rest);
}

/** As a message without a charset is read: a terminal set to Latin-1 must not lose the Å of a name and find other people. */
function decoded(line: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return new TextDecoder('windows-1252').decode(line);
  }
}
