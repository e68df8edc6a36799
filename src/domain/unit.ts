// A unit as people know it. The copy needs only its id; names and the kind of list are for those who read.

import type { UnitId } from './identity.ts';

/** What a unit's list shows (design §2, list kind). */
export const LIST_KINDS = ['bed', 'emergency', 'visits', 'surgery', 'birth', 'day-care'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

export interface UnitDeclaration {
  readonly id: UnitId;
  /** «Kirurgavdelning 2». */
  readonly name: string;
  readonly listKind: ListKind;
  /** That somebody is here tells too much by itself: outsiders see neither place nor data without an emergency opening. */
  readonly isSensitive?: true;
}
