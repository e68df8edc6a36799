import { SystemClock } from '../station/clock.ts';
import { keyMark } from '../station/keys/halves.ts';
import { changeKey } from '../station/keys/rotation.ts';
import { tellLedger } from '../station/keys/tell-ledger.ts';
import { readSettings } from '../station/settings/settings.ts';
import type { CommandContext } from './command.ts';
import { decidedBy } from './decided-by.ts';
import { envelopesFor } from './keys-envelope.ts';

export async function rotateKeys(context: CommandContext): Promise<number> {
  const settings = readSettings(context.flags, context.environment);
  const { dataFolder, keyFile, name } = settings;
  const envelopes = envelopesFor(context, settings);
  let pair = '';
  const { keys, skipped, dropped } = await changeKey({
    dataFolder,
    keyFile,
    dropsDamaged: context.flags.has('--drop-damaged'),
    onDone: (path) => context.tell(`  ${path} är omskriven\n`),
    envelopes: async (next) => {
      pair = await envelopes(next);
    },
    afterwards: async (next) => {
      const place = { dataFolder, keys: next, station: name, clock: new SystemClock() };
      const body = { by: decidedBy(context), envelopes: pair };
      for (const words of await tellLedger(place, 'key.changed', body)) context.tell(`${words}\n`);
    },
  });
  if (context.isJson) context.out(`${JSON.stringify({ key: keyMark(keys), envelopes: pair, skipped, dropped })}\n`);
  else
    context.out(
      [
        `Nyckeln är bytt (${keyMark(keys)}). Den gamla öppnar inget här längre.`,
        ...(dropped.length > 0 ? [`Borttaget, var skadat: ${dropped.join(', ')}`] : []),
        ...(skipped.length > 0 ? [`Kunde inte läsas och är inte omskrivet: ${skipped.join(', ')}`] : []),
        `Gör nu: försegla de nya kuverten (omgång ${pair}), förstör de gamla, ta en ny säkerhetskopia och förstör dem`,
        'som den gamla nyckeln öppnar. Kan någon obehörig ha läst nyckeln: byt också token (radera dess fil). Starta stationen.',
        '',
      ].join('\n'),
    );
  return 0;
}
