// How a state of the data looks: a shape and a class of its own for each, so that none is told by colour alone (ux §4). The word
// always comes from the domain.

import type { PartStateName } from '../../../src/domain/age.ts';
import type { EmptyReason } from '../../../src/domain/chart/chart.ts';

interface Look {
  /** As the style sheet names it. */
  readonly state: string;
  readonly icon: string;
}

export const AGE_LOOKS: Readonly<Record<PartStateName, Look>> = {
  fresh: { state: 'fresh', icon: 'fresh' },
  aging: { state: 'aging', icon: 'aging' },
  stale: { state: 'stale', icon: 'stale' },
  silent: { state: 'silent', icon: 'silent' },
  held: { state: 'held', icon: 'pause' },
  'not-fed': { state: 'missing', icon: 'missing' },
  rebuilt: { state: 'partial', icon: 'sync' },
  incomplete: { state: 'partial', icon: 'unverified' },
  unknown: { state: 'ask', icon: 'ask' },
};

/** Blocks have an edge for what cannot be trusted. */
export const edgeOf = (state: PartStateName): string | null =>
  state === 'fresh' || state === 'aging' || state === 'unknown' ? null : AGE_LOOKS[state].state;

/** A look for why there is nothing to show: the one for *none* only where a source that can be trusted has none. */
export const EMPTY_LOOKS: Readonly<Record<EmptyReason, Look>> = {
  'stated-none': { icon: 'none', state: 'none' },
  'none-recorded': { icon: 'none', state: 'none' },
  unknown: { icon: 'ask', state: 'ask' },
  'not-fed': { icon: 'missing', state: 'missing' },
  silent: { icon: 'silent', state: 'silent' },
  stale: { icon: 'stale', state: 'silent' },
  held: { icon: 'pause', state: 'silent' },
  rebuilt: { icon: 'sync', state: 'ask' },
  incomplete: { icon: 'unverified', state: 'ask' },
  blocked: { icon: 'lock', state: 'ask' },
  hidden: { icon: 'lock', state: 'none' },
};

/** For a list nobody stands on: by what says who is here. */
export const emptyListIcon = (state: PartStateName): string =>
  state === 'fresh' || state === 'aging' ? 'none' : AGE_LOOKS[state].icon;
