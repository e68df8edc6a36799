// The ledger: signed entries written in groups against a bare loop that hashes, signs and inserts the same bytes with the same groups;
// how long an entry waits for its confirmation at a busy hospital's pace, and what handing it over costs the thread that answers readers.

import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { EntryDraft } from '../src/domain/ledger-entry.ts';
import { signerFromSeed } from '../src/ledger/chain-key.ts';
import { limits } from '../src/limits.ts';
import { SystemClock } from '../src/station/clock.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { LedgerStore } from '../src/station/ledger/ledger-store.ts';
import { LedgerThread } from '../src/station/ledger/ledger-thread.ts';
import { type BenchRow, ms, percentile, rate } from './report.ts';
import { scratchFolder } from './scratch.ts';

const keys = new StationKeys(Buffer.alloc(32, 7));
const GROUP = limits.ledgerGroupEntriesMax;
const READS_A_SECOND = 300;

const draft = (number: number): EntryDraft => ({
  kind: 'chart.read',
  eventAt: Date.now(),
  author: 'station-token',
  unit: 'KIR2',
  patient: 'p'.repeat(26),
  body: { by: 'Eva Ek', number },
});

export async function measureLedger({ isQuick }: { readonly isQuick: boolean }): Promise<BenchRow[]> {
  const groups = isQuick ? 10 : 40;
  const ours = writeOurs(groups);
  const bare = writeBare(groups);
  const { waits, handOverUs } = await waitsAtPace(isQuick ? 3 : 10);
  const p99 = percentile(waits, 0.99);
  return [
    {
      group: 'ledger',
      what: `entries written, ${GROUP} a commit`,
      ours: rate(ours),
      bare: rate(bare),
      ratio: ours / bare,
      budget: null,
      isMet: null,
      note: 'bare: the same bytes hashed, signed and inserted in one table, with the same commits and fsync',
    },
    {
      group: 'ledger',
      what: `until confirmed, ${READS_A_SECOND} entries/s`,
      ours: `p50 ${ms(percentile(waits, 0.5))}, p99 ${ms(p99)}`,
      bare: null,
      ratio: null,
      budget: null,
      isMet: null,
      note: `entries of ${limits.ledgerGroupMs} ms share a commit; no reader waits for it, and handing one over takes ${handOverUs.toFixed(0)} µs`,
    },
  ];
}

function writeOurs(groups: number): number {
  const store = new LedgerStore({
    dataFolder: scratchFolder('ledger'),
    ledgerKey: keys.database('ledger'),
    seed: keys.ledgerSeed(),
    chain: keys.ledgerChain(),
    station: 'bench',
    clock: new SystemClock(),
    onNote: () => {},
  });
  store.open();
  const began = performance.now();
  for (let group = 0; group < groups; group++) {
    const drafts = Array.from({ length: GROUP }, (_, at) => draft(group * GROUP + at));
    store.ledger?.append(drafts, Date.now());
    store.record();
  }
  const tookMs = performance.now() - began;
  store.close();
  return (groups * GROUP * 1000) / tookMs;
}

function writeBare(groups: number): number {
  const file = join(scratchFolder('ledger-bare'), 'bare.db');
  const db = openDatabase({ file, key: keys.database('ledger'), role: 'ledger' });
  db.exec('CREATE TABLE entry (no INTEGER PRIMARY KEY, text TEXT, hash BLOB, signature BLOB, salt BLOB, body TEXT)');
  const insert = db.prepare('INSERT INTO entry (text, hash, signature, salt, body) VALUES (?, ?, ?, ?, ?)');
  const signer = signerFromSeed(keys.ledgerSeed());
  const text = 'x'.repeat(330);
  const began = performance.now();
  for (let group = 0; group < groups; group++)
    db.transaction(() => {
      for (let at = 0; at < GROUP; at++) {
        const body = JSON.stringify(draft(group * GROUP + at).body);
        const salt = randomBytes(16);
        hash('sha256', Buffer.concat([salt, Buffer.from(body)]), 'buffer');
        const digest = hash('sha256', text, 'buffer');
        insert.run(text, digest, signer.sign(digest), salt, body);
      }
    })();
  const tookMs = performance.now() - began;
  db.close();
  return (groups * GROUP * 1000) / tookMs;
}

async function waitsAtPace(seconds: number): Promise<{ waits: number[]; handOverUs: number }> {
  const ledger = await LedgerThread.start({
    dataFolder: scratchFolder('ledger-pace'),
    keys,
    station: 'bench',
    clock: new SystemClock(),
    onNote: () => {},
    onDied: () => {},
  });
  const waits: number[] = [];
  const pending: Promise<void>[] = [];
  let handedOverMs = 0;
  const EVERY_MS = 10;
  for (let turn = 0; turn < (seconds * 1000) / EVERY_MS; turn++) {
    for (let at = 0; at < (READS_A_SECOND * EVERY_MS) / 1000; at++) {
      const began = performance.now();
      const written = ledger.append(draft(turn));
      handedOverMs += performance.now() - began;
      pending.push(written.then(() => void waits.push(performance.now() - began)));
    }
    await wait(EVERY_MS);
  }
  await Promise.all(pending);
  await ledger.stop();
  return { waits, handOverUs: (handedOverMs * 1000) / pending.length };
}
