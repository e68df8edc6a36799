// Whether the copy says that the patient is pregnant or has just given birth: NEWS2 is not made for her. In doubt the score is
// refused, which costs a look at the values; the other way round a wrong score would calm.

import type { Entry, PatientCopy, Stay } from '../patient-copy.ts';
import type { ComposeContext } from './context.ts';
import { bareCode, codesOf, conceptText, field, textAt } from './fhir-read.ts';

const WEEK_MS = 7 * 86_400_000;
/** Six weeks after birth a woman's circulation is her own again. */
const AFTER_BIRTH_MS = 6 * WEEK_MS;
/** A pregnancy status older than a pregnancy says nothing of today. */
const PREGNANCY_MS = 42 * WEEK_MS;

const PREGNANCY_STATUS = '82810-3';
const DELIVERY_DATE_ESTIMATED = '11778-8';
const PREGNANT: ReadonlySet<string> = new Set(['LA15173-0', '77386006']);
/** ICD-10 chapter XV and the Z codes of pregnancy and childbirth. */
const ICD_PREGNANCY = /^(O\d\d|Z3[3-9]|Z3A)/;

export function isPregnantOrRecentMother(copy: PatientCopy, stay: Stay | null, context: ComposeContext): boolean {
  if (stay?.class === 'birth') return true;
  const { history, problems, vitals } = copy.parts;
  return [history, problems, vitals].some(
    ({ entries }) => context.nowMs < context.remember(entries, 'pregnant', [], () => latestEnd(entries)),
  );
}

const latestEnd = (entries: readonly Entry[]): number =>
  entries.reduce((end, { resource, at }) => Math.max(end, saidUntil(resource, at)), NEVER);
const NEVER = Number.NEGATIVE_INFINITY;

/** Until when the resource says that she is pregnant or has just given birth. */
function saidUntil(resource: unknown, at: number): number {
  const codes = codesOf(field(resource, 'code')).map(bareCode);
  if (textAt(resource, 'resourceType') === 'Condition') {
    const isCoded = codes.some((code) => ICD_PREGNANCY.test(code) || code === '77386006');
    const clinical = codesOf(field(resource, 'clinicalStatus')).map(bareCode)[0];
    const isOver = clinical === 'resolved' || clinical === 'inactive';
    return isCoded ? at + (isOver ? AFTER_BIRTH_MS : PREGNANCY_MS + AFTER_BIRTH_MS) : NEVER;
  }
  if (codes.includes(PREGNANCY_STATUS)) {
    const value = field(resource, 'valueCodeableConcept');
    const says =
      codesOf(value).some((code) => PREGNANT.has(bareCode(code))) ||
      /^(gravid|pregnant)\b/i.test(conceptText(value) ?? '');
    return says ? at + PREGNANCY_MS + AFTER_BIRTH_MS : NEVER;
  }
  if (codes.includes(DELIVERY_DATE_ESTIMATED)) {
    const due = Date.parse(textAt(resource, 'valueDateTime') ?? '');
    return Number.isNaN(due) ? NEVER : due + AFTER_BIRTH_MS + 2 * WEEK_MS;
  }
  return NEVER;
}
