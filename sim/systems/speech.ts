// What each system says of what happens in its hospital: live, between two moments, and everything at once.

import { hl7Time } from '../local-time.ts';
import { admissionsBetween, admissionsNow } from '../messages/admissions.ts';
import type { Saying } from '../messages/message.ts';
import { segment } from '../messages/segment.ts';
import type { World } from '../world.ts';
import type { Voice } from './voices.ts';

const inOrder = (sayings: Saying[]): Saying[] => sayings.sort((a, b) => a.at - b.at);

/** After `from`, up to and including `to`. The world must have reached `to`. */
export function saidBetween(voice: Voice, world: World, from: number, to: number): Saying[] {
  return inOrder([...admissionsBetween(voice, world.stays, from, to)]);
}

/** Everything this system knows now that someone who knew nothing would need. */
export function everything(voice: Voice, world: World, at: number): Saying[] {
  return [...admissionsNow(voice, world.stays, at)];
}

/** NMD^N02 with the system's clock (HL7 v2 ch. 14): the standard's way to say «I am here and have nothing to tell». */
export const heartbeat = (voice: Voice, at: number): Saying => ({
  at,
  type: 'NMD^N02^NMD_N02',
  key: `heartbeat/${at}`,
  stay: '',
  segments: [segment('NCK', { 1: hl7Time(at, voice.zoned) })],
});
