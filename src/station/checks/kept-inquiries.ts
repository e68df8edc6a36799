// What is under inquiry as the ledger on the disk tells it, for whoever reads the copy without the station: at three in the morning with a
// dead station a chart that did not agree must not look right either (design §5.4).

import type { CopyReader } from '../../copy/read/copy-reader.ts';
import type { Inquiries } from '../../domain/daily-check.ts';
import { SystemClock } from '../clock.ts';
import { entriesBefore } from '../ledger/entries-before.ts';
import type { Settings } from '../settings/settings.ts';
import { CHECK_KINDS, DailyChecks } from './daily-checks.ts';

export interface KeptInquiries {
  readonly all: Inquiries;
  readonly counts: Readonly<Record<string, number>>;
}

export function keptInquiries(
  settings: Pick<Settings, 'dataFolder' | 'keyFile'>,
  reader: Pick<CopyReader, 'keysOf'>,
): KeptInquiries {
  const checks = new DailyChecks({
    clock: new SystemClock(),
    ledger: { append: async () => false },
    told: entriesBefore(settings, CHECK_KINDS),
    keysOf: (patient) => reader.keysOf(patient),
  });
  return { all: checks.all(), counts: checks.counts() };
}
