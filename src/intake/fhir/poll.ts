// Asks a FHIR R4 server again and again for what is new. Every page goes to the inbox as received before the poll moves on, so
// that a crash costs a repetition, never a resource. Only a sweep that got everything it asked for counts as proof that the
// feed carries, and only of what was asked for: half an answer, or a type never asked for, must let the chart grow old. Once a
// day everything is asked for anew, for a search by time never tells what has been deleted (decision 0006).

import type { CopyCommand } from '../../domain/commands.ts';
import type { SourceId } from '../../domain/identity.ts';
import type { PartName } from '../../domain/parts.ts';
import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import type { AccessToken } from './access-token.ts';
import { type Fetched, type FetchFailure, fetchBounded } from './http-get.ts';
import { type Page, readPage } from './poll-page.ts';
import { partsOfType } from './poll-parts.ts';

export interface TypeProgress {
  /** Greatest meta.lastUpdated of a finished sweep; null until the first has finished. */
  readonly since: string | null;
  /** Where an unfinished sweep goes on. */
  readonly nextUrl: string | null;
  /** What was seen of the overlap, `Type/id` to version and time. */
  readonly seen: Readonly<Record<string, string>>;
}

/** Everything is being fetched from the beginning: which types have been, by now. */
interface Load {
  readonly name: string;
  readonly done: readonly string[];
}

/** Handed in at start and out after every page: plain JSON, kept by the station. */
export interface PollState {
  /** The server and types this tells of. */
  readonly baseUrl: string;
  readonly asked: readonly string[];
  readonly types: Readonly<Record<string, TypeProgress>>;
  readonly load: Load | null;
  /** Wall ms when everything had last been fetched from the beginning; null until it has. */
  readonly loadedAt: number | null;
}

export interface PollOptions {
  readonly source: SourceId;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Resource types, each with search parameters where the server needs them (`MedicationRequest?_include=…`). */
  readonly types: readonly string[];
  readonly pageSize: number;
  /** How long one page may take; limits.pollRequestMs when not said. */
  readonly pageWithinMs?: number;
  readonly token: AccessToken | null;
  readonly clock: Clock;
  /** From 0 up to 1: keeps stations that lost the same server from coming back in step. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Resolves when the page is durable in the inbox. */
  readonly submit: (body: Uint8Array) => Promise<void>;
  readonly command: (command: CopyCommand) => Promise<void>;
  readonly save: (state: PollState) => Promise<void>;
  /** How often everything is fetched anew; limits.pollLoadEveryMs when not said. */
  readonly loadEveryMs?: number;
  readonly signal?: AbortSignal;
}

type PollFailure =
  | FetchFailure
  | 'unauthorised'
  | 'not-a-searchset'
  | 'next-link-elsewhere'
  | 'paging-loop'
  | 'search-error';

export interface SweepReport {
  readonly pages: number;
  readonly submitted: number;
  readonly failed: readonly { readonly type: string; readonly code: PollFailure; readonly status: number | null }[];
  /** The server asks not to be asked again before this long. */
  readonly restMs: number | null;
}

type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: PollFailure; readonly status: number | null };

export class FhirPoll {
  readonly #options: PollOptions;
  #state: PollState;
  #pages = 0;
  #submitted = 0;
  #restMs: number | null = null;

  /** `state` null: the first time. What was kept of another server, or of other types, is no progress of this one. */
  constructor(options: PollOptions, state: PollState | null) {
    this.#options = options;
    const { baseUrl, types } = options;
    const isOurs = state?.baseUrl === baseUrl && JSON.stringify(state.asked) === JSON.stringify(types);
    this.#state = isOurs ? state : { baseUrl, asked: types, types: {}, load: null, loadedAt: null };
  }

  /** Asks for everything new of every type, once. Never throws for anything the server does. */
  async sweep(): Promise<SweepReport> {
    this.#pages = 0;
    this.#submitted = 0;
    this.#restMs = null;
    const failed: { type: string; code: PollFailure; status: number | null }[] = [];
    await this.#beginLoadIfDue();
    for (const type of this.#options.types) {
      const outcome = await this.#sweepType(type);
      if (outcome.ok) await this.#loaded(type);
      if (!outcome.ok) failed.push({ type, code: outcome.code, status: outcome.status });
      if (this.#restMs !== null || this.#options.signal?.aborted) break;
    }
    const isCut = this.#restMs !== null || this.#options.signal?.aborted === true;
    if (!isCut) await this.#prove(new Set(failed.map(({ type }) => type)));
    return { pages: this.#pages, submitted: this.#submitted, failed, restMs: this.#restMs };
  }

  /** How many the server has of each type, for the nightly comparison; null where it does not say. */
  async counts(): Promise<Readonly<Record<string, number | null>>> {
    const counts: Record<string, number | null> = {};
    for (const type of this.#options.types) {
      const fetched = await this.#get(this.#url(type, { _summary: 'count' }));
      counts[type.split('?', 1)[0] ?? type] = fetched.kind === 'ok' ? (readPage(fetched.body)?.total ?? null) : null;
    }
    return counts;
  }

  async #beginLoadIfDue(): Promise<void> {
    const { load, loadedAt } = this.#state;
    const { clock, source, loadEveryMs = limits.pollLoadEveryMs } = this.#options;
    const { wallMs } = clock.now();
    if (load !== null || (loadedAt !== null && wallMs - loadedAt < loadEveryMs)) return;
    const name = `poll-${wallMs}`;
    await this.#options.command({ command: 'full-load', source, parts: this.#parts(), phase: 'begin', load: name });
    await this.#save({ ...this.#state, types: {}, load: { name, done: [] } });
  }

  async #loaded(type: string): Promise<void> {
    const { load } = this.#state;
    if (load !== null && !load.done.includes(type))
      await this.#save({ ...this.#state, load: { ...load, done: [...load.done, type] } });
  }

  #parts(): readonly PartName[] {
    return [...new Set(this.#options.types.flatMap(partsOfType))];
  }

  async #prove(failed: ReadonlySet<string>): Promise<void> {
    const { source, types, clock } = this.#options;
    const { load } = this.#state;
    if (load !== null && types.every((type) => load.done.includes(type))) {
      const end = { command: 'full-load', source, parts: this.#parts(), phase: 'end', load: load.name } as const;
      await this.#options.command(end);
      await this.#save({ ...this.#state, load: null, loadedAt: clock.now().wallMs });
    }
    // A part fed by a type that failed has no proof, even if another type of it came.
    const unproven = new Set([...failed].flatMap(partsOfType));
    const proven = new Set<PartName>(types.flatMap(partsOfType).filter((part) => !unproven.has(part)));
    if (proven.size > 0) await this.#options.command({ command: 'proof', source, parts: [...proven] });
  }

  async #sweepType(type: string): Promise<Outcome> {
    const progress = this.#progress(type);
    const resumed = progress.nextUrl === null ? undefined : this.#sameOrigin(progress.nextUrl, this.#options.baseUrl);
    const isResumed = resumed !== undefined;
    const outcome = await this.#followPages(type, resumed ?? this.#firstUrl(type));
    // The server has forgotten the page we were at: begin the type anew, from what is surely finished.
    if (!outcome.ok && isResumed && outcome.code === 'refused') {
      await this.#saveType(type, { ...progress, nextUrl: null });
      return this.#followPages(type, this.#firstUrl(type));
    }
    return outcome;
  }

  async #followPages(type: string, firstUrl: string): Promise<Outcome> {
    const visited = new Set<string>();
    let url: string | null = firstUrl;
    let greatest = this.#progress(type).since;
    while (url !== null) {
      if (visited.has(url) || visited.size >= limits.pollPagesMax)
        return { ok: false, code: 'paging-loop', status: null };
      visited.add(url);
      const fetched = await this.#getPatiently(url);
      if (fetched.kind !== 'ok') return failureOf(fetched);
      const page = readPage(fetched.body);
      if (page === null) return { ok: false, code: 'not-a-searchset', status: 200 };
      if (page.hasError) return { ok: false, code: 'search-error', status: 200 };
      const next: string | null | undefined = page.nextUrl === null ? null : this.#sameOrigin(page.nextUrl, url);
      if (next === undefined) return { ok: false, code: 'next-link-elsewhere', status: 200 };
      this.#pages += 1;
      const seen = this.#progress(type).seen;
      // During a load what has not changed is said as well: what is not said then is not there any more.
      const isLoading = this.#state.load?.done.includes(type) === false;
      if (isLoading || page.versions.some(({ key, version }) => version === null || seen[key] !== version)) {
        await this.#options.submit(fetched.body);
        this.#submitted += 1;
      }
      const { wallMs } = this.#options.clock.now();
      for (const { lastUpdated } of page.versions) greatest = later(greatest, lastUpdated, wallMs);
      await this.#saveType(type, { ...this.#progress(type), nextUrl: next, seen: withSeen(seen, page, greatest) });
      url = next;
    }
    await this.#saveType(type, { since: greatest, nextUrl: null, seen: this.#progress(type).seen });
    return { ok: true };
  }

  #progress(type: string): TypeProgress {
    const known = Object.hasOwn(this.#state.types, type) ? this.#state.types[type] : undefined;
    return known ?? { since: null, nextUrl: null, seen: {} };
  }

  async #saveType(type: string, progress: TypeProgress): Promise<void> {
    await this.#save({ ...this.#state, types: { ...this.#state.types, [type]: progress } });
  }

  async #save(state: PollState): Promise<void> {
    this.#state = state;
    await this.#options.save(state);
  }

  #url(type: string, parameters: Readonly<Record<string, string>>): string {
    const [name = '', asked = ''] = type.split('?', 2);
    const query = new URLSearchParams(asked);
    for (const [parameter, value] of Object.entries(parameters)) query.set(parameter, value);
    return `${this.#options.baseUrl}/${name}?${query}`;
  }

  #firstUrl(type: string): string {
    const { since } = this.#progress(type);
    const parameters = { _count: String(this.#options.pageSize), _sort: '_lastUpdated' };
    if (since === null) return this.#url(type, parameters);
    const fromMs = Date.parse(since) - limits.pollOverlapMs;
    return this.#url(type, { ...parameters, _lastUpdated: `ge${new Date(fromMs).toISOString()}` });
  }

  /** Undefined when the link leads to another server: neither the token nor a patient's search may go there. */
  #sameOrigin(link: string, from: string): string | undefined {
    if (!URL.canParse(link, from)) return undefined;
    const url = new URL(link, from);
    return url.origin === new URL(this.#options.baseUrl).origin ? url.href : undefined;
  }

  async #getPatiently(url: string): Promise<Fetched> {
    let hasRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const fetched = await this.#get(url);
      if (fetched.kind === 'unauthorised' && this.#options.token !== null && !hasRenewed) {
        this.#options.token.forget();
        hasRenewed = true;
        continue;
      }
      if (fetched.kind !== 'transient' || this.#options.signal?.aborted) return fetched;
      const askedMs = fetched.afterMs ?? 0;
      if (askedMs > limits.pollBackOffMaxMs) {
        this.#restMs = Math.min(askedMs, limits.pollRestMaxMs);
        return fetched;
      }
      if (attempt >= limits.pollAttemptsMax) return fetched;
      const backOffMs = Math.min(limits.pollBackOffMs * 2 ** (attempt - 1), limits.pollBackOffMaxMs);
      await this.#options.wait(Math.max(askedMs, backOffMs * (0.5 + this.#options.random() / 2)));
    }
  }

  async #get(url: string): Promise<Fetched> {
    const { token, clock, signal } = this.#options;
    const headers: Record<string, string> = { accept: 'application/fhir+json' };
    if (token !== null) {
      const header = await token.header(signal);
      if (typeof header !== 'string') return header;
      headers['authorization'] = header;
    }
    return fetchBounded({
      url,
      headers,
      bytesMax: limits.fhirBodyBytesMax,
      nowMs: clock.now().wallMs,
      withinMs: this.#options.pageWithinMs ?? limits.pollRequestMs,
      ...(signal === undefined ? {} : { signal }),
    });
  }
}

function failureOf(fetched: Exclude<Fetched, { kind: 'ok' }>): Outcome {
  if (fetched.kind === 'unauthorised') return { ok: false, code: 'unauthorised', status: fetched.status };
  return { ok: false, code: fetched.code, status: fetched.status };
}

/** A time ahead of now is a slip or a wrong clock: asked on from there, all that is written until then would never be seen. */
function later(a: string | null, b: string, nowMs: number): string | null {
  const bMs = Date.parse(b);
  if (Number.isNaN(bMs) || bMs > nowMs) return a;
  return a === null || bMs > Date.parse(a) ? b : a;
}

/**
 * What the next sweep will meet again: resources of the overlap only, so that what is saved stays small. One that is forgotten
 * is stored again, which only costs room.
 */
function withSeen(seen: TypeProgress['seen'], page: Page, greatest: string | null): TypeProgress['seen'] {
  const entries = new Map(Object.entries(seen));
  for (const { key, version } of page.versions) {
    entries.delete(key);
    if (version !== null) entries.set(key, version);
  }
  const fromMs = greatest === null ? 0 : Date.parse(greatest) - limits.pollOverlapMs;
  const overlapping = [...entries].filter(([, version]) => !(Date.parse(version.split(' ')[1] ?? '') < fromMs));
  return Object.fromEntries(overlapping.slice(-limits.pollSeenMax));
}
