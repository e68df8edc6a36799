// The command line: `reservkraft <command>`. What each command does stands in its own file under command-line/.

import { commandHelp, parseCommand, table } from './command-line/command.ts';
import { COMMANDS } from './command-line/commands.ts';
import { Failure, failureText } from './domain/failures.ts';

const out = (text: string): void => void process.stdout.write(text);
const tell = (text: string): void => void process.stderr.write(text);

async function main(given: readonly string[]): Promise<number> {
  const [name, ...rest] = given;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    out(programHelp());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) {
    tell(`There is no command "${name}". Nothing has been done. Do now: reservkraft --help lists what there is.\n`);
    return 2;
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  tell(`${failureText(error.code, error.detail)}\n`);
  process.exitCode = 2;
}
