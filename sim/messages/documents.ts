// Notes as the record system tells them: MDM^T02, the whole text with the message.

import { hl7Time } from '../local-time.ts';
import type { Colleague } from '../places.ts';
import type { SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import type { Saying } from './message.ts';
import { caregiver, personAndStay } from './person.ts';
import { segment } from './segment.ts';

interface Note {
  readonly voice: Voice;
  readonly stay: SimStay;
  readonly at: number;
  readonly name: string;
  readonly kind: readonly [string, string];
  readonly author: Colleague;
  readonly text: string;
  /** T02 new, T08 changed, T11 withdrawn. */
  readonly event?: 'T02' | 'T08' | 'T11';
}

export function note({ voice, stay, at, name, kind, author, text, event = 'T02' }: Note): Saying {
  const time = hl7Time(at, voice.zoned);
  return {
    at,
    type: `MDM^${event}^${event === 'T11' ? 'MDM_T01' : 'MDM_T02'}`,
    key: `note/${name}/${event}`,
    topic: `note/${name}`,
    stay: stay.number,
    segments: [
      segment('EVN', { 1: event, 2: time }),
      ...personAndStay(stay, voice, at),
      segment('TXA', {
        1: 1,
        2: [kind[0], kind[1], 'L'],
        3: 'TX',
        4: time,
        5: caregiver(author),
        6: time,
        9: caregiver(author),
        12: [undefined, undefined, name.replaceAll('/', '-')],
        17: 'AU',
        19: 'AV',
      }),
      ...(event === 'T11' ? [] : [segment('OBX', { 1: 1, 2: 'FT', 3: [kind[0], kind[1], 'L'], 5: text, 11: 'F' })]),
    ],
  };
}
