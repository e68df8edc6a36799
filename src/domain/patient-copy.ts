// What the copy hands to the chart for one patient at one moment: the contract between copy and domain/chart.

import type { FhirResource, Patient } from 'fhir/r4';
import type { Caregiver, OrderNumbers, StayClass, ValueState } from './changes.ts';
import type { Inquiry } from './daily-check.ts';
import type { Holding } from './holding.ts';
import type { Identity, PatientKey, SourceId, UnitId } from './identity.ts';
import type { PartName } from './parts.ts';
import type { Arrival } from './time.ts';

/** One kept resource as one source last said it, at the moment read. */
export interface Entry {
  readonly source: SourceId;
  /** The identity it was received under: kept through merges (design §5.8). */
  readonly subject: Identity;
  readonly part: PartName;
  readonly key: string;
  /** Clinical time, ms UTC. */
  readonly at: number;
  readonly eventAt: number;
  readonly receivedAt: number;
  readonly state: ValueState;
  readonly resource: FhirResource;
  readonly members: readonly Member[];
  /** What the entry's own value was before, as of a member; absent when it was nothing else. */
  readonly former?: Member['former'];
  /** When a full load of the source ended that did not contain it: it may no longer hold. */
  readonly unlistedAt: number | null;
  readonly orderNumbers: OrderNumbers;
}

export interface Member {
  readonly key: string;
  readonly state: ValueState;
  readonly resource: FhirResource;
  readonly receivedAt: number;
  /** Former values of this member, newest first, each with when it was replaced. Shown as *Rättat, var …*. */
  readonly former: readonly {
    readonly resource: FhirResource;
    readonly state: ValueState;
    readonly replacedAt: number;
  }[];
}

/**
 * What a value is within what it came in: where the whole was cancelled nobody answers for any value of it, whatever each said of
 * itself before (HL7 table 0123 `X`).
 */
export const stateWithin = (entry: Pick<Entry, 'state'>, own: ValueState): ValueState =>
  entry.state === 'cannot-be-done' && own !== 'withdrawn' && own !== 'deleted' ? 'cannot-be-done' : own;

/** One source's word on something that sources say differently: all are shown, with who and when; none is chosen (ux §10). */
export interface SaidBy {
  readonly source: SourceId;
  /** When the source said it, ms UTC by its own clock. */
  readonly at: number;
  /** The element as FHIR Patient has it; of a stay `{ status, unit, room, bed }`. */
  readonly value: unknown;
}

/** What a reader must be told besides values: a withdrawn result, a removed allergy, a merge, a conflict between sources. */
export interface Notice {
  readonly kind:
    | 'value-withdrawn'
    | 'document-withdrawn'
    | 'allergy-removed'
    | 'late-word' // deleted or taken back before what now stands was said; it stands
    | 'merged'
    | 'unmerged'
    | 'visit-moved'
    | 'linked'
    | 'identity-conflict'
    | 'source-conflict'
    | 'bed-conflict'
    | 'not-in-full-load'
    | 'unread-message'
    | 'set-aside-message';
  readonly source: SourceId;
  readonly at: number;
  /** Type of message, name of analyte, other identity, element that differs …: what the sentence needs. */
  readonly detail: string;
  /** What each source says where they differ, whom we would believe first. */
  readonly said?: readonly SaidBy[];
  readonly part: PartName | null;
}

export type StayStatus = 'planned' | 'present' | 'on-leave' | 'discharged' | 'cancelled' | 'unknown';

export interface Stay {
  readonly source: SourceId;
  readonly subject: Identity;
  readonly visit: Identity | null;
  readonly status: StayStatus;
  readonly class: StayClass;
  readonly unit: UnitId | null;
  readonly room: string | null;
  readonly bed: string | null;
  readonly location: string | null;
  readonly admittedAt: number | null;
  /** The begin lay ahead of the station's clock when it was said: nothing may be proven by it. */
  readonly admittedIsAhead?: true;
  readonly dischargedAt: number | null;
  readonly expectedAdmitAt: number | null;
  readonly expectedDischargeAt: number | null;
  readonly plannedUnit: UnitId | null;
  readonly leaveSince: number | null;
  readonly service: string | null;
  readonly reason: string | null;
  readonly account: string | null;
  readonly caregivers: readonly Caregiver[];
  /** When the stay last changed, by the source's clock. */
  readonly changedAt: number;
  /** When a full load of the source ended that did not contain it: the patient may have left. */
  readonly unlistedAt: number | null;
  /** Another present stay claims the same bed of the same unit. */
  readonly bedConflict: boolean;
}

/** What is known of one source's feed of one part at the moment read. */
export interface PartFeed {
  readonly source: SourceId;
  readonly part: PartName;
  readonly heartbeat: 'any-message' | 'own-messages';
  readonly ageLimitMs: number;
  /** Last proof that the feed carries; null when nothing has come yet. */
  readonly proof: Arrival | null;
  /** Since when everything the source said of this part is in the copy; null when not known to be whole at all. */
  readonly wholeSince: number | null;
  /** The source has sent everything it has since (re)start: absence of rows then means none recorded. */
  readonly fullyLoadedAt: number | null;
  /** The copy was rebuilt and may lack what came before this time. */
  readonly rebuiltAt: number | null;
  /** A person has put the source on hold: received, not applied. */
  readonly heldSince: number | null;
  /** What was held is being let through, in order: not all of it is in yet. */
  readonly isBeingReleased: boolean;
  /** What of it is held, why and by whom: several when more than one decision holds here. */
  readonly holds: readonly Holding[];
  /** Messages of this source now set aside or waiting, that may concern this part. */
  readonly setAside: number;
  /** The source has said something of this part under a number that is not surely the patient's. */
  readonly isElsewhere?: true;
}

export interface PartCopy {
  readonly part: PartName;
  /** Newest first, at most the asked number. */
  readonly entries: readonly Entry[];
  /** More exist than were read. */
  readonly truncated: boolean;
  /** Sources that state "none" for this part now, newest first. */
  readonly statedNone: readonly { readonly source: SourceId; readonly at: number }[];
  /** Every source declared to feed this part for this patient's unit; empty = not fed to this copy. */
  readonly feeds: readonly PartFeed[];
}

export interface PatientCopy {
  readonly key: PatientKey;
  /** The moment read: commit sequence and its time. `asOf` null = now. */
  readonly sequence: number;
  readonly asOf: number | null;
  /** Every identity that is this person by list or merge; the one people use first. */
  readonly identities: readonly {
    readonly identity: Identity;
    readonly how: 'head' | 'listed' | 'merged';
    readonly source: SourceId;
    readonly since: number;
  }[];
  /** Demographics resolved over sources by rank; null when only an identity is known. */
  readonly person: Patient | null;
  readonly personConflicts: readonly { readonly element: string; readonly said: readonly SaidBy[] }[];
  readonly isProtected: boolean;
  readonly isDeleted: boolean;
  /** Something blocked is left out for this reader: whatever is made of it says so in every part (design §5.24). */
  readonly isWithheld?: true;
  /** Blocks that did not agree with the record system at a daily check; absent: none. */
  readonly inquiries?: readonly Inquiry[];
  /** The patient's unit is not in use: whatever is made of it says so (design §5.22). */
  readonly isPractice?: true;
  readonly stays: readonly Stay[];
  readonly parts: Readonly<Record<PartName, PartCopy>>;
  readonly notices: readonly Notice[];
}
