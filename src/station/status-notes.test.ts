// What whoever looks at `status` is told of the station itself.

import { expect, it } from 'vitest';
import { allNotes } from './status-notes.ts';

const at = { wallMs: Date.UTC(2026, 10, 22, 10), boot: 'a', monotonicMs: 1 };
const wordsOf = (more: object) => {
  const intake = { notes: [], clock: { count: 0, last: null }, mllp: null, ...more };
  return allNotes({ intake, startedAt: at, notes: [] }).map(({ code, detail }) => [code, detail]);
};
const told = (byMs: number) => wordsOf({ clock: { count: 1, last: { at, byMs } } });

it('a clock that has jumped by minutes or days is told; the seconds a time service corrects are not', () => {
  expect(told(8 * 86_400_000)).toEqual([['clock.stepped', '8 dagar framåt']]);
  expect(told(-3_600_000)).toEqual([['clock.stepped', '1 h bakåt']]);
  expect(told(90_000)).toEqual([]);
});

it('senders the station itself turns away are told with why, and none when there are none', () => {
  const mllp = { connections: [], accepted: 3, refusedAddress: 2, refusedTooMany: 0, refusedEncryption: 1 };
  expect(wordsOf({ mllp })).toEqual([
    ['intake.sender-refused', '2 från adresser som inte får sända, 1 utan godkänd kryptering'],
  ]);
  expect(wordsOf({ mllp: { ...mllp, refusedAddress: 0, refusedEncryption: 0 } })).toEqual([]);
});
