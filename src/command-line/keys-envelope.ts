// The two halves on their way out: to a printer, to two files, or on the screen one at a time. Never both in one document.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { notBefore } from '../domain/age.ts';
import { Failure } from '../domain/failures.ts';
import { keyPrint } from '../paper/jobs.ts';
import { Renderer } from '../paper/render/renderer.ts';
import { SystemClock } from '../station/clock.ts';
import { loadStationKeys, type StationKeys } from '../station/files/keys.ts';
import { type Half, splitKey } from '../station/keys/halves.ts';
import { readSettings, type Settings } from '../station/settings/settings.ts';
import type { CommandContext } from './command.ts';
import { requireKeyFile } from './keys-typed.ts';
import { writeNewFile } from './new-file.ts';
import { printed, printerOf } from './paper-print.ts';
import { terminalPrinting } from './paper-printing.ts';
import { reportRead } from './report-read.ts';
import { TypedLines } from './typed-lines.ts';

export async function printEnvelopes(context: CommandContext): Promise<number> {
  const settings = readSettings(context.flags, context.environment);
  requireKeyFile(settings.keyFile);
  const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
  const pair = await envelopesFor(context, settings)(keys);
  await reportRead(context, { kind: 'key.envelopes-made', what: pair });
  return 0;
}

const fileOf = (folder: string, half: string): string => join(folder, `kuvert-${half}.pdf`);

/**
 * Asked before anything is made; what it returns puts the halves where they were asked for, and tells which pair they are.
 * @throws {Failure} when it is not said where, or they cannot be put there
 */
export function envelopesFor(context: CommandContext, settings: Settings): (keys: StationKeys) => Promise<string> {
  const { flags } = context;
  const folder = flags.get('--out');
  const asked = ['--printer', '--out', '--text'].filter((flag) => flags.has(flag));
  if (asked.length !== 1)
    throw new Failure('request.invalid', 'ange var halvorna ska skrivas: --printer, --out <mapp> eller --text');
  const taken = folder === undefined ? [] : ['A', 'B'].map((half) => fileOf(folder, half)).filter(existsSync);
  if (taken.length > 0) throw new Failure('request.invalid', `${taken.join(', ')} finns redan`);
  const printer = flags.has('--printer') ? printerOf(context, settings, null) : null;
  return async (keys) => {
    const halves = splitKey(keys, randomBytes);
    if (flags.has('--text')) await onScreen(context, settings.name, halves);
    else {
      const pdfs = await rendered(settings.name, halves);
      for (const { half, title, pdf } of pdfs) {
        if (printer !== null) await printed(context, printer, { title, pdf, copies: 1, isTwoSided: false });
        else if (folder !== undefined) {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          writeNewFile(fileOf(folder, half), [pdf]);
          context.out(
            context.isJson ? `${JSON.stringify({ file: fileOf(folder, half) })}\n` : `${fileOf(folder, half)}\n`,
          );
        }
      }
      if (folder !== undefined)
        context.tell(
          'Filerna är nyckeln i klartext: skriv ut dem var för sig och radera dem. Lägg papperen i var sitt kuvert.\n',
        );
    }
    return halves[0].pair;
  };
}

async function rendered(station: string, halves: readonly Half[]) {
  const renderer = new Renderer({ onEnded: () => {} });
  try {
    const printing = terminalPrinting(notBefore(new SystemClock().now(), []));
    const made = [];
    for (const { name, ...half } of halves) {
      const { job } = keyPrint({ station, half: name, ...half }, printing);
      made.push({ half: name, title: job.title, pdf: (await renderer.render(job)).pdf });
    }
    return made;
  } finally {
    renderer.stop();
  }
}

async function onScreen(context: CommandContext, station: string, halves: readonly [Half, Half]): Promise<void> {
  if (context.isJson) {
    context.out(`${JSON.stringify(halves)}\n`);
    return;
  }
  const keyboard = new TypedLines();
  for (const half of halves) {
    context.out(textOf(station, half));
    if (!keyboard.isKeyboard) continue;
    await keyboard.next(`Skriv av kuvert ${half.name}, jämför rad för rad, och tryck Retur`);
    keyboard.clear();
  }
  if (keyboard.isKeyboard) await keyboard.end();
}

const textOf = (station: string, { name, pair, mark, lines }: Half): string =>
  [
    `Kuvert ${name} · ${station} · omgång ${pair} · nyckel ${mark}`,
    ...lines.map((line, at) => `  ${at + 1}  ${line}`),
    '',
    '',
  ].join('\n');
