// What each system says of what happens in its hospital: live, between two moments, and everything at once.

import { laboratoryBetween, laboratoryOrdersBetween } from '../course/answers.ts';
import { dosesBetween, ordersBetween } from '../course/medication.ts';
import { careOrdersBetween, imagingBetween, notesBetween } from '../course/notes.ts';
import { statementsBetween } from '../course/statements.ts';
import { SURGERY_TOLD_MS, surgeryBetween } from '../course/surgery.ts';
import { fluidsBetween, vitalsBetween } from '../course/vitals.ts';
import { HOUR_MS, hl7Time } from '../local-time.ts';
import { admissionsBetween, admissionsNow } from '../messages/admissions.ts';
import type { Saying } from '../messages/message.ts';
import { segment } from '../messages/segment.ts';
import { isPresent, type SimStay } from '../stay.ts';
import type { World } from '../world.ts';
import type { SystemId, Voice } from './voices.ts';

interface Topic {
  /** How far back a full load tells; `stay`: since arrival. */
  readonly back: number | 'stay';
  readonly between: (voice: Voice, world: World, stay: SimStay, from: number, to: number) => Saying[];
}

const isEmergency = (stay: SimStay): boolean => stay.kind === 'emergency';
const isWard = (stay: SimStay): boolean => stay.kind !== 'emergency';

const only =
  (which: (stay: SimStay) => boolean, between: Topic['between']): Topic['between'] =>
  (voice, world, stay, from, to) =>
    which(stay) ? between(voice, world, stay, from, to) : [];

const vitals: Topic['between'] = (voice, _world, stay, from, to) => vitalsBetween(voice, stay, from, to);
const laboratoryOrders: Topic['between'] = (voice, _world, stay, from, to) =>
  laboratoryOrdersBetween(voice, stay, from, to);
const laboratory: Topic['between'] = (voice, world, stay, from, to) =>
  laboratoryBetween(voice, world.staff, stay, from, to);

/** Besides in, out and moves (messages/admissions.ts): what each system carries. */
const TOPICS: Readonly<Record<SystemId, readonly Topic[]>> = {
  journal: [
    {
      back: 'stay',
      between: only(isWard, (voice, _world, stay, from, to) => statementsBetween(voice, stay, from, to)),
    },
    { back: 72 * HOUR_MS, between: only(isWard, vitals) },
    {
      back: 72 * HOUR_MS,
      between: only(isWard, (voice, _world, stay, from, to) => fluidsBetween(voice, stay, from, to)),
    },
    { back: 72 * HOUR_MS, between: only(isWard, laboratoryOrders) },
    { back: 'stay', between: only(isWard, (voice, _world, stay, from, to) => imagingBetween(voice, stay, from, to)) },
    {
      back: 'stay',
      between: only(isWard, (voice, _world, stay, from, to) => careOrdersBetween(voice, stay, from, to)),
    },
    { back: 'stay', between: only(isWard, (voice, _world, stay, from, to) => notesBetween(voice, stay, from, to)) },
  ],
  akut: [
    { back: 'stay', between: only(isEmergency, vitals) },
    { back: 'stay', between: only(isEmergency, laboratoryOrders) },
  ],
  lab: [{ back: 'stay', between: laboratory }],
  lakemedel: [
    { back: 'stay', between: (voice, _world, stay, from, to) => ordersBetween(voice, stay, from, to) },
    { back: 48 * HOUR_MS, between: (voice, world, stay, from, to) => dosesBetween(voice, world.staff, stay, from, to) },
  ],
  operation: [
    {
      back: SURGERY_TOLD_MS,
      between: (voice, world, stay, from, to) => surgeryBetween(voice, world.staff, stay, from, to),
    },
  ],
  'fj-journal': [],
  'fj-lab': [{ back: 'stay', between: laboratory }],
};

/** Stays in which something can still be told: answers come after going home too. */
const TOLD_AFTER_MS = 50 * HOUR_MS;

const concerns = (voice: Voice, stay: SimStay, from: number): boolean =>
  stay.hospital === voice.hospital && stay.dischargedAt > from - TOLD_AFTER_MS;

const inOrder = (sayings: Saying[]): Saying[] => sayings.sort((a, b) => a.at - b.at);

/** After `from`, up to and including `to`. The world must have reached `to`. */
export function saidBetween(voice: Voice, world: World, from: number, to: number): Saying[] {
  const said = hasAdmissions(voice) ? admissionsBetween(voice, world.stays, from, to) : [];
  for (const stay of world.stays) {
    if (!concerns(voice, stay, from)) continue;
    for (const topic of TOPICS[voice.id]) said.push(...topic.between(voice, world, stay, from, to));
  }
  return inOrder(said);
}

const hasAdmissions = (voice: Voice): boolean => ['journal', 'akut', 'fj-journal'].includes(voice.id);

/** Everything this system knows now that someone who knew nothing would need. */
export function everything(voice: Voice, world: World, at: number): Saying[] {
  const said: Saying[] = [];
  for (const stay of world.stays) {
    const isWanted = isPresent(stay, at) || stay.dischargedAt > at - 24 * HOUR_MS;
    if (stay.hospital !== voice.hospital || !isWanted) continue;
    for (const topic of TOPICS[voice.id]) {
      const from = topic.back === 'stay' ? stay.bookedAt - HOUR_MS : at - topic.back;
      said.push(...topic.between(voice, world, stay, from, at));
    }
  }
  const first = hasAdmissions(voice) ? admissionsNow(voice, world.stays, at) : [];
  return [...first, ...lastOfEachTopic(inOrder(said), at)];
}

/** Said again in a full load, a saying is a message of its own with an own control id. */
function lastOfEachTopic(said: readonly Saying[], at: number): Saying[] {
  const lastAt = new Map<string, number>();
  said.forEach((saying, index) => {
    if (saying.topic !== undefined) lastAt.set(saying.topic, index);
  });
  return said
    .filter((saying, index) => saying.topic === undefined || lastAt.get(saying.topic) === index)
    .map((saying) => ({ ...saying, key: `${saying.key}/full/${at}` }));
}

/** NMD^N02 with the system's clock (HL7 v2 ch. 14): the standard's way to say «I am here and have nothing to tell». */
export const heartbeat = (voice: Voice, at: number): Saying => ({
  at,
  type: 'NMD^N02^NMD_N02',
  key: `heartbeat/${at}`,
  stay: '',
  segments: [segment('NCK', { 1: hl7Time(at, voice.zoned) })],
});
