// Printing by an invented nurse at a fixed time, for the tests of this folder.

import { HOUR_MS, NOW_MS } from '../domain/chart/chart.fixture.ts';
import type { Printing } from './printing.ts';

export const printing = (change: Partial<Printing> = {}): Printing => ({
  at: NOW_MS,
  clockIsUnsure: false,
  by: 'Anna Berg, ssk',
  version: 37,
  replaces: { version: 36, at: NOW_MS - HOUR_MS },
  validUntil: NOW_MS + 2 * HOUR_MS,
  situation: null,
  writeIn: 'JOURNALEN',
  watermark: null,
  ...change,
});
