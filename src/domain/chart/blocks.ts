// The blocks of a chart in the order people read them (knowledge a2), and the parts each is made of. Every part stands in
// exactly one block: what has no place of its own is shown under «Övrigt mottaget».

import type { PartName } from '../parts.ts';

interface BlockRule {
  readonly title: string;
  readonly parts: readonly PartName[];
}

const block = (title: string, ...parts: readonly PartName[]): BlockRule => ({ title, parts });

export const BLOCKS = {
  warnings: block('Varningar', 'allergies', 'alerts'),
  limits: block('Behandlingsbegränsningar', 'limits'),
  infection: block('Smitta och isolering', 'infection'),
  stay: block('Vårdtillfälle och ansvariga', 'stay', 'responsible', 'person'),
  medication: block('Läkemedel', 'medication-orders', 'doses-given', 'infusions'),
  vitals: block('Vitalparametrar', 'vitals'),
  results: block('Provsvar', 'results'),
  orders: block('Beställningar', 'orders'),
  surgery: block('Operation', 'surgery'),
  visits: block('Bokade besök', 'visits'),
  'fluid-balance': block('Vätskebalans', 'fluid-balance'),
  devices: block('Infarter och utrustning', 'devices'),
  risks: block('Riskbedömningar', 'risks'),
  blood: block('Blodgrupp och transfusion', 'blood'),
  problems: block('Aktuella problem och diagnoser', 'problems'),
  procedures: block('Utförda åtgärder', 'procedures'),
  notes: block('Anteckningar', 'notes'),
  kin: block('Närstående', 'kin'),
  discharge: block('Utskrivningsplanering', 'discharge'),
  immunizations: block('Vaccinationer', 'immunizations'),
  history: block('Socialt, graviditet, funktion och vårdplan', 'history'),
  reports: block('Rapporter från journalsystemet', 'reports'),
  other: block('Övrigt mottaget', 'other'),
} as const satisfies Record<string, BlockRule>;

export type BlockName = keyof typeof BLOCKS;
export const BLOCK_NAMES = Object.keys(BLOCKS) as readonly BlockName[];
