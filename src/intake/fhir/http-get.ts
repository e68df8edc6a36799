// One bounded request to a server we do not trust to be quick, whole or polite. What can be expected to go wrong is a value,
// and says whether trying again can help.

import { limits } from '../../limits.ts';

export type Fetched =
  | { readonly kind: 'ok'; readonly body: Uint8Array; readonly url: string }
  /** May succeed later. `afterMs`: what the server asked for (Retry-After, RFC 9110 §10.2.3). */
  | {
      readonly kind: 'transient';
      readonly code: FetchFailure;
      readonly status: number | null;
      readonly afterMs: number | null;
    }
  | { readonly kind: 'unauthorised'; readonly status: number }
  /** Asking again changes nothing. */
  | { readonly kind: 'permanent'; readonly code: FetchFailure; readonly status: number | null };

export type FetchFailure =
  | 'unreachable'
  | 'timed-out'
  | 'server-error'
  | 'too-many-requests'
  | 'too-large'
  | 'refused'
  | 'redirected';

export interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A form to send; without it the request is a GET. */
  readonly form?: string;
  readonly bytesMax: number;
  readonly nowMs: number;
  /** From the first byte out to the last byte in. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

export async function fetchBounded(request: Request): Promise<Fetched> {
  const timeout = AbortSignal.timeout(request.withinMs ?? limits.pollRequestMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  try {
    const response = await fetch(request.url, {
      method: request.form === undefined ? 'GET' : 'POST',
      headers: request.headers,
      ...(request.form === undefined ? {} : { body: request.form }),
      // A redirect could carry the token to another server.
      redirect: 'manual',
      signal,
    });
    const failure = failureOf(response, request.nowMs);
    if (failure !== null) {
      await response.body?.cancel();
      return failure;
    }
    const body = await readBounded(response, request.bytesMax);
    return body === null
      ? { kind: 'permanent', code: 'too-large', status: response.status }
      : { kind: 'ok', body, url: request.url };
  } catch {
    // fetch rejects for every trouble of the line: no answer, a body cut short, our own time limit.
    return { kind: 'transient', code: timeout.aborted ? 'timed-out' : 'unreachable', status: null, afterMs: null };
  }
}

function failureOf(response: Response, nowMs: number): Fetched | null {
  const { status } = response;
  if (status === 200) return null;
  if (status === 401) return { kind: 'unauthorised', status };
  if (status >= 300 && status < 400) return { kind: 'permanent', code: 'redirected', status };
  const afterMs = retryAfterMs(response.headers.get('retry-after'), nowMs);
  if (status === 429) return { kind: 'transient', code: 'too-many-requests', status, afterMs };
  if (status >= 500 || status === 408) return { kind: 'transient', code: 'server-error', status, afterMs };
  return { kind: 'permanent', code: 'refused', status };
}

function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

async function readBounded(response: Response, bytesMax: number): Promise<Uint8Array | null> {
  if (Number(response.headers.get('content-length') ?? 0) > bytesMax) {
    await response.body?.cancel();
    return null;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
