// Units and source systems as a station's YAML file declares them. What is not declared as fed is shown as *Ingår inte i
// kopian*, so a mistake here must be a refusal at start, never a silent gap on the ward.

import { sourceId, type UnitId, unitId } from '../../domain/identity.ts';
import { isPartName, type PartName } from '../../domain/parts.ts';
import {
  DEFAULT_DIALECT,
  type FeedDeclaration,
  type Hl7Dialect,
  type SourceDeclaration,
  type Transport,
} from '../../domain/source.ts';
import { LIST_KINDS, type ListKind, type UnitDeclaration } from '../../domain/unit.ts';
import { FEED_KEYS, HL7_KEYS, SOURCE_KEYS, UNIT_KEYS } from './file-keys.ts';

const TRANSPORTS: readonly Transport[] = ['mllp', 'fhir', 'fhir-poll', 'reports'];
const CHARSETS: readonly Hl7Dialect['charset'][] = ['utf-8', 'windows-1252', 'iso-8859-1', 'iso-8859-15'];

type Table = Readonly<Record<string, unknown>>;
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function readUnits(given: unknown, problems: string[]): UnitDeclaration[] {
  const units = list(given, 'units', problems).flatMap((item, index): UnitDeclaration[] => {
    const where = `units[${index}]`;
    if (!isTable(item)) {
      problems.push(`${where}: ska ha nycklar och värden`);
      return [];
    }
    refuseUnknown(item, Object.keys(UNIT_KEYS), where, problems);
    const id = text(item, 'id', where, problems);
    const listKind = item['listKind'] ?? 'bed';
    if (!LIST_KINDS.includes(listKind as ListKind)) problems.push(`${where}.listKind: en av ${LIST_KINDS.join(', ')}`);
    const name = optionalText(item, 'name', where, problems) ?? id;
    const isSensitive = item['isSensitive'] ?? false;
    if (typeof isSensitive !== 'boolean') problems.push(`${where}.isSensitive: true eller false`);
    return [
      {
        id: unitId(id),
        name,
        listKind: listKind as ListKind,
        ...(isSensitive === true ? { isSensitive: true as const } : {}),
      },
    ];
  });
  refuseTwice('units', units, ({ id }) => id, problems);
  return units;
}

export function readSources(
  given: unknown,
  units: readonly UnitDeclaration[],
  problems: string[],
): SourceDeclaration[] {
  const sources = list(given, 'sources', problems).flatMap((item, index): SourceDeclaration[] => {
    const where = `sources[${index}]`;
    if (!isTable(item)) {
      problems.push(`${where}: ska ha nycklar och värden`);
      return [];
    }
    return [readSource(item, where, units, index, problems)];
  });
  refuseTwice('sources', sources, ({ id }) => id, problems);
  // Messages would all become the first one's: the other would be silent for ever, with nothing to show why.
  refuseTwice('sources', sources, matchWords, problems);
  return sources;
}

const matchWords = ({ match: { application, facility } }: SourceDeclaration): string | null =>
  application === undefined && facility === undefined
    ? null
    : `match: application ${application ?? 'vilken som helst'}, facility ${facility ?? 'vilken som helst'}`;

function refuseTwice<Item>(
  where: string,
  items: readonly Item[],
  wordsOf: (item: Item) => string | null,
  problems: string[],
): void {
  const words = items.map(wordsOf).filter((word) => word !== null && word !== '');
  for (const word of new Set(words.filter((word, at) => words.indexOf(word) !== at)))
    problems.push(`${where}: "${word}" är angiven två gånger`);
}

function readSource(
  item: Table,
  where: string,
  units: readonly UnitDeclaration[],
  index: number,
  problems: string[],
): SourceDeclaration {
  refuseUnknown(item, Object.keys(SOURCE_KEYS), where, problems);
  const id = text(item, 'id', where, problems);
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) problems.push(`${where}.id: små bokstäver, siffror och "-", högst 40`);
  const transport = item['transport'] ?? 'mllp';
  if (!TRANSPORTS.includes(transport as Transport)) problems.push(`${where}.transport: en av ${TRANSPORTS.join(', ')}`);
  const rank = item['rank'] ?? index + 1;
  if (typeof rank !== 'number' || !Number.isInteger(rank)) problems.push(`${where}.rank: ett heltal, 1 går före`);
  const match = isTable(item['match']) ? item['match'] : {};
  if (match !== item['match'] && item['match'] !== undefined)
    problems.push(`${where}.match: ska ha nycklar och värden`);
  refuseUnknown(match, ['application', 'facility'], `${where}.match`, problems);
  const application = optionalText(match, 'application', `${where}.match`, problems);
  const facility = optionalText(match, 'facility', `${where}.match`, problems);
  return {
    id: sourceId(id),
    name: optionalText(item, 'name', where, problems) ?? id,
    transport: transport as Transport,
    match: { ...(application === null ? {} : { application }), ...(facility === null ? {} : { facility }) },
    rank: typeof rank === 'number' ? rank : index + 1,
    feeds: list(item['feeds'], `${where}.feeds`, problems).flatMap((feed, at) =>
      readFeed(feed, { where: `${where}.feeds[${at}]`, units, problems, isPolled: transport === 'fhir-poll' }),
    ),
    identityDomain: optionalText(item, 'identityDomain', where, problems) ?? `source:${id}`,
    identityDomains: texts(item['identityDomains'], `${where}.identityDomains`, problems),
    units: readPlaces(item['units'], `${where}.units`, units, problems),
    hl7: readDialect(item['hl7'], `${where}.hl7`, problems),
  };
}

/** A place that leads to a unit nobody has declared is a patient missing from a list. */
function readPlaces(
  given: unknown,
  where: string,
  units: readonly UnitDeclaration[],
  problems: string[],
): Readonly<Record<string, UnitId>> {
  const places = texts(given, where, problems);
  for (const unit of new Set(Object.values(places)))
    if (!units.some((declared) => declared.id === unit)) problems.push(`${where}: det finns ingen enhet "${unit}"`);
  return places as Readonly<Record<string, UnitId>>;
}

interface ReadingFeed {
  readonly where: string;
  readonly units: readonly UnitDeclaration[];
  readonly problems: string[];
  readonly isPolled: boolean;
}

function readFeed(feed: unknown, { where, units, problems, isPolled }: ReadingFeed): FeedDeclaration[] {
  if (!isTable(feed)) {
    problems.push(`${where}: ska ha nycklar och värden`);
    return [];
  }
  refuseUnknown(feed, Object.keys(FEED_KEYS), where, problems);
  const named = feed['parts'] ?? (feed['part'] === undefined ? [] : [feed['part']]);
  const parts = list(named, `${where}.parts`, problems).filter((part): part is PartName => {
    if (typeof part === 'string' && isPartName(part)) return true;
    problems.push(`${where}: det finns ingen del "${String(part)}"`);
    return false;
  });
  // That one type could be fetched says nothing of another: each part is proven by its own.
  const heartbeat = feed['heartbeat'] ?? (isPolled ? 'own-messages' : 'any-message');
  if (isPolled && heartbeat === 'any-message')
    problems.push(`${where}.heartbeat: det som hämtas (fhir-poll) prövas del för del, utelämna raden`);
  if (heartbeat !== 'any-message' && heartbeat !== 'own-messages')
    problems.push(`${where}.heartbeat: any-message eller own-messages`);
  const minutes = feed['ageLimitMinutes'];
  for (const key of ['ageLimitMinutes', 'ageLimitMs'])
    if (feed[key] !== undefined && typeof feed[key] !== 'number') problems.push(`${where}.${key}: ska vara ett tal`);
  const ageLimitMs =
    typeof feed['ageLimitMs'] === 'number'
      ? feed['ageLimitMs']
      : typeof minutes === 'number'
        ? minutes * 60_000
        : undefined;
  if (ageLimitMs !== undefined && !(ageLimitMs >= 60_000 && ageLimitMs <= 7 * 86_400_000))
    problems.push(`${where}.ageLimitMinutes: 1 minut till 7 dygn`);
  const forUnits = feed['units'] ?? 'all';
  if (forUnits !== 'all')
    for (const unit of list(forUnits, `${where}.units`, problems))
      if (!units.some((declared) => declared.id === unit))
        problems.push(`${where}.units: det finns ingen enhet "${String(unit)}"`);
  return parts.map((part) => ({
    part,
    units: forUnits === 'all' ? 'all' : (forUnits as UnitId[]),
    heartbeat: heartbeat as FeedDeclaration['heartbeat'],
    ...(ageLimitMs === undefined ? {} : { ageLimitMs }),
  }));
}

function readDialect(given: unknown, where: string, problems: string[]): Hl7Dialect {
  if (given === undefined || given === null) return DEFAULT_DIALECT;
  if (!isTable(given)) {
    problems.push(`${where}: ska ha nycklar och värden`);
    return DEFAULT_DIALECT;
  }
  refuseUnknown(given, Object.keys(HL7_KEYS), where, problems);
  const dialect = { ...DEFAULT_DIALECT, ...given } as Hl7Dialect;
  if (!CHARSETS.includes(dialect.charset)) problems.push(`${where}.charset: en av ${CHARSETS.join(', ')}`);
  if (!['once', 'as-asked'].includes(dialect.acknowledge)) problems.push(`${where}.acknowledge: once eller as-asked`);
  if (!['statements', 'snapshot'].includes(dialect.allergies))
    problems.push(`${where}.allergies: statements eller snapshot`);
  if (typeof dialect.absentMeansDeleted !== 'boolean') problems.push(`${where}.absentMeansDeleted: true eller false`);
  if (!isTimeZone(dialect.timeZone))
    problems.push(`${where}.timeZone: det finns ingen tidszon "${String(dialect.timeZone)}"`);
  for (const part of Object.values(texts(dialect.partOfCode, `${where}.partOfCode`, problems)))
    if (!isPartName(part)) problems.push(`${where}.partOfCode: det finns ingen del "${part}"`);
  return dialect;
}

function isTimeZone(zone: unknown): boolean {
  try {
    return typeof zone === 'string' && new Intl.DateTimeFormat('sv', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

function refuseUnknown(table: Table, known: readonly string[], where: string, problems: string[]): void {
  for (const key of Object.keys(table)) if (!known.includes(key)) problems.push(`${where}: okänd nyckel "${key}"`);
}

function list(given: unknown, where: string, problems: string[]): readonly unknown[] {
  if (given === undefined || given === null) return [];
  if (Array.isArray(given)) return given;
  problems.push(`${where}: ska vara en lista`);
  return [];
}

function text(table: Table, key: string, where: string, problems: string[]): string {
  const value = table[key];
  if (typeof value === 'string' && value !== '' && value.length <= 200) return value;
  problems.push(`${where}.${key}: ska vara en text på 1 till 200 tecken`);
  return '';
}

const optionalText = (table: Table, key: string, where: string, problems: string[]): string | null =>
  table[key] === undefined || table[key] === null ? null : text(table, key, where, problems);

function texts(given: unknown, where: string, problems: string[]): Record<string, string> {
  if (given === undefined || given === null) return {};
  if (isTable(given) && Object.values(given).every((value) => typeof value === 'string'))
    return Object.assign(Object.create(null), given) as Record<string, string>;
  problems.push(`${where}: ska ha texter`);
  return {};
}
