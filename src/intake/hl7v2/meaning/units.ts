// Units with a power of ten: `10^9/L`, where the caret is also the mark between components. Cut there, a white cell count of
// 7,5 would be shown as 7,5 «9/L». The standard wants it escaped or written `10*9/L`; many laboratories do neither.

import type { Hl7Segment } from '../message.ts';

const TEN = /^(?:[x×*]\s?)?10$/i;
const EXPONENT = /^[+-]?\d{1,2}(?!\d)/;
/** Code, text, system, and the same again: CE and CWE. */
const COMPONENTS = [1, 2, 3, 4, 5, 6];

/** The components of a unit field, a power of ten put together again; null where there is none (nearly always). */
export function componentsOfPower(segment: Hl7Segment, field: number): string[] | null {
  if (!segment.raw(field).includes('10')) return null;
  const parts = COMPONENTS.map((component) => segment.value(field, component) ?? '');
  const at = parts.findIndex((part, index) => TEN.test(part) && EXPONENT.test(parts[index + 1] ?? ''));
  return at < 0 ? null : [...parts.slice(0, at), `${parts[at]}^${parts[at + 1]}`, ...parts.slice(at + 2)];
}
