// The devices people have signed in on, for the station's operator: which there are, and that one is gone.

import type { ListedDevice } from '../domain/access/listed-device.ts';
import { Failure } from '../domain/failures.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { columns, harmless } from './census-text.ts';
import type { Command, CommandContext } from './command.ts';
import { BY, decidedBy } from './decided-by.ts';
import { StationClient } from './station-client.ts';

export const device: Command = {
  name: 'device',
  summary: 'devices that people have signed in on; report one lost',
  usage: 'list | lost <number> --reason …',
  help: `
list: each device's number, who signed in there last and when, the units whose copy it keeps, and when it was last heard.
lost: from now on the station answers it nothing but that it is lost; its app hands in what was read on it, and wipes the copy it keeps. That it
has done so nobody can know: whoever has its cookie can say that it has told everything. Until then the copy is sealed as any other. Say it at every station the device could reach: each has numbers of its own (list it there).`,
  flags: [{ flag: '--reason', kind: 'value', help: 'lost: what has happened' }, BY],
  settings: 'station',
  printsData: true,
  async run(context) {
    const [what, given, extra] = context.words;
    if (extra === undefined && what === 'list' && given === undefined) return list(context);
    if (extra === undefined && what === 'lost' && given !== undefined) return lost(context, given);
    throw new Failure('request.invalid', 'ange list eller lost <nummer> --reason (reservkraft device --help)');
  },
};

async function list(context: CommandContext): Promise<number> {
  const answer = (await StationClient.of(context).get('/api/devices')) as { devices: readonly ListedDevice[] };
  const rows = answer.devices.map(({ number, person, browser, place, copies, usedAt, seenAt, lostAt, toldAllAt }) => [
    number,
    harmless(person),
    harmless(place === null ? (browser ?? '') : `reservplats ${place.name}`),
    copies.map(({ unit }) => unit).join(' '),
    `använd ${timeWords(usedAt, Date.now())}`,
    `hörd ${timeWords(seenAt, Date.now())}`,
    lostAt === null ? '' : `FÖRLORAD ${timeWords(lostAt, Date.now())}`,
    toldAllAt === null ? '' : `säger sig ha lämnat allt ${timeWords(toldAllAt, Date.now())}`,
  ]);
  if (context.isJson) context.out(`${JSON.stringify(answer)}\n`);
  else context.out(rows.length === 0 ? 'Ingen har loggat in på någon enhet än.\n' : columns(rows));
  return 0;
}

async function lost(context: CommandContext, number: string): Promise<number> {
  const reason = context.flags.get('--reason');
  if (reason === undefined) throw new Failure('request.invalid', 'skriv vad som har hänt: --reason "stulen ur bilen"');
  const answer = (await StationClient.of(context).post('/api/devices/lost', {
    number,
    reason,
    by: decidedBy(context),
  })) as ListedDevice & { readonly notLogged?: string };
  if (answer.notLogged !== undefined) context.tell(`${answer.notLogged}\n`);
  context.out(
    context.isJson
      ? `${JSON.stringify(answer)}\n`
      : `${answer.number} är anmäld förlorad. Den nekas här, och appen på den ska radera sin kopia när den hör stationen. Gör samma sak vid de andra stationerna, och ge nya ord till den som använde den (reservkraft accounts deal).\n`,
  );
  return 0;
}
