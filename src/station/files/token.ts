// The token that opens /fhir and /api to the station's own programs on this machine; people sign in. A file only its owner may read; never an
// argument, an environment variable or a line of the log.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const TOKEN_BYTES = 32;

export function stationToken(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}
