// Under which heading an observation is looked for. What the region has declared for a code decides; then whether the
// report is a laboratory's; then what the code itself says. A blood gas's patient temperature stays with its blood gas.

import type { CodeableConcept } from 'fhir/r4';
import { partOfResource } from '../../../domain/part-of-resource.ts';
import type { PartName } from '../../../domain/parts.ts';

export type PartOfCode = Readonly<Record<string, PartName>>;

/** Diagnostic service sections (OBR-24, HL7 table 0074) of laboratories. */
const LABORATORY_SECTIONS: ReadonlySet<string> = new Set(
  'LAB CH HM MB BG BLB IMM MCB MYC SR TX VR CG GE PAT CP SP URN'.split(' '),
);

/** Kept as sets of one measuring moment rather than as answers to an order. */
const BY_MOMENT: ReadonlySet<PartName> = new Set(['vitals', 'fluid-balance', 'infusions', 'devices', 'risks']);

export const isKeptByMoment = (part: PartName): boolean => BY_MOMENT.has(part);

/** ISO/IEEE 11073-10101, spoken by monitors and gateways (IHE PCD): what they measure at the bedside is a vital sign. */
const isDeviceCode = (code: CodeableConcept): boolean =>
  code.coding?.some(({ system }) => system === 'urn:id:MDC' || system === 'urn:iso:std:iso:11073:10101') === true;

function declaredPart(code: CodeableConcept, partOfCode: PartOfCode): PartName | null {
  for (const coding of code.coding ?? []) {
    for (const key of [`${coding.system ?? ''}|${coding.code ?? ''}`, coding.code ?? '']) {
      if (key !== '' && Object.hasOwn(partOfCode, key)) return partOfCode[key] ?? null;
    }
  }
  return null;
}

/** The part of a whole report by its own code (OBR-4) and laboratory section (OBR-24). */
export function partOfReport(code: CodeableConcept, section: string, partOfCode: PartOfCode): PartName {
  const category = section === '' ? [] : [{ coding: [{ code: section }] }];
  return partOfResource({ resourceType: 'DiagnosticReport', status: 'unknown', code, category }, partOfCode);
}

/** Codes met before, for each source's declaration by itself. Code objects are shared by all messages that wrote them alike. */
const met = new WeakMap<PartOfCode, WeakMap<CodeableConcept, { declared: PartName | null; byCode: PartName }>>();

function partsOf(code: CodeableConcept, partOfCode: PartOfCode): { declared: PartName | null; byCode: PartName } {
  let known = met.get(partOfCode);
  if (known === undefined) {
    known = new WeakMap();
    met.set(partOfCode, known);
  }
  let parts = known.get(code);
  if (parts === undefined) {
    const byCode = isDeviceCode(code)
      ? 'vitals'
      : partOfResource({ resourceType: 'Observation', status: 'unknown', code }, partOfCode);
    parts = { declared: declaredPart(code, partOfCode), byCode };
    known.set(code, parts);
  }
  return parts;
}

/** The part of one observation within a report. */
export function partOfObservation(
  code: CodeableConcept,
  report: { readonly part: PartName; readonly section: string },
  partOfCode: PartOfCode,
): PartName {
  const { declared, byCode } = partsOf(code, partOfCode);
  if (declared !== null) return declared;
  // A blood group is looked for under its own heading, whichever laboratory answered.
  if (byCode === 'blood') return byCode;
  if (byCode === 'results' || LABORATORY_SECTIONS.has(report.section)) return report.part;
  return byCode;
}
