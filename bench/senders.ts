// Stop-and-wait senders, as record systems are: each sends one message, waits for its answer, sends the next.

import { connect, type Socket } from 'node:net';

const START = 0x0b;
const END = Buffer.from([0x1c, 0x0d]);

export interface SendingResult {
  readonly messages: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly refused: number;
}

export interface SendingOptions {
  readonly port: number;
  readonly senders: number;
  readonly seconds: number;
  /** Messages a second over all senders; null = as fast as answers come. */
  readonly rate: number | null;
  /** Ends after this many messages; absent = when the time is out. */
  readonly count?: number;
  /** The n-th message sent by this run. Never the same bytes twice: a repetition is answered without being kept again. */
  message(index: number): Buffer;
}

const frame = (message: Buffer): Buffer => Buffer.concat([Buffer.from([START]), message, END]);

export async function sendAll(options: SendingOptions): Promise<SendingResult> {
  let next = 0;
  let refused = 0;
  const times: number[] = [];
  const began = performance.now();
  const until = began + options.seconds * 1000;
  const one = async (socket: Socket): Promise<void> => {
    const answers = answerReader(socket);
    for (;;) {
      const index = next++;
      if (options.count !== undefined && index >= options.count) return;
      if (options.rate !== null) {
        const due = began + (index * 1000) / options.rate;
        const wait = due - performance.now();
        if (due >= until) return;
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      }
      if (performance.now() >= until) return;
      const bytes = frame(options.message(index));
      const sent = performance.now();
      socket.write(bytes);
      const answer = await answers();
      times.push(performance.now() - sent);
      if (!/MSA.(AA|CA)/.test(answer.toString('latin1'))) refused++;
    }
  };
  const sockets = await Promise.all(Array.from({ length: options.senders }, () => opened(options.port)));
  await Promise.all(sockets.map(one));
  for (const socket of sockets) socket.destroy();
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    messages: times.length,
    seconds,
    perSecond: times.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    refused,
  };
}

const opened = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });

/** One answer a call; a stop-and-wait sender never has two on the way. */
function answerReader(socket: Socket): () => Promise<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let waiting: ((answer: Buffer) => void) | null = null;
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = held.indexOf(END);
    if (end < 0 || waiting === null) return;
    const answer = held.subarray(1, end);
    held = held.subarray(end + END.length);
    const resolve = waiting;
    waiting = null;
    resolve(answer);
  });
  return () =>
    new Promise((resolve) => {
      waiting = resolve;
    });
}
