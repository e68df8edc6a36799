import { expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { handIn } from './hand-in.ts';

const documents = (count: number, bytes = 1): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => new Uint8Array(bytes).fill(at));

it('what is handed in together is given to the inbox some at a time, in order, and answered in order', async () => {
  let [waiting, most] = [0, 0];
  const given: number[] = [];
  const submit = async (bytes: Uint8Array): Promise<number> => {
    waiting += 1;
    most = Math.max(most, waiting);
    given.push(bytes[0] ?? -1);
    await new Promise(setImmediate);
    waiting -= 1;
    return bytes[0] ?? -1;
  };
  const expected = Array.from({ length: 200 }, (_, at) => at);
  expect(await handIn(documents(200), submit)).toEqual(expected);
  expect(given).toEqual(expected);
  expect(most).toBe(limits.handInGroupMax);
  most = 0;
  await handIn(documents(4, limits.handInGroupBytesMax / 2), submit);
  expect(most).toBe(2);
  most = 0;
  await handIn(documents(2, limits.handInGroupBytesMax + 1), submit);
  expect(most).toBe(1);
});

it('a refusal is told when nothing of the hand-in is under way, and nothing more is tried', async () => {
  let [waiting, tried] = [0, 0];
  const submit = async (bytes: Uint8Array): Promise<void> => {
    tried += 1;
    waiting += 1;
    if (bytes[0] === 3) {
      waiting -= 1;
      throw new Error('full');
    }
    await new Promise(setImmediate);
    waiting -= 1;
  };
  await expect(handIn(documents(200), submit)).rejects.toThrow('full');
  expect([waiting, tried]).toEqual([0, limits.handInGroupMax]);
});
