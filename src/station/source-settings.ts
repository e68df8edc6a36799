// Units and source systems as a station's YAML file declares them. What is not declared as fed is shown as *Ingår inte i
// kopian*, so a mistake here must be a refusal at start, never a silent gap on the ward.

import { sourceId, type UnitId, unitId } from '../domain/identity.ts';
import { isPartName, type PartName } from '../domain/parts.ts';
import {
  DEFAULT_DIALECT,
  type FeedDeclaration,
  type Hl7Dialect,
  type SourceDeclaration,
  type Transport,
} from '../domain/source.ts';
import { LIST_KINDS, type ListKind, type UnitDeclaration } from '../domain/unit.ts';

const TRANSPORTS: readonly Transport[] = ['mllp', 'fhir', 'fhir-poll', 'reports'];
const CHARSETS: readonly Hl7Dialect['charset'][] = ['utf-8', 'windows-1252', 'iso-8859-1', 'iso-8859-15'];

type Table = Readonly<Record<string, unknown>>;
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function readUnits(given: unknown, problems: string[]): UnitDeclaration[] {
  return list(given, 'units', problems).flatMap((item, index): UnitDeclaration[] => {
    const where = `units[${index}]`;
    if (!isTable(item)) {
      problems.push(`${where}: must hold keys and values`);
      return [];
    }
    refuseUnknown(item, ['id', 'name', 'listKind'], where, problems);
    const id = text(item, 'id', where, problems);
    const listKind = item['listKind'] ?? 'bed';
    if (!LIST_KINDS.includes(listKind as ListKind)) problems.push(`${where}.listKind: one of ${LIST_KINDS.join(', ')}`);
    return [{ id: unitId(id), name: optionalText(item, 'name') ?? id, listKind: listKind as ListKind }];
  });
}

export function readSources(
  given: unknown,
  units: readonly UnitDeclaration[],
  problems: string[],
): SourceDeclaration[] {
  const sources = list(given, 'sources', problems).flatMap((item, index): SourceDeclaration[] => {
    const where = `sources[${index}]`;
    if (!isTable(item)) {
      problems.push(`${where}: must hold keys and values`);
      return [];
    }
    return [readSource(item, where, units, index, problems)];
  });
  const seen = new Set<string>();
  for (const source of sources) {
    if (seen.has(source.id)) problems.push(`sources: "${source.id}" is declared twice`);
    seen.add(source.id);
  }
  return sources;
}

const SOURCE_KEYS = [
  'id',
  'name',
  'transport',
  'match',
  'rank',
  'feeds',
  'identityDomain',
  'identityDomains',
  'units',
  'hl7',
];

function readSource(
  item: Table,
  where: string,
  units: readonly UnitDeclaration[],
  index: number,
  problems: string[],
): SourceDeclaration {
  refuseUnknown(item, SOURCE_KEYS, where, problems);
  const id = text(item, 'id', where, problems);
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) problems.push(`${where}.id: small letters, digits and "-", at most 40`);
  const transport = item['transport'] ?? 'mllp';
  if (!TRANSPORTS.includes(transport as Transport))
    problems.push(`${where}.transport: one of ${TRANSPORTS.join(', ')}`);
  const rank = item['rank'] ?? index + 1;
  if (typeof rank !== 'number' || !Number.isInteger(rank)) problems.push(`${where}.rank: a whole number, 1 wins`);
  const match = isTable(item['match']) ? item['match'] : {};
  refuseUnknown(match, ['application', 'facility'], `${where}.match`, problems);
  const application = optionalText(match, 'application');
  const facility = optionalText(match, 'facility');
  return {
    id: sourceId(id),
    name: optionalText(item, 'name') ?? id,
    transport: transport as Transport,
    match: { ...(application === null ? {} : { application }), ...(facility === null ? {} : { facility }) },
    rank: typeof rank === 'number' ? rank : index + 1,
    feeds: list(item['feeds'], `${where}.feeds`, problems).flatMap((feed, at) =>
      readFeed(feed, `${where}.feeds[${at}]`, units, problems),
    ),
    identityDomain: optionalText(item, 'identityDomain') ?? `source:${id}`,
    identityDomains: texts(item['identityDomains'], `${where}.identityDomains`, problems),
    units: texts(item['units'], `${where}.units`, problems) as Readonly<Record<string, UnitId>>,
    hl7: readDialect(item['hl7'], `${where}.hl7`, problems),
  };
}

function readFeed(
  feed: unknown,
  where: string,
  units: readonly UnitDeclaration[],
  problems: string[],
): FeedDeclaration[] {
  if (!isTable(feed)) {
    problems.push(`${where}: must hold keys and values`);
    return [];
  }
  refuseUnknown(feed, ['part', 'parts', 'units', 'heartbeat', 'ageLimitMinutes', 'ageLimitMs'], where, problems);
  const named = feed['parts'] ?? (feed['part'] === undefined ? [] : [feed['part']]);
  const parts = list(named, `${where}.parts`, problems).filter((part): part is PartName => {
    if (typeof part === 'string' && isPartName(part)) return true;
    problems.push(`${where}: there is no part "${String(part)}"`);
    return false;
  });
  const heartbeat = feed['heartbeat'] ?? 'any-message';
  if (heartbeat !== 'any-message' && heartbeat !== 'own-messages')
    problems.push(`${where}.heartbeat: any-message or own-messages`);
  const minutes = feed['ageLimitMinutes'];
  const ageLimitMs =
    typeof feed['ageLimitMs'] === 'number'
      ? feed['ageLimitMs']
      : typeof minutes === 'number'
        ? minutes * 60_000
        : undefined;
  if (ageLimitMs !== undefined && !(ageLimitMs >= 60_000 && ageLimitMs <= 7 * 86_400_000))
    problems.push(`${where}.ageLimitMinutes: 1 minute to 7 days`);
  const forUnits = feed['units'] ?? 'all';
  if (forUnits !== 'all')
    for (const unit of list(forUnits, `${where}.units`, problems))
      if (!units.some((declared) => declared.id === unit))
        problems.push(`${where}.units: there is no unit "${String(unit)}"`);
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
    problems.push(`${where}: must hold keys and values`);
    return DEFAULT_DIALECT;
  }
  refuseUnknown(given, Object.keys(DEFAULT_DIALECT), where, problems);
  const dialect = { ...DEFAULT_DIALECT, ...given } as Hl7Dialect;
  if (!CHARSETS.includes(dialect.charset)) problems.push(`${where}.charset: one of ${CHARSETS.join(', ')}`);
  if (!['once', 'as-asked'].includes(dialect.acknowledge)) problems.push(`${where}.acknowledge: once or as-asked`);
  if (!['statements', 'snapshot'].includes(dialect.allergies))
    problems.push(`${where}.allergies: statements or snapshot`);
  if (typeof dialect.absentMeansDeleted !== 'boolean') problems.push(`${where}.absentMeansDeleted: true or false`);
  if (!isTimeZone(dialect.timeZone))
    problems.push(`${where}.timeZone: there is no time zone "${String(dialect.timeZone)}"`);
  for (const part of Object.values(texts(dialect.partOfCode, `${where}.partOfCode`, problems)))
    if (!isPartName(part)) problems.push(`${where}.partOfCode: there is no part "${part}"`);
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
  for (const key of Object.keys(table)) if (!known.includes(key)) problems.push(`${where}: unknown key "${key}"`);
}

function list(given: unknown, where: string, problems: string[]): readonly unknown[] {
  if (given === undefined || given === null) return [];
  if (Array.isArray(given)) return given;
  problems.push(`${where}: must be a list`);
  return [];
}

function text(table: Table, key: string, where: string, problems: string[]): string {
  const value = table[key];
  if (typeof value === 'string' && value !== '' && value.length <= 200) return value;
  problems.push(`${where}.${key}: must be a text`);
  return '';
}

const optionalText = (table: Table, key: string): string | null =>
  typeof table[key] === 'string' && table[key] !== '' ? (table[key] as string).slice(0, 200) : null;

function texts(given: unknown, where: string, problems: string[]): Record<string, string> {
  if (given === undefined || given === null) return {};
  if (isTable(given) && Object.values(given).every((value) => typeof value === 'string'))
    return Object.assign(Object.create(null), given) as Record<string, string>;
  problems.push(`${where}: must hold texts`);
  return {};
}
