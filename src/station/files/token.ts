// The token that opens /fhir and /api to the station's own programs on this machine; people sign in. A file only its owner may read; never an
// argument, an environment variable or a line of the log.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../domain/failures.ts';

const TOKEN_BYTES = 32;

/** @throws {Failure} `settings.invalid` when it can be neither read nor made */
export function stationToken(file: string): string {
  try {
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure('settings.invalid', `tokenFile: ${file} går inte att läsa eller skapa (${code ?? 'okänt fel'})`);
  }
}
