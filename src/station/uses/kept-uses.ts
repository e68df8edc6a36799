// Which units are in use as the disk tells it, for whoever reads the copy without the station (design §5.22).

import { Failure } from '../../domain/failures.ts';
import type { UnitId } from '../../domain/identity.ts';
import { isInUse, type UnitUses as Uses } from '../../domain/unit-use/unit-use.ts';
import { SystemClock } from '../clock.ts';
import { entriesBefore } from '../ledger/entries-before.ts';
import { type KeptStation, openForReading } from '../reading/reading.ts';
import type { Settings } from '../settings/settings.ts';
import { criticalFeeds } from './critical-feeds.ts';
import { UnitUses } from './unit-uses.ts';
import { USE_KINDS } from './use-entries.ts';

/** By what the station last declared, which stands in the copy: whoever reads without it may have no settings. */
export function keptUses(
  settings: Pick<Settings, 'dataFolder' | 'keyFile'>,
  { reader, units }: Pick<KeptStation, 'reader' | 'units'>,
): Uses {
  const sources = reader
    .sources()
    .filter(({ isDeclared }) => isDeclared)
    .map(({ declaration }) => declaration);
  return new UnitUses({
    clock: new SystemClock(),
    ledger: { append: async () => false },
    told: entriesBefore(settings, USE_KINDS),
    units,
    feedsOf: (unit) => criticalFeeds(unit, sources, () => reader),
  }).all();
}

/** For paper that lies on the disk already: where the copy can't be read, nobody can say that the unit is in use. */
export function isUnitInUse(settings: Settings, unit: UnitId): boolean {
  let station: KeptStation | null = null;
  try {
    station = openForReading(settings);
    return isInUse(keptUses(settings, station)[unit]);
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  } finally {
    station?.close();
  }
}
