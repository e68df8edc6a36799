// Sends HL7 v2 messages as a source system does: over MLLP, each answered, in order. Used by the command line's `send` and
// by the simulated hospitals.

import { createConnection, type Socket } from 'node:net';
import { connect as createTlsConnection } from 'node:tls';
import { limits } from '../../limits.ts';
import { MllpFramer } from './framing.ts';
import { enframe } from './wire.ts';

interface MllpClientTls {
  /** The authorities the station's certificate is checked against. */
  readonly authorities: string | Buffer;
  readonly serverName?: string;
  /** Our own certificate, where the station demands one. */
  readonly key?: string | Buffer;
  readonly cert?: string | Buffer;
}

export interface MllpClientOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: MllpClientTls;
  /** Messages sent before the first of them is answered. 1 = stop and wait, as most engines do. */
  readonly window?: number;
  /** How long one answer may take. The line is then dropped: a late answer would be taken for the next message's. */
  readonly answerTimeoutMs: number;
  /**
   * What to do when the line is lost: without this, everything unanswered and unsent fails. With it all is sent again in
   * order on a new line (the receiver knows repetitions); what has been tried `attemptsMax` times fails.
   */
  readonly again?: { readonly attemptsMax: number; readonly firstDelayMs: number; readonly delayMsMax: number };
}

export type SendErrorCode = 'send.not-connected' | 'send.line-lost' | 'send.no-answer' | 'send.closed';

/** `wasSent`: the message may have reached the receiver although no answer came. */
export class MllpSendError extends Error {
  readonly code: SendErrorCode;
  readonly wasSent: boolean;

  constructor(code: SendErrorCode, wasSent: boolean, cause?: Error) {
    super(cause === undefined ? code : `${code} (${systemCode(cause)})`, { cause });
    this.name = 'MllpSendError';
    this.code = code;
    this.wasSent = wasSent;
  }
}

interface Waiting {
  readonly frame: Uint8Array;
  readonly answersWanted: number;
  readonly answers: Uint8Array[];
  attempts: number;
  wasSent: boolean;
  resolve(answers: readonly Uint8Array[]): void;
  reject(error: MllpSendError): void;
}

type Line =
  | { readonly kind: 'none' }
  | { readonly kind: 'opening'; readonly socket: Socket }
  | { readonly kind: 'open'; readonly socket: Socket }
  | { readonly kind: 'resting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' };

export class MllpClient {
  readonly #options: MllpClientOptions;
  /** In order; the first `#inFlight` of them have been sent on this line. */
  #queue: Waiting[] = [];
  #inFlight = 0;
  #line: Line = { kind: 'none' };
  #timer: NodeJS.Timeout | null = null;
  #restMs = 0;
  #answersUnasked = 0;

  constructor(options: MllpClientOptions) {
    this.#options = options;
  }

  /** Answers that belonged to no message of ours: a receiver out of step. */
  get answersUnasked(): number {
    return this.#answersUnasked;
  }

  /** Sends one frame; resolves with its answer (without wrapper), rejects with an MllpSendError. */
  async send(content: Uint8Array): Promise<Uint8Array> {
    const [answer] = await this.sendForAnswers(content, 1);
    return answer ?? new Uint8Array(0);
  }

  /** For a frame of several messages, which is answered in as many frames; 0 = the receiver is to stay silent. */
  async sendForAnswers(content: Uint8Array, answersWanted: number): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      if (this.#line.kind === 'closed') {
        reject(new MllpSendError('send.closed', false));
        return;
      }
      const frame = enframe(content);
      this.#queue.push({ frame, answersWanted, answers: [], attempts: 0, wasSent: false, resolve, reject });
      this.#goOn();
    });
  }

  /** Ends the line after what is unanswered has failed; messages not yet sent fail too. */
  async close(): Promise<void> {
    const line = this.#line;
    this.#line = { kind: 'closed' };
    this.#stopWaiting();
    if (line.kind === 'resting') clearTimeout(line.timer);
    const unanswered = this.#queue;
    this.#queue = [];
    for (const waiting of unanswered) waiting.reject(new MllpSendError('send.closed', waiting.wasSent));
    this.#inFlight = 0;
    if (line.kind !== 'open' && line.kind !== 'opening') return;
    const { socket } = line;
    if (socket.closed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      if (line.kind === 'open') socket.destroySoon();
      else socket.destroy();
    });
  }

  #goOn(): void {
    if (this.#queue.length === 0) return;
    if (this.#line.kind === 'none') this.#open();
    if (this.#line.kind !== 'open') return;
    const window = this.#options.window ?? 1;
    const { socket } = this.#line;
    socket.cork();
    let next = this.#queue[this.#inFlight];
    while (next !== undefined && this.#inFlight < window) {
      next.attempts += 1;
      next.wasSent = true;
      socket.write(next.frame);
      this.#inFlight += 1;
      next = this.#queue[this.#inFlight];
    }
    socket.uncork();
    this.#resolveAnswered();
    this.#waitForAnswer();
  }

  #open(): void {
    const { host, port, tls } = this.#options;
    const socket =
      tls === undefined
        ? createConnection({ host, port })
        : createTlsConnection({
            host,
            port,
            ca: tls.authorities,
            servername: tls.serverName ?? host,
            ...(tls.key === undefined ? {} : { key: tls.key }),
            ...(tls.cert === undefined ? {} : { cert: tls.cert }),
          });
    const framer = new MllpFramer({
      frameBytesMax: limits.mllpFrameBytesMax,
      strayBytesMax: limits.mllpStrayBytesMax,
    });
    let cause: Error | undefined;
    this.#line = { kind: 'opening', socket };
    this.#timer = setTimeout(() => socket.destroy(new TooLong()), this.#options.answerTimeoutMs);
    socket.setNoDelay(true);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      this.#stopWaiting();
      this.#line = { kind: 'open', socket };
      this.#goOn();
    });
    socket.on('data', (chunk: Uint8Array) => {
      for (const event of framer.push(chunk)) if (event.kind === 'frame') this.#answered(event.bytes);
      this.#goOn();
    });
    socket.on('error', (error) => {
      cause = error;
    });
    socket.on('close', () => this.#lost(cause));
  }

  #answered(answer: Uint8Array): void {
    const [first] = this.#queue;
    if (first === undefined || this.#inFlight === 0) {
      this.#answersUnasked += 1;
      return;
    }
    first.answers.push(answer);
    this.#restMs = 0;
    this.#stopWaiting();
    this.#resolveAnswered();
  }

  #resolveAnswered(): void {
    let [first] = this.#queue;
    while (first !== undefined && this.#inFlight > 0 && first.answers.length >= first.answersWanted) {
      this.#queue.shift();
      this.#inFlight -= 1;
      first.resolve(first.answers);
      [first] = this.#queue;
    }
  }

  #waitForAnswer(): void {
    if (this.#timer !== null || this.#inFlight === 0 || this.#line.kind !== 'open') return;
    const { socket } = this.#line;
    this.#timer = setTimeout(() => socket.destroy(new TooLong()), this.#options.answerTimeoutMs);
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #lost(cause: Error | undefined): void {
    this.#stopWaiting();
    if (this.#line.kind === 'closed') return;
    const wasOpen = this.#line.kind === 'open';
    const attemptsMax = this.#options.again?.attemptsMax ?? 0;
    const code = !wasOpen ? 'send.not-connected' : cause instanceof TooLong ? 'send.no-answer' : 'send.line-lost';
    const before = this.#queue;
    this.#inFlight = 0;
    for (const waiting of before) {
      waiting.answers.length = 0;
      if (!wasOpen) waiting.attempts += 1;
    }
    this.#queue = before.filter((waiting) => waiting.attempts < attemptsMax);
    for (const waiting of before) {
      if (waiting.attempts >= attemptsMax) waiting.reject(new MllpSendError(code, waiting.wasSent, cause));
    }
    this.#rest();
  }

  /** Waits longer after each line that carried nothing, so that a station that is down is not hammered. */
  #rest(): void {
    const { again } = this.#options;
    if (again === undefined || this.#queue.length === 0) {
      this.#line = { kind: 'none' };
      return;
    }
    this.#restMs = Math.min(this.#restMs === 0 ? again.firstDelayMs : this.#restMs * 2, again.delayMsMax);
    const timer = setTimeout(() => {
      this.#line = { kind: 'none' };
      this.#goOn();
    }, this.#restMs);
    this.#line = { kind: 'resting', timer };
  }
}

class TooLong extends Error {}

function systemCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name;
}
