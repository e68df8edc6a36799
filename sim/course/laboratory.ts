// The laboratory's analyses: Swedish names, units and reference intervals as an answer shows them, and how far a healthy
// value wanders. Codes are NPU where commonly known, else the laboratory's own (`L`), as in real Swedish answers; the table
// gives messages their shape and is no code system.

export interface Analyte {
  readonly code: string;
  readonly system: 'NPU' | 'L';
  readonly name: string;
  readonly unit: string;
  /** Reference interval as printed; the sexes may differ in life, one is enough here. */
  readonly range: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly normal: number;
  /** Relative day-to-day movement. */
  readonly wander: number;
  readonly decimals: number;
  /** Below this the answer is written `<limit`. */
  readonly reportLimit?: number;
  /** Outside these someone is telephoned. */
  readonly critical?: readonly [number, number];
}

const analyte = (
  code: string,
  name: string,
  unit: string,
  [low, high]: readonly [number | null, number | null],
  normal: number,
  decimals: number,
  more: Partial<Analyte> = {},
): Analyte => {
  const text = (n: number): string => n.toFixed(decimals).replace('.', ',');
  const range =
    low === null ? `< ${text(high ?? 0)}` : high === null ? `> ${text(low)}` : `${text(low)} - ${text(high)}`;
  const system = /^(NPU|SWE)/u.test(code) ? 'NPU' : 'L';
  return { code, system, name, unit, range, low, high, normal, wander: 0.04, decimals, ...more };
};

export const ANALYTES = {
  crp: analyte('NPU19748', 'P-CRP', 'mg/L', [null, 5], 2, 0, { wander: 0.2, reportLimit: 1 }),
  hb: analyte('SWE05074', 'B-Hb', 'g/L', [117, 170], 138, 0, { critical: [70, 220] }),
  wbc: analyte('NPU02593', 'B-Leukocyter', '10*9/L', [3.5, 8.8], 6.4, 1, { wander: 0.1 }),
  plt: analyte('NPU03568', 'B-Trombocyter', '10*9/L', [145, 387], 255, 0, { critical: [20, 1000] }),
  na: analyte('NPU03429', 'P-Natrium', 'mmol/L', [137, 145], 140, 0, { wander: 0.008, critical: [120, 160] }),
  k: analyte('NPU03230', 'P-Kalium', 'mmol/L', [3.5, 4.4], 4, 1, { critical: [2.5, 6.2] }),
  crea: analyte('NPU04998', 'P-Kreatinin', 'µmol/L', [45, 105], 78, 0),
  egfr: analyte('EGFR', 'Pt-eGFR (krea, LM-rev)', 'mL/min/1,73m2', [60, null], 76, 0),
  alat: analyte('NPU19651', 'P-ALAT', 'µkat/L', [null, 1.1], 0.42, 2, { wander: 0.1 }),
  asat: analyte('NPU19654', 'P-ASAT', 'µkat/L', [null, 0.76], 0.4, 2, { wander: 0.1 }),
  bili: analyte('NPU01370', 'P-Bilirubiner', 'µmol/L', [null, 26], 9, 0, { wander: 0.1 }),
  alb: analyte('NPU19673', 'P-Albumin', 'g/L', [36, 48], 40, 0),
  glu: analyte('NPU02192', 'P-Glukos', 'mmol/L', [4, 6], 5.6, 1, { wander: 0.1, critical: [2.8, 25] }),
  inr: analyte('NPU01685', 'P-PK(INR)', 'INR', [0.9, 1.2], 1, 1),
  tnt: analyte('NPU27501', 'P-Troponin T', 'ng/L', [null, 15], 9, 0, {
    wander: 0.08,
    reportLimit: 5,
    critical: [0, 500],
  }),
  bnp: analyte('NPU21571', 'P-NT-proBNP', 'ng/L', [null, 300], 180, 0, { wander: 0.1 }),
  lactate: analyte('LAKTAT', 'P-Laktat', 'mmol/L', [0.5, 1.6], 1, 1, { wander: 0.15, critical: [0, 4] }),
  pct: analyte('PCT', 'P-Prokalcitonin', 'µg/L', [null, 0.5], 0.1, 2, { wander: 0.2, reportLimit: 0.1 }),
  ph: analyte('ABPH', 'aB-pH', '', [7.35, 7.45], 7.41, 2, { wander: 0.002, critical: [7.2, 7.6] }),
  pco2: analyte('ABPCO2', 'aB-pCO2', 'kPa', [4.6, 6], 5.2, 1),
  po2: analyte('ABPO2', 'aB-pO2', 'kPa', [10, 13], 11, 1),
  be: analyte('ABBE', 'aB-Basöverskott', 'mmol/L', [-3, 3], 0.4, 1, { wander: 1 }),
  ablact: analyte('ABLAKTAT', 'aB-Laktat', 'mmol/L', [0.5, 1.6], 0.9, 1, { wander: 0.15, critical: [0, 4] }),
} as const satisfies Record<string, Analyte>;

export type AnalyteName = keyof typeof ANALYTES;

export const PANELS = {
  blood: { code: 'BLODST', name: 'Blodstatus', analytes: ['hb', 'wbc', 'plt'] },
  electrolytes: { code: 'ELEKTR', name: 'Elektrolytstatus', analytes: ['na', 'k', 'crea', 'egfr'] },
  infection: { code: 'INFEKT', name: 'Infektionsprover', analytes: ['crp', 'pct'] },
  crp: { code: 'CRP', name: 'P-CRP', analytes: ['crp'] },
  liver: { code: 'LEVER', name: 'Leverstatus', analytes: ['alat', 'asat', 'bili', 'alb'] },
  heart: { code: 'HJART', name: 'Hjärtmarkörer', analytes: ['tnt', 'bnp'] },
  clotting: { code: 'KOAG', name: 'Koagulation', analytes: ['inr'] },
  glucose: { code: 'GLUK', name: 'P-Glukos', analytes: ['glu'] },
  lactate: { code: 'LAKT', name: 'P-Laktat', analytes: ['lactate'] },
  gas: { code: 'ABGAS', name: 'Blodgas, arteriell (patientnära)', analytes: ['ph', 'pco2', 'po2', 'be', 'ablact'] },
} as const satisfies Record<string, { code: string; name: string; analytes: readonly AnalyteName[] }>;

export type PanelName = keyof typeof PANELS;
