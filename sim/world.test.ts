import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from './local-time.ts';
import { ageAt, makePeople, sexOf } from './people.ts';
import { UNITS } from './places.ts';
import { isPresent, placeAt, type SimStay } from './stay.ts';
import { World } from './world.ts';

const NOON = Date.UTC(2026, 10, 24, 11, 0);
const present = (world: World, at: number): SimStay[] => world.stays.filter((stay) => isPresent(stay, at));
const placeKey = (stay: SimStay, at: number): string => {
  const { unit, room, bed } = placeAt(stay, at);
  return `${unit}/${room}/${bed}`;
};
const facts = (world: World): unknown =>
  world.stays.map((s) => [
    s.number,
    s.person.number,
    s.person.family,
    s.reason,
    s.admittedAt,
    s.dischargedAt,
    s.places,
  ]);

test('about 120 inpatients lie in at least six units, and the emergency department and day surgery have patients', () => {
  const world = new World({ seed: '1', at: NOON });
  const here = present(world, NOON).filter((stay) => stay.hospital === 'ASEN');
  const inpatients = here.filter((stay) => stay.kind === 'inpatient');
  expect(inpatients.length).toBeGreaterThanOrEqual(105);
  expect(inpatients.length).toBeLessThanOrEqual(130);
  expect(new Set(inpatients.map((stay) => placeAt(stay, NOON).unit)).size).toBeGreaterThanOrEqual(6);
  expect(here.some((stay) => stay.kind === 'emergency')).toBe(true);
  expect(here.some((stay) => stay.kind === 'day-care')).toBe(true);
  expect(here.some((stay) => stay.kind === 'newborn')).toBe(true);
});

test('the same seed and hour give the same hospital, whenever and in however many steps it was made', () => {
  const direct = new World({ seed: '7', at: NOON + 6 * HOUR_MS });
  const stepwise = new World({ seed: '7', at: NOON });
  for (let minute = 1; minute <= 360; minute += 7) stepwise.advance(NOON + minute * 60_000);
  stepwise.advance(NOON + 6 * HOUR_MS);
  expect(facts(stepwise)).toEqual(facts(direct));
  expect(facts(new World({ seed: '8', at: NOON }))).not.toEqual(facts(new World({ seed: '7', at: NOON })));
});

test('nobody is in two beds, and no bed has two patients, at any hour of three days', () => {
  const world = new World({ seed: '3', at: NOON });
  for (let at = NOON; at < NOON + 3 * DAY_MS; at += 90 * 60_000) {
    world.advance(at);
    const here = present(world, at);
    const numbers = here.map((stay) => stay.person.number);
    expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
    const beds = here.filter((stay) => placeAt(stay, at).bed !== '').map((stay) => placeKey(stay, at));
    expect(beds.filter((bed, i) => beds.indexOf(bed) !== i)).toEqual([]);
  }
});

test('patients fit where they lie: children on the children’s ward, mothers on the maternity ward', () => {
  const world = new World({ seed: '1', at: NOON });
  for (const stay of present(world, NOON)) {
    const age = ageAt(stay.person, '20261124');
    if (placeAt(stay, NOON).unit === 'BARN') expect(age).toBeLessThan(18);
    if (stay.kind === 'inpatient' && placeAt(stay, NOON).unit === 'BB') expect(stay.person.sex).toBe('F');
    if (placeAt(stay, NOON).unit === 'ORT1') expect(age).toBeGreaterThan(50);
  }
});

test('the people include near names, near numbers, protected identities and co-ordination numbers', () => {
  const people = makePeople('1');
  const pairs = people.filter((person) => person.lookalike !== null);
  expect(pairs.length).toBe(24);
  for (const person of pairs) {
    const other = people[person.lookalike ?? -1];
    expect(other?.given).toBe(person.given);
    expect(other?.birth.slice(0, 6)).toBe(person.birth.slice(0, 6));
  }
  expect(people.filter((person) => person.isProtected).length).toBeGreaterThan(3);
  expect(people.filter((person) => person.series === 'samordningsnummer').length).toBeGreaterThan(20);
  expect(new Set(people.map((person) => person.number)).size).toBe(people.length);
  expect(new Set(people.map((person) => person.localNumber)).size).toBe(people.length);
  expect(people.filter((person) => person.series === 'personnummer').every((p) => sexOf(p.number) === p.sex)).toBe(
    true,
  );
});

test('every unit has a Swedish name and a kind of list', () => {
  expect(UNITS.map((unit) => unit.code)).toContain('AKUT');
  expect(new Set(UNITS.map((unit) => unit.listKind))).toEqual(
    new Set(['bed', 'birth', 'emergency', 'day-care', 'surgery']),
  );
});
