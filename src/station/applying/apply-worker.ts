// The thread that brings the copy level with the inbox: reading messages and understanding them is most of the station's work, and no
// sender waits for it here.

import { parentPort, workerData } from 'node:worker_threads';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { prepareCopySchema } from '../../copy/schema.ts';
import { CopyWriter } from '../../copy/write/copy-writer.ts';
import type { Received } from '../../domain/received.ts';
import type { Inbox } from '../../intake/inbox.ts';
import { interpret } from '../../intake/interpret.ts';
import { SystemClock } from '../clock.ts';
import { type FaultHook, loadFaultHook } from '../fault-points.ts';
import { patientHandles } from '../files/keys.ts';
import { isDamage } from '../files/open-database.ts';
import { standBack } from '../thread-priority.ts';
import { ApplyEngine } from './apply-engine.ts';
import { type ApplyThreadSettings, type FromApply, SharedCursor, type ToApply } from './apply-messages.ts';

standBack();
const settings = workerData as ApplyThreadSettings;
const fault = await loadFaultHook(settings.faultModule);

const engine = new ApplyEngine({
  dataFolder: settings.dataFolder,
  inboxKey: Buffer.from(settings.inboxKey),
  copyKey: Buffer.from(settings.copyKey),
  cursor: new SharedCursor(settings.cursor),
  clock: new SystemClock(settings.boot),
  fault,
  openWriter: (db, inbox) => openWriter(db, inbox, fault),
  tell: (event: FromApply) => parentPort?.postMessage(event),
});

parentPort?.on('message', (message: ToApply) => {
  engine.hear(message);
  if (message.say === 'stop') parentPort?.close();
});

function openWriter(db: Database, inbox: () => Inbox | null, fault: FaultHook): CopyWriter {
  prepareCopySchema(db);
  return new CopyWriter({
    db,
    // Within the copy's open transaction: the place where a test may stop the process.
    interpret: (received, source) => {
      fault('before-apply-commit');
      return interpret(received, source);
    },
    received: (seq) => readRow(inbox(), seq),
    handleOf: patientHandles(Buffer.from(settings.handleKey)),
  });
}

/** A row that can't be read is one that is no longer there; that the file is damaged is found and told where it is read in order. */
function readRow(inbox: Inbox | null, seq: number): Received | undefined {
  try {
    return inbox?.row(seq);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
