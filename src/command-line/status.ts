// How the station is: of the station itself when it runs, else what its disk tells.

import { FAILURES, Failure } from '../domain/failures.ts';
import { scopeWords } from '../domain/holding.ts';
import { PARTS, type PartName } from '../domain/parts.ts';
import { durationWords, timeWords } from '../domain/swedish-time.ts';
import { PRACTICE_COPY, underConstruction } from '../domain/unit-use/unit-use.ts';
import { keptInquiries } from '../station/checks/kept-inquiries.ts';
import { SystemClock } from '../station/clock.ts';
import { openForReading } from '../station/reading/reading.ts';
import { countOf, rangeWords } from '../station/receiving/ranges.ts';
import { readSettings } from '../station/settings/settings.ts';
import { type SourceLine, sourceLine } from '../station/source-line.ts';
import { readStationCard } from '../station/station-card.ts';
import type { StationStatus } from '../station/status.ts';
import { surelyNow } from '../station/surely-now.ts';
import type { NightlyCounts } from '../station/upkeep/nightly-counts.ts';
import { keptUses } from '../station/uses/kept-uses.ts';
import { columns, harmless } from './census-text.ts';
import type { Command } from './command.ts';
import { StationClient } from './station-client.ts';

const STANDSTILL_WORDS = {
  unknown: 'kopian är inte i fas',
  hold: 'en källa hålls',
  silence: 'journalsystemet har inte hörts på länge',
  downtime: 'reservläge pågår',
  'no-contact': 'kontakten uppåt är bruten',
} as const;

export const status: Command = {
  name: 'status',
  summary: 'the station, its sources and since when each is silent',
  usage: '',
  takesNoWords: true,
  help: `
Asks the running station; without one it reads the disk and says so. Ends with 0 when all is well, 1 when a source is silent,
held or something needs a person.`,
  flags: [
    {
      flag: '--counts',
      kind: 'switch',
      help: 'last night’s counts per unit, kind and source, beside the night before’s and the sources’ own',
    },
  ],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const settings = readSettings(context.flags, context.environment);
    let who: string;
    try {
      const answer = (await StationClient.of(context).get('/api/status')) as StationStatus;
      const expected = readStationCard(settings.dataFolder)?.name ?? answer.name;
      if (!Array.isArray(answer.sources)) throw new Failure('station.not-running', 'ett annat program svarar');
      if (answer.name !== expected) throw new OtherStation(answer.name);
      context.out(
        context.isJson
          ? `${JSON.stringify(answer)}\n`
          : context.flags.has('--counts')
            ? countsText(answer.counts)
            : stationText(answer),
      );
      return answer.state === 'receiving' &&
        answer.sources.every(isWell) &&
        answer.notes.length === 0 &&
        answer.ledger.failure === null
        ? 0
        : 1;
    } catch (error) {
      who = whoAnswers(error);
    }
    const station = openForReading(settings);
    try {
      const sources = station.reader.sources();
      const now = surelyNow(new SystemClock().now(), sources);
      const lines = sources.map((source) => sourceLine(source, now, source.declaration.name, null));
      const inquiries = keptInquiries(settings, station.reader).counts;
      const notInUse = underConstruction(keptUses(settings, station));
      context.tell(
        `${who} Det här är läst direkt från dess disk; journalkopiorna kan läsas (reservkraft unit, chart).\n`,
      );
      context.out(
        context.isJson
          ? `${JSON.stringify({ state: 'not-running', sources: lines, inquiries, underConstruction: notInUse })}\n`
          : [
              ...[...inquiryLines(inquiries), ...constructionLines(notInUse)].map((one) => `${one}\n`),
              sourcesText(lines, now.wallMs),
            ].join(''),
      );
      return 1;
    } finally {
      station.close();
    }
  },
};

/** Answers where ours should. */
class OtherStation extends Error {}

/** Why the disk is read instead. Rethrows what the station itself refused: then it is the one to be heard. */
function whoAnswers(error: unknown): string {
  if (error instanceof OtherStation)
    return `Stationen med den här datamappen svarar inte; en annan station (${harmless(error.message)}) svarar på dess adress.`;
  if (!(error instanceof Failure)) throw error;
  if (error.code === 'request.unauthorized')
    return 'Stationen med den här datamappen svarar inte; en annan station, med en annan token, svarar på dess adress.';
  if (error.code === 'station.not-running') return 'Stationen svarar inte.';
  throw error;
}

const isWell = ({ state, setAside }: SourceLine): boolean =>
  (state === 'fresh' || state === 'aging' || state === 'incomplete' || state === 'rebuilt' || state === 'undeclared') &&
  setAside === 0;

/** In step only when nothing waits: what came this very moment is told as that. */
function stateWords({ state, backlog }: StationStatus): string {
  if (state === 'refusing') return 'kan inte ta emot nu; sändande system sparar det nya';
  if (state === 'behind') return `tar emot, kopian släpar, ${backlog} väntar på att föras in`;
  if (state === 'damaged') return 'tar emot; skador eller förluster på disken är funna, se nedan';
  return backlog === 0 ? 'tar emot, kopian är i fas' : 'tar emot, det senaste förs just in';
}

function answerWords(answerMs: StationStatus['answerMs']): string {
  if (answerMs === null) return 'Svarstid till sändare p99: – (inget har kommit sedan start).';
  const ms = answerMs.p99.toFixed(1).replace('.', ',');
  return `Svarstid till sändare p99: ${ms} ms (de senaste ${answerMs.answers} svaren).`;
}

/** A block that did not agree with the record system is somebody's to settle, however well the station is. */
const inquiryLines = (inquiries: StationStatus['inquiries']): readonly string[] =>
  Object.entries(inquiries).map(([unit, count]) =>
    harmless(
      `! Under utredning på ${unit || 'okänd enhet'}: ${count === 1 ? '1 ruta' : `${count} rutor`} stämde inte med journalsystemet vid dagens kontroll och är inte utredda.`,
    ),
  );

const constructionLines = (told: readonly string[]): readonly string[] =>
  told.map((words) => harmless(`! ${PRACTICE_COPY}: ${words}`));

export function stationText(station: StationStatus): string {
  const nowMs = Date.parse(station.at);
  const lines = [
    `${station.name}: ${stateWords(station)}. Startad ${timeWords(Date.parse(station.startedAt), nowMs)}.`,
    `Inkorgen ${counted(station.inboxSequence)}, kopian ${counted(station.copySequence)}, ${counted(station.backlog)} väntar på att föras in. ${answerWords(station.answerMs)}`,
    `Token för /api och /fhir: ${station.tokenFile}`,
  ];
  if (station.refusal !== null) lines.push(`Tar inte emot: ${station.refusal}`);
  if (station.applyFailure !== null) lines.push(`Kopian förs inte framåt: ${station.applyFailure}`);
  if (station.ledger.failure !== null)
    lines.push(
      `! Liggaren går inte att skriva: ${station.ledger.failure}. ${station.ledger.waiting} poster väntar, ${station.ledger.lost} förlorade. Journalkopiorna kan läsas.`,
    );
  lines.push(...inquiryLines(station.inquiries), ...constructionLines(station.underConstruction));
  const latest = station.snapshots[0];
  lines.push(
    latest === undefined
      ? 'Ingen ögonblicksbild ännu (tas varje natt; nu: reservkraft snapshot).'
      : `Senaste ögonblicksbild ${timeWords(Date.parse(latest.takenAt), nowMs)}, ${station.snapshots.length} finns.`,
  );
  if (station.purgeStoppedBy.length > 0)
    lines.push(`Inget gallras: ${station.purgeStoppedBy.map((reason) => STANDSTILL_WORDS[reason]).join(', ')}.`);
  if (station.scrub !== null)
    lines.push(
      `Genomläst ${timeWords(Date.parse(station.scrub.at), nowMs)}: ${station.scrub.isCopyWhole && station.scrub.inbox === 'whole' && station.scrub.ledger === 'whole' ? 'allt helt' : 'skador funna'}.`,
    );
  const { missing } = station;
  const [newest] = missing.toSorted((a, b) => b.noticedAt.localeCompare(a.noticedAt));
  if (newest !== undefined)
    lines.push(
      `! Mottagna meddelanden saknas: ${countOf(missing)} (${rangeWords(missing)}), funnet ${timeWords(Date.parse(newest.noticedAt), nowMs)}.`,
      '  Gör nu: be källsystemen sända om dem, eller göra en full laddning.',
    );
  lines.push(...station.printers.map(({ name, words }) => harmless(`Skrivare ${name}: ${words.replace(/\.$/, '')}.`)));
  lines.push(...station.places.map(({ name, where, words }) => harmless(`Reservplats ${name}, ${where}: ${words}.`)));
  if (station.provider !== null) lines.push(providerText(station.provider, nowMs));
  for (const { name, bytes } of station.damagedFiles)
    lines.push(`! Skadad fil undanlagd: ${name} (${Math.ceil(bytes / 1_000_000)} MB). De två nyaste av varje sparas.`);
  for (const note of station.notes) lines.push(...noteLines(note, nowMs));
  return `${lines.join('\n')}\n\n${sourcesText(station.sources, nowMs)}`;
}

function noteLines({ code, detail, at }: StationStatus['notes'][number], nowMs: number): string[] {
  const rule = FAILURES[code];
  return [
    `! ${timeWords(Date.parse(at), nowMs)} ${rule.happened} ${detail} (${code})`,
    `  Fortfarande rätt: ${rule.stillRight}`,
    `  Gör nu: ${rule.doNow}`,
  ];
}

function countsText(counts: NightlyCounts | null): string {
  if (counts === null) return 'Ingen räkning ännu: den görs varje natt, en halvtimme efter ögonblicksbilden.\n';
  const rows = counts.rows.map(({ unit, part, source, count, before }) => [
    unit,
    PARTS[part as PartName].swedish,
    source,
    String(count),
    before === null ? '–' : String(before),
  ]);
  const compared = counts.compared.map(({ source, type, inCopy, atSource, differs }) => [
    source,
    type,
    String(inCopy),
    String(atSource),
    differs ? 'SKILJER' : '',
  ]);
  return [
    columns([['Enhet', 'Ruta', 'Källa', 'Antal', 'Natten före'], ...rows]),
    compared.length === 0 ? '' : `\n${columns([['Källa', 'Typ', 'I kopian', 'Hos källan', ''], ...compared])}`,
  ].join('');
}

const heldScope = (hold: SourceLine['holds'][number]): string => scopeWords(hold, (unit) => unit) ?? 'allt';
const counted = (count: number | null): string => (count === null ? '–' : String(count));

export function sourcesText(sources: readonly SourceLine[], nowMs: number): string {
  if (sources.length === 0)
    return 'Inga källor är angivna och inget har kommit. Ange dem i inställningsfilen (docs/settings.md).\n';
  const table = columns([
    [
      'Källa',
      'Läge',
      'Hördes senast',
      'Mottagna sedan start',
      'Upprepade sedan start',
      'Undanlagda',
      'Olästa',
      'Hålls',
    ],
    ...sources.map((source) => [
      harmless(source.name),
      harmless(source.words),
      source.lastHeardAt === null
        ? 'aldrig'
        : `${timeWords(Date.parse(source.lastHeardAt), nowMs)} (${durationWords(nowMs - Date.parse(source.lastHeardAt))})`,
      counted(source.received),
      counted(source.repeated),
      String(source.setAside),
      String(source.unread),
      source.holds.length === 0 ? 'nej' : `${source.holds.map(heldScope).join(', ')} (${source.held} väntar)`,
    ]),
  ]);
  const notWell = sources.flatMap((source) => (isWell(source) ? doubtText(source) : notWellText(source)));
  const told = [...notWell, ...sources.flatMap((source) => settledText(source, nowMs))];
  return told.length === 0 ? table : `${table}\n${told.join('\n')}\n`;
}

/** Who has gone through what was set aside, so that charts could be rid of the doubt. */
function settledText({ name, settled }: SourceLine, nowMs: number): readonly string[] {
  if (settled === null || settled.upTo === 0) return [];
  const { upTo, by, at, reason } = settled;
  const words = `Undanlagda till och med nummer ${upTo} genomgångna ${timeWords(Date.parse(at), nowMs)} av ${by}: ${reason}`;
  return [harmless(`${name}: ${words}`)];
}

/** Not whole, rebuilt, undeclared: nobody need ring, and whoever reads *Ofullständig* is told why. */
const doubtText = (source: SourceLine): readonly string[] => source.reasons.map(named(source)).map(harmless);

const named =
  ({ name }: SourceLine) =>
  (words: string): string =>
    words.startsWith(name) ? words : `${name}: ${words}`;

/** Why, in whole sentences, and what to do: whoever is on call at night has not met the source before. */
function notWellText(source: SourceLine): readonly string[] {
  const { name, state, reasons, setAside, holds } = source;
  const notRead = setAside === 1 ? '1 meddelande har' : `${setAside} meddelanden har`;
  return [
    ...reasons.map((words) => `! ${named(source)(words)}`),
    ...(setAside === 0 ? [] : [`! ${name}: ${notRead} inte kunnat läsas in.`]),
    ...doNow(source, state === 'held' || holds.length > 0).map((words) => `  Gör nu: ${words}`),
  ].map(harmless);
}

function doNow({ source, state, holds, setAside }: SourceLine, isHeld: boolean): readonly string[] {
  const isBeingReleased = holds.length > 0 && holds.every((hold) => hold.isBeingReleased);
  return [
    ...(state === 'silent'
      ? ['Ring den som sköter källan. Inget i kopian är förlorat; varje journalkopia säger sedan när den är tyst.']
      : []),
    ...(state === 'stale' ? ['Fråga den som sköter källan om den har något nytt att sända.'] : []),
    ...(state === 'unheard'
      ? ['Kontrollera att källan är påslagen och sänder hit (docs/settings.md), och ring den som sköter den.']
      : []),
    ...(isHeld && !isBeingReleased
      ? [`När källan är rättad: reservkraft release ${source} (--leave-out om det som kom inte ska in).`]
      : []),
    ...(isHeld && isBeingReleased ? ['Inget: det som kom medan den hölls förs in.'] : []),
    ...(setAside > 0 ? [`reservkraft messages --set-aside --source ${source} säger vilka och varför.`] : []),
  ];
}

function providerText({ label, state, since }: NonNullable<StationStatus['provider']>, nowMs: number): string {
  const at = since === null ? 'stationen startades' : timeWords(Date.parse(since), nowMs);
  return harmless(
    state === 'answers'
      ? `Legitimeringstjänsten ${label} svarar, sedan ${at}.`
      : `Legitimeringstjänsten ${label} har inte svarat sedan ${at}. Ingen väntar på den: egna ord gäller som vanligt.`,
  );
}
