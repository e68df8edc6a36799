// ORU^R01: what was measured, answered or stated about a patient, with its time, unit and state.

import { hl7Time } from '../local-time.ts';
import type { Colleague } from '../places.ts';
import type { SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import type { Saying } from './message.ts';
import { caregiver, personAndStay } from './person.ts';
import { type Field, segment, type Written } from './segment.ts';

export interface Obx {
  readonly type: 'NM' | 'ST' | 'TX' | 'FT' | 'CWE' | 'SN' | 'DTM';
  readonly code: Field;
  readonly sub?: string;
  readonly value: Field | Written;
  readonly unit?: Field;
  readonly range?: string;
  readonly flag?: string;
  /** HL7 table 0085. Default F. */
  readonly status?: string;
}

export interface Report {
  readonly voice: Voice;
  readonly stay: SimStay;
  readonly saidAt: number;
  readonly key: string;
  readonly topic: string;
  readonly placer?: string;
  readonly filler: string;
  readonly code: Field;
  /** When measured or sampled. */
  readonly at: number;
  /** HL7 table 0123. Default F. */
  readonly status?: string;
  /** HL7 table 0074. */
  readonly section?: string;
  readonly by?: Colleague;
  readonly values: readonly Obx[];
  readonly note?: string;
}

const number = (id: string | undefined, voice: Voice): Field =>
  id === undefined ? undefined : [id, voice.application];

/** The system that asked, whose name goes with its number (OBR-2.2). */
const placedBy = (stay: SimStay): string =>
  stay.hospital === 'FJALL' ? 'FJPAS' : stay.kind === 'emergency' ? 'AKUTLIGGARE' : 'JOURNAL';

export function observations(report: Report): Saying {
  const { voice, stay, saidAt, at, by } = report;
  const time = (ms: number): string => hl7Time(ms, voice.zoned);
  return {
    at: saidAt,
    type: 'ORU^R01^ORU_R01',
    key: report.key,
    topic: report.topic,
    stay: stay.number,
    segments: [
      ...personAndStay(stay, voice, saidAt),
      segment('OBR', {
        1: 1,
        2: report.placer === undefined ? undefined : [report.placer, placedBy(stay)],
        3: number(report.filler, voice),
        4: report.code,
        7: time(at),
        14: report.section === undefined ? undefined : time(at),
        16: by === undefined ? undefined : caregiver(by),
        22: time(saidAt),
        24: report.section,
        25: report.status ?? 'F',
      }),
      ...(report.note === undefined ? [] : [segment('NTE', { 1: 1, 3: report.note })]),
      ...report.values.map((value, index) =>
        segment('OBX', {
          1: index + 1,
          2: value.type,
          3: value.code,
          4: value.sub,
          5: value.value,
          6: value.unit,
          7: value.range,
          8: value.flag,
          11: value.status ?? 'F',
          14: time(at),
        }),
      ),
    ],
  };
}
