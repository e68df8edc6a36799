// Opens what a station has kept, for reading only, whether the station runs or not: at three in the morning with a dead
// station a technician can still read every chart on its disk.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CopyReader } from '../../copy/read/copy-reader.ts';
import { requireCopySchema } from '../../copy/schema.ts';
import { Failure } from '../../domain/failures.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { Inbox } from '../../intake/inbox.ts';
import { COPY_FILE, INBOX_FILE } from '../files/data-folder.ts';
import { loadStationKeys } from '../files/keys.ts';
import { openDatabase } from '../files/open-database.ts';
import type { Settings } from '../settings/settings.ts';
import { readStationCard, type StationCard } from '../station-card.ts';

export interface KeptStation {
  readonly reader: CopyReader;
  readonly units: readonly UnitDeclaration[];
  readonly card: StationCard | null;
  /** Opened when asked for: reading a chart never needs it. */
  inbox(): Inbox;
  close(): void;
}

/** Throws Failure `copy.missing` when nothing has been kept here, and what `openDatabase` throws. */
export function openForReading(settings: Settings): KeptStation {
  const file = join(settings.dataFolder, COPY_FILE);
  if (!existsSync(file)) {
    const isInboxHere = existsSync(join(settings.dataFolder, INBOX_FILE));
    throw new Failure(
      'copy.missing',
      isInboxHere
        ? `${settings.dataFolder}: kopian saknas men inkorgen finns; kopian görs om ur den när stationen startar`
        : settings.dataFolder,
    );
  }
  const card = readStationCard(settings.dataFolder);
  const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
  const copy = openDatabase({ file, key: keys.database('copy'), role: 'copy', readonly: true });
  requireCopySchema(copy);
  const opened = [copy];
  const units = settings.units.length > 0 ? settings.units : (card?.units ?? []);
  return {
    reader: new CopyReader({ db: copy, units }),
    units,
    card,
    inbox() {
      const db = openDatabase({
        file: join(settings.dataFolder, INBOX_FILE),
        key: keys.database('inbox'),
        role: 'inbox',
        readonly: true,
      });
      opened.push(db);
      return new Inbox(db);
    },
    close() {
      for (const db of opened) db.close();
    },
  };
}
