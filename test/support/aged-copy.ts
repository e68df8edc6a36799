// Lets time pass in a station's copy without waiting: everything received is taken to have come earlier, except from the sources
// that are still heard. The copy is made again from the real inbox, with the real key, and put in the real one's place.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareCopySchema } from '../../src/copy/schema.ts';
import { CopyWriter } from '../../src/copy/write/copy-writer.ts';
import type { CopyCommand } from '../../src/domain/commands.ts';
import type { SourceId } from '../../src/domain/identity.ts';
import type { Received } from '../../src/domain/received.ts';
import { STATION } from '../../src/intake/inbox-gaps.ts';
import { interpret } from '../../src/intake/interpret.ts';
import { SystemClock } from '../../src/station/clock.ts';
import { COPY_FILE } from '../../src/station/files/data-folder.ts';
import { loadStationKeys } from '../../src/station/files/keys.ts';
import { openDatabase } from '../../src/station/files/open-database.ts';
import type { House } from './house.ts';

const BATCH = 500;

export function ageCopy(house: House, byMs: number, stillHeard: readonly SourceId[]): void {
  const { settings } = house;
  const kept = house.kept();
  const rows = kept.station
    .inbox()
    .read(1, 1_000_000)
    .map((row) => ({ ...row, arrival: earlier(row.arrival, byMs) }));
  kept.close();
  const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
  const file = join(settings.dataFolder, COPY_FILE);
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
  const db = openDatabase({ file, key: keys.database('copy'), role: 'copy' });
  prepareCopySchema(db);
  const writer = new CopyWriter({
    db,
    interpret,
    received: (seq) => rows[seq - 1],
    handleOf: (identity) => keys.handle(identity),
  });
  const proofs = stillHeard.map((source, index): Received => {
    const command: CopyCommand = { command: 'proof', source, parts: 'all-declared' };
    const raw = Buffer.from(JSON.stringify(command));
    return { seq: rows.length + 1 + index, source: STATION, format: 'command', arrival: new SystemClock().now(), raw };
  });
  const all = [...rows, ...proofs];
  for (let at = 0; at < all.length; at += BATCH) writer.applyBatch(all.slice(at, at + BATCH));
  db.close();
}

const earlier = (arrival: Received['arrival'], byMs: number): Received['arrival'] => ({
  ...arrival,
  wallMs: arrival.wallMs - byMs,
  monotonicMs: arrival.monotonicMs - byMs,
});
