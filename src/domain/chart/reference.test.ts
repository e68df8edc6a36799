import { expect, it } from 'vitest';
import { referenceBounds } from './reference.ts';

it.each([
  ['3.5-5.0', 3.5, 5],
  ['117–153', 117, 153],
  ['3,5–8,8 mmol/l', 3.5, 8.8],
  ['-2 - 2', -2, 2],
  ['< 3', null, 3],
  ['>60', 60, null],
])('the range %j is drawn from %s to %s', (text, low, high) => expect(referenceBounds(text)).toEqual({ low, high }));

it.each(['', 'negativ', '5-3', 'män: 130–170, kvinnor: 120–150', '1:2', '3–4–5', '< 3 (fastande patient)'])(
  'the words %j give no band',
  (text) => expect(referenceBounds(text)).toBeNull(),
);
