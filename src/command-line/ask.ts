// Numbers and names of people are asked for, or read from standard input with "-": an argument would stay in the shell's
// history and be seen by everyone on the machine.

import { createInterface } from 'node:readline/promises';
import { Failure } from '../domain/failures.ts';

const LETTERS_MAX = 200;

/** The answer, trimmed. Throws Failure `request.invalid` when there is nobody to ask and nothing on standard input. */
export async function ask(question: string, words: readonly string[]): Promise<string> {
  if (words.length > 0 && words[0] !== '-')
    throw new Failure(
      'request.invalid',
      'nummer och namn skrivs inte på kommandoraden (de blir kvar i historiken): svara på frågan, eller använd -',
    );
  const isPiped = words[0] === '-' || process.stdin.isTTY !== true;
  const lines = createInterface(isPiped ? { input: process.stdin } : { input: process.stdin, output: process.stderr });
  try {
    const answer = isPiped ? await firstLine(lines) : await lines.question(`${question}: `);
    if (answer.trim() === '') throw new Failure('request.invalid', 'inget svar');
    return answer.trim().slice(0, LETTERS_MAX);
  } finally {
    lines.close();
  }
}

async function firstLine(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) if (line.trim() !== '') return line;
  return '';
}
