import { describe, expect, it } from 'vitest';
import { GIVEN_ROLES, PROFESSIONS, readHsaId, readProfession, UNIT_ROLES } from './people.ts';

describe('an HSA-id', () => {
  it.each([
    ['SE2321000016-1ABC', 'SE2321000016-1ABC'],
    [' se2321000016-1abc ', 'SE2321000016-1ABC'],
  ])('%j is read as people write it', (text, id) => expect(readHsaId(text)).toBe(id));

  it.each([
    '',
    'anna',
    'SE232100001-1ABC',
    'SE2321000016',
    'SE2321000016-',
    'SE2321000016-1 ABC',
    'SE2321000016-1ÅBC',
    `SE2321000016-${'A'.repeat(19)}`,
    '189001019802',
    "SE2321000016-1'--",
  ])('%j is none', (text) => expect(readHsaId(text)).toBeNull());
});

it('a profession is known by our word and by the Swedish one, and every role has its word', () => {
  for (const [profession, { swedish }] of Object.entries(PROFESSIONS)) {
    expect(readProfession(profession)).toBe(profession);
    expect(readProfession(` ${swedish.toUpperCase()} `)).toBe(profession);
  }
  expect(readProfession('constructor')).toBeNull();
  expect(GIVEN_ROLES.map((role) => UNIT_ROLES[role])).toEqual(['medarbetare', 'enhetsansvarig', 'jour']);
});
