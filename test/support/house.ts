// A station in a process of its own, as `reservkraft start` or `demo` runs it, in a temporary folder on ports nobody else has; and
// the program's other commands beside it, as a person at the machine would give them.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { COPY_FILE } from '../../src/station/files/data-folder.ts';
import { loadStationKeys } from '../../src/station/files/keys.ts';
import { openDatabase } from '../../src/station/files/open-database.ts';
import { type KeptStation, openForReading } from '../../src/station/reading/reading.ts';
import { readSettings, type Settings } from '../../src/station/settings/settings.ts';
import type { StationStatus } from '../../src/station/status.ts';
import { keepOutput, keepSecret } from './output.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Ran {
  readonly code: number | null;
  /** Standard output, byte for byte. */
  readonly bytes: Buffer;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A program the command runs under, with its arguments (strace). */
  readonly under?: readonly string[];
}

/** Runs one command to its end. Nothing of the surrounding environment's settings reaches it. */
export async function reservkraft(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [program = process.execPath, ...before] = [...(options.under ?? []), process.execPath];
  const child = spawn(program, [...before, MAIN, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: options.cwd ?? tmpdir(),
    env: { ...cleanEnvironment(), ...options.environment },
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  const bytes = Buffer.concat(out);
  keepOutput(words[0] ?? 'program', Buffer.concat(err));
  return { code, bytes, out: bytes.toString('utf8'), err: Buffer.concat(err).toString('utf8') };
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RESERVKRAFT_')));
}

export interface HouseOptions {
  /** Another house's folder, to go on where its station stopped. */
  readonly folder?: string;
  /** `demo` starts the simulated hospitals too. */
  readonly command?: 'start' | 'demo';
  /** The settings file, as an object (JSON is YAML). */
  readonly settings?: object;
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/** One machine on a ward: a folder, and at most one station running in it. */
export class House {
  readonly folder: string;
  readonly #options: HouseOptions;
  #child: ChildProcess | null = null;
  #http: Place = { host: '127.0.0.1', port: 1 };
  #https: Place | null = null;
  #mllp: Place = { host: '127.0.0.1', port: 2 };
  #control: string | null = null;
  #logged = '';

  constructor(options: HouseOptions = {}) {
    this.#options = options;
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'reservkraft-house-'));
    if (options.settings !== undefined) this.configure(options.settings);
  }

  static async start(options: HouseOptions = {}): Promise<House> {
    const house = new House(options);
    await house.start();
    return house;
  }

  /** Another station for the same folder, once this one has stopped. */
  beside(options: HouseOptions): House {
    return new House({ ...options, folder: this.folder });
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  get mllp(): string {
    return `${this.#mllp.host}:${this.#mllp.port}`;
  }

  get mllpPort(): number {
    return this.#mllp.port;
  }

  get httpPort(): number {
    return this.#http.port;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Null until a certificate has been issued. */
  get httpsPort(): number | null {
    return this.#https?.port ?? null;
  }

  /** The running station's process. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('no station runs in this house');
    return this.#child.pid;
  }

  get keyFile(): string {
    return join(this.folder, 'keys/station.key');
  }

  /** Everything the station here has written to its standard output and its log. */
  get logged(): string {
    return this.#logged;
  }

  /** The simulated hospitals' control page. */
  get control(): string {
    if (this.#control === null) throw new Error('this house has no simulated hospitals');
    return this.#control;
  }

  configure(settings: object): void {
    writeFileSync(join(this.folder, 'reservkraft.yaml'), JSON.stringify(settings));
  }

  async start(): Promise<void> {
    const command = this.#options.command ?? 'start';
    const child = spawn(
      process.execPath,
      [
        MAIN,
        command,
        '--json',
        ...this.#own(),
        '--http-port',
        '0',
        '--https-port',
        '0',
        '--mllp-port',
        '0',
        ...(this.#options.words ?? []),
      ],
      {
        cwd: this.folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...cleanEnvironment(), ...this.#options.environment },
      },
    );
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      keepOutput(command, chunk);
      this.#logged += chunk.toString('utf8');
    });
    const lines = createInterface({ input: child.stdout });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the station ended at once (${code}): ${this.#logged}`)));
      lines.on('line', (line) => {
        this.#logged += `${line}\n`;
        const event = JSON.parse(line) as {
          http?: Place;
          https?: Place | null;
          mllp?: Place;
          control?: string;
          inUse?: [];
          people?: { secret: string }[];
        };
        // A demo tells on purpose how its invented people sign in: on its standard output, and nowhere else.
        if (event.people === undefined) keepOutput(command, `${line}\n`);
        else for (const { secret } of event.people) keepSecret(secret);
        if (event.http !== undefined) this.#http = event.http;
        this.#https = event.https ?? this.#https;
        if (event.mllp !== undefined) this.#mllp = event.mllp;
        if (event.control !== undefined) this.#control = event.control;
        // A demo is ready when its units' heads have taken them in use.
        if (command === 'start' || event.inUse !== undefined) resolve();
      });
    });
  }

  /** Waits until the station has ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    this.#child = null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return child.exitCode;
  }

  /** Asks the station to end and waits until it has. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    this.#child = null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  async end(): Promise<void> {
    await this.stop();
    const token = join(this.folder, 'keys/station.token');
    if (existsSync(token)) keepSecret(readFileSync(token, 'utf8').trim());
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A command given at this machine. */
  run(words: readonly string[], input?: string | Uint8Array, under: readonly string[] = []): Promise<Ran> {
    const [command = '', ...rest] = words;
    const settings = command === 'send' || command === 'bench' ? [] : [...this.#own(), ...this.#station()];
    return reservkraft([command, ...rest, ...settings], {
      cwd: this.folder,
      under,
      ...(input === undefined ? {} : { input }),
    });
  }

  async api<T>(path: string, body?: object): Promise<T> {
    const response = await this.fetch(path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const token = readFileSync(join(this.folder, 'keys/station.token'), 'utf8').trim();
    return fetch(`http://127.0.0.1:${this.#http.port}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
    });
  }

  /** Resolves when everything received is in the copy. */
  async settled(): Promise<StationStatus> {
    for (;;) {
      const status = await this.api<StationStatus>('/api/status');
      if (status.backlog === 0) return status;
      // Who asks without a pause takes the time of who applies.
      await wait(50);
    }
  }

  /** The settings the station here runs with, for a test that opens what it has kept. */
  get settings(): Settings {
    const words = this.#own();
    const flags = new Map<string, string>();
    for (let at = 0; at < words.length; at += 2) flags.set(words[at] ?? '', words[at + 1] ?? '');
    return readSettings(flags, {});
  }

  /** What the station here has kept, read beside it. `close` it. */
  kept(): { readonly station: KeptStation; readonly copy: Database; close(): void } {
    const { settings } = this;
    const station = openForReading(settings);
    const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
    const file = join(settings.dataFolder, COPY_FILE);
    const copy = openDatabase({ file, key: keys.database('copy'), role: 'copy', readonly: true });
    return {
      station,
      copy,
      close() {
        copy.close();
        station.close();
      },
    };
  }

  #own(): string[] {
    const folder = this.folder;
    const settings = this.#options.settings === undefined ? [] : ['--config', join(folder, 'reservkraft.yaml')];
    return [
      ...settings,
      ...['--data', this.dataFolder],
      ...['--key-file', this.keyFile],
      ...['--token-file', join(folder, 'keys/station.token')],
    ];
  }

  #station(): string[] {
    return ['--http-port', String(this.#http.port), '--mllp-port', String(this.#mllp.port)];
  }
}
