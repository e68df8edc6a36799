// Sealed codes as they are kept: what was opened once stays so, and no paper is void without anybody having been told.

import { randomInt } from 'node:crypto';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { beforeEach, describe, expect, it } from 'vitest';
import { readTwo } from '../domain/access/sealed-code.ts';
import { unitId } from '../domain/identity.ts';
import { AccessStore } from './access-store.ts';
import { type CodeSheet, EmergencyCodes } from './emergency-codes.ts';
import { Secrets } from './secrets.ts';

const KIR = unitId('KIR2');
const isFull = (error: unknown): boolean => (error as { code?: string }).code === 'SQLITE_FULL';

let db: Sqlite.Database;
let codes: EmergencyCodes;
/** As a station that starts reads it, whatever the one before did not live to do. */
const started = () =>
  new EmergencyCodes({ store: new AccessStore(db, isFull), secrets: new Secrets(), draw: randomInt });
const use = ({ codes: [code] }: CodeSheet, by = codes) =>
  by.use(code?.number ?? '', { a: code?.halfA.join(' ') ?? '', b: code?.halfB.join(' ') ?? '' }, 1_000);

beforeEach(() => {
  db = new Sqlite(':memory:');
  codes = started();
});

describe('a sealed code', () => {
  it('that has opened once opens nothing in a station that lost its power the next moment', async () => {
    const sheet = await codes.make(KIR, 1);
    expect(await use(sheet)).toBe(KIR);
    expect(await use(sheet, started())).toBeNull();
  });

  it('opens also while the disk is full, and is kept as used when it is not', async () => {
    const sheet = await codes.make(KIR, 1);
    const { transaction } = db;
    Object.assign(db, {
      transaction: () => () => {
        throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
      },
    });
    expect(await use(sheet)).toBe(KIR);
    expect(await use(sheet)).toBeNull();
    Object.assign(db, { transaction });
    codes.flush();
    expect(await use(sheet, started())).toBeNull();
  });

  it('of two units with nearly one name opens its own: no number stands for both', async () => {
    const [ear, child] = [await codes.make(unitId('KÄK'), 1), await codes.make(unitId('KÖK'), 1)];
    expect(await use(ear)).toBe('KÄK');
    expect(await use(child)).toBe('KÖK');
  });

  it('made by two at the same time stands on one valid sheet, and the other’s is told to be void', async () => {
    const [one, other] = await Promise.all([codes.make(KIR, 1), codes.make(KIR, 1)]);
    expect(other.voided).toEqual(one.codes.map(({ number }) => number));
    expect([await use(one), await use(other)]).toEqual([null, KIR]);
  });

  it('used while a new set is made is used for ever, and not told to be only void', async () => {
    const sheet = await codes.make(KIR, 1);
    const [next, opened] = await Promise.all([codes.make(KIR, 1), use(sheet)]);
    expect(opened).toBe(KIR);
    expect(next.voided).toEqual([]);
    expect(await use(sheet, started())).toBeNull();
  });

  it.each([
    ['Anna Berg', 'anna  berg'],
    ['Åsa Ek', 'A\u030Asa Ek'],
  ])('is opened by two people: %s and %s are one', (first, second) => {
    expect(readTwo(first, second)).toBeNull();
    expect(readTwo(first, 'Bo Alm')).toEqual({ first, second: 'Bo Alm' });
  });
});
