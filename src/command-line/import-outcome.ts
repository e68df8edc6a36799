// What came of what was handed in: received is not understood. The copy sets aside what it cannot read; whoever handed it in is
// told so here and now, with the reason.

import type { OutcomeRow } from '../copy/read/status.ts';
import { limits } from '../limits.ts';
import { waitForCopy } from './in-the-copy.ts';
import type { StationClient } from './station-client.ts';

/** Inbox numbers in the order they were given, and which file each is of. */
export class HandedIn {
  readonly #ranges: { readonly file: string; readonly first: number; last: number }[] = [];

  add(file: string, seq: number): void {
    const latest = this.#ranges.at(-1);
    if (latest?.file === file && latest.last + 1 === seq) latest.last = seq;
    else this.#ranges.push({ file, first: seq, last: seq });
  }

  get first(): number {
    return Math.min(...this.#ranges.map(({ first }) => first));
  }

  get last(): number {
    return this.#ranges.reduce((highest, { last }) => Math.max(highest, last), 0);
  }

  fileOf(seq: number): string | null {
    return this.#ranges.find(({ first, last }) => first <= seq && seq <= last)?.file ?? null;
  }
}

export interface NotUnderstood {
  readonly file: string;
  readonly seq: number;
  readonly reason: string | null;
}

export interface ImportOutcome {
  readonly setAside: readonly NotUnderstood[];
  /** Not in the copy yet: nobody knows what will come of these. */
  readonly notYet: number;
  /** Received, and kept off the charts while somebody holds the source. */
  readonly isHeld: boolean;
}

export async function outcomeOf(
  client: StationClient,
  handed: HandedIn,
  { source, onSlow }: { readonly source: string; readonly onSlow: () => void },
): Promise<ImportOutcome> {
  const { last } = handed;
  if (last === 0) return { setAside: [], notYet: 0, isHeld: false };
  const slow = setTimeout(onSlow, limits.slowToldMs);
  const { status } = await waitForCopy(client, {
    isDone: ({ copySequence }) => (copySequence ?? 0) >= last,
    withinMs: limits.importWaitsMs,
  });
  clearTimeout(slow);
  return {
    setAside: status === null ? [] : await setAsideOf(client, handed, source),
    notYet: Math.max(0, last - (status?.copySequence ?? handed.first - 1)),
    isHeld: (status?.sources.find((line) => line.source === source)?.holds.length ?? 0) > 0,
  };
}

/** In the order they were handed in. */
async function setAsideOf(client: StationClient, handed: HandedIn, source: string): Promise<NotUnderstood[]> {
  const found: NotUnderstood[] = [];
  const about = `outcome=set-aside&source=${encodeURIComponent(source)}&limit=${PAGE}&after=${handed.first - 1}`;
  for (let before = handed.last + 1; ; ) {
    const answer = await client.get(`/api/messages?${about}&before=${before}`);
    const { messages } = answer as { readonly messages: readonly OutcomeRow[] };
    for (const { seq, reason } of messages) {
      const file = handed.fileOf(seq);
      if (file !== null) found.push({ file, seq, reason });
    }
    const oldest = messages.at(-1);
    if (oldest === undefined || messages.length < PAGE) return found.reverse();
    before = oldest.seq;
  }
}

const PAGE = 1_000;
