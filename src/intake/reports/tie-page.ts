// Whose a printed page is. A page is one patient's only when it carries one whole personal number and a name beside it, and
// no sign of anybody else (design §8). In doubt it is nobody's: an untied page is read at the unit, a wrongly tied one is
// another person's medicines.

import type { Identity } from '../../domain/identity.ts';
import { PERSONNUMMER, SAMORDNINGSNUMMER } from '../../domain/identity-domains.ts';
import { nationalNumber } from '../hl7v2/meaning/national-number.ts';

export type PageTie =
  | {
      readonly tied: true;
      readonly identity: Identity /** As printed, for the reader to compare. */;
      readonly name: string;
    }
  | { readonly tied: false; readonly why: 'no whole personal number' | 'no name beside the number' | 'several people' };

/** Twelve digits with century, as printed: `19121212-1212`, `191212121212`, `19121212 1212`. */
const WHOLE_NUMBER = /(?<![\d-])(?:18|19|20)\d{6}[-+ ]?\d{4}(?![\d-])/g;

interface Place {
  readonly domain: string;
  readonly line: number;
  /** `20261122 0815` may be a clock time: it can make a page doubtful, never tie it. */
  readonly isCertain: boolean;
}

const LINE_LENGTH_MAX = 1000;

export function tiePage(text: string): PageTie {
  // A printed line is short; names are looked for in no more than that.
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.slice(0, LINE_LENGTH_MAX));
  const ids = placesOf(lines);
  const [found, ...others] = ids;
  if (found === undefined) return { tied: false, why: 'no whole personal number' };
  const [id, places] = found;
  if (others.length > 0 || namesSomebodyElse(text, id)) return { tied: false, why: 'several people' };
  const certain = places.filter(({ isCertain }) => isCertain);
  if (certain.length === 0) return { tied: false, why: 'no whole personal number' };
  for (const { domain, line } of certain) {
    const name = nameBeside(lines, line);
    if (name !== null) return { tied: true, identity: { domain, id }, name };
  }
  return { tied: false, why: 'no name beside the number' };
}

function placesOf(lines: readonly string[]): ReadonlyMap<string, readonly Place[]> {
  const ids = new Map<string, Place[]>();
  lines.forEach((text, line) => {
    for (const [written] of text.matchAll(WHOLE_NUMBER)) {
      const national = nationalNumber(written.replace(' ', ''));
      if (national.kind === 'none') continue;
      const domain = national.kind === 'personnummer' ? PERSONNUMMER : SAMORDNINGSNUMMER;
      const places = ids.get(national.id) ?? [];
      places.push({ domain, line, isCertain: /[-+]/.test(written) || !isClockTime(national.id) });
      ids.set(national.id, places);
    }
  });
  return ids;
}

const isClockTime = (id: string): boolean =>
  id.startsWith('20') && Number(id.slice(8, 10)) < 24 && Number(id.slice(10)) < 60;

/**
 * What else on the page could be somebody's number: without century, misprinted, run together with another (columns of a PDF),
 * a reserve number. Looked for at every place, whatever stands around it.
 */
const WITH_MARK = /(?=(\d{6}[-+]\d{4}))/g;
const TWELVE_DIGITS = /(?=(\d{12}))/g;
const RESERVE_NUMBER = /(?<!\w)(?:\d{8}-?[A-Z][A-Z0-9]\d[\dA-Z]|99\d{10})(?!\w)/;

function namesSomebodyElse(text: string, id: string): boolean {
  if (RESERVE_NUMBER.test(text)) return true;
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
function nameBeside(lines: readonly string[], at: number): string | null {
  const own = (lines[at] ?? '').replace(WHOLE_NUMBER, ' ').replace(LABELS, ' ').replace(/\s+/g, ' ');
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
