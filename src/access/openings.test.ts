import { expect, it } from 'vitest';
import { patientKey } from '../domain/identity.ts';
import { limits } from '../limits.ts';
import { Openings } from './openings.ts';

const patient = (number: number) => patientKey(`patient ${number}`);
const from = limits.openingsToldFrom;

it('that somebody has come to have very many patients of other units open is told, each time it has doubled, and nobody is refused', () => {
  const openings = new Openings();
  const told = Array.from({ length: 4 * from }, (_, number) => openings.choose('SE1', patient(number), number));
  expect(told.filter((one) => one !== null)).toEqual([from, 2 * from, 4 * from]);
  expect(openings.of('SE1', [patient(4 * from - 1)], 4 * from).isChosen).toBe(true);
  expect(openings.choose('SE2', patient(1), 0)).toBeNull();
});

it('the same patient again, and those of a shift that has passed, are not counted', () => {
  const openings = new Openings();
  for (let number = 0; number < from - 1; number++) openings.open('SE1', patient(number), 0);
  expect(openings.choose('SE1', patient(0), 0)).toBeNull();
  expect(openings.open('SE1', patient(from), limits.choiceMs)).toBeNull();
  expect(openings.choose('SE1', patient(from + 1), limits.choiceMs)).toBeNull();
});

it('beyond what is remembered the longest unused is asked for again', () => {
  const openings = new Openings();
  for (let number = 0; number <= limits.openingsAPersonMax; number++) openings.choose('SE1', patient(number), 0);
  const isChosen = (number: number) => openings.of('SE1', [patient(number)], 1).isChosen;
  expect([0, 1, limits.openingsAPersonMax].map(isChosen)).toEqual([false, true, true]);
});
