import { userInfo } from 'node:os';
import type { Command } from './command.ts';
import { StationClient } from './station-client.ts';

export const snapshot: Command = {
  name: 'snapshot',
  summary: 'take a checked, encrypted snapshot of the copy now',
  usage: '',
  takesNoWords: true,
  help: `
The station writes the whole copy to a new encrypted file in the data folder, opens it and checks every page before it counts.
Taken by itself every night; do it by hand before an upgrade.`,
  flags: [],
  settings: 'station',
  printsData: true,
  async run(context) {
    context.tell('Tar en ögonblicksbild och prövar den …\n');
    const answer = (await StationClient.of(context).post('/api/snapshot', { by: userInfo().username })) as {
      file: string;
      sequence: number;
      bytes: number;
    };
    context.out(
      context.isJson
        ? `${JSON.stringify(answer)}\n`
        : `Klar: ${answer.file}, till och med meddelande ${answer.sequence}, ${Math.ceil(answer.bytes / 1024)} kB.\n`,
    );
    return 0;
  },
};
