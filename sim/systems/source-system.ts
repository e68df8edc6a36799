// One source system as an integration engine runs it: an own connection, one message on the way at a time, a queue that
// keeps its order and repeats the same message, with the same control id, until it is answered.

import { setTimeout as wait } from 'node:timers/promises';
import { MllpClient } from '../../src/intake/mllp/client.ts';
import { batchText, controlId, messageText, type Saying } from '../messages/message.ts';
import { Random } from '../random.ts';
import type { Voice } from './voices.ts';
import { encode, type Garble, garbled } from './wire.ts';

/** An engine gives up waiting and says it again. A batch of everything takes longer to take in. */
const ANSWER_WAIT_MS = 15_000;
const BATCH_ANSWER_WAIT_MS = 180_000;
const RECONNECT_FIRST_MS = 300;
const RECONNECT_LAST_MS = 5_000;
/** Longer queues than this are thrown away for a new full load: it says the same in less. */
const QUEUE_MAX = 20_000;
/** When told to reorder, messages are held together this long at most. */
const REORDER_HOLD_MS = 15_000;
const REORDER_AMONG = 5;
/** An error answer (AE, CE) is tried again, but not for ever: it would hold up all that waits behind it. */
const REPEATED_REFUSALS_MAX = 3;

export interface Faults {
  /** Added before each message. */
  slowMs: number;
  garble: Garble;
  /** Each message is said twice. */
  duplicates: boolean;
  reorder: boolean;
}

export const noFaults = (): Faults => ({ slowMs: 0, garble: 'none', duplicates: false, reorder: false });

export interface SystemStatus {
  readonly id: string;
  readonly name: string;
  readonly hospital: string;
  readonly state: 'running' | 'stopped';
  /** `answering`: the last message was answered; `silent`: nobody answers, the queue waits. */
  readonly connection: 'answering' | 'silent' | 'closed';
  readonly queued: number;
  /** Frames put on the line, repetitions counted. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly repeated: number;
  readonly fullLoads: number;
  readonly lastAnswer: { readonly code: string; readonly at: number; readonly afterMs: number } | null;
  readonly faults: Readonly<Faults>;
}

interface Outgoing {
  readonly bytes: Uint8Array;
  readonly controlId: string;
  readonly messages: number;
  readonly isBatch: boolean;
  readonly queuedAt: number;
  attempts: number;
}

interface Answer {
  readonly code: string;
  readonly controlIds: readonly string[];
}

export interface SystemStart {
  readonly voice: Voice;
  readonly to: { readonly host: string; readonly port: number };
  /** The wall clock, for waiting and for what people see. */
  readonly wall: () => number;
  readonly seed: string;
}

export class SourceSystem {
  readonly voice: Voice;
  readonly faults: Faults = noFaults();
  readonly #to: SystemStart['to'];
  readonly #wall: () => number;
  readonly #random: Random;
  #queue: Outgoing[] = [];
  #state: 'running' | 'stopped' = 'stopped';
  #connection: SystemStatus['connection'] = 'closed';
  #client: MllpClient;
  #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};
  #count = { sent: 0, acknowledged: 0, refused: 0, repeated: 0, fullLoads: 0 };
  #lastAnswer: SystemStatus['lastAnswer'] = null;
  #lastQueuedAt = 0;
  /** The queue grew beyond reason and was dropped: only a full load can make the station whole again. */
  #needsFullLoad = true;

  constructor({ voice, to, wall, seed }: SystemStart) {
    this.voice = voice;
    this.#to = to;
    this.#wall = wall;
    this.#random = new Random(`${seed}/system/${voice.id}`);
    this.#client = this.#newClient(ANSWER_WAIT_MS);
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** True once after each start, and after a queue had to be dropped. */
  get needsFullLoad(): boolean {
    return this.#needsFullLoad && this.isRunning;
  }

  /** How long ago anything was put in the queue: a quiet system sends a heartbeat. */
  quietMs(): number {
    return this.#wall() - this.#lastQueuedAt;
  }

  start(): void {
    if (this.isRunning) return;
    this.#state = 'running';
    this.#needsFullLoad = true;
    this.#stop = new AbortController();
    this.#client = this.#newClient(ANSWER_WAIT_MS);
    this.#work = this.#run(this.#stop.signal);
  }

  /** The plug is pulled: what waits is lost with the system, and told again by the full load when it comes back. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#queue = [];
    this.#stop.abort();
    this.#wake();
    await this.#client.close();
    await this.#work;
    this.#connection = 'closed';
  }

  requestFullLoad(): void {
    this.#needsFullLoad = true;
  }

  say(sayings: readonly Saying[], sentAt: number): void {
    if (!this.isRunning || sayings.length === 0) return;
    for (const saying of sayings) {
      this.#push(messageText(this.voice, saying, sentAt), controlId(this.voice, saying.key), 1, false);
    }
    if (this.#queue.length > QUEUE_MAX) {
      this.#queue = [];
      this.#needsFullLoad = true;
    }
  }

  sayEverything(sayings: readonly Saying[], at: number): void {
    this.#needsFullLoad = false;
    this.#count.fullLoads += 1;
    this.#queue = [];
    const messages = sayings.map((saying) => messageText(this.voice, saying, at));
    this.#push(batchText(this.voice, messages, at), controlId(this.voice, `batch/${at}`), messages.length, true);
  }

  status(): SystemStatus {
    return {
      id: this.voice.id,
      name: this.voice.name,
      hospital: this.voice.hospital,
      state: this.#state,
      connection: this.#connection,
      queued: this.#queue.reduce((sum, out) => sum + out.messages, 0),
      ...this.#count,
      lastAnswer: this.#lastAnswer,
      faults: { ...this.faults },
    };
  }

  #push(text: string, id: string, messages: number, isBatch: boolean): void {
    const bytes = encode(text, this.voice.charset);
    this.#lastQueuedAt = this.#wall();
    this.#queue.push({ bytes, controlId: id, messages, isBatch, queuedAt: this.#lastQueuedAt, attempts: 0 });
    this.#wake();
  }

  #newClient(answerTimeoutMs: number): MllpClient {
    return new MllpClient({ ...this.#to, answerTimeoutMs });
  }

  async #run(stop: AbortSignal): Promise<void> {
    let backoffMs = RECONNECT_FIRST_MS;
    while (!stop.aborted) {
      const next = this.#next();
      if (next === null) {
        await this.#waitForWork(stop);
        continue;
      }
      await this.#pause(this.faults.slowMs, stop);
      const outcome = await this.#deliver(next);
      if (outcome === 'done') {
        backoffMs = RECONNECT_FIRST_MS;
        this.#queue = this.#queue.filter((out) => out !== next);
        if (this.faults.duplicates && !next.isBatch && !stop.aborted) {
          this.#count.repeated += 1;
          await this.#exchange(next);
        }
        continue;
      }
      // The station is away: nothing is lost, the queue waits. What was on its way is said again.
      await this.#pause(backoffMs, stop);
      backoffMs = Math.min(backoffMs * 2, RECONNECT_LAST_MS);
    }
  }

  async #pause(ms: number, stop: AbortSignal): Promise<void> {
    if (ms > 0) await wait(ms, undefined, { signal: stop }).catch(() => undefined);
  }

  /** The head of the queue; with reordering, one of the first few, once some have come together. */
  #next(): Outgoing | null {
    const head = this.#queue[0];
    if (head === undefined) return null;
    if (!this.faults.reorder || head.isBatch) return head;
    if (this.#queue.length < 3 && this.#wall() - head.queuedAt < REORDER_HOLD_MS) return null;
    return this.#queue[this.#random.int(0, Math.min(REORDER_AMONG, this.#queue.length) - 1)] ?? head;
  }

  #waitForWork(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1_000);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#wake = done;
      if (stop.aborted) done();
    });
  }

  /** `done`: needs not be said again, because it was taken, or refused for good. */
  async #deliver(out: Outgoing): Promise<'done' | 'again'> {
    if (out.attempts > 0) this.#count.repeated += 1;
    out.attempts += 1;
    const answer = await this.#exchange(out);
    if (answer === null) return 'again';
    if (answer.code === 'AA' || answer.code === 'CA') {
      this.#count.acknowledged += out.messages;
      return 'done';
    }
    this.#count.refused += 1;
    const isFinal = answer.code === 'AR' || answer.code === 'CR' || out.attempts >= REPEATED_REFUSALS_MAX;
    return isFinal ? 'done' : 'again';
  }

  async #exchange(out: Outgoing): Promise<Answer | null> {
    // A batch of everything takes the station longer than one message, on a line of its own.
    const client = out.isBatch ? this.#newClient(BATCH_ANSWER_WAIT_MS) : this.#client;
    const saidAt = this.#wall();
    this.#count.sent += 1;
    const close = (): void => void client.close();
    try {
      if (out.isBatch) this.#stop.signal.addEventListener('abort', close, { once: true });
      const bytes = await client.send(garbled(out.bytes, out.isBatch ? 'none' : this.faults.garble));
      const answer = readAnswer(bytes);
      // An answer to something else than what is on its way is not an answer to it.
      const isOurs = answer !== null && (out.isBatch || answer.controlIds.includes(out.controlId));
      this.#connection = isOurs ? 'answering' : 'silent';
      if (!isOurs) return null;
      this.#lastAnswer = { code: answer.code, at: this.#wall(), afterMs: this.#wall() - saidAt };
      return answer;
    } catch {
      this.#connection = 'silent';
      return null;
    } finally {
      if (out.isBatch) {
        this.#stop.signal.removeEventListener('abort', close);
        await client.close();
      }
    }
  }
}

/** The worst code of all MSA segments, and what they answer. */
function readAnswer(frame: Uint8Array): Answer | null {
  const lines = Buffer.from(frame)

    .toString('latin1')
    .split(/[\r\n]+/u)
    .filter((line) => line.startsWith('MSA'));
  const codes = lines.map((line) => line.split('|')[1] ?? '');
  const worst = codes.find((code) => code !== 'AA' && code !== 'CA') ?? codes[0];
  if (worst === undefined) return null;
  return { code: worst, controlIds: lines.map((line) => line.split('|')[2] ?? '') };
}
