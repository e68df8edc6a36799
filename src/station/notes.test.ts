// What is wrong just now is told until it is right, once and with since when.

import { expect, it } from 'vitest';
import { StationNotes } from './notes.ts';

it('a trouble that lasts is one note with its beginning, changes its words with what changes, and goes when it is over', () => {
  let wallMs = 1_000;
  const told: string[] = [];
  const notes = new StationNotes({ now: () => ({ wallMs, boot: 'b', monotonicMs: 0 }) }, ({ detail }) =>
    told.push(detail),
  );
  notes.tell('counts.failed', 'disken');
  for (const detail of [
    'lab: Observation server-error (500)',
    'lab: Observation server-error (500)',
    'lab: Patient refused (403)',
  ]) {
    wallMs += 1_000;
    notes.stand('poll/lab', 'poll.failed', detail);
  }
  expect(notes.all.map(({ code, wallMs: since }) => [code, since])).toEqual([
    ['counts.failed', 1_000],
    ['poll.failed', 2_000],
  ]);
  expect(told).toHaveLength(3);
  notes.stand('poll/lab', 'poll.failed', null);
  expect(notes.all.map(({ code }) => code)).toEqual(['counts.failed']);
});
