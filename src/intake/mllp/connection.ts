// One sender's line to the station: its frames in, our answers out in the same order. It is read only as fast as what it
// has sent is made durable and answered: a sender that floods us is slowed by TCP and loses nothing.

import type { Socket } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import { AnswerQueue } from './answer-queue.ts';
import { type FramingEvent, MllpFramer } from './framing.ts';
import type { OpenRoom } from './open-room.ts';
import { enframe } from './wire.ts';

/** Who sent, as far as the line can tell. */
export interface Peer {
  readonly id: number;
  readonly remoteAddress: string;
  /** The sender's certificate, where the port demands one. */
  readonly clientCertificate: { readonly subject: string; readonly fingerprint256: string } | null;
}

/** One complete frame's way back to its sender. */
export interface FrameOrigin extends Peer {
  /** The frame's one answer. It leaves when every earlier frame of the line has got its own. A second call is an error. */
  answer(bytes: Uint8Array): void;
  /** Several answer frames (several messages in one frame), or none at all (the sender asked for silence). */
  answerAll(answers: readonly Uint8Array[]): void;
  /** Sends after the answer, unasked: the application acknowledgement of enhanced mode (HL7 v2 ch. 2.9.3). */
  sendLater(bytes: Uint8Array): void;
}

export interface ConnectionHandler {
  /** A whole frame, without its wrapper. Answer only when its bytes are durable. */
  frame(frame: Uint8Array, origin: FrameOrigin): void;
  /** A frame beyond the bound; `head` begins as the message did. It was not kept, so the answer must refuse it. */
  tooLarge(head: Uint8Array, bytesTotal: number, origin: FrameOrigin): void;
  /** Bytes that are no message: to be kept and counted, never answered. */
  remains(remains: Remains, peer: Peer): void;
}

export interface Remains {
  readonly kind: 'abandoned' | 'stray';
  /** The beginning of them, up to the bound. */
  readonly bytes: Uint8Array;
  readonly bytesTotal: number;
}

export interface ConnectionBounds {
  readonly frameBytesMax: number;
  readonly strayBytesMax: number;
  readonly unansweredBytesMax: number;
  readonly frameEndWaitMs: number;
  readonly frameIdleMs: number;
  readonly connectionIdleMs: number;
}

export interface ConnectionCounters {
  bytes: number;
  frames: number;
  answers: number;
  tooLarge: number;
  abandoned: number;
  strayBytes: number;
  /** Times the line was not read because too much was unanswered. */
  pauses: number;
}

export interface ConnectionStatus extends Peer, Readonly<ConnectionCounters> {
  readonly unanswered: number;
}

/** Finds a peer that vanished without a word (a pulled cable) long before the idle bound. */
const TCP_KEEP_ALIVE_MS = 60_000;
/** After our side is closed the sender gets this long to close its own. */
const CLOSE_WAIT_MS = 5_000;

/** Where a sender can fall silent: between FS and CR, inside a frame, after bytes that are none, between messages. */
type Silence = 'frame-end' | 'frame' | 'stray' | 'line';

export class MllpConnection {
  readonly peer: Peer;
  readonly #socket: Socket;
  readonly #handler: ConnectionHandler;
  readonly #bounds: ConnectionBounds;
  readonly #framer: MllpFramer;
  readonly #answers: AnswerQueue;
  readonly #counters: ConnectionCounters = {
    bytes: 0,
    frames: 0,
    answers: 0,
    tooLarge: 0,
    abandoned: 0,
    strayBytes: 0,
    pauses: 0,
  };
  #timer: NodeJS.Timeout | null = null;
  #timedSilence: Silence | null = null;
  #isPaused = false;
  /** No more is read from the sender: it has ended its side, or we are closing. */
  #isReadingDone = false;
  /** What has come and is not yet handed on because too much is unanswered. */
  #events: FramingEvent[] = [];
  #isHandingOn = false;
  #isCorked = false;

  readonly #room: OpenRoom;
  readonly #wake = (): void => this.#goOn();

  constructor(
    socket: Socket,
    peer: Peer,
    { handler, bounds, room }: { handler: ConnectionHandler; bounds: ConnectionBounds; room: OpenRoom },
  ) {
    this.peer = peer;
    this.#room = room;
    this.#socket = socket;
    this.#handler = handler;
    this.#bounds = bounds;
    this.#framer = new MllpFramer(bounds);
    this.#answers = new AnswerQueue((answer) => this.#send(answer));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    socket.on('data', (chunk: Uint8Array) => this.#read(chunk));
    socket.on('drain', () => this.#goOn());
    socket.on('end', () => this.#finishReading());
    // What went wrong is told by the close that follows; the sender sends again what was not answered.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
    this.#watchIdle();
  }

  status(): ConnectionStatus {
    return { ...this.peer, ...this.#counters, unanswered: this.#answers.unanswered };
  }

  /** Reads no more, and closes when every frame received has been answered. A frame half received is left to be sent again. */
  close(): void {
    this.#finishReading();
  }

  /** Closes at once; answers not yet given are lost, and the sender will repeat. */
  destroy(): void {
    this.#isReadingDone = true;
    this.#events = [];
    this.#socket.destroy();
  }

  #read(chunk: Uint8Array): void {
    if (this.#isReadingDone) return;
    this.#counters.bytes += chunk.length;
    this.#handle(this.#framer.push(chunk));
  }

  #handle(events: readonly FramingEvent[]): void {
    this.#events.push(...events);
    this.#goOn();
  }

  /** Hands on what may be handed on, and holds the socket back otherwise. A handler may answer before it returns. */
  #goOn(): void {
    if (this.#isHandingOn) return;
    this.#isHandingOn = true;
    let handed = 0;
    for (const event of this.#events) {
      if (this.#isFull()) break;
      handed += 1;
      this.#handOn(event);
    }
    this.#events.splice(0, handed);
    this.#isHandingOn = false;
    this.#room.hold(this, this.#framer.heldBytes + this.#answers.unansweredBytes);
    if (this.#events.length > 0 || (!this.#isReadingDone && (this.#isFull() || !this.#mayRead()))) this.#pause();
    else this.#resume();
    this.#watchIdle();
    this.#endWhenAnswered();
  }

  #isFull(): boolean {
    return this.#answers.unansweredBytes >= this.#bounds.unansweredBytesMax || this.#socket.writableNeedDrain;
  }

  #mayRead(): boolean {
    return this.#room.mayRead(this, this.#wake);
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#counters.pauses += 1;
    this.#socket.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  #handOn(event: FramingEvent): void {
    switch (event.kind) {
      case 'frame':
        this.#counters.frames += 1;
        this.#handler.frame(event.bytes, this.#origin(event.bytes.length));
        return;
      case 'too-large':
        this.#counters.tooLarge += 1;
        this.#handler.tooLarge(event.head, event.bytesTotal, this.#origin(event.head.length));
        return;
      case 'abandoned':
        this.#counters.abandoned += 1;
        this.#handler.remains(event, this.peer);
        return;
      case 'stray':
        this.#counters.strayBytes += event.bytesTotal;
        this.#handler.remains(event, this.peer);
        return;
    }
  }

  #origin(frameBytes: number): FrameOrigin {
    const fill = this.#answers.place(frameBytes);
    const answerAll = (answers: readonly Uint8Array[]): void => {
      if (!fill(answers)) throw new Error(`mllp: a frame of connection ${this.peer.id} was answered twice`);
      this.#goOn();
    };
    return {
      ...this.peer,
      answer: (bytes) => answerAll([bytes]),
      answerAll,
      sendLater: (bytes) => this.#send(bytes),
    };
  }

  #send(answer: Uint8Array): void {
    if (!this.#socket.writable) return;
    this.#counters.answers += 1;
    // Answers decided together (one group commit) leave in one write.
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(enframe(answer));
  }

  #finishReading(): void {
    if (this.#isReadingDone) return;
    this.#isReadingDone = true;
    this.#handle(this.#framer.end());
  }

  #endWhenAnswered(): void {
    const isDone = this.#isReadingDone && this.#events.length === 0 && this.#answers.unanswered === 0;
    if (!isDone || !this.#socket.writable) return;
    this.#socket.end();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timedSilence = null;
    this.#timer = setTimeout(() => this.#socket.destroy(), CLOSE_WAIT_MS);
  }

  /** What silence means depends on where the sender fell silent. Our own slowness is never held against it. */
  #watchIdle(): void {
    const silence = this.#silence();
    if (this.#timer !== null && silence === this.#timedSilence) {
      // A busy line: the same wait begins again, without a new timer for every message.
      this.#timer.refresh();
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timedSilence = silence;
    this.#timer = silence === null ? null : setTimeout(() => this.#fellSilent(silence), this.#msOf(silence));
  }

  #silence(): Silence | null {
    if (this.#isPaused || this.#isReadingDone || this.#socket.destroyed) return null;
    if (this.#framer.awaitsEnd) return 'frame-end';
    if (this.#framer.isOpen) return 'frame';
    if (this.#framer.holdsStray) return 'stray';
    return this.#answers.unanswered === 0 ? 'line' : null;
  }

  #msOf(silence: Silence): number {
    switch (silence) {
      case 'frame-end':
        return this.#bounds.frameEndWaitMs;
      case 'frame':
      case 'stray':
        return this.#bounds.frameIdleMs;
      case 'line':
        return this.#bounds.connectionIdleMs;
    }
  }

  #fellSilent(silence: Silence): void {
    // Forgotten first: what follows may wait for the same silence once more.
    this.#timer = null;
    if (silence === 'frame-end' || silence === 'stray') this.#handle(this.#framer.settle());
    else this.#finishReading();
  }

  /** The line is gone: a frame half received is reported, whole ones still waiting are handed on and stored. */
  #closed(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const left = this.#isReadingDone ? this.#events : [...this.#events, ...this.#framer.end()];
    this.#isReadingDone = true;
    this.#events = [];
    for (const event of left) this.#handOn(event);
    this.#room.leave(this, this.#wake);
  }
}

/** The parts of a verified certificate that name the sender. */
export function certificateOf(certificate: PeerCertificate | undefined): Peer['clientCertificate'] {
  if (certificate?.fingerprint256 === undefined) return null;
  const name = certificate.subject?.CN;
  return { subject: Array.isArray(name) ? name.join(',') : (name ?? ''), fingerprint256: certificate.fingerprint256 };
}
