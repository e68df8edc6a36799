// A patient's copy becomes a chart: banner first, then the blocks, each part with its state, its age, its source and either its
// entries or the reason why there are none. Pure: the same copy, moment and options give the same chart on every screen and page.

import {
  asOfMoment,
  elapsed,
  type FeedState,
  feedState,
  notBefore,
  type PartState,
  partState,
  type SureNow,
  worstCriticalFeed,
  worstOf,
} from '../age.ts';
import { inquiryWords } from '../daily-check.ts';
import type { Identity } from '../identity.ts';
import { PART_NAMES, PARTS, type PartName } from '../parts.ts';
import type { Entry, PartCopy, PartFeed, PatientCopy, Stay } from '../patient-copy.ts';
import { concernOfUnread } from '../unread-types.ts';
import { ADDRESS_HIDDEN_WORDS, bannerOf, type WhoIs, whoIs } from './banner.ts';
import { billingEntries, isBilling } from './billing.ts';
import { BLOCK_NAMES, BLOCKS, type BlockName } from './blocks.ts';
import type { Block, BlockView, Chart, ChartEntry, ChartPart } from './chart.ts';
import { conflictRemarks, denialsOfAKind, withoutStatements } from './conflicts.ts';
import { BLOCKED_WORDS, type ChartOptions, type ComposeContext, composeContext, downSince } from './context.ts';
import { describeEntry } from './describe.ts';
import { type Arranged, arrangeDocuments } from './documents.ts';
import { medicationView } from './medication.ts';
import { type Remember, rememberNothing } from './memory.ts';
import { missingOf, sourceLines } from './missing.ts';
import { chartNotices, noticeWords } from './notices.ts';
import { partContent } from './part-content.ts';
import { answerRemark, answersOf, sharedNumbers } from './pending.ts';
import { contactEntries, personEntries, unreadEntries } from './person-entries.ts';
import { resultsView } from './results.ts';
import { withRunOut } from './run-out.ts';
import { caregiverEntries, currentStay, stayBegan, stayEntry } from './stay-words.ts';
import { vitalsView } from './vitals.ts';
import { identityText } from './who.ts';

/** `remember`: a reader's memory (memory.ts) makes the same chart in less time. */
export function composeChart(
  copy: PatientCopy,
  now: SureNow,
  options: ChartOptions = {},
  remember: Remember = rememberNothing,
): Chart {
  const moment = momentRead(copy, now);
  const head = copy.identities.find(({ how }) => how === 'head')?.identity ?? copy.identities[0]?.identity ?? null;
  const who = { head, isMerged: mergedIn(copy), isProtected: copy.isProtected, numbers: numbersOf(copy) };
  const told = copy.isWithheld === true ? ({ ...options, blocked: 'all' } as const) : options;
  const context = composeContext({ ...moment, todayMs: now.wallMs }, told, who, remember);
  const stay = currentStay(copy.stays);
  const person = whoIs(copy, context);
  const parts = composeParts(copy, stay, person, context);
  const vitals = vitalsView({ copy, part: parts.vitals, stay, ageYears: person.age?.years ?? null }, context);
  const views: Partial<Record<BlockName, BlockView>> = {
    medication: medicationView({ copy, stay, parts }, context),
    vitals,
    results: resultsView(copy, parts, context),
  };
  const blocks = BLOCK_NAMES.map((name) => composeBlock(name, parts, views[name] ?? null));
  const feeds = PART_NAMES.flatMap((part) => parts[part].state.feeds);
  return {
    key: copy.key,
    sequence: copy.sequence,
    composedAt: context.time(context.nowMs),
    asOf: copy.asOf === null ? null : context.time(copy.asOf),
    asOfWords:
      copy.asOf === null
        ? null
        : `Du läser journalkopian som den var ${context.time(copy.asOf).text}. Nyare uppgifter visas inte.`,
    clockIsUnsure: moment.clockIsUnsure,
    identities: copy.identities.map(({ identity, how }) => ({ identity, text: identityText(identity), how })),
    banner: bannerOf({ copy, stay, parts, news2Scale: vitals.scale }, person, context),
    sources: sourceLines(parts),
    worstFeed: worstCriticalFeed(feeds),
    missing: missingOf(parts, copy.notices),
    notices: chartNotices(copy, context),
    blocks,
    functionsOff: Object.entries(context.functions).flatMap(([name, isOn]) => (isOn ? [] : [name])),
  };
}

/** One person's several numbers in one list are nothing to remark on; a number another one became is. */
function mergedIn(copy: PatientCopy): (identity: Identity) => boolean {
  const listed = new Set(copy.identities.flatMap(({ identity, how }) => (how === 'merged' ? [] : [keyOf(identity)])));
  return (identity) => !listed.has(keyOf(identity));
}
const keyOf = ({ domain, id }: Identity): string => `${domain}|${id}`;
/** Changes whenever a number joins, leaves or is merged. */
const numbersOf = (copy: PatientCopy): string =>
  copy.identities.map(({ identity, how }) => `${how} ${keyOf(identity)}`).join('\n');

/** The station's clock, or the earlier moment a reader asked for, which only the wall clock knows. */
function momentRead(copy: PatientCopy, now: SureNow): { now: SureNow; clockIsUnsure: boolean } {
  if (copy.asOf !== null) return { now: asOfMoment(copy.asOf, now), clockIsUnsure: false };
  const proofs = PART_NAMES.flatMap((part) => copy.parts[part].feeds.flatMap(({ proof }) => proof ?? []));
  const sure = notBefore(now, proofs);
  return {
    now: sure,
    clockIsUnsure: sure.clockIsBehind === true || proofs.some((proof) => elapsed(proof, sure).clockIsUnsure),
  };
}

function composeParts(
  copy: PatientCopy,
  stay: Stay | null,
  who: WhoIs,
  context: ComposeContext,
): Readonly<Record<PartName, ChartPart>> {
  const besides: Partial<Record<PartName, readonly ChartEntry[]>> = {
    person: personEntries(copy, who, context),
    stay: copy.stays.map((one) => stayEntry(one, context)),
    responsible: stay === null ? [] : caregiverEntries(stay, context),
    kin: contactEntries(copy, context),
    other: unreadEntries(copy, context),
  };
  return Object.fromEntries(
    PART_NAMES.map((part) => [part, composePart(part, copy, stay, besides[part] ?? [], context)]),
  ) as Record<PartName, ChartPart>;
}

/** `besides`: what the copy keeps of this part elsewhere than among its entries. */
function composePart(
  part: PartName,
  copy: PatientCopy,
  stay: Stay | null,
  besides: readonly ChartEntry[],
  context: ComposeContext,
): ChartPart {
  const kept = contentOf(copy.parts[part], context);
  const lines = linesOf(kept, context);
  const count = besides.length + lines.arranged.length + lines.billing.length;
  const state = partState(
    part,
    kept.feeds.map((feed) => stateOfFeed(feed, unreadOf(feed, count === 0, copy), { copy, stay, context })),
  );
  if (part === 'kin' && context.isProtected) return hiddenPart(part, state);
  let entries: readonly ChartEntry[] | null = null;
  return {
    part,
    title: PARTS[part].swedish,
    state,
    content: partContent(kept, state, { shown: count, received: copy.parts[part].entries.length }, context),
    /** In words when somebody reads them: a list of forty patients asks for a third of what their charts hold. */
    get entries() {
      if (entries === null) {
        const described = describedEntries(part, { kept, lines, copy }, context);
        const told = withRunOut(part, described, kept.entries, context);
        // The very array a memory has kept: what it made of it holds.
        entries = besides.length === 0 ? told : [...besides, ...told];
      }
      return entries;
    },
    truncated: kept.truncated,
    remarks: [
      ...(context.isBlocked(part) ? [BLOCKED_WORDS] : []),
      ...(copy.inquiries ?? [])
        .filter(({ block }) => BLOCKS[block].parts[0] === part)
        .map((inquiry) => inquiryWords(inquiry, context.todayMs)),
      ...(kept.truncated ? ['Fler och äldre uppgifter finns men visas inte här'] : []),
      ...context.remember(copy.parts[part].entries, 'denials', [], () => denialsOfAKind(copy.parts[part], context)),
      ...conflictRemarks(part, kept, context),
      ...copy.notices
        .filter((notice) => notice.kind === 'source-conflict' && notice.part === part)
        .map((notice) => noticeWords(notice, context)),
    ],
  };
}

/** What only says *none known* or *no information* is not shown as a line. */
function contentOf(copy: PartCopy, context: ComposeContext): PartCopy {
  const { entries } = context.remember(copy.entries, 'content', [], () => withoutStatements(copy));
  return entries.length === copy.entries.length ? copy : { ...copy, entries };
}

/** What becomes a line each, before any of it is put in words. */
interface Lines {
  readonly shown: readonly Entry[];
  readonly arranged: readonly Arranged[];
  readonly billing: readonly ChartEntry[];
}

const linesOf = ({ entries, truncated }: PartCopy, context: ComposeContext): Lines =>
  context.remember(entries, 'lines', [truncated], () => {
    const shown = entries.filter((entry) => isShown(entry) && !isBilling(entry));
    return { shown, arranged: arrangeDocuments(shown), billing: billingEntries(entries, truncated, context) };
  });

function describedEntries(
  part: PartName,
  { kept, lines, copy }: { readonly kept: PartCopy; readonly lines: Lines; readonly copy: PatientCopy },
  context: ComposeContext,
): readonly ChartEntry[] {
  const answers = part === 'orders' ? answersOf(copy, context) : null;
  return context.remember(kept.entries, 'described', [answers, kept.truncated], () => {
    const shared = answers === null ? new Set<string>() : sharedNumbers(lines.shown);
    return [
      ...lines.arranged.map((arranged) =>
        withRemark(
          asDocument(described(arranged.entry, context), arranged, context),
          answers === null ? null : answerRemark(arranged.entry, answers, shared),
        ),
      ),
      ...lines.billing,
    ];
  });
}

const described = (entry: Entry, context: ComposeContext): ChartEntry =>
  context.remember(entry, 'entry', [], () => describeEntry(entry, context));

/** A replaced text is told of and not shown: read as the standing word it could be acted on. */
function asDocument(shown: ChartEntry, { isReplaced, addsTo }: Arranged, context: ComposeContext): ChartEntry {
  if (isReplaced)
    return {
      ...shown,
      text: '',
      status: null,
      isDanger: false,
      details: [],
      values: [],
      remarks: ['Ersatt av en nyare version'],
    };
  if (addsTo === null) return shown;
  const parent = described(addsTo, context);
  return { ...shown, title: `Tillägg till ${parent.title} ${parent.time.text}: ${shown.title}` };
}

const withRemark = (entry: ChartEntry, remark: string | null): ChartEntry =>
  remark === null ? entry : { ...entry, remarks: [...entry.remarks, remark] };

/** A value posted to the wrong patient leaves view at once; the notice tells that it was here. */
const isShown = ({ state }: { readonly state: string }): boolean => state !== 'withdrawn';

/** Nobody here knows what an unread message says: of the parts its type can carry it may be the very thing that seems missing. */
const unreadOf = ({ source, part }: PartFeed, isEmpty: boolean, { notices }: PatientCopy): number =>
  notices.filter((notice) => {
    if (notice.kind !== 'unread-message' || notice.source !== source) return false;
    if (notice.part !== null) return notice.part === part;
    const concern = concernOfUnread(notice.detail);
    return concern === null ? isEmpty : concern.parts.has(part) && (isEmpty || concern.mayAdd);
  }).length;

function stateOfFeed(
  feed: PartFeed,
  unread: number,
  { copy, stay, context }: { readonly copy: PatientCopy; readonly stay: Stay | null; readonly context: ComposeContext },
): FeedState {
  const concerned = copy.notices.filter(
    ({ kind, source, part }) =>
      kind === 'set-aside-message' && source === feed.source && (part === null || part === feed.part),
  ).length;
  return feedState(concerned > feed.setAside ? { ...feed, setAside: concerned } : feed, context.now, {
    sourceName: context.sourceName(feed.source),
    downSince: downSince(context, feed.source),
    stayBegan: stayBegan(stay, context.nowMs),
    deniedAt: deniedAt(feed, copy.parts[feed.part], context.nowMs),
    clockIsUnsure: context.clockIsUnsure,
    unread,
    todayMs: context.todayMs,
  });
}

/** A denial dated ahead of now is no proof of anything. */
const deniedAt = ({ source }: PartFeed, { statedNone }: PartCopy, nowMs: number): number | null =>
  statedNone.find((stated) => stated.source === source && stated.at <= nowMs)?.at ?? null;

const hiddenPart = (part: PartName, state: PartState): ChartPart => ({
  part,
  title: PARTS[part].swedish,
  state,
  content: { kind: 'empty', reason: 'hidden', words: ADDRESS_HIDDEN_WORDS },
  entries: [],
  truncated: false,
  remarks: [],
});

function composeBlock(name: BlockName, parts: Readonly<Record<PartName, ChartPart>>, view: BlockView | null): Block {
  const own = BLOCKS[name].parts.map((part) => parts[part]);
  const states = own.map(({ state, content }) =>
    worstOf([state.state, content.kind === 'empty' && content.reason === 'unknown' ? 'unknown' : 'fresh']),
  );
  const state = worstOf(states);
  const worst = own[states.indexOf(state)] ?? own[0];
  return { name, title: BLOCKS[name].title, state, short: shortOf(worst), parts: own, view };
}

function shortOf(part: ChartPart | undefined): string {
  if (part === undefined) return 'Ingår inte i kopian';
  if (part.content.kind === 'empty' && part.content.reason === 'unknown') {
    return part.part === 'blood' ? 'Okänt' : 'Okänt – fråga patienten';
  }
  return part.state.short;
}
