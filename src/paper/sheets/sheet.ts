// What a printed sheet is made of, as plain data: everything that stands on the page has been decided and worded before the
// templates see it. The templates (src/paper/templates) only place it.

/** Files in templates/icons. Each stands beside words that say the same. */
export type Icon =
  | 'allergy'
  | 'ask'
  | 'critical'
  | 'given'
  | 'iso'
  | 'lock'
  | 'missing'
  | 'nocpr'
  | 'none'
  | 'notgiven'
  | 'ongoing'
  | 'reserve'
  | 'silent'
  | 'stop'
  | 'twins'
  | 'unverified';

/** `silent` stands inverse, `doubt` in a frame. */
export interface AgeMark {
  readonly words: string;
  readonly look: 'plain' | 'doubt' | 'silent';
}

/** A number as Code 128; the renderer draws the bars. */
export interface Barcode {
  readonly text: string;
  /** As people write it. */
  readonly shown: string;
}

/** Code 128 holds ASCII; longer than this it is too fine for an office printer in the room it has. A wrong code is worse than none. */
const ENCODABLE = /^[\x20-\x7e]{1,24}$/;

export const barcodeOf = (text: string, shown: string = text): Barcode | null =>
  ENCODABLE.test(text) ? { text, shown } : null;

export interface SheetHead {
  readonly name: string;
  /** `tail` stands bold: the four digits that tell two born the same day apart. */
  readonly number: { readonly lead: string; readonly tail: string } | null;
  readonly sub: string;
  readonly place: string;
  readonly also: string;
  readonly code: Barcode | null;
  /** Below the code; says why where there is none. */
  readonly codeText: string;
}

export interface SheetChip {
  readonly tone: 'danger' | 'strong' | 'plain' | 'doubt';
  readonly icon: Icon | null;
  readonly words: string;
}

export interface Line {
  readonly is: 'line';
  readonly label: string;
  readonly mark: Icon | null;
  readonly lead: string;
  readonly text: string;
  readonly notes: readonly string[];
}

export type Item =
  | Line
  | { readonly is: 'words'; readonly words: string }
  | { readonly is: 'remark'; readonly words: string }
  | { readonly is: 'head'; readonly words: string; readonly age: AgeMark };

interface Framed {
  readonly title: string;
  readonly age: AgeMark;
  readonly look: 'plain' | 'missing';
}

export interface BlockSection extends Framed {
  readonly is: 'block';
  readonly items: readonly Item[];
}

export interface ValueCell {
  readonly text: string;
  readonly mark: string;
  readonly look: 'plain' | 'outside' | 'critical';
}

export interface ValueTableRow {
  readonly name: string;
  readonly unit: string;
  readonly reference: string;
  readonly cells: readonly (ValueCell | null)[];
  /** Said instead of the cells where the newest value is older than all columns. */
  readonly older: string | null;
  /** From the left and from below, each 0–1; fewer than three say nothing. */
  readonly spark: readonly (readonly [number, number])[];
}

interface FootLine {
  readonly mark: Icon | null;
  readonly strong: boolean;
  readonly words: string;
}

export interface ValuesSection extends Framed {
  readonly is: 'values';
  readonly hasReference: boolean;
  readonly columns: readonly { readonly day: string; readonly clock: string }[];
  readonly rows: readonly ValueTableRow[];
  readonly scores: {
    readonly title: string;
    readonly scale: string;
    readonly cells: readonly { readonly text: string; readonly look: 'plain' | 'five' | 'seven' }[];
  } | null;
  readonly foot: readonly FootLine[];
}

export interface DueBox {
  /** `due`: a time the order itself names. `free`: for a hand to name. */
  readonly look: 'due' | 'free';
  readonly at: string;
  readonly sign: string;
}

export interface MedicineRow {
  /** Over the whole width: what is not to be given takes no column of boxes. */
  readonly isCompact: boolean;
  readonly substance: string;
  readonly dose: string;
  readonly route: string;
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  readonly doses: readonly { readonly mark: Icon; readonly words: string }[];
  readonly said: readonly string[];
  readonly next: string;
  readonly boxes: readonly DueBox[];
}

export interface MedicationSection {
  readonly is: 'medication';
  readonly title: string;
  readonly warnings: readonly string[];
  readonly hasBoxes: boolean;
  readonly columns: readonly [string, string, string];
  readonly groups: readonly { readonly title: string; readonly rows: readonly MedicineRow[] }[];
  readonly blankTitle: string;
  readonly blank: readonly (readonly DueBox[])[];
  readonly foot: readonly FootLine[];
}

/** One line of a cell: a fact with its shape, or which kind of nothing it is. */
export interface CellWords {
  readonly icon: Icon | null;
  readonly weight: 'strong' | 'plain' | 'quiet';
  readonly words: string;
}

export interface ListCell {
  readonly kind: 'words' | 'news2';
  readonly lines: readonly CellWords[];
  /** `news2` only: the number in its box. */
  readonly score: { readonly text: string; readonly look: 'plain' | 'three' | 'five' | 'seven' } | null;
}

export interface ListRow {
  readonly place: string;
  readonly name: string;
  readonly number: SheetHead['number'];
  readonly sub: string;
  readonly remarks: readonly string[];
  readonly cells: readonly ListCell[];
}

export interface ListSection {
  readonly is: 'list';
  /** Widths in millimetres of the columns after place and patient. */
  readonly columns: readonly { readonly title: string; readonly age: AgeMark; readonly width: number }[];
  readonly placeTitle: string;
  /** Millimetres. */
  readonly placeWidth: number;
  readonly patientTitle: string;
  readonly tickTitle: string;
  readonly rows: readonly ListRow[];
  readonly foot: readonly FootLine[];
}

/** One patient a frame, with room to write: for the round. */
export interface RoundSection {
  readonly is: 'round';
  /** Millimetres. */
  readonly placeWidth: number;
  readonly hint: string;
  /** A box to tick before each line to write on. */
  readonly hasBoxes: boolean;
  readonly rows: readonly (Omit<ListRow, 'cells'> & {
    readonly facts: readonly { readonly label: string; readonly lines: readonly CellWords[] }[];
  })[];
}

/** To be read standing up: what one does, step by step, larger than a chart's lines. */
export interface StepsSection {
  readonly is: 'steps';
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly text: string }[];
}

/** Rows for a hand to fill in. Widths and heights in millimetres; null: what is left of the page. */
export interface FormSection {
  readonly is: 'form';
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly width: number | null }[];
  readonly rowHeight: number;
  /** As many as there are columns; empty: for the hand. */
  readonly rows: readonly (readonly string[])[];
}

/** Steps from white to black, and thin lines: what a worn-out printer loses first. */
export interface RampSection {
  readonly is: 'ramp';
  readonly words: string;
}

export type Section =
  | RampSection
  | StepsSection
  | FormSection
  | ListSection
  | RoundSection
  | BlockSection
  | ValuesSection
  | MedicationSection
  | { readonly is: 'pair'; readonly left: readonly BlockSection[]; readonly right: readonly BlockSection[] }
  | { readonly is: 'words'; readonly tone: 'plain' | 'strong'; readonly lines: readonly string[] }
  | { readonly is: 'write'; readonly title: string; readonly hint: string };

/** One sheet: its pages are numbered by themselves, and each carries head, chips and foot. */
export interface Sheet {
  /** For the reader's list of bookmarks. */
  readonly name: string;
  readonly head: SheetHead;
  readonly bar: { readonly words: readonly string[]; readonly right: string };
  readonly chips: readonly SheetChip[];
  readonly foot: {
    readonly left: readonly { readonly words: string; readonly strong: boolean }[];
    readonly right: string;
    readonly code: Barcode | null;
  };
  /** *ÖVNING* (design §5.17), *ÖVNINGSKOPIA – inte för vård* (§5.22). */
  readonly watermark: string | null;
  readonly sections: readonly Section[];
}

/** What is rendered as one PDF. */
export interface PrintJob {
  readonly title: string;
  readonly author: string;
  /** Seconds since 1970: the same job at the same time gives the same bytes. */
  readonly createdAtSeconds: number;
  readonly sheets: readonly Sheet[];
}
