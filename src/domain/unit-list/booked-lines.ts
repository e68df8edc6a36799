// What a list says of who is booked: the time and how the booking stands, never that the patient is here; and what is to be done, where
// and by whom, in its source's own words.

import type { Booking } from '../booking.ts';
import type { Chart, ChartEntry } from '../chart/chart.ts';
import { bedWords } from '../chart/stay-words.ts';
import { dayWords, timeWords } from '../swedish-time.ts';
import { type CellLine, doubt, plain, quiet, shortTime } from './cell-line.ts';
import type { CensusRow } from './census-row.ts';

/** What the words of a line need besides the line. */
export interface LineNames {
  /** The reader's own today. */
  readonly nowMs: number;
  readonly unitNames: Readonly<Record<string, string>>;
  readonly sourceNames: Readonly<Record<string, string>>;
}

/** *10:15*, *28/11 08:00*, and *fre 28 nov* where no clock is told: a line's place in the day. */
export const bookedTime = ({ startMs, isWholeDay }: Pick<Booking, 'startMs' | 'isWholeDay'>, nowMs: number): string =>
  isWholeDay ? dayWords(startMs, nowMs) : shortTime(timeWords(startMs, nowMs));

/** *bokad 10:15–11:45*, *påbörjad, bokad 10:15*, *inställd, var bokad 10:15*. */
function bookedWords(booking: Booking, nowMs: number): string {
  const { status, endMs, isWholeDay, isOff } = booking;
  const time = `${bookedTime(booking, nowMs)}${isWholeDay ? ', klockslag saknas' : ''}`;
  const end = endMs === null || isWholeDay ? '' : `–${shortTime(timeWords(endMs, nowMs))}`;
  if (status === null) return `bokad ${time}${end}, läge ej angivet`;
  if (status === 'bokad') return `bokad ${time}${end}`;
  return `${status}, ${isOff || status === 'genomförd' ? 'var ' : ''}bokad ${time}`;
}

export function bookedLines(chart: Chart, row: CensusRow, names: LineNames): readonly CellLine[] {
  const { bookings = [], alsoBooked = [], kind } = row;
  const sources = new Set([...bookings, ...alsoBooked].map(({ source }) => source));
  const wordsOf = (booking: Booking): string =>
    `${bookedWords(booking, names.nowMs)}${sources.size > 1 ? ` enligt ${names.sourceNames[booking.source] ?? booking.source}` : ''}`;
  return [
    ...bookings.flatMap((booking): CellLine[] => [
      { ...plain(wordsOf(booking)), ...(booking.isOff ? { tone: 'strong' } : {}) },
      // An operation is told in the column of its own.
      ...(booking.part === 'surgery' ? [] : detailLines(chart, booking)),
    ]),
    ...alsoBooked.map((other) => alsoLine(other, bookings, wordsOf)),
    ...(kind === 'booked' ? liesLine(row, names) : []),
  ];
}

/** Another source's may be the same operation, at another time or called off; which, only a person can tell. */
function alsoLine(other: Booking, own: readonly Booking[], wordsOf: (booking: Booking) => string): CellLine {
  const words = `även ${wordsOf(other)}`;
  return own.some(({ source }) => source !== other.source)
    ? doubt(`${words} – kanske samma`)
    : { ...plain(words), tone: 'strong' };
}

function liesLine({ lies, bookings }: CensusRow, { unitNames }: LineNames): readonly CellLine[] {
  if (lies !== undefined) {
    const unit = lies.unit === null ? 'okänd enhet' : (unitNames[lies.unit] ?? lies.unit);
    const place = lies.bed === null && lies.room === null ? '' : ` ${bedWords(lies)}`;
    return [quiet(`${lies.status === 'on-leave' ? 'på permission från' : 'ligger på'} ${unit}${place}`)];
  }
  // It may be kept from who reads, or nobody knows: never that the patient is at home.
  return bookings?.some(({ part }) => part === 'surgery') === true ? [quiet('vårdplats ej känd här')] : [];
}

/** Null: nothing of this line's is booked as an operation, and the column tells of the chart's. */
export function bookedSurgeryLines(chart: Chart, { bookings = [] }: CensusRow): readonly CellLine[] | null {
  const surgery = bookings.filter(({ part }) => part === 'surgery');
  return surgery.length === 0 ? null : surgery.flatMap((booking) => detailLines(chart, booking));
}

function detailLines(chart: Chart, { part, source, key }: Booking): readonly CellLine[] {
  const entry = chart.blocks
    .flatMap(({ parts }) => parts)
    .find((one) => one.part === part)
    ?.entries.find((one) => one.source === source && one.key === key);
  if (entry === undefined) return [doubt('läs journalkopian')];
  return [
    { tone: 'strong', icon: null, words: entry.title },
    ...[commentOf(entry), entry.text].filter((words) => words !== '').map(plain),
    ...entry.remarks.map(doubt),
  ];
}

/** Side, anaesthesia, preparations: schedulers have no field of their own for them. */
const commentOf = ({ details }: ChartEntry): string =>
  details.map(({ label, text }) => (label === 'Kommentar' ? text : `${label}: ${text}`)).join('. ');
