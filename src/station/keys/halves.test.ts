import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StationKeys } from '../files/keys.ts';
import { type Half, joinHalves, keyMark, splitKey, TypedHalf } from './halves.ts';

const keys = new StationKeys(Buffer.alloc(32, 7));
const changed = keys.successor();

function typed(half: Half, change: (line: string, at: number) => string = (line) => line): TypedHalf {
  const sheet = new TypedHalf();
  half.lines.forEach((line, at) => {
    sheet.type(change(line, at));
  });
  return sheet;
}

describe('the key on two papers', () => {
  it('comes back from both halves, typed by hand in either order, also after the key has been changed', () => {
    for (const key of [keys, changed]) {
      const [a, b] = splitKey(key, randomBytes);
      expect(a.lines).toHaveLength(key === keys ? 5 : 9);
      expect(a.lines.every((line) => /^[0-9A-HJKMNP-TV-Z]{5}(?: [0-9A-HJKMNP-TV-Z]{5}){2}$/.test(line))).toBe(true);
      expect([a.mark, b.mark, b.pair]).toEqual([keyMark(key), keyMark(key), a.pair]);
      const byHand = (line: string): string =>
        line.toLowerCase().replaceAll(' ', '-').replaceAll('0', 'o').replaceAll('1', 'l');
      expect(joinHalves(typed(a), typed(b, byHand)).secret()).toEqual(key.secret());
      expect(joinHalves(typed(b), typed(a)).secret()).toEqual(key.secret());
    }
  });

  it('tells nothing by one half: half A is the same chance whatever the key, and half B of a key drawn over it', () => {
    const chance = (bytes: number): Buffer => Buffer.alloc(bytes, 0x5a);
    const one = new StationKeys(Buffer.alloc(32, 1));
    const contents = [one, keys].map((key) => splitKey(key, chance).map((half) => typed(half).content));
    expect(contents[0]?.[0]).toEqual(contents[1]?.[0]);
    // For every key there is a chance that gives this very half B: it rules none out.
    const b = contents[0]?.[1] ?? Buffer.alloc(0);
    const other = keys.secret();
    const fitting = Buffer.from(b.map((byte, at) => byte ^ (other[at] ?? 0)));
    const drawn = splitKey(keys, (bytes) => (bytes === 32 ? fitting : Buffer.alloc(bytes)))[1];
    expect(typed(drawn).content).toEqual(b);
  });

  it('finds a slip of the hand at the line where it was made, and what was typed before stands', () => {
    const [a] = splitKey(keys, (bytes) => Buffer.alloc(bytes, 3));
    const sheet = new TypedHalf();
    for (const [at, line] of a.lines.entries()) {
      const letters = [...line];
      letters[at] = letters[at] === 'Z' ? 'Y' : 'Z';
      const wrong = [letters.join(''), line.slice(1), `${line}0`, '', `${a.lines[at === 1 ? 2 : 1]}`];
      for (const slip of at === 0 ? wrong.slice(0, -1) : wrong)
        expect(() => sheet.type(slip)).toThrow(`key.half-mistyped: rad ${at + 1}`);
      sheet.type(line);
    }
    expect(sheet.isWhole).toBe(true);
  });

  it('finds nearly every line with one letter wrong or two that changed places', () => {
    const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    let [seen, tried] = [0, 0];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(14), fc.nat(31), (secret, place, letter) => {
        const [a] = splitKey(new StationKeys(Buffer.from(secret)), (bytes) => Buffer.alloc(bytes, place));
        const letters = [...(a.lines[1] ?? '').replaceAll(' ', '')];
        if (letters[place] === LETTERS[letter]) return;
        letters[place] = LETTERS[letter] ?? '';
        const sheet = new TypedHalf();
        sheet.type(a.lines[0] ?? '');
        tried++;
        try {
          sheet.type(letters.join(''));
        } catch {
          seen++;
        }
      }),
      { seed: 7, numRuns: 2_000 },
    );
    expect(tried - seen).toBeLessThanOrEqual(4);
  });

  it('refuses two halves of the same letter, of two printings, and what is not whole', () => {
    const [a, b] = splitKey(keys, randomBytes);
    const [, later] = splitKey(keys, randomBytes);
    expect(() => joinHalves(typed(a), typed(a))).toThrow('båda är kuvert A');
    expect(() => joinHalves(typed(a), typed(later))).toThrow(`omgång ${a.pair} och omgång ${later.pair}`);
    const begun = new TypedHalf();
    begun.type(b.lines[0] ?? '');
    expect(() => joinHalves(typed(a), begun)).toThrow('key.halves-apart');
  });
});
