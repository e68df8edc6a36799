// The invented patient of *Öva själv*: made on this device from domain values alone, so that one can practise with the station dead and
// on a computer that has never had a unit's copy. The number is one of Skatteverket's published test numbers, which no person has.

import type { FhirResource } from 'fhir/r4';
import { EXTENSION } from '../../../../src/domain/extensions.ts';
import { patientKey, sourceId, unitId } from '../../../../src/domain/identity.ts';
import { PERSONNUMMER } from '../../../../src/domain/identity-domains.ts';
import { PART_NAMES, PARTS, type PartName } from '../../../../src/domain/parts.ts';
import type { Entry, PartFeed, PatientCopy, Stay } from '../../../../src/domain/patient-copy.ts';
import { localMoment, stockholmToUtc } from '../../../../src/domain/swedish-time.ts';
import type { Arrival } from '../../../../src/domain/time.ts';
import type { UnitDeclaration } from '../../../../src/domain/unit.ts';
import type { CensusRow, UnitFeed } from '../../../../src/domain/unit-list/census-row.ts';

const INVENTED = patientKey('ovning');
const RECORDS = sourceId('ovning-journal');
const DOSES = sourceId('ovning-lakemedel');
const LABORATORY = sourceId('ovning-lab');
/** The word first, wherever a name is seen: on a photo of half a screen too (design §5.17). */
export const INVENTED_UNIT: UnitDeclaration = {
  id: unitId('ovning'),
  name: 'ÖVNING Påhittad avdelning',
  listKind: 'bed',
};
export const INVENTED_NAMES = {
  unitNames: { [INVENTED_UNIT.id]: INVENTED_UNIT.name },
  sourceNames: { [RECORDS]: 'Övningsjournal', [DOSES]: 'Övningsläkemedel', [LABORATORY]: 'Övningslab' },
};
const NUMBER = { domain: PERSONNUMMER, id: '195104172555' };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STAY_MS = 5 * DAY_MS;
const WHOLE_MS = 60 * DAY_MS;
const HEARD_MS: Readonly<Record<string, number>> = {
  [RECORDS]: MINUTE_MS,
  [DOSES]: 4 * HOUR_MS,
  [LABORATORY]: 40 * MINUTE_MS,
};
/** Nobody sends these to the practice copy: what is missing must be found. */
export const NOT_FED: ReadonlySet<PartName> = new Set(['fluid-balance', 'notes']);
const SOURCES: Partial<Record<PartName, typeof RECORDS>> = { 'doses-given': DOSES, results: LABORATORY };
const DENIED: ReadonlySet<PartName> = new Set(['alerts', 'infection']);

/** Whose given doses are not heard of, and since when: what is asked for in the guide. */
export const dosesSilentSince = (began: Arrival): number => began.wallMs - (HEARD_MS[DOSES] ?? 0);

/** As it is at `began`, or as it was at an earlier moment: what had not come by then is not in it. */
export function inventedCopy(began: Arrival, asOf: number | null): PatientCopy {
  const readMs = asOf ?? Number.POSITIVE_INFINITY;
  const entries = Map.groupBy(
    invented(began.wallMs).filter(({ receivedAt }) => receivedAt <= readMs),
    ({ part }) => part,
  );
  const parts = PART_NAMES.map((part) => [
    part,
    {
      part,
      entries: (entries.get(part) ?? []).toSorted((a, b) => b.at - a.at),
      truncated: false,
      statedNone: DENIED.has(part) ? [{ source: RECORDS, at: began.wallMs - STAY_MS + HOUR_MS }] : [],
      feeds: feedsOf(part, began, asOf),
    },
  ]);
  return {
    key: INVENTED,
    sequence: 1,
    asOf,
    identities: [{ identity: NUMBER, how: 'head', source: RECORDS, since: began.wallMs - STAY_MS }],
    person: PERSON,
    personConflicts: [],
    isProtected: false,
    isDeleted: false,
    stays: [stay(began.wallMs)],
    parts: Object.fromEntries(parts) as PatientCopy['parts'],
    notices: [],
  };
}

export const inventedRow = ({ wallMs }: Arrival): CensusRow => ({
  key: INVENTED,
  identity: NUMBER,
  kind: 'present',
  stay: stay(wallMs),
  person: PERSON,
  isProtected: false,
  bedConflict: false,
  sourceConflict: false,
  identityConflict: false,
  severalPlaces: false,
});

export const inventedFeeds = (began: Arrival): readonly UnitFeed[] =>
  PART_NAMES.flatMap((part) => feedsOf(part, began, null).map((feed) => ({ feed, declaredName: feed.source })));

const PERSON = {
  resourceType: 'Patient',
  name: [{ family: 'ÖVNING Lindh', given: ['Nils'] }],
  gender: 'male',
  birthDate: '1951-04-17',
} as const satisfies CensusRow['person'];

const stay = (nowMs: number): Stay => ({
  source: RECORDS,
  subject: NUMBER,
  visit: { domain: `source:${RECORDS}`, id: '1' },
  status: 'present',
  class: 'inpatient',
  unit: INVENTED_UNIT.id,
  room: '1',
  bed: '1',
  location: null,
  admittedAt: nowMs - STAY_MS,
  dischargedAt: null,
  expectedAdmitAt: null,
  expectedDischargeAt: null,
  plannedUnit: null,
  leaveSince: null,
  service: null,
  reason: 'pneumoni (påhittad)',
  account: null,
  caregivers: [{ id: null, name: 'Påhittad Läkare', role: 'attending' }],
  changedAt: nowMs - STAY_MS,
  unlistedAt: null,
  bedConflict: false,
});

function feedsOf(part: PartName, began: Arrival, asOf: number | null): readonly PartFeed[] {
  if (NOT_FED.has(part)) return [];
  const source = SOURCES[part] ?? RECORDS;
  const heardMs = began.wallMs - (HEARD_MS[source] ?? 0);
  const backMs = began.wallMs - Math.min(heardMs, (asOf ?? began.wallMs) - MINUTE_MS);
  return [
    {
      source,
      part,
      heartbeat: 'any-message',
      ageLimitMs: PARTS[part].ageLimitMs,
      proof: { ...began, wallMs: began.wallMs - backMs, monotonicMs: began.monotonicMs - backMs },
      wholeSince: began.wallMs - WHOLE_MS,
      fullyLoadedAt: began.wallMs - WHOLE_MS,
      rebuiltAt: null,
      heldSince: null,
      isBeingReleased: false,
      holds: [],
      setAside: 0,
    },
  ];
}

/** Everything told of the patient, each at its own time. */
function invented(nowMs: number): readonly Entry[] {
  const entries: Entry[] = [];
  const say = (part: PartName, agoMs: number, resource: object, more: Partial<Entry> = {}): void => {
    const at = nowMs - agoMs;
    entries.push({
      source: SOURCES[part] ?? RECORDS,
      subject: NUMBER,
      part,
      key: `${part}/${entries.length}`,
      at,
      eventAt: at,
      receivedAt: at,
      state: 'final',
      resource: resource as FhirResource,
      members: [],
      unlistedAt: null,
      orderNumbers: {},
      ...more,
    });
  };
  const when = (agoMs: number): string => new Date(nowMs - agoMs).toISOString();
  const inForce = { status: 'active', clinicalStatus: { coding: [{ code: 'active' }] } };

  say('allergies', STAY_MS - HOUR_MS, {
    resourceType: 'AllergyIntolerance',
    code: { text: 'Penicillin' },
    criticality: 'high',
    ...inForce,
  });
  say('limits', 30 * HOUR_MS, { resourceType: 'Flag', code: { text: LIMIT }, status: 'active' });
  say('problems', STAY_MS - HOUR_MS, { resourceType: 'Condition', code: { text: 'Pneumoni' }, ...inForce });
  say('problems', STAY_MS - HOUR_MS, { resourceType: 'Condition', code: { text: 'Förmaksflimmer' }, ...inForce });
  say('kin', STAY_MS - HOUR_MS, {
    resourceType: 'RelatedPerson',
    name: [{ text: 'Påhittad anhörig' }],
    relationship: [{ text: 'dotter' }],
  });

  for (const { number, name, dose, route, schedule, times, givenHoursAgo = [] } of MEDICINES) {
    const medicationCodeableConcept = { text: name };
    const dosage = {
      text: schedule,
      route: { text: route },
      doseAndRate: [{ doseQuantity: dose }],
      ...(times === null ? { asNeededBoolean: true } : { timing: { repeat: { timeOfDay: times } } }),
    };
    const orderNumbers = { placer: number };
    say(
      'medication-orders',
      STAY_MS - 2 * HOUR_MS,
      { resourceType: 'MedicationRequest', status: 'active', medicationCodeableConcept, dosageInstruction: [dosage] },
      { orderNumbers },
    );
    const given = times === null ? givenHoursAgo.map((one) => nowMs - one * HOUR_MS) : givenAt(times, nowMs);
    for (const agoMs of given.map((ms) => nowMs - ms))
      say(
        'doses-given',
        agoMs,
        {
          resourceType: 'MedicationAdministration',
          status: 'completed',
          medicationCodeableConcept,
          effectiveDateTime: when(agoMs),
          dosage: { dose, route: { text: route } },
          performer: [{ actor: { display: 'P. Sköterska' } }],
        },
        { orderNumbers },
      );
  }

  for (const [hours, [respiration, saturation, systolic, diastolic, pulse, temperature]] of VITALS) {
    const agoMs = hours * HOUR_MS + 10 * MINUTE_MS;
    const values = [
      measured('9279-1', 'Andningsfrekvens', respiration, '/min'),
      measured('59408-5', 'SpO2', saturation, '%'),
      { resourceType: 'Observation', status: 'final', code: { text: 'Syrgas' }, valueString: 'luft' },
      measured('8480-6', 'Systoliskt', systolic, 'mm[Hg]'),
      measured('8462-4', 'Diastoliskt', diastolic, 'mm[Hg]'),
      measured('8867-4', 'Puls', pulse, '/min'),
      { resourceType: 'Observation', status: 'final', code: { text: 'Medvetande' }, valueString: 'A' },
      measured('8310-5', 'Temp', temperature, 'Cel'),
    ];
    say(
      'vitals',
      agoMs,
      {
        resourceType: 'DiagnosticReport',
        status: 'final',
        code: { text: 'Vitalparametrar' },
        effectiveDateTime: when(agoMs),
      },
      { members: membersOf(values, nowMs - agoMs) },
    );
  }

  for (const [hours, potassium, flag, crp, haemoglobin] of ANSWERS) {
    const agoMs = hours * HOUR_MS;
    const values = [
      measured('2823-3', 'P-Kalium', potassium, 'mmol/l', { low: 3.5, high: 4.4, flag }),
      measured('1988-5', 'P-CRP', crp, 'mg/l', { low: 0, high: 5, flag: 'H' }),
      measured('718-7', 'B-Hb', haemoglobin, 'g/l', { low: 134, high: 170, flag: 'L' }),
    ];
    say(
      'results',
      agoMs,
      { resourceType: 'DiagnosticReport', status: 'final', code: { text: 'Kemlab' }, effectiveDateTime: when(agoMs) },
      { members: membersOf(values, nowMs - agoMs) },
    );
  }
  say(
    'orders',
    2 * HOUR_MS,
    { resourceType: 'ServiceRequest', status: 'active', intent: 'order', code: { text: 'Blododling' } },
    {
      orderNumbers: { placer: 'B9' },
    },
  );
  return entries;
}

export const LIMIT = '0-HLR';

const membersOf = (values: readonly object[], receivedAt: number): Entry['members'] =>
  values.map((resource, at) => ({
    key: String(at),
    state: 'final',
    resource: resource as FhirResource,
    receivedAt,
    former: [],
  }));

function measured(
  loinc: string,
  name: string,
  written: string,
  unit: string,
  range?: { readonly low: number; readonly high: number; readonly flag: string },
): object {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { text: name, coding: [{ system: 'http://loinc.org', code: loinc }] },
    valueQuantity: { value: Number(written), unit },
    extension: [{ url: EXTENSION.asWritten, valueString: written }],
    ...(range === undefined
      ? {}
      : {
          referenceRange: [{ low: { value: range.low }, high: { value: range.high } }],
          ...(range.flag === '' ? {} : { interpretation: [{ coding: [{ code: range.flag }] }] }),
        }),
  };
}

/** A while after each written time of the last two days, as far as the doses are heard of. */
function givenAt(times: readonly string[], nowMs: number): readonly number[] {
  const today = localMoment(nowMs)?.dayNumber ?? 0;
  return [0, 1, 2]
    .flatMap((back) => times.map((time) => stockholmToUtc(today - back, Number(time.slice(0, 2)), 0) + GIVEN_AFTER_MS))
    .filter((ms) => ms < nowMs - (HEARD_MS[DOSES] ?? 0) && ms > nowMs - 2 * DAY_MS);
}
const GIVEN_AFTER_MS = 7 * MINUTE_MS;

interface Medicine {
  readonly number: string;
  readonly name: string;
  readonly dose: { readonly value: number; readonly unit: string };
  readonly route: string;
  readonly schedule: string;
  /** Null: as needed. */
  readonly times: readonly string[] | null;
  readonly givenHoursAgo?: readonly number[];
}
const MEDICINES: readonly Medicine[] = [
  {
    number: 'L1',
    name: 'Cefotaxim',
    dose: { value: 1, unit: 'g' },
    route: 'iv',
    schedule: '1 g iv kl 06, 14 och 22',
    times: ['06:00:00', '14:00:00', '22:00:00'],
  },
  {
    number: 'L2',
    name: 'Metoprolol',
    dose: { value: 50, unit: 'mg' },
    route: 'po',
    schedule: 'depottablett 50 mg kl 08',
    times: ['08:00:00'],
  },
  {
    number: 'L3',
    name: 'Apixaban',
    dose: { value: 5, unit: 'mg' },
    route: 'po',
    schedule: 'tablett 5 mg kl 08 och 20',
    times: ['08:00:00', '20:00:00'],
  },
  {
    number: 'L4',
    name: 'Paracetamol',
    dose: { value: 1, unit: 'g' },
    route: 'po',
    schedule: '1 g vid smärta, högst 4 g per dygn',
    times: null,
    givenHoursAgo: [9, 17],
  },
];
/** Hours ago, and what was measured then. */
const VITALS: readonly (readonly [number, readonly [string, string, string, string, string, string]])[] = [
  [0, ['22', '94', '108', '62', '104', '38.4']],
  [5, ['20', '95', '116', '66', '96', '38.1']],
  [11, ['18', '96', '122', '70', '88', '37.8']],
  [23, ['18', '96', '126', '72', '84', '37.6']],
  [35, ['20', '95', '118', '68', '92', '38.2']],
];
/** Hours ago, potassium and its flag, CRP, haemoglobin. */
const ANSWERS: readonly (readonly [number, string, string, string, string])[] = [
  [3, '2.9', 'LL', '148', '118'],
  [20, '3.4', 'L', '186', '121'],
  [44, '3.8', '', '212', '124'],
];
