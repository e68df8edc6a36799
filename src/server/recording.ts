// Every answer that shows somebody something is told to the ledger before it leaves. The reader never waits for that and is never
// refused because of it: while it can't be written, the answer itself says so.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isReadingKind } from '../domain/entry-kinds.ts';
import { type EntryDraft, ledgerText } from '../domain/ledger-entry.ts';
import type { Clock } from '../domain/time.ts';
import { limits } from '../limits.ts';
import { RECORD_RULES, type Recorded } from './record-rules.ts';

export interface LedgerPort {
  /** True when it is on the disk; false when it can't be written just now. */
  append(draft: EntryDraft): Promise<boolean>;
  /** Why what is read can't be logged just now, in words; null when it can. */
  readonly remark: string | null;
}

export interface RecordingOptions {
  readonly ledger: LedgerPort;
  readonly clock: Clock;
}

/** Until people sign in: whoever had the station's token. */
const AUTHOR = 'station-token';
/** For machines that read answers with no place for words. */
const HEADER = 'reservkraft-not-logged';

export function registerRecording(server: FastifyInstance, { ledger, clock }: RecordingOptions): void {
  const answers = new WeakMap<FastifyRequest, unknown>();
  server.addHook('preSerialization', async (request, _reply, payload) => {
    answers.set(request, payload);
    return payload;
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const recorded = recordedOf(request, reply, payload);
    if (recorded === null) return payload;
    const written = ledger.append(draftOf(recorded, clock.now().wallMs));
    const isReading = isReadingKind(recorded.kind);
    // Nobody waits at a bedside for this; a decision is told to be on paper, as it were, before it is answered.
    const isUnwritten = !isReading && (await isFalse(written));
    const words = ledger.remark;
    if (words === null && !isUnwritten) return payload;
    reply.header(HEADER, '1');
    return withRemark(request, payload, words ?? DECISION_NOT_LOGGED);
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

const DECISION_NOT_LOGGED = 'Beslutet gäller, men är inte skrivet i liggaren än.';

function draftOf({ kind, unit, patient, body }: Recorded, eventAt: number): EntryDraft {
  return {
    kind,
    eventAt,
    author: AUTHOR,
    unit: ledgerText(unit),
    patient: patient !== null && patient !== undefined && /^[a-z2-7]{26}$/.test(patient) ? patient : null,
    body,
  };
}

async function isFalse(written: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limits.ledgerWaitMs);
  });
  const isWritten = await Promise.race([written, late]);
  clearTimeout(timer);
  return !isWritten;
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
