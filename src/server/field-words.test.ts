import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { fieldCheck } from './field-words.ts';

const schema = Type.Object(
  {
    source: Type.String({ minLength: 1, maxLength: 100 }),
    how: Type.Union([Type.Literal('in-order'), Type.Literal('leave-out')]),
    upTo: Type.Optional(Type.Integer({ minimum: 0, maximum: 9 })),
    isPartial: Type.Optional(Type.Boolean()),
    keys: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z]$' }), { maxItems: 2 })),
  },
  { additionalProperties: false },
);
const refusal = (value: unknown): unknown => {
  const result = fieldCheck({ schema, method: 'POST', url: '/', httpPart: 'body' })(value);
  return (result as { error?: { detail: string } }).error?.detail;
};

describe('a question that is wrong is refused by the name of its field and what may stand there', () => {
  const right = { source: 'lab', how: 'in-order' };
  it.each([
    [right, undefined],
    [{ source: 'lab' }, 'fältet how saknas: in-order eller leave-out'],
    [{ ...right, how: '189001019802' }, 'fältet how ska vara in-order eller leave-out'],
    [{ ...right, source: '' }, 'fältet source ska vara en text på 1 till 100 tecken'],
    [{ ...right, upTo: -1 }, 'fältet upTo ska vara ett heltal från 0 till 9'],
    [{ ...right, isPartial: 'ja' }, 'fältet isPartial ska vara true eller false'],
    [
      { ...right, keys: ['189001019802'] },
      'fältet keys ska vara en lista på högst 2, var och en en text av formen ^[a-z]$',
    ],
    [{ ...right, 189001019802: 1 }, 'en okänd del finns med; det som kan anges är source, how, upTo, isPartial, keys'],
    [
      { how: 1, keys: 2 },
      'fältet source saknas: en text på 1 till 100 tecken; fältet how ska vara in-order eller leave-out; fältet keys ska vara en lista på högst 2, var och en en text av formen ^[a-z]$',
    ],
    [null, 'frågan ska ha ett objekt med source, how, upTo, isPartial, keys'],
    [['189001019802'], 'frågan ska ha ett objekt med source, how, upTo, isPartial, keys'],
  ])('%j', (value, words) => {
    expect(refusal(value)).toBe(words);
  });
});
