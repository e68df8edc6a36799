// In, out and moves (ADT), as the record systems and the emergency ledger tell them.

import { DAY_MS, hl7Time } from '../local-time.ts';
import type { Person } from '../people.ts';
import { isPresent, personAt, placeAt, type SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import type { Saying } from './message.ts';
import { al1, dg1, identifiers, kinOf, pd1, pid, pv1, pv2 } from './person.ts';
import { segment } from './segment.ts';

const STRUCTURES: Readonly<Record<string, string>> = {
  A04: 'ADT_A01',
  A05: 'ADT_A05',
  A08: 'ADT_A01',
  A11: 'ADT_A09',
  A12: 'ADT_A12',
  A13: 'ADT_A01',
  A21: 'ADT_A21',
  A22: 'ADT_A21',
  A37: 'ADT_A37',
  A40: 'ADT_A39',
};

const adtType = (event: string): string => `ADT^${event}^${STRUCTURES[event] ?? `ADT_${event}`}`;

interface Telling {
  readonly voice: Voice;
  readonly stay: SimStay;
  readonly event: string;
  /** When it happened. */
  readonly at: number;
  /** Part of a full load: told as it stands, without when it last happened. */
  readonly isState?: boolean;
  readonly key?: string;
  readonly prior?: { readonly unit: string; readonly room: string; readonly bed: string };
}

const evn = (event: string, toldAt: number, happenedAt: number | null, zoned: boolean): string =>
  segment('EVN', {
    1: event,
    2: hl7Time(toldAt, zoned),
    6: happenedAt === null ? undefined : hl7Time(happenedAt, zoned),
  });

/** One ADT message about one stay, with everything the record system puts in it. */
export function admission({ voice, stay, event, at, isState = false, key, prior }: Telling): Saying {
  const person = personAt(stay, at);
  const isRich = voice.id === 'journal';
  return {
    at,
    type: adtType(event),
    key: key ?? `${stay.number}/${event}/${at}`,
    stay: stay.number,
    segments: [
      evn(event, at, isState ? null : at, voice.zoned),
      pid(person, voice),
      ...pd1(person),
      ...kinOf(person),
      pv1(stay, prior === undefined ? { at } : { at, prior }),
      pv2(stay, at),
      ...(isRich && event !== 'A03' ? al1(person) : []),
      dg1(stay, at),
    ],
  };
}

/** A17: two patients change beds in one message, which must be applied whole or not at all. */
export function bedSwap(voice: Voice, a: SimStay, b: SimStay, at: number): Saying {
  return {
    at,
    type: adtType('A17'),
    key: `swap/${a.number}/${b.number}/${at}`,
    stay: a.number,
    segments: [
      evn('A17', at, at, voice.zoned),
      pid(personAt(a, at), voice, 1),
      pv1(a, { at, setId: 1 }),
      pid(personAt(b, at), voice, 2),
      pv1(b, { at, setId: 2 }),
    ],
  };
}

/** A40: two numbers are the same person. PID survives, MRG-1 is what the person was known by before. */
export function mergeOf(voice: Voice, survivor: Person, former: Person, at: number, stay: string): Saying {
  return {
    at,
    type: adtType('A40'),
    key: `merge/${survivor.number}/${former.number}/${at}`,
    stay,
    segments: [
      evn('A40', at, at, voice.zoned),
      pid(survivor, voice),
      segment('MRG', { 1: identifiers(former, voice), 7: [former.family, former.given] }),
    ],
  };
}

/** A37: they were not the same person after all. */
export function unmergeOf(voice: Voice, first: Person, second: Person, at: number, stay: string): Saying {
  return {
    at,
    type: adtType('A37'),
    key: `unmerge/${first.number}/${second.number}/${at}`,
    stay,
    segments: [evn('A37', at, at, voice.zoned), pid(first, voice, 1), pid(second, voice, 2)],
  };
}

/** What the emergency ledger tells; the record system tells the rest of its hospital. */
const tells = (voice: Voice, stay: SimStay): boolean => {
  if (stay.hospital !== voice.hospital) return false;
  if (voice.id === 'akut') return stay.kind === 'emergency';
  return voice.id === 'fj-journal' || (voice.id === 'journal' && stay.kind !== 'emergency');
};

/** Everything that happened to a stay, with the event that tells it. */
function* happenings(voice: Voice, stay: SimStay): Generator<Telling> {
  const tell = (event: string, at: number, more: Partial<Telling> = {}): Telling => ({
    voice,
    stay,
    event,
    at,
    ...more,
  });
  if (stay.bookedAt < stay.admittedAt) yield tell('A05', stay.bookedAt);
  yield tell(stay.kind === 'emergency' ? 'A04' : 'A01', stay.admittedAt);
  for (const [index, step] of stay.places.entries()) {
    const prior = stay.places[index - 1]?.place;
    // A swap is told by its own message (A17), both patients at once.
    if (prior !== undefined && step.by === 'transfer')
      yield tell('A02', step.at, { prior, key: `${stay.number}/move/${step.at}` });
  }
  if (stay.leave !== null) {
    yield tell('A21', stay.leave.from);
    yield tell('A22', stay.leave.to);
  }
  // Someone looks at the record and corrects a detail now and then: the commonest message of all.
  if (stay.kind === 'emergency')
    yield tell('A08', stay.admittedAt + Math.floor((stay.dischargedAt - stay.admittedAt) / 3));
  yield tell('A03', stay.dischargedAt);
}

/** What this system says of in, out and moves between two moments (after `from`, up to and including `to`). */
export function admissionsBetween(voice: Voice, stays: readonly SimStay[], from: number, to: number): Saying[] {
  const said: Saying[] = [];
  for (const stay of stays) {
    if (!tells(voice, stay)) continue;
    for (const telling of happenings(voice, stay)) {
      if (telling.at <= from || telling.at > to) continue;
      said.push(admission(telling));
    }
    const identified = stay.identified;
    if (identified !== null && identified.at > from && identified.at <= to) {
      said.push(mergeOf(voice, identified.person, stay.person, identified.at, stay.number));
    }
  }
  return said;
}

/** Two patients change places in the house itself; the caller sends the message. */
export function swapPlaces(a: SimStay, b: SimStay, at: number): void {
  const placeOfA = placeAt(a, at);
  const placeOfB = placeAt(b, at);
  a.places.push({ at, place: placeOfB, by: 'swap' });
  b.places.push({ at, place: placeOfA, by: 'swap' });
}

/** Those who went home longer ago are told no more: a station keeps them three days (design §4, 72 hours). */
const TOLD_AFTER_DISCHARGE_MS = { ward: 7 * DAY_MS, emergency: 3 * DAY_MS };

/** How the house stands at a moment: everyone booked, present, on leave, or discharged in the last days. */
export function admissionsNow(voice: Voice, stays: readonly SimStay[], at: number): Saying[] {
  const said: Saying[] = [];
  for (const stay of stays) {
    if (!tells(voice, stay) || stay.bookedAt > at) continue;
    const toldMs = TOLD_AFTER_DISCHARGE_MS[stay.kind === 'emergency' ? 'emergency' : 'ward'];
    if (stay.dischargedAt <= at - toldMs) continue;
    const tell = (event: string): void => {
      said.push(admission({ voice, stay, event, at, isState: true, key: `${stay.number}/${event}/full/${at}` }));
    };
    if (stay.dischargedAt <= at) tell('A03');
    else if (!isPresent(stay, at)) tell('A05');
    else {
      tell(stay.kind === 'emergency' ? 'A04' : 'A01');
      if (stay.leave !== null && stay.leave.from <= at && at < stay.leave.to) tell('A21');
    }
    if (stay.identified !== null && stay.identified.at <= at && stay.dischargedAt > at) {
      said.push(mergeOf(voice, stay.identified.person, stay.person, at, stay.number));
    }
  }
  return said;
}
