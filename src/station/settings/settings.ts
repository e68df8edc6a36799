// What a station is told when it starts. One table: flags, environment, the YAML file, validation and `--help` are made
// from it. Unknown keys are errors, all problems are reported together, and all or nothing is used.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { Failure } from '../../domain/failures.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { readSources, readUnits } from './source-settings.ts';

type SettingType = 'port' | 'path' | 'text' | 'texts' | 'whole-number';

interface SettingRule {
  readonly flag: string;
  readonly env: string;
  readonly key: string;
  readonly type: SettingType;
  readonly fallback: string | number | readonly string[] | null;
  readonly help: string;
}

const SETTING_RULES = {
  name: {
    flag: '--name',
    env: 'RESERVKRAFT_NAME',
    key: 'name',
    type: 'text',
    fallback: 'Reservkraft',
    help: 'the station’s name as people see it',
  },
  dataFolder: {
    flag: '--data',
    env: 'RESERVKRAFT_DATA',
    key: 'data',
    type: 'path',
    fallback: './data',
    help: 'where inbox, copy, snapshots and ledger lie (encrypted)',
  },
  keyFile: {
    flag: '--key-file',
    env: 'RESERVKRAFT_KEY_FILE',
    key: 'keyFile',
    type: 'path',
    fallback: './keys/station.key',
    help: 'the station key, outside the data folder; made at the first start',
  },
  tokenFile: {
    flag: '--token-file',
    env: 'RESERVKRAFT_TOKEN_FILE',
    key: 'tokenFile',
    type: 'path',
    fallback: './keys/station.token',
    help: 'the token that opens /fhir and /api until sign-in exists; made at the first start',
  },
  httpHost: {
    flag: '--http-host',
    env: 'RESERVKRAFT_HTTP_HOST',
    key: 'httpHost',
    type: 'text',
    fallback: '127.0.0.1',
    help: 'address of the HTTP server',
  },
  httpPort: {
    flag: '--http-port',
    env: 'RESERVKRAFT_HTTP_PORT',
    key: 'httpPort',
    type: 'port',
    fallback: 7070,
    help: 'port of the HTTP server (health, /fhir, /api)',
  },
  httpsHost: {
    flag: '--https-host',
    env: 'RESERVKRAFT_HTTPS_HOST',
    key: 'httpsHost',
    type: 'text',
    fallback: '127.0.0.1',
    help: 'address of the HTTPS server, for the wards’ computers; it listens once a certificate is issued',
  },
  httpsPort: {
    flag: '--https-port',
    env: 'RESERVKRAFT_HTTPS_PORT',
    key: 'httpsPort',
    type: 'port',
    fallback: 7443,
    help: 'port of the HTTPS server',
  },
  mllpHost: {
    flag: '--mllp-host',
    env: 'RESERVKRAFT_MLLP_HOST',
    key: 'mllpHost',
    type: 'text',
    fallback: '127.0.0.1',
    help: 'address the MLLP server listens on',
  },
  mllpPort: {
    flag: '--mllp-port',
    env: 'RESERVKRAFT_MLLP_PORT',
    key: 'mllpPort',
    type: 'port',
    fallback: 7072,
    help: 'port of the MLLP server',
  },
  mllpAllow: {
    flag: '--mllp-allow',
    env: 'RESERVKRAFT_MLLP_ALLOW',
    key: 'mllpAllow',
    type: 'texts',
    fallback: [],
    help: 'addresses or networks (CIDR) that may send; empty = any that reach the port',
  },
  mllpCertificate: {
    flag: '--mllp-certificate',
    env: 'RESERVKRAFT_MLLP_CERTIFICATE',
    key: 'mllpCertificate',
    type: 'path',
    fallback: null,
    help: 'PEM certificate: the MLLP server then speaks TLS',
  },
  mllpPrivateKey: {
    flag: '--mllp-private-key',
    env: 'RESERVKRAFT_MLLP_PRIVATE_KEY',
    key: 'mllpPrivateKey',
    type: 'path',
    fallback: null,
    help: 'PEM key of that certificate (a file, never the key itself)',
  },
  mllpClientAuthority: {
    flag: '--mllp-client-authority',
    env: 'RESERVKRAFT_MLLP_CLIENT_AUTHORITY',
    key: 'mllpClientAuthority',
    type: 'path',
    fallback: null,
    help: 'PEM authority: senders must then show a certificate from it',
  },
  snapshotHour: {
    flag: '--snapshot-hour',
    env: 'RESERVKRAFT_SNAPSHOT_HOUR',
    key: 'snapshotHour',
    type: 'whole-number',
    fallback: 3,
    help: 'hour of the day (0–23) when the copy’s snapshot is taken',
  },
} as const satisfies Record<string, SettingRule>;

/** A FHIR R4 server that is asked for news (design §8). The secret lies in a file of its own. */
export interface PollSettings {
  readonly source: string;
  readonly baseUrl: string;
  readonly types: readonly string[];
  readonly everySeconds: number;
  readonly tokenUrl: string | null;
  readonly clientId: string | null;
  readonly clientSecretFile: string | null;
  readonly scope: string | null;
  /** How the secret is given (RFC 6749 §2.3.1): in the header, or in the form for servers that know no other. */
  readonly tokenMethod: 'basic' | 'post';
}

/** A folder where a record system leaves lists it can already print (design §8). */
export interface ReportSettings {
  readonly source: string;
  readonly folder: string;
  /** «Läkemedelslista». */
  readonly kind: string;
  readonly unit: string | null;
  /** Regular expression a file's name must match. */
  readonly pattern: string;
}

export interface Settings {
  readonly name: string;
  readonly dataFolder: string;
  readonly keyFile: string;
  readonly tokenFile: string;
  readonly httpHost: string;
  readonly httpPort: number;
  readonly httpsHost: string;
  readonly httpsPort: number;
  readonly mllpHost: string;
  readonly mllpPort: number;
  readonly mllpAllow: readonly string[];
  readonly mllpCertificate: string | null;
  readonly mllpPrivateKey: string | null;
  readonly mllpClientAuthority: string | null;
  readonly snapshotHour: number;
  readonly units: readonly UnitDeclaration[];
  readonly sources: readonly SourceDeclaration[];
  readonly polls: readonly PollSettings[];
  readonly reports: readonly ReportSettings[];
  /** The file the settings were read from; null when there was none. */
  readonly file: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_FILE = './reservkraft.yaml';
const OTHER_KEYS = ['units', 'sources', 'polls', 'reports'];

/** Flags a command line may carry for settings, for its parser and its help. */
export const settingFlags: readonly {
  readonly flag: string;
  readonly env: string;
  readonly key: string;
  readonly help: string;
  readonly fallback: string;
}[] = [
  {
    flag: '--config',
    env: 'RESERVKRAFT_CONFIG',
    key: '–',
    help: 'YAML file with settings, units and sources',
    fallback: `${DEFAULT_FILE} if it exists`,
  },
  ...Object.values(SETTING_RULES).map((rule: SettingRule) => ({
    flag: rule.flag,
    env: rule.env,
    key: rule.key,
    help: rule.help,
    fallback:
      rule.fallback === null || (Array.isArray(rule.fallback) && rule.fallback.length === 0)
        ? 'none'
        : String(rule.fallback),
  })),
];

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
    else values[name] = rule.type === 'path' && rule.fallback !== null ? resolve(String(rule.fallback)) : rule.fallback;
  }

  const units = readUnits(fromFile['units'], problems);
  const sources = readSources(fromFile['sources'], units, problems);
  const polls = readPolls(fromFile['polls'], sources, base, problems);
  const reports = readReports(fromFile['reports'], { sources, units, base, problems });
  const settings = { ...values, units, sources, polls, reports, file } as unknown as Settings;
  checkTogether(settings, problems);
  if (problems.length > 0) throw new Failure('settings.invalid', problems.join('\n'));
  return settings;
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

function readValue(rule: SettingRule, given: unknown, where: string, base: string, problems: string[]): unknown {
  switch (rule.type) {
    case 'port': {
      const port = Number(given);
      if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
      problems.push(`${where}: en port är ett heltal från 0 till 65535`);
      return rule.fallback;
    }
    case 'whole-number': {
      const number = Number(given);
      if (Number.isInteger(number) && number >= 0 && number <= 23) return number;
      problems.push(`${where}: en timme är ett heltal från 0 till 23`);
      return rule.fallback;
    }
    case 'path':
      if (typeof given === 'string' && given !== '') return isAbsolute(given) ? given : resolve(base, given);
      problems.push(`${where}: ska vara sökvägen till en fil eller mapp`);
      return rule.fallback;
    case 'texts':
      if (typeof given === 'string')
        return given
          .split(',')
          .map((text) => text.trim())
          .filter((text) => text !== '');
      if (Array.isArray(given) && given.every((text) => typeof text === 'string')) return given;
      problems.push(`${where}: ska vara en lista av texter`);
      return rule.fallback;
    default:
      if (typeof given === 'string' && given.length <= 200) return given;
      problems.push(`${where}: ska vara en text på högst 200 tecken`);
      return rule.fallback;
  }
}

const POLL_KEYS = [
  'source',
  'baseUrl',
  'types',
  'everySeconds',
  'tokenUrl',
  'clientId',
  'clientSecretFile',
  'scope',
  'tokenMethod',
];

function readPolls(
  given: unknown,
  sources: readonly SourceDeclaration[],
  base: string,
  problems: string[],
): PollSettings[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    problems.push('polls: ska vara en lista');
    return [];
  }
  return given.flatMap((item: unknown, index): PollSettings[] => {
    const where = `polls[${index}]`;
    if (typeof item !== 'object' || item === null) {
      problems.push(`${where}: ska ha nycklar och värden`);
      return [];
    }
    const poll = item as Record<string, unknown>;
    for (const key of Object.keys(poll)) if (!POLL_KEYS.includes(key)) problems.push(`${where}: okänd nyckel "${key}"`);
    const text = (key: string): string | null =>
      typeof poll[key] === 'string' && poll[key] !== '' ? (poll[key] as string) : null;
    const source = text('source');
    const baseUrl = text('baseUrl');
    const every = poll['everySeconds'] ?? 60;
    const types = poll['types'];
    if (source === null || !sources.some((declared) => declared.id === source))
      problems.push(`${where}: source ska vara en av de angivna källorna`);
    if (baseUrl === null || !/^https?:\/\/[^\s@]+$/.test(baseUrl))
      problems.push(`${where}: baseUrl ska vara en http(s)-adress utan användarnamn eller lösenord i`);
    if (typeof every !== 'number' || every < 5 || every > 86_400)
      problems.push(`${where}: everySeconds är 5 till 86400`);
    if (
      !Array.isArray(types) ||
      types.length === 0 ||
      !types.every((type) => typeof type === 'string' && /^[A-Z][A-Za-z]+$/.test(type))
    )
      problems.push(`${where}: types ska räkna upp FHIR-resurstyper`);
    if (!['basic', 'post', undefined].includes(poll['tokenMethod'] as string | undefined))
      problems.push(`${where}: tokenMethod är basic eller post`);
    const secret = text('clientSecretFile');
    return [
      {
        source: source ?? '',
        baseUrl: baseUrl ?? '',
        types: Array.isArray(types) ? types.filter((type): type is string => typeof type === 'string') : [],
        everySeconds: typeof every === 'number' ? every : 60,
        tokenUrl: text('tokenUrl'),
        clientId: text('clientId'),
        clientSecretFile: secret === null ? null : resolve(base, secret),
        scope: text('scope'),
        tokenMethod: poll['tokenMethod'] === 'post' ? 'post' : 'basic',
      },
    ];
  });
}

interface ReadingReports {
  readonly sources: readonly SourceDeclaration[];
  readonly units: readonly UnitDeclaration[];
  readonly base: string;
  readonly problems: string[];
}

function readReports(given: unknown, { sources, units, base, problems }: ReadingReports): ReportSettings[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    problems.push('reports: ska vara en lista');
    return [];
  }
  return given.flatMap((item: unknown, index): ReportSettings[] => {
    const where = `reports[${index}]`;
    if (typeof item !== 'object' || item === null) {
      problems.push(`${where}: ska ha nycklar och värden`);
      return [];
    }
    const report = item as Record<string, unknown>;
    for (const key of Object.keys(report))
      if (!['source', 'folder', 'kind', 'unit', 'pattern'].includes(key))
        problems.push(`${where}: okänd nyckel "${key}"`);
    const { source, folder, kind, unit, pattern = '.' } = report;
    if (typeof source !== 'string' || !sources.some((declared) => declared.id === source))
      problems.push(`${where}: source ska vara en av de angivna källorna`);
    if (typeof folder !== 'string' || folder === '') problems.push(`${where}: folder ska vara sökvägen till en mapp`);
    if (unit !== undefined && unit !== null && !units.some((declared) => declared.id === unit))
      problems.push(`${where}: det finns ingen enhet "${String(unit)}"`);
    if (typeof kind !== 'string' || kind === '') problems.push(`${where}: kind ska säga vad listan är`);
    if (typeof pattern !== 'string' || pattern.length > 200 || !isPattern(pattern))
      problems.push(`${where}: pattern ska vara ett reguljärt uttryck`);
    return [
      {
        source: String(source),
        folder: resolve(base, String(folder)),
        kind: String(kind),
        unit: typeof unit === 'string' ? unit : null,
        pattern: String(pattern),
      },
    ];
  });
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) !== null;
  } catch {
    return false;
  }
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

function checkTogether(settings: Settings, problems: string[]): void {
  const folder = resolve(settings.dataFolder);
  for (const [what, file] of [
    ['keyFile', settings.keyFile],
    ['tokenFile', settings.tokenFile],
  ] as const)
    if (`${resolve(file)}/`.startsWith(`${folder}/`))
      problems.push(`${what}: ska ligga utanför datamappen, så att en stulen mapp inte är värd något`);
  if ((settings.mllpCertificate === null) !== (settings.mllpPrivateKey === null))
    problems.push('mllpCertificate och mllpPrivateKey hör ihop: ange båda eller ingen');
  if (settings.mllpClientAuthority !== null && settings.mllpCertificate === null)
    problems.push('mllpClientAuthority kräver mllpCertificate: utan TLS kan ingen avsändare visa certifikat');
  if (!LOOPBACK.has(settings.httpHost))
    problems.push(
      'httpHost: bara datorns egen adress (127.0.0.1); avdelningarnas datorer når stationen med HTTPS (httpsHost)',
    );
  if (!LOOPBACK.has(settings.mllpHost) && settings.mllpAllow.length === 0 && settings.mllpClientAuthority === null)
    problems.push(
      'mllpHost nås av andra: ange vilka som får sända (mllpAllow), eller kräv certifikat (mllpClientAuthority)',
    );
  const ports = [settings.httpPort, settings.httpsPort, settings.mllpPort].filter((port) => port !== 0);
  if (new Set(ports).size < ports.length) problems.push('httpPort, httpsPort och mllpPort ska vara olika');
}
