// Whose chart is a practice copy: the patient lies on a unit that is not in use. Said in the banner, so that everything made of a chart
// says it: screen, terminal, paper, FHIR.

import type { Stay } from '../patient-copy.ts';
import { isInUse, PRACTICE_COPY, type UnitUses } from './unit-use.ts';

/** For the top of the chart and every sheet. Names no unit: where somebody is may be blocked for the one who reads. */
export const PRACTICE_REMARK = `${PRACTICE_COPY}: patientens enhet är under uppbyggnad`;
export const isPracticeRemark = (words: string): boolean => words.startsWith(PRACTICE_COPY);

/** Of units the patient is on; without any, of where they are expected; else of the last one left. */
export function isPracticeCopy(stays: readonly Stay[], uses: UnitUses): boolean {
  const units = unitsOf(stays);
  // Of somebody who has no unit the reader's own unit answers; alone it is a practice copy until some unit here is in use.
  if (units.length === 0) return !Object.values(uses).some(isInUse);
  return units.some((unit) => !isInUse(uses[unit]));
}

function unitsOf(stays: readonly Stay[]): readonly string[] {
  const here = stays.filter(({ status }) => status === 'present' || status === 'on-leave' || status === 'unknown');
  const planned = stays.filter(({ status }) => status === 'planned');
  const counted = here.length > 0 ? here : planned.length > 0 ? planned : stays.slice(0, 1);
  return counted.flatMap(({ unit, plannedUnit }) => unit ?? plannedUnit ?? []);
}
