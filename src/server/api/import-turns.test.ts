import { describe, expect, it } from 'vitest';
import { limits } from '../../limits.ts';
import { ImportTurns } from './import-turns.ts';

const LARGE = limits.largeImportBytes + 1;
const busy = expect.objectContaining({ code: 'intake.busy' });

describe('whose turn it is to hand in FHIR', () => {
  it('one large import goes on at a time, also when its length was not said, and small ones beside it', () => {
    const turns = new ImportTurns();
    const large = turns.begin(LARGE);
    expect(() => turns.begin(LARGE)).toThrow(busy);
    expect(() => turns.begin(null)).toThrow(busy);
    const small = turns.begin(limits.largeImportBytes);
    expect(() => small.enlarge()).toThrow(busy);
    large.leave();
    small.enlarge();
    expect(() => turns.begin(LARGE)).toThrow(busy);
    small.leave();
    small.leave();
    turns.begin(LARGE);
  });

  it('so many small ones at once, and one that has become large leaves room for another', () => {
    const turns = new ImportTurns();
    const all = Array.from({ length: limits.smallImportsMax }, () => turns.begin(1));
    expect(() => turns.begin(1)).toThrow(busy);
    all[0]?.enlarge();
    const another = turns.begin(1);
    expect(() => turns.begin(1)).toThrow(busy);
    for (const turn of [...all, another]) turn.leave();
    for (const _ of all) turns.begin(1);
    expect(() => turns.begin(1)).toThrow(busy);
    turns.begin(LARGE);
  });

  it('who goes away while the work goes on gives no turn to another, and who went before it began does no work', async () => {
    const turns = new ImportTurns();
    const turn = turns.begin(LARGE);
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = turn.work(() => promise);
    turn.leave();
    expect(() => turns.begin(LARGE)).toThrow(busy);
    resolve();
    await work;
    const gone = turns.begin(LARGE);
    gone.leave();
    await expect(gone.work(async () => 'done')).rejects.toThrow(busy);
    await expect(turns.begin(LARGE).work(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    turns.begin(LARGE);
  });
});
