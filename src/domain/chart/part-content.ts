// Why a part shows nothing, in words (design §5.4). The one place that may say *inga*: only for a feed that is here, healthy and
// whole, and for what only a person can deny (allergies, limits …) only when the source has denied it.

import { isTrusted, type PartState } from '../age.ts';
import { PARTS } from '../parts.ts';
import type { PartCopy } from '../patient-copy.ts';
import { unreachable } from '../unreachable.ts';
import type { EmptyReason, PartContent } from './chart.ts';
import { BLOCKED_WORDS, type ComposeContext } from './context.ts';

/** Whom to ask when nobody has said: no patient can tell a blood group that holds. */
const unknownWords = (part: PartCopy['part']): string => {
  if (part === 'blood') return 'Okänt – bastest krävs';
  return part === 'limits' ? 'Okänt – fråga patienten och ansvarig läkare' : 'Okänt – fråga patienten';
};

export function partContent(
  copy: PartCopy,
  state: PartState,
  /** Lines shown, and what the copy has: a denial that does not stand, or *no information*, is no line. */
  count: { readonly shown: number; readonly received: number },
  context: ComposeContext,
): PartContent {
  if (count.shown > 0) return { kind: 'entries' };
  if (copy.entries.length > 0 || copy.truncated) {
    // Rows exist that are not shown (withdrawn, all members hidden): that is not the same as none.
    return empty('incomplete', 'Uppgifter finns men visas inte här');
  }
  if (context.isBlocked(copy.part)) return empty('blocked', `${BLOCKED_WORDS}. Fråga patienten.`);
  if (!isTrusted(state.state)) return empty(reasonOf(state), doubtWords(copy, state, context));
  const statement = copy.statedNone[0];
  if (statement !== undefined) {
    return empty(
      'stated-none',
      `${NONE_WORDS[copy.part] ?? 'Inga registrerade'} (${context.sourceName(statement.source)}, ${context.time(statement.at).text}, per ${asOfWords(state)})`,
    );
  }
  if (count.received > 0)
    return empty(
      'unknown',
      `${unknownWords(copy.part)} (${sourcesOf(state)} har inget säkert sagt, per ${asOfWords(state)})`,
    );
  if (PARTS[copy.part].absence === 'explicit')
    return empty('unknown', `${unknownWords(copy.part)} (${sourcesOf(state)} har inget sagt, per ${asOfWords(state)})`);
  // Of the life before the stay nobody has said anything.
  const within = state.feeds.some(({ isWholeForStayOnly }) => isWholeForStayOnly) ? ' under vårdtillfället' : '';
  return empty('none-recorded', `Inga registrerade${within}, per ${asOfWords(state)} (${sourcesOf(state)})`);
}

/** What each denial is called on screen; the others are *inga registrerade*. */
const NONE_WORDS: Readonly<Partial<Record<PartCopy['part'], string>>> = {
  allergies: 'Inga kända allergier',
  alerts: 'Inga kända varningar',
  limits: 'Inga behandlingsbegränsningar',
  infection: 'Ingen känd smitta',
};

const empty = (reason: EmptyReason, words: string): PartContent => ({ kind: 'empty', reason, words });

function reasonOf({ state }: PartState): EmptyReason {
  switch (state) {
    case 'silent':
    case 'held':
    case 'not-fed':
    case 'stale':
    case 'rebuilt':
    case 'incomplete':
    case 'unknown':
      return state;
    case 'fresh':
    case 'aging':
      return 'unknown';
    default:
      return unreachable(state);
  }
}

/** Not fed, silent, rebuilt …: never *inga*. What a source once denied is told as what it said then. */
function doubtWords(copy: PartCopy, state: PartState, context: ComposeContext): string {
  const statement = copy.statedNone[0];
  const once =
    statement === undefined
      ? ''
      : ` ${context.sourceName(statement.source)} uppgav "inga" ${context.time(statement.at).text}: ej bekräftat efter det.`;
  const ask = PARTS[copy.part].absence === 'explicit' ? ` ${unknownWords(copy.part)}.` : '';
  return `${state.words}${once}${ask}`;
}

/** The oldest proof: a part is no younger than its oldest feed. */
function asOfWords(state: PartState): string {
  const oldest = state.feeds.reduce<PartState['feeds'][number] | null>(
    (old, feed) => (old === null || (feed.proofMs ?? 0) < (old.proofMs ?? 0) ? feed : old),
    null,
  );
  return oldest === null ? 'okänd tid' : oldest.short.replace(/^Åldras, /, '');
}

const sourcesOf = (state: PartState): string => state.feeds.map(({ sourceName }) => sourceName).join(', ');
