// No key and no token lies in the repository: whoever may read our code may not therefore open anything.

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;

/** Extended regular expressions, as git looks for them. What only the beginning of a form is (in a test that looks for it) is none. */
const FORMS: readonly string[] = [
  // PEM: the line of words alone opens nothing; a line of the key beneath, or as one text with its line breaks written out.
  'PRIVATE KEY-----(\\\\n|\\\\r)+[A-Za-z0-9+/]{40}',
  '^[^A-Za-z0-9+/]*(MIGHAgEAMBMGByqGSM49|MHcCAQEE|MC4CAQAwBQYDK2Vw|MI[IG][A-Za-z0-9+/]{3}IBADANBgkqhkiG9w0BAQEF|MI[IG][A-Za-z0-9+/]{2,4}IBAAKC|b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/=]{16}',
  // Tokens of those who run servers.
  '(ghp|gho|ghs|ghu)_[A-Za-z0-9]{36}',
  'github_pat_[A-Za-z0-9_]{60}',
  'glpat-[A-Za-z0-9_-]{20}',
  'npm_[A-Za-z0-9]{36}',
  '(AKIA|ASIA)[A-Z0-9]{16}',
  'xox[abprs]-[A-Za-z0-9-]{20}',
  'AIza[A-Za-z0-9_-]{35}',
  '_authToken *= *[^ $]{8}',
  // Statements and headers that open.
  'eyJ[A-Za-z0-9_-]{16,}\\.eyJ[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16}',
  '[Bb]earer [A-Za-z0-9_-]{43}([^A-Za-z0-9_-]|$)',
  '://[A-Za-z0-9._-]+:[^@/ $<{]{6,}@[a-z0-9.-]+\\.[a-z]{2}',
  // The station's own key and token: the whole of a line.
  '^[0-9a-f]{64}([0-9a-f]{64})?$',
  '^[A-Za-z0-9_-]{43}$',
];

const git = (folder: string, ...words: readonly string[]) => {
  const ran = spawnSync('git', words, {
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  // 1: nothing found.
  if (ran.error !== undefined || (ran.status ?? 2) > 1) throw new Error(`git ${words[0]}: ${ran.stderr}`);
  return ran.stdout.split('\n').filter((line) => line !== '');
};
const asked = FORMS.flatMap((form) => ['-e', form]);

it('no file of the repository holds a private key, a token or a password', () => {
  expect(git(ROOT, 'grep', '--untracked', '-nIE', ...asked).map((line) => line.slice(0, 120))).toEqual([]);
  const files = git(ROOT, 'ls-files', '--cached', '--others', '--exclude-standard');
  expect(files.length).toBeGreaterThan(500);
  expect(
    files.filter((file) => /(^|\/)(\.env|\.npmrc|id_\w+)$|\.(key|pem|p12|pfx|jks|token|secret)$/.test(file)),
  ).toEqual([]);
});

it('each kind is found where there is one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-secrets-'));
  const random = 'aB3'.repeat(30);
  const pem = (type: 'pkcs8' | 'pkcs1' | 'sec1', kind: 'rsa' | 'ec' | 'ed25519'): string => {
    const options = { modulusLength: 2048, namedCurve: 'P-256' };
    const { privateKey } = generateKeyPairSync(kind as 'rsa', options);
    return privateKey.export({ type: type as 'pkcs8', format: 'pem' }).toString();
  };
  const planted: Readonly<Record<string, string>> = {
    rsa: pem('pkcs8', 'rsa'),
    'rsa-old': pem('pkcs1', 'rsa'),
    ec: pem('pkcs8', 'ec'),
    'ec-old': pem('sec1', 'ec'),
    ed25519: pem('pkcs8', 'ed25519'),
    json: JSON.stringify({ key: pem('pkcs8', 'ec') }),
    github: `token: ghp_${random.slice(0, 36)}`,
    npm: `//registry/:_authToken=${random}`,
    aws: `AKIA${'A1'.repeat(8)}`,
    jwt: `eyJ${random}.eyJ${random}.${random}`,
    bearer: `Authorization: Bearer ${random.slice(0, 43)}`,
    address: `https://user:${random.slice(0, 9)}@journal.region.se/fhir`,
    'station.k': `${'0123456789abcdef'.repeat(4)}\n`,
    'station.t': `${random.slice(0, 43)}\n`,
  };
  for (const [name, text] of Object.entries(planted)) writeFileSync(join(folder, name), `first\n${text}`);
  writeFileSync(join(folder, 'nothing'), '-----BEGIN PRIVATE KEY-----\nhttps://user:$PASSWORD@host.se\nsha512-abc');
  expect(git(folder, 'grep', '--no-index', '-lIE', ...asked).sort()).toEqual(Object.keys(planted).sort());
  rmSync(folder, { recursive: true });
});
