// The two systems and the unit every benchmark's station is told about.

import { type SourceId, sourceId, unitId } from '../src/domain/identity.ts';
import { PART_NAMES } from '../src/domain/parts.ts';
import { DEFAULT_DIALECT, type SourceDeclaration } from '../src/domain/source.ts';

const declared = (id: SourceId, application: string, rank: number): SourceDeclaration => ({
  id,
  name: id,
  transport: 'mllp',
  match: { application },
  rank,
  feeds: PART_NAMES.map((part) => ({ part, units: 'all', heartbeat: 'any-message' })),
  identityDomain: `source:${id}`,
  identityDomains: {},
  units: {},
  hl7: DEFAULT_DIALECT,
});

export const JOURNAL = sourceId('journal');
export const LAB = sourceId('lab');
export const BENCH_SOURCES: readonly SourceDeclaration[] = [declared(JOURNAL, 'JOURNAL', 1), declared(LAB, 'LAB', 2)];
export const BENCH_UNITS = [{ id: unitId('KIR2'), name: 'Kirurgen 2', listKind: 'bed' as const }];
