// One patient's chart at one moment, arranged for reading: what screen, paper, terminal, `$summary` and JSON all show, so that
// paper equals screen. Plain data throughout; absent is `null`; every text a person reads stands here in Swedish, with its
// time and its source (design §5.5).

import type { FeedState, PartState, PartStateName } from '../age.ts';
import type { ValueState } from '../changes.ts';
import type { Identity, PatientKey, SourceId, UnitId } from '../identity.ts';
import type { News2Score } from '../news2.ts';
import type { KnownBy } from '../own-time.ts';
import type { PartName } from '../parts.ts';
import type { BlockName } from './blocks.ts';

/** `text` keeps the precision the source wrote; `ms` orders. */
export interface ChartTime {
  readonly ms: number;
  readonly text: string;
  /** The source gave no time of its own: `ms` is the latest it can have been, this what happened then, and `text` says so. */
  readonly notOwn?: KnownBy;
  /** The source wrote a day, a month or a year: `ms` is where it begins. */
  readonly hasNoClock?: true;
}

/**
 * Why a part shows no entries: exactly one, always in words (design §5.4). Only `none-recorded` and `stated-none` say that
 * there is nothing; all others say that we do not know, and why.
 */
const EMPTY_REASONS = [
  'stated-none', // the source says: none
  'none-recorded', // a whole, healthy feed has nothing
  'unknown', // nobody has said: ask the patient
  'not-fed',
  'silent',
  'stale',
  'held',
  'rebuilt',
  'incomplete',
  'blocked', // blocked data exists: never "none"
  'hidden', // protected identity
] as const;
export type EmptyReason = (typeof EMPTY_REASONS)[number];

export type PartContent =
  | { readonly kind: 'entries' }
  | { readonly kind: 'empty'; readonly reason: EmptyReason; readonly words: string };

export interface ChartDetail {
  readonly label: string;
  readonly text: string;
}

/** Where a value lies against the range the source sent. We never judge by ranges of our own. */
export type Interpretation = 'low' | 'high' | 'critical-low' | 'critical-high' | 'critical' | 'abnormal' | 'normal';

/** One measured or answered value. */
export interface ChartValue {
  readonly key: string;
  readonly name: string;
  /** Which of its report's findings it belongs to, where there are several: the name says it too. */
  readonly finding?: string;
  /** Coded as received, `system|code`, best first; empty when the source sent words only. */
  readonly codes: readonly string[];
  /** For the eye: the source's own digits with decimal comma, unit not included. Never empty: says *väntar*, *kan ej utföras*. */
  readonly text: string;
  /** Exactly as the source wrote it; null when there is no value. */
  readonly written: string | null;
  readonly number: number | null;
  readonly comparator: string | null;
  readonly unit: string;
  readonly reference: string;
  readonly interpretation: Interpretation | null;
  readonly state: ValueState;
  /** *Preliminärt*, *Rättat 10:58, var 4,1*, *Ej verifierat*. */
  readonly remarks: readonly string[];
  readonly time: ChartTime;
}

const ENTRY_KINDS = [
  'person',
  'stay',
  'caregiver',
  'allergy',
  'flag',
  'medication-order',
  'dose',
  'infusion',
  'measurement',
  'report',
  'order',
  'appointment',
  'problem',
  'document',
  'page',
  'contact',
  'line',
  'unread',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One thing the copy knows, as its source said it. */
export interface ChartEntry {
  readonly kind: EntryKind;
  readonly key: string;
  readonly source: SourceId;
  readonly sourceName: string;
  readonly time: ChartTime;
  readonly state: ValueState;
  /** What it is; darkest on the line, never cut. */
  readonly title: string;
  /** The rest in one line; may be empty. */
  readonly text: string;
  /** The source's own status in Swedish: *aktiv*, *utsatt*, *okänd status*. */
  readonly status: string | null;
  readonly isDanger: boolean;
  readonly details: readonly ChartDetail[];
  readonly remarks: readonly string[];
  readonly values: readonly ChartValue[];
  /** Received under another number than the chart's head: *mottaget under …* (design §5.8). */
  readonly receivedUnder: string | null;
}

export interface ChartPart {
  readonly part: PartName;
  readonly title: string;
  readonly state: PartState;
  readonly content: PartContent;
  readonly entries: readonly ChartEntry[];
  /** More exist than were read: said in words, never silently cut. */
  readonly truncated: boolean;
  /** Sentences above the entries: blocked data, conflicts, what the source stated, unread messages. */
  readonly remarks: readonly string[];
}

export interface ChartNotice {
  readonly kind: string;
  readonly time: ChartTime;
  readonly source: SourceId;
  readonly sourceName: string;
  readonly words: string;
}

/** When a dose was given or not, as far as known. */
export interface DoseLine {
  readonly key: string;
  readonly source: SourceId;
  readonly sourceName: string;
  readonly time: ChartTime;
  readonly outcome: 'given' | 'not-given' | 'ongoing' | 'stopped' | 'unclear';
  /** *given*, *ej given: kräks*, *oklart om given*. */
  readonly words: string;
  readonly medication: string;
  readonly dose: string;
  readonly by: string;
}

const MEDICATION_GROUPS = ['scheduled', 'as-needed', 'infusion', 'stopped', 'unclear'] as const;
export type MedicationGroup = (typeof MEDICATION_GROUPS)[number];

/** A drip, from when to when it is known to have run. */
export interface InfusionRun {
  readonly fromMs: number;
  /** When it ended; of one that has not, how far its source's word reaches. */
  readonly toMs: number;
  readonly isOver: boolean;
  /** As last told, and from when it was told so; may be empty. */
  readonly rate: string;
  readonly rateFromMs: number;
  /** *pågår enligt källan sedan 02:10*; *pågick 02:10–04:20, stod stilla*; *pågick 02:10–04:20, därefter okänt: kontrollera pump*. */
  readonly words: string;
}

export interface MedicationRow {
  readonly key: string;
  readonly source: SourceId;
  readonly group: MedicationGroup;
  readonly substance: string;
  readonly dose: string;
  readonly route: string;
  /** Form, strength, schedule, in the source's words. */
  readonly schedule: string;
  readonly status: string;
  /** Known doses of this order, newest first; empty says `lastWords`. */
  readonly doses: readonly DoseLine[];
  /** *4 kända doser senaste dygnet: 02:12, lör 21/11 20:23 …*; null where `lastWords` has said it all. */
  readonly dayWords: string | null;
  /** Drips only: oldest first. */
  readonly runs: readonly InfusionRun[];
  readonly lastWords: string;
  /** Only from an explicit schedule, only while given doses are known, and only when the function is on. */
  readonly next: ChartTime | null;
  /** Of `next`: it has passed, and nothing has been heard of it; neither given nor missed is said. */
  readonly nextHasPassed: boolean;
  readonly nextWords: string;
  /**
   * Every time the order itself writes out for the coming 24 hours, also while given doses are unknown: it says when the order names a
   * dose and nothing of whether one is due. For signing sheets (decision 0014).
   */
  readonly written: readonly ChartTime[];
  readonly remarks: readonly string[];
}

/** Doses of the same drug that two sources tell: shown side by side, never one chosen (knowledge H23). */
export interface DoseOverlap {
  readonly medication: string;
  readonly doses: readonly DoseLine[];
  readonly words: string;
}

export interface MedicationView {
  readonly kind: 'medication';
  /** *4 aktiva*; null where no orders are shown: a number would claim that there are none, and the part itself says why. */
  readonly activeWords: string | null;
  readonly dosesAreKnown: boolean;
  /** *Givna doser okända sedan 04:10*; null while they are known. */
  readonly dosesWords: string | null;
  /** From the last given-dose message until now. */
  readonly uncertain: { readonly fromMs: number | null; readonly toMs: number; readonly words: string } | null;
  readonly rows: readonly MedicationRow[];
  readonly dosesWithoutOrder: readonly DoseLine[];
  readonly overlaps: readonly DoseOverlap[];
}

export type ChartNews2 =
  | { readonly kind: 'score'; readonly score: News2Score; readonly time: ChartTime; readonly words: string }
  | { readonly kind: 'refused'; readonly words: string; readonly time: ChartTime | null }
  | { readonly kind: 'off'; readonly words: string };

/** A table of values: times as columns, newest last; a row holds one cell a column. */
export interface ValueTable {
  readonly columns: readonly { readonly time: ChartTime; readonly source: SourceId; readonly sourceName: string }[];
  readonly rows: readonly ValueRow[];
}
export interface ValueRow {
  readonly name: string;
  readonly unit: string;
  readonly reference: string;
  /** Same length as `columns`. */
  readonly cells: readonly (ChartValue | null)[];
  /**
   * The newest of all, also when it is older than the first column: a row is never without a value. One without a time of its own
   * only where the row has no other.
   */
  readonly latest: ChartValue;
  /** Values of this row outside the columns. */
  readonly olderCount: number;
  /** Other values that the same source gives for a time that already has one: shown, never one chosen. */
  readonly alsoAtSameTime: readonly ChartValue[];
  /** Values without a time of their own that may be newer than `latest`, in the columns or not. */
  readonly alsoUntimed: readonly ChartValue[];
}

export interface VitalsView {
  readonly kind: 'vitals';
  readonly table: ValueTable;
  /** The latest score, or why there is none. */
  readonly news2: ChartNews2;
  /** One a column; null where that set cannot be scored. */
  readonly scores: readonly (number | null)[];
  readonly scale: 1 | 2;
  /** Whose score it is: shown with it. */
  readonly acknowledgement: string;
}

export interface PendingOrder {
  readonly name: string;
  readonly time: ChartTime;
  readonly source: SourceId;
  readonly sourceName: string;
  readonly words: string;
}

export interface ResultsView {
  readonly kind: 'results';
  readonly table: ValueTable;
  readonly pending: readonly PendingOrder[];
  /** *Inget väntar* only when orders and results are both sound; otherwise why nobody can say. */
  readonly pendingWords: string;
  readonly pendingIsKnown: boolean;
  /** Answers in words: cultures, images, pathology; newest first. */
  readonly documents: readonly ChartEntry[];
}

export type BlockView = MedicationView | VitalsView | ResultsView;

export interface Block {
  readonly name: BlockName;
  readonly title: string;
  /** The worst of its parts. */
  readonly state: PartStateName;
  readonly short: string;
  readonly parts: readonly ChartPart[];
  readonly view: BlockView | null;
}

/** A chip of the banner's third row, in fixed order. */
export interface BannerChip {
  readonly kind:
    | 'allergy'
    | 'limit'
    | 'infection'
    | 'alert'
    | 'near-name'
    | 'protected'
    | 'blocked'
    | 'identity'
    | 'news2-scale';
  readonly tone: 'danger' | 'strong' | 'plain' | 'doubt';
  readonly words: string;
}

export interface Banner {
  /** *Lind, Karin*; *Namn saknas i kopian*. */
  readonly name: string;
  /** The number people use first, as printed: `19420608-9205`. */
  readonly number: string;
  readonly numberSeries: string;
  /** At least two, never empty (design §5.6). */
  readonly identifiers: readonly [string, string, ...string[]];
  readonly barcode: string;
  readonly birthDate: string;
  readonly age: string;
  readonly ageYears: number | null;
  readonly sex: string;
  readonly unit: UnitId | null;
  readonly unitName: string;
  readonly bed: string;
  readonly stayWords: string;
  readonly responsible: string;
  readonly chips: readonly BannerChip[];
  /** *Kopia från 10:41* – the oldest proof among critical feeds, never the newest. */
  readonly copyFrom: string;
  readonly isProtected: boolean;
  readonly remarks: readonly string[];
}

/** One entry for each source that feeds, or should feed, this chart. */
export interface SourceLine {
  readonly source: SourceId;
  readonly name: string;
  readonly state: PartStateName;
  readonly short: string;
  readonly proofMs: number | null;
  readonly parts: readonly PartName[];
}

export interface Missing {
  /** *Saknas i kopian: Givna doser (ingår inte), Anteckningar (tyst sedan 04:10).* */
  readonly words: string;
  readonly notFed: readonly PartName[];
  readonly doubtful: readonly PartName[];
  readonly unreadMessages: number;
  readonly setAsideMessages: number;
}

export interface Chart {
  readonly key: PatientKey;
  readonly sequence: number;
  readonly composedAt: ChartTime;
  /** Not null: the reader looks at an earlier time, in words. */
  readonly asOf: ChartTime | null;
  readonly asOfWords: string | null;
  readonly clockIsUnsure: boolean;
  readonly identities: readonly { readonly identity: Identity; readonly text: string; readonly how: string }[];
  readonly banner: Banner;
  readonly sources: readonly SourceLine[];
  readonly worstFeed: FeedState | null;
  readonly missing: Missing;
  readonly notices: readonly ChartNotice[];
  readonly blocks: readonly Block[];
  readonly functionsOff: readonly string[];
}
