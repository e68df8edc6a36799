// The small numbers that stand for parts in copy.db. They are written on disk: a number is never given a new meaning.

import type { PartName } from '../domain/parts.ts';

const CODES = {
  person: 1,
  stay: 2,
  responsible: 3,
  limits: 4,
  allergies: 5,
  alerts: 6,
  infection: 7,
  'medication-orders': 8,
  'doses-given': 9,
  infusions: 10,
  vitals: 11,
  results: 12,
  orders: 13,
  surgery: 14,
  visits: 15,
  problems: 16,
  'fluid-balance': 17,
  devices: 18,
  risks: 19,
  blood: 20,
  notes: 21,
  kin: 22,
  discharge: 23,
  procedures: 24,
  immunizations: 25,
  history: 26,
  reports: 27,
  other: 28,
} as const satisfies Record<PartName, number>;

export const partCode = (part: PartName): number => CODES[part];

/** What has left view (withdrawn, deleted, removed) stands here, so that an older message can't bring it back. */
export const HIDDEN = 1_000;
/** From here on: rows that are not resources of the chart. */
export const SYSTEM = 2_000;
/** Demographics as one source tells them. */
export const PERSON_ROW = 2_001;
/** One stay as one source tells it; stays that never were, or became another visit number, are hidden. */
export const STAY_ROW = 2_002;
export const STAY_HIDDEN = 2_003;
export const NOTICE_ROW = 2_004;
/** The last complete list or statement of "none" of a part. */
export const SNAPSHOT_ROW = 2_005;
/** The chart was dropped by retention: absence of older content says nothing. */
export const DROPPED_ROW = 2_006;

/** Of a resource, in view or hidden. */
export const bareCode = (code: number): number => (code >= HIDDEN && code < SYSTEM ? code - HIDDEN : code);

const NAMES = new Map<number, PartName>(Object.entries(CODES).map(([name, code]) => [code, name as PartName]));
export const partOfCode = (code: number): PartName | null => NAMES.get(bareCode(code)) ?? null;
