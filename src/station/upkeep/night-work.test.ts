import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../domain/failures.ts';
import { StationKeys } from '../files/keys.ts';
import type { LedgerState } from '../ledger/ledger-check-worker.ts';
import { StationNotes } from '../notes.ts';
import type { InboxState } from './maintenance-worker.ts';
import { NightWork, type NightWorkOptions } from './night-work.ts';

/** An hour after the snapshot's: what is read through has its time then. */
const SCRUB_AT = new Date(2026, 10, 22, 4, 0).getTime();
const clock = { now: () => ({ wallMs: SCRUB_AT, boot: 't', monotonicMs: 0 }) };

let folder: string;
let notes: StationNotes;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-night-'));
  notes = new StationNotes(clock, () => {});
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Found = { readonly isCopyWhole: boolean; readonly inbox: InboxState; readonly ledger: LedgerState };
const snapshot = { cursor: 1, bytes: 1, file: '', takenMs: SCRUB_AT };

function nightWith(find: () => Promise<Found>): NightWork {
  const intake: NightWorkOptions['intake'] = {
    takeSnapshot: async () => snapshot,
    count: async () => ({ units: [], types: [] }),
    scrub: async () => {
      const { isCopyWhole, inbox } = await find();
      return { isCopyWhole, inbox };
    },
  };
  const ledger: NightWorkOptions['ledger'] = { check: async () => (await find()).ledger };
  const log = { info: () => {}, warn: () => {} };
  const settings = { dataFolder: folder, snapshotHour: 3 };
  return new NightWork({ settings, keys: new StationKeys(Buffer.alloc(32, 7)), intake, ledger, clock, notes, log });
}

describe('reading all that is kept through', () => {
  it.each<[Found, string]>([
    [{ isCopyWhole: false, inbox: 'whole', ledger: 'whole' }, 'kopian skadad, inkorgen hel, liggaren hel'],
    [{ isCopyWhole: true, inbox: 'damaged', ledger: 'whole' }, 'kopian hel, inkorgen skadad, liggaren hel'],
    [{ isCopyWhole: true, inbox: 'broken', ledger: 'whole' }, 'kopian hel, inkorgen har luckor, liggaren hel'],
    [{ isCopyWhole: true, inbox: 'whole', ledger: 'damaged' }, 'kopian hel, inkorgen hel, liggaren skadad'],
    [
      { isCopyWhole: true, inbox: 'whole', ledger: 'broken' },
      'kopian hel, inkorgen hel, liggaren inte hel (reservkraft ledger verify säger var)',
    ],
  ])('that finds damage (%j) is told in plain words', async (found, detail) => {
    const night = nightWith(async () => found);
    await night.turn();
    expect(notes.all.filter(({ code }) => code === 'scrub.found-damage')).toMatchObject([{ detail, wallMs: SCRUB_AT }]);
    expect(night.lastScrub).toEqual({ at: SCRUB_AT, ...found });
  });

  it('that finds all whole tells nobody, and says when it was', async () => {
    const night = nightWith(async () => ({ isCopyWhole: true, inbox: 'whole', ledger: 'whole' }));
    await night.turn();
    expect(notes.all).toEqual([]);
    expect(night.lastScrub?.at).toBe(SCRUB_AT);
  });

  it('that cannot be done is told, and is not said to have been done', async () => {
    const night = nightWith(() => Promise.reject(new Failure('store.full', '')));
    await night.turn();
    expect(notes.all).toMatchObject([{ code: 'scrub.failed', detail: 'store.full' }]);
    expect(night.lastScrub).toBeNull();
  });
});
