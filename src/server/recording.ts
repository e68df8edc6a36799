// Every answer that shows somebody something is told to the ledger before it leaves. The reader never waits for that and is never
// refused because of it: while it can't be written, the answer itself says so.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Told } from '../access/tell.ts';
import { isReviewedKind } from '../domain/entry-kinds.ts';
import { type EntryDraft, ledgerText, toldOnce } from '../domain/ledger-entry.ts';
import type { Clock } from '../domain/time.ts';
import { limits } from '../limits.ts';
import { RECORD_RULES, type Recorded } from './record-rules.ts';

export interface LedgerPort {
  /** True when it is on the disk; false when it can't be written just now. */
  append(draft: EntryDraft): Promise<boolean>;
  /** Why what is read can't be logged just now, in words; null when it can. */
  readonly remark: string | null;
  /** More waits than may before what a device can tell again is refused: the rest is room for what cannot. */
  readonly isCrowded: boolean;
}

export interface RecordingOptions {
  readonly ledger: LedgerPort;
  readonly clock: Clock;
  /** Why a decision about people holds until the next start alone, in words; null: it is kept. */
  readonly notKept: () => string | null;
}

/** The station's own programs: whoever had its token. */
export const STATION_AUTHOR = 'station-token';
/** For machines that read answers with no place for words. */
const HEADER = 'reservkraft-not-logged';

export function registerRecording(server: FastifyInstance, { ledger, clock, notKept }: RecordingOptions): void {
  const answers = new WeakMap<FastifyRequest, unknown>();
  server.addHook('preSerialization', async (request, _reply, payload) => {
    answers.set(request, payload);
    return payload;
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const eventAt = clock.now().wallMs;
    const recorded = recordedOf(request, reply, payload);
    const drafts = [
      ...(request.told ?? []).map((told) => draftOf(told, told.author, eventAt)),
      ...(recorded === null ? [] : [draftOf(byCaller(recorded, request), authorOf(request), eventAt)]),
    ];
    if (drafts.length === 0) {
      request.whenTold?.(true);
      return payload;
    }
    const written = drafts.map((draft) => ledger.append(draft));
    const isReading = drafts.every((draft) => isReviewedKind(draft.kind) && toldOnce(draft) === null);
    // Nobody waits at a bedside for this: a decision is on the disk before it is answered, and so is what a device has kept until now.
    const isUnwritten = !isReading && (await isAnyFalse(written));
    request.whenTold?.(!isUnwritten);
    const isDecision = !drafts.every(({ kind }) => isReviewedKind(kind));
    const unwritten = isUnwritten ? (isDecision ? DECISION_NOT_LOGGED : TOLD_NOT_LOGGED) : null;
    const notLogged = ledger.remark ?? unwritten;
    const words = [isDecision ? notKept() : null, notLogged].filter((one) => one !== null);
    if (words.length === 0) return payload;
    if (notLogged !== null) reply.header(HEADER, '1');
    return withRemark(request, payload, words.join(' '));
  });

  function recordedOf(request: FastifyRequest, reply: FastifyReply, payload: unknown): Recorded | null {
    if (reply.statusCode >= 400) return null;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const rule = RECORD_RULES[`${method} ${request.routeOptions.url ?? ''}`];
    if (rule === undefined) return null;
    return rule({
      params: request.params as Readonly<Record<string, string>>,
      query: request.query as Readonly<Record<string, unknown>>,
      body: request.body,
      answer: answers.get(request),
      text: () => (typeof payload === 'string' ? payload : '{}'),
    });
  }
}

const TOLD_NOT_LOGGED = 'Det som lästes är inte skrivet i liggaren än.';
const DECISION_NOT_LOGGED = 'Beslutet gäller, men är inte skrivet i liggaren än.';

const authorOf = ({ caller }: FastifyRequest): string =>
  caller.kind === 'person' ? caller.session.person.id : STATION_AUTHOR;

/** Who is signed in is the author, whatever the question said of itself; and how a patient came to be open stands with the reading. */
function byCaller(recorded: Recorded, { caller, opened }: FastifyRequest): Recorded {
  if (caller.kind !== 'person') return recorded;
  const { by: _said, ...said } = recorded.body;
  const { how, person } = caller.session;
  // The two have no account that tells later who they were.
  const body = how === 'emergency-code' ? { ...said, names: person.name } : said;
  return {
    ...recorded,
    unit: recorded.unit ?? opened?.unit ?? null,
    body: opened === null ? body : { ...body, opened: opened.how },
  };
}

function draftOf({ kind, unit, patient, body, readAt }: Recorded | Told, author: string, nowMs: number): EntryDraft {
  return {
    kind,
    // Nothing was read later than it is told.
    eventAt: Math.min(readAt ?? nowMs, nowMs),
    author,
    unit: ledgerText(unit),
    patient: patient !== null && patient !== undefined && /^[a-z2-7]{26}$/.test(patient) ? patient : null,
    body,
  };
}

async function isAnyFalse(written: readonly Promise<boolean>[]): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly boolean[]>((resolve) => {
    timer = setTimeout(() => resolve([false]), limits.ledgerWaitMs);
  });
  const all = await Promise.race([Promise.all(written), late]);
  clearTimeout(timer);
  return all.includes(false);
}

/** First in the answer, so that it is seen also in a long one. */
function withRemark(request: FastifyRequest, payload: unknown, words: string): unknown {
  const isOurs = request.routeOptions.url?.startsWith('/api/') === true;
  const isText = typeof payload === 'string';
  if (!isOurs || !(isText || Buffer.isBuffer(payload))) return payload;
  const member = `{"notLogged":${JSON.stringify(words)}`;
  const isEmpty = payload.length <= 2;
  if (isText) return payload.startsWith('{') ? `${member}${isEmpty ? '' : ','}${payload.slice(1)}` : payload;
  if (payload[0] !== 0x7b) return payload;
  return Buffer.concat([Buffer.from(`${member}${isEmpty ? '' : ','}`, 'utf8'), payload.subarray(1)]);
}
