// No answer before the disk: shown by the order of system calls, since a killed process says nothing of a power cut.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RepeatingSender, startStation } from './station-fixture.ts';
import { canTrace, readTrace } from './support/system-calls.ts';

const CALLS = 'fsync,fdatasync,read,recvfrom,recvmsg,write,writev,sendto,sendmsg,openat';
const title = canTrace
  ? 'waits for the disk between the last byte of each message and its answer'
  : 'SKIPPED: strace is missing or not allowed here; the order of system calls was not watched';

describe('§5.1 nothing is acknowledged to a sender before it is durable', () => {
  it.skipIf(!canTrace)(title, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reservkraft-trace-'));
    try {
      const trace = join(folder, 'trace.txt');
      const under = ['strace', '-f', '-y', '-s', '4096', '-e', `trace=${CALLS}`, '-o', trace];
      const station = startStation(join(folder, 'data'), { under });
      const port = await station.port;
      const senders = ['a', 'b', 'c'].map((name) => new RepeatingSender(name, 'JOURNAL'));
      await Promise.all(senders.map((sender) => sender.run(port, () => sender.acknowledged.length >= 20)));
      station.child.stdin.end();
      await station.exited;

      const arrived = new Map<string, number>();
      let lastSync = -1;
      let answers = 0;
      for (const [place, { name, path, text }] of readTrace(trace).entries()) {
        if (/^(fsync|fdatasync)$/.test(name) && path.endsWith('inbox.db-wal') && text.includes('= 0')) lastSync = place;
        if (/^(read|recvfrom|recvmsg)$/.test(name))
          for (const [, id = ''] of text.matchAll(/\|ADT\^A01\^ADT_A01\|([a-c]-\d+)\|/g)) {
            // A repetition is answered from what is on the disk already.
            if (!arrived.has(id)) arrived.set(id, place);
          }
        if (/^(write|writev|sendto|sendmsg)$/.test(name) && /^(TCP|socket)/.test(path))
          for (const [, id = ''] of text.matchAll(/MSA\|AA\|([a-c]-\d+)/g)) {
            const came = arrived.get(id);
            expect(came, `${id} was answered and its arrival not seen`).toBeDefined();
            expect(lastSync, `${id} was answered before it was on the disk`).toBeGreaterThan(came ?? Infinity);
            answers++;
          }
      }
      expect(arrived.size).toBeGreaterThanOrEqual(60);
      expect(answers).toBeGreaterThanOrEqual(60);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
