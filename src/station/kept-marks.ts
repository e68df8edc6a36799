// What is said of the copy itself as the ledger on the disk tells it, for whoever reads without the station.

import type { Marks } from '../domain/marks.ts';
import { keptInquiries } from './checks/kept-inquiries.ts';
import type { KeptStation } from './reading/reading.ts';
import type { Settings } from './settings/settings.ts';
import { keptUses } from './uses/kept-uses.ts';

export const keptMarks = (
  settings: Pick<Settings, 'dataFolder' | 'keyFile'>,
  station: Pick<KeptStation, 'reader' | 'units'>,
): Marks => ({
  inquiries: keptInquiries(settings, station.reader).all,
  uses: keptUses(settings, station),
});
