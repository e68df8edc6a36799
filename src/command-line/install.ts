import { readFileSync } from 'node:fs';
import { Failure } from '../domain/failures.ts';
import { printerAddress } from '../paper/print/open-printer.ts';
import type { Command, CommandContext } from './command.ts';
import { type CheckLine, checkInstall } from './install-check.ts';

export const install: Command = {
  name: 'install',
  summary: 'try a ward’s computer: does it reach and trust the station',
  usage: 'check https://<station>[:port] [printer address …]',
  help: `
Run on the ward's computer itself. Asks whether the station answers there, whether the computer trusts who issued its certificate, whether
that is for the name or address used, whether the app can be fetched, whether the clocks agree, and whether the printers answer
(ipp://10.0.0.7/ipp/print, socket://10.0.0.8:9100). What only the browser can say it says is untried, and where to look. Reads nothing
of any patient, changes nothing. Ends with 1 when something is to be done.`,
  flags: [
    { flag: '--authority', kind: 'value', help: 'authority.crt from the station: shows whether only that is missing' },
  ],
  settings: 'none',
  printsData: true,
  async run(context) {
    const [what, address, ...printers] = context.words;
    if (what !== 'check' || address === undefined)
      throw new Failure('request.invalid', 'ange check och stationens adress (reservkraft install --help)');
    const lines = await checkInstall({
      url: stationAddress(address),
      authority: authorityOf(context),
      printers: printers.map(printerOf),
    });
    if (context.isJson) context.out(`${JSON.stringify(lines)}\n`);
    else for (const { state, words } of lines) context.out(`${STATES[state]}${words}\n`);
    return lines.some(({ state }) => state === 'bad') ? 1 : 0;
  },
};

const STATES: Readonly<Record<CheckLine['state'], string>> = {
  good: 'Bra         ',
  bad: 'Gör så här  ',
  untried: 'Ej prövat   ',
};

function stationAddress(text: string): URL {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return new URL(text);
  throw new Failure('request.invalid', 'stationens adress börjar med https://');
}

function printerOf(text: string): URL {
  const address = printerAddress(text);
  if (address === null) throw new Failure('request.invalid', 'skrivare: ipp://… eller socket://…');
  return address;
}

function authorityOf({ flags }: CommandContext): string | null {
  const file = flags.get('--authority');
  if (file === undefined) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Failure('request.invalid', `${file} går inte att läsa`);
  }
}
