// The parts a chart is kept in. A part is the smallest piece that a source can feed or not feed, that has an age of its own and
// that can be missing. Blocks on screen and paper are made of one part or more (domain/chart).

const MINUTE_MS = 60_000;

/**
 * Age limits are design §9: past them the reader is told *Kan vara gammal – kontrollera*. `criticality` orders the header's
 * worst feed: 1 harms within minutes. `absence` says what silence of a healthy, whole feed may be read as: for `explicit`
 * parts only a stated "none" counts (an allergy list never received is unknown, not empty), for `countable` parts no row
 * since the copy became whole is "none recorded".
 */
interface PartRule {
  readonly swedish: string;
  readonly ageLimitMs: number;
  readonly criticality: 1 | 2 | 3;
  readonly absence: 'explicit' | 'countable';
}

const part = (
  swedish: string,
  ageLimitMinutes: number,
  criticality: 1 | 2 | 3,
  absence: 'explicit' | 'countable',
): PartRule => ({ swedish, ageLimitMs: ageLimitMinutes * MINUTE_MS, criticality, absence });

export const PARTS = {
  person: part('Personuppgifter', 60, 2, 'countable'),
  stay: part('Vårdtillfälle och plats', 15, 1, 'countable'),
  responsible: part('Ansvariga', 60, 3, 'countable'),
  limits: part('Behandlingsbegränsningar', 60, 1, 'explicit'),
  allergies: part('Överkänslighet', 60, 1, 'explicit'),
  alerts: part('Uppmärksamhetsinformation', 60, 1, 'explicit'),
  infection: part('Smitta och isolering', 60, 2, 'explicit'),
  'medication-orders': part('Läkemedelsordinationer', 15, 1, 'countable'),
  'doses-given': part('Givna doser', 15, 1, 'countable'),
  infusions: part('Infusioner och pumpar', 15, 1, 'countable'),
  vitals: part('Vitalparametrar', 60, 2, 'countable'),
  results: part('Provsvar', 60, 2, 'countable'),
  orders: part('Beställningar', 60, 2, 'countable'),
  surgery: part('Planerade operationer', 30, 2, 'countable'),
  visits: part('Bokade besök', 60, 3, 'countable'),
  problems: part('Aktuella problem och diagnoser', 240, 3, 'countable'),
  'fluid-balance': part('Vätskebalans', 60, 2, 'countable'),
  devices: part('Infarter och utrustning', 240, 3, 'countable'),
  risks: part('Riskbedömningar', 240, 3, 'countable'),
  blood: part('Blodgrupp och transfusion', 60, 2, 'explicit'),
  notes: part('Anteckningar', 240, 3, 'countable'),
  kin: part('Närstående', 240, 3, 'countable'),
  discharge: part('Utskrivningsplanering', 240, 3, 'countable'),
  procedures: part('Utförda åtgärder', 240, 3, 'countable'),
  immunizations: part('Vaccinationer', 240, 3, 'countable'),
  history: part('Socialt, graviditet, funktion och vårdplan', 240, 3, 'countable'),
  reports: part('Rapporter från journalsystemet', 120, 2, 'countable'),
  other: part('Övrigt mottaget', 240, 3, 'countable'),
} as const satisfies Record<string, PartRule>;

/**
 * What holds until somebody ends it. A complete load of its source that does not name it leaves it in doubt; what has happened
 * (a result, a dose, a note) stays true however long ago it was said.
 */
export const HOLDS_UNTIL_ENDED: ReadonlySet<PartName> = new Set([
  'stay',
  'limits',
  'allergies',
  'alerts',
  'infection',
  'medication-orders',
  'infusions',
  'orders',
  'surgery',
  'visits',
  'problems',
  'devices',
  'discharge',
  'history',
] as const);

const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * What lives within a stay: a copy that is whole since this long before the stay began has all of it that counts, though the source
 * never sent everything it has. All else gathers over a life (problems, devices, orders, vaccinations, notes, results): there
 * only a full load proves that there is none, however new the stay. In doubt a part does not stand here.
 */
export const NEEDED_BEFORE_STAY_MS: ReadonlyMap<PartName, number> = new Map<PartName, number>([
  // The stay itself came with its admission, and with it who answers for it.
  ['stay', 0],
  ['responsible', 0],
  // Taken before the stay they are no measure of how the patient is now; a day covers the emergency department.
  ['vitals', DAY_MS],
  ['fluid-balance', DAY_MS],
  // Weekly doses, and pumps that patients bring with them and that run for a week.
  ['doses-given', 7 * DAY_MS],
  ['infusions', 7 * DAY_MS],
]);

export type PartName = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];
export const isPartName = (text: string): text is PartName => Object.hasOwn(PARTS, text);
