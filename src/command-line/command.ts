// How a command of the program is described, parsed and explained. Each command is one file beside this one; its flags are
// a table, so that `--help` can never say anything else than what is read.

import { parseArgs } from 'node:util';
import { Failure } from '../domain/failures.ts';
import { settingFlags } from '../station/settings/setting-rules.ts';

interface FlagRule {
  readonly flag: string;
  /** `value` takes a text, `switch` none. */
  readonly kind: 'value' | 'switch';
  readonly help: string;
}

export interface CommandContext {
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
  readonly isJson: boolean;
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output: what was asked for, and nothing else. */
  out(text: string): void;
  /** Standard error: progress and explanations. */
  tell(text: string): void;
}

/**
 * What of the station's settings the command goes by, and its help tells of: all of them; where the station keeps and answers; where
 * it answers. All are taken in any case, so that one set of flags does for every command.
 */
export type CommandSettings = 'all' | 'disk' | 'station' | 'none';

const WHERE_IT_ANSWERS = ['--config', '--data', '--token-file', '--http-port'];
const SETTINGS_TOLD: Readonly<Record<Exclude<CommandSettings, 'all'>, readonly string[]>> = {
  disk: [...WHERE_IT_ANSWERS, '--key-file'],
  station: WHERE_IT_ANSWERS,
  none: [],
};

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The words after the name: `<files|folders> --to host:port`. */
  readonly usage: string;
  /** A word too many may be a flag without its dashes: it is refused, never passed over. */
  readonly takesNoWords?: true;
  readonly help: string;
  readonly flags: readonly FlagRule[];
  readonly settings: CommandSettings;
  /** Prints data, so `--json` is offered. */
  readonly printsData: boolean;
  /** The program's exit code: 0 done, 1 done but something is wrong (as the command says), 2 the question was wrong. */
  run(context: CommandContext): Promise<number>;
}

export interface ParsedCommand {
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
}

/** Throws Failure `request.invalid` naming the flag that is unknown or lacks its value. */
export function parseCommand(command: Command, given: readonly string[]): ParsedCommand {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
  };
  if (command.printsData) options['json'] = { type: 'boolean' };
  for (const rule of command.flags)
    options[rule.flag.slice(2)] = { type: rule.kind === 'value' ? 'string' : 'boolean' };
  if (command.settings !== 'none') for (const rule of settingFlags) options[rule.flag.slice(2)] = { type: 'string' };
  try {
    const parsed = parseArgs({ args: [...given], options, allowPositionals: true, strict: true });
    if (command.takesNoWords === true && parsed.positionals.length > 0)
      throw new Failure('request.invalid', `kommandot tar inga ord, bara flaggor (reservkraft ${command.name} --help)`);
    const flags = new Map<string, string>();
    for (const [name, value] of Object.entries(parsed.values))
      flags.set(`--${name}`, value === true ? 'yes' : String(value));
    return { words: parsed.positionals, flags, isJson: flags.has('--json'), wantsHelp: flags.has('--help') };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('request.invalid', `${flagFault(error)} (reservkraft ${command.name} --help)`);
  }
}

/** Node's own parser says it in English. */
function flagFault(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  const flag = /'(?:-\w, )?(--?[^\s'=<]+)/.exec(message)?.[1] ?? '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `flaggan ${flag} finns inte`;
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw error;
  return message.includes('does not take')
    ? `flaggan ${flag} tar inget värde`
    : `flaggan ${flag} saknar värde, eller har ett som börjar med -`;
}

export function commandHelp(command: Command): string {
  const rows: [string, string][] = command.flags.map((rule) => [
    rule.kind === 'value' ? `${rule.flag} …` : rule.flag,
    rule.help,
  ]);
  if (command.printsData) rows.push(['--json', 'the same data as JSON']);
  const lines = [`reservkraft ${command.name} ${command.usage}`.trimEnd(), '', command.help.trim()];
  if (rows.length > 0) lines.push('', ...table(rows));
  const told = settingFlags.filter(
    ({ flag }) => command.settings === 'all' || SETTINGS_TOLD[command.settings].includes(flag),
  );
  if (told.length > 0) {
    lines.push('', 'Settings (flag, environment, default):');
    lines.push(...table(told.map((rule) => [`${rule.flag} …`, `${rule.help} [${rule.env}; ${rule.fallback}]`])));
    if (command.settings !== 'all') lines.push('', 'What else a station is told: reservkraft start --help');
  }
  return `${lines.join('\n')}\n`;
}

export function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}
