import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readSettings, type Settings } from '../station/settings/settings.ts';
import type { Station } from '../station/station.ts';
import type { Command, CommandContext } from './command.ts';

/** How long what was received gets to be answered and written before the process ends all the same. */
const STOP_WITHIN_MS = 10_000;

export const start: Command = {
  name: 'start',
  summary: 'start the station: receive, keep, answer',
  usage: '[--config reservkraft.yaml]',
  takesNoWords: true,
  help: `
Receives HL7 v2 over MLLP, FHIR by HTTP and polling, and printed lists; keeps the copy; answers on HTTP (this machine only).
The log goes to standard error as JSON lines. Ends in order on SIGTERM or SIGINT.`,
  flags: [
    {
      flag: '--begin-anew',
      kind: 'switch',
      help: 'the data folder is meant to be empty, though this key has locked data before',
    },
  ],
  settings: 'all',
  printsData: true,
  async run(context) {
    const settings = readSettings(context.flags, context.environment);
    return runStation({ settings, beginsAnew: context.flags.has('--begin-anew') }, context, async () => undefined);
  },
};

/** Starts a station and stays until it is asked to end. `whenReady` may start what feeds it, and returns how to end that. */
export async function runStation(
  { settings, beginsAnew }: { readonly settings: Settings; readonly beginsAnew: boolean },
  context: CommandContext,
  whenReady: (station: Station) => Promise<(() => Promise<void>) | undefined>,
  logFile?: string,
): Promise<number> {
  // Databases, their WALs and what else the station writes are its own (the folder's mode is the outer door).
  process.umask(0o077);
  let died = false;
  const ended = new AbortController();
  // Loaded here and not above, so that the other commands answer at once.
  const [{ Station }, { stationLog }, { endOnFault }] = await Promise.all([
    import('../station/station.ts'),
    import('../station/log.ts'),
    import('../station/last-resort.ts'),
  ]);
  endOnFault();
  const station = await Station.start({
    settings,
    beginsAnew,
    log: stationLog(logFile === undefined ? process.stderr : createWriteStream(logFile, { flags: 'a', mode: 0o600 })),
    onDied: () => {
      died = true;
      ended.abort();
    },
  });
  const { http, https, mllp } = station.addresses;
  context.out(
    context.isJson
      ? `${JSON.stringify({ ready: true, http, https, mllp, tokenFile: settings.tokenFile, pid: process.pid })}\n`
      : `Stationen är igång. MLLP ${mllp.host}:${mllp.port}, hälsa http://${http.host}:${http.port}/health${https === null ? '' : `, avdelningarna https på ${https.host}:${https.port}`}\n`,
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.abort());
  try {
    const endOthers = await whenReady(station);
    if (!ended.signal.aborted) await once(ended.signal, 'abort');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await endOthers?.();
  } finally {
    await station.stop();
  }
  return died ? 1 : 0;
}
