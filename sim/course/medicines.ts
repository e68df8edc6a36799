// What is prescribed on the simulated wards: substance, strength, way, times. Doses are ordinary adult ones (or by weight
// for children), so that a nurse who reads the list finds nothing odd; still invented, never to be used to treat anyone.

export interface Medicine {
  readonly atc: string;
  /** As on the list: substance, strength, form. */
  readonly name: string;
  readonly dose: number;
  readonly unit: string;
  /** HL7 table 0162: PO, IV, SC, IH (inhaled), PR, IM. */
  readonly route: 'PO' | 'IV' | 'SC' | 'IH' | 'PR' | 'IM';
  /** Clock hours of the day; empty: when needed, or a continuous infusion. */
  readonly hours: readonly number[];
  readonly instruction: string;
  /** When needed: for what, and the most in 24 hours. */
  readonly whenNeeded?: { readonly why: string; readonly perDay: number };
  /** Millilitres an hour, and what is in the bag or syringe. */
  readonly infusion?: { readonly rate: number; readonly mixture: string; readonly follows: 'severity' | 'steady' };
  /** Given for this many hours from admission, then stopped (changed to something else). */
  readonly untilHours?: number;
  readonly fromHours?: number;
}

const scheduled = (
  atc: string,
  name: string,
  dose: number,
  unit: string,
  route: Medicine['route'],
  hours: readonly number[],
  more: Partial<Medicine> = {},
): Medicine => ({
  atc,
  name,
  dose,
  unit,
  route,
  hours,
  instruction: `${String(dose).replace('.', ',')} ${unit} kl. ${hours.map((h) => String(h).padStart(2, '0')).join(', ')}`,
  ...more,
});

const whenNeeded = (
  atc: string,
  name: string,
  dose: number,
  unit: string,
  route: Medicine['route'],
  why: string,
  perDay: number,
): Medicine => ({
  atc,
  name,
  dose,
  unit,
  route,
  hours: [],
  instruction: `${String(dose).replace('.', ',')} ${unit} vid behov mot ${why}, högst ${perDay} gånger/dygn`,
  whenNeeded: { why, perDay },
});

const infusion = (
  atc: string,
  name: string,
  mixture: string,
  rate: number,
  follows: 'severity' | 'steady',
  more: Partial<Medicine> = {},
): Medicine => ({
  atc,
  name,
  dose: rate,
  unit: 'mL/h',
  route: 'IV',
  hours: [],
  instruction: `${mixture}, infusion ${String(rate).replace('.', ',')} mL/h – justeras efter ordination`,
  infusion: { rate, mixture, follows },
  ...more,
});

export const MEDICINES = {
  paracetamol: scheduled('N02BE01', 'Paracetamol 500 mg tablett', 1000, 'mg', 'PO', [8, 12, 18, 22]),
  paracetamolIv: scheduled('N02BE01', 'Paracetamol 10 mg/mL infusionsvätska', 1000, 'mg', 'IV', [2, 8, 14, 20], {
    untilHours: 48,
  }),
  enoxaparin: scheduled('B01AB05', 'Enoxaparin 4 000 IE/0,4 mL injektion', 4000, 'IE', 'SC', [20]),
  dalteparin: scheduled('B01AB04', 'Dalteparin 5 000 IE/0,2 mL injektion', 5000, 'IE', 'SC', [20]),
  omeprazole: scheduled('A02BC01', 'Omeprazol 20 mg enterokapsel', 20, 'mg', 'PO', [8]),
  pantoprazoleIv: infusion('A02BC02', 'Pantoprazol', '80 mg i 100 mL NaCl 9 mg/mL', 10, 'steady', { untilHours: 72 }),
  metoprolol: scheduled('C07AB02', 'Metoprolol depot 50 mg', 50, 'mg', 'PO', [8]),
  enalapril: scheduled('C09AA02', 'Enalapril 5 mg tablett', 5, 'mg', 'PO', [8]),
  furosemide: scheduled('C03CA01', 'Furosemid 40 mg tablett', 40, 'mg', 'PO', [8, 14]),
  furosemideIv: scheduled('C03CA01', 'Furosemid 10 mg/mL injektion', 40, 'mg', 'IV', [8, 14, 20], { untilHours: 48 }),
  atorvastatin: scheduled('C10AA05', 'Atorvastatin 40 mg tablett', 40, 'mg', 'PO', [20]),
  asa: scheduled('B01AC06', 'Acetylsalicylsyra 75 mg tablett', 75, 'mg', 'PO', [8]),
  ticagrelor: scheduled('B01AC24', 'Ticagrelor 90 mg tablett', 90, 'mg', 'PO', [8, 20]),
  apixaban: scheduled('B01AF02', 'Apixaban 5 mg tablett', 5, 'mg', 'PO', [8, 20]),
  cefotaxime: scheduled('J01DD01', 'Cefotaxim 1 g injektion', 1, 'g', 'IV', [6, 14, 22], { untilHours: 72 }),
  benzylpenicillin: scheduled('J01CE01', 'Bensylpenicillin 3 g injektion', 3, 'g', 'IV', [6, 14, 22], {
    untilHours: 60,
  }),
  piptazo: scheduled('J01CR05', 'Piperacillin/tazobaktam 4 g/0,5 g', 4, 'g', 'IV', [0, 6, 12, 18], { untilHours: 120 }),
  amoxicillin: scheduled('J01CA04', 'Amoxicillin 750 mg tablett', 750, 'mg', 'PO', [8, 14, 20], { fromHours: 60 }),
  cloxacillin: scheduled('J01CF02', 'Kloxacillin 2 g injektion', 2, 'g', 'IV', [2, 10, 18], { untilHours: 24 }),
  metronidazole: scheduled('J01XD01', 'Metronidazol 5 mg/mL infusionsvätska', 1500, 'mg', 'IV', [8], {
    untilHours: 48,
  }),
  prednisolone: scheduled('H02AB06', 'Prednisolon 10 mg tablett', 30, 'mg', 'PO', [8]),
  ipraSalb: scheduled(
    'R03AL02',
    'Ipratropium/salbutamol 0,5 mg/2,5 mg inhalation',
    1,
    'dos',
    'IH',
    [6, 10, 14, 18, 22],
  ),
  salbutamolNeb: scheduled('R03AC02', 'Salbutamol 2 mg/mL inhalation', 2.5, 'mg', 'IH', [2, 6, 10, 14, 18, 22]),
  betapred: scheduled('H02AB01', 'Betametason 0,5 mg tablett', 4, 'mg', 'PO', [8]),
  insulin: scheduled('A10AE04', 'Insulin glargin 100 E/mL', 18, 'E', 'SC', [21]),
  metformin: scheduled('A10BA02', 'Metformin 500 mg tablett', 500, 'mg', 'PO', [8, 18]),
  oxycodoneLong: scheduled('N02AA05', 'Oxikodon depot 10 mg', 10, 'mg', 'PO', [8, 20]),
  macrogol: scheduled('A06AD65', 'Makrogol pulver', 1, 'dospåse', 'PO', [8]),
  childParacetamol: scheduled('N02BE01', 'Paracetamol 24 mg/mL oral lösning', 300, 'mg', 'PO', [6, 12, 18, 22]),
  levetiracetam: scheduled('N03AX14', 'Levetiracetam 500 mg tablett', 500, 'mg', 'PO', [8, 20]),
  oxytocin: infusion('H01BB02', 'Oxytocin', '8,3 µg i 500 mL NaCl 9 mg/mL', 60, 'steady', { untilHours: 10 }),
  ringer: infusion('B05BB01', 'Ringer-Acetat', '1 000 mL', 100, 'steady', { untilHours: 36 }),
  glucose: infusion('B05BA03', 'Glukos 50 mg/mL med 40 Na + 20 K', '1 000 mL', 60, 'steady', { untilHours: 48 }),
  noradrenaline: infusion('C01CA03', 'Noradrenalin', '40 µg/mL', 14, 'severity', { untilHours: 96 }),
  propofol: infusion('N01AX10', 'Propofol', '20 mg/mL', 12, 'severity', { untilHours: 72 }),
  heparin: infusion('B01AB01', 'Heparin', '100 E/mL', 12, 'steady', { untilHours: 60 }),
  morphineIv: whenNeeded('N02AA01', 'Morfin 1 mg/mL injektion', 3, 'mg', 'IV', 'svår smärta', 8),
  oxycodone: whenNeeded('N02AA05', 'Oxikodon 5 mg kapsel', 5, 'mg', 'PO', 'smärta', 6),
  ondansetron: whenNeeded('A04AA01', 'Ondansetron 2 mg/mL injektion', 4, 'mg', 'IV', 'illamående', 3),
  zopiclone: whenNeeded('N05CF01', 'Zopiklon 5 mg tablett', 5, 'mg', 'PO', 'sömnsvårighet', 1),
  nitro: whenNeeded('C01DA02', 'Glyceryltrinitrat 0,4 mg sublingualspray', 0.4, 'mg', 'PO', 'bröstsmärta', 6),
  salbutamol: whenNeeded('R03AC02', 'Salbutamol 0,2 mg/dos inhalation', 2, 'doser', 'IH', 'andnöd', 8),
  ibuprofen: whenNeeded('M01AE01', 'Ibuprofen 400 mg tablett', 400, 'mg', 'PO', 'smärta', 3),
} as const satisfies Record<string, Medicine>;

export type MedicineName = keyof typeof MEDICINES;
