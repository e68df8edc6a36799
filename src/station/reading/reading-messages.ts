// What the station asks its reading threads, and what they answer. Plain data: it goes from one thread to another.

import type { UnitSummary } from '../../copy/read/census.ts';
import type { SearchAnswer, SearchOptions } from '../../copy/read/search.ts';
import type { UnitWithholding } from '../../domain/access/steps.ts';
import type { FailureCode } from '../../domain/failures.ts';
import type { UnitId } from '../../domain/identity.ts';
import type { Marks } from '../../domain/marks.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import type { UnitList } from '../../domain/unit-list/unit-list.ts';
import type { FacadeQuestion } from '../../server/fhir/answers.ts';
import type { UnitPrint, UnitPrintQuestion } from '../printing/unit-print.ts';
import type { UnitCopyAnswer } from './unit-copy.ts';

export type ReadingQuestion =
  | { readonly ask: 'search'; readonly text: string; readonly options: SearchOptions }
  | { readonly ask: 'units'; readonly asOf: number | undefined }
  | {
      readonly ask: 'unit-list';
      readonly unit: UnitId;
      readonly asOf: number | undefined;
      readonly withheld: UnitWithholding | null;
      readonly marks: Marks;
    }
  | {
      readonly ask: 'unit-copy';
      readonly unit: UnitId;
      readonly asOf: number | undefined;
      readonly have: Readonly<Record<string, string>>;
      readonly withheld: UnitWithholding | null;
      readonly marks: Marks;
    }
  | { readonly ask: 'unit-print'; readonly question: UnitPrintQuestion; readonly marks: Marks }
  | { readonly ask: 'facade'; readonly question: FacadeQuestion; readonly marks: Marks };

export interface ReadingAnswers {
  readonly search: SearchAnswer;
  readonly units: readonly UnitSummary[];
  readonly 'unit-list': UnitList;
  readonly 'unit-copy': UnitCopyAnswer;
  readonly 'unit-print': UnitPrint;
  /** A resource as JSON. */
  readonly facade: string;
}

export type ToReading =
  | { readonly say: 'ask'; readonly question: ReadingQuestion }
  /** copy.db is another file now. */
  | { readonly say: 'reopen' };

export type FromReading =
  | { readonly say: 'answer'; readonly answer: ReadingAnswers[ReadingQuestion['ask']] }
  | { readonly say: 'refused'; readonly code: FailureCode; readonly detail: string | null }
  /** A page of the file is not what was written. */
  | { readonly say: 'damaged' }
  /** The name of what nobody expected; never its text, which could quote a chart. */
  | { readonly say: 'fault'; readonly cause: string };

export interface ReadingThreadSettings {
  readonly copyFile: string;
  readonly copyKey: Uint8Array;
  readonly handleKey: Uint8Array;
  readonly boot: string;
  readonly station: string;
  readonly units: readonly UnitDeclaration[];
  readonly names: { readonly unitNames: Record<string, string>; readonly sourceNames: Record<string, string> };
}
