// The provider that people identify themselves to in good times. Secrets are named by their files, never written here.

import { resolve } from 'node:path';
import { type ProviderSettings, SIGNED_WITH, type SignedWith } from '../../access/provider/provider-settings.ts';
import { PROVIDER_KEYS } from './file-keys.ts';

const TEXT_MAX = 200;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

export function readProvider(given: unknown, base: string, problems: string[]): ProviderSettings | null {
  if (given === undefined || given === null) return null;
  if (typeof given !== 'object' || Array.isArray(given)) {
    problems.push('provider: ska ha nycklar och värden');
    return null;
  }
  const told = given as Readonly<Record<string, unknown>>;
  const faults: string[] = Object.keys(told)
    .filter((key) => !Object.hasOwn(PROVIDER_KEYS, key))
    .map((key) => `provider: okänd nyckel "${key}"`);
  const fault = (key: string, words: string): void => void faults.push(`provider.${key}: ${words}`);
  const text = (key: keyof typeof PROVIDER_KEYS, fallback: string | null = null): string | null => {
    const value = told[key] ?? fallback;
    if (value === null || (typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_MAX)) return value;
    fault(key, 'ska vara en text');
    return null;
  };
  const path = (key: 'clientSecretFile' | 'privateKeyFile'): string | null => {
    const file = text(key);
    return file === null ? null : resolve(base, file);
  };
  const number = (key: keyof typeof PROVIDER_KEYS, [least, most]: readonly [number, number]): number | null => {
    const value = told[key] ?? null;
    if (value === null || (typeof value === 'number' && value >= least && value <= most)) return value;
    fault(key, `${least} till ${most}`);
    return null;
  };
  const issuer = text('issuer');
  if (issuer === null || !isProviderAddress(issuer))
    fault(
      'issuer',
      'ska vara leverantörens https-adress (http bara på den här datorn), utan frågetecken och användare',
    );
  const clientId = text('clientId');
  if (clientId === null) fault('clientId', 'ska anges');
  const [clientSecretFile, privateKeyFile] = [path('clientSecretFile'), path('privateKeyFile')];
  if ((clientSecretFile === null) === (privateKeyFile === null))
    faults.push('provider: ange antingen clientSecretFile eller privateKeyFile');
  const addresses = list(told['addresses']);
  if (addresses.length === 0 || !addresses.every(isOwnAddress))
    fault(
      'addresses',
      'stationens egna adresser, som https://10.20.1.5:7443/, var och en med / på slutet och inget efter',
    );
  const levels = list(told['acr']);
  if (told['acr'] !== undefined && levels.length === 0) fault('acr', 'ska vara en lista med texter');
  const signedWith = told['signedWith'] ?? 'RS256';
  if (!(SIGNED_WITH as readonly unknown[]).includes(signedWith)) fault('signedWith', `en av ${SIGNED_WITH.join(', ')}`);
  const { secretMethod = 'basic', askEachTime = true } = told;
  if (secretMethod !== 'basic' && secretMethod !== 'post') fault('secretMethod', 'basic eller post');
  if (typeof askEachTime !== 'boolean') fault('askEachTime', 'true eller false');
  const scope = text('scope', 'openid') ?? 'openid';
  if (!scope.split(' ').includes('openid')) fault('scope', 'ska ha med openid');
  const settings: ProviderSettings = {
    label: text('label', 'SITHS') ?? 'SITHS',
    issuer: issuer ?? '',
    clientId: clientId ?? '',
    clientSecretFile,
    privateKeyFile,
    keyId: text('keyId'),
    secretMethod: secretMethod === 'post' ? 'post' : 'basic',
    addresses,
    hsaIdClaim: text('hsaIdClaim', 'employeeHsaId') ?? 'employeeHsaId',
    scope,
    levels,
    signedWith: signedWith as SignedWith,
    clockDifferenceSeconds: number('clockDifferenceSeconds', [0, 300]) ?? 60,
    isAskedEachTime: askEachTime !== false,
    confirmEveryDays: number('confirmEveryDays', [14, 730]),
  };
  problems.push(...faults);
  return faults.length > 0 ? null : settings;
}

/** A text alone is a list of one. */
function list(given: unknown): string[] {
  const all = Array.isArray(given) ? given : [given];
  return all.every((one) => typeof one === 'string' && one !== '' && one.length <= TEXT_MAX) ? all : [];
}

/** To anybody on the way between, an unencrypted answer would give the sign-in away. */
export const isEncryptedOrHere = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));

function isProviderAddress(text: string): boolean {
  const address = URL.parse(text);
  return address !== null && isEncryptedOrHere(address) && `${address.search}${address.hash}${address.username}` === '';
}

function isOwnAddress(text: string): boolean {
  const address = URL.parse(text);
  return (
    address !== null && isEncryptedOrHere(address) && address.href === `${address.origin}/` && text === address.href
  );
}
