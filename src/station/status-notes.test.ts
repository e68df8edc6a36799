// What whoever looks at `status` is told of the station itself.

import { expect, it } from 'vitest';
import { allNotes } from './status-notes.ts';

const at = { wallMs: Date.UTC(2026, 10, 22, 10), boot: 'a', monotonicMs: 1 };
const told = (byMs: number) =>
  allNotes({ intake: { notes: [], clock: { count: 1, last: { at, byMs } } }, notes: [] }).map(({ code, detail }) => [
    code,
    detail,
  ]);

it('a clock that has jumped by minutes or days is told; the seconds a time service corrects are not', () => {
  expect(told(8 * 86_400_000)).toEqual([['clock.stepped', '8 dagar framåt']]);
  expect(told(-3_600_000)).toEqual([['clock.stepped', '1 h bakåt']]);
  expect(told(90_000)).toEqual([]);
});
