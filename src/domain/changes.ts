// What a received message says, as facts the copy can apply: the contract between intake (which reads bytes and knows
// nothing of what is kept) and copy (which keeps and knows nothing of wire formats).
//
// Every fact belongs to the source that said it. Sources never write each other's rows; where they differ is decided when
// the chart is read. So any interleaving of different sources gives the same copy.

import type { FhirResource, Patient } from 'fhir/r4';
import type { Identity, UnitId } from './identity.ts';
import type { PartName } from './parts.ts';

/** Three-state fields (HL7 v2.5 ch. 2.5.3): a key that is absent leaves, `null` deletes, a value sets. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | null };

/**
 * A list that one source says in several fields (phones at home PID-13 and at work PID-14; caregivers PV1-7, -8, -9) comes whole
 * as this message says it (`telecom`) and a slice a field (`telecom:home`, `telecom:work`). Each is patched on its own, so that
 * what one field says never removes what another said before: whoever reads takes the slices (domain/slices.ts).
 */
export type Slices<T, K extends keyof T & string> = { readonly [slice in `${K}:${string}`]?: T[K] | null };

/** A person's demographics as FHIR Patient elements. Lists (names, addresses, telecoms) are replaced whole, never index-merged. */
export interface PersonChange {
  readonly kind: 'person';
  readonly subject: Identity;
  /** The whole identifier list as now said, the subject first; absent when the message said nothing of it. */
  readonly identifiers?: readonly Identity[];
  readonly elements: Patch<Omit<Patient, 'resourceType' | 'id' | 'identifier' | 'link'>> & Slices<Patient, 'telecom'>;
  /** `patch`: absent elements stay. `replace`: this is the whole person as the source knows it (a FHIR resource). */
  readonly mode: 'patch' | 'replace';
}

export type StayAction =
  | 'admit' // A01
  | 'register' // A04
  | 'pre-admit' // A05, A14
  | 'transfer' // A02, A17 (two in one message)
  | 'cancel-transfer' // A12: the state after the cancel stands in the patch
  | 'discharge' // A03
  | 'cancel-discharge' // A13
  | 'cancel' // A11, A38, A27, A23: the stay never was
  | 'change-class' // A06, A07
  | 'update' // A08: never touches status
  | 'leave' // A21, A53 (the return never was)
  | 'return' // A22, A52
  | 'plan'; // A15, A16, A25, A26: planning only

export const STAY_CLASSES = [
  'inpatient',
  'emergency',
  'outpatient',
  'pre-admit',
  'day-care',
  'birth',
  'unknown',
] as const;
export type StayClass = (typeof STAY_CLASSES)[number];

/** A person with a role in a stay, as the source wrote it. `id` may be an HSA-id. */
export interface Caregiver {
  readonly id: string | null;
  readonly name: string;
  readonly role: 'attending' | 'referring' | 'consulting' | 'admitting' | 'nurse' | 'other';
}

/** What is kept of a stay. Times in ms UTC. Locations verbatim besides `unit`, which is mapped by the source's declaration. */
export interface StayFields {
  readonly class: StayClass;
  readonly unit: UnitId;
  readonly room: string;
  readonly bed: string;
  /** PV1-3 or Encounter.location as received. */
  readonly location: string;
  readonly admittedAt: number;
  readonly dischargedAt: number;
  readonly expectedDischargeAt: number;
  readonly expectedAdmitAt: number;
  readonly plannedUnit: UnitId;
  readonly leaveSince: number;
  readonly service: string;
  readonly reason: string;
  readonly caregivers: readonly Caregiver[];
  readonly account: string;
}

export interface StayChange {
  readonly kind: 'stay';
  readonly subject: Identity;
  /** Visit number (PV1-19, else PID-18, else Encounter.id); null when the source numbers no visits: one open stay a subject. */
  readonly visit: Identity | null;
  readonly action: StayAction;
  /**
   * Said by a message about something else (a result, an order, a document): it tells where somebody lies only as long as nobody
   * whose word it is has said it, and moves nobody.
   */
  readonly isInPassing?: true;
  readonly fields: Patch<StayFields> & Slices<StayFields, 'caregivers'>;
  /**
   * When the source said it, as Reading.eventAt: never EVN-6, which in a cancel is the time of the cancelled event, and in a move
   * noted hours later lies before what is known since. When it happened stands in the fields (admittedAt, dischargedAt, leaveSince).
   */
  readonly at: number;
}

/** What happened to one value of a panel or one resource. Words follow HL7 table 0085 and design §8. */
export const VALUE_STATES = [
  'registered', // I, O, empty: ordered or in the lab, no value yet
  'preliminary', // P, S
  'unverified', // R
  'final', // F, U
  'corrected', // C
  'cannot-be-done', // X
  'deleted', // D
  'withdrawn', // W: was posted to the wrong patient; leaves view at once, on every screen and list
  'unknown', // anything else: shown as received, never taken for final
] as const;
export type ValueState = (typeof VALUE_STATES)[number];

/** One OBX of a report, or one Observation of a panel. */
export interface MemberChange {
  /** OBX-3 (+ OBX-4, + OBX-14 where the sender repeats): unique within the report. */
  readonly key: string;
  readonly state: ValueState;
  /** FHIR Observation with the value as received; absent value when there is none. For `U` without a value the former stands. */
  readonly resource: FhirResource;
}

/** A number's namespace is kept beside it: two systems may count alike, and a sender may leave it out. */
export interface OrderNumbers {
  readonly placer?: string;
  readonly placerSpace?: string;
  readonly filler?: string;
  readonly fillerSpace?: string;
  readonly parent?: string;
  /** A message has made this order, and not only changed or ended it. */
  readonly isMade?: true;
  /** In the message that made it the number stood for several things: it does not tell this order from others. */
  readonly isShared?: true;
}

/**
 * One FHIR resource of the copy as a source said it. `key` is unique within (source, subject): for a report
 * `DiagnosticReport/<filler or placer order number>`, for FHIR `<type>/<id>`.
 */
export interface ResourceChange {
  readonly kind: 'resource';
  readonly subject: Identity;
  readonly part: PartName;
  readonly key: string;
  /** Clinical time, ms UTC: what the block is ordered and windowed by. */
  readonly at: number;
  readonly state: ValueState;
  /** FHIR R4 with unknown parts kept. `subject`/`patient` references are filled in at reading. */
  readonly resource: FhirResource;
  /**
   * `replace`: the whole resource. `merge`: elements present replace, absent stay, and members are merged by key (a partial
   * resend never deletes the others). `withdraw`: leaves view, reason kept.
   */
  readonly mode: 'replace' | 'merge' | 'withdraw';
  readonly members?: readonly MemberChange[];
  /** Nothing in the message tells the part: where it stands already, it stays. */
  readonly isPartUnsure?: true;
  /** Order numbers by which orders, results and documents of different sources find each other at reading. */
  readonly orderNumbers?: OrderNumbers;
  /**
   * `source`: the source has only one resource of this key, whoever it is about (a FHIR server's own id). When it has stood
   * under another person it leaves view there in the same transaction: the source has corrected whose it is. Default `subject`.
   */
  readonly keyScope?: 'subject' | 'source';
}

/**
 * The source deleted a resource of its own without saying whose it was (FHIR `DELETE Observation/55`, history): it leaves view
 * wherever this source has that key with `keyScope: 'source'`, a stay whose visit is `fhir:<source>` and that id too.
 */
export interface WithdrawKeyChange {
  readonly kind: 'withdraw-key';
  readonly key: string;
}

/** Everything of one part for one subject is replaced by the resources of this message (AL1 snapshot, FHIR list). */
export interface PartSnapshotChange {
  readonly kind: 'part-snapshot';
  readonly subject: Identity;
  readonly part: PartName;
  readonly keys: readonly string[];
  /**
   * The source states that there is nothing: *inga kända*. Only ever set on an explicit statement. False takes back what this
   * source stated of the part until then. A resource that is a denial itself (stated-none.ts) needs no such change: it is one for as
   * long as it stands.
   */
  readonly statedNone: boolean;
  /** Which line or section states it: what is said to be there no longer takes that back alone. */
  readonly statedBy?: string;
  /**
   * `list` (default): rows whose key is not listed are removed. `statement`: only `statedNone` is set or cleared and no row is
   * removed; a lone "no known allergy" beside an allergy never deleted is a contradiction to show, not an order to delete.
   */
  readonly scope?: 'list' | 'statement';
}

/** Merges live in an alias table and are followed at reading; what was received keeps its identity, so each can be undone. */
export interface MergeChange {
  readonly kind: 'merge' | 'unmerge';
  readonly survivor: Identity;
  readonly subsumed: Identity;
}

/** A43, A44, A45: a visit is moved from the person it was wrongly registered on. Null visit: everything of the account. */
export interface MoveVisitChange {
  readonly kind: 'move-visit';
  readonly from: Identity;
  readonly to: Identity;
  readonly visit: Identity | null;
  /** The number is an account's (PID-18): stays that carry it move, whatever their own visit number. */
  readonly isAccount?: true;
}

/** A35, A41, A42, A49, A50: a visit (or account) number is replaced by another; both are the same stay hereafter. */
export interface MergeVisitChange {
  readonly kind: 'merge-visit';
  readonly subject: Identity;
  readonly survivor: Identity;
  readonly subsumed: Identity;
}

/** A24/A37: two numbers are said to be (not) the same person. Never moves data and never merges charts. */
export interface LinkChange {
  readonly kind: 'link' | 'unlink';
  readonly a: Identity;
  readonly b: Identity;
}

/** A29: the source deletes a person. A tombstone: hidden from lists, kept for the audit. */
export interface DeletePersonChange {
  readonly kind: 'delete-person';
  readonly subject: Identity;
}

/** The source has sent everything it has (batch trailer, completed poll): the copy is whole for these parts. */
export interface FullLoadChange {
  readonly kind: 'full-load';
  readonly phase: 'begin' | 'end';
  /** Names the load, so that an end is known to be its beginning's. */
  readonly load?: string;
  readonly parts: readonly PartName[] | 'all-declared';
}

export type Change =
  | PersonChange
  | StayChange
  | ResourceChange
  | WithdrawKeyChange
  | PartSnapshotChange
  | MergeChange
  | MoveVisitChange
  | MergeVisitChange
  | LinkChange
  | DeletePersonChange
  | FullLoadChange;

/**
 * Something the source changed in a way that is not read: what is kept of it is no longer sure, and the chart of whom it is about
 * says so. Not a change: it is told of a message that is unread as well as of one that is understood besides.
 */
export interface Doubt {
  /** For people: `PATCH MedicationRequest`. */
  readonly detail: string;
  /** The source's own key (`keyScope: 'source'`), where it named one. */
  readonly key: string | null;
  /** Whom it is about, where that is told otherwise, and which parts it can concern. */
  readonly subject: Identity | null;
  readonly parts: readonly PartName[];
}

/** Something a person at IT should know about a feed. No patient data in `detail`. */
export interface FeedAlarm {
  readonly code:
    | 'clock-ahead' // event time in our future
    | 'time-fold' // a time in the repeated hour of the autumn change
    | 'time-unreadable'
    | 'charset-mismatch' // declared charset could not be it
    | 'replacement-character'
    | 'mojibake'
    | 'control-id-reused'
    | 'batch-count'
    | 'identity-conflict'
    | 'bed-conflict'
    | 'merge-refused'
    | 'unmatched-withdrawal' // a value was said to be another patient's, and is not kept under the one named
    | 'unknown-code'
    | 'other';
  readonly detail: string;
}

/**
 * What one message says. `understood`: the changes are applied whole or not at all. `unread`: well-formed, of a type the copy
 * does not read; kept and shown as such. `set-aside`: kept with a reason, counted, shown to IT.
 */
export interface Reading {
  readonly outcome: 'understood' | 'unread' | 'set-aside';
  /** `ADT^A01`, `ORU^R01`, `Bundle/transaction`, `report/pdf`. */
  readonly type: string;
  /** Why it was set aside, for IT; no patient data. */
  readonly reason?: string;
  /**
   * When the source said it, ms UTC: orders its messages. HL7 v2: EVN-2, else MSH-7, else arrival; the arrival too where the
   * claim lies more than limits.futureEventToleratedMs ahead, so that a wrong clock does not win over all that comes after.
   */
  readonly eventAt: number;
  /** MSH-13, Meta.versionId as number; null if none. Orders two messages with the same event time. */
  readonly sequence: number | null;
  readonly changes: readonly Change[];
  /** Whom an unread or set-aside message is about, so that the chart can say that it exists. */
  readonly subjects: readonly Identity[];
  /** What was set aside concerns nobody but `subjects`: only their charts lack it. */
  readonly isOfSubjects?: true;
  /** MSH-10, where it is there whole: a message cut off is known again when it comes whole. */
  readonly controlId?: string;
  readonly doubts?: readonly Doubt[];
  readonly alarms: readonly FeedAlarm[];
}
