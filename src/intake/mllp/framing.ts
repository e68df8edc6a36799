// Finds the messages in a stream of bytes from a record system (MLLP, HL7 v2 implementation guide app. C): each lies
// between a VT (0x0B) and FS CR (0x1C 0x0D). The network cuts and joins as it likes; two patients' messages must never
// be joined, and none may be lost, because of where it cut.
//
// Where senders stray from the rule:
//  - A VT inside an open frame, followed by a header (MSH, FHS, BHS): the sender started again. What came before is
//    reported as abandoned and kept apart. A VT followed by anything else is a vertical tab in a text (line breaks pasted
//    from a word processor) and is content: cutting there would leave a message that can be neither read nor answered.
//  - FS without CR ends the frame when VT, LF or nothing more follows (`settle`, called after a short wait). FS followed by
//    other bytes is content: text in a charset of several bytes may hold it. Repeated FS count as one.
//  - Doubled wrappers (VT VT … FS CR FS CR): CR, LF and FS between frames mean nothing, nor does an empty frame.
//  - A frame beyond the bound is read to its end without being kept; only its head is, so that it can be answered.
//
// Work and memory are linear in the bytes: nothing already seen is copied again for every chunk.

import { GrowingBytes } from './growing-bytes.ts';

export type FramingEvent =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** A frame begun and never ended: another began, or the connection went. */
  | { readonly kind: 'abandoned'; readonly bytes: Uint8Array; readonly bytesTotal: number }
  /** Bytes outside any frame. Here and above, `bytes` is the beginning of them where they go beyond the bound. */
  | { readonly kind: 'stray'; readonly bytes: Uint8Array; readonly bytesTotal: number }
  | { readonly kind: 'too-large'; readonly head: Uint8Array; readonly bytesTotal: number };

export interface FramingBounds {
  readonly frameBytesMax: number;
  /** Kept of what lies between two frames, and of a frame beyond the bound. */
  readonly strayBytesMax: number;
}

const VT = 0x0b;
const FS = 0x1c;
const CR = 0x0d;
const LF = 0x0a;

/** Blanks, zeros and byte order marks that may stand between a VT and the header's name. */
const BEFORE_HEADER = new Set([0x00, LF, CR, 0x20, 0xef, 0xbb, 0xbf, 0xfe, 0xff]);
const BEFORE_HEADER_MAX = 16;
const HEADER_NAMES = ['MSH', 'FHS', 'BHS'];

export class MllpFramer {
  readonly #bounds: FramingBounds;
  #events: FramingEvent[] = [];
  #isOpen = false;
  #kept: GrowingBytes;
  /** Bytes of the open frame, or of the gap between frames, also those not kept. */
  #total = 0;
  /** FS seen last in the open frame and not yet known to be its end. */
  #endMarks = 0;
  /** A VT inside the open frame whose meaning the next bytes decide. */
  #doubt: { readonly at: number; passed: number[]; name: string } | null = null;

  constructor(bounds: FramingBounds) {
    this.#bounds = bounds;
    this.#kept = new GrowingBytes(bounds.strayBytesMax);
  }

  /** A frame has begun and not ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Bytes kept of what has not ended. */
  get heldBytes(): number {
    return this.#kept.length;
  }

  /** The last byte was FS: if nothing follows soon, call `settle`. */
  get awaitsEnd(): boolean {
    return this.#endMarks > 0;
  }

  /** Bytes outside any frame have come and are not yet reported. */
  get holdsStray(): boolean {
    return !this.#isOpen && this.#total > 0;
  }

  /** The events a chunk completes, in order. Any cutting of the same stream gives the same events. */
  push(chunk: Uint8Array): FramingEvent[] {
    let at = 0;
    while (at < chunk.length) at = this.#isOpen ? this.#readOpen(chunk, at) : this.#readGap(chunk, at);
    return this.#take();
  }

  /** Nothing more came after FS: it was the frame's end. Also reports stray bytes held so far. */
  settle(): FramingEvent[] {
    if (this.#endMarks > 0) this.#endFrame();
    else if (!this.#isOpen) this.#endGap();
    return this.#take();
  }

  /** The stream has ended: whatever is still open is reported. */
  end(): FramingEvent[] {
    if (this.#endMarks > 0) this.#endFrame();
    else if (this.#isOpen) this.#abandon();
    else this.#endGap();
    return this.#take();
  }

  #take(): FramingEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #readGap(chunk: Uint8Array, from: number): number {
    const begin = chunk.indexOf(VT, from);
    const stop = begin < 0 ? chunk.length : begin;
    this.#readStray(chunk, from, stop);
    if (begin < 0) return chunk.length;
    this.#endGap();
    this.#open();
    return begin + 1;
  }

  #readStray(chunk: Uint8Array, from: number, stop: number): void {
    let start = from;
    if (this.#total === 0) {
      while (start < stop && isFrameEndByte(chunk[start])) start += 1;
    }
    this.#keep(chunk, start, stop);
  }

  #endGap(): void {
    if (this.#total > 0) this.#events.push({ kind: 'stray', bytes: this.#kept.take(), bytesTotal: this.#total });
    this.#total = 0;
  }

  #open(): void {
    this.#isOpen = true;
    this.#kept = new GrowingBytes(this.#bounds.frameBytesMax);
    this.#total = 0;
    this.#endMarks = 0;
    this.#doubt = null;
  }

  #readOpen(chunk: Uint8Array, from: number): number {
    if (this.#endMarks > 0) return this.#readAfterEndMark(chunk, from);
    if (this.#doubt !== null) return this.#readDoubt(chunk, from);
    const stop = this.#nextMark(chunk, from);
    this.#keep(chunk, from, stop);
    if (stop === chunk.length) return stop;
    if (chunk[stop] === FS) {
      this.#endMarks = 1;
    } else if (this.#total > 0) {
      this.#doubt = { at: this.#total, passed: [], name: '' };
      this.#keep(chunk, stop, stop + 1);
    }
    return stop + 1;
  }

  #nextMark(chunk: Uint8Array, from: number): number {
    const end = chunk.indexOf(FS, from);
    const stop = end < 0 ? chunk.length : end;
    const begin = chunk.subarray(from, stop).indexOf(VT);
    return begin < 0 ? stop : from + begin;
  }

  #readAfterEndMark(chunk: Uint8Array, at: number): number {
    const byte = chunk[at];
    if (byte === FS) {
      this.#endMarks += 1;
      return at + 1;
    }
    if (byte === CR || byte === LF || byte === VT) {
      this.#endFrame();
      // The VT opens the next frame.
      return byte === VT ? at : at + 1;
    }
    const marks = new Uint8Array(this.#endMarks).fill(FS);
    this.#endMarks = 0;
    this.#keep(marks, 0, marks.length);
    return at;
  }

  #readDoubt(chunk: Uint8Array, at: number): number {
    const doubt = this.#doubt;
    const byte = chunk[at];
    if (doubt === null || byte === undefined || byte === FS || byte === VT) {
      this.#doubt = null;
      return at;
    }
    const isBlank = BEFORE_HEADER.has(byte) && doubt.passed.length < BEFORE_HEADER_MAX;
    if (!isBlank && !HEADER_NAMES.some((name) => name.startsWith(doubt.name + String.fromCharCode(byte)))) {
      this.#doubt = null;
      return at;
    }
    this.#keep(chunk, at, at + 1);
    doubt.passed.push(byte);
    // Zeros may stand between the letters too: UTF-16.
    if (!isBlank) doubt.name += String.fromCharCode(byte);
    if (HEADER_NAMES.includes(doubt.name)) this.#restart(doubt);
    return at + 1;
  }

  /** The sender began anew: what lay before its VT is set apart, what it has sent since is the new frame's beginning. */
  #restart(doubt: { readonly at: number; readonly passed: readonly number[] }): void {
    this.#events.push({ kind: 'abandoned', bytes: this.#kept.take().subarray(0, doubt.at), bytesTotal: doubt.at });
    this.#open();
    this.#keep(Uint8Array.from(doubt.passed), 0, doubt.passed.length);
  }

  #endFrame(): void {
    if (this.#total > this.#bounds.frameBytesMax) {
      this.#events.push({ kind: 'too-large', head: this.#kept.take(), bytesTotal: this.#total });
    } else if (this.#total > 0) {
      this.#events.push({ kind: 'frame', bytes: this.#kept.take() });
    }
    this.#close();
  }

  #abandon(): void {
    if (this.#total > 0) this.#events.push({ kind: 'abandoned', bytes: this.#kept.take(), bytesTotal: this.#total });
    this.#close();
  }

  #close(): void {
    this.#isOpen = false;
    this.#kept = new GrowingBytes(this.#bounds.strayBytesMax);
    this.#total = 0;
    this.#endMarks = 0;
    this.#doubt = null;
  }

  #keep(chunk: Uint8Array, from: number, stop: number): void {
    this.#kept.append(chunk, from, stop);
    const total = this.#total + stop - from;
    const { frameBytesMax, strayBytesMax } = this.#bounds;
    if (this.#isOpen && total > frameBytesMax && this.#total <= frameBytesMax) {
      // It will not be taken: its head is enough from here on.
      const head = this.#kept.take().slice(0, strayBytesMax);
      this.#kept = new GrowingBytes(strayBytesMax);
      this.#kept.append(head, 0, head.length);
    }
    this.#total = total;
  }
}

function isFrameEndByte(byte: number | undefined): boolean {
  return byte === FS || byte === CR || byte === LF;
}
