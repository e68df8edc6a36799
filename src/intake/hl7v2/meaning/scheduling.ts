// Booked operations and visits (SIU) as changes of the chart. What is cancelled or missed stays visible as such; what was
// booked by mistake (S17) leaves view.

import type { Appointment, AppointmentParticipant, CodeableConcept, FhirResource } from 'fhir/r4';
import type { Change, ResourceChange } from '../../../domain/changes.ts';
import type { Identity } from '../../../domain/identity.ts';
import type { PartName } from '../../../domain/parts.ts';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { readSubject } from './identities.ts';
import { readNumber } from './orders-numbers.ts';
import { type OrderTiming, readTimings } from './orders-timing.ts';
import { ResultFields, textOf } from './results-fields.ts';
import { isTheatre } from './scheduling-theatre.ts';
import { bookedUnitOf } from './scheduling-unit.ts';
import { caregiverReference, type ReadTime, readCaregiver } from './values.ts';

const MINUTE_MS = 60_000;
/** In any unit: longer bookings are mistakes, and times beyond the calendar cannot be written. */
const DURATION_MAX = 1_000_000;

interface Booking {
  readonly sch: Hl7Segment;
  readonly patients: Hl7Segment[];
  readonly stays: Hl7Segment[];
  readonly tq1: Hl7Segment[];
  readonly notes: string[];
  /** AIS services, AIL places, AIP people, AIG other resources; those marked as removed (action D) are left out. */
  readonly services: Hl7Segment[];
  readonly places: Hl7Segment[];
  readonly people: Hl7Segment[];
  readonly things: Hl7Segment[];
}

/** SIU S12, S13, S14, S15, S17, S26. */
export function readScheduling(message: Hl7Message, context: MeaningContext): Change[] {
  const fields = new ResultFields(message, context);
  const bookings = bookingsOf(message);
  if (bookings.length === 0) context.setAside('a booking message without SCH');
  return bookings.flatMap((booking) => readBooking(booking, fields));
}

function readBooking(booking: Booking, fields: ResultFields): Change[] {
  const { context } = fields;
  const status = statusOf(booking.sch, context.event);
  const span = spanOf(booking, fields);
  const isRemoved = status === 'entered-in-error';
  const placer = readNumber(booking.sch, 26);
  const filler = readNumber(booking.sch, 27);
  const change: Omit<ResourceChange, 'subject'> = {
    kind: 'resource',
    ...placeOf(booking, fields),
    key: keyOf(booking.sch, span.start, context),
    at: span.start?.ms ?? context.claimedAt,
    state: isRemoved ? 'deleted' : status === null ? 'unknown' : 'final',
    resource: appointment(booking, status, span, fields),
    mode: isRemoved ? 'withdraw' : 'merge',
    orderNumbers: {
      ...(placer === null ? {} : { placer: placer.number }),
      ...(filler === null ? {} : { filler: filler.number }),
    },
  };
  return subjectsOf(booking.patients, context).map((subject) => ({ ...change, subject }));
}

/** A group visit is booked for several: each has it in the own chart. One nobody can tell sets the whole message aside. */
function subjectsOf(patients: readonly Hl7Segment[], context: MeaningContext): Identity[] {
  const subjects = patients.map((pid) => readSubject(pid, context));
  if (subjects.length === 0 || subjects.includes(null))
    context.setAside('a booking for a patient without a usable identity');
  return subjects.filter((subject) => subject !== null);
}

/** One SCH with what follows it; in a message of one booking everything belongs to it, wherever it stands. */
function bookingsOf(message: Hl7Message): Booking[] {
  const { segments } = message;
  const starts = segments.flatMap(({ name }, index) => (name === 'SCH' ? [index] : []));
  return starts.flatMap((start, index) => {
    const own = starts.length === 1 ? segments : segments.slice(start, starts[index + 1]);
    const sch = segments[start];
    return sch === undefined ? [] : [bookingOf(sch, own)];
  });
}

function bookingOf(sch: Hl7Segment, segments: readonly Hl7Segment[]): Booking {
  const resources = { services: [], places: [], people: [], things: [] };
  const booking: Booking = { sch, patients: [], stays: [], tq1: [], notes: [], ...resources };
  const lists: Readonly<Record<string, Hl7Segment[]>> = {
    PID: booking.patients,
    PV1: booking.stays,
    TQ1: booking.tq1,
    AIS: booking.services,
    AIL: booking.places,
    AIP: booking.people,
    AIG: booking.things,
  };
  for (const segment of segments) {
    const text = segment.name === 'NTE' ? segment.freeText(3) : null;
    if (typeof text === 'string') booking.notes.push(text);
    else if (Object.hasOwn(lists, segment.name) && !isRemovedResource(segment)) lists[segment.name]?.push(segment);
  }
  return booking;
}

/** A resource segment with action D (AIS-2 and its kin). */
const isRemovedResource = (segment: Hl7Segment): boolean => segment.name.startsWith('AI') && textOf(segment, 2) === 'D';

/** The scheduling system's number (SCH-2), else the asker's (SCH-1), with the occurrence of a series (SCH-3). */
function keyOf(sch: Hl7Segment, start: ReadTime | null, context: MeaningContext): string {
  const filler = readNumber(sch, 2);
  const placer = readNumber(sch, 1);
  const occurrence = textOf(sch, 3);
  const number = filler?.key ?? (placer === null ? null : `placer:${placer.key}`);
  const key = number ?? `unnumbered:${start?.ms ?? context.claimedAt}`;
  return `Appointment/${occurrence === null ? key : `${key}/${occurrence}`}`;
}

type Status = Appointment['status'];

/** HL7 table 0278, and what schedulers write instead. */
const FILLER_STATUS: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['PENDING', 'pending'],
  ['WAITLIST', 'waitlist'],
  ['BOOKED', 'booked'],
  ['SCHEDULED', 'booked'],
  ['OVERBOOK', 'booked'],
  ['STARTED', 'arrived'],
  ['COMPLETE', 'fulfilled'],
  ['CANCELLED', 'cancelled'],
  ['CANCELED', 'cancelled'],
  ['DC', 'cancelled'],
  ['DELETED', 'entered-in-error'],
  ['NOSHOW', 'noshow'],
]);

/** The event decides what ends a booking; SCH-25 how far a standing one has come. Null: nothing said, what was known stands. */
function statusOf(sch: Hl7Segment, event: string): Status | null {
  switch (event) {
    case 'S15':
      return 'cancelled';
    case 'S17':
      return 'entered-in-error';
    case 'S26':
      return 'noshow';
    default: {
      const stated = FILLER_STATUS.get((textOf(sch, 25) ?? '').trim().toUpperCase());
      if (stated !== undefined) return stated;
      return event === 'S14' ? null : 'booked';
    }
  }
}

interface Span {
  readonly start: ReadTime | null;
  readonly endMs: number | null;
  readonly endText: string | null;
  readonly minutes: number | null;
}

/** TQ1, else SCH-11, else the first resource that has a time; the end as said, else from the stated duration. */
function spanOf(booking: Booking, fields: ResultFields): Span {
  const [timing] = readTimings(booking.tq1, [[booking.sch, 11]], fields.context);
  const resources = [...booking.services, ...booking.places, ...booking.people, ...booking.things];
  let start = timing?.start ?? null;
  let minutes = minutesOf(textOf(booking.sch, 9), unitOf(booking.sch, 10));
  for (const resource of resources) {
    const isService = resource.name === 'AIS';
    const shift = isService ? 0 : 2;
    start ??= fields.time(resource, 4 + shift);
    minutes ??= minutesOf(textOf(resource, 7 + shift), unitOf(resource, 8 + shift));
  }
  return { start, ...endOf(start, timing, minutes), minutes };
}

const unitOf = (segment: Hl7Segment, field: number): string => textOf(segment, field) ?? '';

/** Null where the unit is missing or none we know: a wrong end would show a free theatre as taken. */
function minutesOf(written: string | null, unit: string): number | null {
  const amount = Number(written ?? '');
  if (written === null || !(amount > 0 && amount <= DURATION_MAX)) return null;
  switch (unit.trim().toLowerCase()) {
    case 'm':
    case 'min':
    case 'mins':
    case 'minutes':
    case 'minuter':
      return amount;
    case 's':
    case 'sec':
      return amount / 60;
    case 'h':
    case 'hr':
    case 'tim':
      return amount * 60;
    default:
      return null;
  }
}

function endOf(
  start: ReadTime | null,
  timing: OrderTiming | undefined,
  minutes: number | null,
): { endMs: number | null; endText: string | null } {
  const stated = timing?.end ?? null;
  if (stated !== null && stated.fhir.length > 10) return { endMs: stated.ms, endText: stated.fhir };
  if (start === null || start.fhir.length <= 10 || minutes === null) return { endMs: null, endText: null };
  const endMs = start.ms + Math.round(minutes * MINUTE_MS);
  return { endMs, endText: new Date(endMs).toISOString() };
}

/** Only what the message says: a cancellation that names no resources leaves them readable. */
function appointment(booking: Booking, status: Status | null, span: Span, fields: ResultFields): FhirResource {
  const { sch } = booking;
  const found: Partial<Appointment> & { resourceType: 'Appointment' } = { resourceType: 'Appointment' };
  if (status !== null) found.status = status;
  const numbers = [readNumber(sch, 2), readNumber(sch, 1)].filter((number) => number !== null);
  if (numbers.length > 0) found.identifier = numbers.map(({ number }) => ({ value: number }));
  if (span.start !== null && span.start.fhir.length > 10) found.start = span.start.fhir;
  else if (span.start !== null) found.requestedPeriod = [{ start: span.start.fhir }];
  if (span.endText !== null) found.end = span.endText;
  if (span.minutes !== null) found.minutesDuration = Math.max(1, Math.round(span.minutes));
  const services = booking.services.map((ais) => fields.coded(ais, 3)).filter((service) => service !== null);
  if (services.length > 0) found.serviceType = services;
  const type = fields.coded(sch, 8);
  if (type !== null) found.appointmentType = type;
  const reason = fields.coded(sch, 7);
  if (reason !== null) {
    found.reasonCode = [reason];
    const [service] = services;
    const text = service?.text ?? reason.text;
    if (text !== undefined) found.description = text;
  } else if (services[0]?.text !== undefined) found.description = services[0].text;
  const why = fields.coded(sch, 6);
  if (why !== null && (status === 'cancelled' || status === 'noshow' || status === 'entered-in-error')) {
    found.cancelationReason = why;
  }
  if (booking.notes.length > 0) found.comment = booking.notes.join('\n');
  const participants = participantsOf(booking, fields);
  if (participants.length > 0) found.participant = participants;
  const unit = bookedUnitOf(booking, fields.context.source);
  if (unit !== null) found.supportingInformation = [unit];
  return found as FhirResource;
}

function participantsOf({ places, people, things }: Booking, fields: ResultFields): AppointmentParticipant[] {
  const found: AppointmentParticipant[] = [];
  const enter = (type: CodeableConcept | null, actor: AppointmentParticipant['actor']): void => {
    if (actor === undefined) return;
    found.push({ ...(type === null ? {} : { type: [type] }), actor, status: 'accepted' });
  };
  for (const ail of places) {
    const words = [textOf(ail, 3, 9), textOf(ail, 3), textOf(ail, 3, 2)].filter((word) => word !== null);
    const display = [...new Set(words)].join(' ');
    if (display !== '') enter(fields.coded(ail, 4), { type: 'Location', display });
  }
  for (const aip of people) {
    const person = readCaregiver(aip, 3, 'other');
    if (person !== null) enter(fields.coded(aip, 4), { type: 'Practitioner', ...caregiverReference(person) });
  }
  for (const aig of things) {
    const display = fields.coded(aig, 3)?.text;
    if (display !== undefined) enter(fields.coded(aig, 4), { type: 'Device', display });
  }
  return found;
}

/** A cancellation often names neither theatre nor surgeon: it is no visit for that. */
function placeOf(booking: Booking, fields: ResultFields): Pick<ResourceChange, 'part' | 'isPartUnsure'> {
  const part = partOf(booking, fields);
  const isSaid = booking.services.length + booking.places.length + booking.people.length > 0;
  return part === 'visits' && !isSaid ? { part, isPartUnsure: true } : { part };
}

/** What the region has declared for a code of the booking decides; else whether it speaks of a theatre or a surgeon. */
function partOf(booking: Booking, fields: ResultFields): PartName {
  const { sch, services, places, people } = booking;
  const { partOfCode } = fields.context.source.hl7;
  const concepts = [
    ...services.map((ais) => fields.coded(ais, 3)),
    fields.coded(sch, 8),
    fields.coded(sch, 7),
    ...places.map((ail) => fields.coded(ail, 4)),
    ...places.map((ail) => fields.coded(ail, 3)),
  ].filter((concept) => concept !== null);
  for (const concept of concepts) {
    for (const { system, code } of concept.coding ?? []) {
      for (const key of [`${system ?? ''}|${code ?? ''}`, code ?? '']) {
        const declared = key !== '' && Object.hasOwn(partOfCode, key) ? partOfCode[key] : undefined;
        if (declared !== undefined) return declared;
      }
    }
  }
  const surgical = isTheatre({
    types: [fields.coded(sch, 8), fields.coded(sch, 7), ...services.map((ais) => fields.coded(ais, 3))],
    places: places.flatMap((ail) => [fields.coded(ail, 4), fields.coded(ail, 3)]),
    roles: people.map((aip) => fields.coded(aip, 4)),
  });
  return surgical ? 'surgery' : 'visits';
}
