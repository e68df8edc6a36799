// What was handed to the station is on its disk at once, and in the copy a moment later. A command says what is true when it
// ends, so it waits for that moment, and never longer than it says.

import { setTimeout } from 'node:timers/promises';
import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';
import type { StationStatus } from '../station/status.ts';
import type { StationClient } from './station-client.ts';

export interface CopyWait {
  readonly isDone: (status: StationStatus) => boolean;
  readonly withinMs: number;
}

export interface CopyWaited {
  readonly isDone: boolean;
  /** As the station last told it; null: it has not answered since. */
  readonly status: StationStatus | null;
}

export async function waitForCopy(
  client: Pick<StationClient, 'get'>,
  { isDone, withinMs }: CopyWait,
): Promise<CopyWaited> {
  let status: StationStatus | null = null;
  let heardMs = performance.now();
  for (const until = heardMs + withinMs; ; ) {
    const told = await statusOf(client);
    const nowMs = performance.now();
    if (told !== null) [status, heardMs] = [told, nowMs];
    if (told !== null && isDone(told)) return { isDone: true, status };
    const isStuck = told !== null && told.applyFailure !== null;
    if (isStuck || nowMs >= until || nowMs - heardMs >= limits.decisionWaitMs) return { isDone: false, status };
    await setTimeout(limits.decisionAskedEveryMs);
  }
}

/** Null: a station that is ending or starting again does not undo what it has on its disk. */
async function statusOf(client: Pick<StationClient, 'get'>): Promise<StationStatus | null> {
  try {
    return (await client.get('/api/status')) as StationStatus;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
