// A unit's sealed codes on two papers, one for each envelope: never both halves in one document.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { notBefore } from '../domain/age.ts';
import { Failure } from '../domain/failures.ts';
import { codesPrint } from '../paper/jobs.ts';
import { Renderer } from '../paper/render/renderer.ts';
import { SystemClock } from '../station/clock.ts';
import { readSettings } from '../station/settings/settings.ts';
import type { CommandContext } from './command.ts';
import { writeNewFile } from './new-file.ts';
import { terminalPrinting } from './paper-printing.ts';

interface MadeCodes {
  readonly unit: string;
  readonly codes: readonly {
    readonly number: string;
    readonly halfA: readonly string[];
    readonly halfB: readonly string[];
  }[];
}

const HALVES = [
  ['A', 'halfA'],
  ['B', 'halfB'],
] as const;
const fileOf = (folder: string, half: string): string => join(folder, `koder-${half}.pdf`);

/** Asked before codes are made, since making them voids the ones before. @throws {Failure} `request.invalid` */
export function checkFolder({ flags }: CommandContext): void {
  const folder = flags.get('--out');
  if (folder === undefined) return;
  const taken = HALVES.map(([half]) => fileOf(folder, half)).filter((file) => existsSync(file));
  if (taken.length > 0) throw new Failure('request.invalid', `${taken.join(', ')} finns redan`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    throw new Failure('request.invalid', `${folder} går inte att skapa`);
  }
}

export async function codesToFiles(context: CommandContext, folder: string, made: MadeCodes): Promise<void> {
  const settings = readSettings(context.flags, context.environment);
  const unitName = settings.units.find(({ id }) => id === made.unit)?.name ?? made.unit;
  const printing = terminalPrinting(notBefore(new SystemClock().now(), []));
  const renderer = new Renderer({ onEnded: () => {} });
  try {
    for (const [half, of] of HALVES) {
      const codes = made.codes.map((code) => `${code.number}  ${code[of].join(' ')}`);
      const { pdf } = await renderer.render(codesPrint([{ unit: made.unit, unitName, half, codes }], printing).job);
      writeNewFile(fileOf(folder, half), [pdf]);
      if (!context.isJson) context.out(`${fileOf(folder, half)}\n`);
    }
  } finally {
    renderer.stop();
  }
  context.tell(
    'Filerna är koderna i klartext: skriv ut dem var för sig, radera dem, och försegla halvorna i var sitt kuvert.\n',
  );
}
