// §5.9: a disk that is full or read-only keeps nobody from reading, and everyone is told that the reading can't be logged.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StationStatus } from '../src/station/status.ts';
import { House } from './support/house.ts';
import { canMount } from './support/small-disk.ts';

const DISK_KIB = 6 * 1024;
let place: string;
let house: House;
beforeEach(async () => {
  if (!canMount) return;
  place = mkdtempSync(join(tmpdir(), 'reservkraft-ledger-disk-'));
  mkdirSync(join(place, 'data'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_KIB}k`, 'tmpfs', join(place, 'data')]);
  house = await House.start({
    folder: place,
    settings: { units: [{ id: 'KIR2', name: 'Kirurg 2', listKind: 'bed' }] },
  });
});
afterEach(async () => {
  if (!canMount) return;
  await house.stop();
  execFileSync('umount', ['-l', join(place, 'data')]);
  rmSync(place, { recursive: true, force: true });
});

const list = () => house.api<{ notLogged?: string }>('/api/units/KIR2');
const ledger = async () => (await house.api<StationStatus>('/api/status')).ledger;

/** Asks until the answer is so; the test's own limit ends it otherwise. */
async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    await wait(20);
  }
}

async function readsWritten(): Promise<number> {
  const rows = JSON.parse((await house.run(['ledger', 'show', '--kind', 'list.read', '--json'])).out) as unknown[];
  return rows.length;
}

describe('§5.9 a disk that refuses', () => {
  it.skipIf(!canMount)(
    canMount
      ? 'full: lists are shown and say that it can’t be logged, everywhere; what was read meanwhile is written when there is room'
      : 'SKIPPED: mounting a small disk needs root',
    { timeout: 60_000 },
    async () => {
      expect((await list()).notLogged).toBeUndefined();
      fill();
      let reads = 1;
      const refused = await until(
        async () => {
          reads++;
          return await list();
        },
        ({ notLogged }) => notLogged !== undefined,
      );
      expect(refused.notLogged).toMatch(/^Läsningen kan inte loggas just nu/);
      expect(await ledger()).toMatchObject({ state: 'waiting', failure: 'store.full', lost: 0 });
      expect(await house.api('/health')).toMatchObject({ ledger: 'waiting' });
      const terminal = await house.run(['unit', 'KIR2']);
      reads++;
      expect(terminal.out).toContain('Kirurg 2');
      expect(terminal.err).toMatch(/^Läsningen kan inte loggas just nu/);
      expect((await house.run(['status'])).out).toMatch(/! Liggaren går inte att skriva/);
      rmSync(join(place, 'data', 'somebody-elses'));
      await until(ledger, ({ failure, waiting }) => failure === null && waiting === 0);
      expect((await list()).notLogged).toBeUndefined();
      await until(ledger, ({ waiting }) => waiting === 0);
      expect(await readsWritten()).toBe(reads + 1);
      expect((await house.run(['ledger', 'verify'])).code).toBe(0);
    },
  );

  it.skipIf(!canMount)(
    canMount ? 'read-only from the start: the same' : 'SKIPPED: mounting a small disk needs root',
    { timeout: 60_000 },
    async () => {
      await list();
      await house.stop();
      execFileSync('mount', ['-o', 'remount,ro', join(place, 'data')]);
      await house.start();
      expect((await list()).notLogged).toMatch(/^Läsningen kan inte loggas just nu/);
      expect(await ledger()).toMatchObject({ state: 'waiting', failure: 'store.read-only' });
      execFileSync('mount', ['-o', 'remount,rw', join(place, 'data')]);
      await until(ledger, ({ failure, waiting }) => failure === null && waiting === 0);
      expect(await readsWritten()).toBe(2);
      expect((await house.run(['ledger', 'verify'])).code).toBe(0);
    },
  );
});

function fill(): void {
  try {
    writeFileSync(join(place, 'data', 'somebody-elses'), Buffer.alloc(DISK_KIB * 1024));
  } catch {
    // It fills what there is and fails.
  }
}
