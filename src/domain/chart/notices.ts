// What a reader must be told besides values: a result taken back, a merge, a conflict between sources, in sentences that say
// what happened and what still holds.

import { distinctHoldings, holdingWords } from '../holding.ts';
import { PART_NAMES, PARTS } from '../parts.ts';
import type { Notice, PatientCopy } from '../patient-copy.ts';
import { unreachable } from '../unreachable.ts';
import type { ChartNotice } from './chart.ts';
import { saidWords, TWO_VERSIONS } from './conflicts.ts';
import type { ComposeContext } from './context.ts';

export function chartNotices(copy: PatientCopy, context: ComposeContext): readonly ChartNotice[] {
  return [...heldNotices(copy, context), ...toldNotices(copy, context)];
}

/** What is held of what feeds this chart: why and by whom, so that a reader knows whether to wait or to ask. */
function heldNotices(copy: PatientCopy, context: ComposeContext): readonly ChartNotice[] {
  const feeds = Map.groupBy(
    PART_NAMES.flatMap((part) => copy.parts[part].feeds),
    ({ source }) => source,
  );
  return [...feeds].flatMap(([source, own]) => {
    const sourceName = context.sourceName(source);
    const names = { sourceName, unitName: context.unitName, todayMs: context.todayMs };
    return distinctHoldings(own.flatMap(({ holds }) => holds)).map((holding) => ({
      kind: 'held',
      time: context.time(holding.since),
      source,
      sourceName,
      words: holdingWords(holding, names),
    }));
  });
}

function toldNotices(copy: PatientCopy, context: ComposeContext): readonly ChartNotice[] {
  return together(copy.notices, context).map((notice) => ({
    kind: notice.kind,
    time: context.time(notice.at),
    source: notice.source,
    sourceName: context.sourceName(notice.source),
    words: noticeWords(notice, context),
  }));
}

/** One happening is one sentence: values of one report taken back, numbers of one merge; the chart's own number is no news. */
const ONE_HAPPENING: ReadonlySet<Notice['kind']> = new Set(['value-withdrawn', 'merged', 'unmerged', 'linked']);

function together(notices: readonly Notice[], context: ComposeContext): readonly Notice[] {
  const groups = Map.groupBy(notices, (notice) =>
    ONE_HAPPENING.has(notice.kind)
      ? `${notice.kind} ${notice.source} ${context.time(notice.at).text}`
      : `single ${notices.indexOf(notice)}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || !ONE_HAPPENING.has(first.kind)) return group;
    const isNumber = first.kind !== 'value-withdrawn';
    const told = [...new Set(group.map(({ detail }) => detail.trim()))].filter((detail) => detail !== '');
    const others = told.filter((detail) => !isNumber || detail !== context.head?.id);
    return [{ ...first, detail: (others.length > 0 ? others : told).map(isNumber ? numberWords : String).join(', ') }];
  });
}

/** Twelve letters of a person or reserve number are read as eight and four. */
const numberWords = (id: string): string => id.replace(/^(\d{8})([\dA-Z]{4})$/, '$1-$2');

export function noticeWords(notice: Notice, context: ComposeContext): string {
  const at = context.time(notice.at).text;
  const source = context.sourceName(notice.source);
  const what = notice.detail.trim() === '' ? 'Uppgift' : notice.detail;
  switch (notice.kind) {
    case 'value-withdrawn':
      return `${what} återtaget ${at} av ${source}: gällde en annan patient. Har det använts, säg till ansvarig läkare.`;
    case 'document-withdrawn':
      return `${what} återtaget ${at} av ${source}.`;
    case 'allergy-removed':
      return `Överkänslighet borttagen ${at} av ${source}: ${what}. Fråga patienten.`;
    case 'late-word':
      return `${what}: ${source} strök en äldre uppgift ${at}. Det som står är sagt senare – kontrollera.`;
    case 'merged':
      return `Nummer sammanfört ${at}: ${what}.`;
    case 'unmerged':
      return `Sammanföring återtagen ${at}: ${what}.`;
    case 'visit-moved':
      return `Vårdtillfälle flyttat mellan nummer ${at}: ${what}.`;
    case 'linked':
      return `${source} uppger ${at} att numren hör till samma person: ${what}. Journalerna är inte sammanförda.`;
    case 'identity-conflict':
      return `Identiteten är osäker sedan ${at}: ${what}.`;
    case 'source-conflict':
      return `${TWO_VERSIONS}: ${conflictWords(notice, context)}.`;
    case 'bed-conflict':
      return `Två patienter är uppgivna på samma plats sedan ${at}: ${what}.`;
    case 'not-in-full-load':
      return `${source} nämnde inte i sin fulla laddning ${at}: ${what}. Kan vara avslutat – fråga.`;
    case 'unread-message':
      return `Meddelande av oläst typ från ${source} ${at}: ${what}.`;
    case 'set-aside-message':
      return `Undanlagt meddelande från ${source} ${at}${notice.part === null ? '' : ` (${PARTS[notice.part].swedish})`}: ${what}.`;
    default:
      return unreachable(notice.kind);
  }
}

/** Who says what, and when; a difference that is told as a sentence of its own (several places) stands as it is. */
function conflictWords({ detail, said = [], at }: Notice, context: ComposeContext): string {
  if (said.length === 0) return `${detail.trim() === '' ? 'Uppgift' : detail} (${context.time(at).text})`;
  return saidWords(detail, said, context);
}
