// How a state of the data looks: a shape and a class of its own for each, so that none is told by colour alone (ux §4). The word
// always comes from the domain.

import type { PartStateName } from '../../../src/domain/age.ts';

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
