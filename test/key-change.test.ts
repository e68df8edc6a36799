// The station's key on paper, back from it on another machine, and changed: with real processes, killed where it would hurt most.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY_FAULT_POINTS } from '../src/station/fault-points.ts';
import { loadStationKeys, type StationKeys } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { unseal } from '../src/station/files/sealed-bytes.ts';
import { SealedFolder } from '../src/station/files/sealed-folder.ts';
import { listSnapshots } from '../src/station/upkeep/snapshots.ts';
import { SETTINGS_EXAMPLE } from './support/example.ts';
import { House, type Ran } from './support/house.ts';

/** Skatteverket's published test number. */
const ANNA = '189001019802';
const admission = [
  'MSH|^~\\&|JOURNAL|HUS|RK|RK|20260114100000||ADT^A01|1|P|2.5||||||8859/1',
  'EVN|A01|20260114100000',
  `PID|1||${ANNA}^^^SKV^NNSE||Övning^Anna||19000101|F`,
  'PV1|1|I|KIR^1^2||||||||||||||||V1',
  '',
].join('\r');

const PACK = `${Buffer.from('KIR').toString('hex')}.1.pack`;
/** Of the databases that are opened by another key each, one is written to between its snapshot and the stop. */
let first: House;
/** What a person at the machine sees of Anna, as JSON: also her handle, by which ledger and blocks know her. */
let seen: string;
const folders: string[] = [];

beforeAll(async () => {
  first = await House.start({ settings: SETTINGS_EXAMPLE });
  writeFileSync(join(first.folder, 'a.hl7'), admission, 'latin1');
  await first.run(['send', join(first.folder, 'a.hl7'), '--to', first.mllp]);
  await first.settled();
  expect((await first.run(['snapshot'])).code).toBe(0);
  expect((await first.run(['certificate', 'authority', 'lasarettet.example'])).code).toBe(0);
  expect((await first.run(['certificate', 'issue', 'reserv.lasarettet.example'])).code).toBe(0);
  expect((await first.run(['access', 'block', 'KIR', '--patient', '-'], ANNA)).code).toBe(0);
  seen = (await chartOf(first)).out;
  await first.stop();
  new SealedFolder(join(first.dataFolder, 'packs'), keysOf(first).pack('unit')).write(PACK, Buffer.from('ett paket'));
});
afterAll(async () => {
  await first.end();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const keysOf = (house: House): StationKeys => loadStationKeys({ file: house.keyFile, dataFolder: house.dataFolder });
const secretIn = (house: House): string => readFileSync(house.keyFile, 'utf8').trim();
const handleIn = (chart: string): string => (JSON.parse(chart) as { key: string }).key;

async function chartOf(house: House): Promise<Ran> {
  return house.run(['chart', '-', '--json'], ANNA);
}

function copied(of: House, part: 'all' | 'data' = 'all'): House {
  const folder = mkdtempSync(join(tmpdir(), 'reservkraft-key-'));
  folders.push(folder);
  if (part === 'all') cpSync(of.folder, folder, { recursive: true });
  else cpSync(of.dataFolder, join(folder, 'data'), { recursive: true });
  return new House({ folder, settings: SETTINGS_EXAMPLE });
}

async function changeAndDie(house: House, fault: string): Promise<NodeJS.Signals | null> {
  const child = fileURLToPath(new URL('./children/change-key.ts', import.meta.url));
  const process_ = spawn(process.execPath, [child, house.dataFolder, house.keyFile], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, RESERVKRAFT_FAULT: fault },
  });
  const [, signal] = (await once(process_, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal;
}

/** Half A's lines and half B's, as they stand on the screen. */
function halvesIn(text: string): readonly [string[], string[]] {
  const lines = [...text.matchAll(/^ {2}\d+ {2}([0-9A-Z]{5}(?: [0-9A-Z]{5}){2})$/gm)].map(([, line = '']) => line);
  return [lines.slice(0, lines.length / 2), lines.slice(lines.length / 2)];
}

/** Of a page without white space: each line after its number. */
function linesOn(text: string, number = 1): string[] {
  const [whole, line] = new RegExp(`^${number}([0-9A-HJKMNP-TV-Z]{15})`).exec(text) ?? [];
  return whole === undefined || line === undefined ? [] : [line, ...linesOn(text.slice(whole.length), number + 1)];
}

function opens(file: string, key: Buffer): boolean {
  try {
    openDatabase({ file, key, role: 'copy', readonly: true }).close();
    return true;
  } catch {
    return false;
  }
}

describe('a change of keys', () => {
  it('gives a station where everything is as before, the old key opens nothing, and a new epoch of the ledger', async () => {
    const house = copied(first);
    const old = keysOf(house);
    const changed = await house.run(['keys', 'rotate', '--text', '--by', 'Ida Ek']);
    expect(changed).toMatchObject({ code: 0 });
    const now = keysOf(house);
    expect(secretIn(house)).toMatch(/^[0-9a-f]{128}\n?$/);
    expect(statSync(house.keyFile).mode & 0o777).toBe(0o600);

    const names = ['inbox', 'copy', 'ledger', 'access'];
    for (const name of names) {
      const file = join(house.dataFolder, `${name}.db`);
      expect([name, opens(file, old.database(name)), opens(file, now.database(name))]).toEqual([name, false, true]);
    }
    const snapshots = listSnapshots(join(house.dataFolder, 'snapshots'));
    expect(snapshots.length).toBeGreaterThan(0);
    for (const { file } of snapshots)
      expect([opens(file, old.database('copy')), opens(file, now.database('copy'))]).toEqual([false, true]);
    const packs = (keys: StationKeys) =>
      new SealedFolder(join(house.dataFolder, 'packs'), keys.pack('unit')).read(PACK);
    expect(packs(now)?.toString()).toBe('ett paket');
    expect(packs(old)).toBeNull();
    const authority = readFileSync(join(house.folder, 'keys/certificates/authority.key.sealed'));
    expect(unseal(now.certificates(), authority).toString()).toContain('PRIVATE KEY');
    expect(() => unseal(old.certificates(), authority)).toThrow();
    const left = [...readdirSync(house.dataFolder), ...readdirSync(join(house.folder, 'keys'))];
    expect(left.filter((name) => /key-change|next|changing/.test(name))).toEqual([]);

    expect(handleIn((await chartOf(house)).out)).toBe(handleIn(seen));
    await house.start();
    expect(house.logged).not.toContain('station.note');
    expect((await house.run(['keys', 'verify'], halvesIn(changed.out).flat().join('\n'))).code).toBe(0);
    expect((await house.run(['ledger', 'verify'])).code).toBe(0);
    const told = (await house.run(['ledger', 'show'])).out;
    expect(told).toContain('Stationens nyckel bytt');
    expect(told).toContain('Ida Ek');
    expect((await house.run(['access', 'unblock', 'KIR', '--patient', '-'], ANNA)).code).toBe(0);
    await house.stop();
  });

  it('can be made again, and every file a whole station has made is taken along', async () => {
    const house = copied(first);
    for (const _ of [1, 2]) expect((await house.run(['keys', 'rotate', '--text'])).code).toBe(0);
    expect(handleIn((await chartOf(house)).out)).toBe(handleIn(seen));
    const open = new Set([
      'inbox.witness',
      'ledger.witness',
      'station.lock',
      'station.pid',
      'station.json',
      'version.json',
    ]);
    const kept = readdirSync(house.dataFolder).filter(
      (name) => !open.has(name) && !/-(wal|shm)$|\.key-check$/.test(name),
    );
    expect(kept.sort()).toEqual(
      ['access.db', 'access.db.whole', 'copy.db', 'inbox.db', 'ledger.db', 'packs', 'snapshots'].sort(),
    );
  });

  for (const point of KEY_FAULT_POINTS.flatMap((name) => (/move$/.test(name) ? [`${name}:1`, `${name}:4`] : [name]))) {
    it(`killed at ${point}: the old key with everything, or the new one with everything`, async () => {
      const house = copied(first);
      const before = secretIn(house);
      expect(await changeAndDie(house, point)).toBe('SIGKILL');
      const isDecided = KEY_FAULT_POINTS.indexOf(point.replace(/:\d/, '') as never) >= 3;
      // Whoever reads beside a stopped station is told what to do, and what is there is not touched.
      const read = await chartOf(house);
      expect([read.code, read.err.includes('Ett nyckelbyte har avbrutits')]).toEqual(
        isDecided ? [2, true] : [0, false],
      );
      await house.start();
      expect(secretIn(house) === before).toBe(!isDecided);
      expect(handleIn((await chartOf(house)).out)).toBe(handleIn(seen));
      expect(house.logged).not.toContain('station.note');
      await house.stop();
      const keys = keysOf(house);
      for (const name of ['inbox', 'copy', 'ledger', 'access'])
        expect([name, opens(join(house.dataFolder, `${name}.db`), keys.database(name))]).toEqual([name, true]);
      expect(existsSync(join(house.dataFolder, 'key-change'))).toBe(false);
    });
  }

  it('is refused while the station runs, without a place for the envelopes, and with damaged files put aside', async () => {
    const house = copied(first);
    await house.start();
    expect((await house.run(['keys', 'rotate', '--text'])).err).toContain('En annan station använder redan');
    await house.stop();
    expect((await house.run(['keys', 'rotate'])).err).toContain('ange var halvorna ska skrivas');
    writeFileSync(join(house.dataFolder, 'copy.db.damaged-1'), 'x');
    const before = secretIn(house);
    expect((await house.run(['keys', 'rotate', '--text'])).err).toContain('copy.db.damaged-1');
    expect(secretIn(house)).toBe(before);
    expect((await house.run(['keys', 'rotate', '--text', '--drop-damaged'])).code).toBe(0);
    expect(secretIn(house)).not.toBe(before);
  });

  it('leaves the old key where the envelopes could not be made', async () => {
    const house = copied(first);
    const before = secretIn(house);
    writeFileSync(join(house.folder, 'ej-mapp'), '');
    const refused = await house.run(['keys', 'rotate', '--out', join(house.folder, 'ej-mapp', 'kuvert')]);
    expect(refused.code).not.toBe(0);
    expect(secretIn(house)).toBe(before);
    expect(handleIn((await chartOf(house)).out)).toBe(handleIn(seen));
    expect(existsSync(join(house.dataFolder, 'key-change'))).toBe(false);
  });

  it('keeps the old key file where another data folder lies in the place of the one that was being changed', async () => {
    const house = copied(first);
    expect(await changeAndDie(house, 'after-key-change')).toBe('SIGKILL');
    rmSync(house.dataFolder, { recursive: true });
    cpSync(first.dataFolder, house.dataFolder, { recursive: true });
    await expect(house.start()).rejects.toThrow('Ett nyckelbyte har avbrutits');
    expect(secretIn(house)).toBe(secretIn(first));
  });
});

describe('the key from its envelopes', () => {
  it('opens the data folder on a new machine, in either order of halves, and the ledger knows who did it', async () => {
    const printed = await first.run(['keys', 'envelope', '--text']);
    expect(printed.code).toBe(0);
    const [a, b] = halvesIn(printed.out);
    const house = copied(first, 'data');
    expect((await house.run(['keys', 'restore', '--by', 'Ida Ek'], [...b, ...a].join('\n'))).code).toBe(0);
    expect(statSync(house.keyFile).mode & 0o777).toBe(0o600);
    expect(secretIn(house)).toBe(secretIn(first));
    await house.start();
    expect(handleIn((await chartOf(house)).out)).toBe(handleIn(seen));
    expect((await house.run(['ledger', 'show'])).out).toContain('Nyckeln återställd ur kuverten');
    await house.stop();
    expect((await house.run(['keys', 'restore'], [...a, ...b].join('\n'))).err).toContain(
      'Det finns redan en nyckelfil',
    );
  });

  it('makes no key file of halves that are mistyped, apart, or of another station', async () => {
    const [a, b] = halvesIn((await first.run(['keys', 'envelope', '--text'])).out);
    const [, later] = halvesIn((await first.run(['keys', 'envelope', '--text'])).out);
    const house = copied(first, 'data');
    const slip = [...a.slice(0, 2), a[3] ?? '', ...a.slice(3)];
    const tries: [string[], string][] = [
      [[...slip, ...b], 'rad 3'],
      [[...a, ...later], 'Halvorna hör inte ihop'],
      [[...a], 'inget svar'],
    ];
    for (const [lines, words] of tries) {
      const refused = await house.run(['keys', 'restore'], lines.join('\n'));
      expect([refused.code, refused.err.includes(words)]).toEqual([2, true]);
      expect(existsSync(house.keyFile)).toBe(false);
    }
    const other = new House({ settings: SETTINGS_EXAMPLE });
    await other.start();
    await other.stop();
    const others = halvesIn((await other.run(['keys', 'envelope', '--text'])).out).flat();
    expect((await house.run(['keys', 'restore'], others.join('\n'))).err).toContain('Nyckeln är inte den');
    expect(existsSync(house.keyFile)).toBe(false);
    expect((await first.run(['keys', 'verify'], others.join('\n'))).err).toContain('öppnar en annan nyckel');
    await other.end();
  });

  it('goes on two papers, each in a document of its own that only its owner can read', async () => {
    const house = copied(first);
    const folder = join(house.folder, 'kuvert');
    const made = await house.run(['keys', 'envelope', '--out', folder]);
    expect(made.code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['kuvert-A.pdf', 'kuvert-B.pdf']);
    const { bare, pdfPages } = await import('./support/pdf-text.ts');
    const pages = await Promise.all(
      ['A', 'B'].map(async (half) => {
        const file = join(folder, `kuvert-${half}.pdf`);
        expect(statSync(file).mode & 0o777).toBe(0o600);
        return await pdfPages(readFileSync(file));
      }),
    );
    const lines = pages.flatMap(([page = '']) => linesOn(page.slice(page.indexOf('Skrivin') + 'Skrivin'.length)));
    expect(lines).toHaveLength(10);
    expect(pages.map((all) => all.length)).toEqual([1, 1]);
    expect(pages[0]?.[0]).toContain(bare('Stationens nyckel, kuvert A'));
    expect((await house.run(['keys', 'verify'], lines.join('\n'))).code).toBe(0);
    expect((await house.run(['keys', 'envelope', '--out', folder])).err).toContain('finns redan');
  });
});
