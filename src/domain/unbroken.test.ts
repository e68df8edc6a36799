import { expect, it } from 'vitest';
import { unbroken } from './unbroken.ts';

const shown = (words: string): string => unbroken(words).replaceAll('\u00a0', '_');

it.each([
  ['Enoxaparin 4 000 IE sc', 'Enoxaparin 4_000_IE sc'],
  ['1 000 mL Ringer-Acetat, 60 mL/h', '1_000_mL Ringer-Acetat, 60_mL/h'],
  ['Paracetamol 1 g x 4', 'Paracetamol 1_g x 4'],
  ['SpO2 91 % på 2 l/min', 'SpO2 91_% på 2_l/min'],
  ['1 200 000 E', '1_200_000_E'],
  ['Temp 38,4 °C', 'Temp 38,4_°C'],
  ['kopian 0 s · prövad för 7 h sedan', 'kopian 0_s · prövad för 7_h sedan'],
])('a number, its thousands and its unit are never parted by a line’s end: %s', (words, expected) => {
  expect(shown(words)).toBe(expected);
});

it.each([
  ['12:00 Heparin', '12:00 Heparin'],
  ['22/11 2026', '22/11 2026'],
  ['2 ordinationer', '2 ordinationer'],
  ['Larm 3 minuter sedan', 'Larm 3 minuter sedan'],
])('what is no amount may break: %s', (words, expected) => {
  expect(shown(words)).toBe(expected);
});
