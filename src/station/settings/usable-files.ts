// The files the settings point at, read before anything is made: what a start would die of is told here, all of it at once.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Failure } from '../../domain/failures.ts';
import { readCredential } from '../access/open-provider.ts';
import type { Settings } from './settings.ts';

/** @throws {Failure} `settings.invalid` with every problem on a line of its own */
export function requireUsableFiles(settings: Settings): void {
  const problems: string[] = [];
  problems.push(...openToAll(settings));
  for (const key of ['keyFile', 'tokenFile'] as const) if (existsSync(settings[key])) read(settings, key, problems);
  const certificate = readAs(settings, 'mllpCertificate', (pem) => new X509Certificate(pem), problems);
  const privateKey = readAs(settings, 'mllpPrivateKey', (pem) => createPrivateKey(pem), problems);
  readAs(settings, 'mllpClientAuthority', (pem) => new X509Certificate(pem), problems);
  if (certificate !== null && privateKey !== null) problems.push(...pairFaults(certificate, privateKey));
  try {
    if (settings.provider !== null) readCredential(settings.provider);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problems.push(error.detail ?? '');
  }
  if (problems.length > 0) throw new Failure('settings.invalid', problems.join('\n'));
}

/** A group of accounts is the operator's choice, as programs are handed secrets; the key's file is its owner's alone (files/keys.ts). */
const BY_ALL = 0o007;

/** A secret that every account of the machine may read or change is none. */
function openToAll({ tokenFile, mllpPrivateKey, provider, polls }: Settings): string[] {
  if (process.platform === 'win32') return [];
  const secrets: readonly (readonly [where: string, path: string | null | undefined])[] = [
    ['tokenFile', tokenFile],
    ['mllpPrivateKey', mllpPrivateKey],
    ['provider.clientSecretFile', provider?.clientSecretFile],
    ['provider.privateKeyFile', provider?.privateKeyFile],
    ...polls.map(({ source, clientSecretFile }) => [`polls, ${source}: clientSecretFile`, clientSecretFile] as const),
  ];
  return secrets.flatMap(([where, path]) => {
    const file = path == null ? undefined : statSync(path, { throwIfNoEntry: false });
    if (path == null || file === undefined || file.isDirectory() || (file.mode & BY_ALL) === 0) return [];
    return [
      `${where}: ${path} är öppen för alla konton på datorn; sätt dess rättigheter till 0600 och byt hemligheten om någon obehörig kan ha läst den`,
    ];
  });
}

type FileSetting = 'keyFile' | 'tokenFile' | 'mllpCertificate' | 'mllpPrivateKey' | 'mllpClientAuthority';

function read(settings: Settings, key: FileSetting, problems: string[]): string | null {
  const path = settings[key];
  if (path === null) return null;
  try {
    if (statSync(path).isDirectory()) problems.push(`${key}: ${path} är en mapp, ska vara en fil`);
    else return readFileSync(path, 'utf8');
  } catch (error) {
    problems.push(`${key}: ${path} går inte att läsa (${(error as NodeJS.ErrnoException).code ?? 'okänt fel'})`);
  }
  return null;
}

/** Nothing of what the file holds is said: it may be a key. */
function readAs<T>(settings: Settings, key: FileSetting, parse: (pem: string) => T, problems: string[]): T | null {
  const pem = read(settings, key, problems);
  if (pem === null) return null;
  try {
    return parse(pem);
  } catch {
    problems.push(`${key}: ${settings[key]} är ingen PEM-fil som kan användas (en nyckel ska vara utan lösenord)`);
    return null;
  }
}

function pairFaults(certificate: X509Certificate, privateKey: KeyObject): string[] {
  if (!certificate.checkPrivateKey(privateKey)) return ['mllpPrivateKey: hör inte till mllpCertificate'];
  try {
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    createSecureContext({ cert: certificate.toString(), key });
    return [];
  } catch (error) {
    return [`mllpCertificate: kan inte användas för TLS (${(error as NodeJS.ErrnoException).code ?? 'okänt fel'})`];
  }
}
