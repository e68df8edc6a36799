import { expect, test } from 'vitest';
import { nearness } from './near-name.ts';

const person = (family: string, given: string, number: string) => ({ family, given, number });

test('the same family name on one list is a warning for both', () => {
  const [a, b] = [person('Andersson', 'Eva', '189001019802'), person('Anderson', 'Ewa', '191212121212')];
  expect(nearness(a, person('Andersson', 'Nils', '200001010000'))).toBe('name');
  expect(nearness(a, b)).toBe(null);
  expect(nearness(a, person('Andersson', 'Ewa', b.number))).toBe('name');
  expect(nearness(person('Öberg', 'Åsa', '1'), person('Oberg', 'Asa', '2'))).toBe('name');
});

test('a name without a Latin letter is held against another as any', () => {
  const [number, other] = ['189001019802', '191212121212'];
  for (const family of ['حسن', 'Иванова', '王', 'Ødegård'])
    expect(nearness(person(family, 'A', number), person(family, 'B', other))).toBe('name');
  expect(nearness(person('حسن', 'محمد', number), person('王', '芳芳芳', other))).toBe(null);
});

test('two digits changed places, or two differing digits, are a warning; a stranger’s number is not', () => {
  expect(nearness(person('A', 'B', '189001019802'), person('Lind', 'Karin', '189001018902'))).toBe('number');
  expect(nearness(person('A', 'B', '189001019802'), person('Lind', 'Karin', '194206089205'))).toBe(null);
});

test('someone without a name or number is near nobody', () => {
  expect(nearness(person('', '', ''), person('', '', ''))).toBe(null);
});
