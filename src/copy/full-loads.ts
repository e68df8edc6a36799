// Since when everything a source has said is in the copy. Only after a full load may the absence of a row be read as "none
// recorded" (design §5.4); a rebuilt copy, or messages left out for good, take that back until the next full load.

import type { FullLoadChange } from '../domain/changes.ts';
import type { PartName } from '../domain/parts.ts';
import type { SourceDeclaration } from '../domain/source.ts';
import type { Settings } from './settings.ts';

interface Moment {
  readonly seq: number;
  readonly source: string;
  readonly received: number;
}

export class FullLoads {
  readonly #settings: Settings;
  /** The copy began in the middle of the inbox: the end of a load whose beginning is not in it loads nothing. */
  readonly #beganInside: () => boolean;

  constructor(settings: Settings, beganInside: () => boolean) {
    this.#settings = settings;
    this.#beganInside = beganInside;
  }

  apply(change: FullLoadChange, moment: Moment): void {
    if (change.phase === 'begin') {
      this.#settings.put('loading', moment.source, '', moment.seq, { at: moment.received });
      return;
    }
    const begun = this.#settings.get('loading', moment.source);
    if (begun === undefined && this.#beganInside()) return;
    this.#settings.drop('loading', moment.source, '', moment.seq);
    this.loaded(change.parts, moment);
  }

  loaded(parts: readonly PartName[] | 'all-declared', { seq, source, received }: Moment): void {
    const declared =
      this.#settings
        .declarations()
        .get(source)
        ?.feeds.map(({ part }) => part) ?? [];
    for (const part of new Set(parts === 'all-declared' ? declared : parts)) {
      this.#settings.put('loaded', source, part, seq, { at: received });
    }
  }

  /** Everything known to be whole is so no longer. */
  lost(moment: Omit<Moment, 'source'>, missingFrom: number | null): void {
    this.#settings.put('rebuilt', '', '', moment.seq, { at: moment.received, missingFrom });
  }

  /** Messages of one source will never be applied: it is whole only from here on. */
  gap({ seq, source, received }: Moment): void {
    this.#settings.put('gap', source, '', seq, { at: received });
  }

  /** The configuration as declared: a part newly fed is whole from now; one fed before keeps its beginning. */
  declare(sources: readonly SourceDeclaration[], { seq, received }: Omit<Moment, 'source'>): void {
    const named = new Set<string>(sources.map(({ id }) => id));
    for (const { source } of this.#settings.all('source')) {
      if (!named.has(source)) this.#settings.drop('source', source, '', seq);
    }
    for (const { source, key } of this.#settings.all('fed')) {
      const feeds = sources.find(({ id }) => id === source)?.feeds;
      if (!feeds?.some(({ part }) => part === key)) this.#settings.drop('fed', source, key, seq);
    }
    for (const declaration of sources) {
      this.#settings.put('source', declaration.id, '', seq, declaration);
      for (const { part } of declaration.feeds) {
        if (this.#settings.get('fed', declaration.id, part) === undefined) {
          this.#settings.put('fed', declaration.id, part, seq, { at: received });
        }
      }
    }
  }
}
