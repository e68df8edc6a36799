import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Witness } from './witness.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reservkraft-witness-'));
  file = join(folder, 'witness');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const head = (sequence: number) => ({ sequence, chain: Buffer.alloc(32, sequence), beside: sequence - 1 });

describe('the witness', () => {
  it('knows at the next start how far the inbox had come', () => {
    const first = new Witness(file);
    expect(first.found).toBeNull();
    for (const seq of [1, 2, 3, 9]) first.record(head(seq));
    first.close();
    const second = new Witness(file);
    expect(second.found).toEqual(head(9));
    second.record(head(10));
    second.close();
    expect(new Witness(file).found).toEqual(head(10));
  });

  it('still knows the commit before when the last write was torn', () => {
    const witness = new Witness(file);
    witness.record(head(41));
    witness.close();
    const next = new Witness(file);
    next.record(head(42));
    next.close();
    const slots = readFileSync(file);
    const newest = slots.subarray(0, 72).includes(Buffer.alloc(32, 42)) ? 0 : 4096;
    const fd = openSync(file, 'r+');
    writeSync(fd, Buffer.from('torn'), 0, 4, newest + 12);
    closeSync(fd);
    expect(new Witness(file).found).toEqual(head(41));
  });

  it('still knows a commit that reached the disk when the newest of many in a moment was torn', () => {
    const witness = new Witness(file);
    witness.record(head(41));
    witness.close();
    const next = new Witness(file);
    for (const seq of [42, 43, 44, 45]) next.record(head(seq));
    next.close();
    const newest = readFileSync(file).subarray(0, 72).includes(Buffer.alloc(32, 45)) ? 0 : 4096;
    const fd = openSync(file, 'r+');
    writeSync(fd, Buffer.from('torn'), 0, 4, newest + 12);
    closeSync(fd);
    expect([41, 42]).toContain(new Witness(file).found?.sequence);
  });

  it('takes a file that is no witness for none', () => {
    writeFileSync(file, 'something else');
    expect(new Witness(file).found).toBeNull();
  });
});
