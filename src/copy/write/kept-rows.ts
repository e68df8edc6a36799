// What now holds of persons, stays and complete lists, kept in memory between messages: a patient in a bed is spoken of many times
// an hour, and nobody else writes this file. Forgotten whole when a message is undone and when rows are dropped. The copy is the
// same with it and without it (properties.test.ts).

import type { KeptText } from '../kept-text.ts';
import { STAY_ROW, SYSTEM } from '../part-codes.ts';
import { Recent } from '../recent.ts';

/** Some thousand inpatients in a few sources, about a kilobyte each. */
const ROWS_MAX = 12_000;
/** A longer text is no ordinary person or stay, and would only fill the memory. */
const BODY_CHARACTERS_MAX = 8 * 1024;
/** A person with more stays than this is asked for in the table. */
const LISTED_MAX = 16;

const isRemembered = (part: number): boolean => part >= SYSTEM;
const placeOf = (identity: number, part: number, source: string, key: string): string =>
  `${identity}/${part}/${source}\n${key}`;
const listOf = (identity: number, source: string): string => `${identity}/${source}`;

interface Row {
  readonly identity: number;
  readonly part: number;
  readonly source: string;
  readonly key: string;
  readonly unit: string | null;
  readonly planned: string | null;
  readonly orders: string | null;
  readonly body: KeptText;
  readonly members: KeptText | null;
}

export class KeptRows<R extends Row> {
  /** Null: known not to be there. */
  readonly #rows = new Recent<R | null>(ROWS_MAX);
  /** Where they are in `#rows`, in order. */
  readonly #stays = new Recent<readonly string[]>(ROWS_MAX);
  readonly #bodies = new WeakMap<R, unknown>();

  forget(): void {
    this.#rows.clear();
    this.#stays.clear();
  }

  row(source: string, key: string, identity: number, part: number, read: () => R | undefined): R | undefined {
    if (!isRemembered(part)) return read();
    const place = placeOf(identity, part, source, key);
    const known = this.#rows.get(place);
    if (known !== undefined) return known ?? undefined;
    const found = read();
    if (found === undefined || isKeepable(found)) this.#rows.set(place, found ?? null);
    return found;
  }

  /** The stays of one person in one source. */
  stays(identity: number, source: string, read: () => readonly R[]): readonly R[] {
    const place = listOf(identity, source);
    const known = this.#known(this.#stays.get(place));
    if (known !== null) return known;
    const found = read();
    if (found.length > LISTED_MAX || !found.every(isKeepable)) return found;
    const places = found.map((row) => placeOf(identity, row.part, source, row.key));
    const rows = found.map((row, at) => this.#rows.get(places[at] ?? '') ?? row);
    rows.forEach((row, at) => {
      this.#rows.set(places[at] ?? '', row);
    });
    this.#stays.set(place, places);
    return rows;
  }

  #known(places: readonly string[] | undefined): readonly R[] | null {
    if (places === undefined) return null;
    const rows: R[] = [];
    for (const place of places) {
      const row = this.#rows.get(place);
      if (row === undefined || row === null) return null;
      rows.push(row);
    }
    return rows;
  }

  inserted(row: R): void {
    this.#changed(row, isKeepable(row) && isAsRead(row) ? row : undefined);
  }

  closed(row: R): void {
    this.#changed(row, null);
  }

  #changed(row: R, now: R | null | undefined): void {
    const { identity, part, source, key } = row;
    if (!isRemembered(part)) return;
    const place = placeOf(identity, part, source, key);
    if (now === undefined) this.#rows.delete(place);
    else this.#rows.set(place, now);
    if (part === STAY_ROW) this.#stays.delete(listOf(identity, source));
  }

  /** What is kept of a row whose stamps alone have changed. */
  restamped(row: R, stamps: Partial<R>): void {
    Object.assign(row, stamps);
    const { identity, part, source, key } = row;
    if (!isRemembered(part)) return;
    // The same row may have been read twice.
    const held = this.#rows.get(placeOf(identity, part, source, key));
    if (held !== undefined && held !== null && held !== row) Object.assign(held, stamps);
  }

  /** A row's content, read once. Whoever is given it must not change it. */
  body<T>(row: R, read: (row: R) => T): T {
    const known = this.#bodies.get(row);
    if (known !== undefined) return known as T;
    const body = read(row);
    this.#bodies.set(row, body);
    return body;
  }
}

const isKeepable = ({ body, members }: Row): boolean =>
  typeof body === 'string' && body.length <= BODY_CHARACTERS_MAX && members === null;

/** Half a letter comes back from the database as another: such a row is read from there. */
const isAsRead = ({ key, source, unit, planned, orders }: Row): boolean =>
  [key, source, unit, planned, orders].every((text) => text === null || text.isWellFormed());
