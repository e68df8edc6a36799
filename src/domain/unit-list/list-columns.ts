// The columns of a unit's list by its list kind, each with the state of what feeds it: where a feed is silent or absent the column
// itself says so, once, instead of each of its cells (design §5.4, ux §0).

import { type FeedState, type PartStateName, partState, worstOf } from '../age.ts';
import type { PartName } from '../parts.ts';
import type { ListKind } from '../unit.ts';

export const COLUMN_NAMES = [
  'place',
  'patient',
  'when',
  'warnings',
  'limits',
  'news2',
  'medication',
  'results',
  'surgery',
] as const;
export type ColumnName = (typeof COLUMN_NAMES)[number];

export interface ListColumn {
  readonly name: ColumnName;
  readonly title: string;
  readonly state: PartStateName;
  /** *18:46*, *Tyst sedan 10:41*, *Ingår inte i kopian*. */
  readonly short: string;
}

/** What fills the column; the first that is worst speaks for it. */
const FED_BY: Readonly<Record<ColumnName, readonly PartName[]>> = {
  place: ['stay'],
  patient: ['person'],
  when: ['stay'],
  warnings: ['allergies', 'alerts', 'infection'],
  limits: ['limits'],
  news2: ['vitals'],
  medication: ['medication-orders', 'doses-given'],
  results: ['results', 'orders'],
  surgery: ['surgery'],
};

const TITLES: Readonly<Record<ColumnName, string>> = {
  place: 'Säng',
  patient: 'Patient',
  when: 'Ankom',
  warnings: 'Varning',
  limits: 'HLR och gränser',
  news2: 'NEWS2',
  medication: 'Nästa läkemedel',
  results: 'Svar',
  surgery: 'Operation',
};

interface KindRule {
  readonly columns: readonly ColumnName[];
  /** What the list itself is made of, where that is not stays (decision 0029). */
  readonly madeOf?: PartName;
  readonly titles?: Readonly<Partial<Record<ColumnName, string>>>;
}

const KINDS: Readonly<Record<ListKind, KindRule>> = {
  bed: { columns: ['place', 'patient', 'warnings', 'limits', 'news2', 'medication', 'results', 'surgery'] },
  emergency: {
    columns: ['place', 'patient', 'when', 'warnings', 'limits', 'news2', 'medication', 'results'],
    titles: { place: 'Plats', when: 'Ankom, sökorsak' },
  },
  visits: {
    columns: ['when', 'patient', 'warnings', 'limits', 'medication', 'results'],
    madeOf: 'visits',
    titles: { when: 'Besök' },
  },
  surgery: {
    columns: ['when', 'patient', 'surgery', 'warnings', 'limits', 'medication', 'results'],
    madeOf: 'surgery',
    titles: { when: 'Tid' },
  },
  birth: { columns: ['place', 'patient', 'when', 'warnings', 'limits', 'news2', 'medication', 'results'] },
  'day-care': {
    columns: ['place', 'patient', 'surgery', 'warnings', 'limits', 'news2', 'medication', 'results'],
    titles: { place: 'Plats' },
  },
};

/** The part that tells who is on the list and when. */
export const madeOf = (kind: ListKind): PartName => KINDS[kind].madeOf ?? 'stay';

export function listColumns(kind: ListKind, feeds: readonly FeedState[]): readonly ListColumn[] {
  const { columns, titles = {} } = KINDS[kind];
  return columns.map((name) => {
    const parts = (name === 'when' ? [madeOf(kind)] : FED_BY[name]).map((part) =>
      partState(
        part,
        feeds.filter((feed) => feed.part === part),
      ),
    );
    const state = worstOf(parts.map((part) => part.state));
    const worst = parts.find((part) => part.state === state);
    return { name, title: titles[name] ?? TITLES[name], state, short: worst?.short ?? '' };
  });
}
