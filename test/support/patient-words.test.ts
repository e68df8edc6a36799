import { describe, expect, it } from 'vitest';
import { PatientWords } from './patient-words.ts';

describe('the search for patients in logs', () => {
  const words = new PatientWords();

  it('knows hundreds of names and numbers', () => expect(words.count).toBeGreaterThan(300));

  it.each([
    ['a name', '{"event":"intake.note","detail":"Lindqvist"}'],
    ['a name in capitals, inside a path', 'could not open /data/HÄGGLUND/1'],
    ['a person number', 'no row for 192804129175'],
    ['a person number as people write it', 'no row for 280412-9175 here'],
  ])('finds %s', (_, line) => expect(words.linesIn(`first\n${line}\nlast`)).toEqual([2]));

  it('lets a log that says only what happened, when and how much pass', () => {
    const line = JSON.stringify({
      level: 30,
      time: '2026-11-22T05:33:07.352Z',
      event: 'station.started',
      httpPort: 34567,
      mllpPort: 41235,
      sources: 8,
      detail: 'copy.db was missing; rows 1 to 10975 of inbox.db, 16777216 bytes, source journal, unit kir1',
    });
    expect(words.linesIn(line)).toEqual([]);
  });
});
