// A course of illness: how ill someone is hour by hour, and what that does to their numbers, orders and notes. Believable
// to a nurse who reads a trend; invented, and never to be used to treat anyone.

import type { AnalyteName, PanelName } from './laboratory.ts';
import type { MedicineName } from './medicines.ts';

/** How far a vital sign moves from the person's own normal when the illness is at its worst. */
export interface VitalShift {
  readonly rr?: number;
  readonly spo2?: number;
  readonly sbp?: number;
  readonly pulse?: number;
  readonly temp?: number;
  /** Litres of oxygen a minute at the worst. */
  readonly oxygen?: number;
  /** Above this severity the person is newly confused or drowsy. */
  readonly confusedAbove?: number;
}

export interface SurgeryPlan {
  /** KVÅ-like code as text; hours after admission (start) and length in minutes. */
  readonly code: string;
  readonly name: string;
  readonly afterHours: readonly [number, number];
  readonly minutes: readonly [number, number];
  readonly side: boolean;
  readonly isElective: boolean;
}

export interface Course {
  readonly id: string;
  /** Why admitted, as the record system writes it. */
  readonly reason: string;
  readonly icd: string;
  readonly units: readonly string[];
  readonly weight: number;
  readonly ages: readonly [number, number];
  readonly sex?: 'M' | 'F';
  readonly days: readonly [number, number];
  /** Share that comes by the emergency department. */
  readonly byEmergency: number;
  /** Severity at admission (0..1), hours to the worst, and hours to halve after that. */
  readonly severity: { readonly start: number; readonly peakAfterHours: number; readonly halvesInHours: number };
  readonly shift: VitalShift;
  /** Lab values at the worst, as multiples or absolute targets: analyte to value. */
  readonly labs: Readonly<Partial<Record<AnalyteName, number>>>;
  readonly panels: readonly PanelName[];
  /** Names of medication orders (course/medicines.ts), in order of prescription. */
  readonly medicines: readonly MedicineName[];
  readonly surgery?: SurgeryPlan;
  /** SpO2 target 88–92 %: NEWS2 scale 2. */
  readonly spo2Scale2?: boolean;
  readonly isolation?: string;
  /** Chance of a stated limit of treatment. */
  readonly limits?: number;
  readonly imaging?: { readonly code: string; readonly name: string; readonly answer: string };
  readonly culture?: { readonly name: string; readonly growth: string };
  readonly history: string;
  readonly plan: string;
}

/** Severity at a time after admission: rises to the worst, then falls by half in equal steps. Never below 0. */
export function severityAt(course: Course, hours: number): number {
  const { start, peakAfterHours, halvesInHours } = course.severity;
  if (hours < 0) return start * 0.8;
  if (hours < peakAfterHours) return start + (1 - start) * (hours / peakAfterHours);
  return 0.5 ** ((hours - peakAfterHours) / halvesInHours);
}
