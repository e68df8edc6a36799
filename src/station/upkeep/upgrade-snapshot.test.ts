import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareCopySchema } from '../../copy/schema.ts';
import { COPY_FILE } from '../files/data-folder.ts';
import { StationKeys } from '../files/keys.ts';
import { openDatabase } from '../files/open-database.ts';
import { StationNotes } from '../notes.ts';
import { listSnapshots, restoreSnapshot } from './snapshots.ts';
import { keepVersion, type ProgramVersion, snapshotBeforeUpgrade } from './upgrade-snapshot.ts';

const keys = new StationKeys(Buffer.alloc(32, 7));
const NOW = Date.UTC(2026, 10, 22, 10);
const OLD: ProgramVersion = { program: '1.0.0', copySchema: 7 };

let folder: string;
let notes: StationNotes;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-upgrade-'));
  notes = new StationNotes({ now: () => ({ wallMs: NOW, boot: 't', monotonicMs: 0 }) }, () => {});
  const copy = openDatabase({ file: join(folder, COPY_FILE), key: keys.database('copy'), role: 'copy' });
  prepareCopySchema(copy);
  copy.exec(`CREATE TABLE former (word TEXT); INSERT INTO former VALUES ('som den lämnades')`);
  copy.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const snapshots = () => listSnapshots(join(folder, 'snapshots'));
const start = (version: ProgramVersion, wallMs = NOW): boolean =>
  snapshotBeforeUpgrade({ dataFolder: folder, keys, wallMs, version, notes });

describe('a copy that another version of the program is about to take over', () => {
  it.each([
    ['a newer program', { ...OLD, program: '1.0.1' }],
    ['an older program', { ...OLD, program: '0.9.0' }],
    ['the same program with another form of the copy', { ...OLD, copySchema: 8 }],
  ])('is first kept as it was left: %s', (_, version) => {
    keepVersion(folder, OLD);
    expect(start(version)).toBe(true);
    const [snapshot] = snapshots();
    if (snapshot === undefined) throw new Error('there is no snapshot');
    expect(snapshot.takenMs).toBe(NOW);
    const back = join(folder, 'back.db');
    restoreSnapshot(snapshot, back, keys.database('copy'));
    const copy = openDatabase({ file: back, key: keys.database('copy'), role: 'copy', readonly: true });
    expect(copy.prepare('SELECT word FROM former').pluck().get()).toBe('som den lämnades');
    copy.close();
    expect(notes.all).toEqual([]);
  });

  it('is kept once: from the start that went well on, the files are this version’s', () => {
    keepVersion(folder, OLD);
    const next = { ...OLD, program: '1.0.1' };
    expect(start(next)).toBe(true);
    keepVersion(folder, next);
    expect(JSON.parse(readFileSync(join(folder, 'version.json'), 'utf8'))).toEqual(next);
    expect(start(next, NOW + 1)).toBe(false);
    expect(snapshots()).toHaveLength(1);
  });

  it('is kept to be sure where nobody can tell which version left it', () => {
    writeFileSync(join(folder, 'version.json'), '{');
    expect(start(OLD)).toBe(true);
    expect(snapshots()).toHaveLength(1);
  });

  it('that cannot be kept is told, and the station starts all the same', () => {
    keepVersion(folder, OLD);
    // Where the snapshots' folder should be lies a file.
    writeFileSync(join(folder, 'snapshots'), '');
    expect(start({ ...OLD, program: '1.0.1' })).toBe(false);
    expect(notes.all).toMatchObject([{ code: 'snapshot.failed', detail: 'före byte från version 1.0.0 till 1.0.1' }]);
  });

  it('that does not exist yet needs none', () => {
    rmSync(join(folder, COPY_FILE));
    mkdirSync(join(folder, 'empty'));
    expect(start(OLD)).toBe(false);
    expect(snapshots()).toEqual([]);
  });
});
