// What a laboratory says of a value or a report, in the words of the chart. Nothing becomes final by default: an answer
// without a stated status is shown as just that (hazard H16).

import type { DiagnosticReport, Observation } from 'fhir/r4';
import type { ValueState } from '../../../domain/changes.ts';

/** HL7 table 0085 (OBX-11). `V` and `A` came with 2.7 and 2.8. `N` (was not asked for) and local codes are not known. */
const VALUE_STATE: ReadonlyMap<string, ValueState> = new Map([
  ['F', 'final'],
  ['U', 'final'],
  ['V', 'final'],
  ['C', 'corrected'],
  ['A', 'corrected'],
  ['P', 'preliminary'],
  ['S', 'preliminary'],
  ['R', 'unverified'],
  ['I', 'registered'],
  ['O', 'registered'],
  ['X', 'cannot-be-done'],
  ['D', 'deleted'],
  ['W', 'withdrawn'],
]);

/** HL7 table 0123 (OBR-25). `M` is a correction that is not final yet. `W` and `D` are not in the table but are sent. */
const REPORT_STATE: ReadonlyMap<string, ValueState> = new Map([
  ['F', 'final'],
  ['C', 'corrected'],
  ['P', 'preliminary'],
  ['A', 'preliminary'],
  ['M', 'preliminary'],
  ['R', 'unverified'],
  ['I', 'registered'],
  ['O', 'registered'],
  ['S', 'registered'],
  ['N', 'registered'],
  ['X', 'cannot-be-done'],
  ['D', 'deleted'],
  ['W', 'withdrawn'],
]);

/** Null when the sender says nothing; `unknown` for a word no table has. */
const lookUp = (table: ReadonlyMap<string, ValueState>, code: string): ValueState | null =>
  table.get(code) ?? (code === '' || code === '""' ? null : (table.get(code.trim().toUpperCase()) ?? 'unknown'));

export const valueState = (code: string, hasValue: boolean): ValueState =>
  lookUp(VALUE_STATE, code) ?? (hasValue ? 'unknown' : 'registered');

export const isKnownValueCode = (code: string): boolean => lookUp(VALUE_STATE, code) !== 'unknown';

/** OBR-25 `X`: the order was cancelled. Whatever the lines under it say of themselves, nobody answers for the values any more. */
export const isCancelled = (reportCode: string): boolean => lookUp(REPORT_STATE, reportCode) === 'cannot-be-done';

/** Without a word about the whole, the report is what all its values agree on; preliminary while one is still awaited. */
export function reportState(code: string, members: readonly ValueState[]): ValueState {
  const stated = lookUp(REPORT_STATE, code);
  if (stated !== null) return stated;
  const standing = members.filter((state) => state !== 'withdrawn' && state !== 'deleted');
  const [first] = standing;
  if (first === undefined) return members.length === 0 ? 'registered' : 'corrected';
  if (standing.every((state) => state === first)) return first;
  if (standing.includes('unknown')) return 'unknown';
  if (standing.some((state) => state === 'registered' || state === 'preliminary')) return 'preliminary';
  return standing.includes('unverified') ? 'unverified' : 'corrected';
}

/** ObservationStatus and DiagnosticReportStatus share these words. */
export const FHIR_STATUS: Readonly<Record<ValueState, Observation['status'] & DiagnosticReport['status']>> = {
  registered: 'registered',
  preliminary: 'preliminary',
  unverified: 'preliminary',
  final: 'final',
  corrected: 'corrected',
  'cannot-be-done': 'cancelled',
  deleted: 'entered-in-error',
  withdrawn: 'entered-in-error',
  unknown: 'unknown',
};
