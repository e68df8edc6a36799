// Clock times as people write them in an order: `kl. 08, 20`, `kl 10 och 16`, `08:00`. Only what is surely a time counts as one: a
// `20` that is milligrams must not pass for eight in the evening.

const WRITTEN_OUT = /(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])/g;
const BY_THE_CLOCK = /\bkl(?:ockan)?\b\.?/gi;
const UNIT = '(?:m?g|µg|μg|mikrogram|m?l|mmol|IE|E|st|%|tabl|kaps|dropp|puff|dos|enhet)';
const NEXT = new RegExp(
  `\\s*(?:,|och\\b|samt\\b|&|\\+|/)?\\s*([01]?\\d|2[0-3])(?:[:.]([0-5]\\d))?(?![\\d])(?!\\s*${UNIT})`,
  'iuy',
);

const clock = (hour = '', minute = '00'): string => `${hour.padStart(2, '0')}:${minute}`;

/** Whether a sentence already tells all these times (`HH:MM`). */
export function tellsClockTimes(sentence: string, times: readonly string[]): boolean {
  const told = new Set([...sentence.matchAll(WRITTEN_OUT)].map(([, hour, minute]) => clock(hour, minute)));
  for (const { 0: word, index } of sentence.matchAll(BY_THE_CLOCK)) {
    NEXT.lastIndex = index + word.length;
    for (let next = NEXT.exec(sentence); next !== null; next = NEXT.exec(sentence)) told.add(clock(next[1], next[2]));
  }
  return times.every((time) => told.has(time));
}
