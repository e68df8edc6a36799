// Disks that are full, read-only or fail: no sender ever hears that something was kept which wasn't, reading goes on, and
// receiving begins again by itself.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeNewFile } from '../src/command-line/new-file.ts';
import { Inbox } from '../src/intake/inbox.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { readSealed, writeSealed } from '../src/station/files/sealed-file.ts';
import { SealedFolder } from '../src/station/files/sealed-folder.ts';
import { RepeatingSender, startStation, statusOf, TEST_KEY, testMessage } from './station-fixture.ts';
import { canMount } from './support/small-disk.ts';
import { canTrace as canInject } from './support/system-calls.ts';

const keys = new StationKeys(TEST_KEY);
const DISK_KIB = 3 * 1024;

let disk: string;
let data: string;
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'reservkraft-disk-'));
  data = join(disk, 'data');
  if (canMount) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_KIB}k`, 'tmpfs', disk]);
  mkdirSync(data);
});
afterEach(() => {
  if (canMount) execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Patients that can be read from the copy at this moment, as another thread of the station would. */
function readable(): number {
  const db = openDatabase({ file: join(data, 'copy.db'), key: keys.database('copy'), role: 'copy', readonly: true });
  const patients = db.prepare<[], number>('SELECT count(DISTINCT identity) FROM fact').pluck().get() ?? 0;
  db.close();
  return patients;
}

/** A sender's answer doesn't wait for applying: the copy comes after it. */
async function untilReadable(): Promise<void> {
  await vi.waitFor(() => expect(readable()).toBe(1), { timeout: 20_000, interval: 50 });
}

function allKept(sender: RepeatingSender): void {
  const db = openDatabase({ file: join(data, 'inbox.db'), key: keys.database('inbox'), role: 'inbox' });
  const inbox = new Inbox(db);
  const kept = inbox
    .read(1, inbox.head.seq)
    .filter(({ format }) => format === 'hl7v2')
    .map(({ raw }) => Buffer.from(raw).toString('latin1'));
  db.close();
  expect(kept).toEqual(sender.acknowledged.map((number) => testMessage(sender.name, sender.application, number)));
}

describe('a disk that refuses', () => {
  it.skipIf(!canMount)(
    canMount
      ? 'being full is told to senders and not to readers, and passes by itself'
      : 'SKIPPED: mounting a small disk needs root',
    async () => {
      const station = startStation(data);
      const port = await station.port;
      const sender = new RepeatingSender('a', 'JOURNAL');
      await sender.run(port, () => sender.acknowledged.length >= 20);
      expect(sender.refusals).toBe(0);
      await untilReadable();
      // Whatever is left is taken by somebody else.
      try {
        writeFileSync(join(disk, 'somebody-elses'), Buffer.alloc(DISK_KIB * 1024));
      } catch {
        // It fills what there is and fails.
      }
      await sender.run(port, () => sender.refusals >= 5);
      expect(readable()).toBe(1);
      const before = sender.acknowledged.length;
      rmSync(join(disk, 'somebody-elses'));
      await sender.run(port, () => sender.acknowledged.length >= before + 10);
      station.child.stdin.end();
      await station.exited;
      allKept(sender);
    },
  );

  it.skipIf(!canMount)(
    canMount
      ? 'being read-only when the station starts lets it be read, and received again once it can be written'
      : 'SKIPPED: mounting a small disk needs root',
    async () => {
      const sender = new RepeatingSender('a', 'JOURNAL');
      const first = startStation(data);
      const firstPort = await first.port;
      await sender.run(firstPort, () => sender.acknowledged.length >= 20);
      await untilReadable();
      first.child.stdin.end();
      await first.exited;
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const second = startStation(data);
      const port = await second.port;
      // Also before anybody has tried to send: an inbox that can't be opened is none that holds nothing.
      expect(await statusOf(second)).toMatchObject({ isInboxOpen: false, refusal: { code: 'store.read-only' } });
      await sender.run(port, () => sender.refusals >= 5);
      expect(sender.acknowledged.length).toBe(20);
      expect(readable()).toBe(1);
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      await sender.run(port, () => sender.acknowledged.length >= 30);
      expect(await statusOf(second)).toMatchObject({ isInboxOpen: true, refusal: null });
      second.child.stdin.end();
      await second.exited;
      allKept(sender);
    },
  );

  it.skipIf(!canInject)(
    canInject
      ? 'failing to write or to sync in the middle of work never gives a false answer'
      : 'SKIPPED: strace is missing or not allowed here',
    async () => {
      for (const inject of ['pwrite64:error=EROFS:when=150..400', 'fdatasync,fsync:error=EIO:when=15..40']) {
        const sender = new RepeatingSender('a', 'JOURNAL');
        const under = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `inject=${inject}`];
        const station = startStation(data, { under });
        const port = await station.port;
        await sender.run(port, () => sender.refusals >= 2);
        // Applying may not have begun; what matters is that the file can be opened and read meanwhile.
        expect(readable()).toBeLessThanOrEqual(1);
        const before = sender.acknowledged.length;
        await sender.run(port, () => sender.acknowledged.length >= before + 5);
        process.kill(-(station.child.pid ?? 0), 'SIGKILL');
        await station.exited;
        allKept(sender);
        rmSync(data, { recursive: true });
        mkdirSync(data);
      }
    },
  );

  it.skipIf(!canMount)(
    canMount
      ? 'that has room for a part only leaves the former pack, sealed file and export as they were, and says so'
      : 'SKIPPED: mounting a small disk needs root',
    () => {
      const packs = new SealedFolder(join(data, 'packs'), TEST_KEY);
      const sealed = join(data, 'poll.sealed');
      packs.write('kir2', Buffer.from('the former pack'));
      writeSealed(sealed, TEST_KEY, 'the former state');
      // Random, as what is encrypted is; the disk takes the first half of it without a word.
      const more = Buffer.alloc(DISK_KIB * 1024, 'x');
      expect(() => packs.write('kir2', more)).toThrow(expect.objectContaining({ code: 'store.full' }));
      expect(packs.read('kir2')?.toString()).toBe('the former pack');
      expect(() => writeSealed(sealed, TEST_KEY, more.toString())).toThrow(/ENOSPC/);
      expect(readSealed(sealed, TEST_KEY)).toBe('the former state');
      expect(() => writeNewFile(join(data, 'chart.pdf'), [more])).toThrow(
        expect.objectContaining({ code: 'store.full' }),
      );
      expect(existsSync(join(data, 'chart.pdf'))).toBe(false);
    },
  );
});
