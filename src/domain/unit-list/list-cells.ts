// The cells of one line of a unit's list: what must be seen of this patient in each column. No cell is ever empty: it holds facts,
// or says which kind of nothing it is (design §5.4). Facts are the chart's own words, shortened to what a list has room for.

import { isTrusted } from '../age.ts';
import type {
  BannerChip,
  Chart,
  ChartPart,
  ChartTime,
  MedicationRow,
  MedicationView,
  ResultsView,
  VitalsView,
} from '../chart/chart.ts';
import { atTime } from '../chart/context.ts';
import { NOTHING_HEARD } from '../chart/medication.ts';
import { withUnit } from '../chart/value-text.ts';
import { isInquiryRemark } from '../daily-check.ts';
import { PARTS, type PartName } from '../parts.ts';
import { isUndeclared } from '../source.ts';
import { bookedLines, bookedSurgeryLines, type LineNames } from './booked-lines.ts';
import { type CellLine, doubt, quiet, shortTime } from './cell-line.ts';
import type { CensusRow } from './census-row.ts';
import type { ColumnName } from './list-columns.ts';

export interface News2Cell {
  readonly total: number | null;
  readonly level: 'low' | 'single-three' | 'medium' | 'high' | null;
  /** Scores of earlier sets, oldest first, the shown one last. */
  readonly trend: readonly number[];
  /** Time of the score, or why there is none. */
  readonly words: string;
}

export type ListCells = Readonly<
  Record<Exclude<ColumnName, 'place' | 'patient' | 'news2'>, readonly CellLine[]> & { news2: News2Cell }
>;

export function listCells(chart: Chart, row: CensusRow, names: LineNames): ListCells {
  return {
    when: [...(row.kind === 'booked' ? [] : whenLines(chart, row)), ...bookedLines(chart, row, names)],
    warnings: [
      ...(isUndeclared(row.stay.source) ? [doubt(STRANGER_WORDS)] : []),
      ...chart.banner.remarks.filter(isInquiryRemark).map(doubt),
      ...warningLines(chart),
    ],
    limits: limitLines(chart),
    news2: news2Cell(chart),
    medication: medicationLines(chart),
    results: resultLines(chart),
    surgery: bookedSurgeryLines(chart, row) ?? surgeryLines(chart),
  };
}

/** Who lies here is said by a system that nobody has declared: shown, since it may be true, and never as if it were. */
export const STRANGER_WORDS = 'Plats enligt okänd avsändare – kontrollera';
const NOT_FED = 'ej i kopian';
const partOf = (chart: Chart, name: PartName): ChartPart | undefined =>
  chart.blocks.flatMap(({ parts }) => parts).find((one) => one.part === name);
const viewOf = <Kind extends 'vitals' | 'medication' | 'results'>(chart: Chart, kind: Kind) => {
  const view = chart.blocks.find(({ name }) => name === kind)?.view;
  return view?.kind === kind ? (view as Extract<MedicationView | VitalsView | ResultsView, { kind: Kind }>) : null;
};
const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

/** Why a part tells nothing here, in the fewest words that do not lie. */
export function emptyWords(part: ChartPart | undefined): string {
  if (part === undefined || part.content.kind !== 'empty') return NOT_FED;
  switch (part.content.reason) {
    case 'stated-none':
      return 'ingen enligt källan';
    case 'none-recorded':
      return 'ingen registrerad';
    case 'not-fed':
      return NOT_FED;
    case 'unknown':
      return 'okänt – fråga';
    case 'blocked':
      return 'spärrade uppgifter finns';
    default:
      return lowerFirst(part.state.short);
  }
}
const isNothing = (part: ChartPart | undefined): boolean =>
  part?.content.kind === 'empty' && (part.content.reason === 'stated-none' || part.content.reason === 'none-recorded');

function whenLines({ banner }: Chart, { stay }: CensusRow): readonly CellLine[] {
  return [
    {
      tone: 'plain',
      icon: null,
      words: banner.stayWords === '' ? 'tid ej i kopian' : shortTime(firstOf(banner.stayWords)),
    },
    quiet(stay.reason ?? 'orsak ej angiven'),
  ];
}
/** The chart says why; a list has room for what. */
const sentenceOf = (words: string): string => words.split('. ')[0] ?? words;
const firstOf = (words: string): string => words.split(' · ')[0] ?? words;

const CHIP_ICONS: Readonly<Partial<Record<BannerChip['kind'], CellLine['icon']>>> = {
  allergy: 'allergy',
  infection: 'infection',
  alert: 'alert',
  'near-name': 'twins',
  protected: 'lock',
  blocked: 'lock',
  identity: 'ask',
};

function warningLines(chart: Chart): readonly CellLine[] {
  const chips = chart.banner.chips.filter(
    ({ kind, tone }) =>
      CHIP_ICONS[kind] !== undefined && kind !== 'near-name' && (tone !== 'doubt' || kind === 'identity'),
  );
  const lines = [...chips.map(warningLine), ...nearLines(chart)];
  const isQuiet = ({ tone }: CellLine): boolean => tone === 'quiet';
  return [...lines.filter((line) => !isQuiet(line)), ...lines.filter(isQuiet), ...unsaid(chart)];
}

function warningLine(chip: BannerChip): CellLine {
  const { kind, tone, words } = chip;
  const icon = CHIP_ICONS[kind] ?? null;
  if (kind === 'allergy' && tone === 'plain') return { tone: 'quiet', icon: 'none', words: 'Inga kända allergier' };
  if (kind === 'infection')
    return tone === 'plain'
      ? { tone: 'quiet', icon: 'none', words: 'Ingen känd smitta' }
      : { tone: 'warn', icon, words: shortTime(words) };
  return { tone: tone === 'danger' ? 'danger' : 'strong', icon, words: shortChip(chip) };
}

/** *Penicillin – anafylaxi · svår · livshotande*: what it is and what happens; the rest is on the chart. */
function shortChip({ kind, words }: BannerChip): string {
  // Colour is not seen by everybody, and not at all on paper.
  if (kind === 'allergy') return words.includes(LIFE_THREATENING) ? withDanger(firstOf(words)) : firstOf(words);
  if (kind === 'protected') return 'Skyddad identitet';
  // The column is headed by what it is.
  return shortTime(words.replace(`${PARTS.alerts.swedish} – `, ''));
}

const LIFE_THREATENING = 'livshotande';
const withDanger = (words: string): string =>
  words.includes(LIFE_THREATENING) ? words : `${words}, ${LIFE_THREATENING}`;

/** Where those lie who can be taken for this patient: all of them in one line. */
function nearLines(chart: Chart): readonly CellLine[] {
  const chips = chart.banner.chips.filter(({ kind }) => kind === 'near-name');
  const places = chips.flatMap(({ words }) => /^Namnlik patient i (.+?): \p{L}/u.exec(words)?.[1] ?? []);
  const hasNumbers = chips.some(({ words }) => words.startsWith('Liknande nummer'));
  return [
    ...(places.length === 0
      ? []
      : [{ tone: 'strong', icon: 'twins', words: `Namnlik: ${places.join(', ')}` } as const]),
    ...(hasNumbers
      ? [{ tone: 'strong', icon: 'twins', words: 'Liknande nummer: jämför alla tolv siffror' } as const]
      : []),
  ];
}

/** Nobody has said, or it is not fed, or it is past its limit: allergy by itself, the rest in one quiet line. */
function unsaid(chart: Chart): readonly CellLine[] {
  const doubtOf = (name: PartName): string | null => {
    const part = partOf(chart, name);
    if (part === undefined) return NOT_FED;
    if (part.content.kind === 'entries')
      return isTrusted(part.state.state) ? null : `${lowerFirst(part.state.short)} – fråga`;
    return isNothing(part) ? null : emptyWords(part);
  };
  const allergies = doubtOf('allergies');
  const others = Map.groupBy(
    (['alerts', 'infection'] as const).flatMap((name) => {
      const words = doubtOf(name)?.replace(/ – fråga$/u, '') ?? null;
      return words === null ? [] : [{ words, label: name === 'alerts' ? 'varningar' : 'smitta' }];
    }),
    ({ words }) => words,
  );
  return [
    ...(allergies === null ? [] : [doubt(`Allergi: ${allergies}`)]),
    ...[...others].map(
      ([words, parts]): CellLine => ({
        tone: 'quiet',
        icon: 'ask',
        words: `${capital(parts.map(({ label }) => label).join(', '))}: ${words}`,
      }),
    ),
  ];
}
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** The column is headed by what it is; the decision itself is the source's own words, never shortened. */
const underHead = (words: string): string => words.replace(/^Behandlingsbegränsning(?:ar)? – /u, '');

function limitLines(chart: Chart): readonly CellLine[] {
  const part = partOf(chart, 'limits');
  const chips = chart.banner.chips.filter(({ kind, tone }) => kind === 'limit' && tone !== 'doubt');
  if (part?.content.kind === 'entries') {
    const lines = chips.map((chip): CellLine => ({ tone: 'strong', icon: 'limit', words: underHead(chip.words) }));
    const late = isTrusted(part.state.state) ? [] : [doubt(`${lowerFirst(part.state.short)} – fråga`)];
    return lines.length === 0 ? [doubt('oklart – läs journalkopian')] : [...lines, ...late];
  }
  const words = emptyWords(part);
  return isNothing(part) ? [{ tone: 'quiet', icon: 'none', words }] : [{ tone: 'quiet', icon: 'ask', words }];
}

function news2Cell(chart: Chart): News2Cell {
  const part = partOf(chart, 'vitals');
  const view = viewOf(chart, 'vitals');
  const refused = (words: string): News2Cell => ({ total: null, level: null, trend: [], words });
  if (part === undefined || view === null || part.state.state === 'not-fed') return refused(NOT_FED);
  const { news2 } = view;
  const late = isTrusted(part.state.state) ? '' : ` · ${lowerFirst(part.state.short)}`;
  if (news2.kind === 'off') return refused(news2.words);
  if (news2.kind === 'refused') return refused(`${news2.words.replace(/^NEWS2 räknas inte: /u, '')}${late}`);
  const { total, level } = news2.score;
  const trend = view.scores.filter((score) => score !== null);
  const newer = news2.words.includes('Kanske nyare mätning')
    ? ' · kanske nyare, tid saknas'
    : news2.words.includes('Nyare mätning')
      ? ' · nyare ofullständig'
      : '';
  return { total, level, trend, words: `${shortTime(news2.time.text)}${newer}${late}` };
}

/** As wards write it (ux §2); the chart has the source's own word. Any other route stands as it came. */
const ROUTES: Readonly<Record<string, string>> = {
  oralt: 'po',
  peroralt: 'po',
  intravenöst: 'iv',
  subkutant: 'sc',
  intramuskulärt: 'im',
};
const shortRoute = (route: string): string => ROUTES[route.toLowerCase()] ?? route;

/** What comes next, only while given doses are known; otherwise since when they are not (design §5.19). */
function medicationLines(chart: Chart): readonly CellLine[] {
  const view = viewOf(chart, 'medication');
  const orders = partOf(chart, 'medication-orders');
  if (view === null || orders === undefined || orders.state.state === 'not-fed') return [quiet(NOT_FED)];
  const active = view.rows.filter(({ group }) => group !== 'stopped');
  const counted = active.length === 1 ? '1 ordination' : `${active.length} ordinationer`;
  if (view.dosesWords !== null)
    return [doubt(sentenceOf(view.dosesWords)), quiet(active.length === 0 ? emptyWords(orders) : counted)];
  const coming = active
    .flatMap((row) => (row.next === null ? [] : [{ row, next: row.next }]))
    .sort((a, b) => a.next.ms - b.next.ms)
    .slice(0, 2);
  if (coming.length > 0)
    return coming.map(
      ({ row, next }, index): CellLine => ({
        tone: index === 0 ? 'strong' : 'quiet',
        icon: null,
        words: [
          `${shortTime(next.text)} ${drugAndDose(row, shortRoute(row.route))}`,
          ...(row.nextHasPassed ? [NOTHING_HEARD] : []),
        ].join(', '),
      }),
    );
  if (active.length > 0) return [quiet(`${counted}, ingen kommande tid i kopian`)];
  return [quiet(orders.content.kind === 'empty' ? emptyWords(orders) : 'inga aktiva ordinationer')];
}

/** What it is and how much of it is given stand apart: *Insulin glargin 100 E/mL · 18 E sc*. */
export const drugAndDose = ({ substance, dose }: MedicationRow, route: string): string =>
  [substance, [dose, route].filter((piece) => piece !== '').join(' ')].filter((piece) => piece !== '').join(' · ');

function resultLines(chart: Chart): readonly CellLine[] {
  const view = viewOf(chart, 'results');
  const part = partOf(chart, 'results');
  if (view === null || part === undefined || part.state.state === 'not-fed') return [quiet(NOT_FED)];
  const critical = view.table.rows
    // One that nobody timed may be the latest: it is not left out because another was.
    .flatMap(({ latest, alsoUntimed }) => [latest, ...alsoUntimed])
    .filter(({ interpretation }) => interpretation?.startsWith('critical') === true)
    .map(
      ({ name, text, unit, written, time, remarks }): CellLine => ({
        tone: 'danger',
        icon: 'critical',
        words: [
          `${atTime(`${name} ${withUnit({ text, unit, written })}${time.notOwn === undefined ? ',' : ''}`, { ...time, text: shortTime(time.text) })}, kritiskt`,
          // Preliminary, corrected, cancelled: not to be read as a final value here either.
          ...remarks,
        ].join(', '),
      }),
    );
  const newest = newestWords([
    ...view.table.rows.flatMap(({ latest, alsoUntimed }) => [latest, ...alsoUntimed].map(({ time }) => time)),
    ...view.documents.map(({ time }) => time),
  ]);
  const latest = newest ?? emptyWords(part);
  const waiting =
    view.pending.length > 0
      ? `${view.pendingIsKnown ? '' : 'minst '}${view.pending.length} väntar`
      : view.pendingIsKnown
        ? 'inget väntar'
        : 'okänt om svar väntar';
  const late = newest === null || isTrusted(part.state.state) ? [] : [doubt(lowerFirst(part.state.short))];
  return [...critical, quiet(latest), quiet(waiting), ...late];
}

/** *senast 06:20*; with one nobody timed beside it that may be newer: *senast 06:20, kanske nyare: tid saknas, mottaget 11:00*. */
function newestWords(times: readonly ChartTime[]): string | null {
  const newestOf = (among: readonly ChartTime[]): ChartTime | null =>
    among.reduce<ChartTime | null>((last, time) => (last === null || time.ms > last.ms ? time : last), null);
  const timed = newestOf(times.filter(({ notOwn }) => notOwn === undefined));
  const untimed = newestOf(times.filter(({ notOwn }) => notOwn !== undefined));
  if (timed === null) return untimed?.text ?? null;
  return `senast ${shortTime(timed.text)}${untimed !== null && untimed.ms >= timed.ms ? `, kanske nyare: ${untimed.text}` : ''}`;
}

function surgeryLines(chart: Chart): readonly CellLine[] {
  const part = partOf(chart, 'surgery');
  if (part === undefined || part.content.kind === 'empty') {
    const words = emptyWords(part);
    return [isNothing(part) || words === NOT_FED ? quiet(words) : { tone: 'quiet', icon: 'ask', words }];
  }
  const [first, ...more] = part.entries;
  if (first === undefined) return [quiet(NOT_FED)];
  const at = `${shortTime(first.time.text)}${first.time.notOwn === undefined ? '' : ':'}`;
  return [
    { tone: 'plain', icon: null, words: first.status === null ? at : `${at} ${first.status}` },
    { tone: 'plain', icon: null, words: first.title },
    ...(more.length === 0 ? [] : [quiet(`och ${more.length} till`)]),
    ...(isTrusted(part.state.state) ? [] : [doubt(lowerFirst(part.state.short))]),
  ];
}
