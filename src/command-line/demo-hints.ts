// What a newcomer is told to try while the demo runs: commands that reach this demo as they stand.

import { readSettings, type Settings } from '../station/settings/settings.ts';

type Places = Pick<Settings, 'dataFolder' | 'keyFile' | 'tokenFile'>;

const COMMANDS = [
  ['status', 'källorna, och sedan när någon är tyst'],
  ['unit', 'alla enheter'],
  ['unit kir2', 'en enhets lista; sista kolumnen är nyckeln till journalkopian'],
  ['chart', 'en patients journalkopia (frågar efter nummer eller nyckel)'],
] as const;

export function whatToTry({ screen, page }: { screen: string; page: string }, settings: Places): string {
  const flags = ownFlags(settings);
  const commands = COMMANDS.map(([command, words]) => [`bin/reservkraft ${command}${flags}`, words] as const);
  const width = Math.max(33, ...commands.map(([command]) => command.length));
  return `
Öppna avdelningens skärm i en webbläsare: ${screen}

Prova i ett annat fönster:
${commands.map(([command, words]) => `  ${command.padEnd(width)}   ${words}`).join('\n')}

Stoppa sedan journalsystemet på ${page} och läs igen: allt finns kvar, och åldrarna växer.
Avsluta med Ctrl-C.
`;
}

/** Another window has neither our flags nor our environment: where they say something else than usual, the commands carry it. */
function ownFlags(settings: Places): string {
  const usual = readSettings(new Map(), {});
  return (
    [
      ['--data', settings.dataFolder, usual.dataFolder],
      ['--key-file', settings.keyFile, usual.keyFile],
      ['--token-file', settings.tokenFile, usual.tokenFile],
    ] as const
  )
    .flatMap(([flag, value, otherwise]) => (value === otherwise ? [] : [` ${flag} ${quoted(value)}`]))
    .join('');
}

/** As a shell reads it. */
const quoted = (path: string): string => (/^[\w./+:@%-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
