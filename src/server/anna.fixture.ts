// Åsa on KIR2 and her laboratory, as their systems send them: what most tests of the HTTP side read.

import type { ApplyResult } from '../copy/write/outcomes.ts';
import type { Identity, PatientKey } from '../domain/identity.ts';
import { PERSONNUMMER } from '../domain/identity-domains.ts';
import type { ReceivedCopy } from './received-copy.fixture.ts';

/** Skatteverket's published test numbers. */
export const ANNA: Identity = { domain: PERSONNUMMER, id: '189001019802' };
export const BERTIL: Identity = { domain: PERSONNUMMER, id: '189001029819' };
export const PNR = 'http://electronichealth.se/identifier/personnummer';

const stamp = (minute: number): string => `2026112209${String(minute).padStart(2, '0')}00+0000`;

/** Anna on KIR2: admitted, with an allergy, a potassium and a haemoglobin. Swedish letters, two senders. */
export function admitAnna(copy: ReceivedCopy): PatientKey {
  const person = 'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F|||Storgatan 1^^Umeå^^90325||090-123456';
  copy.hl7(
    'journal',
    `MSH|^~\\&|JOURNAL|HUS|RK|RK|${stamp(1)}||ADT^A01^ADT_A01|A1|P|2.5|||||SWE|UNICODE UTF-8`,
    `EVN|A01|${stamp(1)}`,
    person,
    'NK1|1|Övning^Bo|MTH|Sidogatan 2^^Umeå|070-7654321',
    'PV1|1|I|KIR2^1^2||||^Ek^Eva|||||||||||V100|||||||||||||||||||||||||20261121080000',
    'AL1|1|DA|^Penicillin|SV|Utslag',
  );
  report(copy, 'L1', [potassium('4.1', 'F'), 'OBX|2|NM|^Hemoglobin^L||120|g/L|||||F']);
  return copy.keyOf(ANNA);
}

export const potassium = (value: string, status: string): string =>
  `OBX|1|NM|^Kalium^L||${value}|mmol/L|3.5-5.0||||${status}`;

/** A lab report; the same order number again corrects it. */
export function report(copy: ReceivedCopy, number: string, values: readonly string[], order = '77'): ApplyResult {
  const minute = 10 + copy.rows.length;
  return copy.hl7(
    'lab',
    `MSH|^~\\&|LAB|HUS|RK|RK|${stamp(minute)}||ORU^R01^ORU_R01|${number}|P|2.5|||||SWE|UNICODE UTF-8`,
    'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F',
    `OBR|1||${order}^LAB|^Elektrolyter^L|||${stamp(5)}|||||||||||||||${stamp(minute)}||LAB|F`,
    ...values,
  );
}
