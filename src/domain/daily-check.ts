// *Dagens kontroll*: two patients a day are compared with the record system, block by block. What differs is *under utredning* on every
// screen and paper until somebody has settled it: a copy that is wrong must not look right (design §5.4).

import { BLOCKS, type BlockName } from './chart/blocks.ts';
import type { PatientKey, UnitId } from './identity.ts';
import { timeWords } from './swedish-time.ts';

/** What is compared, in the order of the screen: what harms soonest when it is wrong. */
export const CHECKED_BLOCKS = [
  'warnings',
  'limits',
  'infection',
  'stay',
  'medication',
  'vitals',
  'results',
] as const satisfies readonly BlockName[];
export type CheckedBlock = (typeof CHECKED_BLOCKS)[number];
export const PATIENTS_A_DAY = 2;

/** A block of a patient's that did not agree with the record system, and has not been settled. */
export interface Inquiry {
  readonly block: CheckedBlock;
  /** ms since 1970 UTC. */
  readonly since: number;
  /** Who found it: «Anna Berg, leg. sjuksköterska». */
  readonly by: string;
}

/** By patient's key; a person with several has it under each. */
export type Inquiries = Readonly<Record<string, readonly Inquiry[]>>;

/** The first part of a block carries its words. */
export const inquiryWords = ({ since, by }: Inquiry, todayMs: number): string =>
  `Under utredning sedan ${timeWords(since, todayMs)}: stämde inte med journalsystemet (${by}). Lita inte på rutan – fråga, eller läs i källan`;

/** For the top of the chart and every sheet; null: nothing is. */
export function inquiryRemark(inquiries: readonly Inquiry[]): string | null {
  if (inquiries.length === 0) return null;
  const titles = CHECKED_BLOCKS.filter((block) => inquiries.some((one) => one.block === block)).map(
    (block) => BLOCKS[block].title,
  );
  return `${REMARK_BEGINS}${titles.join(', ')}`;
}
const REMARK_BEGINS = 'Under utredning: ';
export const isInquiryRemark = (words: string): boolean => words.startsWith(REMARK_BEGINS);

/**
 * Whose turn it is: the same two for everybody on the unit all day, other ones tomorrow, and nobody can choose an easy one.
 * `dayNumber` counts local days.
 */
export function chosenToday(unit: UnitId, dayNumber: number, here: readonly PatientKey[]): readonly PatientKey[] {
  const turn = (key: PatientKey): number => mixed(`${unit} ${dayNumber} ${key}`);
  return [...new Set(here)].sort((a, b) => turn(a) - turn(b) || (a < b ? -1 : 1)).slice(0, PATIENTS_A_DAY);
}

/** FNV-1a, 32 bits, mixed once more: spread evenly over keys that differ in one letter; it hides nothing and need not. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 15)) >>> 0;
}

export const CHECK_PATHS = {
  /** GET → ChecksTold. The unit's id last. */
  unit: '/api/checks/',
  /** POST CheckMade → ChecksTold. */
  made: '/api/checks/made',
  /** POST CheckSettled → ChecksTold. */
  settled: '/api/checks/settled',
} as const;

export interface CheckMade {
  readonly unit: UnitId;
  readonly patient: PatientKey;
  readonly agrees: readonly CheckedBlock[];
  readonly differs: readonly CheckedBlock[];
}

export interface CheckSettled {
  readonly unit: UnitId;
  readonly patient: PatientKey;
  readonly block: CheckedBlock;
  /** What was found, in the settler's words. */
  readonly how: string;
}

export interface ChecksTold {
  /** Today's, in turn. */
  readonly patients: readonly { readonly patient: PatientKey; readonly isDone: boolean }[];
  readonly open: readonly (Inquiry & { readonly patient: PatientKey })[];
}
