// Where a made PDF goes: a new file that only its owner can read, or whatever standard output leads to.

import { existsSync } from 'node:fs';
import { Failure } from '../domain/failures.ts';
import type { Rendered } from '../paper/render/render-messages.ts';
import type { CommandContext } from './command.ts';
import { writeNewFile } from './new-file.ts';

/** Asked before anything is made. @throws {Failure} `request.invalid` */
export function checkOut({ flags, isJson }: CommandContext): void {
  const file = flags.get('--out');
  if (file !== undefined && existsSync(file)) throw new Failure('request.invalid', `${file} finns redan`);
  if (file === undefined && (process.stdout.isTTY === true || isJson))
    throw new Failure('request.invalid', 'ange filen: --out <fil>');
}

export function writeOut(context: CommandContext, { pdf, pages, plainSheets }: Rendered): void {
  const file = context.flags.get('--out');
  const count = Math.max(0, ...pages.map(({ last }) => last));
  const told = `${count} ${count === 1 ? 'sida' : 'sidor'}`;
  if (plainSheets.length > 0)
    context.tell('En del tecken kunde inte skrivas ut och står som □. Jämför namn och nummer med armbandet.\n');
  if (file === undefined) {
    process.stdout.write(pdf);
    context.tell(`${told}\n`);
    return;
  }
  writeNewFile(file, [pdf]);
  context.out(context.isJson ? `${JSON.stringify({ file, pages: count })}\n` : `${told}: ${file}\n`);
}
