// The numbers people are known by in Swedish care: personnummer, samordningsnummer and the reserve numbers given while neither
// is known. One table, a row a series (knowledge b1). A number is always (series, twelve characters); ten digits are never
// accepted, because 121212-1212 is two people a hundred years apart.

import type { Identity } from './identity.ts';
import {
  CARELINK_RESERVE,
  LMA_NUMBER,
  NATIONAL_RESERVE,
  PERSONNUMMER,
  SAMORDNINGSNUMMER,
  STOCKHOLM_RESERVE,
  VARMLAND_RESERVE,
  VGR_RESERVE,
} from './identity-domains.ts';
import { localMoment } from './swedish-time.ts';

export interface BirthDate {
  readonly year: number;
  /** 1–12 and 1–31; null where the number says that it is not known. */
  readonly month: number | null;
  readonly day: number | null;
}

export interface PersonId {
  readonly identity: Identity;
  readonly birthDate: BirthDate | null;
  readonly sex: 'female' | 'male' | null;
}

export type PersonIdProblem =
  | 'ten-digits' // the century is missing: ask for all twelve
  | 'form' // not the form of any series (or not of the one asked for)
  | 'date' // no such day
  | 'check-digit';

export type PersonIdReading =
  | { readonly kind: 'valid'; readonly personId: PersonId }
  | { readonly kind: 'invalid'; readonly problem: PersonIdProblem };

interface Series {
  readonly domain: string;
  /** What twelve characters (letters in upper case, no separators) of this series look like. */
  readonly form: RegExp;
  /** Digits the check digit at the end is counted over (Luhn); null where the series has none, or none that is published. */
  readonly checked: ((id: string) => string) | null;
  readonly birthDate: (id: string) => BirthDate | null | 'no-such-day';
  readonly sex: (id: string) => 'female' | 'male' | null;
}

const LAST_TEN = (id: string): string => id.slice(2);
/** Region Västra Götaland counts its letters K, M and X as 5, 7 and 8. */
const VGR_LETTER: Readonly<Record<string, string>> = { K: '5', M: '7', X: '8' };
const bySerial = (digit: string | undefined): 'female' | 'male' | null =>
  digit === undefined || !/\d/.test(digit) ? null : Number(digit) % 2 === 0 ? 'female' : 'male';

/**
 * In the order of preference where a number fits several. A date in a reserve number is a birth date only where the series says
 * so: an unknown adult given a number today would else be a new-born child (Inera, *Lokala reservidn* 1.2).
 */
const SERIES: readonly Series[] = [
  {
    domain: PERSONNUMMER,
    form: /^(18|19|20|21)\d{4}[0-3]\d(?!000)\d{4}$/,
    checked: LAST_TEN,
    birthDate: (id) => dateOf(id, 0),
    sex: (id) => bySerial(id[10]),
  },
  {
    domain: SAMORDNINGSNUMMER,
    form: /^(18|19|20|21)\d{2}(0\d|1[0-2])([678]\d|9[01])(?!000)\d{4}$/,
    checked: LAST_TEN,
    birthDate: (id) => coordinationBirthDate(id),
    sex: (id) => bySerial(id[10]),
  },
  {
    // G is K (woman), M (man) or X (unknown); then 06–79 odd for men and even for women, 80–89 for unknown sex. That the date is the
    // date of birth is said nowhere.
    domain: VGR_RESERVE,
    form: /^(18|19|20|21)\d{6}[KMX]\d{3}$/,
    checked: (id) => `${id.slice(2, 8)}${VGR_LETTER[id[8] ?? ''] ?? ''}${id.slice(9)}`,
    birthDate: (id) => issueDate(id),
    sex: (id) => (id[8] === 'X' || Number(id.slice(9, 11)) >= 80 ? null : bySerial(id[10])),
  },
  {
    // The second letter says why the number was given: F with a known birth date, U without one, X unknown, P staff, L a laboratory
    // sample. The last is A–Z except V in care, digits only in tests.
    domain: VARMLAND_RESERVE,
    form: /^(18|19|20|21)\d{6}S[FUXPL]\d[A-UW-Z\d]$/,
    checked: null,
    birthDate: (id) => (id[9] === 'F' ? dateOf(id, 0) : issueDate(id)),
    sex: () => null,
  },
  {
    // XX is the century + 3 × n, never 18–21; an unknown birth date begins with 00 and has no real month and day.
    domain: NATIONAL_RESERVE,
    form: /^(?!1[89]|2[01])\d{8}[A-HJ-NPR-UX-Z]{2}\d{2}$/,
    checked: null,
    birthDate: (id) => nationalReserveBirthDate(id),
    sex: () => null,
  },
  {
    domain: STOCKHOLM_RESERVE,
    form: /^99(18|19|20|21)\d{8}$/,
    // The year is the year it was given.
    checked: (id) => id.slice(4),
    birthDate: () => null,
    sex: () => null,
  },
  {
    // Days 32–59 exist in no calendar: that is how the series is told.
    domain: CARELINK_RESERVE,
    form: /^(18|19|20|21)\d{2}(0[1-9]|1[0-2])(3[2-9]|[45]\d)\d{4}$/,
    checked: null,
    birthDate: () => null,
    sex: () => null,
  },
  {
    domain: LMA_NUMBER,
    form: /^\d{6,11}$/,
    checked: null,
    birthDate: () => null,
    sex: () => null,
  },
];

/** Digits of a Luhn number, the check digit last. */
export function luhnHolds(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, weight = 1; at >= 0; at -= 1, weight = 3 - weight) {
    const product = Number(digits[at]) * weight;
    sum += product > 9 ? product - 9 : product;
  }
  return Number.isInteger(sum) && sum % 10 === 0;
}

function dateOf(id: string, dayOffset: number): BirthDate | 'no-such-day' {
  const [year, month, day] = [Number(id.slice(0, 4)), Number(id.slice(4, 6)), Number(id.slice(6, 8)) - dayOffset];
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? { year, month, day } : 'no-such-day';
}

/** The day the number was given, or may have been: it must exist, and tells nothing of the person. */
const issueDate = (id: string): null | 'no-such-day' => (dateOf(id, 0) === 'no-such-day' ? 'no-such-day' : null);

/** Month 00 and days no month has are handed out too, where the day of birth is not known: then only what is known is told. */
function coordinationBirthDate(id: string): BirthDate {
  const date = dateOf(id, 60);
  if (date !== 'no-such-day') return date;
  const month = Number(id.slice(4, 6));
  return { year: Number(id.slice(0, 4)), month: month === 0 ? null : month, day: null };
}

function nationalReserveBirthDate(id: string): BirthDate | null | 'no-such-day' {
  if (id.startsWith('00')) return null;
  const remainder = Number(id.slice(0, 2)) % 3;
  // 18 and 21 leave the same remainder: which of the two centuries cannot be told, and 18 is not born any more.
  const century = remainder === 1 ? '19' : remainder === 2 ? '20' : '21';
  return dateOf(`${century}${id.slice(2)}`, 0);
}

/** Twelve characters without separator, letters in upper case. `19420608-9205`, `194206089205` and `+` for the very old agree. */
function bare(written: string): string {
  const trimmed = written.trim().toUpperCase();
  return /^.{8}[-+].{4}$/.test(trimmed) ? `${trimmed.slice(0, 8)}${trimmed.slice(9)}` : trimmed;
}

function readIn(series: Series, id: string): PersonIdReading {
  if (!series.form.test(id)) return { kind: 'invalid', problem: 'form' };
  const birthDate = series.birthDate(id);
  if (birthDate === 'no-such-day') return { kind: 'invalid', problem: 'date' };
  if (series.checked !== null && !luhnHolds(series.checked(id))) return { kind: 'invalid', problem: 'check-digit' };
  return {
    kind: 'valid',
    personId: { identity: { domain: series.domain, id }, birthDate, sex: series.sex(id) },
  };
}

/**
 * A number as a person writes or scans it. With `domain` only that series is tried; without, every series with a form and a
 * rule strict enough to be recognised alone (not LMA, which is any digits).
 */
export function readPersonId(written: string, domain?: string): PersonIdReading {
  const id = bare(written);
  if (domain === undefined && /^\d{6}[-+]?\d{4}$/.test(id)) return { kind: 'invalid', problem: 'ten-digits' };
  const tried = SERIES.filter((series) =>
    domain === undefined ? series.domain !== LMA_NUMBER : series.domain === domain,
  );
  let problem: PersonIdProblem = 'form';
  for (const series of tried) {
    const reading = readIn(series, id);
    if (reading.kind === 'valid') return reading;
    if (problem === 'form') problem = reading.problem;
  }
  if (problem === 'form' && /^\d{6}[-+]?\d{4}$/.test(id)) problem = 'ten-digits';
  return { kind: 'invalid', problem };
}

/**
 * What to say where a number that was typed finds nobody, or only by guessing the century; null when nothing is wrong with it.
 * Other series than the national ones are any letters, so only digits are judged.
 */
export function numberRemark(written: string): string | null {
  if (!/^[\d\s+-]+$/.test(written.trim())) return null;
  const reading = readPersonId(written);
  if (reading.kind === 'valid') return null;
  switch (reading.problem) {
    case 'ten-digits':
      return 'Skriv alla tolv siffror (ÅÅÅÅMMDDNNNN): tio siffror kan vara två personer';
    case 'check-digit':
      return 'Kontrollsiffran stämmer inte: kontrollera varje siffra mot armband eller legitimation';
    case 'date':
      return 'Datumet i numret finns inte: kontrollera varje siffra mot armband eller legitimation';
    case 'form':
      return null;
  }
}

/** What is known of a person from an identity of the copy; null when its series is not ours or the number is not one of it. */
export function personIdOf(identity: Identity): PersonId | null {
  const reading = readPersonId(identity.id, identity.domain);
  return reading.kind === 'valid' ? reading.personId : null;
}

const SPLIT_AFTER_DATE: ReadonlySet<string> = new Set([
  PERSONNUMMER,
  SAMORDNINGSNUMMER,
  VGR_RESERVE,
  VARMLAND_RESERVE,
  NATIONAL_RESERVE,
  CARELINK_RESERVE,
]);

/** `ÅÅÅÅMMDD-NNNN` for series that begin with a date and have twelve characters; all other numbers exactly as they are. */
export function formatPersonId(identity: Identity): string {
  const { domain, id } = identity;
  return SPLIT_AFTER_DATE.has(domain) && /^[0-9A-Z]{12}$/.test(id) ? `${id.slice(0, 8)}-${id.slice(8)}` : id;
}

export interface Age {
  readonly years: number;
  readonly months: number;
  readonly days: number;
}

/** Age by the Swedish calendar day. Null before birth, and when the day of birth is not known well enough to count from. */
export function ageOn(birthDate: BirthDate, nowMs: number): Age | null {
  const now = localMoment(nowMs);
  if (now === null) return null;
  const { year, month, day } = birthDate;
  if (month === null || day === null) return null;
  const hadMonthDay = now.day >= day;
  const months = (now.year - year) * 12 + now.month - month - (hadMonthDay ? 0 : 1);
  const days = now.dayNumber - Math.floor(Date.UTC(year, month - 1, day) / 86_400_000);
  return days < 0 ? null : { years: Math.floor(Math.max(0, months) / 12), months: Math.max(0, months), days };
}

/** `84 år`; months under two years and days under a month, because doses depend on it. */
export function ageWords(age: Age): string {
  if (age.years >= 2) return `${age.years} år`;
  if (age.months >= 1) return `${age.months} mån`;
  return age.days === 1 ? '1 dag' : `${age.days} dagar`;
}
