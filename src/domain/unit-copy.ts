// What a station hands an app that keeps its own copy: everything a unit's list and charts are made of, and the station's clocks at
// that moment. The app makes list and charts from it by the same rules as the station, hours later too, with the ages of that
// later moment: a block that was fresh when it was handed out is told as silent when it has become so (design §11, §5.25).

import type { SureNow } from './age.ts';
import type { NearPatient } from './chart/context.ts';
import type { PatientKey } from './identity.ts';
import type { PartName } from './parts.ts';
import type { PartFeed, PatientCopy } from './patient-copy.ts';
import type { UnitDeclaration } from './unit.ts';
import type { CensusRow, UnitFeed } from './unit-list/census-row.ts';
import type { UnitUse } from './unit-use/unit-use.ts';

export interface CopyNames {
  readonly unitNames: Readonly<Record<string, string>>;
  readonly sourceNames: Readonly<Record<string, string>>;
}

export type FeedsByPart = Readonly<Record<PartName, readonly PartFeed[]>>;

/** One patient of the unit. `copy` is null where the app said it has this version already; its feeds are always of this moment. */
export interface HandedPatient {
  readonly key: PatientKey;
  /** Changes whenever anything of the copy but its feeds has changed. */
  readonly version: string;
  readonly copy: PatientCopy | null;
  /** With `copy`, where this reader may see more than everybody on the unit may: what a device keeps for all of them. */
  readonly shared?: PatientCopy;
  readonly feeds: FeedsByPart;
}

/** Answer of POST /api/copies/unit. */
export interface UnitCopy {
  /** Of who may read the unit on this device without the station (access/device-key.ts). */
  readonly readers: string;
  /** The station's clocks when it was read. */
  readonly now: SureNow;
  readonly station: string;
  readonly unit: UnitDeclaration;
  /** Absent in a copy that an earlier version kept: then it is not in use. */
  readonly use?: UnitUse;
  readonly asOf: number | null;
  /** Up to when bookings stand on the list (ms); null: it is no list of bookings; absent in a copy that an earlier version kept. */
  readonly bookedUntil?: number | null;
  readonly rows: readonly CensusRow[];
  readonly feeds: readonly UnitFeed[];
  readonly names: CopyNames;
  readonly patients: readonly HandedPatient[];
}

/** Answer of POST /api/copies/patient. */
export interface PatientAnswer {
  readonly now: SureNow;
  readonly names: CopyNames;
  readonly near: readonly NearPatient[];
  readonly copy: PatientCopy;
}

/** A patient's copy without its feeds: what a version is of, and what an app keeps as long as the version holds. */
export const withFeeds = (copy: PatientCopy, feedsOf: (part: PartName) => readonly PartFeed[]): PatientCopy => ({
  ...copy,
  parts: Object.fromEntries(
    Object.entries(copy.parts).map(([part, kept]) => [part, { ...kept, feeds: feedsOf(part as PartName) }]),
  ) as PatientCopy['parts'],
});
