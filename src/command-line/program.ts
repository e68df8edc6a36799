// The command line: `reservkraft <command>`. What each command does stands in its own file beside this one.

import { Failure, failureText } from '../domain/failures.ts';
import { harmless } from './census-text.ts';
import { commandHelp, parseCommand, table } from './command.ts';
import { COMMANDS } from './commands.ts';
import { UnknownRefusal } from './station-client.ts';

const out = (text: string): void => void process.stdout.write(text);
const tell = (text: string): void => void process.stderr.write(text);

async function runCommand(given: readonly string[]): Promise<number> {
  const [name, ...rest] = given;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    out(programHelp());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) {
    throw new Failure(
      'request.invalid',
      `kommandot ${harmless(name).slice(0, 40)} finns inte; reservkraft --help visar alla`,
    );
  }
  const parsed = parseCommand(command, rest);
  if (parsed.wantsHelp) {
    out(commandHelp(command));
    return 0;
  }
  return command.run({ ...parsed, environment: process.env, out, tell });
}

function programHelp(): string {
  const rows = COMMANDS.map((command): [string, string] => [command.name, command.summary]);
  return [
    'Reservkraft keeps a safe copy of every unit’s charts, always readable, with the age of everything it shows.',
    '',
    'reservkraft <command> [--help]',
    '',
    ...table(rows),
    '',
  ].join('\n');
}

/** The whole program: the exit code. */
export async function runProgram(given: readonly string[]): Promise<number> {
  watchOutput(given[0] === 'start' || given[0] === 'demo');
  try {
    return await runCommand(given);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tell(`${error instanceof UnknownRefusal ? asSaid(error) : failureText(error.code, error.detail)}\n`);
    return 2;
  }
}

/** A station goes on receiving and being read whoever reads what it writes, and however full the disk is where that goes. */
function watchOutput(isStation: boolean): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (isStation) return;
    // A reader that has had enough (`| head`) is nothing to tell anybody about.
    if (code === 'EPIPE') process.exit();
    tell(`${failureText('output.not-written', code ?? null)}\n`);
    process.exit(2);
  });
}

const asSaid = ({ text }: UnknownRefusal): string => text.trimEnd().split('\n').map(harmless).join('\n');
