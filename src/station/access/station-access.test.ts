// Signing in, whatever has happened to the station's disk.

import { chmodSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { personId } from '../../domain/access/people.ts';
import { unitId } from '../../domain/identity.ts';
import { StationKeys } from '../files/keys.ts';
import { StationNotes } from '../notes.ts';
import { StationAccess } from './station-access.ts';

const PERSON = { id: personId('SE0000000000-1'), name: 'Anna Bergström', title: 'ssk', profession: 'nurse' } as const;
const FROM = { address: '127.0.0.1', device: null };

let folder: string;
let words: string;
const clock = { now: () => ({ wallMs: Date.now(), boot: 'b', monotonicMs: performance.now() }) };
const notes = new StationNotes(clock, () => undefined);

const opened = () =>
  new StationAccess({
    heard: () => [],
    dataFolder: folder,
    keys: new StationKeys(Buffer.alloc(32, 7)),
    units: [{ id: unitId('KIR2'), name: 'Kirurgen', listKind: 'bed' }],
    ...{ clock, notes },
    isTimePaused: () => false,
    provider: null,
  });
const signIn = ({ access }: StationAccess) =>
  access.signIns.withSecret({ user: PERSON.id, secret: words }, FROM, () => undefined);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  const first = opened();
  first.access.accounts.put([{ person: PERSON, assignments: [] }]);
  words = (await first.access.accounts.dealSecret(PERSON.id)).join(' ');
  await signIn(first);
  first.stop();
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

it('after a restart everybody signs in with the same words, and nobody is still in', async () => {
  const again = opened();
  await signIn(again);
  expect(again.access.sessions.count).toBe(1);
  expect(again.access.accounts.get(PERSON.id)).toMatchObject({ state: 'active', secretUsedAt: expect.any(Number) });
  again.stop();
});

it('a stolen folder tells neither who works here nor their words', () => {
  const files = readdirSync(folder);
  expect(files).toContain('access.db');
  expect(files).toContain('access.db.whole');
  for (const file of files) {
    const bytes = readFileSync(join(folder, file)).toString('latin1');
    for (const text of ['Bergstr', PERSON.id, 'argon2id', words.split(' ')[0] ?? '', 'KIR2'])
      if (text.length > 3) expect([file, bytes.includes(text)]).toEqual([file, false]);
  }
});

it.each([
  ['in its first page', 0],
  ['further in', 4096 + 100],
])('with the file damaged %s the last whole copy lets everybody in, and the station says so', async (_, offset) => {
  const file = openSync(join(folder, 'access.db'), 'r+');
  writeSync(file, Buffer.alloc(200, 0x5a), 0, 200, offset);
  const again = opened();
  await signIn(again);
  expect(notes.all.at(-1)).toMatchObject({ code: 'access.damaged', detail: 'den senaste hela kopian används' });
  expect(readdirSync(folder).some((name) => name.startsWith('access.db.damaged-'))).toBe(true);
  again.stop();
});
