// The station's reserve places: which computers they are, and what each found when it last tried itself. Read out of the ledger's entries
// and kept nowhere else.

import { randomBytes } from 'node:crypto';
import type { SureNow } from '../../domain/age.ts';
import { Failure } from '../../domain/failures.ts';
import { type UnitId, unitId } from '../../domain/identity.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import type { PrinterLine } from '../../domain/printing/printer-test.ts';
import {
  type KnownPlace,
  OPENED_BY,
  type PlaceLine,
  type PlaceMarked,
  type PlaceTested,
  placeLine,
  SELF_TEST_FAULTS,
  type SelfTest,
} from '../../domain/reserve-place.ts';
import type { Arrival, Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import type { Followed } from '../ledger/entries-before.ts';
import type { StationNotes } from '../notes.ts';

export const PLACE_KINDS = ['place.marked', 'place.tied', 'place.tested', 'place.ended'] as const;

export interface PlaceBy {
  readonly author: string;
  readonly name: string;
}

export interface ReservePlacesOptions {
  readonly clock: Clock;
  readonly sureNow: () => SureNow;
  readonly ledger: { append(draft: EntryDraft): Promise<boolean> };
  readonly notes: Pick<StationNotes, 'stand'>;
  readonly printers: () => readonly Pick<PrinterLine, 'id' | 'name' | 'words'>[];
  /** What was told before. */
  readonly told: Iterable<Followed>;
}

interface Kept {
  readonly place: Omit<KnownPlace, 'computer' | 'last'>;
  computer: string | null;
  /** By computer: what a former one found says nothing of the one that stands there now. */
  readonly tests: Map<string, NonNullable<KnownPlace['last']>>;
}

export class ReservePlaces {
  readonly #options: ReservePlacesOptions;
  readonly #places = new Map<string, Kept>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ReservePlacesOptions) {
    this.#options = options;
    for (const one of options.told) this.#follow(one);
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), limits.placeLookEveryMs).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** What is wrong with any of them is told, until it is right. */
  look(): void {
    for (const line of this.lines()) this.#stand(line.id, line);
  }

  lines(unit?: UnitId): readonly PlaceLine[] {
    const now = this.#options.sureNow();
    const printers = this.#options.printers();
    return [...this.#places.values()]
      .filter(({ place }) => unit === undefined || place.unit === unit)
      .map((kept) => {
        const printer = printers.find(({ id }) => id === kept.place.printer);
        return placeLine(known(kept), now, printer === undefined ? null : { name: printer.name, words: printer.words });
      })
      .sort((a, b) => a.name.localeCompare(b.name, 'sv'));
  }

  /** @throws {Failure} `paper.printer-unknown`, `place.too-many` */
  async mark(marked: PlaceMarked, by: PlaceBy): Promise<PlaceAnswer> {
    const { unit, name, where, printer = null } = marked;
    if (printer !== null && !this.#options.printers().some(({ id }) => id === printer))
      throw new Failure('paper.printer-unknown', printer);
    if (this.#places.size >= limits.reservePlacesMax) throw new Failure('place.too-many');
    const place = randomBytes(8).toString('hex');
    const isTold = await this.#tell('place.marked', unit, { place, name, where, printer }, by);
    return { place: this.#line(place), isTold };
  }

  /** @throws {Failure} `place.unknown`, `place.has-computer` unless `replaces` */
  async tie(unit: UnitId, place: string, by: PlaceBy, replaces: boolean): Promise<PlaceAnswer & { computer: string }> {
    const kept = this.#of(unit, place);
    if (kept.computer !== null && !replaces) throw new Failure('place.has-computer', kept.place.name);
    const computer = randomBytes(8).toString('hex');
    const isTold = await this.#tell('place.tied', unit, { place, computer }, by);
    return { place: this.#line(place), computer, isTold };
  }

  /** @throws {Failure} `place.unknown`, `place.other-computer` */
  async tested({ unit, place, computer, test }: PlaceTested, by: PlaceBy): Promise<PlaceAnswer> {
    const kept = this.#of(unit, place);
    if (kept.computer !== computer) throw new Failure('place.other-computer', kept.place.name);
    const isTold = await this.#tell('place.tested', unit, { place, computer, ...test }, by);
    const line = this.#line(place);
    this.#stand(place, line);
    return { place: line, isTold };
  }

  /** @throws {Failure} `place.unknown` */
  async end(unit: UnitId, place: string, by: PlaceBy): Promise<boolean> {
    this.#of(unit, place);
    const isTold = this.#tell('place.ended', unit, { place }, by);
    this.#stand(place, null);
    return isTold;
  }

  #of(unit: UnitId, place: string): Kept {
    const kept = this.#places.get(place);
    if (kept === undefined || kept.place.unit !== unit) throw new Failure('place.unknown');
    return kept;
  }

  #line(place: string): PlaceLine {
    const line = this.lines().find(({ id }) => id === place);
    if (line === undefined) throw new Failure('place.unknown');
    return line;
  }

  #stand(id: string, line: PlaceLine | null): void {
    const { notes } = this.#options;
    const detail = line === null ? '' : `${line.name}, ${line.where} (${line.unit}): ${line.words}.`;
    notes.stand(`place-failed ${id}`, 'place.test-failed', line?.trouble === 'failed' ? detail : null);
    notes.stand(`place-untested ${id}`, 'place.untested', line?.trouble === 'untested' ? detail : null);
  }

  #tell(
    kind: (typeof PLACE_KINDS)[number],
    unit: UnitId,
    told: Readonly<Record<string, unknown>>,
    by: PlaceBy,
  ): Promise<boolean> {
    const { wallMs, boot, monotonicMs } = this.#options.clock.now();
    const body = { ...told, by: by.name, boot, monotonicMs };
    const draft: EntryDraft = { kind, eventAt: wallMs, author: by.author, unit, patient: null, body };
    this.#follow(draft);
    return this.#options.ledger.append(draft);
  }

  /** Kinds may be mixed or not: a place is never marked again under the same id. */
  #follow({ kind, eventAt, unit, body }: Omit<Followed, 'patient'>): void {
    const id = String(body['place']);
    const at: Arrival = { wallMs: eventAt, boot: String(body['boot']), monotonicMs: Number(body['monotonicMs']) };
    if (kind === 'place.marked' && unit !== null) {
      const printer = typeof body['printer'] === 'string' ? body['printer'] : null;
      const place = { id, unit: unitId(unit), name: String(body['name']), where: String(body['where']), printer };
      this.#places.set(id, { place: { ...place, markedAt: at }, computer: null, tests: new Map() });
    }
    const kept = this.#places.get(id);
    if (kept === undefined) return;
    if (kind === 'place.tied') kept.computer = String(body['computer']);
    if (kind === 'place.tested') kept.tests.set(String(body['computer']), { test: testOf(body), at });
    if (kind === 'place.ended') this.#places.delete(id);
  }
}

interface PlaceAnswer {
  readonly place: PlaceLine;
  readonly isTold: boolean;
}

const known = ({ place, computer, tests }: Kept): KnownPlace => ({
  ...place,
  computer,
  last: (computer === null ? undefined : tests.get(computer)) ?? null,
});

const testOf = (body: Readonly<Record<string, unknown>>): SelfTest => ({
  fault: SELF_TEST_FAULTS.find((one) => one === body['fault']) ?? null,
  charts: Number(body['charts']),
  people: Number(body['people']),
  openedBy: OPENED_BY.find((one) => one === body['openedBy']) ?? 'lent',
  ageMs: typeof body['ageMs'] === 'number' ? body['ageMs'] : null,
  isPersistent: body['isPersistent'] === true,
});
