// The five characters a sender has chosen to cut its messages with (HL7 v2 ch. 2.5.4). Read from each message, never
// assumed: an engine that rewrites unusual delimiters has put values in the wrong fields before.

export interface Delimiters {
  readonly field: string;
  /** '' = the sender declared none, so the character is ordinary text (short MSH-2). */
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
  /** The fifth character, from 2.7 on. */
  readonly truncation: string | null;
}

/** What ch. 2.5.4 recommends; used when MSH-2 is empty or there is no header. */
export const RECOMMENDED: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escape: '\\',
  subcomponent: '&',
  truncation: null,
};

/** What nearly every message begins with. */
const USUAL_BEGINNING = 'MSH|^~\\&|';

const HEADER_NAMES = ['MSH', 'FHS', 'BHS'];

/** The segments whose first field is the separator itself. */
export function isHeaderName(name: string): boolean {
  return HEADER_NAMES.includes(name);
}

/**
 * Reads the delimiters of a text that begins with a header segment; null when it does not, or when the character after
 * its name cannot be a separator (a letter, a digit, a space, a line end, half a surrogate pair).
 */
export function readDelimiters(text: string): Delimiters | null {
  if (text.startsWith(USUAL_BEGINNING)) return RECOMMENDED;
  const field = text.charAt(3);
  if (!isHeaderName(text.slice(0, 3).toUpperCase()) || !canDelimit(field)) return null;
  const chosen = chooseRoles(encodingCharacters(text, field).slice(0, 5), field);
  const role = (position: number) => chosen[position] ?? '';
  return {
    field,
    component: role(0),
    repetition: role(1),
    escape: role(2),
    subcomponent: role(3),
    truncation: role(4) === '' ? null : role(4),
  };
}

/**
 * One character for each role, '' where none is declared. An empty MSH-2, or one that gives a character two roles (a real
 * sender wrote `&&&&`, and `^` between its components), declares nothing: the recommended ones are read then.
 */
function chooseRoles(written: string, field: string): readonly string[] {
  const distinct = new Set([field, ...written]);
  const isUsable = written !== '' && distinct.size === written.length + 1;
  return [...(isUsable ? written : '^~\\&')].map((character) =>
    canDelimit(character) && character !== field ? character : '',
  );
}

/** MSH-2 is at most a handful of characters; a broken one must not make us walk a whole frame. */
function encodingCharacters(text: string, field: string): string {
  let end = 4;
  while (end < text.length && end < 10) {
    const character = text.charAt(end);
    if (character === field || character === '\r' || character === '\n') break;
    end += 1;
  }
  return text.slice(4, end);
}

function canDelimit(character: string): boolean {
  return character !== '' && !/[\p{L}\p{N}\s\p{Cs}]/u.test(character);
}
