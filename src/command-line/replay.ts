// Makes the copy again from the inbox alone, beside the real one, and compares: the proof that the inbox is a whole recorded run,
// and the technician's way to see that a copy can be trusted.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyDigest } from '../copy/digest.ts';
import { copyCursor, prepareCopySchema } from '../copy/schema.ts';
import { CopyWriter } from '../copy/write/copy-writer.ts';
import { interpret } from '../intake/interpret.ts';
import { limits } from '../limits.ts';
import { COPY_FILE } from '../station/files/data-folder.ts';
import { loadStationKeys } from '../station/files/keys.ts';
import { openDatabase } from '../station/files/open-database.ts';
import { openForReading } from '../station/reading/reading.ts';
import { readSettings } from '../station/settings/settings.ts';
import type { Command } from './command.ts';

const TOLD_EVERY = 5_000;

export const replay: Command = {
  name: 'replay',
  summary: 'make the copy again from the inbox, beside the real one, and compare them',
  usage: '',
  takesNoWords: true,
  help: `
Applies every message of the inbox in arrival order to a new, empty, encrypted copy in a temporary folder (removed afterwards)
and compares it with the station's copy at the same sequence. Changes nothing. Ends with 0 when they are the same.`,
  flags: [],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const settings = readSettings(context.flags, context.environment);
    const station = openForReading(settings);
    const folder = mkdtempSync(join(tmpdir(), 'reservkraft-replay-'));
    try {
      const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
      const inbox = station.inbox();
      const real = openDatabase({
        file: join(settings.dataFolder, COPY_FILE),
        key: keys.database('copy'),
        role: 'copy',
        readonly: true,
      });
      const made = openDatabase({ file: join(folder, COPY_FILE), key: randomBytes(32), role: 'copy' });
      prepareCopySchema(made);
      const writer = new CopyWriter({
        db: made,
        interpret,
        received: (seq) => inbox.row(seq),
        handleOf: (identity) => keys.handle(identity),
      });
      const target = real.transaction(() => ({ digest: copyDigest(real), until: copyCursor(real) }))();
      while (writer.cursor < target.until) {
        const rows = inbox.read(
          writer.cursor + 1,
          Math.min(limits.applyBatchMessagesMax, target.until - writer.cursor),
        );
        if (rows.length === 0) break;
        writer.applyBatch(rows);
        if (writer.cursor % TOLD_EVERY < limits.applyBatchMessagesMax)
          context.tell(`${writer.cursor} av ${target.until} …\n`);
      }
      const isSame = copyDigest(made) === target.digest;
      real.close();
      made.close();
      const result = { messages: target.until, isSame };
      context.out(
        context.isJson
          ? `${JSON.stringify(result)}\n`
          : isSame
            ? `${target.until} meddelanden: den nya kopian är lika med stationens.\n`
            : `${target.until} meddelanden: den nya kopian skiljer sig från stationens. Ta en ögonblicksbild, och meddela drift.\n`,
      );
      return isSame ? 0 : 1;
    } finally {
      station.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
