// Questions to a station over HTTP on connections that stay open, as the app and the command line ask them.

import { Agent, request } from 'node:http';
import type { StationChild } from './children.ts';

/** More than any measurement leaves behind. */
const SETTLED_WITHIN_MS = 60_000;

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** The answer's bytes, whole. Throws when the station says anything but 200. */
export function ask(station: StationChild, path: string, body?: object): Promise<Buffer> {
  const text = body === undefined ? null : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      `${station.url}${path}`,
      {
        agent,
        method: text === null ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${station.token}`,
          ...(text === null ? {} : { 'content-type': 'application/json' }),
        },
      },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(Buffer.concat(pieces));
          else reject(new Error(`${path.replace(/[a-z2-7]{26}/, '…')} was answered ${answer.statusCode}`));
        });
      },
    );
    asked.on('error', reject);
    asked.end(text ?? undefined);
  });
}

export async function askJson<T>(station: StationChild, path: string, body?: object): Promise<T> {
  return JSON.parse((await ask(station, path, body)).toString('utf8')) as T;
}

/** Waits until everything received has been applied: what one measurement leaves behind must not burden the next. */
export async function settled(station: StationChild): Promise<void> {
  const until = performance.now() + SETTLED_WITHIN_MS;
  while (performance.now() < until) {
    const { backlog } = await askJson<{ backlog: number }>(station, '/health');
    if (backlog === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the station did not catch up');
}

/** Times of one question asked again and again, ms each. */
export async function timesOf(count: number, question: (no: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let no = 0; no < count; no++) {
    const began = performance.now();
    await question(no);
    times.push(performance.now() - began);
  }
  return times;
}
