// A ledger killed without warning while it is written, at named points and at random moments; and the order in which disk and answer
// come.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJson } from '../src/ledger/opening.ts';
import { LEDGER_FAULT_POINTS } from '../src/station/fault-points.ts';
import { openLedgerForReading } from '../src/station/ledger/reading-ledger.ts';
import { TEST_KEY } from './station-fixture.ts';
import { keepOutput } from './support/output.ts';
import { canTrace, readTrace } from './support/system-calls.ts';

const isLong = process.env['RESERVKRAFT_TEST_LONG'] === '1';
const KILLS = isLong ? 200 : 16;
const SCRIPT = fileURLToPath(new URL('./children/ledger.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-ledger-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'key'), TEST_KEY.toString('hex'), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Life {
  readonly confirmed: readonly number[];
  readonly asked: readonly number[];
  readonly notes: readonly unknown[];
}

/** `killAfter`: so many confirmed entries, if it has not died by itself before; null = it ends in order. */
async function live({
  first = 1,
  fault = '',
  killAfter = null,
  most = 0,
  under = [],
}: {
  first?: number;
  fault?: string;
  killAfter?: number | null;
  most?: number;
  under?: readonly string[];
}): Promise<Life> {
  const data = join(folder, 'data');
  const line = [...under, process.execPath, SCRIPT, data, String(first), String(most)];
  const child = spawn(line[0] ?? '', line.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, RESERVKRAFT_FAULT: fault },
  });
  child.stdin.on('error', () => {});
  child.stderr.on('data', (chunk: Buffer) => keepOutput('ledger', chunk));
  const confirmed: number[] = [];
  const asked: number[] = [];
  const notes: unknown[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const event = JSON.parse(text) as { confirmed?: number; asked?: number; note?: unknown };
    if (event.note !== undefined) notes.push(event.note);
    if (event.asked !== undefined) asked.push(event.asked);
    if (event.confirmed !== undefined) confirmed.push(event.confirmed);
    if (killAfter !== null && confirmed.length >= killAfter) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return { confirmed, asked, notes };
}

function kept() {
  const ledger = openLedgerForReading({ dataFolder: join(folder, 'data'), keyFile: join(folder, 'key') });
  const report = ledger.reader.check(ledger.witness);
  const numbers = [...ledger.reader.items()].flatMap(({ entry, body }) =>
    entry.kind === 'note' && body !== null ? [Number(readJson(body.content)?.['number'])] : [],
  );
  ledger.close();
  return { report, numbers };
}

describe('§5.11 a ledger killed again and again', () => {
  it(`loses no entry that was confirmed and doubles none, over ${KILLS} kills`, {
    timeout: KILLS * 15_000,
  }, async () => {
    const confirmed: number[] = [];
    const asked: number[] = [];
    const notes: unknown[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const point = LEDGER_FAULT_POINTS[kill % (LEDGER_FAULT_POINTS.length + 1)];
      const life = await live({
        first: (asked.at(-1) ?? 0) + 10,
        fault: point === undefined ? '' : `${point}:${2 + (kill % 5)}`,
        killAfter: point === undefined ? 1 + ((kill * 7) % 23) : null,
      });
      confirmed.push(...life.confirmed);
      asked.push(...life.asked);
      notes.push(...life.notes);
    }
    const { report, numbers } = kept();
    expect(notes).toEqual([]);
    expect(report.faults).toEqual([]);
    // One epoch: none of the deaths looked like a restore.
    expect(report.epochs).toHaveLength(1);
    expect(confirmed.length).toBeGreaterThan(KILLS);
    expect(confirmed.filter((number) => !numbers.includes(number))).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => !asked.includes(number))).toEqual([]);
  });

  it('ended in order has written everything that was asked for', async () => {
    const { asked, confirmed } = await live({ most: 40 });
    expect(confirmed).toHaveLength(40);
    expect(kept().numbers.toSorted((a, b) => a - b)).toEqual(asked.toSorted((a, b) => a - b));
  });
});

describe('§5.11 no entry is confirmed before it is durable', () => {
  it.skipIf(!canTrace)(
    canTrace
      ? 'waits for the disk between each entry and its confirmation'
      : 'SKIPPED: strace is missing or not allowed here; the order of system calls was not watched',
    { timeout: 60_000 },
    async () => {
      const trace = join(folder, 'trace.txt');
      const calls = 'trace=fsync,fdatasync,write,pwrite64';
      await live({ most: 40, under: ['strace', '-f', '-y', '-s', '200', '-e', calls, '-o', trace] });
      let lastSync = -1;
      let lastRow = -1;
      const asked = new Map<string, number>();
      let confirmed = 0;
      for (const [place, { name, path, text }] of readTrace(trace).entries()) {
        if (/^(fsync|fdatasync)$/.test(name) && path.endsWith('ledger.db-wal') && text.includes('= 0'))
          lastSync = place;
        if (name === 'pwrite64' && path.endsWith('ledger.db-wal')) lastRow = place;
        const said = /\{\\"(asked|confirmed)\\":(\d+)\}/.exec(text);
        if (name !== 'write' || said === null) continue;
        const [, what = '', number = ''] = said;
        if (what === 'asked') asked.set(number, place);
        else {
          confirmed++;
          expect(lastSync, `${number} was confirmed before the disk had it`).toBeGreaterThan(
            asked.get(number) ?? Infinity,
          );
        }
      }
      expect(lastRow).toBeGreaterThan(-1);
      expect(confirmed).toBe(40);
    },
  );
});
