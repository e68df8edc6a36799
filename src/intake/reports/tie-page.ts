// Whose a printed page is. A page is one patient's only when it carries one whole number and a name beside it, and no sign of
// anybody else (design §8). In doubt it is nobody's: an untied page is told of and can be asked for, a wrongly tied one is another
// person's medicines.

import type { Identity } from '../../domain/identity.ts';
import { identityDomain, PERSONNUMMER, SAMORDNINGSNUMMER } from '../../domain/identity-domains.ts';
import { readPersonId } from '../../domain/person-id.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { nationalNumber } from '../hl7v2/meaning/national-number.ts';

export type PageTie =
  | {
      readonly tied: true;
      readonly identity: Identity;
      /** As printed, for the reader to compare. */
      readonly name: string;
    }
  | { readonly tied: false; readonly why: 'no whole number' | 'no name beside the number' | 'several people' };

/** A number series a source is declared to print, besides the national ones: by its own form, or after the words that name it. */
export interface PrintedSeries {
  readonly domain: string;
  readonly label: RegExp | null;
}

/**
 * `Journalnr: R4014431`: the words are a key of `identityDomains` in the source's declaration. A reserve number is known by its form
 * where its series is declared; a number of the house's own is only digits, and is one only after its words.
 */
export function printedSeries({
  identityDomains,
}: Pick<SourceDeclaration, 'identityDomains'>): readonly PrintedSeries[] {
  return Object.entries(identityDomains).flatMap(([words, domain]): PrintedSeries[] => {
    const kind = identityDomain(domain)?.kind ?? 'other';
    if (kind === 'national' || kind === 'staff') return [];
    if (kind === 'reserve') return [{ domain, label: null }];
    const label = words.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (label === '') return [];
    return [
      {
        domain,
        label: new RegExp(
          `(?<![\\p{L}\\d])${label}\\.?\\s*:\\s*([\\p{Lu}\\d][\\p{Lu}\\d-]{2,19})(?![\\p{L}\\d-])`,
          'giu',
        ),
      },
    ];
  });
}

/** Twelve digits with century, as printed: `19121212-1212`, `191212121212`, `19121212 1212`. */
const WHOLE_NUMBER = /(?<![\d-])(?:18|19|20)\d{6}[-+ ]?\d{4}(?![\d-])/g;

interface Place {
  readonly domain: string;
  readonly line: number;
  /** `20261122 0815` may be a clock time: it can make a page doubtful, never tie it. */
  readonly isCertain: boolean;
}

const LINE_LENGTH_MAX = 1000;

export function tiePage(printed: string, series: readonly PrintedSeries[] = []): PageTie {
  const text = inPlainMarks(printed);
  // A printed line is short; names are looked for in no more than that.
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.slice(0, LINE_LENGTH_MAX));
  const ids = withoutCompanion(placesOf(lines, series));
  const [found, ...others] = ids;
  if (found === undefined) return { tied: false, why: 'no whole number' };
  const [id, places] = found;
  if (others.length > 0 || namesSomebodyElse(text, id)) return { tied: false, why: 'several people' };
  const certain = places.filter(({ isCertain }) => isCertain);
  if (certain.length === 0) return { tied: false, why: 'no whole number' };
  for (const { domain, line } of certain) {
    const name = nameBeside(lines, line, series);
    if (name !== null) return { tied: true, identity: { domain, id }, name };
  }
  return { tied: false, why: 'no name beside the number' };
}

/** Programs that print put dashes, hyphens that do not break and spaces of every width into numbers; a soft hyphen is no letter. */
const inPlainMarks = (text: string): string =>
  text
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/[^\S\r\n\t]/gu, ' ')
    .replace(/\u00ad/gu, '');

type Places = ReadonlyMap<string, readonly Place[]>;

function placesOf(lines: readonly string[], series: readonly PrintedSeries[]): Places {
  const ids = new Map<string, Place[]>();
  const add = (id: string, place: Place): void => {
    ids.set(id, [...(ids.get(id) ?? []), place]);
  };
  lines.forEach((text, line) => {
    for (const [written] of text.matchAll(WHOLE_NUMBER)) {
      const national = nationalNumber(written.replace(' ', ''));
      if (national.kind === 'none') continue;
      const domain = national.kind === 'personnummer' ? PERSONNUMMER : SAMORDNINGSNUMMER;
      add(national.id, { domain, line, isCertain: /[-+]/.test(written) || !isClockTime(national.id) });
    }
    for (const { domain, label } of series) {
      if (label !== null) {
        for (const [, id = ''] of text.matchAll(label)) {
          if (/\d.*\d.*\d/.test(id) && !ids.has(id)) add(id, { domain, line, isCertain: true });
        }
        continue;
      }
      for (const [written] of text.matchAll(RESERVE_NUMBERS)) {
        const reading = readPersonId(written, domain);
        if (reading.kind === 'valid') add(reading.personId.identity.id, { domain, line, isCertain: true });
      }
    }
  });
  return ids;
}

/**
 * A heading with both the person's number and the house's own number: one person, when each stands on the page once only as itself
 * and beside the other. Then the page is tied by the person's.
 */
function withoutCompanion(ids: Places): Places {
  const own = [...ids].filter(([, places]) =>
    places.every(({ domain }) => identityDomain(domain) === null || isOwn(domain)),
  );
  const [companion] = own;
  const [person] = [...ids].filter((one) => one !== companion);
  if (ids.size !== 2 || own.length !== 1 || companion === undefined || person === undefined) return ids;
  const isBeside = companion[1].every(({ line }) => person[1].some((place) => Math.abs(place.line - line) <= 1));
  return isBeside ? new Map([person]) : ids;
}

const isOwn = (domain: string): boolean => identityDomain(domain)?.kind === 'other';

const isClockTime = (id: string): boolean =>
  id.startsWith('20') && Number(id.slice(8, 10)) < 24 && Number(id.slice(10)) < 60;

/**
 * What else on the page could be somebody's number: without century, misprinted, run together with another (columns of a PDF),
 * a reserve number. Looked for at every place, whatever stands around it.
 */
const WITH_MARK = /(?=(\d{6}[-+]\d{4}))/g;
const TWELVE_DIGITS = /(?=(\d{12}))/g;
const RESERVE_NUMBERS = /(?<![\w-])(?:\d{8}-?[A-Z][A-Z0-9]\d[\dA-Z]|99\d{10})(?![\w-])/g;
const RESERVE_LIKE = /(?=(\d{8}-?[A-Z][A-Z0-9]\d[\dA-Z]|(?<!\d)99\d{10}(?!\d)))/g;

/** `9001029819`, `900102 9819`, `1890-01-02-9819`: a number in a dress of its own, where its date and its check digit hold. */
const IN_GROUPS = /(?<!\d)(?=((?:(?:18|19|20)[ -]?)?\d{2}[ -]?\d{2}[ -]?\d{2} ?[-+]? ?\d{2} ?\d{2})(?!\d))/g;
const CENTURIES = ['18', '19', '20'] as const;

function namesSomebodyElse(text: string, id: string): boolean {
  for (const [, written = ''] of text.matchAll(IN_GROUPS)) {
    const digits = written.replace(/\D/g, '');
    if (digits === id || digits === id.slice(2)) continue;
    const whole = digits.length === 12 ? [digits] : CENTURIES.map((century) => `${century}${digits}`);
    if (whole.some((one) => nationalNumber(one).kind !== 'none')) return true;
  }
  for (const [, written = ''] of text.matchAll(RESERVE_LIKE)) if (written.replace('-', '') !== id) return true;
  for (const [, written = ''] of text.matchAll(WITH_MARK)) {
    if (written.replace(/[-+]/, '') !== id.slice(2)) return true;
  }
  for (const [, digits = ''] of text.matchAll(TWELVE_DIGITS)) {
    if (digits !== id && nationalNumber(digits).kind !== 'none') return true;
  }
  return false;
}

const LABELS =
  /\b(?:person(?:nummer|nr|id)?|pnr|samordningsnummer|födelsedatum|född|patient(?:ens)?|namn|efternamn|förnamn|kön|man|kvinna|ålder|år|säng|rum|plats|avd(?:elning)?|id)\b\.?:?/gi;
const WORD = "\\p{Lu}[\\p{L}'’-]+";
const COMMA_NAME = new RegExp(`${WORD}(?: ${WORD})*, ?${WORD}(?: ${WORD})*`, 'u');
const PLAIN_NAME = new RegExp(`${WORD}(?: ${WORD})+`, 'u');
const NAME_LABEL = /\b(?:namn|patient(?:ens)?(?: namn)?)\b\s*:/i;

/** On the same line, else on the line before or after where that line says it is a name or has the form `Lind, Karin`. */
function nameBeside(lines: readonly string[], at: number, series: readonly PrintedSeries[]): string | null {
  const ownLine = series.reduce(
    (text, { label }) => (label === null ? text : text.replace(label, ' ')),
    lines[at] ?? '',
  );
  const own = ownLine
    .replace(WHOLE_NUMBER, ' ')
    .replace(RESERVE_NUMBERS, ' ')
    .replace(LABELS, ' ')
    .replace(/\s+/g, ' ');
  const beside = COMMA_NAME.exec(own)?.[0] ?? PLAIN_NAME.exec(own)?.[0];
  if (beside !== undefined) return beside;
  for (const line of [lines[at - 1], lines[at + 1]]) {
    if (line === undefined) continue;
    const bare = line.replace(LABELS, ' ').replace(/\s+/g, ' ');
    const name = COMMA_NAME.exec(bare)?.[0] ?? (NAME_LABEL.test(line) ? PLAIN_NAME.exec(bare)?.[0] : undefined);
    if (name !== undefined) return name;
  }
  return null;
}
