// What a station must be told about the simulated hospitals: their units, and what each system sends for which of them. The
// demo's configuration is written from this. What is not declared here is honestly not fed: the poor hospital's given
// doses, sensitivities and limits.

import { sourceId, type UnitId, unitId } from '../src/domain/identity.ts';
import type { PartName } from '../src/domain/parts.ts';
import { DEFAULT_DIALECT, type FeedDeclaration, type SourceDeclaration } from '../src/domain/source.ts';
import type { UnitDeclaration } from '../src/domain/unit.ts';
import { STATEMENT_CODES } from './course/statements.ts';
import { type HospitalCode, UNITS } from './places.ts';
import { type SystemId, VOICES, type Voice } from './systems/voices.ts';

export const REPORT_SOURCE = 'fj-listor';

const idOf = (code: string): UnitId => unitId(code.toLowerCase());

export const simulatedUnits = (hospitals: readonly HospitalCode[]): UnitDeclaration[] =>
  UNITS.filter((unit) => hospitals.includes(unit.hospital)).map((unit) => ({
    id: idOf(unit.code),
    name: unit.name,
    listKind: unit.listKind,
  }));

/** Numbers of the house's own, shared by all its systems. */
const HOUSE_NUMBERS: Readonly<Record<HospitalCode, string>> = {
  ASEN: 'urn:reservkraft:sim:asen',
  FJALL: 'urn:reservkraft:sim:fjall',
};

const unitsOf = (hospital: HospitalCode, ...except: readonly string[]): UnitId[] =>
  UNITS.filter((unit) => unit.hospital === hospital && !except.includes(unit.code)).map((unit) => idOf(unit.code));

const feed = (parts: readonly PartName[], units: readonly UnitId[]): FeedDeclaration[] =>
  parts.map((part) => ({ part, units, heartbeat: 'any-message' }));

const WARDS = unitsOf('ASEN', 'AKUT');
const EMERGENCY = [idOf('AKUT')];

const FEEDS: Readonly<Record<SystemId, readonly FeedDeclaration[]>> = {
  journal: feed(
    [
      'person',
      'stay',
      'responsible',
      'kin',
      'problems',
      'allergies',
      'limits',
      'infection',
      'alerts',
      'vitals',
      'fluid-balance',
      'devices',
      'risks',
      'orders',
      'results',
      'notes',
      'discharge',
    ],
    WARDS,
  ),
  akut: feed(['person', 'stay', 'responsible', 'kin', 'problems', 'vitals', 'orders'], EMERGENCY),
  lab: feed(['results', 'blood'], unitsOf('ASEN')),
  lakemedel: feed(['medication-orders', 'doses-given', 'infusions'], WARDS),
  operation: feed(['surgery'], WARDS),
  'fj-journal': feed(['person', 'stay', 'responsible', 'kin', 'problems'], unitsOf('FJALL')),
  'fj-lab': feed(['results'], unitsOf('FJALL')),
};

/** Lower wins where two systems say the same thing of a person differently: the record system knows people best. */
const RANKS: Readonly<Record<SystemId, number>> = {
  journal: 1,
  akut: 2,
  lakemedel: 3,
  operation: 4,
  lab: 5,
  'fj-journal': 6,
  'fj-lab': 7,
};

const declarationOf = (voice: Voice): SourceDeclaration => ({
  id: sourceId(voice.id),
  name: voice.name,
  transport: 'mllp',
  match: { application: voice.application, facility: voice.hospital },
  rank: RANKS[voice.id],
  feeds: FEEDS[voice.id],
  identityDomain: HOUSE_NUMBERS[voice.hospital],
  identityDomains: { [voice.hospital]: HOUSE_NUMBERS[voice.hospital] },
  units: Object.fromEntries(
    UNITS.filter((unit) => unit.hospital === voice.hospital).map((unit) => [unit.code, idOf(unit.code)]),
  ),
  hl7: {
    charset: voice.charset,
    timeZone: 'Europe/Stockholm',
    acknowledge: 'once',
    // The record system repeats the whole list in each message about a stay; none of the others sends any.
    allergies: voice.id === 'journal' ? 'snapshot' : 'statements',
    absentMeansDeleted: false,
    // Training messages only: these systems can never be taken for real ones, nor real ones for these.
    processingIdsAccepted: ['T'],
    partOfCode: STATEMENT_CODES,
    fullLoadBatchName: voice.fullLoadBatchName,
  },
});

/** The poor hospital's printed lists: the source's own subfolder of the station's report folder. */
const reports = (): SourceDeclaration => ({
  id: sourceId(REPORT_SOURCE),
  name: 'Utskrivna listor Fjällnäs',
  transport: 'reports',
  match: {},
  rank: 8,
  feeds: [{ part: 'reports', units: unitsOf('FJALL'), heartbeat: 'own-messages' }],
  identityDomain: HOUSE_NUMBERS.FJALL,
  identityDomains: {},
  units: {},
  hl7: { ...DEFAULT_DIALECT, charset: 'utf-8' },
});

export const simulatedSources = (hospitals: readonly HospitalCode[]): SourceDeclaration[] => [
  ...VOICES.filter((voice) => hospitals.includes(voice.hospital)).map(declarationOf),
  ...(hospitals.includes('FJALL') ? [reports()] : []),
];
