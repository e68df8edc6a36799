// Which parts a message of a type we do not read could concern, by its code (HL7 v2 MSH-9.1): nobody here knows what it says, but a
// vaccination message says nothing of given doses, and doubt that stands everywhere is read nowhere.

import type { PartName } from './parts.ts';

export interface UnreadConcern {
  readonly parts: ReadonlySet<PartName>;
  /**
   * It carries what the part is made of: rows that are there may lack their newest. Otherwise it may only be what seems missing
   * where nothing is.
   */
  readonly mayAdd: boolean;
}

const CONCERNS = new Map<string, UnreadConcern>();
const concern = (mayAdd: boolean, parts: readonly PartName[], ...codes: string[]): void => {
  for (const code of codes) CONCERNS.set(code, { parts: new Set(parts), mayAdd });
};

// What is sent of a part besides the events that are read (HL7 v2.9 ch. 3–7, 9–12).
concern(true, ['immunizations'], 'VXU', 'VXX', 'VXR');
concern(true, ['medication-orders', 'infusions'], 'OMP', 'RDE', 'RRE', 'RGV', 'RRG', 'ROR', 'RER', 'RGR');
concern(true, ['doses-given', 'infusions'], 'RAS', 'RRA', 'RAR');
concern(true, ['orders', 'surgery'], 'ORM', 'OMG', 'OML', 'OMI', 'OMD', 'OMS', 'OMN', 'ORR', 'ORG', 'ORL', 'ORI');
concern(true, ['orders', 'blood'], 'OMB', 'ORB', 'BPS', 'BRP', 'BTS', 'BRT');
concern(true, ['surgery', 'visits'], 'SIU', 'SRM', 'SRR', 'SQM', 'SQR');
concern(true, ['notes', 'limits'], 'MDM');
concern(true, ['problems', 'history'], 'PPR', 'PGL', 'PPP', 'PPG', 'PPT', 'PPV', 'PRR', 'PTR');
concern(true, ['orders', 'notes'], 'REF', 'RRI', 'RPA', 'RQA', 'RPI', 'RQI');
concern(true, ['allergies', 'alerts'], 'PEX', 'SUR');
// A pharmacy's dispensing says of an order that it is supplied, not that it is changed.
concern(false, ['medication-orders', 'infusions'], 'RDS', 'RRD', 'RDR');
concern(false, ['problems', 'procedures'], 'DFT', 'BAR');
// About no patient's chart: answers, master files, staff, insurance, equipment, the network itself.
concern(
  false,
  [],
  'ACK',
  'MCF',
  'MFN',
  'MFK',
  'MFQ',
  'MFR',
  'NMD',
  'NMQ',
  'NMR',
  'PMU',
  'EHC',
  'EAC',
  'EAR',
  'ESU',
  'INU',
);

/** Null: it could concern every part. */
export const concernOfUnread = (type: string): UnreadConcern | null =>
  CONCERNS.get(type.split('^', 1)[0]?.toUpperCase() ?? '') ?? null;
