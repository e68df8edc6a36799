// Opens the copy at start. When it is damaged or gone it is made again: from the newest snapshot that still is whole, else from
// nothing, and then from the inbox. That something may be missing is said in the inbox, so that no block of a chart ever takes
// a short copy for *none recorded*.

import { existsSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { Failure } from '../../domain/failures.ts';
import type { Clock } from '../../domain/time.ts';
import type { Inbox } from '../../intake/inbox.ts';
import { dropOldDamaged } from '../files/damaged-files.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import type { StationNote } from '../station-note.ts';
import { listSnapshots, removeDatabase, restoreSnapshot } from '../upkeep/snapshots.ts';
import type { CopyPort } from './apply-loop.ts';
import { readCommand } from './command-rows.ts';

/** What the inbox must say before anything more is applied; the thread that writes it says it. */
export type InboxWord =
  /** The copy has applied rows up to here, and the inbox ends before: these numbers must not be used again. */
  | { readonly word: 'copy-is-ahead'; readonly cursor: number }
  /** The copy was made from nothing: what the sources told before this row may be missing. */
  | { readonly word: 'rebuilt'; readonly missingFrom: number };

export interface OpenedCopy {
  readonly copy: CopyPort;
  readonly db: Database;
  readonly notes: readonly StationNote[];
  readonly words: readonly InboxWord[];
  /** The file is another one than before: readers must open it again. */
  readonly isReplaced: boolean;
}

export interface OpenCopyOptions {
  readonly file: string;
  readonly snapshotFolder: string;
  readonly key: Buffer;
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly openWriter: (db: Database) => CopyPort;
  /** Found damaged while in use: what is there is not even tried. */
  readonly knownDamaged?: boolean;
}

/** @throws what the disk says when it can't be written just now. */
export function openCopy(options: OpenCopyOptions): OpenedCopy {
  const { file, inbox } = options;
  const wasThere = existsSync(file);
  const isFirstStart = !wasThere && inbox.head.seq === 0;
  if (wasThere && options.knownDamaged !== true) {
    const opened = tryOpen(options);
    if (opened !== null) return { ...opened, notes: [], words: reachCopy(opened.copy, options), isReplaced: false };
  }
  if (isFirstStart) return { ...open(options), notes: [], words: [], isReplaced: false };
  return rebuild(options, wasThere ? setAside(options) : null);
}

function rebuild(options: OpenCopyOptions, setAsideAs: string | null): OpenedCopy {
  const { file, inbox, clock, key } = options;
  const from = listSnapshots(options.snapshotFolder).find((snapshot) => {
    try {
      restoreSnapshot(snapshot, file, key);
      return true;
    } catch (error) {
      // A damaged snapshot is passed over for the next older; a full disk stops the start.
      if (isDamage(error) || isFailedCheck(error) || isOtherVersion(error)) return false;
      throw error;
    }
  });
  if (from === undefined) removeDatabase(file);
  const opened = open(options);
  const { cursor } = opened.copy;
  dropOldDamaged(dirname(file));
  // From a checked snapshot and every row since, nothing is missing. From nothing, what the sources told before may be.
  const isWhole = from !== undefined && cursor >= inbox.purgedTo;
  const words: readonly InboxWord[] = isWhole
    ? reachCopy(opened.copy, options)
    : [
        ...reachCopy(opened.copy, options).filter(({ word }) => word === 'copy-is-ahead'),
        { word: 'rebuilt', missingFrom: cursor + 1 },
      ];
  const detail = [
    from === undefined ? 'utan ögonblicksbild' : `ur ögonblicksbild vid nummer ${cursor}`,
    `inkorg till nummer ${inbox.head.seq}`,
    setAsideAs ?? 'filen saknades',
  ].join(', ');
  const rebuilt = { code: 'copy.rebuilt', detail, wallMs: clock.now().wallMs } as const;
  return { ...opened, notes: [rebuilt], words, isReplaced: true };
}

/** A copy that has applied more than the inbox holds is a witness as well; one that has rows to come which are gone says so. */
function reachCopy({ cursor }: CopyPort, { inbox }: OpenCopyOptions): InboxWord[] {
  if (cursor > inbox.head.seq) return [{ word: 'copy-is-ahead', cursor }];
  const isShort = cursor > 0 && cursor < inbox.purgedTo && !isToldRebuilt(inbox, inbox.purgedTo);
  return isShort ? [{ word: 'rebuilt', missingFrom: cursor + 1 }] : [];
}

/** The station may have died between making the copy and saying so. */
const isToldRebuilt = (inbox: Inbox, after: number): boolean =>
  inbox.commandsAfter(after).some(({ raw }) => readCommand(raw)?.command === 'rebuilt');

/** Null when the file is damaged, or made by a version of the program whose tables were others. */
function tryOpen(options: OpenCopyOptions): { copy: CopyPort; db: Database } | null {
  try {
    return open(options);
  } catch (error) {
    if (isDamage(error) || isOtherVersion(error)) return null;
    throw error;
  }
}

function open({ file, key, openWriter }: OpenCopyOptions): { copy: CopyPort; db: Database } {
  const db = openDatabase({ file, key, role: 'copy' });
  try {
    return { copy: openWriter(db), db };
  } catch (error) {
    db.close();
    throw error;
  }
}

function setAside({ file, clock }: OpenCopyOptions): string {
  const damaged = `${file}.damaged-${clock.now().wallMs}`;
  for (const beside of ['-wal', '-shm', ''])
    if (existsSync(`${file}${beside}`)) renameSync(`${file}${beside}`, `${damaged}${beside}`);
  return basename(damaged);
}

const isFailedCheck = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'snapshot.failed';

const isOtherVersion = (error: unknown): boolean => error instanceof Failure && error.code === 'copy.other-version';
