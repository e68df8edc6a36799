// The programs a benchmark measures, each a process of its own: the whole station as `reservkraft start` runs it, the bare loop,
// and other programs' servers. All on this machine's own addresses, all ended with the run.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { BENCH_SOURCES, BENCH_UNITS } from './declared.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const running = new Set<ChildProcessByStdio<null, Readable, null>>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function run(script: string, args: readonly string[], program = process.execPath) {
  const words = program === process.execPath ? [...execArgs(), script, ...args] : args;
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  running.add(child);
  const exited = once(child, 'exit').then(() => running.delete(child));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void exited.then(() => reject(new Error(`${script} ended before it was ready`)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  return { child, line, stop };
}

/** RESERVKRAFT_BENCH_NODE="--cpu-prof --cpu-prof-dir=…" measures where a station's time goes. */
const execArgs = (): string[] => (process.env['RESERVKRAFT_BENCH_NODE'] ?? '').split(' ').filter((word) => word !== '');

export interface ChildServer {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startBareLoop(folder: string): Promise<ChildServer> {
  const { line, stop } = await run(path('./children/bare-loop.ts'), [folder]);
  return { port: Number(line), stop };
}

/** Null where the package is not installed: it is no part of the product. */
export async function startPeer(name: 'medplum' | 'node-hl7'): Promise<ChildServer | null> {
  try {
    const { line, stop } = await run(path(`./children/${name}.ts`), []);
    return { port: Number(line), stop };
  } catch {
    return null;
  }
}

export interface StationChild {
  readonly mllpPort: number;
  readonly readyMs: number;
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export const keyFileOf = (folder: string): string => join(folder, 'keys', 'station.key');
export const dataFolderOf = (folder: string): string => join(folder, 'data');

export async function startStation(folder: string): Promise<StationChild> {
  const config = join(folder, 'reservkraft.yaml');
  // JSON is YAML too.
  const settings = {
    name: 'Mätning',
    data: dataFolderOf(folder),
    keyFile: keyFileOf(folder),
    tokenFile: join(folder, 'keys', 'station.token'),
    httpPort: 0,
    httpsPort: 0,
    mllpPort: 0,
    units: BENCH_UNITS,
    sources: BENCH_SOURCES,
  };
  writeFileSync(config, JSON.stringify(settings));
  const began = performance.now();
  // As an operator starts it, unless the engine is given words of its own for a profile.
  const program = execArgs().length > 0 ? process.execPath : path('../bin/reservkraft');
  const { child, line, stop } = await run(path('../src/main.ts'), ['start', '--json', '--config', config], program);
  const readyMs = performance.now() - began;
  const ready = JSON.parse(line) as { http: { port: number }; mllp: { port: number }; tokenFile: string; pid: number };
  return {
    mllpPort: ready.mllp.port,
    readyMs,
    url: `http://127.0.0.1:${ready.http.port}`,
    token: readFileSync(ready.tokenFile, 'utf8').trim(),
    pid: child.pid ?? 0,
    stop,
  };
}

/** Resident memory of a process in bytes; null where the machine does not tell it this way. */
export function residentBytes(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}

/** Processor time a process has used so far, ms; null where the machine does not tell it this way. Linux counts in 10 ms. */
export function processorMs(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}
