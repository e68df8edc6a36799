// The top of every screen and page: who this is by two identifiers, where, and what could harm them. Never scrolls away,
// never cut, never empty (design §5.6).

import { isTrusted, type PartState } from '../age.ts';
import { inquiryRemark } from '../daily-check.ts';
import type { PartName } from '../parts.ts';
import { PARTS } from '../parts.ts';
import type { PatientCopy, Stay } from '../patient-copy.ts';
import { type Age, ageOn, ageWords, type BirthDate, personIdOf } from '../person-id.ts';
import { isUndeclared, UNDECLARED_WORDS } from '../source.ts';
import { PRACTICE_REMARK } from '../unit-use/practice-copy.ts';
import type { Banner, BannerChip, ChartPart } from './chart.ts';
import { saidWords, TWO_VERSIONS } from './conflicts.ts';
import { BLOCKED_WORDS, type ComposeContext, type NearPatient } from './context.ts';
import { joined } from './description.ts';
import { field, list, officialName, textAt } from './fhir-read.ts';
import { bedWords, responsibleWords, stayStatusWords } from './stay-words.ts';
import { identityText, seriesName, sexWord } from './who.ts';

export const ADDRESS_HIDDEN_WORDS = 'Skyddad identitet: adress och närstående visas inte';

export interface BannerParts {
  readonly copy: PatientCopy;
  readonly stay: Stay | null;
  readonly parts: Readonly<Record<PartName, ChartPart>>;
  /** By which oxygen scale the latest set is scored. */
  readonly news2Scale: 1 | 2;
}

export interface WhoIs {
  readonly name: string;
  readonly birthDate: BirthDate | null;
  readonly age: Age | null;
  readonly sex: string;
  readonly remarks: readonly string[];
}

/** Who the person is; where the number and the source disagree on the birth date, both are told. */
export function whoIs(copy: PatientCopy, context: ComposeContext): WhoIs {
  const person: unknown = copy.person;
  const numbers = copy.identities.flatMap(({ identity }) => personIdOf(identity) ?? []);
  const born = numbers.find(({ birthDate }) => birthDate !== null)?.birthDate ?? null;
  const written = textAt(person, 'birthDate');
  const fromSource = written === null ? null : birthDateOf(written);
  const birthDate = fromSource ?? born;
  const remarks =
    fromSource !== null && born?.day != null && !sameDay(fromSource, born)
      ? [
          `Födelsedatum enligt källan (${written}) stämmer inte med numret (${birthDateWords(born)}) – kontrollera identiteten`,
        ]
      : [];
  const gender = textAt(person, 'gender') ?? numbers.find(({ sex }) => sex !== null)?.sex ?? null;
  const age = birthDate === null ? null : ageOn(birthDate, context.nowMs);
  const deceased = field(person, 'deceasedBoolean') === true || textAt(person, 'deceasedDateTime') !== null;
  const conflicts = copy.personConflicts.map(
    ({ element, said }) => `${TWO_VERSIONS}: ${saidWords(element, said, context)}`,
  );
  return {
    name: officialName(list(field(person, 'name'))) ?? NO_NAME,
    birthDate,
    age,
    sex: sexWords(gender, age),
    remarks: [...(deceased ? ['Avliden enligt källan'] : []), ...remarks, ...conflicts],
  };
}

const NO_NAME = 'Namn saknas i kopian';
const UNKNOWN_BIRTH_DATE = 'födelsedatum okänt';
const CHILD: Readonly<Record<string, string>> = { male: 'pojke', female: 'flicka' };

function sexWords(gender: string | null, age: Age | null): string {
  const child =
    age !== null && age.years < 18 && gender !== null && Object.hasOwn(CHILD, gender) ? CHILD[gender] : null;
  return child ?? sexWord(gender);
}

function birthDateOf(written: string): BirthDate | null {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(written);
  if (match === null) return null;
  return {
    year: Number(match[1]),
    month: match[2] === undefined ? null : Number(match[2]),
    day: match[3] === undefined ? null : Number(match[3]),
  };
}

const sameDay = (a: BirthDate, b: BirthDate): boolean => a.year === b.year && a.month === b.month && a.day === b.day;
const two = (n: number): string => String(n).padStart(2, '0');

function birthDateWords(birthDate: BirthDate | null): string {
  if (birthDate === null) return UNKNOWN_BIRTH_DATE;
  const { year, month, day } = birthDate;
  if (month === null) return String(year);
  return day === null ? `${year}-${two(month)}` : `${year}-${two(month)}-${two(day)}`;
}

export function bannerOf({ copy, stay, parts, news2Scale }: BannerParts, who: WhoIs, context: ComposeContext): Banner {
  const number = context.head === null ? 'Nummer saknas' : identityText(context.head);
  const unitName = stay?.unit == null ? 'Enhet ej i kopian' : context.unitName(stay.unit);
  return {
    name: who.name,
    number,
    numberSeries: context.head === null ? '' : seriesName(context.head),
    identifiers: [
      who.name,
      number,
      who.birthDate === null ? UNKNOWN_BIRTH_DATE : `född ${birthDateWords(who.birthDate)}`,
      // With neither name nor birth date the place is what is left to tell two unknown patients apart.
      ...(who.name === NO_NAME && who.birthDate === null && stay !== null ? [joined(unitName, bedWords(stay))] : []),
    ],
    barcode: context.head?.id ?? '',
    birthDate: birthDateWords(who.birthDate),
    age: who.age === null ? 'ålder okänd' : ageWords(who.age),
    ageYears: who.age?.years ?? null,
    sex: who.sex,
    unit: stay?.unit ?? null,
    unitName,
    bed: stay === null ? 'plats ej i kopian' : bedWords(stay),
    stayWords:
      stay === null
        ? parts.stay.content.kind === 'empty'
          ? parts.stay.content.words
          : ''
        : joined(stayStatusWords(stay, context), stay.reason),
    responsible: responsibleWords(stay),
    chips: chipsOf(copy, parts, news2Scale, context),
    copyFrom: copyFromWords(
      Object.values(parts).map(({ state }) => state),
      context,
    ),
    isProtected: context.isProtected,
    remarks: [
      ...(copy.isPractice === true ? [PRACTICE_REMARK] : []),
      ...(copy.isDeleted ? ['Källan har tagit bort personen. Uppgifterna visas för spårbarhet.'] : []),
      ...who.remarks,
      ...[inquiryRemark(copy.inquiries ?? [])].flatMap((remark) => remark ?? []),
    ],
  };
}

/** *Kopia från 10:41*: the oldest proof among the critical parts that are fed, never the newest. */
function copyFromWords(states: readonly PartState[], context: ComposeContext): string {
  const feeds = states.flatMap(({ feeds }) => feeds);
  const critical = feeds.filter((feed) => PARTS[feed.part].criticality === 1);
  const counted = critical.length > 0 ? critical : feeds;
  if (counted.length === 0) return 'Ingen källa matar den här kopian';
  const proofs = counted.map(({ proofMs }) => proofMs);
  if (proofs.some((proof) => proof === null)) return 'Kopia från: en källa har ännu inget sänt';
  return `Kopia från ${context.time(Math.min(...proofs.flatMap((proof) => proof ?? []))).text}`;
}

/** Third row of the banner, in fixed order. What is unknown is a chip too: silence there would read as "no allergy". */
function chipsOf(
  copy: PatientCopy,
  parts: Readonly<Record<PartName, ChartPart>>,
  news2Scale: 1 | 2,
  context: ComposeContext,
): readonly BannerChip[] {
  const near = context.functions.nearName ? (context.options.nearPatients ?? []) : [];
  return [
    ...allergyChips(parts.allergies),
    ...listChips(parts.limits, 'limit', 'Begränsning'),
    ...listChips(parts.infection, 'infection', 'Smitta'),
    ...parts.alerts.entries
      .filter(isInForce)
      .map(
        (entry): BannerChip => ({ kind: 'alert', tone: entry.isDanger ? 'danger' : 'strong', words: chipWords(entry) }),
      ),
    ...(parts.alerts.content.kind === 'empty' && parts.alerts.content.reason !== 'stated-none'
      ? [{ kind: 'alert', tone: 'doubt', words: `Uppmärksamhetsinformation: ${shortEmpty(parts.alerts)}` } as const]
      : []),
    ...nearChips(near),
    ...(context.isProtected ? [{ kind: 'protected', tone: 'strong', words: ADDRESS_HIDDEN_WORDS } as const] : []),
    ...(context.options.blocked !== undefined && context.options.blocked.length > 0
      ? [{ kind: 'blocked', tone: 'doubt', words: BLOCKED_WORDS } as const]
      : []),
    ...copy.notices
      .filter(({ kind }) => kind === 'identity-conflict')
      .map(
        ({ detail }): BannerChip => ({ kind: 'identity', tone: 'doubt', words: `Identiteten är osäker: ${detail}` }),
      ),
    ...(context.functions.news2 && news2Scale === 2
      ? [{ kind: 'news2-scale', tone: 'plain', words: 'NEWS2 skala 2' } as const]
      : []),
  ];
}

/** One line a person with a like name; those whose numbers alone are like, each by name, in one line: said ten times it is not read. */
function nearChips(near: readonly NearPatient[]): readonly BannerChip[] {
  const chip = (words: string): BannerChip => ({ kind: 'near-name', tone: 'strong', words });
  const people = [...new Map(near.map((one) => [`${one.name} ${one.number}`, one])).values()];
  const numbers = people
    .filter(({ kind }) => kind === 'number')
    .map(({ name, number, bed }) => `${name} ${number} (${bed || 'plats saknas'})`);
  return [
    ...people
      .filter(({ kind }) => kind === 'name')
      .map(({ name, number, bed }) => chip(`Namnlik patient i ${bed || 'okänd plats'}: ${name} ${number}`)),
    ...(numbers.length === 0 ? [] : [chip(`Liknande nummer: ${numbers.join('; ')}. Jämför alla tolv siffror.`)]),
  ];
}

const NO_LONGER = /^(ej aktuell|utläkt|avfärdad|felregistrera|gäller inte längre|avslaget|makulerad)/;
const isInForce = (entry: { readonly status: string | null }): boolean =>
  entry.status === null || !entry.status.split(' · ').some((status) => NO_LONGER.test(status));

const chipWords = (entry: ChartPart['entries'][number]): string => {
  const who = isUndeclared(entry.source) ? [`«${UNDECLARED_WORDS}»`] : [];
  const details = joined(entry.text, ...entry.remarks, ...who);
  return details === '' ? entry.title : `${entry.title} – ${details}`;
};

const ALLERGY_UNKNOWN = 'Allergi okänd – fråga patienten';

function allergyChips(part: ChartPart): readonly BannerChip[] {
  if (part.content.kind === 'empty') {
    const { reason, words } = part.content;
    if (reason === 'stated-none') return [{ kind: 'allergy', tone: 'plain', words }];
    return [
      {
        kind: 'allergy',
        tone: 'doubt',
        words: reason === 'unknown' ? ALLERGY_UNKNOWN : `${ALLERGY_UNKNOWN} (${shortEmpty(part)})`,
      },
    ];
  }
  const inForce = part.entries.filter(isInForce);
  // Silence there would read as "no allergy".
  if (inForce.length === 0 && isTrusted(part.state.state))
    return [{ kind: 'allergy', tone: 'doubt', words: 'Allergi: ingen gällande i kopian – se rutan' }];
  const chips = inForce.map(
    (entry): BannerChip => ({ kind: 'allergy', tone: entry.isDanger ? 'danger' : 'strong', words: chipWords(entry) }),
  );
  return [...chips, ...doubtChip(part, 'allergy')];
}

function listChips(part: ChartPart, kind: 'limit' | 'infection', title: string): readonly BannerChip[] {
  if (part.content.kind === 'empty') {
    if (part.content.reason === 'stated-none') return [{ kind, tone: 'plain', words: part.content.words }];
    return [{ kind, tone: 'doubt', words: `${title}: ${shortEmpty(part)}` }];
  }
  const chips = part.entries.filter(isInForce).map(
    (entry): BannerChip => ({
      kind,
      tone: 'strong',
      words: `${chipWords(entry).replace(/\.$/, '')}, ${entry.time.text}`,
    }),
  );
  if (chips.length === 0 && isTrusted(part.state.state))
    return [{ kind, tone: 'doubt', words: `${title}: ingen gällande i kopian – se rutan` }];
  return [...chips, ...doubtChip(part, kind)];
}

/** Entries of a feed that is past its limit hold until told otherwise, but nobody has confirmed them since. */
function doubtChip(part: ChartPart, kind: BannerChip['kind']): readonly BannerChip[] {
  if (isTrusted(part.state.state)) return [];
  const ask = kind === 'limit' ? 'fråga ansvarig läkare' : 'fråga patienten';
  return [{ kind, tone: 'doubt', words: `${part.title}: ${part.state.short} – ${ask}` }];
}

function shortEmpty(part: ChartPart): string {
  if (part.content.kind !== 'empty') return '';
  switch (part.content.reason) {
    case 'unknown':
      return 'okänt – fråga';
    case 'none-recorded':
      return 'inga registrerade';
    case 'blocked':
      return BLOCKED_WORDS;
    default:
      return part.state.short;
  }
}
