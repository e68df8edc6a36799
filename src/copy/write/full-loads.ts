// Since when everything a source has said is in the copy. Only after a full load may the absence of a row be read as "none
// recorded" (design §5.4); a rebuilt copy, or messages left out for good, take that back until the next full load.

import type { FullLoadChange } from '../../domain/changes.ts';
import { HOLDS_UNTIL_ENDED, type PartName } from '../../domain/parts.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { Settings } from '../settings.ts';
import type { Moment, Unlisted } from './unlisted.ts';

/** A load that has begun and not ended. */
interface LoadingBody {
  readonly at: number;
  readonly seq: number;
  readonly load: string | null;
  /** Something the source said meanwhile was not understood or not applied: it may have been said there. */
  readonly isDoubtful: boolean;
  /** Something the source said since it began has been lost or left out: when it ends, the copy does not have it all. */
  readonly isLost?: true;
}

/** The commit sequence at which the last load known whole began. */
export interface WholeBody {
  readonly from: number;
}

interface LoadEnd {
  readonly parts: readonly PartName[] | 'all-declared';
  readonly load: string | null;
  readonly isPartial: boolean;
}

interface FullLoadOptions {
  readonly settings: Settings;
  readonly unlisted: Unlisted;
  /** The copy began in the middle of the inbox: the end of a load whose beginning is not in it loads nothing. */
  readonly beganInside: () => boolean;
}

export class FullLoads {
  readonly #settings: Settings;
  readonly #unlisted: Unlisted;
  readonly #beganInside: () => boolean;
  #loading: Set<string> | null = null;

  constructor({ settings, unlisted, beganInside }: FullLoadOptions) {
    this.#settings = settings;
    this.#unlisted = unlisted;
    this.#beganInside = beganInside;
  }

  forget(): void {
    this.#loading = null;
  }

  /** Sources in the middle of a full load. */
  get #sources(): ReadonlySet<string> {
    this.#loading ??= new Set(this.#settings.all('loading').map(({ source }) => source));
    return this.#loading;
  }

  apply(change: FullLoadChange, moment: Moment): void {
    const load = change.load ?? null;
    if (change.phase === 'begin') this.begin(moment, load);
    else if (this.#sources.has(moment.source) || !this.#beganInside()) {
      this.end({ parts: change.parts, load, isPartial: false }, moment);
    }
  }

  begin({ seq, source, received }: Moment, load: string | null): void {
    this.#unlisted.forget(source);
    const body: LoadingBody = { at: received, seq, load, isDoubtful: false };
    this.#settings.put('loading', source, '', seq, body);
    this.forget();
  }

  /** The source said this: during a load it is noted, so that the end knows what was not said. */
  told(source: string, key: string, identity: number, part: PartName): void {
    if (this.#sources.has(source) && HOLDS_UNTIL_ENDED.has(part)) this.#unlisted.told(source, key, identity);
  }

  /** A message of the source was not applied. */
  doubt(source: string): void {
    if (!this.#sources.has(source)) return;
    const loading = this.#read(source);
    if (loading !== null && !loading.isDoubtful) {
      this.#settings.rewrite('loading', source, '', { ...loading, isDoubtful: true });
    }
  }

  giveUp(source: string, seq: number): void {
    this.#settings.drop('loading', source, '', seq);
    this.#unlisted.forget(source);
    this.forget();
  }

  end({ parts, load, isPartial }: LoadEnd, moment: Moment): void {
    const loading = this.#read(moment.source);
    // Of another load than the one going on, or of one whose beginning is not here: it tells neither that nor what is whole.
    if (load !== null && loading?.load !== load) return;
    if (loading?.isLost === true && loading.load === load) {
      this.giveUp(moment.source, moment.seq);
      return;
    }
    const isKnownWhole = loading !== null && !loading.isDoubtful && !isPartial && loading.load === load;
    if (isKnownWhole) {
      this.#unlisted.mark(this.#declared(parts, moment.source), loading.seq, moment);
      this.#wholeFrom(loading.seq, parts, moment);
    }
    this.giveUp(moment.source, moment.seq);
    this.loaded(parts, moment);
  }

  /** What was set aside before the load began is in it, if it still holds. */
  #wholeFrom(from: number, parts: LoadEnd['parts'], { seq, source }: Moment): void {
    for (const part of this.#declared(parts, source))
      this.#settings.put('whole', source, part, seq, { from } satisfies WholeBody);
  }

  #read(source: string): LoadingBody | null {
    const row = this.#settings.get('loading', source);
    return row === undefined ? null : (JSON.parse(row.body) as LoadingBody);
  }

  #declared(parts: readonly PartName[] | 'all-declared', source: string): ReadonlySet<PartName> {
    const feeds = this.#settings.declarations().get(source)?.feeds ?? [];
    return new Set(parts === 'all-declared' ? feeds.map(({ part }) => part) : parts);
  }

  loaded(parts: readonly PartName[] | 'all-declared', { seq, source, received }: Moment): void {
    for (const part of this.#declared(parts, source)) {
      this.#settings.put('loaded', source, part, seq, { at: received });
    }
  }

  /** Everything known to be whole is so no longer. */
  lost(moment: Omit<Moment, 'source'>, missingFrom: number | null): void {
    this.#settings.put('rebuilt', '', '', moment.seq, { at: moment.received, missingFrom });
    // What was said in between may be among what is missing.
    for (const source of this.#sources) this.#lose(source);
  }

  #lose(source: string): void {
    const loading = this.#read(source);
    if (loading === null) return;
    this.#settings.rewrite('loading', source, '', { ...loading, isDoubtful: true, isLost: true });
    this.#unlisted.forget(source);
  }

  /** Messages of one source will never be applied: it is whole only from here on. */
  gap({ seq, source, received }: Moment): void {
    this.#settings.put('gap', source, '', seq, { at: received });
    this.#lose(source);
  }

  /** The configuration as declared: a part newly fed is whole from now; one fed before keeps its beginning. */
  declare(sources: readonly SourceDeclaration[], { seq, received }: Omit<Moment, 'source'>): void {
    const named = new Set<string>(sources.map(({ id }) => id));
    for (const { source, body } of this.#settings.all('source')) {
      if (named.has(source)) continue;
      this.#settings.drop('source', source, '', seq);
      this.#settings.put('read-as', source, '', seq, JSON.parse(body));
    }
    for (const { source, key } of this.#settings.all('fed')) {
      const feeds = sources.find(({ id }) => id === source)?.feeds;
      if (!feeds?.some(({ part }) => part === key)) this.#settings.drop('fed', source, key, seq);
    }
    for (const declaration of sources) {
      this.#settings.put('source', declaration.id, '', seq, declaration);
      this.#settings.drop('read-as', declaration.id, '', seq);
      for (const { part } of declaration.feeds) {
        if (this.#settings.get('fed', declaration.id, part) === undefined) {
          this.#settings.put('fed', declaration.id, part, seq, { at: received });
        }
      }
    }
  }
}
