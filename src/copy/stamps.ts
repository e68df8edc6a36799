// Which of two statements of one source stands. Messages arrive late and out of order; the greatest (event time, sequence,
// arrival) wins (design §6), field by field, so that an old message can fill a gap but never undo something newer.

/** When a source says something happened, and its own numbering of messages where it has one (MSH-13, Meta.versionId). */
export interface Stamp {
  readonly event: number;
  readonly sequence: number | null;
}

/** A later arrival may replace what stands unless it is older by event time, or by sequence within the same time. */
export function mayReplace(next: Stamp, kept: Stamp): boolean {
  if (next.event !== kept.event) return next.event > kept.event;
  return next.sequence === null || kept.sequence === null || next.sequence >= kept.sequence;
}

export const laterOf = (a: Stamp, b: Stamp): Stamp => (mayReplace(b, a) ? b : a);

/** Stamps are kept beside the values as `{ field: [event, sequence] }`, only where they differ from the row's own. */
type StampPairs = readonly (readonly [field: string, event: number, sequence: number | null])[];

export function stampsToText(fields: Iterable<string>, stampOf: (field: string) => Stamp, row: Stamp): string | null {
  const pairs: [string, number, number | null][] = [];
  for (const field of fields) {
    const stamp = stampOf(field);
    if (stamp.event !== row.event || stamp.sequence !== row.sequence) pairs.push([field, stamp.event, stamp.sequence]);
  }
  return pairs.length === 0 ? null : JSON.stringify(pairs);
}

/** The stamps of the fields that differ from the row's own. */
export function stampsApart(text: string | null): Map<string, Stamp> {
  const stamps = new Map<string, Stamp>();
  if (text === null) return stamps;
  for (const [field, event, sequence] of JSON.parse(text) as StampPairs) stamps.set(field, { event, sequence });
  return stamps;
}

/** The stamp of each named field; a field not listed in the text carries the row's own. */
export function stampsFromText(text: string | null, fields: Iterable<string>, row: Stamp): Map<string, Stamp> {
  const apart = stampsApart(text);
  const stamps = new Map<string, Stamp>();
  for (const field of fields) stamps.set(field, apart.get(field) ?? row);
  return stamps;
}
