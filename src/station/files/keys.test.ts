import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadStationKeys, StationKeys } from './keys.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Windows has no such rights to ask for: there the technician sets them (docs/operate/install.md). */
const hasModes = process.platform !== 'win32';
const options = () => ({ file: join(folder, 'keys', 'station.key'), dataFolder: join(folder, 'data') });

describe('the station key', () => {
  it('is made at the first start, for this account only, and is the same at the next', () => {
    const first = loadStationKeys(options());
    if (hasModes) expect(statSync(options().file).mode & 0o777).toBe(0o600);
    expect(readFileSync(options().file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(loadStationKeys(options()).database('copy')).toEqual(first.database('copy'));
  });

  it('gives each database, each pack and the handles keys of their own', () => {
    const keys = new StationKeys(Buffer.alloc(32, 7));
    const derived = [keys.database('inbox'), keys.database('copy'), keys.pack('copy'), keys.handleKey()];
    expect(new Set(derived.map((key) => key.toString('hex'))).size).toBe(4);
    expect(derived.every((key) => key.length === 32)).toBe(true);
  });

  it('gives the same patient the same handle, and another number series another handle', () => {
    const keys = new StationKeys(Buffer.alloc(32, 7));
    const handle = keys.handle({ domain: '1.2.752.129.2.1.3.1', id: '189001019802' });
    expect(handle).toMatch(/^[a-z2-7]{26}$/);
    expect(handle).toBe('a7cmkb3ixffwx2rx3y3f55p3ke');
    expect(keys.handle({ domain: 'source:other', id: '189001019802' })).not.toBe(handle);
  });

  it.skipIf(!hasModes)('is refused when others on the computer can read it', () => {
    loadStationKeys(options());
    chmodSync(options().file, 0o640);
    expect(() => loadStationKeys(options())).toThrow('key.exposed');
  });

  it('is refused inside the data folder', () => {
    const file = join(options().dataFolder, 'keys', 'station.key');
    expect(() => loadStationKeys({ file, dataFolder: options().dataFolder })).toThrow('key.inside-data');
  });

  it('is never replaced by a new one while there is data locked with the old', () => {
    loadStationKeys(options());
    rmSync(options().file);
    expect(() => loadStationKeys({ ...options(), dataFolder: join(folder, 'empty') })).not.toThrow();
    rmSync(options().file);
    writeFileSync(join(folder, 'inbox.db'), '');
    expect(() => loadStationKeys({ ...options(), dataFolder: join(folder) })).toThrow('key.inside-data');
    const elsewhere = mkdtempSync(join(tmpdir(), 'reservkraft-keys-'));
    const file = join(elsewhere, 'station.key');
    expect(() => loadStationKeys({ file, dataFolder: folder })).toThrow('key.missing');
    rmSync(elsewhere, { recursive: true });
  });

  it('is not made in a folder that holds another station’s data, nor below it', () => {
    for (const name of ['inbox.db', 'copy.db']) {
      const other = mkdtempSync(join(folder, 'other-'));
      writeFileSync(join(other, name), '');
      for (const file of [join(other, 'station.key'), join(other, 'keys', 'station.key')]) {
        expect(() => loadStationKeys({ file, dataFolder: join(folder, 'data') })).toThrow('key.inside-data');
        expect(existsSync(file)).toBe(false);
      }
    }
  });

  it('does not stand in what is printed of the object', () => {
    const keys = new StationKeys(Buffer.alloc(32, 7));
    expect(JSON.stringify({ keys })).toBe('{"keys":"StationKeys"}');
  });
});
