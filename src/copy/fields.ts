// Three-state fields of a person or a stay, each with the stamp of who last changed it (HL7 v2.5 ch. 2.5.3; knowledge c3.1,
// c3.6): absent leaves, null deletes, a value sets, and an older message only fills what nothing newer has spoken of.

import { laterOf, mayReplace, type Stamp, stampsFromText, stampsToText } from './stamps.ts';

/** A kept null is a field the source has emptied: it is not shown, and it holds off older values. */
export class KeptFields {
  readonly values: Map<string, unknown>;
  readonly #stamps: Map<string, Stamp>;
  #row: Stamp;

  constructor(values: Map<string, unknown>, stampsText: string | null, row: Stamp) {
    this.values = values;
    this.#row = row;
    this.#stamps = stampsFromText(stampsText, values.keys(), row);
  }

  static empty(row: Stamp): KeptFields {
    return new KeptFields(new Map(), null, row);
  }

  /** True when nothing newer has been said of the field. */
  accepts(field: string, stamp: Stamp): boolean {
    const kept = this.#stamps.get(field);
    return kept === undefined || mayReplace(stamp, kept);
  }

  set(field: string, value: unknown, stamp: Stamp): boolean {
    if (!this.accepts(field, stamp)) return false;
    this.values.set(field, value);
    this.#stamps.set(field, stamp);
    this.#row = laterOf(this.#row, stamp);
    return true;
  }

  stampOf(field: string): Stamp | undefined {
    return this.#stamps.get(field);
  }

  get row(): Stamp {
    return this.#row;
  }

  get stampsText(): string | null {
    return stampsToText(this.#stamps, this.#row);
  }
}
