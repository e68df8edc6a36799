// The HL7 v2 files of other projects (CDC, Microsoft, cosyte, rethinkhealth and others), read from beside the checkout when
// they are there; they are never copied into it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const DATA = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

export interface RealFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export const whyNoRealFiles = existsSync(DATA) ? null : 'hoppas över: ../shared/data finns inte här';

export function realFiles(): readonly RealFile[] {
  if (whyNoRealFiles !== null) return [];
  const folders = readdirSync(DATA).filter((name) => name.startsWith('hl7v2-'));
  return folders.flatMap((folder) =>
    readdirSync(join(DATA, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(hl7|txt)$/.test(entry.name))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return { name: relative(DATA, path), bytes: readFileSync(path) };
      }),
  );
}
