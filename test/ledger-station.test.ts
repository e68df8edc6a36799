// The ledger of a whole station: what is read over HTTP and at the terminal, taken out to a file, checked, put back from yesterday.

import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StationStatus } from '../src/station/status.ts';
import { House } from './support/house.ts';

const ANNA = '189001019802';
const settings = {
  name: 'Provsjukhuset',
  units: [{ id: 'KIR2', name: 'Kirurgavdelning 2', listKind: 'bed' }],
  sources: [
    {
      id: 'ehr',
      name: 'Journalsystemet',
      transport: 'fhir',
      feeds: [
        { part: 'person', units: 'all', heartbeat: 'any-message' },
        { part: 'stay', units: 'all', heartbeat: 'any-message' },
      ],
    },
  ],
};
const patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'http://electronichealth.se/identifier/personnummer', value: ANNA }],
  name: [{ family: 'Övningsson', given: ['Åsa'] }],
};

let house: House;
beforeEach(async () => {
  house = await House.start({ settings });
  await house.api('/api/intake/ehr/fhir', patient);
  await house.settled();
});
afterEach(() => house.end());

interface Shown {
  readonly entry: {
    readonly kind: string;
    readonly patient: string | null;
    readonly author: string;
    readonly sequence: number;
  };
  readonly body: Record<string, unknown> | null;
}
const shown = async (...words: readonly string[]): Promise<Shown[]> => {
  await written();
  return JSON.parse((await house.run(['ledger', 'show', '--json', ...words])).out);
};
/** An answer doesn't wait for its entry, which is on the disk within 50 ms where nothing else keeps the machine busy. */
const written = async (): Promise<void> => {
  while (house.isRunning && (await house.api<StationStatus>('/api/status')).ledger.waiting > 0) await wait(20);
};
const kinds = (entries: readonly Shown[]): string[] => entries.map(({ entry }) => entry.kind).reverse();
const keyOfAnna = async (): Promise<string> => {
  const found = await house.api<{ hits: { key: string }[] }>('/api/patients/search', { text: ANNA });
  return found.hits[0]?.key ?? '';
};

describe('§5.10 every read is in the ledger', () => {
  it('over HTTP and at the terminal, from start to stop, and it can be shown by patient and by person', async () => {
    const key = await keyOfAnna();
    await house.api(`/api/charts/${key}`);
    await house.fetch(`/fhir/Patient/${key}/$everything`);
    await house.api('/api/hold', { source: 'ehr', by: 'Eva Ek', reason: 'prov' });
    for (const words of [
      ['chart', '-'],
      ['search', '-'],
    ])
      expect((await house.run(words, ANNA)).err).toBe('');
    await house.run(['messages']);
    const own = ['station.started', 'import.received', 'search.made', 'chart.read', 'fhir.read', 'copy.held'];
    expect(kinds(await shown())).toEqual(['ledger.opened', ...own, 'chart.read', 'search.made', 'messages.read']);
    await written();
    const ofAnna = JSON.parse((await house.run(['ledger', 'show', '--reads', '--json', '--patient', '-'], ANNA)).out);
    expect(ofAnna.map(({ kind }: { kind: string }) => kind).reverse()).toEqual([
      ...['search.made', 'chart.read', 'fhir.read', 'chart.read', 'search.made'],
    ]);
    const text = (await house.run(['ledger', 'show', '--kind', 'copy.held'])).out;
    expect(text).toMatch(/Källa hålls +station-token +.*by: Eva Ek, source: ehr, reason: prov/);
    expect((await house.run(['ledger', 'show'])).out).not.toContain(ANNA);
    await house.stop();
    expect(kinds(await shown()).at(-1)).toBe('station.stopped');
    const verified = await house.run(['ledger', 'verify']);
    expect(verified.out).toMatch(/^Hel: \d+ poster/);
    expect(verified.code).toBe(0);
  });

  it('at the terminal without a station, charts are read and it is said that the reading can’t be logged', async () => {
    await house.stop();
    const chart = await house.run(['chart', '-'], ANNA);
    expect(chart.code).toBe(0);
    expect(chart.out).toContain('Övningsson');
    expect(chart.err).toMatch(/^Läsningen kan inte loggas just nu: stationen svarar inte/);
  });
});

describe('§5.11 missing, old and forged entries are found', () => {
  it('an exported file alone is checked; one changed letter is found', async () => {
    await house.api(`/api/charts/${await keyOfAnna()}`);
    await written();
    const file = join(house.folder, 'liggare.ndjson');
    const done = JSON.parse((await house.run(['ledger', 'export', '--out', file, '--json'])).out);
    const verify = () => house.run(['ledger', 'verify', file, '--key', done.publicKey]);
    expect(await verify()).toMatchObject({ code: 0, err: '' });
    expect((await house.run(['ledger', 'export', '--out', file])).code).toBe(2);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"author":"station-token"', '"author":"station-tokem"'));
    const changed = await verify();
    expect(changed.code).toBe(1);
    expect(changed.out).toMatch(/INTE HEL[\s\S]*nummer 3: posten är ändrad/);
    writeFileSync(file, text.slice(0, -400));
    expect((await verify()).out).toMatch(/slutraden saknas/);
    const ofAnna = join(house.folder, 'anna.ndjson');
    const only = ['ledger', 'export', '--patient', '-', '--without-bodies', '--out', ofAnna];
    expect((await house.run(only, ANNA)).code).toBe(0);
    expect((await house.run(['ledger', 'verify', ofAnna])).out).toMatch(/^Hel: 2 poster/);
  });

  it('yesterday’s ledger put back is told with the missing numbers, before the start and after it', async () => {
    await house.stop();
    const file = join(house.dataFolder, 'ledger.db');
    copyFileSync(file, join(house.folder, 'yesterday'));
    await house.start();
    await house.api(`/api/charts/${await keyOfAnna()}`);
    await house.stop();
    for (const beside of ['', '-wal', '-shm']) rmSync(`${file}${beside}`, { force: true });
    copyFileSync(join(house.folder, 'yesterday'), file);
    const before = await house.run(['ledger', 'verify']);
    expect(before.code).toBe(1);
    expect(before.out).toMatch(/nummer 4: slutet saknas \(nummer 5–8\)/);
    await house.start();
    const status = await house.api<StationStatus>('/api/status');
    expect(status.notes).toMatchObject([{ code: 'ledger.short', detail: 'nummer 5–8' }]);
    const after = await house.run(['ledger', 'verify']);
    expect(after.out).toMatch(/Nummer 5–8 gick förlorade före nästa epok/);
    expect(after.code).toBe(0);
    expect((await shown()).find(({ entry }) => entry.kind === 'ledger.opened')?.body).toMatchObject({
      reason: 'restored',
    });
  });

  it('a damaged ledger is put aside, reading goes on, and what could not be had is told', async () => {
    await house.stop();
    const file = join(house.dataFolder, 'ledger.db');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4_096 + 100, 4_096 + 400);
    writeFileSync(file, bytes);
    await house.start();
    await house.api('/api/messages');
    const status = await house.api<StationStatus>('/api/status');
    expect(status.ledger.failure).toBeNull();
    expect(status.notes).toMatchObject([{ code: 'ledger.damaged' }]);
    expect(status.damagedFiles.map(({ name }) => name)).toEqual([expect.stringMatching(/^ledger\.db\.damaged-\d+$/)]);
    expect((await house.run(['ledger', 'verify'])).code).toBe(0);
  });

  it('a ledger that has been removed begins a new epoch and says how many are gone', async () => {
    await house.stop();
    for (const name of readdirSync(house.dataFolder).filter((one) => one.startsWith('ledger.db')))
      renameSync(join(house.dataFolder, name), join(house.folder, name));
    await house.start();
    const { notes } = await house.api<StationStatus>('/api/status');
    expect(notes).toMatchObject([{ code: 'ledger.short', detail: 'nummer 1–4' }]);
  });
});

describe('§5.12 on the disk', () => {
  it('no name and no number stands in any file of the station', async () => {
    const key = await keyOfAnna();
    await house.api(`/api/charts/${key}`);
    await house.api('/api/hold', { source: 'ehr', by: 'Eva Ekströmsson', reason: 'Åsa Övningsson har fel allergi' });
    await house.run(['search', '-'], 'Övningsson');
    for (const isRunning of [true, false]) {
      if (!isRunning) await house.stop();
      const files = readdirSync(house.dataFolder, { recursive: true, encoding: 'utf8' }).map((name) =>
        join(house.dataFolder, name),
      );
      expect(files.some((name) => name.endsWith('ledger.db'))).toBe(true);
      for (const file of files) {
        if (!existsSync(file)) continue;
        const bytes = readBytes(file);
        for (const word of [ANNA, ANNA.slice(2), 'Övningsson', 'Åsa', 'Ekströmsson', key, 'chart.read'])
          expect(bytes.includes(Buffer.from(word, 'utf8')), `${word} in ${file}`).toBe(false);
      }
    }
  });
});

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
