import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import { TestLedger } from '../../ledger/ledger.fixture.ts';
import { LedgerReader } from '../../ledger/ledger-reader.ts';
import { StationKeys } from '../files/keys.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import { readWitness } from '../files/witness.ts';
import { LedgerEngine } from './ledger-engine.ts';
import type { FromLedger } from './ledger-messages.ts';
import { epochHead, LedgerStore } from './ledger-store.ts';

const PAGE = 4096;
const keys = new StationKeys(Buffer.alloc(32, 7));
const wallMs = Date.UTC(2026, 10, 22, 10);
const clock = { now: () => ({ wallMs, boot: 'test', monotonicMs: 0 }) };
const draft: EntryDraft = {
  ...{ kind: 'note', eventAt: wallMs, author: 'prov', unit: null, patient: null },
  body: { text: 'x'.repeat(400) },
};

let folder: string;
let file: string;
let told: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-ledger-'));
  file = join(folder, 'ledger.db');
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function opened(): LedgerStore {
  const store = new LedgerStore({
    dataFolder: folder,
    ledgerKey: keys.database('ledger'),
    seed: keys.ledgerSeed(),
    chain: keys.ledgerChain(),
    station: 'prov',
    clock,
    onNote: ({ code, detail }) => told.push(`${code} ${detail}`),
  });
  expect(store.open()).toBeNull();
  return store;
}

function write(store: LedgerStore, times: number): void {
  for (let index = 0; index < times; index++) {
    store.ledger?.append([draft], wallMs);
    store.record();
  }
}

/** Null: the check itself met the damage. */
function checked() {
  const seen = readWitness(join(folder, 'ledger.witness'));
  const db = openDatabase({ file, key: keys.database('ledger'), role: 'ledger', readonly: true });
  try {
    return new LedgerReader(db).check(seen === null ? null : epochHead(seen));
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  } finally {
    db.close();
  }
}

describe('§5.11 a ledger whose file is damaged', () => {
  it('in any of its pages goes on at once; what is lost is told, and nothing damaged is taken for whole', () => {
    const first = opened();
    write(first, 60);
    first.close();
    copyFileSync(file, join(folder, 'whole'));
    copyFileSync(join(folder, 'ledger.witness'), join(folder, 'witness-then'));
    const pages = readFileSync(file).length / PAGE;
    let putAside = 0;
    for (let page = 0; page < pages; page++) {
      const bytes = readFileSync(join(folder, 'whole'));
      bytes.fill(0x5a, page * PAGE + 100, page * PAGE + 400);
      for (const beside of ['-wal', '-shm']) rmSync(`${file}${beside}`, { force: true });
      writeFileSync(file, bytes);
      copyFileSync(join(folder, 'witness-then'), join(folder, 'ledger.witness'));
      told = [];
      const store = opened();
      let wasMetLater = false;
      try {
        write(store, 1);
      } catch (error) {
        expect(isDamage(error)).toBe(true);
        wasMetLater = true;
        store.damaged();
        expect(store.open()).toBeNull();
        write(store, 1);
      }
      store.close();
      const report = checked();
      if (told.some((note) => note.startsWith('ledger.damaged'))) {
        putAside++;
        expect(report?.faults, `page ${page}`).toEqual([]);
        const [former] = report?.epochs ?? [];
        expect(former?.lost?.to ?? former?.wholeTo, `page ${page}`).toBe(61);
      } else {
        expect(wasMetLater).toBe(false);
        // A page of nothing, or of what is derived: every entry is there and right.
        const isIntact = report?.epochs[0]?.wholeTo === 62 && report.faults.length === 0;
        expect(report === null || report.faults.length > 0 || isIntact, `page ${page}`).toBe(true);
      }
    }
    expect(putAside).toBeGreaterThan(3);
    expect(readdirSync(folder).filter((name) => /^ledger\.db\.damaged-\d+$/.test(name)).length).toBeLessThanOrEqual(2);
  });

  it('keeps what it had of other stations too, and a file of another station is put aside', () => {
    const hospital = opened();
    const ward = new TestLedger('a');
    ward.write(3);
    hospital.ledger?.take(ward.items(), wallMs, () => true);
    hospital.ledger?.append([{ ...draft, isUnreturned: true }], wallMs);
    hospital.record();
    const epoch = hospital.ledger?.head.epoch ?? 0;
    hospital.damaged();
    expect(hospital.open()).toBeNull();
    write(hospital, 1);
    const decision = { by: ['Eva Ek', 'Bo Al'] as const, decision: 'IVO 1', eventAt: wallMs };
    const unreturned = { chain: keys.ledgerChain(), epoch, sequence: 2 };
    expect(() => hospital.ledger?.erase({ ...decision, place: unreturned }, wallMs)).toThrow(/inte återfört/);
    hospital.close();
    expect(told).toMatchObject([expect.stringMatching(/^ledger.damaged 6 poster lästa, skrivna till nummer 2/)]);
    expect(checked()).toMatchObject({ faults: [], entries: 8 });
    const stranger = new StationKeys(Buffer.alloc(32, 9));
    for (const name of readdirSync(folder).filter((one) => /^ledger\.db/.test(one))) rmSync(join(folder, name));
    openDatabase({ file, key: stranger.database('ledger'), role: 'ledger' }).close();
    told = [];
    const again = opened();
    write(again, 1);
    again.close();
    expect(told).toMatchObject([expect.stringMatching(/^ledger.damaged 0 poster lästa/)]);
    expect(checked()?.faults).toEqual([]);
  });

  it('and its witness too is a new ledger', () => {
    const first = opened();
    write(first, 3);
    first.close();
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    const again = opened();
    expect(again.ledger?.head.sequence).toBe(1);
    again.close();
    expect(told).toEqual([]);
  });
});

describe('entries of the same moment', () => {
  it('share a commit, and one that can’t be an entry keeps none of the others out', async () => {
    const store = opened();
    const events: FromLedger[] = [];
    let settle = (): void => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const engine = new LedgerEngine({
      store,
      clock: { now: () => ({ wallMs, boot: 'test', monotonicMs: performance.now() }) },
      fault: () => {},
      tell: (event) => {
        events.push(event);
        if (event.say === 'written' && event.ids.includes(9)) settle();
      },
    });
    engine.start();
    for (const id of [1, 2, 3]) engine.append(id, draft);
    const tooLong = { ...draft, body: { text: 'x'.repeat(2 ** 21) } };
    for (const [id, one] of [
      [4, draft],
      [5, tooLong],
      [9, draft],
    ] as const)
      engine.append(id, one);
    await settled;
    engine.stop();
    const written = events.flatMap((event) => (event.say === 'written' ? [event.ids] : []));
    expect(written.flat()).toEqual([1, 2, 3, 4, 9]);
    expect(events.filter(({ say }) => say === 'refused')).toEqual([{ say: 'refused', id: 5 }]);
    const good = opened();
    const before = good.ledger?.head.sequence ?? 0;
    events.length = 0;
    const calm = new LedgerEngine({ store: good, clock, fault: () => {}, tell: (event) => events.push(event) });
    calm.start();
    for (const id of [1, 2, 3]) calm.append(id, draft);
    calm.stop();
    expect(events.filter(({ say }) => say === 'written')).toMatchObject([{ ids: [1, 2, 3] }]);
    expect(before).toBe(6);
    expect(checked()?.faults).toEqual([]);
  });
});
