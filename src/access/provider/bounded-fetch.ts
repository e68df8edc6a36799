// Asks the provider, and takes no more of an answer than one can need: whoever answers in its name may send without end.

import { limits } from '../../limits.ts';

const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/** Follows no redirection; when to give up is the caller's signal, also while the answer comes. */
export async function boundedFetch(address: string, options: RequestInit): Promise<Response> {
  const answer = await fetch(address, { ...options, redirect: 'manual' });
  const { status, statusText, headers, body } = answer;
  if (body === null || WITHOUT_BODY.includes(status)) return new Response(null, { status, statusText, headers });
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > limits.providerAnswerBytesMax) throw new TypeError('answer too large');
    pieces.push(piece);
  }
  return new Response(Buffer.concat(pieces), { status, statusText, headers });
}
