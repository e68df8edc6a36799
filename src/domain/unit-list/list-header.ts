// What the top of every screen says of the copy in one line: the worst critical feed by name. *Kopian 12 s gammal* only when every
// source that feeds the unit is fresh, since a young copy of a dead source is not fresh (design §11, ux §3).

import { type FeedState, type PartStateName, worstCriticalFeed } from '../age.ts';
import { PARTS, type PartName } from '../parts.ts';
import { durationWords } from '../swedish-time.ts';

export interface ListHeader {
  readonly state: PartStateName;
  readonly words: string;
}

/** `made`: what the list is made of. Of a theatre's no feed is more critical than the operations themselves. */
export function listHeader(feeds: readonly FeedState[], made: PartName = 'stay'): ListHeader {
  if (feeds.length === 0) return { state: 'not-fed', words: 'Kopian: ingen källa matar den här enheten' };
  const worst =
    worstCriticalFeed(feeds.filter(({ part }) => part === made && made !== 'stay')) ?? worstCriticalFeed(feeds);
  if (worst !== null) {
    const others = new Set(feeds.filter((feed) => isAsBad(feed, worst)).map(({ part }) => part)).size - 1;
    const more = others > 0 ? ` och ${others} till` : '';
    return {
      state: worst.state,
      words: `Kopian: ${PARTS[worst.part].swedish.toLowerCase()}${more} ${lowerFirst(worst.short)}`,
    };
  }
  const oldest = feeds.reduce((old, feed) => ((feed.ageMs ?? 0) > (old.ageMs ?? 0) ? feed : old));
  const aging = feeds.find(({ state }) => state === 'aging');
  if (aging !== undefined)
    return {
      state: 'aging',
      words: `Kopian: ${PARTS[aging.part].swedish.toLowerCase()} ${lowerFirst(aging.short)}`,
    };
  return { state: 'fresh', words: `Kopian ${durationWords(oldest.ageMs ?? 0)} gammal` };
}

const isAsBad = (feed: FeedState, worst: FeedState): boolean =>
  feed.state === worst.state && PARTS[feed.part].criticality === PARTS[worst.part].criticality;
const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);
