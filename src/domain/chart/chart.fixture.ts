// Patients' copies for the tests of this folder: a healthy, whole feed for every part, and ways to break one thing at a time.
// Numbers are Skatteverket's published test numbers; names are invented.

import type { FhirResource } from 'fhir/r4';
import type { ValueState } from '../changes.ts';
import { type Identity, patientKey, sourceId, unitId } from '../identity.ts';
import { PERSONNUMMER } from '../identity-domains.ts';
import { PART_NAMES, PARTS, type PartName } from '../parts.ts';
import type { Entry, Member, PartCopy, PartFeed, PatientCopy, Stay } from '../patient-copy.ts';
import type { Arrival } from '../time.ts';
import type { Chart, ChartPart } from './chart.ts';

export const JOURNAL = sourceId('journal');
export const LAB = sourceId('lab');
export const PUMPS = sourceId('pumps');
const KARIN: Identity = { domain: PERSONNUMMER, id: '189001019802' };

/** 11:20 on Tuesday 17 November 2026 in Sweden. */
export const NOW_MS = Date.UTC(2026, 10, 17, 10, 20);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const now: Arrival = { wallMs: NOW_MS, boot: 'run 1', monotonicMs: 100 * HOUR_MS };
export const ago = (ms: number): Arrival => ({ ...now, wallMs: NOW_MS - ms, monotonicMs: now.monotonicMs - ms });

export function feed(part: PartName, change: Partial<PartFeed> = {}): PartFeed {
  return {
    source: JOURNAL,
    part,
    heartbeat: 'any-message',
    ageLimitMs: PARTS[part].ageLimitMs,
    proof: ago(MINUTE_MS),
    wholeSince: NOW_MS - 30 * DAY_MS,
    fullyLoadedAt: NOW_MS - 30 * DAY_MS,
    rebuiltAt: null,
    heldSince: null,
    isBeingReleased: false,
    holds: [],
    setAside: 0,
    ...change,
  };
}

/** One way for a feed not to be trusted. `null`: nobody feeds the part. */
export const DOUBTS = {
  'not fed': null,
  silent: { proof: ago(10 * HOUR_MS) },
  'never heard': { proof: null },
  stale: { proof: ago(10 * HOUR_MS), heartbeat: 'own-messages' },
  held: { heldSince: NOW_MS - HOUR_MS },
  rebuilt: { rebuiltAt: NOW_MS - HOUR_MS },
  incomplete: { setAside: 1 },
  'not whole': { wholeSince: NOW_MS - HOUR_MS, fullyLoadedAt: null },
} as const satisfies Record<string, Partial<PartFeed> | null>;
export type Doubt = keyof typeof DOUBTS;

export const feedsInDoubt = (part: PartName, doubt: Doubt): readonly PartFeed[] => {
  const change = DOUBTS[doubt];
  return change === null ? [] : [feed(part, change)];
};

function partCopy(part: PartName, change: Partial<PartCopy> = {}): PartCopy {
  return { part, entries: [], truncated: false, statedNone: [], feeds: [feed(part)], ...change };
}

export function stay(change: Partial<Stay> = {}): Stay {
  return {
    source: JOURNAL,
    subject: KARIN,
    visit: { domain: 'source:journal', id: 'V1' },
    status: 'present',
    class: 'inpatient',
    unit: unitId('K2'),
    room: '1',
    bed: '1',
    location: null,
    admittedAt: NOW_MS - 2 * DAY_MS,
    dischargedAt: null,
    expectedAdmitAt: null,
    expectedDischargeAt: null,
    plannedUnit: null,
    leaveSince: null,
    service: null,
    reason: 'akut kolecystit',
    account: null,
    caregivers: [{ id: null, name: 'Elin Sjöberg', role: 'attending' }],
    changedAt: NOW_MS - DAY_MS,
    unlistedAt: null,
    bedConflict: false,
    ...change,
  };
}

export function entry(part: PartName, resource: unknown, change: Partial<Entry> = {}): Entry {
  const at = change.at ?? NOW_MS - HOUR_MS;
  return {
    source: JOURNAL,
    subject: KARIN,
    part,
    key: `${(resource as FhirResource).resourceType}/1`,
    at,
    eventAt: at,
    receivedAt: at,
    state: 'final',
    resource: timed(resource as FhirResource, at),
    members: [],
    unlistedAt: null,
    orderNumbers: {},
    ...change,
  };
}

/** What happens is said to have happened at `at`, unless the test says when, or in so many words (`undefined`) that nobody does. */
const WHEN: Readonly<Record<string, string>> = {
  Observation: 'effectiveDateTime',
  DiagnosticReport: 'effectiveDateTime',
  MedicationAdministration: 'effectiveDateTime',
  Procedure: 'performedDateTime',
  Immunization: 'occurrenceDateTime',
  Appointment: 'start',
};
function timed(resource: FhirResource, at: number): FhirResource {
  const name = WHEN[resource.resourceType];
  const isSaid = Object.keys(resource).some((key) => /^(effective|performed|occurrence)|^start$/.test(key));
  return name === undefined || isSaid ? resource : { ...resource, [name]: new Date(at).toISOString() };
}

export function member(
  key: string,
  resource: unknown,
  state: ValueState = 'final',
  former: Member['former'] = [],
): Member {
  return { key, state, resource: resource as FhirResource, receivedAt: NOW_MS - MINUTE_MS, former };
}

/** An Observation with a number as HL7 v2 readers write it: the sender's own text beside the number. */
export function observation(
  loinc: string,
  name: string,
  written: string,
  unit: string,
  rest: object = {},
): FhirResource {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { text: name, coding: [{ system: 'http://loinc.org', code: loinc }] },
    valueQuantity: { value: Number(written), unit },
    extension: [{ url: 'urn:reservkraft:as-written', valueString: written }],
    ...rest,
  };
}

export interface CopyChange extends Omit<Partial<PatientCopy>, 'parts'> {
  readonly parts?: Partial<Record<PartName, Partial<PartCopy>>>;
}

export function patientCopy({ parts = {}, ...change }: CopyChange = {}): PatientCopy {
  return {
    key: patientKey('k'),
    sequence: 1,
    asOf: null,
    identities: [{ identity: KARIN, how: 'head', source: JOURNAL, since: NOW_MS - 30 * DAY_MS }],
    person: {
      resourceType: 'Patient',
      name: [{ family: 'Lind', given: ['Karin'] }],
      gender: 'female',
      birthDate: '1942-06-08',
    },
    personConflicts: [],
    isProtected: false,
    isDeleted: false,
    stays: [stay()],
    notices: [],
    ...change,
    parts: Object.fromEntries(PART_NAMES.map((part) => [part, partCopy(part, parts[part])])) as Record<
      PartName,
      PartCopy
    >,
  };
}

export const SOURCE_NAMES = { journal: 'Journalen', lab: 'Labbet', pumps: 'Pumparna' };

export function partOf(chart: Chart, part: PartName): ChartPart {
  const found = chart.blocks.flatMap(({ parts }) => parts).find((one) => one.part === part);
  if (found === undefined) throw new Error(`no block shows the part ${part}`);
  return found;
}

/** Every string of a chart: what any screen, page or program could show. */
export function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

/** Reasons that say that there is nothing. */
export const NONE = ['stated-none', 'none-recorded'];
export const contentOf = (chart: Chart, part: PartName) => partOf(chart, part).content;
