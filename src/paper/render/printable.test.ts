import { expect, it } from 'vitest';
import type { Sheet } from '../sheets/sheet.ts';
import { PLAIN_LETTERS, printableSheet } from './printable.ts';

it('on paper an amount is not parted from its thousands or its unit by the end of a line', () => {
  const words = { is: 'words', tone: 'plain', lines: ['20:00 Enoxaparin 4 000 IE'] };
  const { sections } = printableSheet({ sections: [words] } as unknown as Sheet, PLAIN_LETTERS);
  expect(sections).toEqual([{ ...words, lines: ['20:00 Enoxaparin 4\u00a0000\u00a0IE'] }]);
});

it('on paper a line ends after a separating point, a day keeps its weekday and a date its year', () => {
  const words = { is: 'words', tone: 'plain', lines: ['fre 13/11 08:21 · sedan 10 nov 2026'] };
  const { sections } = printableSheet({ sections: [words] } as unknown as Sheet, PLAIN_LETTERS);
  expect(sections).toEqual([{ ...words, lines: ['fre\u00a013/11 08:21\u00a0· sedan 10\u00a0nov\u00a02026'] }]);
});
