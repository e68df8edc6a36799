// Names, addresses and phones as HL7 v2 of any version writes them, to FHIR. A list is always the whole list as now said.

import type { Address, ContactPoint, HumanName } from 'fhir/r4';
import type { Hl7Segment } from '../message.ts';

const NAME_USE = new Map(
  Object.entries<HumanName['use']>({
    L: 'official',
    C: 'official',
    D: 'usual',
    M: 'maiden',
    N: 'nickname',
    S: 'anonymous',
    B: 'old',
    BAD: 'old',
    T: 'temp',
    NB: 'temp',
  }),
);

const ADDRESS_USE = new Map(
  Object.entries<Address['use']>({
    H: 'home',
    P: 'home',
    L: 'home',
    B: 'work',
    O: 'work',
    C: 'temp',
    V: 'temp',
    BA: 'old',
  }),
);

type Text = string | null | undefined;
const isText = (value: Text): value is string => typeof value === 'string';

/** XPN; PN and XCN-like names of older versions have the same first five components. Null when the repetition says no name. */
export function readName(segment: Hl7Segment, field: number, repetition = 1): HumanName | null {
  const at = (component: number): Text => segment.value(field, component, 1, repetition);
  const family = at(1);
  const given = [at(2), at(3)].filter(isText);
  const suffix = at(4);
  const prefix = at(5);
  if (!isText(family) && given.length === 0) return null;
  const text = [...given, family].filter(isText).join(' ');
  const use = NAME_USE.get(at(7) ?? '');
  return {
    ...(use === undefined ? {} : { use }),
    text,
    ...(isText(family) ? { family } : {}),
    ...(given.length === 0 ? {} : { given }),
    ...(isText(prefix) ? { prefix: [prefix] } : {}),
    ...(isText(suffix) ? { suffix: [suffix] } : {}),
  };
}

/** XAD; AD of older versions has the same first seven components. */
export function readAddress(segment: Hl7Segment, field: number, repetition = 1): Address | null {
  const at = (component: number): Text => segment.value(field, component, 1, repetition);
  const line = [at(1), at(2)].filter(isText);
  const [city, state, postalCode, country, type] = [at(3), at(4), at(5), at(6), at(7)];
  if (line.length === 0 && !isText(city) && !isText(postalCode) && !isText(state) && !isText(country)) return null;
  const use = ADDRESS_USE.get(type ?? '');
  return {
    ...(use === undefined ? {} : { use }),
    ...(type === 'M' ? { type: 'postal' as const } : {}),
    ...(line.length === 0 ? {} : { line }),
    ...(isText(city) ? { city } : {}),
    ...(isText(state) ? { state } : {}),
    ...(isText(postalCode) ? { postalCode } : {}),
    ...(isText(country) ? { country } : {}),
  };
}

const PHONE_SYSTEM = new Map(
  Object.entries<ContactPoint['system']>({
    PH: 'phone',
    CP: 'phone',
    SAT: 'phone',
    FX: 'fax',
    BP: 'pager',
    MD: 'other',
    TDD: 'other',
    TTY: 'other',
    INTERNET: 'email',
    'X.400': 'email',
  }),
);

/** XTN of any version: the number as one text (XTN-12 or XTN-1) where it stands, else put together from its parts. */
export function readPhone(
  segment: Hl7Segment,
  field: number,
  home: 'home' | 'work',
  repetition = 1,
): ContactPoint | null {
  const at = (component: number): Text => segment.value(field, component, 1, repetition);
  const useCode = at(2) ?? '';
  const equipment = at(3) ?? '';
  const email = at(4);
  const isEmail = useCode === 'NET' || equipment.toUpperCase() === 'INTERNET';
  const whole = at(12) ?? at(1);
  const [country, area, local, extension] = [at(5), at(6), at(7), at(8)];
  const assembled = [isText(country) ? `+${country.replace('+', '')}` : undefined, area, local]
    .filter(isText)
    .join(' ');
  const number = isText(whole) ? whole : assembled;
  const value = isEmail ? (email ?? whole) : number === '' ? email : number;
  if (!isText(value) || value === '') return null;
  const system =
    isEmail || (number === '' && isText(email)) ? 'email' : (PHONE_SYSTEM.get(equipment.toUpperCase()) ?? 'phone');
  const use = equipment === 'CP' ? 'mobile' : useCode === 'WPN' ? 'work' : useCode === 'PRN' ? 'home' : home;
  const isExtended = system !== 'email' && isText(extension) && !isText(whole);
  return { system, value: isExtended ? `${value} ankn. ${extension}` : value, use };
}

/**
 * Every repetition of a field, read; three states: null when the field was sent as "" (or all its components were), undefined
 * when it says nothing.
 */
export function readList<T>(
  segment: Hl7Segment,
  field: number,
  read: (repetition: number) => T | null,
): T[] | null | undefined {
  const count = segment.repetitions(field);
  if (count === 0) return undefined;
  const found: T[] = [];
  for (let repetition = 1; repetition <= count; repetition += 1) {
    const value = read(repetition);
    if (value !== null) found.push(value);
  }
  if (found.length > 0) return found;
  return segment.raw(field).includes('""') ? null : undefined;
}

/** A list said in several fields, put together (changes.ts, Slices): null when all that was said is deletion. */
export function wholeOf(slices: readonly unknown[]): unknown[] | null | undefined {
  const said = slices.filter((slice) => slice !== undefined);
  if (said.length === 0) return undefined;
  const whole = said.flatMap((slice) => (Array.isArray(slice) ? slice : []));
  return whole.length === 0 ? null : whole;
}
