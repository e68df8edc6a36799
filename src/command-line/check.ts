import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../domain/failures.ts';
import { loadStationKeys } from '../station/files/keys.ts';
import { readSettings } from '../station/settings/settings.ts';
import { requireUsableFiles } from '../station/settings/usable-files.ts';
import type { Command } from './command.ts';

const FREE_BYTES_WANTED = 2 * 1024 ** 3;

export const check: Command = {
  name: 'check',
  summary: 'try the settings without starting anything',
  usage: '',
  takesNoWords: true,
  help: `
Reads the settings as "start" would, names every problem at once, and tells what each source is declared to feed. Changes
nothing. Ends with 0 when a station could start with them.`,
  flags: [],
  settings: 'all',
  printsData: true,
  async run(context) {
    const settings = readSettings(context.flags, context.environment);
    requireUsableFiles(settings);
    // Never made here: a key stands for data that it has locked.
    if (existsSync(settings.keyFile)) loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
    let folder = settings.dataFolder;
    while (!existsSync(folder)) folder = dirname(folder);
    if (!statSync(folder).isDirectory()) throw new Failure('store.cannot-open', `${folder} är ingen mapp`);
    const { bavail, bsize } = statfsSync(folder);
    const freeBytes = bavail * bsize;
    const notes = [
      ...(settings.file === null ? ['Ingen inställningsfil: inga källor är angivna, så inget kan kallas matat.'] : []),
      ...(freeBytes < FREE_BYTES_WANTED
        ? [`Bara ${Math.floor(freeBytes / 1024 ** 2)} MB ledigt där datamappen ligger.`]
        : []),
      ...settings.polls
        .filter(({ clientSecretFile }) => clientSecretFile !== null && !existsSync(clientSecretFile))
        .map(
          ({ source }) =>
            `Hemligheten för ${source} (clientSecretFile) finns inte än: inget hämtas förrän den gör det.`,
        ),
      ...settings.polls
        .filter(({ allowUnencrypted }) => allowUnencrypted)
        .map(({ source }) => `${source} hämtas utan kryptering om servern är en annan dator (allowUnencrypted).`),
      ...settings.sources.filter(({ feeds }) => feeds.length === 0).map(({ id }) => `Källan ${id} matar ingen del.`),
    ];
    if (context.isJson) context.out(`${JSON.stringify({ settings, freeBytes, notes })}\n`);
    else {
      context.out(`Inställningarna kan användas (${settings.file ?? 'förval'}).\n`);
      context.out(
        `HTTP ${settings.httpHost}:${settings.httpPort}, MLLP ${settings.mllpHost}:${settings.mllpPort}, data ${settings.dataFolder}\n`,
      );
      for (const source of settings.sources)
        context.out(
          `  ${source.name} (${source.id}): ${source.feeds.map(({ part }) => part).join(', ') || 'ingen del'}\n`,
        );
      for (const note of notes) context.out(`! ${note}\n`);
    }
    return notes.length === 0 ? 0 : 1;
  },
};
