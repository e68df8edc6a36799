// The read log page by page, for what goes out of the house: whole, or refused with how to ask for less.

import { Failure } from '../domain/failures.ts';
import type { ReadLogFilter, ReadLogRow } from '../ledger/read-log.ts';
import { limits } from '../limits.ts';
import type { KeptLedger } from '../station/ledger/reading-ledger.ts';

/** Newest first. @throws {Failure} `request.invalid` while the log is being made anew: an extract would lack rows and not say so */
export function* readLogRows({ reader }: KeptLedger, filter: Omit<ReadLogFilter, 'before' | 'limit'>) {
  const behind = reader.readLogBehind();
  if (behind > 0)
    throw new Failure('request.invalid', `läsloggen görs om: ${behind} poster återstår, försök igen om en stund`);
  let before: Pick<ReadLogRow, 'at' | 'position'> | undefined;
  for (;;) {
    const page = reader.readLog({
      ...filter,
      ...(before === undefined ? {} : { before }),
      limit: limits.ledgerPageRowsMax,
    });
    yield* page;
    before = page.at(-1);
    if (page.length < limits.ledgerPageRowsMax) return;
  }
}
