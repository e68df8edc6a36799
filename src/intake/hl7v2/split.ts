// A frame may hold one message, several after each other, or a batch in its envelope (FHS BHS … BTS FTS, HL7 v2 ch. 2.10.3).
// Each message is stored and answered on its own, so that one that cannot be read never takes its neighbours with it.
// The cutting is done on bytes: the messages may have different charsets.

/** Slices in order; put together they are the frame, byte for byte. */
export interface FrameSlice {
  /** `envelope`: FHS, BHS, BTS, FTS lines. `stray`: lines before the first header of a frame that does have one. */
  readonly kind: 'message' | 'envelope' | 'stray';
  readonly bytes: Uint8Array;
}

type BatchFault =
  /** BTS-1 differs from the messages of its batch, or FTS-1 from the batches of the file. */
  | 'message-count-differs'
  | 'batch-count-differs'
  /** BHS without BTS, or FHS without FTS: the rest may be missing. */
  | 'trailer-missing'
  | 'header-missing';

export interface SplitFrame {
  readonly slices: readonly FrameSlice[];
  /** In a FHS or BHS envelope: answered in one frame. */
  readonly isBatch: boolean;
  /** The messages are all here and each is used; what a fault means for a full load is the reader's to decide. */
  readonly faults: readonly BatchFault[];
}

type MarkName = 'MSH' | 'FHS' | 'BHS' | 'BTS' | 'FTS';

interface Mark {
  readonly name: MarkName;
  readonly at: number;
  /** Where its line begins: blanks and a byte order mark before a name belong to that name's slice. */
  readonly lineAt: number;
}

/** Some senders write segment names in small letters. */
const WRITTEN: readonly (readonly [string, MarkName])[] = [
  ['MSH', 'MSH'],
  ['msh', 'MSH'],
  ['FHS', 'FHS'],
  ['BHS', 'BHS'],
  ['BTS', 'BTS'],
  ['FTS', 'FTS'],
];

/** Always at least one slice; a frame with no header at all is one message that nobody can read. */
export function splitFrame(frame: Uint8Array): SplitFrame {
  const marks = findMarks(frame);
  const [first] = marks;
  // Trailers mean something in an envelope only; a lone message is by far the most common frame.
  const isBatch = marks.some((mark) => mark.name === 'FHS' || mark.name === 'BHS');
  const cuts = isBatch ? marks : marks.filter((mark) => mark.name === 'MSH');
  if (first === undefined || cuts.length === 0) return whole(frame);
  const slices = cutAt(frame, cuts);
  return { slices, isBatch, faults: isBatch ? faultsOf(frame, marks) : [] };
}

function whole(frame: Uint8Array): SplitFrame {
  return { slices: [{ kind: 'message', bytes: frame }], isBatch: false, faults: [] };
}

function cutAt(frame: Uint8Array, cuts: readonly Mark[]): FrameSlice[] {
  const slices: FrameSlice[] = [];
  const begin = cuts[0]?.lineAt ?? 0;
  // Blank lines and a byte order mark belong to the header after them.
  const leadIsBlank = isBlank(frame.subarray(0, begin));
  if (!leadIsBlank) slices.push({ kind: 'stray', bytes: frame.subarray(0, begin) });
  for (const [index, cut] of cuts.entries()) {
    const from = index === 0 ? (leadIsBlank ? 0 : begin) : cut.lineAt;
    const bytes = frame.subarray(from, cuts[index + 1]?.lineAt ?? frame.length);
    slices.push({ kind: cut.name === 'MSH' ? 'message' : 'envelope', bytes });
  }
  return slices;
}

/** Header and trailer names at the beginning of a line, in order. */
function findMarks(frame: Uint8Array): Mark[] {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const marks: Mark[] = [];
  for (const [written, name] of WRITTEN) {
    for (let at = bytes.indexOf(written, 0, 'latin1'); at >= 0; at = bytes.indexOf(written, at + 3, 'latin1')) {
      const lineAt = lineOf(bytes, at);
      if (lineAt !== null && isMark(bytes, at, name)) marks.push({ name, at, lineAt });
    }
  }
  return marks.sort((a, b) => a.at - b.at);
}

const CR = 0x0d;
const LF = 0x0a;

/**
 * Where the line begins that has nothing before `at` but blanks and byte order marks (files put one after the other keep
 * their own); null within a line.
 */
function lineOf(bytes: Buffer, at: number): number | null {
  for (let from = at; at - from <= LEAD_MAX; from -= 1) {
    const before = bytes[from - 1];
    if (before === undefined || before === CR || before === LF) return from;
    if (!BLANKS.has(before)) return null;
  }
  return null;
}

/** Longer leads are not blanks but something else. */
const LEAD_MAX = 1024;
/** VT too: a file may still have the wrapper it was sent in. */
const BLANKS = new Set([0x00, 0x09, LF, 0x0b, CR, 0x20, 0xef, 0xbb, 0xbf]);

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => BLANKS.has(byte));
}

/** A header is followed by its separator; a trailer may stand alone on its line. */
function isMark(bytes: Buffer, at: number, name: MarkName): boolean {
  const next = bytes[at + 3];
  if (next === undefined || next === CR || next === LF) return name === 'BTS' || name === 'FTS';
  return !/[0-9A-Za-z\s]/.test(String.fromCharCode(next));
}

function faultsOf(frame: Uint8Array, marks: readonly Mark[]): BatchFault[] {
  const faults = new Set<BatchFault>();
  let messages: number | null = null;
  let batches: number | null = null;
  const open = (count: number | null): void => {
    if (count !== null) faults.add('trailer-missing');
  };
  const close = (count: number | null, mark: Mark, fault: BatchFault): void => {
    const stated = statedCount(frame, mark.at);
    if (count === null) faults.add('header-missing');
    else if (stated !== null && stated !== count) faults.add(fault);
  };
  for (const mark of marks) {
    switch (mark.name) {
      case 'MSH':
        if (messages !== null) messages += 1;
        break;
      case 'FHS':
        open(batches);
        batches = 0;
        break;
      case 'BHS':
        open(messages);
        messages = 0;
        if (batches !== null) batches += 1;
        break;
      case 'BTS':
        close(messages, mark, 'message-count-differs');
        messages = null;
        break;
      case 'FTS':
        close(batches, mark, 'batch-count-differs');
        batches = null;
        break;
    }
  }
  open(messages);
  open(batches);
  return [...faults];
}

/** BTS-1 and FTS-1; null when not stated as a number. The trailer's own fourth byte is its separator. */
function statedCount(frame: Uint8Array, at: number): number | null {
  const line = Buffer.from(frame.buffer, frame.byteOffset + at, Math.min(32, frame.byteLength - at)).toString('latin1');
  const count = /^...[^0-9A-Za-z\r\n](\d{1,9})(?!\d)/.exec(line)?.[1];
  return count === undefined ? null : Number(count);
}
