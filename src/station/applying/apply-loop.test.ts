// When the loop applies the row that comes next.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sourceId } from '../../domain/identity.ts';
import { Inbox } from '../../intake/inbox.ts';
import { limits } from '../../limits.ts';
import { SystemClock } from '../clock.ts';
import { noFaults } from '../fault-points.ts';
import { openDatabase } from '../files/open-database.ts';
import { ApplyLoop } from './apply-loop.ts';

let folder: string;
let inbox: Inbox;
let applied: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-loop-'));
  const arrival = new SystemClock().now();
  inbox = new Inbox(openDatabase({ file: join(folder, 'inbox.db'), key: Buffer.alloc(32, 1), role: 'inbox' }));
  inbox.append([
    {
      ...{ source: sourceId('lab'), format: 'hl7v2' as const, arrival, controlId: null, answer: null },
      raw: Buffer.from('m'),
    },
  ]);
  applied = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function loopAfter(ended: number): ApplyLoop {
  const none = (): never[] => [];
  const copy = {
    get cursor() {
      return applied;
    },
    endedInNext: () => ended,
    applyBatch: () => {
      applied = 1;
      return [];
    },
    ...{ declarations: none, releasing: none, nextDue: () => null },
  };
  const ignore = (): void => {};
  return new ApplyLoop({
    ...{ fault: noFaults, onApplied: ignore, onFailure: ignore, onGap: ignore },
    ...{ onInboxDamage: ignore, onCopyDamage: ignore, store: () => ({ inbox, copy }) },
  });
}

it('a message in which the program has ended is tried again only when the program has lived for a while', () => {
  const loop = loopAfter(2);
  loop.wake();
  loop.arrived();
  vi.advanceTimersByTime(2 * limits.applyAgainMs - 1);
  expect(applied).toBe(0);
  loop.arrived();
  vi.advanceTimersByTime(10);
  expect(applied).toBe(1);
});

it('any other message is applied at once', () => {
  loopAfter(0).wake();
  vi.advanceTimersByTime(1);
  expect(applied).toBe(1);
});
