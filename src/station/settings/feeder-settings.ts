// What the station fetches by itself: FHIR servers it asks for news, and folders with printed lists.

import { resolve } from 'node:path';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { partsOfType } from '../../intake/fhir/poll-parts.ts';
import { limits } from '../../limits.ts';
import { POLL_KEYS, REPORT_KEYS } from './file-keys.ts';
import { patternFault } from './name-pattern.ts';
import { isEncryptedOrHere } from './provider-settings.ts';

/** A FHIR R4 server that is asked for news (design §8). The secret lies in a file of its own. */
export interface PollSettings {
  readonly source: string;
  readonly baseUrl: string;
  /** Region's decision: what patients have, and the token that opens it, may go in clear text to another machine. */
  readonly allowUnencrypted: boolean;
  readonly types: readonly string[];
  readonly everySeconds: number;
  /** Everything is asked for anew this often: only then is it seen what the server has deleted. */
  readonly loadEveryHours: number;
  readonly tokenUrl: string | null;
  readonly clientId: string | null;
  readonly clientSecretFile: string | null;
  readonly scope: string | null;
  /** How the secret is given (RFC 6749 §2.3.1): in the header, or in the form for servers that know no other. */
  readonly tokenMethod: 'basic' | 'post';
}

/** A folder where a record system leaves lists it can already print (design §8). */
export interface ReportSettings {
  readonly source: string;
  readonly folder: string;
  /** «Läkemedelslista». */
  readonly kind: string;
  readonly unit: string | null;
  /** Regular expression a file's name must match. */
  readonly pattern: string;
  /** Unchanged this long, a file is taken to be finished. */
  readonly restSeconds: number;
}

export function readPolls(
  given: unknown,
  sources: readonly SourceDeclaration[],
  base: string,
  problems: string[],
): PollSettings[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    problems.push('polls: ska vara en lista');
    return [];
  }
  const polls = given.flatMap((item: unknown, index): PollSettings[] => {
    const where = `polls[${index}]`;
    if (typeof item !== 'object' || item === null) {
      problems.push(`${where}: ska ha nycklar och värden`);
      return [];
    }
    const poll = item as Record<string, unknown>;
    for (const key of Object.keys(poll))
      if (!Object.hasOwn(POLL_KEYS, key)) problems.push(`${where}: okänd nyckel "${key}"`);
    const text = (key: string): string | null =>
      typeof poll[key] === 'string' && poll[key] !== '' ? (poll[key] as string) : null;
    const source = text('source');
    const baseUrl = text('baseUrl');
    const every = poll['everySeconds'] ?? 60;
    const loadEvery = poll['loadEveryHours'] ?? limits.pollLoadEveryMs / 3_600_000;
    const types = poll['types'];
    if (source === null || !sources.some((declared) => declared.id === source))
      problems.push(`${where}: source ska vara en av de angivna källorna`);
    if (!isServerAddress(baseUrl))
      problems.push(`${where}: baseUrl ska vara en http(s)-adress utan användarnamn eller lösenord i`);
    const isOpenLine = baseUrl !== null && isServerAddress(baseUrl) && !isEncryptedOrHere(new URL(baseUrl));
    if (!['boolean', 'undefined'].includes(typeof poll['allowUnencrypted']))
      problems.push(`${where}: allowUnencrypted är true eller false`);
    else if (isOpenLine && poll['allowUnencrypted'] !== true)
      problems.push(
        `${where}: baseUrl ska vara en https-adress, eller på den här datorn: därifrån kommer patientuppgifter. Har regionen beslutat annat: allowUnencrypted: true`,
      );
    if (typeof every !== 'number' || every < 5 || every > 86_400)
      problems.push(`${where}: everySeconds är 5 till 86400`);
    if (typeof loadEvery !== 'number' || loadEvery < 1 || loadEvery > 168)
      problems.push(`${where}: loadEveryHours är 1 till 168`);
    if (
      !Array.isArray(types) ||
      types.length === 0 ||
      !types.every((type) => typeof type === 'string' && /^[A-Z][A-Za-z]+$/.test(type))
    )
      problems.push(`${where}: types ska räkna upp FHIR-resurstyper`);
    if (!['basic', 'post', undefined].includes(poll['tokenMethod'] as string | undefined))
      problems.push(`${where}: tokenMethod är basic eller post`);
    const secret = text('clientSecretFile');
    const signIn = ['tokenUrl', 'clientId', 'clientSecretFile'];
    const unsaid = signIn.filter((key) => text(key) === null);
    // One of them left out, everything would be asked for without the server ever being told by whom.
    if (unsaid.length > 0 && unsaid.length < signIn.length)
      problems.push(`${where}: ${signIn.join(', ')} hör ihop; ${unsaid.join(', ')} saknas`);
    if (unsaid.length === signIn.length && (text('scope') !== null || poll['tokenMethod'] !== undefined))
      problems.push(`${where}: scope och tokenMethod kräver tokenUrl`);
    if (text('tokenUrl') !== null && !isServerAddress(text('tokenUrl')))
      problems.push(`${where}: tokenUrl ska vara en http(s)-adress utan användarnamn eller lösenord i`);
    // Our secret is sent there.
    else if (!isEncryptedOrHere(new URL(text('tokenUrl') ?? 'https://none')))
      problems.push(`${where}: tokenUrl ska vara en https-adress, eller på den här datorn: dit skickas hemligheten`);
    return [
      {
        source: source ?? '',
        baseUrl: baseUrl ?? '',
        allowUnencrypted: poll['allowUnencrypted'] === true,
        types: Array.isArray(types) ? types.filter((type): type is string => typeof type === 'string') : [],
        everySeconds: typeof every === 'number' ? every : 60,
        loadEveryHours: typeof loadEvery === 'number' ? loadEvery : 24,
        tokenUrl: text('tokenUrl'),
        clientId: text('clientId'),
        clientSecretFile: secret === null ? null : resolve(base, secret),
        scope: text('scope'),
        tokenMethod: poll['tokenMethod'] === 'post' ? 'post' : 'basic',
      },
    ];
  });
  problems.push(...contradictions(polls, sources));
  return polls;
}

const isServerAddress = (text: string | null): boolean =>
  text !== null && /^https?:\/\/[^\s@]+$/.test(text) && URL.canParse(text);

/** What would be shown as fetched and never is, and two that would each take the other's progress for theirs. */
function contradictions(polls: readonly PollSettings[], sources: readonly SourceDeclaration[]): string[] {
  const named = polls.map(({ source }) => source);
  const twice = [...new Set(named.filter((source, at) => named.indexOf(source) !== at))];
  return [
    ...twice.map((source) => `polls: "${source}" hämtas två gånger; ange en källa för varje server`),
    ...polls.flatMap(({ source, types }) => {
      const declared = sources.find(({ id, transport }) => id === source && transport === 'fhir-poll')?.feeds ?? [];
      const fetched = new Set(types.flatMap(partsOfType));
      const never = new Set(declared.map(({ part }) => part).filter((part) => !fetched.has(part)));
      return [...never].map((part) => `polls: "${source}" anges mata "${part}", men ingen av dess types bär den`);
    }),
  ];
}

interface ReadingReports {
  readonly sources: readonly SourceDeclaration[];
  readonly units: readonly UnitDeclaration[];
  readonly base: string;
  readonly problems: string[];
}

export function readReports(given: unknown, { sources, units, base, problems }: ReadingReports): ReportSettings[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    problems.push('reports: ska vara en lista');
    return [];
  }
  return given.flatMap((item: unknown, index): ReportSettings[] => {
    const where = `reports[${index}]`;
    if (typeof item !== 'object' || item === null) {
      problems.push(`${where}: ska ha nycklar och värden`);
      return [];
    }
    const report = item as Record<string, unknown>;
    for (const key of Object.keys(report))
      if (!Object.hasOwn(REPORT_KEYS, key)) problems.push(`${where}: okänd nyckel "${key}"`);
    const { source, folder, kind, unit, pattern = '.', restSeconds = limits.reportRestMs / 1_000 } = report;
    if (typeof source !== 'string' || !sources.some((declared) => declared.id === source))
      problems.push(`${where}: source ska vara en av de angivna källorna`);
    if (typeof folder !== 'string' || folder === '') problems.push(`${where}: folder ska vara sökvägen till en mapp`);
    if (unit !== undefined && unit !== null && !units.some((declared) => declared.id === unit))
      problems.push(`${where}: det finns ingen enhet "${String(unit)}"`);
    if (typeof kind !== 'string' || kind === '') problems.push(`${where}: kind ska säga vad listan är`);
    const fault = patternFault(pattern);
    if (fault !== null) problems.push(`${where}: pattern ${fault}`);
    if (typeof restSeconds !== 'number' || restSeconds < 1 || restSeconds > 3_600)
      problems.push(`${where}: restSeconds är 1 till 3600`);
    return [
      {
        source: String(source),
        folder: resolve(base, String(folder)),
        kind: String(kind),
        unit: typeof unit === 'string' ? unit : null,
        pattern: String(pattern),
        restSeconds: Number(restSeconds),
      },
    ];
  });
}
