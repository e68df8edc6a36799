import { describe, expect, test } from 'vitest';
import { concernOfUnread } from './unread-types.ts';

describe('a message of a type that is not read', () => {
  test('puts in doubt only what its type can carry', () => {
    expect([...(concernOfUnread('VXU^V04')?.parts ?? [])]).toEqual(['immunizations']);
    expect(concernOfUnread('VXU^V04')?.mayAdd).toBe(true);
    expect(concernOfUnread('RAS^O01')?.parts.has('doses-given')).toBe(true);
    expect(concernOfUnread('MFN^M02')?.parts.size).toBe(0);
  });
  test('of dispensing says of an order only that it is there', () => {
    expect(concernOfUnread('RDS^O13')).toMatchObject({ mayAdd: false });
    expect(concernOfUnread('RDS^O13')?.parts.has('medication-orders')).toBe(true);
    expect(concernOfUnread('RDS^O13')?.parts.has('allergies')).toBe(false);
  });
  test('can carry anything when the type says nothing', () => {
    for (const type of ['ZZZ^Z01', 'ADT^A99', 'ORU^W01', 'Bundle/transaction', 'unknown', '', 'constructor'])
      expect(concernOfUnread(type)).toBeNull();
  });
});
