// Signing in, whatever has happened to the station's disk.

import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SealedCode } from '../../access/emergency-codes.ts';
import type { PastEntry } from '../../access/taken-again.ts';
import type { Tell } from '../../access/tell.ts';
import { personId } from '../../domain/access/people.ts';
import { patientKey, unitId } from '../../domain/identity.ts';
import { chainId } from '../../domain/ledger-entry.ts';
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
    ledgerPlace: () => ({ chain: chainId('c'.repeat(26)), epoch: 1, sequence: told.length, hash: 'h' }),
    since: ({ sequence }) => {
      if (isEnding) throw new Error('the power is gone');
      return isLedgerRead ? told.slice(sequence) : null;
    },
  });
/** What the ledger was told, as the server tells it. */
let told: PastEntry[];
let isLedgerRead = true;
let isEnding = false;
const tell: Tell = ({ kind, unit = null, patient = null, body }) =>
  void told.push({ kind, unit, patient, eventAt: Date.now(), body: JSON.parse(JSON.stringify(body)) });
const signIn = ({ access }: StationAccess) => access.signIns.withSecret({ user: PERSON.id, secret: words }, FROM, tell);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  told = [];
  isLedgerRead = true;
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
  expect(notes.all.at(-1)).toMatchObject({
    code: 'access.damaged',
    detail: expect.stringMatching(/^den senaste hela kopian används/),
  });
  expect(readdirSync(folder).some((name) => name.startsWith('access.db.damaged-'))).toBe(true);
  again.stop();
});

describe('what was taken from somebody does not come back with an older whole copy', () => {
  const [KIR, LEAD] = [unitId('KIR2'), { author: 'SE0000000000-9', name: 'Eva Ek', leads: 'all' as const }];
  const others = ['2', '3', '4'].map((end) => ({ ...PERSON, id: personId(`SE0000000000-${end}`) }));
  const [closed, narrowed, other] = others as [typeof PERSON, typeof PERSON, typeof PERSON];
  const at = (role: 'staff' | 'on-call') => ({ unit: KIR, role, name: null, from: null, until: null });
  const [PATIENT, FREED] = ['p', 'q'].map((letter) => patientKey(letter.repeat(26))) as [
    ReturnType<typeof patientKey>,
    ReturnType<typeof patientKey>,
  ];
  const halves = (code: SealedCode) => ({
    ...{ number: code.number, halfA: code.halfA.join(' '), halfB: code.halfB.join(' ') },
    ...{ first: 'Anna Berg, ssk', second: 'Bo Alm, läk' },
  });

  /** The copy of before, and the file damaged after all that was done since. */
  async function damagedAfter(act: (one: StationAccess, codes: readonly SealedCode[]) => Promise<void>) {
    const before = opened();
    for (const person of [closed, narrowed])
      before.access.accounts.put([{ person, assignments: [at('staff'), at('on-call')] }]);
    before.access.blocks.set(FREED, KIR);
    const sheet = await before.access.codes.make(KIR, 3);
    before.access.devices.used('d'.repeat(22), { person: PERSON.id, units: [], browser: null }, Date.now());
    before.stop();
    const copy = join(folder, 'access.db.whole');
    copyFileSync(copy, join(folder, 'kept'));
    const then = opened();
    await act(then, sheet.codes);
    then.stop();
    copyFileSync(join(folder, 'kept'), copy);
    const file = openSync(join(folder, 'access.db'), 'r+');
    writeSync(file, Buffer.alloc(200, 0x5a), 0, 200, 0);
    closeSync(file);
    return { again: opened(), sheet };
  }

  it('a code used, words replaced, people let out, a device lost, blocks: done again from the ledger; what gave something is counted', async () => {
    const first = words;
    let [second, newer] = [[] as SealedCode[], ''];
    const { again, sheet } = await damagedAfter(async ({ access }, [code]) => {
      if (code !== undefined) await access.signIns.withEmergencyCode(halves(code), FROM, tell);
      newer = (await access.accounts.dealSecret(PERSON.id)).join(' ');
      await access.signIns.withSecret({ user: PERSON.id, secret: newer }, FROM, tell);
      access.enrolling.close(closed.id, LEAD, tell);
      access.accounts.narrow(narrowed.id, [at('staff')]);
      tell({ kind: 'access.account-opened', author: 'x', body: { account: narrowed.id, assignments: [at('staff')] } });
      access.enrolling.open(other, at('staff'), LEAD, tell);
      const [device] = access.devices.all();
      access.devices.lost(device?.number ?? '', Date.now());
      tell({ kind: 'access.device-lost', author: 'x', body: { number: device?.number, person: device?.person } });
      tell({ kind: 'access.device-lost', author: 'x', body: { number: 'D-2222-3333', person: PERSON.id } });
      tell({ kind: 'access.blocked', author: 'x', patient: PATIENT, body: { unit: KIR } });
      tell({ kind: 'access.unblocked', author: 'x', patient: FREED, body: { unit: KIR } });
      const made = await access.codes.make(KIR, 1);
      second = [...made.codes];
      tell({ kind: 'access.codes-made', author: 'x', unit: KIR, body: { set: made.set, numbers: ['KIR2-2-01'] } });
    });
    const { access } = again;
    const enter = (code: SealedCode) => access.signIns.withEmergencyCode(halves(code), FROM, tell);
    for (const code of [...sheet.codes, ...second]) await expect(enter(code)).rejects.toThrow('access.wrong-code');
    for (const secret of [first, newer])
      await expect(access.signIns.withSecret({ user: PERSON.id, secret }, FROM, tell)).rejects.toThrow('wrong-secret');
    expect(access.accounts.get(PERSON.id)).toMatchObject({ state: 'invited' });
    expect(access.accounts.get(closed.id)).toMatchObject({ state: 'closed', assignments: [] });
    expect(access.accounts.get(narrowed.id)?.assignments).toEqual([at('staff')]);
    expect(access.accounts.get(other.id)).toBeNull();
    expect(access.devices.all().map(({ lostAt }) => lostAt !== null)).toEqual([true, true]);
    // What lifts one gives something: it stands until it is lifted anew.
    expect([...access.blocks.all.keys()].toSorted()).toEqual([PATIENT, FREED]);
    // No paper gets the number of another.
    expect((await access.codes.make(KIR, 1)).codes.map(({ number }) => number)).toEqual(['KIR2-3-01']);
    expect(notes.all.at(-1)?.detail).toMatch(
      /; \d+ ändringar sedan dess är gjorda om ur liggaren, \d+ som gav någon något/,
    );
    again.stop();
    // And it stands on the disk.
    const later = opened();
    expect(later.access.accounts.get(closed.id)?.state).toBe('closed');
    expect(later.access.devices.all().every(({ lostAt }) => lostAt !== null)).toBe(true);
    later.stop();
  });

  it('words dealt before the copy and used after it are the ones in use: nobody is sent for new ones', async () => {
    const dealing = opened();
    const newer = (await dealing.access.accounts.dealSecret(PERSON.id)).join(' ');
    dealing.stop();
    const { again } = await damagedAfter(async ({ access }) => {
      await access.signIns.withSecret({ user: PERSON.id, secret: newer }, FROM, tell);
    });
    await expect(signIn(again)).rejects.toThrow('access.wrong-secret');
    await again.access.signIns.withSecret({ user: PERSON.id, secret: newer }, FROM, tell);
    again.stop();
  });

  it('also when the station ends in the midst of it, or with the damaged file put aside and no other in its place', async () => {
    isEnding = true;
    const close = async ({ access }: StationAccess) => void access.enrolling.close(closed.id, LEAD, tell);
    await expect(damagedAfter(close)).rejects.toThrow('the power is gone');
    isEnding = false;
    const again = opened();
    expect(again.access.accounts.get(closed.id)?.state).toBe('closed');
    expect(notes.all.at(-1)?.detail).toContain('1 ändringar sedan dess är gjorda om ur liggaren');
    again.stop();
    const before = notes.all.length;
    const whole = opened();
    expect(notes.all.length).toBe(before);
    whole.stop();
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `access.db${end}`), { force: true });
    const aside = opened();
    await signIn(aside);
    expect(aside.access.accounts.get(closed.id)?.state).toBe('closed');
    aside.stop();
  });

  it('where the ledger can’t be read either the station says so, and lets people in', async () => {
    isLedgerRead = false;
    const { again } = await damagedAfter(async () => {});
    await signIn(again);
    expect(notes.all.at(-1)?.detail).toContain('går inte att läsa ur liggaren');
    again.stop();
  });
});
