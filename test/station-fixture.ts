// What tests of a whole station share: a key, sources, messages, a child process and senders that repeat until they are answered.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sourceId } from '../src/domain/identity.ts';
import { DEFAULT_DIALECT, type SourceDeclaration } from '../src/domain/source.ts';
import type { IntakeStatus } from '../src/station/receiving/intake.ts';
import { keepOutput } from './support/output.ts';

export const TEST_KEY = Buffer.alloc(32, 7);

const declared = (id: string, application: string): SourceDeclaration => ({
  id: sourceId(id),
  name: id,
  transport: 'mllp',
  match: { application },
  rank: 1,
  feeds: [
    { part: 'person', units: 'all', heartbeat: 'any-message' },
    { part: 'stay', units: 'all', heartbeat: 'any-message' },
  ],
  identityDomain: `source:${id}`,
  identityDomains: {},
  units: {},
  hl7: DEFAULT_DIALECT,
});

export const testSources = [declared('journal', 'JOURNAL'), declared('lab', 'LAB')];

/** A message about a patient of this sender's own, whose bed is the message's number. */
export function testMessage(sender: string, application: string, number: number): string {
  const second = String(number % 60).padStart(2, '0');
  const minute = String(Math.floor(number / 60) % 60).padStart(2, '0');
  const at = `202611221${Math.floor(number / 3600)}${minute}${second}`;
  return [
    `MSH|^~\\&|${application}|HUS|RK|RK|${at}||ADT^A01^ADT_A01|${sender}-${number}|P|2.5`,
    `EVN|A01|${at}`,
    `PID|1||P${sender}^^^LOKAL^MR||Övning^Sändare ${sender}||19500101|F`,
    `PV1|1|I|KIR^1^${number}||||||||||||||||V${sender}`,
    '',
  ].join('\r');
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export interface StationProcess {
  readonly child: Child;
  /** Resolves with the MLLP port; rejects when the process ends before it has one. */
  readonly port: Promise<number>;
  /** Everything told so far (notes, status). */
  readonly told: Record<string, unknown>[];
  readonly exited: Promise<unknown>;
}

export interface StartOptions {
  readonly words?: readonly string[];
  readonly fault?: string;
  /** A program the station runs under, with its arguments (strace). */
  readonly under?: readonly string[];
}

export function startStation(dataFolder: string, options: StartOptions = {}): StationProcess {
  const script = fileURLToPath(new URL('./children/station.ts', import.meta.url));
  const line = [...(options.under ?? []), process.execPath, script, dataFolder, ...(options.words ?? [])];
  const child = spawn(line[0] ?? '', line.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that a test can kill it together with what watches it.
    detached: true,
    env: { ...process.env, RESERVKRAFT_FAULT: options.fault ?? '' },
  });
  child.stderr.on('data', (chunk: Buffer) => {
    keepOutput('station', chunk);
    process.stderr.write(chunk);
  });
  // A killed child's pipe is closed under us.
  child.stdin.on('error', () => {});
  const told: Record<string, unknown>[] = [];
  const exited = once(child, 'exit');
  const port = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      keepOutput('station', `${text}\n`);
      const event: Record<string, unknown> = JSON.parse(text);
      told.push(event);
      if (typeof event['port'] === 'number') resolve(event['port']);
    });
    void exited.then(() => reject(new Error('the station ended before it listened')));
  });
  // Killed before it listened is an outcome some tests want.
  port.catch(() => {});
  return { child, port, told, exited };
}

/** Resolves when everything the station has received is in its copy, which no sender's answer waits for. */
export async function untilApplied(station: StationProcess): Promise<void> {
  while ((await statusOf(station)).backlog > 0) await wait(20);
}

export async function statusOf({ child, told }: StationProcess): Promise<IntakeStatus> {
  const asked = told.length;
  child.stdin.write('status\n');
  for (;;) {
    const answer = told.slice(asked).find(isStatus);
    if (answer !== undefined) return answer.status;
    await wait(10);
  }
}

const isStatus = (event: object): event is { readonly status: IntakeStatus } => 'status' in event;

/** Sends one message after another, each again until it is answered, as hospital engines do. */
export class RepeatingSender {
  readonly name: string;
  readonly application: string;
  /** Numbers of messages answered AA, in order. */
  readonly acknowledged: number[] = [];
  /** Answers that were not AA. */
  refusals = 0;
  sent = 0;
  #next = 1;
  #isRepeatingOld = false;

  constructor(name: string, application: string) {
    this.name = name;
    this.application = application;
  }

  /** Sends until `until` says stop, or the connection breaks. Every fifth message that was answered already is sent once more. */
  async run(port: number, until: () => boolean): Promise<void> {
    const line = new MllpLine(port);
    try {
      while (!until()) {
        const again = this.#isRepeatingOld ? this.acknowledged.at(-1) : undefined;
        this.#isRepeatingOld = false;
        const number = again ?? this.#next;
        const code = await this.#send(line, number);
        if (code === null) return;
        if (code !== 'AA') {
          this.refusals++;
          await wait(20);
        } else if (again === undefined) {
          this.acknowledged.push(number);
          this.#isRepeatingOld = number % 5 === 0;
          this.#next++;
        }
      }
    } finally {
      line.close();
    }
  }

  /** Null: the station died; what waited for its answer is sent again next time. */
  async #send(line: MllpLine, number: number): Promise<string | null> {
    this.sent++;
    const answer = await line.ask(testMessage(this.name, this.application, number));
    if (answer === null) return null;
    const [, code = '', id = ''] = /MSA\|(\w\w)\|([^|\r]*)/.exec(answer) ?? [];
    if (id !== `${this.name}-${number}`) throw new Error(`${this.name}-${number} was answered as ${id}`);
    return code;
  }
}

/** One MLLP connection: a message out, its answer back. */
export class MllpLine {
  readonly #socket: Socket;
  #answer = '';
  #waiting: ((answer: string | null) => void) | null = null;
  #isClosed = false;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#waiting?.(null);
    });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#answer += chunk.toString('latin1');
      if (!this.#answer.endsWith('\x1c\r')) return;
      const answer = this.#answer;
      this.#answer = '';
      this.#waiting?.(answer);
    });
  }

  /** The whole answer frame as text, or null when the connection was lost. */
  ask(text: string): Promise<string | null> {
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#socket.write(Buffer.concat([Buffer.from([0x0b]), Buffer.from(text, 'latin1'), Buffer.from([0x1c, 0x0d])]));
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
