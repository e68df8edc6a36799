// What has been ordered or sampled and not answered. *Inget väntar* is a promise: it is given only when both orders and answers
// are here, whole and fresh; otherwise nobody can say, and that is what stands there.

import { isTrusted } from '../age.ts';
import { happens, ownTime, timeNotOwn } from '../own-time.ts';
import type { Entry, Member, PatientCopy } from '../patient-copy.ts';
import type { ChartPart, PendingOrder, ResultsView } from './chart.ts';
import { BLOCKED_WORDS, type ComposeContext } from './context.ts';
import { bareCode, codesOf, conceptText, conceptTexts, field, textAt } from './fhir-read.ts';
import { hidesValue, observationValue } from './value-text.ts';

type Pending = Pick<ResultsView, 'pending' | 'pendingWords' | 'pendingIsKnown'>;

export function pendingOf(
  copy: PatientCopy,
  parts: { readonly results: ChartPart; readonly orders: ChartPart },
  context: ComposeContext,
): Pending {
  const results = copy.parts.results.entries;
  const orders = copy.parts.orders.entries;
  const answers = answersOf(copy, context);
  const waiting = context.remember(orders, 'waiting', [results, answers], () =>
    waitingOf(orders, results, answers, context),
  );
  const doubts = [parts.orders, parts.results].flatMap((part) => doubtOf(part, context));
  const isKnown = doubts.length === 0;
  return { pending: waiting, pendingIsKnown: isKnown, pendingWords: pendingWords(waiting.length, doubts) };
}

function waitingOf(
  orders: readonly Entry[],
  results: readonly Entry[],
  answers: Answers,
  context: ComposeContext,
): readonly PendingOrder[] {
  const awaited = new Set(orders.filter(isAwaited).flatMap(numbersOf));
  const joined = orders.filter(isAwaited);
  const shared = sharedNumbers(joined);
  return [
    ...joined.flatMap((order) => {
      const { found, isUnsure } = foundFor(order, answers, shared);
      if (found.includes('answered')) return [];
      if (found.includes('preliminary')) return [pendingOrder(order, 'preliminärt svar finns', context)];
      return [pendingOrder(order, isUnsure ? UNSURE_WORDS : 'ej besvarad', context)];
    }),
    // Registered at the laboratory without an order of ours: still waited for.
    ...results
      .filter((result) => !hidesValue(result.state) && !numbersOf(result).some((number) => awaited.has(number)))
      .flatMap((result) => {
        const words = waitingWords(result);
        return words === null ? [] : [pendingOrder(result, words, context)];
      }),
  ].sort((a, b) => b.time.ms - a.time.ms);
}

/** What is lacking of something received without an order of ours; null when nothing is. */
function waitingWords(result: Entry): string | null {
  if (answerOf(result) === 'none') {
    const isTakenBack = result.members.length > 0 && result.members.every(({ state }) => hidesValue(state));
    return isTakenBack ? 'svaret borttaget av avsändaren' : 'mottaget, svar saknas';
  }
  const lacking = result.members.filter(({ state, resource }) => state === 'registered' && !hasContent(resource));
  if (lacking.length === 0) return null;
  return `delsvar saknas: ${lacking.map(({ resource }) => conceptText(field(resource, 'code')) ?? 'namnlös analys').join(', ')}`;
}

/** By number, then by whose series the number is said to be of; '' where nobody says. */
type Answers = ReadonlyMap<string, ReadonlyMap<string, Answered>>;

/** What came under one number: the answer as a whole, and by what it answers. */
interface Answered {
  readonly answer: Answer;
  readonly byAnalysis: ReadonlyMap<string, Answer>;
}

/** What has come, by the order numbers it carries. */
export function answersOf({ parts: { results, blood, notes } }: PatientCopy, context: ComposeContext): Answers {
  return context.remember(results.entries, 'answers', [blood.entries, notes.entries], () =>
    answersByNumber([...results.entries, ...blood.entries, ...notes.entries]),
  );
}

/** What an order of the list has come to, as far as an answer carries its number; null where nobody can tell. */
export function answerRemark(order: Entry, answers: Answers, shared: ReadonlySet<string>): string | null {
  const { found, isUnsure } = foundFor(order, answers, shared);
  if (found.includes('answered')) return ANSWERED_WORDS;
  if (found.includes('preliminary')) return 'preliminärt svar finns';
  return isUnsure ? UNSURE_WORDS : null;
}

/** Some senders number the referral and not its tests: an answer under the number answers only what it names itself. */
const UNSURE_WORDS = 'oklart om besvarad: svaret kan gälla en annan beställning med samma nummer';

/** Numbers that more than one of the awaited orders carries. */
export function sharedNumbers(orders: readonly Entry[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const number of orders.filter(isAwaited).flatMap((order) => [...new Set(numbersOf(order))])) {
    if (seen.has(number)) shared.add(number);
    seen.add(number);
  }
  return shared;
}

function foundFor(
  order: Entry,
  answers: Answers,
  shared: ReadonlySet<string>,
): { readonly found: readonly Answer[]; readonly isUnsure: boolean } {
  const found: Answer[] = [];
  let isUnsure = false;
  const names = analysesOf(order.resource);
  for (const { number, space } of numberedOf(order)) {
    for (const [series, answered] of answers.get(number) ?? []) {
      const isOwnSeries = space === '' || series === '' || series === space;
      if (isOwnSeries && !shared.has(number)) found.push(answered.answer);
      else {
        const own = names.flatMap((name) => answered.byAnalysis.get(name) ?? []);
        found.push(...own);
        isUnsure ||= own.length === 0 && answered.answer !== 'none';
      }
    }
  }
  return { found, isUnsure };
}

/** What a resource is about: its codes, and its name as written. */
const analysesOf = (resource: unknown): readonly string[] => {
  const code = field(resource, 'code');
  return [...codesOf(code), ...conceptTexts(code).map((name) => `name ${name.trim().toLowerCase()}`)];
};

export const ANSWERED_WORDS = 'besvarad';

function pendingWords(count: number, doubts: readonly string[]): string {
  if (doubts.length === 0) return count === 0 ? 'Inget väntar' : `Väntar på svar: ${count}`;
  const because = doubts.join('; ');
  return count === 0
    ? `Okänt om svar väntar: ${because}`
    : `Väntar på svar: minst ${count} (fler kan finnas: ${because})`;
}

function doubtOf(part: ChartPart, context: ComposeContext): readonly string[] {
  if (context.isBlocked(part.part)) return [`${part.title}: ${BLOCKED_WORDS.toLowerCase()}`];
  if (!isTrusted(part.state.state))
    return [`${part.title}: ${part.state.short.charAt(0).toLowerCase()}${part.state.short.slice(1)}`];
  return part.truncated ? [`${part.title}: fler finns än som visas`] : [];
}

const pendingOrder = (order: Entry, words: string, context: ComposeContext): PendingOrder => ({
  name: conceptText(field(order.resource, 'code')) ?? 'Beställning utan namn i källan',
  time: waitingSince(order, context),
  source: order.source,
  sourceName: context.sourceName(order.source),
  words,
});

/** When it was ordered, or sampled. Of a sample registered without a time only when that was told is known. */
function waitingSince({ resource, at, receivedAt }: Entry, context: ComposeContext): PendingOrder['time'] {
  const written = textAt(resource, 'authoredOn') ?? ownTime(resource);
  return written === null && happens(resource)
    ? context.untimed(timeNotOwn(resource), { at, receivedAt })
    : context.written(written, at);
}

/** Placer and filler numbers are different series: the same digits in both are two orders. */
const numbersOf = (entry: Entry): readonly string[] => numberedOf(entry).map(({ number }) => number);

/** `space`: the system the number is said to be of (HL7 EI.2–4); '' where nobody says. */
function numberedOf({ orderNumbers }: Entry): readonly { readonly number: string; readonly space: string }[] {
  const { placer, filler, placerSpace = '', fillerSpace = '' } = orderNumbers;
  return [
    ...(placer === undefined ? [] : [{ number: `placer ${placer}`, space: placerSpace }]),
    ...(filler === undefined ? [] : [{ number: `filler ${filler}`, space: fillerSpace }]),
  ];
}

type Answer = 'answered' | 'preliminary' | 'none';

function answersByNumber(entries: readonly Entry[]): Answers {
  const found = new Map<string, Map<string, { answer: Answer; byAnalysis: Map<string, Answer> }>>();
  for (const entry of entries) {
    const answer = answerOf(entry);
    for (const { number, space } of [...numberedOf(entry), ...parentNumbers(entry)]) {
      const bySeries = found.get(number) ?? new Map<string, { answer: Answer; byAnalysis: Map<string, Answer> }>();
      found.set(number, bySeries);
      const answered = bySeries.get(space) ?? { answer: 'none', byAnalysis: new Map<string, Answer>() };
      bySeries.set(space, answered);
      answered.answer = together(answered.answer, answer);
      const told = [
        ...analysesOf(entry.resource).map((name) => [name, answer] as const),
        ...entry.members.flatMap((member) =>
          analysesOf(member.resource).map((name) => [name, answerOfMember(member)] as const),
        ),
      ];
      for (const [name, one] of told)
        answered.byAnalysis.set(name, together(answered.byAnalysis.get(name) ?? 'none', one));
    }
  }
  return found;
}

/** Several answers of one order: one that is still preliminary keeps the order waiting. */
const together = (former: Answer, answer: Answer): Answer =>
  former === 'none' || answer === 'preliminary' ? (answer === 'none' ? former : answer) : former;

/** A culture's later answers name the first order as their parent. */
const parentNumbers = ({ orderNumbers: { parent } }: Entry): ReturnType<typeof numberedOf> =>
  parent === undefined ? [] : [`placer ${parent}`, `filler ${parent}`].map((number) => ({ number, space: '' }));

const isDone = (state: Entry['state']): boolean =>
  state === 'final' || state === 'corrected' || state === 'cannot-be-done';

function answerOf(entry: Entry): Answer {
  if (hidesValue(entry.state)) return 'none';
  if (entry.state === 'cannot-be-done') return 'answered';
  const shown = entry.members.filter(({ state }) => !hidesValue(state));
  const values = shown.length > 0 ? shown : [entry];
  const isAnswered =
    values.some(({ state, resource }) => state === 'cannot-be-done' || hasContent(resource)) ||
    hasContent(entry.resource);
  if (!isAnswered) return 'none';
  return isDone(entry.state) && values.every(({ state }) => isDone(state)) ? 'answered' : 'preliminary';
}

function answerOfMember({ state, resource }: Member): Answer {
  if (hidesValue(state) || !(state === 'cannot-be-done' || hasContent(resource))) return 'none';
  return isDone(state) ? 'answered' : 'preliminary';
}

const hasContent = (resource: unknown): boolean =>
  observationValue(resource).text !== null ||
  ['conclusion', 'presentedForm', 'component', 'content', 'conclusionCode'].some(
    (name) => field(resource, name) !== undefined,
  );

const OVER: ReadonlySet<string> = new Set(['revoked', 'completed', 'cancelled', 'entered-in-error', 'stopped']);
/** HL7 table 0074 and SNOMED CT: laboratories, imaging, physiology. */
const ANSWERING =
  /^(LAB|CH|HM|MB|BLB|CP|CUS|IMM|MCB|MYC|PAT|SP|SR|TX|VR|RAD|RX|RUS|CT|MR|NMR|NMS|XRC|OUS|VUS|CUS|PHR|EC|EN|108252007|363679005|laboratory|lab|imaging)$/i;

/** Care to be given from day to day, which no answer ever closes. */
const CARE_WORDS = /^(kost|diet|fasta|mobiliser|fysioterap|sjukgymnast|arbetsterap|omvårdnad)/i;

/** An order somebody expects an answer to. Without a category it is counted: better one too many than *inget väntar*. */
function isAwaited({ resource, state }: Entry): boolean {
  if (textAt(resource, 'resourceType') !== 'ServiceRequest' || hidesValue(state)) return false;
  if (OVER.has(textAt(resource, 'status') ?? '')) return false;
  const categories = codesOf(field(resource, 'category')).map(bareCode);
  const words = conceptTexts(field(resource, 'category')).join(' ');
  if (categories.length === 0 && words === '') return !CARE_WORDS.test(conceptText(field(resource, 'code')) ?? '');
  return (
    categories.some((code) => ANSWERING.test(code)) ||
    /lab|prov|röntgen|radiologi|bild|imaging|mikrobiologi|patologi/i.test(words)
  );
}
