// The illnesses people come with, as tables: who gets them, where they lie, how long, and what shows. One line a fact, so
// that a clinician can read it through and correct it.

import type { Course } from './course.ts';
import { BIRTH_AND_CHILDREN } from './courses-birth-and-children.ts';
import { DAY_SURGERY } from './courses-day-surgery.ts';
import { INTENSIVE } from './courses-intensive.ts';
import { MEDICINE } from './courses-medicine.ts';
import { SURGERY } from './courses-surgery.ts';

/** In this order: a ward's patients follow from the seed and the place of a course among the ward's own. */
export const COURSES: readonly Course[] = [
  ...MEDICINE,
  ...SURGERY,
  ...INTENSIVE,
  ...BIRTH_AND_CHILDREN,
  ...DAY_SURGERY,
];

/** What people seek emergency care for and go home from. */
export const EMERGENCY_REASONS: readonly (readonly [string, string])[] = [
  ['Bröstsmärta', 'R07.4'],
  ['Buksmärta', 'R10.4'],
  ['Andfåddhet', 'R06.0'],
  ['Yrsel', 'R42.9'],
  ['Fall, handledssmärta', 'S52.5'],
  ['Huvudvärk', 'R51.9'],
  ['Feber', 'R50.9'],
  ['Hjärtklappning', 'I49.9'],
  ['Sårskada hand', 'S61.9'],
  ['Allergisk reaktion', 'T78.4'],
];
