// An amount stays on one line with its thousands and its unit: of «4 000 IE» broken at the end of a line, four is read. Only blanks become
// others; the words stay the source's own.

const NO_BREAK = '\u00a0';
const THOUSANDS = /(?<=\d) (?=\d{3}(?:\D|$))/gu;
const UNITS =
  /(?<=\d) (?=(?:[kmµun]?g|mikrog|[mdcµ]?[lL]|k?E|IE|IU|FTU|[mµn]?mol|mmHg|k?Pa|mEkv|st|tabl|kaps|droppar|kg|cm|mm|min|s|h|%|°C)(?![\p{L}\d]))/gu;

export const unbroken = (words: string): string => words.replace(THOUSANDS, NO_BREAK).replace(UNITS, NO_BREAK);
