// Moves what is committed from the WALs into the files, in a thread of its own: a checkpoint waits for the disk many times as long
// as a commit does, and in the receiving thread every sender would wait with it.

import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { stationFiles } from './data-folder.ts';
import { type DatabaseRole, openDatabase } from './open-database.ts';

export interface CheckpointSettings {
  readonly dataFolder: string;
  readonly inboxKey: Uint8Array;
  readonly copyKey: Uint8Array;
}

const EVERY_MS = 250;

const settings = workerData as CheckpointSettings;
const files = stationFiles(settings.dataFolder);
const places: readonly { readonly file: string; readonly key: Buffer; readonly role: DatabaseRole }[] = [
  { file: files.inbox, key: Buffer.from(settings.inboxKey), role: 'inbox' },
  { file: files.copy, key: Buffer.from(settings.copyKey), role: 'copy' },
];
const opened = new Map<string, Database>();

function checkpoint(): void {
  for (const place of places) {
    try {
      const db = opened.get(place.file) ?? (existsSync(place.file) ? openDatabase(place) : null);
      if (db === null) continue;
      opened.set(place.file, db);
      // Never waits for readers or the writer, and never makes them wait.
      db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // The thread that writes meets the same disk or the same damage, tells it and recovers; this one opens the file anew.
      close(place.file);
    }
  }
}

function close(file: string): void {
  opened.get(file)?.close();
  opened.delete(file);
}

const timer = setInterval(checkpoint, EVERY_MS);
parentPort?.on('message', (say: 'reopen' | 'stop') => {
  for (const { file } of places) close(file);
  if (say === 'reopen') return;
  clearInterval(timer);
  parentPort?.close();
});
