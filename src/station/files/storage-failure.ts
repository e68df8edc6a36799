// What a disk that refuses means for those who send and those who read.

import type { FailureCode } from '../../domain/failures.ts';
import { isDamage, sqliteCode } from './open-database.ts';

/** Null: not the disk's fault but ours. */
export function storageFailure(error: unknown): FailureCode | null {
  if (isDamage(error)) return 'store.damaged';
  const code = sqliteCode(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return 'store.full';
  if (/^SQLITE_(READONLY|IOERR|CANTOPEN|BUSY|LOCKED|PERM|AUTH|NOLFS)/.test(code)) return 'store.read-only';
  if (/^(EROFS|EACCES|EPERM|EIO|EMFILE|ENFILE|store\.cannot-open)$/.test(code)) return 'store.read-only';
  return null;
}
