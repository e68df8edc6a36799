// What is said of the copy itself (domain/marks.ts), for machines: beside the resources of a bundle, and on each resource that leaves alone.

import type { Coding, FhirResource } from 'fhir/r4';
import { inquiryRemark } from '../../domain/daily-check.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import { PRACTICE_REMARK } from '../../domain/unit-use/practice-copy.ts';

const MARKS = 'urn:reservkraft:marks';
/** HL7 v3 ActReason: data that is not to be used for care; what a reader that knows no word of ours understands. */
const NOT_FOR_CARE: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  code: 'HTEST',
  display: 'test health data',
};

/** Whole sentences, none when nothing is said. */
export function markWords({ isPractice, inquiries = [] }: PatientCopy): readonly string[] {
  const inquiry = inquiryRemark(inquiries);
  return [
    ...(isPractice === true ? [`${PRACTICE_REMARK}.`] : []),
    ...(inquiry === null ? [] : [`${inquiry}. Stämde inte med journalsystemet vid kontroll.`]),
  ];
}

/** A resource that leaves alone has nobody beside it to say so: it says so itself (`meta.tag`, and `meta.security` where not for care). */
export function marked<R extends FhirResource>(resource: R, copy: PatientCopy): R {
  const tag = markWords(copy).map((display): Coding => {
    const code = display.startsWith(PRACTICE_REMARK) ? 'practice-copy' : 'under-inquiry';
    return { system: MARKS, code, display };
  });
  if (tag.length === 0) return resource;
  const { meta } = resource;
  const security = copy.isPractice === true ? { security: [...(meta?.security ?? []), NOT_FOR_CARE] } : {};
  return { ...resource, meta: { ...meta, tag: [...(meta?.tag ?? []), ...tag], ...security } };
}
