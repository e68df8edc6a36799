// Questions to the station. An answer, a refusal in the station's own words, or no contact: three different things, and the app
// never takes one for another.

import type { OtherStation } from '../../../src/domain/access/routes.ts';
import { BACKGROUND_HEADER, OWN_PAGE_HEADER, OWN_PAGE_VALUE } from '../../../src/domain/access/routes.ts';
import type { FailureCode } from '../../../src/domain/failures.ts';
import { where } from '../state/where.svelte.ts';

/** A refusal by the station, as all its refusals look. */
export interface Refusal {
  readonly code: FailureCode;
  readonly happened: string;
  readonly stillRight: string;
  readonly doNow: string;
  readonly text: string;
}

export class Refused extends Error {
  readonly refusal: Refusal;
  readonly status: number;
  /** What else the station said with it: relations to choose among. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(typeof body['code'] === 'string' ? body['code'] : `status ${status}`);
    this.refusal = {
      code: 'station.internal',
      happened: 'Stationen svarade på ett sätt som appen inte förstår.',
      stillRight: 'Det du ser är kvar.',
      doNow: 'Försök igen.',
      text: '',
      ...body,
    };
    this.status = status;
    this.more = body;
  }
}

let onDeviceLost: () => void = () => {};
/** A station has said that this device was reported lost. */
export function whenLost(act: () => void): void {
  onDeviceLost = act;
}

/** The station did not answer: dead, unreachable, or the network is. */
export class NoContact extends Error {}

/** What a screen says of a question that was not answered as asked. */
export type Told = Pick<Refusal, 'happened' | 'stillRight' | 'doNow'>;

/** `silent`: with no contact. @throws {unknown} what is neither */
export function toldOf<Silent extends Partial<Told>>(error: unknown, silent: Silent): Silent | Refusal {
  if (error instanceof NoContact) return silent;
  if (error instanceof Refused) return error.refusal;
  throw error;
}

/** Longer than this a ward takes the station for dead and reads its own copy. */
const ANSWER_WITHIN_MS = 8_000;

interface AskOptions {
  /** Asked by the page itself, without a hand on the keyboard. */
  readonly isBackground?: boolean;
  readonly withinMs?: number;
  /** Another station than the one that is read; null: the own. */
  readonly at?: OtherStation | null;
}

/** @throws {Refused | NoContact} */
export async function ask<Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  options: AskOptions = {},
): Promise<Answer> {
  const { response, content } = await sent(method, path, body, options);
  const answer = readJson(await content.text());
  if (response.ok) return answer as Answer;
  throw refusedBy(response, answer);
}

/** A file, into this page's memory alone. @throws {Refused | NoContact} */
export async function askFile(path: string, body: unknown, options: AskOptions): Promise<Blob> {
  const { response, content } = await sent('POST', path, body, options);
  if (response.ok) return content;
  throw refusedBy(response, readJson(await content.text()));
}

async function sent(method: string, path: string, body: unknown, options: AskOptions) {
  const { isBackground = false, withinMs = ANSWER_WITHIN_MS, at = where.at } = options;
  try {
    const response = await fetch(`${at?.address ?? ''}${path}`, {
      method,
      cache: 'no-store',
      credentials: at === null ? 'same-origin' : 'omit',
      headers: {
        [OWN_PAGE_HEADER]: OWN_PAGE_VALUE,
        ...(at === null ? {} : where.headersAt(at)),
        ...(isBackground ? { [BACKGROUND_HEADER]: '1' } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(withinMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { response, content: await response.blob() };
  } catch (error) {
    throw new NoContact('the station does not answer', { cause: error });
  }
}

function refusedBy({ status }: Response, answer: unknown): Refused | NoContact {
  // A gateway that stands before a dead station says so in its own words.
  if (status >= 502 && status <= 504 && !isObject(answer)) return new NoContact('gateway');
  const refused = new Refused(status, isObject(answer) ? answer : {});
  if (refused.refusal.code === 'access.device-lost') onDeviceLost();
  return refused;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readJson(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
