// From frames on the wire to rows of the inbox and back: whose message it is, what its sender is answered, and that the answer
// leaves only when the message is on the disk.

import { performance } from 'node:perf_hooks';
import type { CopyCommand } from '../../domain/commands.ts';
import type { SourceId } from '../../domain/identity.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { Clock } from '../../domain/time.ts';
import {
  type AnswerMode,
  acceptCode,
  acknowledge,
  acknowledgeBatch,
  answerMode,
  type BatchAnswer,
  isAnswerWanted,
  type Outcome,
} from '../../intake/hl7v2/acknowledge.ts';
import { type Hl7Message, parseMessage } from '../../intake/hl7v2/message.ts';
import { type FrameSlice, splitFrame } from '../../intake/hl7v2/split.ts';
import { peekHeader } from '../../intake/inbox-source.ts';
import type { ConnectionHandler, FrameOrigin, Remains } from '../../intake/mllp/server.ts';
import { commandItem } from '../applying/command-rows.ts';
import type { SourceRegister } from '../settings/source-register.ts';
import type { GroupCommit, Settled } from './group-commit.ts';
import type { IntakeCounts } from './intake-counts.ts';

const HEAD_BYTES_MAX = 4096;
const CR = 0x0d;
const LF = 0x0a;
const TOO_LARGE = '207';
const PROCESSING_ID_UNSUPPORTED = '202';

export interface MllpIntakeOptions {
  readonly group: GroupCommit;
  readonly register: SourceRegister;
  /** Appends the `declare` command when a sender is new. */
  readonly declareIfDue: () => void;
  readonly clock: Clock;
  readonly counts: IntakeCounts;
  /** A second answer is wanted when the message has been used (enhanced mode, `as-asked`). */
  readonly whenApplied: (seq: number, tell: (isUnderstood: boolean) => void) => void;
}

/** One message of a frame on its way: what it will be answered. */
interface Opened {
  readonly bytes: Uint8Array;
  readonly source: SourceDeclaration;
  readonly controlId: string | null;
  readonly header: Hl7Message;
  readonly mode: AnswerMode;
}

/** A full load on its way. `isPartial`: some of it made no new row, or came under another source. */
interface FullLoad {
  readonly name: string;
  isPartial: boolean;
}

interface BatchPlace {
  readonly sender: SourceDeclaration;
  readonly load: FullLoad | null;
  readonly answered: (answer: BatchAnswer) => void;
}

const fullLoadOf = ({ id }: SourceDeclaration) =>
  ({ command: 'full-load', source: id, parts: 'all-declared' }) as const;

export class MllpIntake implements ConnectionHandler {
  readonly #options: MllpIntakeOptions;

  constructor(options: MllpIntakeOptions) {
    this.#options = options;
  }

  frame(frame: Uint8Array, origin: FrameOrigin): void {
    const { slices, isBatch, faults } = splitFrame(frame);
    if (isBatch) {
      this.#batch(slices, faults.length === 0, origin);
      return;
    }
    const messages = slices.filter(({ kind }) => kind === 'message');
    const answers = new Map<number, Uint8Array | null>();
    for (const { kind, bytes } of slices) if (kind !== 'message') this.#keep(bytes, this.#sourceOf(bytes).id, 'hl7v2');
    messages.forEach(({ bytes }, place) => {
      this.#message(bytes, origin, (answer) => {
        answers.set(place, answer);
        if (answers.size < messages.length) return;
        origin.answerAll(messages.map((_, each) => answers.get(each) ?? null).filter((each) => each !== null));
      });
    });
  }

  tooLarge(head: Uint8Array, _bytesTotal: number, origin: FrameOrigin): void {
    const opened = this.#open(head);
    this.#options.counts.refused++;
    // Its head is kept and counted, so that somebody asks what it was (design §5.3); the answer needs not wait for that.
    this.#keep(head, opened.source.id, 'hl7v2-fragment');
    origin.answer(this.#answer(opened, 'refused', TOO_LARGE));
  }

  /** Bytes that are no message are kept as well: somebody will ask what the sender did (design §5.3). */
  remains(remains: Remains): void {
    if (remains.kind === 'stray') this.#options.counts.strayBytes += remains.bytesTotal;
    else this.#options.counts.abandoned++;
    this.#keep(remains.bytes, this.#sourceOf(remains.bytes).id, 'hl7v2-fragment');
  }

  #message(bytes: Uint8Array, origin: FrameOrigin, answered: (answer: Uint8Array | null) => void): void {
    const opened = this.#open(bytes);
    if (!isProcessingAccepted(opened)) {
      this.#options.counts.refused++;
      answered(this.#wanted(opened, 'refused', this.#answer(opened, 'refused', PROCESSING_ID_UNSUPPORTED)));
      return;
    }
    const answer = this.#answer(opened, 'kept');
    this.#submit(opened, answer, (settled) => {
      if (!settled.taken) {
        answered(this.#wanted(opened, 'not-kept', this.#answer(opened, 'not-kept')));
        return;
      }
      answered(this.#wanted(opened, 'kept', settled.answer ?? answer));
      this.#answerLater(opened, settled.seq, origin);
    });
  }

  /** A batch is answered in one frame, with a line for each of its messages. */
  #batch(slices: readonly FrameSlice[], isWhole: boolean, origin: FrameOrigin): void {
    const envelope = parseMessage(joinEnvelope(slices), { charset: 'windows-1252' });
    const first = slices.find(({ kind }) => kind !== 'stray');
    const sender = this.#sourceOf(first?.bytes ?? new Uint8Array());
    const messages = slices.filter(({ kind }) => kind === 'message');
    const load = this.#beginFullLoad(envelope, sender);
    const byPlace = new Map<number, BatchAnswer>();
    const finish = (): void => {
      if (byPlace.size < messages.length) return;
      // The lines stand in the order of the messages, whichever of them was decided first.
      const answers = messages.flatMap((_, place) => byPlace.get(place) ?? []);
      const isKept = answers.every(({ code }) => code === 'AA' || code === 'CA');
      if (load !== null) this.#endFullLoad(load, sender, isKept && isWhole);
      if (!isWhole) this.#options.counts.batchFaults++;
      origin.answer(acknowledgeBatch(envelope, answers));
    };
    const tellAt = (place: number) => (answer: BatchAnswer) => {
      byPlace.set(place, answer);
      finish();
    };
    for (const slice of slices) {
      if (slice.kind !== 'message') this.#keep(slice.bytes, sender.id, 'hl7v2');
      else this.#batchMessage(slice.bytes, { sender, load, answered: tellAt(messages.indexOf(slice)) });
    }
    if (messages.length === 0) finish();
  }

  #batchMessage(bytes: Uint8Array, { sender, load, answered }: BatchPlace): void {
    const opened = this.#open(bytes);
    if (load !== null && opened.source.id !== sender.id) load.isPartial = true;
    const tell = (outcome: Outcome): void => answered({ message: opened.header, ...this.#codes(opened, outcome) });
    if (!isProcessingAccepted(opened)) {
      this.#options.counts.refused++;
      tell('refused');
      return;
    }
    this.#submit(opened, this.#answer(opened, 'kept'), (settled) => {
      if (load !== null && settled.taken && settled.repeated) load.isPartial = true;
      tell(settled.taken ? 'kept' : 'not-kept');
    });
  }

  /** The source's declaration names this batch: all it has stands between header and trailer. */
  #beginFullLoad(envelope: Hl7Message, source: SourceDeclaration): FullLoad | null {
    const name = source.hl7.fullLoadBatchName;
    if (name === null || !envelope.segments.some((header) => header.value(9) === name)) return null;
    const load = { name: this.#options.counts.answerId(), isPartial: false };
    this.#options.declareIfDue();
    this.#command({ ...fullLoadOf(source), phase: 'begin', load: load.name });
    return load;
  }

  #endFullLoad({ name, isPartial }: FullLoad, source: SourceDeclaration, isKept: boolean): void {
    const end = { ...fullLoadOf(source), phase: 'end', load: name } as const;
    if (!isKept) this.#command({ ...end, phase: 'given-up' });
    else this.#command(isPartial ? { ...end, isPartial } : end);
  }

  #command(command: CopyCommand): void {
    this.#options.group.submit(commandItem(command, this.#options.clock), () => {});
  }

  #open(bytes: Uint8Array): Opened {
    const peeked = peekHeader(bytes);
    const source = this.#options.register.recognise(peeked);
    const header = parseMessage(headOf(bytes), { charset: source.hl7.charset });
    return { bytes, source, controlId: peeked.controlId, header, mode: answerMode(header, source.hl7) };
  }

  #sourceOf(bytes: Uint8Array): SourceDeclaration {
    return this.#options.register.recognise(peekHeader(bytes));
  }

  #submit({ bytes, source, controlId }: Opened, answer: Uint8Array, settle: (settled: Settled) => void): void {
    const { group, clock, counts } = this.#options;
    this.#options.declareIfDue();
    const arrival = clock.now();
    const came = performance.now();
    counts.arrived(source.id, arrival);
    group.submit({ source: source.id, format: 'hl7v2', arrival, raw: bytes, controlId, answer }, (settled) => {
      counts.settled(source.id, settled, performance.now() - came);
      settle(settled);
    });
  }

  #keep(bytes: Uint8Array, source: SourceId, format: 'hl7v2' | 'hl7v2-fragment'): void {
    const { group, clock } = this.#options;
    this.#options.declareIfDue();
    const item = { source, format, arrival: clock.now(), raw: bytes, controlId: null, answer: null };
    group.submit(item, () => {});
  }

  #answerLater(opened: Opened, seq: number, origin: FrameOrigin): void {
    if (opened.mode.application === 'never') return;
    this.#options.whenApplied(seq, (isUnderstood) => {
      if (!isAnswerWanted(opened.mode.application, isUnderstood ? 'kept' : 'not-kept')) return;
      const { clock, counts } = this.#options;
      const answer = {
        code: isUnderstood ? 'AA' : 'AE',
        controlId: counts.answerId(),
        atMs: clock.now().wallMs,
      } as const;
      origin.sendLater(acknowledge(opened.header, answer));
    });
  }

  #wanted({ mode }: Opened, outcome: Outcome, answer: Uint8Array): Uint8Array | null {
    return isAnswerWanted(mode.accept, outcome) ? answer : null;
  }

  #answer(opened: Opened, outcome: Outcome, errorCode?: string): Uint8Array {
    return acknowledge(opened.header, {
      ...this.#codes(opened, outcome),
      ...(errorCode === undefined ? {} : { errorCode }),
    });
  }

  #codes({ mode }: Opened, outcome: Outcome): Pick<BatchAnswer, 'code' | 'controlId' | 'atMs'> {
    const { clock, counts } = this.#options;
    return { code: acceptCode(mode, outcome), controlId: counts.answerId(), atMs: clock.now().wallMs };
  }
}

function isProcessingAccepted({ source, header }: Opened): boolean {
  const accepted = source.hl7.processingIdsAccepted;
  const id = header.header?.value(11) ?? '';
  return accepted.length === 0 || id === '' || accepted.includes(id);
}

/** The header line: all that an answer needs, however long the message. */
function headOf(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES_MAX));
  const start = head.indexOf('MSH', 0, 'latin1');
  if (start < 0) return head;
  const ends = [head.indexOf(CR, start), head.indexOf(LF, start)].filter((at) => at >= 0);
  return ends.length === 0 ? head : head.subarray(0, Math.min(...ends));
}

/** The envelope's headers as one piece, with the delimiters of its first line. */
function joinEnvelope(slices: readonly FrameSlice[]): Uint8Array {
  return Buffer.concat(slices.filter(({ kind }) => kind === 'envelope').map(({ bytes }) => bytes));
}
