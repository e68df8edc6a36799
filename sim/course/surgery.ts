// The theatre's plan: booked, sometimes moved, seldom cancelled, begun and done (SIU).

import { HOUR_MS, hl7Time, MINUTE_MS } from '../local-time.ts';
import type { Saying } from '../messages/message.ts';
import { caregiver, personAndStay } from '../messages/person.ts';
import { segment } from '../messages/segment.ts';
import type { Staff } from '../places.ts';
import { Random, shortHash } from '../random.ts';
import type { SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import type { SurgeryPlan } from './course.ts';

interface Booking {
  readonly id: string;
  readonly plan: SurgeryPlan;
  readonly bookedAt: number;
  /** As first booked. */
  readonly startsAt: number;
  readonly movedAt: number | null;
  /** After a move, else as booked. */
  readonly finalStart: number;
  readonly cancelledAt: number | null;
  readonly minutes: number;
  readonly side: string | null;
  readonly theatre: number;
  readonly anaesthesia: string;
  readonly asa: number;
}

function bookingOf(stay: SimStay): Booking | null {
  const plan = stay.course?.surgery;
  if (plan === undefined || stay.kind === 'emergency') return null;
  const random = new Random(`${stay.seed}/surgery`);
  if (!plan.isElective && stay.course?.units.includes('KIR2') === true && random.chance(0.12)) return null;
  const startsAt =
    stay.admittedAt + Math.round(random.between(plan.afterHours[0], plan.afterHours[1]) * 12) * 5 * MINUTE_MS;
  const bookedAt = plan.isElective ? stay.bookedAt + 25 * MINUTE_MS : stay.admittedAt + random.int(60, 140) * MINUTE_MS;
  const isMoved = random.chance(0.15);
  const isCancelled = !isMoved && random.chance(0.05);
  return {
    id: `B${shortHash(`${stay.seed}/surgery`)}`,
    plan,
    bookedAt: Math.min(bookedAt, startsAt - 30 * MINUTE_MS),
    startsAt,
    movedAt: isMoved ? startsAt - 20 * MINUTE_MS : null,
    finalStart: isMoved ? startsAt + random.int(6, 30) * 5 * MINUTE_MS : startsAt,
    cancelledAt: isCancelled ? startsAt - 25 * MINUTE_MS : null,
    minutes: random.int(plan.minutes[0] / 5, plan.minutes[1] / 5) * 5,
    side: plan.side ? random.pick(['Höger', 'Vänster']) : null,
    theatre: random.int(1, 6),
    anaesthesia: plan.minutes[1] < 70 ? 'Spinalbedövning' : 'Generell anestesi',
    asa: random.weighted([
      [1, 2],
      [2, 5],
      [3, 4],
    ]),
  };
}

type Step = 'S12' | 'S13' | 'S14' | 'S15';

interface Telling {
  readonly voice: Voice;
  readonly staff: Staff;
  readonly stay: SimStay;
  readonly booking: Booking;
  readonly event: Step;
  readonly at: number;
  readonly status: string;
  readonly start: number;
}

function schedule({ voice, staff, stay, booking, event, at, status, start }: Telling): Saying {
  const { plan, minutes } = booking;
  const time = hl7Time(start, voice.zoned);
  const end = hl7Time(start + minutes * MINUTE_MS, voice.zoned);
  const surgeon = staff.doctor('OP', booking.theatre);
  const service = [plan.code, plan.name, 'KVÅ'];
  const words = [
    booking.side === null ? null : `Sida: ${booking.side.toLowerCase()}`,
    `Anestesi: ${booking.anaesthesia}, ASA ${booking.asa}`,
    plan.isElective ? 'Fasta från midnatt' : 'Fasta sedan ankomst',
  ].filter((word) => word !== null);
  return {
    at,
    type: `SIU^${event}^SIU_S12`,
    key: `surgery/${booking.id}/${event}/${status}`,
    topic: `surgery/${booking.id}`,
    stay: stay.number,
    segments: [
      segment('SCH', {
        1: [booking.id, voice.application],
        2: [booking.id, voice.application],
        6: [event, event === 'S15' ? 'Inställd: patienten har feber' : 'Planerad operation', 'L'],
        7: [undefined, stay.reason],
        8: ['OP', 'Operation', 'L'],
        9: minutes,
        10: ['min', undefined, 'UCUM'],
        11: [undefined, undefined, `${minutes}`, time, end],
        16: caregiver(surgeon),
        20: caregiver(stay.doctor),
        25: [status, undefined, 'HL70278'],
      }),
      segment('NTE', { 1: 1, 3: words.join('. ') }),
      ...personAndStay(stay, voice, at),
      segment('RGS', { 1: 1, 2: 'A' }),
      segment('AIS', {
        1: 1,
        2: 'A',
        3: service,
        4: time,
        7: minutes,
        8: ['min', undefined, 'UCUM'],
        10: status,
      }),
      segment('AIL', {
        1: 1,
        2: 'A',
        3: ['OP', `Sal ${booking.theatre}`, undefined, stay.hospital],
        4: ['SAL', 'Operationssal', 'L'],
        6: time,
      }),
      segment('AIP', { 1: 1, 2: 'A', 3: caregiver(surgeon), 4: ['OPERATOR', 'Operatör', 'L'], 6: time }),
      segment('AIP', {
        1: 2,
        2: 'A',
        3: caregiver(staff.anaesthetist(booking.theatre)),
        4: ['ANESTESI', 'Anestesiolog', 'L'],
        6: time,
      }),
    ],
  };
}

export function surgeryBetween(voice: Voice, staff: Staff, stay: SimStay, from: number, to: number): Saying[] {
  const booking = bookingOf(stay);
  if (booking === null) return [];
  const { startsAt, finalStart, cancelledAt, movedAt } = booking;
  const said: Saying[] = [];
  const tell = (event: Step, at: number, status: string, start: number): void => {
    if (at > from && at <= to) said.push(schedule({ voice, staff, stay, booking, event, at, status, start }));
  };
  tell('S12', booking.bookedAt, 'Booked', startsAt);
  if (cancelledAt !== null) {
    tell('S15', cancelledAt, 'Cancelled', startsAt);
    return said;
  }
  if (movedAt !== null) tell('S13', movedAt, 'Booked', finalStart);
  tell('S14', finalStart + 4 * MINUTE_MS, 'Started', finalStart);
  tell('S14', finalStart + booking.minutes * MINUTE_MS, 'Complete', finalStart);
  return said;
}

/** A plan that goes further back than this is history to the theatre. */
export const SURGERY_TOLD_MS = 72 * HOUR_MS;
