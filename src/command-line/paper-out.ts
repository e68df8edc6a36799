// Where a made PDF goes: a new file that only its owner can read, or whatever standard output leads to.

import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { Failure } from '../domain/failures.ts';
import type { Rendered } from '../paper/render/render-messages.ts';
import { storageFailure } from '../station/files/storage-failure.ts';
import type { CommandContext } from './command.ts';

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
  writeNew(file, pdf);
  context.out(context.isJson ? `${JSON.stringify({ file, pages: count })}\n` : `${told}: ${file}\n`);
}

/** A file that could not be written to its end is taken away: half a print looks whole in a viewer. */
function writeNew(file: string, bytes: Uint8Array): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeSync(fd, bytes);
    fsyncSync(fd);
  } catch (error) {
    rmSync(file, { force: true });
    const code = storageFailure(error);
    throw code === null ? error : new Failure(code, file, { cause: error });
  } finally {
    closeSync(fd);
  }
}
