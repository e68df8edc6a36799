// Whom a message is about. The same person is written in many ways and two persons often in nearly the same, so every
// identifier gets its number series first, a national number only counts when it can be one, and what is doubtful stays in
// the sender's own series with an alarm, where it can never meet somebody else's chart (knowledge b1, invariant 7).

import type { FeedAlarm } from '../../../domain/changes.ts';
import type { Identity } from '../../../domain/identity.ts';
import {
  canonicalDomain,
  domainPreference,
  identityDomain,
  PERSONNUMMER,
  SAMORDNINGSNUMMER,
} from '../../../domain/identity-domains.ts';
import { readPersonId } from '../../../domain/person-id.ts';
import type { SourceDeclaration } from '../../../domain/source.ts';
import type { Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { nationalNumber } from './national-number.ts';

export interface PatientIdentities {
  /** The one to file under: a valid national number if there is one, else the first usable. */
  readonly subject: Identity;
  /** All that tell who it is, the subject first. */
  readonly all: readonly Identity[];
}

type Tell = (alarm: FeedAlarm) => void;
const tellNobody: Tell = () => {};

/** Longer texts are no numbers: something has been pasted or repeated. */
const ID_LENGTH_MAX = 250;

/** CX-5 (table 0203) of numbers that are shared within a family, change with the visit, or belong to no person. */
const NOT_A_PERSON = new Set(
  'AN ANC AND ANT VN VS MA MB MC MCN HC JHN NIIP SN WC WCN GN GI XX XV BC BRN CC EI EN DI SID PLAC FILL'.split(' '),
);
/** CX-5 of the sender's own patient numbers: one series. Other types without authority are series of their own. */
const OWN_PATIENT_NUMBER = new Set(['', 'MR', 'PI', 'PT', 'PE', 'PN', 'U', 'ANON']);
const PLACEHOLDERS = new Set(
  'UNKNOWN UNK NONE N/A NA OKÄND OKAND SAKNAS TEST NULL NIL UNDEFINED MISSING TEMP TEMPORARY XX XXX'.split(' '),
);
/** Zeros alone, of any length, or nothing that could be a number at all (`?`, `-`, `*`). */
const NO_NUMBER = /^[^\p{L}\p{N}]*0*[^\p{L}\p{N}]*$/u;

/** A single digit repeated is a filler when it is 0 or 9, or when so long that no counter has got there yet. */
const FILLER_LENGTH_MIN = 4;
const COUNTED_LENGTH_MAX = 8;

function isPlaceholder(id: string): boolean {
  if (id.length > ID_LENGTH_MAX || PLACEHOLDERS.has(id.toUpperCase()) || NO_NUMBER.test(id)) return true;
  if (id.length < FILLER_LENGTH_MIN) return false;
  const [first = ''] = id;
  for (const letter of id) if (letter !== first && letter !== '-' && letter !== ' ') return false;
  return !(first >= '1' && first <= '8') || id.length > COUNTED_LENGTH_MAX;
}

/** The series the source's declaration gives a word: an assigning authority, an identifier type, a field. */
function declaredSeries(source: SourceDeclaration, word: string): string | null {
  const declared = Object.hasOwn(source.identityDomains, word) ? source.identityDomains[word] : undefined;
  return declared === undefined ? null : (canonicalDomain(declared) ?? declared);
}

/** The sender's numbers without authority. A field other than PID-3 is another series: they are numbered apart. */
function ownSeries(source: SourceDeclaration, slice: string): string {
  const own = canonicalDomain(source.identityDomain) ?? source.identityDomain;
  return slice === '' ? own : `source:${source.id}/${slice}`;
}

function seriesOf(segment: Hl7Segment, field: number, repetition: number, source: SourceDeclaration): string {
  const namespace = segment.value(field, 4, 1, repetition);
  const universal = segment.value(field, 4, 2, repetition);
  // What the source's declaration says of the word, else the universal id, else a word that names a series by itself.
  for (const word of [namespace, universal]) {
    if (typeof word !== 'string') continue;
    const declared = declaredSeries(source, word);
    if (declared !== null) return declared;
  }
  for (const word of [universal, namespace]) {
    if (typeof word !== 'string') continue;
    const known = canonicalDomain(word);
    if (known !== null) return known;
  }
  const authority = namespace ?? universal;
  if (typeof authority === 'string') return ownSeries(source, authority);
  const type = segment.value(field, 5, 1, repetition);
  if (typeof type === 'string' && !OWN_PATIENT_NUMBER.has(type)) {
    return declaredSeries(source, type) ?? canonicalDomain(type) ?? ownSeries(source, type);
  }
  const where = `${segment.name}-${field}`;
  const declared = declaredSeries(source, where);
  if (declared !== null) return declared;
  // MRG-1 holds former PID-3 numbers, MRG-5 former PV1-19, MRG-3 former PID-18: the same series under either name.
  const slice = SERIES_OF_FIELD[where] ?? where;
  return ownSeries(source, slice);
}

const SERIES_OF_FIELD: Readonly<Record<string, string>> = {
  'PID-3': '',
  'MRG-1': '',
  'MRG-4': 'PID-2',
  'MRG-2': 'PID-4',
  'PV1-19': '',
  'MRG-5': '',
  'MRG-3': 'PID-18',
};

/**
 * One CX (or the older CM and ST, whose components lie in the same places). Null when it is absent, a filler, or of a type
 * that tells no person. A national number in a form that is none stays in the source's own series, and IT is told.
 */
export function readIdentity(
  segment: Hl7Segment,
  field: number,
  repetition: number,
  source: SourceDeclaration,
  tell: Tell = tellNobody,
): Identity | null {
  const written = segment.value(field, 1, 1, repetition);
  if (typeof written !== 'string') return null;
  const id = written.trim();
  if (id === '' || isPlaceholder(id)) return null;
  const domain = seriesOf(segment, field, repetition, source);
  const kind = identityDomain(domain)?.kind;
  if (kind !== 'national' && kind !== 'reserve') return { domain, id };
  const where = `${segment.name}-${field}`;
  if (kind === 'reserve') {
    // Their rules differ by region and are not all published: a number that breaks ours is told of and kept as it is.
    const reserve = readPersonId(id, domain);
    if (reserve.kind === 'valid') return reserve.personId.identity;
    tell({ code: 'other', detail: `${where}: reserve number of an unexpected form` });
    return { domain, id };
  }
  const national = nationalNumber(id);
  if (national.kind !== 'none') {
    return { domain: national.kind === 'personnummer' ? PERSONNUMMER : SAMORDNINGSNUMMER, id: national.id };
  }
  tell({ code: 'other', detail: `${where}: national number refused (${national.why}), kept as the source's own` });
  const own = ownSeries(source, '');
  return { domain: identityDomain(own)?.kind === 'national' ? `source:${source.id}` : own, id };
}

function tellsNoPerson(segment: Hl7Segment, field: number, repetition: number): boolean {
  const type = segment.value(field, 5, 1, repetition);
  return typeof type === 'string' && NOT_A_PERSON.has(type);
}

const sameSeries = (list: readonly Identity[], domain: string): boolean => list.some((each) => each.domain === domain);

/** All usable identities of one field, each once. Of two different national numbers of one series only the first counts. */
export function readIdentityList(segment: Hl7Segment, field: number, context: MeaningContext): readonly Identity[] {
  const found: Identity[] = [];
  const count = segment.repetitions(field);
  for (let repetition = 1; repetition <= count; repetition += 1) {
    if (tellsNoPerson(segment, field, repetition)) continue;
    const identity = readIdentity(segment, field, repetition, context.source, (alarm) => context.alarm(alarm));
    if (identity === null) continue;
    if (found.some((each) => each.domain === identity.domain && each.id === identity.id)) continue;
    const isNational = identity.domain === PERSONNUMMER || identity.domain === SAMORDNINGSNUMMER;
    if (isNational && sameSeries(found, identity.domain)) {
      context.alarm({
        code: 'identity-conflict',
        detail: `${segment.name}-${field}: two national numbers in one list`,
      });
      continue;
    }
    found.push(identity);
  }
  return found;
}

/** The preferred first, the rest in the order received. */
export function preferredFirst(identities: readonly Identity[]): PatientIdentities | null {
  let subject: Identity | null = null;
  let best = Number.POSITIVE_INFINITY;
  for (const identity of identities) {
    const preference = domainPreference(identity.domain);
    if (preference >= best) continue;
    best = preference;
    subject = identity;
  }
  if (subject === null) return null;
  return { subject, all: [subject, ...identities.filter((each) => each !== subject)] };
}

/**
 * The patient of a PID. PID-3 is the list; PID-2, PID-4 and PID-19 (numbers of older versions) join it when their series is
 * known for certain, and stand in only when PID-3 has nothing: fillers in them are shared by strangers.
 */
export function readIdentities(pid: Hl7Segment, context: MeaningContext): PatientIdentities | null {
  const found = [...readIdentityList(pid, 3, context)];
  for (const field of [2, 4, 19]) {
    if (pid.raw(field) === '') continue;
    for (const identity of readIdentityList(pid, field, context)) {
      const isCertain = !identity.domain.startsWith('source:');
      if (!isCertain && found.length > 0) continue;
      if (isCertain ? !sameSeries(found, identity.domain) : true) found.push(identity);
    }
  }
  return preferredFirst(found);
}

export const readSubject = (pid: Hl7Segment, context: MeaningContext): Identity | null =>
  readIdentities(pid, context)?.subject ?? null;

/** The stay's number: PV1-19, else the account PID-18. Null when the sender numbers neither. */
export function readVisit(
  pid: Hl7Segment | undefined,
  pv1: Hl7Segment | undefined,
  context: MeaningContext,
): Identity | null {
  const visit = pv1 === undefined ? null : readIdentity(pv1, 19, 1, context.source);
  if (visit !== null) return visit;
  return pid === undefined ? null : readIdentity(pid, 18, 1, context.source);
}
