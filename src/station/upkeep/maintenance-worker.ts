// A thread for what takes long and must not be in anybody's way: snapshots of the copy and reading both files through.

import { parentPort, workerData } from 'node:worker_threads';
import { countTypes, type TypeCount } from '../../copy/count-types.ts';
import { CopyReader } from '../../copy/read/copy-reader.ts';
import type { PartCount } from '../../copy/read/status.ts';
import { Failure, type FailureCode } from '../../domain/failures.ts';
import { unreachable } from '../../domain/unreachable.ts';
import { Inbox } from '../../intake/inbox.ts';
import { loadFaultHook } from '../fault-points.ts';
import { stationFiles } from '../files/data-folder.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import { type Snapshot, takeSnapshot } from './snapshots.ts';

export interface MaintenanceTask {
  readonly task: 'snapshot' | 'scrub' | 'count';
  readonly dataFolder: string;
  readonly inboxKey: Uint8Array;
  readonly copyKey: Uint8Array;
  readonly wallMs: number;
  /** As IntakeThreadSettings. */
  readonly faultModule: string | null;
}

export type MaintenanceResult =
  | { readonly done: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly done: 'scrub'; readonly isCopyWhole: boolean; readonly inbox: InboxState }
  | { readonly done: 'count'; readonly counts: CopyCounts }
  | { readonly done: 'failed'; readonly code: FailureCode; readonly detail: string };

export interface CopyCounts {
  readonly units: readonly PartCount[];
  readonly types: readonly TypeCount[];
}

/** `damaged`: its file; `broken`: pages are whole, rows are missing or from another time. */
export type InboxState = 'whole' | 'damaged' | 'broken';

const given = workerData as MaintenanceTask;
const files = stationFiles(given.dataFolder);

async function work(): Promise<MaintenanceResult> {
  try {
    switch (given.task) {
      case 'snapshot': {
        const fault = await loadFaultHook(given.faultModule);
        const key = Buffer.from(given.copyKey);
        const { wallMs } = given;
        const snapshot = takeSnapshot({ copyFile: files.copy, folder: files.snapshots, key, wallMs, fault });
        return { done: 'snapshot', snapshot };
      }
      case 'scrub':
        return { done: 'scrub', isCopyWhole: isCopyWhole(), inbox: inboxState() };
      case 'count':
        return { done: 'count', counts: countCopy() };
      default:
        return unreachable(given.task);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { done: 'failed', code: error.code, detail: error.detail ?? '' };
  }
}

function countCopy(): CopyCounts {
  const db = openDatabase({ file: files.copy, key: Buffer.from(given.copyKey), role: 'copy', readonly: true });
  try {
    return { units: new CopyReader({ db, units: [] }).counts(), types: countTypes(db) };
  } finally {
    db.close();
  }
}

/** Decrypts and authenticates every page. */
function isCopyWhole(): boolean {
  try {
    const db = openDatabase({ file: files.copy, key: Buffer.from(given.copyKey), role: 'copy', readonly: true });
    try {
      return db.pragma('integrity_check(1)', { simple: true }) === 'ok';
    } finally {
      db.close();
    }
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

function inboxState(): InboxState {
  try {
    const db = openDatabase({ file: files.inbox, key: Buffer.from(given.inboxKey), role: 'inbox', readonly: true });
    try {
      return new Inbox(db).verify().broken.length === 0 ? 'whole' : 'broken';
    } finally {
      db.close();
    }
  } catch (error) {
    if (isDamage(error)) return 'damaged';
    throw error;
  }
}

parentPort?.postMessage(await work());
