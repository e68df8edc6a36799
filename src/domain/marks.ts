// What people have said of the copy itself, which everybody who reads it must be told: blocks under inquiry, and units that are not in use.
// Read out of the ledger; the copy knows nothing of it.

import type { Inquiries } from './daily-check.ts';
import type { PatientCopy } from './patient-copy.ts';
import { isPracticeCopy } from './unit-use/practice-copy.ts';
import type { UnitUses } from './unit-use/unit-use.ts';

export interface Marks {
  readonly inquiries: Inquiries;
  readonly uses: UnitUses;
}

/** Whoever makes a chart of the copy then says so (design §5.4, §5.22). */
export function withMarks(copy: PatientCopy, { inquiries, uses }: Marks): PatientCopy {
  const own = inquiries[copy.key];
  const isInquired = own !== undefined && own.length > 0;
  const isPractice = isPracticeCopy(copy.stays, uses);
  if (!isInquired && !isPractice) return copy;
  return { ...copy, ...(isInquired ? { inquiries: own } : {}), ...(isPractice ? { isPractice: true as const } : {}) };
}
