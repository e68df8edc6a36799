// The house of the test's station: what it is sent, by whom, and its units.

import { sourceId, unitId } from '../domain/identity.ts';
import { PERSONNUMMER } from '../domain/identity-domains.ts';
import { PART_NAMES } from '../domain/parts.ts';
import { type SourceDeclaration, undeclaredSource } from '../domain/source.ts';
import type { UnitDeclaration } from '../domain/unit.ts';

const source = (
  id: string,
  feeds: SourceDeclaration['feeds'],
  match: SourceDeclaration['match'],
): SourceDeclaration => ({
  ...undeclaredSource(sourceId(id), id),
  match,
  rank: 1,
  feeds,
  identityDomains: { SKV: PERSONNUMMER },
  units: { OP: unitId('OP') },
});

/** `journal` feeds everything but what the lab sends; `ehr` speaks FHIR. */
export const SOURCES: readonly SourceDeclaration[] = [
  source(
    'journal',
    PART_NAMES.filter((part) => part !== 'results').map((part) => ({ part, units: 'all', heartbeat: 'any-message' })),
    { application: 'JOURNAL' },
  ),
  source('lab', [{ part: 'results', units: 'all', heartbeat: 'any-message' }], { application: 'LAB' }),
  source('ehr', [], {}),
];

export const UNITS: readonly UnitDeclaration[] = [
  { id: unitId('KIR2'), name: 'Kirurgavdelning 2', listKind: 'bed' },
  { id: unitId('MED1'), name: 'Medicinavdelning 1', listKind: 'bed' },
  { id: unitId('PSYK'), name: 'Psykiatriavdelning', listKind: 'bed', isSensitive: true },
  { id: unitId('OP'), name: 'Centraloperation', listKind: 'surgery' },
];
