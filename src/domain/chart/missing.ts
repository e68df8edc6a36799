// What this copy does not have: one line on every chart, so that nobody takes a short chart for a healthy patient, and one
// line a source.

import { type FeedState, isTrusted, worstOf } from '../age.ts';
import type { SourceId } from '../identity.ts';
import { PART_NAMES, PARTS, type PartName } from '../parts.ts';
import type { Notice } from '../patient-copy.ts';
import type { ChartPart, Missing, SourceLine } from './chart.ts';

export function missingOf(parts: Readonly<Record<PartName, ChartPart>>, notices: readonly Notice[]): Missing {
  const notFed = byUrgency(
    PART_NAMES.filter((part) => parts[part].state.state === 'not-fed' && !IS_WHAT_CAME.has(part)),
  );
  const doubtful = byUrgency(
    PART_NAMES.filter((part) => !isTrusted(parts[part].state.state) && parts[part].state.state !== 'not-fed'),
  );
  const unreadMessages = notices.filter(({ kind }) => kind === 'unread-message').length;
  const setAsideMessages = notices.filter(({ kind }) => kind === 'set-aside-message').length;
  const said = [
    // Empty because of unread messages alone: told by their count below, and in each block.
    ...groupedByState(
      doubtful.filter((part) => parts[part].state.feeds.some((feed) => !isTrusted(feed.state) && !feed.isOnlyUnread)),
      parts,
    ),
    ...(notFed.length > 0 ? [`${shortNames(notFed)} (ingår inte)`] : []),
    ...(unreadMessages > 0 ? [counted(unreadMessages, 'meddelande av oläst typ', 'meddelanden av oläst typ')] : []),
    ...(setAsideMessages > 0 ? [counted(setAsideMessages, 'undanlagt meddelande', 'undanlagda meddelanden')] : []),
  ];
  return {
    words: said.length === 0 ? 'Saknas i kopian: inget känt' : `Saknas i kopian: ${said.join(' · ')}`,
    notFed,
    doubtful,
    unreadMessages,
    setAsideMessages,
  };
}

/** These hold whatever came besides: nothing in them is nothing missing. */
const IS_WHAT_CAME: ReadonlySet<PartName> = new Set(['other', 'reports']);

/** What harms within minutes is told first. */
const byUrgency = (parts: readonly PartName[]): readonly PartName[] =>
  [...parts].sort((a, b) => PARTS[a].criticality - PARTS[b].criticality);

/** Where much is missing the urgent is named and the rest counted: each block says its own. */
function shortNames(parts: readonly PartName[]): string {
  if (parts.length <= NAMED_MAX) return names(parts);
  const urgent = parts.filter((part) => PARTS[part].criticality === 1);
  const named = urgent.length > 0 ? urgent : parts.slice(0, NAMED_MAX);
  const rest = parts.length - named.length;
  return `${names(named)}${rest === 0 ? '' : ` och ${rest} rutor till`}`;
}
const NAMED_MAX = 6;

const names = (parts: readonly PartName[]): string => parts.map((part) => PARTS[part].swedish).join(', ');

/** Parts in the same state are told together: *tyst sedan 04:10: Givna doser, Infusioner och pumpar*. */
function groupedByState(
  doubtful: readonly PartName[],
  parts: Readonly<Record<PartName, ChartPart>>,
): readonly string[] {
  const groups = Map.groupBy(doubtful, (part) => lowerFirst(parts[part].state.short));
  return [...groups].map(([short, group]) => `${shortNames(group)} (${short})`);
}

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

export function sourceLines(parts: Readonly<Record<PartName, ChartPart>>): readonly SourceLine[] {
  const bySource = new Map<SourceId, FeedState[]>();
  for (const part of PART_NAMES) {
    for (const feed of parts[part].state.feeds) {
      const feeds = bySource.get(feed.source);
      if (feeds === undefined) bySource.set(feed.source, [feed]);
      else feeds.push(feed);
    }
  }
  return [...bySource].map(([source, feeds]) => {
    const state = worstOf(feeds.map((feed) => feed.state));
    const worst = feeds.find((feed) => feed.state === state);
    const proofs = feeds.flatMap(({ proofMs }) => proofMs ?? []);
    return {
      source,
      name: worst?.sourceName ?? source,
      state,
      short: worst?.short ?? '',
      proofMs: proofs.length === 0 ? null : Math.max(...proofs),
      parts: feeds.map(({ part }) => part),
    };
  });
}
