// Orders as the record system sends them: laboratory (OML^O21), imaging and the rest (OMG^O19).

import { hl7Time } from '../local-time.ts';
import type { SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import type { Saying } from './message.ts';
import { caregiver, personAndStay } from './person.ts';
import { segment } from './segment.ts';

interface Order {
  readonly voice: Voice;
  readonly stay: SimStay;
  readonly at: number;
  readonly name: string;
  readonly placer: string;
  readonly code: string;
  readonly text: string;
  /** When it is to be done. */
  readonly due: number;
  /** ORC-1; default NW. */
  readonly control?: string;
  /** ORC-5. */
  readonly status?: string;
  /** OBR-24, where it is to be done. */
  readonly section?: string;
  readonly why?: string;
}

function order(type: string, given: Order): Saying {
  const { voice, stay, at, placer } = given;
  const control = given.control ?? 'NW';
  return {
    at,
    type,
    key: `order/${given.name}/${control}`,
    topic: `order/${placer}`,
    stay: stay.number,
    segments: [
      ...personAndStay(stay, voice, at),
      segment('ORC', {
        1: control,
        2: [placer, voice.application],
        5: given.status ?? (control === 'NW' ? 'SC' : undefined),
        9: hl7Time(at, voice.zoned),
        12: caregiver(stay.doctor),
      }),
      segment('TQ1', { 1: 1, 7: hl7Time(given.due, voice.zoned), 9: 'R' }),
      segment('OBR', {
        1: 1,
        2: [placer, voice.application],
        4: [given.code, given.text, 'L'],
        6: undefined,
        16: caregiver(stay.doctor),
        24: given.section,
        27: undefined,
        31: given.why === undefined ? undefined : [undefined, given.why],
        36: hl7Time(given.due, voice.zoned),
      }),
    ],
  };
}

export const laboratoryOrder = (given: Order): Saying => order('OML^O21^OML_O21', { section: 'LAB', ...given });
export const serviceOrder = (given: Order): Saying => order('OMG^O19^OMG_O19', given);
