// Protected identity: sekretessmarkering and skyddad folkbokföring, which hide address, phone, kin and place from outsiders.
// Swedish senders mark it in PD1-12, in ARV (from v2.6) or in PV1-16. The mark goes to Patient.meta.security as the HL7
// Sweden base profiles have it. It is only taken away by a field that says so, never by silence.

import type { Coding, Meta } from 'fhir/r4';
import type { Hl7Segment } from '../message.ts';

const SYSTEM = 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel';
const CONFIDENTIAL: Coding = { system: SYSTEM, code: 'sekretessmarkering', display: 'Sekretessmarkering' };
const PROTECTED_REGISTRATION: Coding = {
  system: SYSTEM,
  code: 'skyddadFolkbokforing',
  display: 'Skyddad folkbokföring',
};

/** ARV-3 (table 0717) that restricts who may see the person; `STD`, `NO` and the like do not. */
const RESTRICTING = new Set(['ALL', 'DEM', 'PID', 'PID-5', 'PID-7', 'PID-11', 'PID-13', 'PID-17', 'SMD', 'VIP', 'OO']);

/** The label a code or word stands for; null when it is about something else. */
function labelOf(word: string): Coding | null {
  const folded = word.toLowerCase();
  if (folded.includes('skydd')) return PROTECTED_REGISTRATION;
  return folded.startsWith('sekr') ? CONFIDENTIAL : null;
}

function ofFlag(segment: Hl7Segment, field: number): Coding | null | undefined {
  const value = segment.value(field);
  if (value === undefined) return undefined;
  if (value === null || value === 'N' || value === '0') return null;
  return labelOf(value) ?? (value === 'Y' || value === '1' || value === 'J' ? CONFIDENTIAL : undefined);
}

function ofRestriction(arv: Hl7Segment): Coding | null | undefined {
  const action = arv.value(2);
  if (action === 'D') return null;
  for (const field of [3, 4]) {
    for (let repetition = 1; repetition <= arv.repetitions(field); repetition += 1) {
      const code = arv.value(field, 1, 1, repetition);
      if (typeof code !== 'string') continue;
      const label = labelOf(code) ?? labelOf(arv.value(field, 2, 1, repetition) ?? '');
      if (label !== null) return label;
      if (field === 3 && RESTRICTING.has(code)) return CONFIDENTIAL;
    }
  }
  return undefined;
}

/** PV1-16 is a VIP code, each site's own: only words that name the protection count, and it never removes one. */
function ofVisit(pv1: Hl7Segment): Coding | undefined {
  const code = pv1.value(16);
  const word = typeof code === 'string' ? `${code} ${pv1.value(16, 2) ?? ''}`.trim() : '';
  return labelOf(word) ?? labelOf(pv1.value(16, 2) ?? '') ?? undefined;
}

/** Patient.meta as this patient's segments now say it: null takes the protection away, undefined says nothing of it. */
export function readProtection(segments: readonly Hl7Segment[]): Meta | null | undefined {
  const labels = new Set<Coding>();
  let isLifted = false;
  for (const segment of segments) {
    let said: Coding | null | undefined;
    if (segment.name === 'PD1') said = ofFlag(segment, 12);
    else if (segment.name === 'ARV') said = ofRestriction(segment);
    else if (segment.name === 'PV1') said = ofVisit(segment);
    else continue;
    if (said === null) isLifted = true;
    else if (said !== undefined) labels.add(said);
  }
  if (labels.size > 0) return { security: [...labels] };
  return isLifted ? null : undefined;
}
