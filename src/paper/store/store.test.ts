// Packs made before they are needed: which unit is next, and what lies on the disk.

import { describe, expect, it } from 'vitest';
import { patientKey, unitId } from '../../domain/identity.ts';
import type { ListKind } from '../../domain/unit.ts';
import { PackSchedule } from './pack-schedule.ts';
import { type PackHead, PackStore, pagesOfPatient, type SealedFiles } from './pack-store.ts';

const MINUTE_MS = 60_000;
const unit = (id: string, listKind: ListKind = 'bed') => ({ id: unitId(id), name: id, listKind });

class MemoryFiles implements SealedFiles {
  readonly kept = new Map<string, Uint8Array>();
  names = () => [...this.kept.keys()];
  read = (name: string) => this.kept.get(name) ?? null;
  write = (name: string, bytes: Uint8Array) => void this.kept.set(name, bytes);
  remove = (name: string) => void this.kept.delete(name);
}
const head = (id: string, version: number): PackHead => ({
  unit: unitId(id),
  unitName: `Avdelning ${id}`,
  version,
  at: version * MINUTE_MS,
  validUntil: version * MINUTE_MS + 1,
  sheets: [
    { kind: 'list', patient: null, number: null, pages: { first: 1, last: 2 } },
    { kind: 'reading', patient: patientKey('a'), number: null, pages: { first: 3, last: 4 } },
    { kind: 'signing', patient: patientKey('a'), number: `${id}-${version}-01`, pages: { first: 5, last: 5 } },
  ],
});

describe('packs are made', () => {
  it('for every unit at the start, the emergency department first', () => {
    const schedule = new PackSchedule([unit('kir'), unit('mott', 'visits'), unit('akut', 'emergency')], 30 * MINUTE_MS);
    const made: string[] = [];
    for (let due = schedule.begin(0); due !== null; due = schedule.begin(made.length)) {
      made.push(due);
      schedule.done(due, made.length);
    }
    expect(made).toEqual(['akut', 'kir', 'mott']);
  });

  it('then once a period each, spread over it, and never two of one unit close together', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const schedule = new PackSchedule(
      ids.map((id) => unit(id)),
      30 * MINUTE_MS,
    );
    const made = new Map<string, number[]>(ids.map((id) => [id, []]));
    const perMinute: number[] = [];
    for (let minute = 0; minute < 300; minute += 1) {
      let count = 0;
      for (let due = schedule.begin(minute * MINUTE_MS); due !== null; due = schedule.begin(minute * MINUTE_MS)) {
        made.get(due)?.push(minute);
        schedule.done(due, minute * MINUTE_MS);
        count += 1;
      }
      perMinute.push(count);
    }
    for (const times of made.values()) {
      expect(times.length).toBeGreaterThanOrEqual(9);
      for (const [index, time] of times.slice(1).entries())
        expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(15);
      for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBeLessThanOrEqual(60);
    }
    expect(Math.max(...perMinute.slice(1))).toBe(1);
  });

  it('come again at once, each unit, when what is shown in them may be shown no more', () => {
    const schedule = new PackSchedule([unit('med')], 30 * MINUTE_MS);
    schedule.done(unitId('med'), 0);
    expect(schedule.begin(MINUTE_MS)).toBeNull();
    schedule.hurry(MINUTE_MS);
    expect(schedule.begin(MINUTE_MS)).toBe('med');
  });

  it('come again when that happens while one of them is being made, and no two at once of one unit', () => {
    const schedule = new PackSchedule([unit('med'), unit('kir')], 30 * MINUTE_MS);
    expect([schedule.begin(10), schedule.begin(11), schedule.begin(12)]).toEqual(['med', 'kir', null]);
    schedule.hurry(20, unitId('med'));
    schedule.done(unitId('med'), 10);
    schedule.done(unitId('kir'), 11);
    expect([schedule.begin(30), schedule.begin(31)]).toEqual(['med', null]);
  });
});

describe('the packs on the disk', () => {
  it('are the newest and the one before of each unit', () => {
    const files = new MemoryFiles();
    const store = new PackStore(files, () => 0);
    for (const id of ['KIR/1 Å', 'med'])
      for (let round = 0; round < 4; round += 1) {
        const version = store.nextVersion(unitId(id));
        store.keep({ head: head(id, version), pdf: Buffer.from(`pdf ${id} ${version}`) });
      }
    expect(files.kept.size).toBe(4);
    expect(store.all().map(({ unit: id, version }) => `${id} ${version}`)).toEqual(['KIR/1 Å 4', 'med 4']);
    expect(Buffer.from(store.newest(unitId('KIR/1 Å'))?.pdf ?? []).toString()).toBe('pdf KIR/1 Å 4');
    for (const name of files.names()) expect(name).toMatch(/^[0-9a-f]+\.\d\.pack$/);
  });

  it('give the one before where the newest is damaged, and none where nothing can be read', () => {
    const files = new MemoryFiles();
    const store = new PackStore(files, () => 0);
    for (const version of [1, 2]) store.keep({ head: head('med', version), pdf: Buffer.from(`pdf ${version}`) });
    files.read = (name) => (name.includes('.2.') ? null : (files.kept.get(name) ?? null));
    expect(store.newest(unitId('med'))?.head.version).toBe(1);
    files.read = () => null;
    expect(store.newest(unitId('med'))).toBeNull();
    // Its number has stood on paper all the same.
    expect(store.nextVersion(unitId('med'))).toBe(3);
  });

  it('never give a number again that has been on paper, also when the folder is lost', () => {
    expect(new PackStore(new MemoryFiles(), () => 41).nextVersion(unitId('med'))).toBe(42);
  });

  it('know on which pages a patient’s sheets lie', () => {
    expect(pagesOfPatient(head('med', 1), patientKey('a'))).toEqual({ first: 3, last: 5 });
    expect(pagesOfPatient(head('med', 1), patientKey('b'))).toBeNull();
  });
});
