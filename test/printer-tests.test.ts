// The daily test page: each printer at its own minute, a real IPP printer and a real socket, and what became of it told by time that has
// surely passed.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailureCode } from '../src/domain/failures.ts';
import { unitId } from '../src/domain/identity.ts';
import type { EntryDraft } from '../src/domain/ledger-entry.ts';
import type { Arrival } from '../src/domain/time.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { PrintRoom, type PrintRoomOptions } from '../src/station/printing/print-room.ts';
import { canHaveIppPrinter, IppTestPrinter } from './support/ipp-printer.ts';
import { bare, pdfPages } from './support/pdf-text.ts';

const WARD = unitId('KIR');
const UNITS = [{ id: WARD, name: 'Kirurgen', listKind: 'bed' as const }];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 06:00 by the wall in Sweden, in November. */
const SIX = Date.UTC(2026, 10, 17, 5);
const AT_SIX = 6 * 60;

let folder: string;
let now: Arrival;
let entries: EntryDraft[];
let standing: Map<string, { readonly code: FailureCode; readonly detail: string }>;
const ends: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'printer-tests-'));
  now = { wallMs: SIX - HOUR, boot: 'one', monotonicMs: HOUR };
  entries = [];
  standing = new Map();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  rmSync(folder, { recursive: true });
});

const passes = (ms: number): void => {
  now = { ...now, wallMs: now.wallMs + ms, monotonicMs: now.monotonicMs + ms };
};

function room(addresses: Readonly<Record<string, string>>, change: Partial<PrintRoomOptions> = {}): PrintRoom {
  const made = new PrintRoom({
    settings: {
      ...{ dataFolder: folder, units: UNITS, paperEveryMinutes: 0, paperValidMinutes: 120, paperTestAt: AT_SIX },
      printers: Object.entries(addresses).map(([id, address]) => ({
        id,
        name: `Skrivare ${id}`,
        address,
        units: [WARD],
      })),
    },
    keys: new StationKeys(Buffer.alloc(32, 5)),
    clock: { now: () => now },
    sureNow: () => now,
    ledger: {
      append: async (draft) => {
        entries.push(JSON.parse(JSON.stringify(draft)) as EntryDraft);
        return true;
      },
    },
    printed: [],
    retryAfterMs: [],
    log: { info: () => {}, warn: () => {} },
    notes: {
      stand: (what, code, detail) => {
        if (detail === null) standing.delete(what);
        else standing.set(what, { code, detail });
      },
    },
    blocks: () => new Map(),
    isInUse: () => true,
    read: async () => {
      throw new Error('a test page reads nobody’s chart');
    },
    ...change,
  });
  ends.push(() => made.stop());
  return made;
}

async function rawPrinter(): Promise<{ readonly address: string; readonly got: Buffer[]; close(): void }> {
  const got: Buffer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('end', () => {
      got.push(Buffer.concat(pieces));
      socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const { port } = server.address() as { port: number };
  return { address: `socket://127.0.0.1:${port}`, got, close: () => server.close() };
}
const NOWHERE = 'socket://127.0.0.1:1';
const stateOf = (made: PrintRoom, id: string) => made.printerLines().find((line) => line.id === id)?.state;
const wordsOf = (made: PrintRoom, id: string) => made.printerLines().find((line) => line.id === id)?.words;
const tried = () => entries.filter(({ kind }) => kind === 'paper.tested').map(({ body }) => body['printer']);

describe('each day', () => {
  it('each printer gets one page at its own minute, without anything of anyone on it, and the ledger knows what became of it', async () => {
    const [a, b] = [await rawPrinter(), await rawPrinter()];
    const made = room({ a: a.address, b: b.address });
    await made.testDue();
    expect(wordsOf(made, 'a')).toBe('Aldrig prövad');
    passes(HOUR);
    await made.testDue();
    await expect.poll(() => stateOf(made, 'a')).toBe('sent');
    await made.testDue();
    expect(tried()).toEqual(['a']);
    passes(2 * MINUTE);
    await made.testDue();
    await expect.poll(() => stateOf(made, 'b')).toBe('sent');
    expect(wordsOf(made, 'b')).toBe('Provsida sänd 06:02: skrivaren svarar inte om den kom ut, se efter');
    const [document = Buffer.alloc(0)] = b.got;
    const text = (await pdfPages(document.subarray(document.indexOf('%PDF'), document.lastIndexOf('%%EOF') + 6))).join(
      '',
    );
    expect(text).toContain(bare('Skrivare: Skrivare b'));
    expect(entries.map(({ kind, patient, body }) => [kind, patient, body['printer'], body['outcome']])).toEqual([
      ['paper.tested', null, 'a', undefined],
      ['paper.test-ended', null, 'a', 'sent'],
      ['paper.tested', null, 'b', undefined],
      ['paper.test-ended', null, 'b', 'sent'],
    ]);
    passes(10 * HOUR);
    await made.testDue();
    expect(tried()).toEqual(['a', 'b']);
    passes(14 * HOUR);
    await made.testDue();
    await expect.poll(() => stateOf(made, 'a')).toBe('sent');
    expect(tried()).toEqual(['a', 'b', 'a']);
    expect(standing.size).toBe(0);
  });

  it('none where no time is set, and then nobody is told that it is late', async () => {
    const { address } = await rawPrinter();
    const settings = { ...{ dataFolder: folder, units: UNITS, paperEveryMinutes: 0, paperValidMinutes: 120 } };
    const printers = [{ id: 'a', name: 'A', address, units: [WARD] }];
    const made = room({}, { settings: { ...settings, printers, paperTestAt: null } });
    passes(3 * 24 * HOUR);
    await made.testDue();
    expect([tried(), standing.size]).toEqual([[], 0]);
  });
});

describe('a printer that did not take its page', () => {
  it('is told of in words until it does, and is tried again each hour', async () => {
    const made = room({ a: NOWHERE });
    passes(HOUR);
    await made.testDue();
    await expect.poll(() => stateOf(made, 'a')).toBe('failed');
    await made.testDue();
    expect([...standing.values()]).toEqual([
      {
        code: 'paper.test-failed',
        detail: 'Skrivare a (a): Provsidan kom inte ut 06:00. Skrivaren svarar inte: inget är sänt till den.',
      },
    ]);
    expect(entries.at(-1)).toMatchObject({
      kind: 'paper.test-ended',
      body: { outcome: 'failed', code: 'paper.printer-silent' },
    });
    passes(HOUR);
    await made.testDue();
    await expect.poll(() => tried().length).toBe(2);
    await expect.poll(() => stateOf(made, 'a')).toBe('failed');
    // Somebody has switched it on, and something of the ward's own comes out: the notice goes.
    const { address } = await rawPrinter();
    const again = room({ a: address }, { printed: entries });
    expect(stateOf(again, 'a')).toBe('failed');
    await again.testPrinter('a', { author: 'x', name: 'Anna Berg, ssk' });
    await expect.poll(() => stateOf(again, 'a')).toBe('sent');
    await again.testDue();
    expect(standing.size).toBe(0);
  });

  it('that may have printed it is not tried again by itself, nor one whose answer the station did not live to hear', async () => {
    const { address } = await rawPrinter();
    const made = room({ a: address });
    await made.testPrinter('a', { author: 'x', name: 'x' });
    await expect.poll(() => stateOf(made, 'a')).toBe('sent');
    const begun = entries.filter(({ kind }) => kind === 'paper.tested');
    const restarted = room({ a: address }, { printed: begun });
    expect(wordsOf(restarted, 'a')).toBe('Inget svar sedan provsidan sändes 05:00: stationen stannade under tiden');
    passes(90 * MINUTE);
    await restarted.testDue();
    expect(tried()).toHaveLength(1);
    expect([...standing.values()].map(({ code }) => code)).toEqual(['paper.test-failed']);
  });
});

describe('a printer nobody has tried', () => {
  it('for a day is tried as soon as the station can, whatever its minute, and until then that is told', async () => {
    const { address } = await rawPrinter();
    const before = room({ a: address });
    await before.testPrinter('a', { author: 'x', name: 'x' });
    await expect.poll(() => stateOf(before, 'a')).toBe('sent');
    passes(30 * HOUR);
    const made = room({ a: address }, { printed: entries.slice() });
    expect(wordsOf(made, 'a')).toMatch(
      /^Provsida sänd mån 16\/11 05:00|^Provsida sänd tis 17\/11 05:00.* · inte prövad sedan dess \(1 dag\)$/,
    );
    expect(made.printerLines()[0]?.trouble).toBe('untested');
    await made.testDue();
    await expect.poll(() => tried().length).toBe(2);
    await expect.poll(() => made.printerLines()[0]?.trouble).toBe(null);
  });

  it('is not late because somebody has set the clock, nor on time because of it', async () => {
    const { address } = await rawPrinter();
    const made = room({ a: address });
    await made.testPrinter('a', { author: 'x', name: 'x' });
    await expect.poll(() => stateOf(made, 'a')).toBe('sent');
    const right = now;
    now = { ...right, wallMs: right.wallMs + 40 * 24 * HOUR };
    await made.testDue();
    expect([tried().length, made.printerLines()[0]?.trouble]).toEqual([1, null]);
    now = { ...right, wallMs: right.wallMs - 40 * 24 * HOUR, monotonicMs: right.monotonicMs + 27 * HOUR };
    expect(made.printerLines()[0]?.trouble).toBe('untested');
    // The machine has been started anew, with a clock behind what was told before: nobody knows how long it has been.
    now = { boot: 'two', wallMs: right.wallMs - HOUR, monotonicMs: MINUTE };
    expect(made.printerLines()[0]).toMatchObject({
      trouble: 'untested',
      words: expect.stringContaining('klockan osäker'),
    });
  });
});

describe.skipIf(!canHaveIppPrinter)(
  canHaveIppPrinter ? 'an IPP printer' : 'SKIPPED: ippeveprinter and gcc are needed for an IPP printer',
  () => {
    it('says that its page came out, and the status says when', async () => {
      const printer = await IppTestPrinter.start(['-c', '/bin/true']);
      ends.push(() => printer.stop());
      const made = room({ ipp: printer.address });
      passes(HOUR);
      await made.testDue();
      await expect.poll(() => stateOf(made, 'ipp'), { timeout: 60_000 }).toBe('printed');
      expect(wordsOf(made, 'ipp')).toBe('Provsida utskriven 06:00');
      expect(printer.printed()).toHaveLength(1);
      printer.stop();
      passes(24 * HOUR);
      await made.testDue();
      await expect.poll(() => stateOf(made, 'ipp'), { timeout: 60_000 }).toBe('failed');
    }, 120_000);
  },
);
