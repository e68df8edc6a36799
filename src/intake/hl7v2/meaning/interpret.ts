// One received HL7 v2 message to what it says. Pure, and it never throws: what can't be understood is set aside with a reason
// that a person at IT can act on, what we do not read is kept as unread with whom it is about, so that the chart can say so.

import type { Change, FeedAlarm, Reading } from '../../../domain/changes.ts';
import type { Identity } from '../../../domain/identity.ts';
import type { Interpreter, Received } from '../../../domain/received.ts';
import type { SourceDeclaration } from '../../../domain/source.ts';
import { type Hl7Message, parseMessage } from '../message.ts';
import { readAdt } from './adt.ts';
import type { MeaningContext } from './context.ts';
import { readDocuments } from './documents.ts';
import { type MessageType, readMessageType, readSequence, readTimes } from './header.ts';
import { readSubject } from './identities.ts';
import { readOrders } from './orders.ts';
import { readPersonAndStay } from './person-and-stay.ts';
import { readPharmacy } from './pharmacy.ts';
import { readResults } from './results.ts';
import { readScheduling } from './scheduling.ts';

type Reader = (message: Hl7Message, context: MeaningContext) => Change[];

/** Which reader reads which message (HL7 v2 ch. 4, 6, 7, 10). What stands in none of these is kept as unread. */
const READERS = new Map<string, Reader>();
const reads = (reader: Reader, code: string, ...events: string[]): void => {
  for (const event of events) READERS.set(`${code}^${event}`, reader);
};
reads(readResults, 'ORU', 'R01', 'R30', 'R31', 'R32');
reads(readResults, 'OUL', 'R21', 'R22', 'R23', 'R24');
reads(readOrders, 'ORM', 'O01');
reads(readOrders, 'OMG', 'O19');
reads(readOrders, 'OML', 'O21', 'O33', 'O35');
reads(readOrders, 'OMI', 'O23');
reads(readPharmacy, 'RDE', 'O01', 'O11', 'O25');
reads(readPharmacy, 'OMP', 'O09');
// (Before 2.4 all pharmacy messages had the one event O01.)
reads(readPharmacy, 'RAS', 'O17', 'O01');
reads(readPharmacy, 'RGV', 'O15', 'O01');
reads(readScheduling, 'SIU', 'S12', 'S13', 'S14', 'S15', 'S17', 'S26');
reads(readDocuments, 'MDM', 'T01', 'T02', 'T03', 'T04', 'T05', 'T06', 'T07', 'T08', 'T09', 'T10', 'T11');

/** Lines around a batch: nothing of a patient. Whether a batch was a full load is told by whoever saw all of it. */
const ENVELOPE = new Set(['FHS', 'BHS', 'BTS', 'FTS']);

/** «I am here and have nothing to tell» (ch. 14): what some engines send in quiet hours. */
const HEARTBEAT = 'NMD^N02';

const ALARMS_MAX = 50;

export const interpretHl7v2: Interpreter = (received, source) => {
  const draft = new Draft(received, source);
  try {
    return draft.read();
  } catch (failure) {
    // A fault of ours in one message must not stop the feed: the message is kept, and the reason says that it is our fault.
    // The failure's own words may hold patient data and are left out.
    const name = failure instanceof Error ? failure.name : 'failure';
    return draft.reading('set-aside', { reason: `the reader failed (${name})` });
  }
};

class Draft {
  readonly #received: Received;
  readonly #source: SourceDeclaration;
  readonly #alarms: FeedAlarm[] = [];
  #type = 'unknown';
  #eventAt: number;
  #sequence: number | null = null;
  #subjects: () => readonly Identity[] = () => [];
  /** Every person the message names: null where one of them can't be told. */
  #everySubject: () => readonly Identity[] | null = () => null;
  #controlId: string | null = null;
  #asideReason: string | null = null;

  constructor(received: Received, source: SourceDeclaration) {
    this.#received = received;
    this.#source = source;
    this.#eventAt = received.arrival.wallMs;
  }

  reading(outcome: Reading['outcome'], options: { reason?: string; changes?: readonly Change[] } = {}): Reading {
    const isOfSubjects = outcome === 'set-aside' && this.#everySubject() !== null;
    return {
      outcome,
      type: this.#type,
      ...(options.reason === undefined ? {} : { reason: options.reason }),
      eventAt: this.#eventAt,
      sequence: this.#sequence,
      changes: options.changes ?? [],
      subjects: outcome === 'understood' ? [] : this.#subjects(),
      ...(isOfSubjects ? { isOfSubjects } : {}),
      ...(this.#controlId === null ? {} : { controlId: this.#controlId }),
      alarms: this.#alarms,
    };
  }

  read(): Reading {
    const message = parseMessage(this.#received.raw, { charset: this.#source.hl7.charset });
    this.#tellCharset(message);
    const [first] = message.segments;
    if (first !== undefined && ENVELOPE.has(first.name) && message.first('MSH') === undefined) {
      this.#type = first.name;
      return this.reading('understood');
    }
    if (message.header === null) return this.reading('set-aside', { reason: 'does not begin with an MSH segment' });
    const type = readMessageType(message);
    if (type === null) return this.reading('set-aside', { reason: 'MSH-9 names no message type' });
    this.#type = type.type;
    if (message.tooLarge) return this.reading('set-aside', { reason: 'more segments or fields than the limit' });
    if (message.all('MSH').length > 1 || hasHeaderWithin(message))
      return this.reading('set-aside', { reason: 'two messages in one' });
    if (isFragment(message))
      return this.reading('set-aside', { reason: 'a part of a message that goes on elsewhere (ADD, DSC)' });
    const controlId = message.header.value(10);
    if (typeof controlId === 'string' && controlId !== '') this.#controlId = controlId;
    const context = this.#context(message, type);
    const processing = message.header.value(11);
    const accepted = this.#source.hl7.processingIdsAccepted;
    if (accepted.length > 0 && typeof processing === 'string' && !accepted.includes(processing)) {
      return this.reading('set-aside', { reason: 'processing id (MSH-11) not accepted' });
    }
    const changes = this.#changes(message, type, context);
    if (this.#asideReason !== null) return this.reading('set-aside', { reason: this.#asideReason });
    return changes === null ? this.reading('unread') : this.reading('understood', { changes });
  }

  #changes(message: Hl7Message, type: MessageType, context: MeaningContext): readonly Change[] | null {
    if (type.code === 'ADT') {
      if (type.event === '') context.setAside('ADT without a trigger event');
      return readAdt(message, context);
    }
    if (type.type === HEARTBEAT) return [];
    const read = READERS.get(type.type);
    if (read === undefined) return null;
    const person = readPersonAndStay(message, context);
    return this.#asideReason === null ? [...person, ...read(message, context)] : [];
  }

  #context(message: Hl7Message, type: MessageType): MeaningContext {
    const arrivalMs = this.#received.arrival.wallMs;
    const base = { source: this.#source, arrivalMs, alarm: (alarm: FeedAlarm) => this.#alarm(alarm) };
    const times = readTimes(message, base);
    this.#eventAt = times.eventAt;
    this.#sequence = readSequence(message);
    let subjects: readonly Identity[] | null = null;
    const context: MeaningContext = {
      ...base,
      ...times,
      type: type.type,
      event: type.event,
      // Read only when asked for: an admission reads its PID anyway.
      get subject() {
        subjects ??= subjectsOf(message, context);
        return subjects[0] ?? null;
      },
      setAside: (reason) => {
        this.#asideReason ??= reason;
      },
    };
    this.#subjects = () => subjects ?? subjectsOf(message, context);
    // Whose number a merge takes away stands in MRG, and that may be what could not be read.
    this.#everySubject = () => {
      const named = this.#subjects();
      const isWhole =
        named.length > 0 && named.length === message.all('PID').length && message.first('MRG') === undefined;
      return isWhole ? named : null;
    };
    return context;
  }

  #alarm(alarm: FeedAlarm): void {
    if (this.#alarms.length >= ALARMS_MAX) return;
    if (this.#alarms.some((each) => each.code === alarm.code && each.detail === alarm.detail)) return;
    this.#alarms.push(alarm);
  }

  #tellCharset({ charset }: Hl7Message): void {
    const words = `declared ${charset.declared ?? 'nothing'}, read as ${charset.used}`;
    if (charset.mismatch) this.#alarm({ code: 'charset-mismatch', detail: words });
    if (charset.replacementCharacters > 0) this.#alarm({ code: 'replacement-character', detail: words });
    if (charset.mojibake) this.#alarm({ code: 'mojibake', detail: words });
  }
}

/** The line break before the next message is missing: its header would be read as the end of this one's last value. */
function hasHeaderWithin({ segments, delimiters, header }: Hl7Message): boolean {
  const next = `MSH${delimiters.field}${header?.raw(2) ?? ''}${delimiters.field}`;
  return segments.some(({ text }) => text.includes(next, 1));
}

/** Ch. 2.10.2: a segment cut in two (ADD), a message continued in another (DSC). Half a text must not be shown as the whole. */
const isFragment = (message: Hl7Message): boolean =>
  message.first('ADD') !== undefined || message.all('DSC').some((dsc) => typeof dsc.value(1) === 'string');

const subjectsOf = (message: Hl7Message, context: MeaningContext): readonly Identity[] =>
  message
    .all('PID')
    .map((pid) => readSubject(pid, context))
    .filter((subject) => subject !== null);
