// Units in use, for tests of what is shown of them otherwise.

import type { UnitId } from '../identity.ts';
import type { Marks } from '../marks.ts';
import { CRITICAL_PARTS, type UnitUse, type UnitUses } from './unit-use.ts';

export const useOf = (id: string, state: UnitUse['state'] = 'in-use'): UnitUse => ({
  unit: id as UnitId,
  state,
  words: `${id} är ${state === 'in-use' ? 'i drift' : 'under uppbyggnad'}.`,
  decided: null,
  parts: CRITICAL_PARTS.map((part) => ({ part, fed: 'fed', sources: ['Journalsystemet'], isSigned: false })),
});

const inUse = (...ids: readonly string[]): UnitUses => Object.fromEntries(ids.map((id) => [id, useOf(id)]));

/** Nothing is under inquiry. */
export const unmarked = (...ids: readonly string[]): Marks => ({ inquiries: {}, uses: inUse(...ids) });
