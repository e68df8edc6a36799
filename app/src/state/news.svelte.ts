// What is new since this reader last looked, ready to be drawn: words by place. Found out by looks.ts, which is fetched when the first list
// is on the screen; until then nothing is marked.

import type { BlockName } from '../../../src/domain/chart/blocks.ts';
import type { MedicationRow, ValueRow } from '../../../src/domain/chart/chart.ts';
import type { PatientKey } from '../../../src/domain/identity.ts';
import type { ColumnName } from '../../../src/domain/unit-list/list-columns.ts';

export interface ListMarks {
  /** *sedan 03:12*. */
  readonly since: string;
  readonly cells: ReadonlyMap<PatientKey, Readonly<Partial<Record<ColumnName, string>>>>;
}

/** Each answers the word that stands there, or null. */
export interface ChartMarks {
  readonly of: PatientKey;
  readonly since: string;
  readonly isMarked: boolean;
  readonly place: string | null;
  readonly notices: string | null;
  readonly block: (block: BlockName) => string | null;
  readonly entry: (entry: { readonly source: string; readonly key: string }) => string | null;
  readonly row: (block: BlockName, row: ValueRow) => string | null;
  readonly medication: (row: MedicationRow) => string | null;
}

class NewsHere {
  list: ListMarks | null = $state.raw(null);
  chart: ChartMarks | null = $state.raw(null);

  clear(): void {
    this.list = null;
    this.chart = null;
  }
}

export const news = new NewsHere();
/** Where a chart hands its marks to its blocks; a chart of an earlier moment or an invented patient has none. */
export const CHART_MARKS = Symbol('marks');
