// A station and two simulated hospitals on one machine: what a newcomer sees first. The hospitals run in a process of their own
// and reach the station through its sockets and folders only, like real ones.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../domain/failures.ts';
import { readSettings } from '../station/settings/settings.ts';
import type { Station } from '../station/station.ts';
import type { Command } from './command.ts';
import { whatToTry } from './demo-hints.ts';
import { demoPeopleText, enrolDemoPeople } from './demo-people.ts';
import { demoUnitsText, isOfHospital, takeDemoUnitsInUse } from './demo-units.ts';
import { runStation } from './start.ts';
import { StationClient } from './station-client.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const demo: Command = {
  name: 'demo',
  summary: 'a station with two simulated hospitals; what "npm start" runs',
  usage: '[--speed 60] [--seed 1]',
  takesNoWords: true,
  help: `
Starts a station with demo settings (written to <data>/demo.yaml), and the simulated hospitals with their control page, where
anyone can stop, slow or garble a system. All people are invented; their numbers are Skatteverket's published test numbers.`,
  flags: [
    { flag: '--control', kind: 'value', help: 'port of the hospitals’ control page (7071)' },
    {
      flag: '--speed',
      kind: 'value',
      help: 'how much faster than the clock courses of illness move until they have caught up',
    },
    { flag: '--seed', kind: 'value', help: 'another seed, another hospital (1)' },
    { flag: '--printer', kind: 'value', help: 'a printer to try with: ipp://…, or socket://10.0.0.7:9100 (none)' },
    { flag: '--hospital', kind: 'value', help: 'rich, poor or both (both)' },
  ],
  settings: 'all',
  printsData: true,
  async run(context) {
    const plain = readSettings(context.flags, context.environment);
    const reports = join(plain.dataFolder, 'reports');
    mkdirSync(plain.dataFolder, { recursive: true, mode: 0o700 });
    const file = join(plain.dataFolder, 'demo.yaml');
    // Inherits nothing but the places: the demo's sources are the simulated ones, whatever else is configured. With the places in it,
    // `start --config demo.yaml` goes on with this station from whichever folder it is given.
    const { dataFolder: data, keyFile, tokenFile } = plain;
    const printer = context.flags.get('--printer');
    const words = printer === undefined ? [reports] : [reports, printer];
    const hospitals = execFileSync(process.execPath, [join(root, 'sim/print-settings.ts'), ...words], {
      encoding: 'utf8',
    });
    const settings = { data, keyFile, tokenFile, ...(JSON.parse(hospitals) as object) };
    writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    // An earlier demo's file keeps its own mode.
    chmodSync(file, 0o600);
    const flags = new Map(context.flags);
    flags.set('--config', file);
    for (const [flag, value] of [
      ['--data', plain.dataFolder],
      ['--key-file', plain.keyFile],
      ['--token-file', plain.tokenFile],
    ] as const)
      flags.set(flag, value);
    const control = flags.get('--control') ?? '7071';
    // A newcomer's screen is for the words to them; the log lies beside the data.
    const logFile = process.stderr.isTTY === true ? join(plain.dataFolder, 'demo.log') : undefined;
    const startTheHospitals = async (station: Station): Promise<() => Promise<void>> => {
      const { http, mllp } = station.addresses;
      const hospitals = startHospitals([
        '--mllp',
        `${mllp.host}:${mllp.port}`,
        '--control',
        control,
        '--reports',
        reports,
        ...['--speed', '--seed', '--hospital'].flatMap((flag) =>
          flags.has(flag) ? [flag, flags.get(flag) ?? ''] : [],
        ),
      ]);
      const line = await firstLine(hospitals);
      const page = /http:\S+/.exec(line)?.[0] ?? '';
      const people = await enrolDemoPeople(station.access, readSettings(flags, context.environment).units);
      context.out(
        context.isJson
          ? `${JSON.stringify({ control: page, people })}\n`
          : `${line}\n${demoPeopleText(people)}${whatToTry({ screen: `http://${http.host}:${http.port}`, page }, plain)}`,
      );
      const ended = new AbortController();
      const units = takeDemoUnitsInUse({
        address: `http://${http.host}:${http.port}`,
        // The port may have been chosen by the machine.
        terminal: StationClient.of({ ...context, flags: new Map(flags).set('--http-port', String(http.port)) }),
        people: people.filter(({ unit }) => isOfHospital(unit, flags.get('--hospital') ?? 'both')),
        ended: ended.signal,
      }).then(
        (used) => context.out(context.isJson ? `${JSON.stringify({ inUse: used })}\n` : demoUnitsText(used)),
        // A station that is stopped meanwhile answers nobody; its units stay under uppbyggnad, and say so.
        (error: unknown) => ended.signal.aborted || context.tell(`${String(error)}\n`),
      );
      return async () => {
        ended.abort();
        await units;
        if (hospitals.exitCode !== null) return;
        hospitals.kill('SIGTERM');
        await once(hospitals, 'exit');
      };
    };
    // Whoever removes a demo's data wants another demo.
    const demonstration = { settings: readSettings(flags, context.environment), beginsAnew: true };
    return runStation(demonstration, context, startTheHospitals, logFile);
  },
};

function startHospitals(args: readonly string[]): ChildProcess {
  // The pipe ends with this process, however it ends, and the hospitals with it: else they would keep their port.
  return spawn(process.execPath, [join(root, 'sim/main.ts'), '--until-stdin-ends', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Throws Failure `station.port-busy` when the hospitals end before they have said anything: their page's port is taken. */
async function firstLine(hospitals: ChildProcess): Promise<string> {
  const { stdout } = hospitals;
  if (stdout === null) throw new Failure('station.internal', 'de simulerade sjukhusen');
  const ended = once(hospitals, 'exit').then(() => {
    throw new Failure('station.port-busy', 'de simulerade sjukhusens kontrollsida (--control)');
  });
  const [chunk] = (await Promise.race([once(stdout, 'data'), ended])) as [Buffer];
  stdout.resume();
  return chunk.toString('utf8').trim();
}
