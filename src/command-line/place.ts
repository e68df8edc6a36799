// Reserve places from the technician's terminal: marked before the computer stands there, and seen all at once.

import { Failure } from '../domain/failures.ts';
import { PLACE_PATHS, type PlaceLine, type PlaceTold } from '../domain/reserve-place.ts';
import { columns, harmless } from './census-text.ts';
import type { Command, CommandContext } from './command.ts';
import { BY, decidedBy } from './decided-by.ts';
import { StationClient } from './station-client.ts';

export const place: Command = {
  name: 'place',
  summary: 'reserve places: the computers marked to open when nothing else does',
  usage: 'list | mark <unit> <name> --where … | end <unit> <id>',
  help: `
list: every reserve place, with what it found when it last opened a chart without the network, and when. Ends with 1 when one failed or
has not been tried for a day.
mark: makes a place known; somebody who works there then says in the app, on the computer itself, that it is the place (Reservplatser och
skrivare). end: the place is no more.`,
  flags: [
    { flag: '--where', kind: 'value', help: 'mark: where it stands, as people there say' },
    { flag: '--printer', kind: 'value', help: 'mark: the printer beside it, by its id in the settings' },
    BY,
  ],
  settings: 'all',
  printsData: true,
  async run(context) {
    const [what, unit, name, extra] = context.words;
    if (what === 'list' && unit === undefined) return list(context);
    if (unit !== undefined && name !== undefined && extra === undefined) {
      if (what === 'mark') return mark(context, unit, name);
      if (what === 'end') return end(context, unit, name);
    }
    throw new Failure('request.invalid', 'ange list, mark eller end (reservkraft place --help)');
  },
};

async function list(context: CommandContext): Promise<number> {
  const { places } = (await StationClient.of(context).get('/api/status')) as { readonly places: readonly PlaceLine[] };
  const rows = places.map(({ id, unit, name, where, words }) => [unit, harmless(name), harmless(where), words, id]);
  if (context.isJson) context.out(`${JSON.stringify(places)}\n`);
  else if (places.length === 0)
    context.out('Inga reservplatser. Märk en: reservkraft place mark <enhet> <namn> --where …\n');
  else context.out(columns([['Enhet', 'Plats', 'Var', 'Senast', 'Id'], ...rows]));
  return places.some(({ trouble }) => trouble !== null) ? 1 : 0;
}

async function mark(context: CommandContext, unit: string, name: string): Promise<number> {
  const where = context.flags.get('--where');
  const printer = context.flags.get('--printer');
  if (where === undefined) throw new Failure('request.invalid', 'skriv var den står, med --where');
  const asked = { unit, name, where, ...(printer === undefined ? {} : { printer }), by: decidedBy(context) };
  const { place: line } = (await StationClient.of(context).post(PLACE_PATHS.mark, asked)) as PlaceTold;
  context.out(
    context.isJson
      ? `${JSON.stringify(line)}\n`
      : `Märkt: ${harmless(line.name)} (${line.id}). Logga nu in på datorn, och säg i appen att den är platsen: Reservplatser och skrivare.\n`,
  );
  return 0;
}

async function end(context: CommandContext, unit: string, id: string): Promise<number> {
  await StationClient.of(context).post(PLACE_PATHS.end, { unit, place: id, by: decidedBy(context) });
  context.out(context.isJson ? `${JSON.stringify({ id })}\n` : 'Borttagen.\n');
  return 0;
}
