// What somebody stands before when they ask for paper.

import type { PatientKey, UnitId } from '../../../../src/domain/identity.ts';
import type { UnitPaper } from '../../../../src/domain/printing/printing.ts';

/** Whose chart is on the screen, under the number they have now. */
export interface ShownPatient {
  /** The one it was opened by: another since, where two numbers became one. */
  readonly asked: PatientKey;
  readonly key: PatientKey;
  readonly name: string;
  readonly number: string;
}

export type PrintAbout =
  | {
      readonly kind: 'unit';
      readonly unit: UnitId;
      readonly unitName: string;
      /** *Mina patienter*, of those on the list. */
      readonly mine: readonly PatientKey[];
      /** A list is begun with these alone. */
      readonly isMine: boolean;
      /** What is chosen to begin with. */
      readonly first: UnitPaper;
    }
  | {
      readonly kind: 'chart';
      readonly unit: UnitId;
      readonly key: PatientKey;
      readonly name: string;
      readonly number: string;
      readonly asOf: number | null;
      readonly nowMs: number;
    };
