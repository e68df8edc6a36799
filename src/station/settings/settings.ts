// What a station is told when it starts, read from flags, environment and the YAML file. Unknown keys are errors, all problems
// are reported together, and all or nothing is used.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { ProviderSettings } from '../../access/provider/provider-settings.ts';
import type { OtherStation } from '../../domain/access/routes.ts';
import { Failure } from '../../domain/failures.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { notUnderstoodWords, readAllowedAddresses } from '../../intake/mllp/allowed-addresses.ts';
import type { PrinterSettings } from '../../paper/print/printer.ts';
import { isInside } from '../files/data-folder.ts';
import { type PollSettings, type ReportSettings, readPolls, readReports } from './feeder-settings.ts';
import { isOrigin, readStations } from './other-stations.ts';
import { readPrinters } from './printer-settings.ts';
import { readProvider } from './provider-settings.ts';
import { DEFAULT_FILE, readValue, SETTING_RULES, type SettingRule } from './setting-rules.ts';
import { readSources, readUnits } from './source-settings.ts';

export interface Settings {
  readonly name: string;
  readonly dataFolder: string;
  readonly keyFile: string;
  readonly tokenFile: string;
  readonly httpHost: string;
  readonly httpPort: number;
  readonly httpsHost: string;
  readonly httpsPort: number;
  /** Whose pages may ask this station too. */
  readonly appOrigins: readonly string[];
  /** Other stations with the same patients, in the order an app tries them. */
  readonly stations: readonly OtherStation[];
  readonly mllpHost: string;
  readonly mllpPort: number;
  readonly mllpAllow: readonly string[];
  readonly mllpCertificate: string | null;
  readonly mllpPrivateKey: string | null;
  readonly mllpClientAuthority: string | null;
  readonly snapshotHour: number;
  /** 0: no packs are made beforehand. */
  readonly paperEveryMinutes: number;
  readonly paperValidMinutes: number;
  /** Local minutes after midnight; null: no printer is tested by itself. */
  readonly paperTestAt: number | null;
  readonly units: readonly UnitDeclaration[];
  readonly sources: readonly SourceDeclaration[];
  readonly polls: readonly PollSettings[];
  readonly reports: readonly ReportSettings[];
  readonly printers: readonly PrinterSettings[];
  /** Null: people sign in with words alone. */
  readonly provider: ProviderSettings | null;
  /** The file the settings were read from; null when there was none. */
  readonly file: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const OTHER_KEYS = ['stations', 'units', 'sources', 'polls', 'reports', 'printers', 'provider'];

/**
 * Reads settings: a flag wins over the environment, that over the file, that over the default.
 * Throws Failure `settings.invalid` with every problem on a line of its own.
 */
export function readSettings(flags: ReadonlyMap<string, string>, environment: Environment): Settings {
  const problems: string[] = [];
  const fileNamed = flags.get('--config') ?? environment['RESERVKRAFT_CONFIG'] ?? null;
  const file = fileNamed ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : null);
  const fromFile = file === null ? {} : readFile(file, problems);
  const base = file === null ? process.cwd() : dirname(resolve(file));

  const known = new Set<string>([...Object.values(SETTING_RULES).map((rule) => rule.key), ...OTHER_KEYS]);
  for (const key of Object.keys(fromFile)) if (!known.has(key)) problems.push(`${file}: okänd nyckel "${key}"`);

  const values: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(SETTING_RULES) as [string, SettingRule][]) {
    const flag = flags.get(rule.flag);
    const env = environment[rule.env];
    if (flag !== undefined) values[name] = readValue(rule, flag, rule.flag, process.cwd(), problems);
    else if (env !== undefined && env !== '') values[name] = readValue(rule, env, rule.env, process.cwd(), problems);
    else if (fromFile[rule.key] !== undefined && fromFile[rule.key] !== null)
      values[name] = readValue(rule, fromFile[rule.key], `${file}: ${rule.key}`, base, problems);
    // The default never follows the file: settings read from another folder would make an empty station there, and a new key.
    else values[name] = fallbackOf(rule, problems);
  }

  const units = readUnits(fromFile['units'], problems);
  const sources = readSources(fromFile['sources'], units, problems);
  const polls = readPolls(fromFile['polls'], sources, base, problems);
  const reports = readReports(fromFile['reports'], { sources, units, base, problems });
  const printers = readPrinters(fromFile['printers'], units, problems);
  const provider = readProvider(fromFile['provider'], base, problems);
  const stations = readStations(fromFile['stations'], problems);
  const lists = { stations, units, sources, polls, reports, printers };
  const settings = { ...values, ...lists, provider, file } as unknown as Settings;
  checkTogether(settings, problems);
  if (problems.length > 0) throw new Failure('settings.invalid', problems.join('\n'));
  return settings;
}

function fallbackOf(rule: SettingRule, problems: string[]): unknown {
  if (rule.type === 'clock') return readValue(rule, rule.fallback, rule.key, '', problems);
  return rule.type === 'path' && rule.fallback !== null ? resolve(String(rule.fallback)) : rule.fallback;
}

const YAML_WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'samma nyckel två gånger',
  BAD_INDENT: 'fel indrag',
  TAB_AS_INDENT: 'tabb som indrag, skriv blanksteg',
  MISSING_CHAR: 'ett tecken saknas (citationstecken, parentes eller kolon)',
};

function readFile(file: string, problems: string[]): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    problems.push(`${file}: går inte att läsa`);
    return {};
  }
  const document = parseDocument(text, { uniqueKeys: true });
  for (const { code, linePos } of document.errors)
    problems.push(
      `${file}${linePos === undefined ? '' : `, rad ${linePos[0].line}`}: ${YAML_WORDS[code] ?? 'går inte att läsa som YAML'} (${code})`,
    );
  const value: unknown = document.errors.length > 0 ? {} : document.toJS({ maxAliasCount: 100 });
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.push(`${file}: ska ha nycklar och värden`);
    return {};
  }
  return value as Record<string, unknown>;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

function checkTogether(settings: Settings, problems: string[]): void {
  for (const [what, file] of [
    ['keyFile', settings.keyFile],
    ['tokenFile', settings.tokenFile],
  ] as const)
    if (isInside(settings.dataFolder, file))
      problems.push(`${what}: ska ligga utanför datamappen, så att en stulen mapp inte är värd något`);
  if ((settings.mllpCertificate === null) !== (settings.mllpPrivateKey === null))
    problems.push('mllpCertificate och mllpPrivateKey hör ihop: ange båda eller ingen');
  if (settings.mllpClientAuthority !== null && settings.mllpCertificate === null)
    problems.push('mllpClientAuthority kräver mllpCertificate: utan TLS kan ingen avsändare visa certifikat');
  for (const origin of settings.appOrigins)
    if (!isOrigin(origin))
      problems.push(
        `appOrigins: "${origin}" ska vara https://adress:port, utan jokertecken och utan något efter porten`,
      );
  if (!LOOPBACK.has(settings.httpHost))
    problems.push(
      'httpHost: bara datorns egen adress (127.0.0.1); avdelningarnas datorer når stationen med HTTPS (httpsHost)',
    );
  if (!LOOPBACK.has(settings.mllpHost) && settings.mllpAllow.length === 0 && settings.mllpClientAuthority === null)
    problems.push(
      'mllpHost nås av andra: ange vilka som får sända (mllpAllow), eller kräv certifikat (mllpClientAuthority)',
    );
  const allowed = readAllowedAddresses(settings.mllpAllow);
  if (allowed.kind === 'not-understood') problems.push(notUnderstoodWords(allowed.entries));
  const ports = [settings.httpPort, settings.httpsPort, settings.mllpPort].filter((port) => port !== 0);
  if (new Set(ports).size < ports.length) problems.push('httpPort, httpsPort och mllpPort ska vara olika');
}
