// What a describer says of one resource; `describe.ts` adds source, time and state.

import type { ChartDetail, EntryKind } from './chart.ts';

export interface Description {
  readonly kind: EntryKind;
  readonly title: string;
  readonly text: string;
  readonly status: string | null;
  readonly isDanger: boolean;
  readonly details: readonly ChartDetail[];
  readonly remarks: readonly string[];
  /** Clinical time as the source wrote it, where the resource has one. */
  readonly written: string | null;
}

export function description(kind: EntryKind, title: string | null, rest: Partial<Description> = {}): Description {
  return {
    kind,
    title: title ?? 'Namn saknas i källan',
    text: '',
    status: null,
    isDanger: false,
    details: [],
    remarks: [],
    written: null,
    ...rest,
  };
}

/** Details that have something to say, in the order given. */
export const details = (...pairs: readonly (readonly [label: string, text: string | null])[]): readonly ChartDetail[] =>
  pairs.flatMap(([label, text]) => (text === null || text === '' ? [] : [{ label, text }]));

export const joined = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(' · ');
