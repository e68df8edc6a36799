// Three-state fields of a person or a stay, each with the stamp of who last changed it (HL7 v2.5 ch. 2.5.3; knowledge c3.1,
// c3.6): absent leaves, null deletes, a value sets, and an older message only fills what nothing newer has spoken of.

import { laterOf, mayReplace, type Stamp, stampsApart, stampsToText } from '../stamps.ts';
import { sameJson } from './same-json.ts';

/** A kept null is a field the source has emptied: it is not shown, and it holds off older values. */
export class KeptFields {
  /** Shared with whoever read them until one is set. */
  #values: ReadonlyMap<string, unknown>;
  #own: Map<string, unknown> | null = null;
  /** Of the fields whose stamp is another than the row's was. */
  readonly #stamps: Map<string, Stamp>;
  readonly #rowBefore: Stamp;
  #row: Stamp;

  constructor(values: ReadonlyMap<string, unknown>, stampsText: string | null, row: Stamp) {
    this.#values = values;
    this.#row = row;
    this.#rowBefore = row;
    this.#stamps = stampsApart(stampsText);
  }

  static empty(row: Stamp): KeptFields {
    return new KeptFields(new Map(), null, row);
  }

  get values(): ReadonlyMap<string, unknown> {
    return this.#values;
  }

  /** False: every field says what it said before. */
  get isChanged(): boolean {
    return this.#own !== null;
  }

  /** True when nothing newer has been said of the field. */
  accepts(field: string, stamp: Stamp): boolean {
    const kept = this.stampOf(field);
    return kept === undefined || mayReplace(stamp, kept);
  }

  set(field: string, value: unknown, stamp: Stamp): boolean {
    if (!this.accepts(field, stamp)) return false;
    if (!sameJson(this.#values.get(field), value)) {
      this.#own ??= new Map(this.#values);
      this.#values = this.#own.set(field, value);
    }
    this.#stamps.set(field, stamp);
    this.#row = laterOf(this.#row, stamp);
    return true;
  }

  stampOf(field: string): Stamp | undefined {
    return this.#stamps.get(field) ?? (this.#values.has(field) ? this.#rowBefore : undefined);
  }

  get row(): Stamp {
    return this.#row;
  }

  get stampsText(): string | null {
    return stampsToText(this.#values.keys(), (field) => this.#stamps.get(field) ?? this.#rowBefore, this.#row);
  }
}
