// What patients have had blocked, read from the disk beside the station or without it: paper made at a terminal lies open on the unit
// too.

import { existsSync } from 'node:fs';
import { AccessStore } from '../../access/access-store.ts';
import { Blocks } from '../../access/blocks.ts';
import type { UnitWithholding } from '../../domain/access/steps.ts';
import { stationFiles } from '../files/data-folder.ts';
import { loadStationKeys } from '../files/keys.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import type { Settings } from '../settings/settings.ts';
import { lastWhole } from './station-access.ts';

/** @throws {Failure} `store.damaged` when neither the file nor its last whole copy can be read. */
export function keptBlocks({
  dataFolder,
  keyFile,
}: Pick<Settings, 'dataFolder' | 'keyFile'>): UnitWithholding['blocks'] {
  const { access } = stationFiles(dataFolder);
  const key = loadStationKeys({ file: keyFile, dataFolder }).database('access');
  const files = [access, lastWhole(access)].filter((file) => existsSync(file));
  let damage: unknown = null;
  for (const file of files) {
    try {
      const db = openDatabase({ file, key, role: 'access', readonly: true });
      try {
        return new Blocks(new AccessStore(db, () => false)).all;
      } finally {
        db.close();
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      damage = error;
    }
  }
  if (damage !== null) throw damage;
  return new Map();
}
