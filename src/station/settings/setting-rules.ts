// The settings of one value each, in one table: flags, environment, the file's keys, validation, `--help` and docs/settings.md are
// made from it.

import { isAbsolute, resolve } from 'node:path';

type SettingType = 'port' | 'path' | 'text' | 'texts' | 'hour' | 'minutes' | 'clock';
const DAY_MINUTES = 24 * 60;

export interface SettingRule {
  readonly flag: string;
  readonly env: string;
  readonly key: string;
  readonly type: SettingType;
  readonly fallback: string | number | readonly string[] | null;
  readonly help: string;
}

export const SETTING_RULES = {
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
    help: 'the token that opens /fhir and /api to programs on this machine; made at the first start',
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
  appOrigins: {
    flag: '--app-origins',
    env: 'RESERVKRAFT_APP_ORIGINS',
    key: 'appOrigins',
    type: 'texts',
    fallback: [],
    help: 'other stations’ apps that may read from this one when their own is silent: each exactly as a browser has it, `https://10.1.2.3:8443`; empty = none',
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
    type: 'hour',
    fallback: 3,
    help: 'hour of the day (0–23) when the copy’s snapshot is taken',
  },
  paperEveryMinutes: {
    flag: '--paper-every',
    env: 'RESERVKRAFT_PAPER_EVERY',
    key: 'paperEveryMinutes',
    type: 'minutes',
    fallback: 30,
    help: 'minutes between two sealed paper packs of a unit, made beforehand; 0 = none',
  },
  paperValidMinutes: {
    flag: '--paper-valid',
    env: 'RESERVKRAFT_PAPER_VALID',
    key: 'paperValidMinutes',
    type: 'minutes',
    fallback: 120,
    help: 'minutes a reading sheet may be read after it was printed',
  },
  paperTestAt: {
    flag: '--paper-test-at',
    env: 'RESERVKRAFT_PAPER_TEST_AT',
    key: 'paperTestAt',
    type: 'clock',
    fallback: '06:00',
    help: 'when each printer gets its daily test page, one after the other (Swedish time); `never` = none',
  },
} as const satisfies Record<string, SettingRule>;

export const DEFAULT_FILE = './reservkraft.yaml';

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

/** What was given as the value, or the default beside a problem told. Paths are read from `base`. */
export function readValue(rule: SettingRule, given: unknown, where: string, base: string, problems: string[]): unknown {
  switch (rule.type) {
    case 'port': {
      const port = Number(given);
      if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
      problems.push(`${where}: en port är ett heltal från 0 till 65535`);
      return rule.fallback;
    }
    case 'hour': {
      const number = Number(given);
      if (Number.isInteger(number) && number >= 0 && number <= 23) return number;
      problems.push(`${where}: en timme är ett heltal från 0 till 23`);
      return rule.fallback;
    }
    case 'minutes': {
      const number = Number(given);
      if (Number.isInteger(number) && number >= 0 && number <= DAY_MINUTES) return number;
      problems.push(`${where}: minuter är ett heltal från 0 till ${DAY_MINUTES}`);
      return rule.fallback;
    }
    case 'clock': {
      const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(given)) ?? [];
      if (given === 'never') return null;
      if (hour !== undefined) return Number(hour) * 60 + Number(minute);
      problems.push(`${where}: ett klockslag skrivs 06:00; inget alls skrivs never`);
      return readValue(rule, rule.fallback, where, base, problems);
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
