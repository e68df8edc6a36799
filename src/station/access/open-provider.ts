// The provider as the station asks it, with what proves to it that the station is itself: read from its file at the start, held in memory.

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CryptoKey } from 'openid-client';
import { Provider, type ProviderOptions } from '../../access/provider/provider.ts';
import type { ProviderCredential, ProviderSettings } from '../../access/provider/provider-settings.ts';
import { Failure } from '../../domain/failures.ts';

/** @throws {Failure} `settings.invalid` */
export function openProvider(
  settings: ProviderSettings | null,
  told: Required<Pick<ProviderOptions, 'nowMs' | 'onChanged'>>,
): Provider | null {
  return settings === null ? null : new Provider({ settings, credential: readCredential(settings), ...told });
}

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** Nothing of what a file holds is said. @throws {Failure} `settings.invalid` */
export function readCredential(settings: ProviderSettings): ProviderCredential {
  const { clientSecretFile, privateKeyFile, secretMethod, keyId } = settings;
  const file = clientSecretFile ?? privateKeyFile ?? '';
  const place = `provider.${clientSecretFile === null ? 'privateKeyFile' : 'clientSecretFile'}: ${file}`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'okänt fel';
    throw new Failure('settings.invalid', `${place} går inte att läsa (${why})`);
  }
  if (clientSecretFile !== null) {
    if (text === '' || /[\r\n]/.test(text))
      throw new Failure('settings.invalid', `${place} ska ha hemligheten på en rad`);
    return { kind: 'secret', secret: text, method: secretMethod };
  }
  try {
    const key = createPrivateKey(text);
    const algorithm = key.asymmetricKeyType === 'ec' ? P256 : RSA;
    return { kind: 'key', key: key.toCryptoKey(algorithm, false, ['sign']) as CryptoKey, keyId };
  } catch {
    throw new Failure(
      'settings.invalid',
      `${place} är ingen nyckel som kan användas (PEM, RSA eller P-256, utan lösenord)`,
    );
  }
}
