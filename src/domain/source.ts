// What a source system is declared to send, so that the copy can tell "nothing recorded" from "nobody sends it here".

import type { SourceId, UnitId } from './identity.ts';
import type { PartName } from './parts.ts';

/** What proves that a part's feed carries: any message of the source, or only messages that carry that part. */
export type Heartbeat = 'any-message' | 'own-messages';

/** One line of a source's declaration. `units: 'all'` means every unit the station keeps. */
export interface FeedDeclaration {
  readonly part: PartName;
  readonly units: 'all' | readonly UnitId[];
  readonly heartbeat: Heartbeat;
  /** Overrides the part's own age limit (domain/parts.ts). */
  readonly ageLimitMs?: number;
}

export type Transport = 'mllp' | 'fhir' | 'fhir-poll' | 'reports';

/** Where one system's HL7 v2 differs from the standard's defaults (knowledge c3). Each has a safe default. */
export interface Hl7Dialect {
  /** Used when MSH-18 is empty: strict UTF-8 is still tried first. */
  readonly charset: 'utf-8' | 'windows-1252' | 'iso-8859-1' | 'iso-8859-15';
  /** Zone of times without offset. */
  readonly timeZone: string;
  /** `once`: exactly one answer a message, also where the sender asked for none. `as-asked`: HL7 v2 ch. 2.9 to the letter. */
  readonly acknowledge: 'once' | 'as-asked';
  /** AL1/IAM lists are complete snapshots (absent line = removed) or single statements (default). */
  readonly allergies: 'statements' | 'snapshot';
  /** Absent fields of PID/PV1 mean "removed". Default false: absent = leave. */
  readonly absentMeansDeleted: boolean;
  /** MSH-11 values accepted; empty = all. A production station refuses test messages with AR. */
  readonly processingIdsAccepted: readonly string[];
  /** Observation codes (`system|code` or `code`) that go to another part than the category rules would choose. */
  readonly partOfCode: Readonly<Record<string, PartName>>;
  /** A batch (BHS-9 or FHS-9 name) that is a full load: when its trailer has come the copy is whole for this source. */
  readonly fullLoadBatchName: string | null;
}

/** One way a source speaks to us. A source may use several (ADT over MLLP, allergies by report). */
export interface SourceDeclaration {
  readonly id: SourceId;
  /** As people call it: «Journalsystemet». */
  readonly name: string;
  readonly transport: Transport;
  /**
   * How a received HL7 v2 message is told to be this source's: MSH-3 (`application`) and/or MSH-4 (`facility`), first
   * component. Messages no declaration matches come under a source of their own, `unknown:` and a hash, rank last.
   */
  readonly match: { readonly application?: string; readonly facility?: string };
  /** Lower wins where two sources tell the same field of a person or stay differently (design §6). */
  readonly rank: number;
  readonly feeds: readonly FeedDeclaration[];
  /** Number series for identifiers that come without assigning authority. Default `source:<id>`. */
  readonly identityDomain: string;
  /**
   * Assigning authority namespaces (CX-4.1) to number series, e.g. `SKV` → the national person number's OID. For printed lists: the
   * words a page prints before a number (`Journalnr`).
   */
  readonly identityDomains: Readonly<Record<string, string>>;
  /** PV1-3 point of care (and facility) to our unit ids; a location not listed is its own unit, `PV1-3.1` verbatim. */
  readonly units: Readonly<Record<string, UnitId>>;
  readonly hl7: Hl7Dialect;
}

/** What a source gets that says nothing of its dialect: the standard's own defaults, in Swedish time. */
export const DEFAULT_DIALECT: Hl7Dialect = {
  charset: 'windows-1252',
  timeZone: 'Europe/Stockholm',
  acknowledge: 'once',
  allergies: 'statements',
  absentMeansDeleted: false,
  processingIdsAccepted: [],
  partOfCode: {},
  fullLoadBatchName: null,
};

/** A source of which nothing is declared but its id: read by the defaults, believed last, feeding nothing. */
export const undeclaredSource = (id: SourceId, name: string): SourceDeclaration => ({
  id,
  name,
  transport: 'mllp',
  match: {},
  rank: Number.MAX_SAFE_INTEGER,
  feeds: [],
  identityDomain: `source:${id}`,
  identityDomains: {},
  units: {},
  hl7: DEFAULT_DIALECT,
});

/** A sender nobody has declared: whoever reaches the port can be one, so what it says is never shown as the hospital's own. */
export const isUndeclared = (source: SourceId): boolean => source.startsWith('unknown:');
export const UNDECLARED_WORDS = 'okänd avsändare';
