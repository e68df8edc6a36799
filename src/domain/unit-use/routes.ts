// What the app asks and tells about a unit's being in use: addresses and bodies.

import type { UnitId } from '../identity.ts';
import type { PartName } from '../parts.ts';

export const USE_PATHS = {
  /** GET → UnitUse. The unit's id last. */
  unit: '/api/uses/',
  /** POST TakeInUse → UnitUse. By the unit's head alone. */
  takeInUse: '/api/uses/in-use',
  /** POST TakeOutOfUse → UnitUse. By the unit's head alone. */
  takeOut: '/api/uses/out',
} as const;

export interface TakeInUse {
  readonly unit: UnitId;
  /** Exactly what does not come now: the head has seen and signed for each. */
  readonly absent: readonly PartName[];
  readonly reason: string;
}

export interface TakeOutOfUse {
  readonly unit: UnitId;
  readonly reason: string;
}
