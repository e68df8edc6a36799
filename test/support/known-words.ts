// What may stand in a list's cell or a chart's block: something told of the patient, or one of the words for why nothing is. Anything else
// is a hole with letters in it (design §5.4).

import type { Chart, EmptyReason } from '../../src/domain/chart/chart.ts';
import type { ColumnName } from '../../src/domain/unit-list/list-columns.ts';
import type { UnitList, UnitListRow } from '../../src/domain/unit-list/unit-list.ts';

const NOT_KNOWN =
  /^(?:[^:]+: )?(?:ej i kopian|ingår inte i kopian|okänt(?: – fråga)?|spärrade uppgifter finns|tyst sedan .*\d\d:\d\d|tyst: inget har kommit|gammal, .*\d|ofullständig(?:, .*\d\d:\d\d)?|återuppbyggd .*\d|hålls .*\d)(?: \(.+\))?(?: – fråga)?$/i;
const NONE = /^(?:ingen enligt källan|ingen registrerad)$/;
const TIME = /^(?:\d{1,2}(?:\/\d{1,2}| \p{L}{3} \d{4}) )?\d\d:\d\d|^\d{1,2} \p{L}{3} \d{4}/u;

/** Words that are no value, by column. */
const OF_COLUMN: Readonly<Record<ColumnName, readonly RegExp[]>> = {
  place: [/^ej angiven$/],
  patient: [/\p{L}+, \p{L}+/u, /^namn saknas$/, /^\d{8}[-+]\w{4}$/, /^(?:\d+ \p{L}+|ålder okänd), \p{L}+/u],
  when: [
    /^tid ej i kopian$/,
    /^orsak ej angiven$/,
    /^(?:\p{L}+, (?:var )?)?bokad .*\d\d:\d\d/u,
    /^(?:ligger på|på permission från) \p{L}/u,
    /^vårdplats ej känd här$/,
  ],
  warnings: [
    /^(?:Inga kända allergier|Ingen känd smitta|Skyddad identitet)$/,
    /^Namnlik: (?:listan .*)?\d+:\d+/,
    /^Liknande nummer: jämför alla tolv siffror$/,
    /^Plats enligt okänd avsändare – kontrollera$/,
  ],
  limits: [/^oklart – läs journalkopian$/],
  news2: [
    TIME,
    /^(?:inga mätvärden i kopian|NEWS2 räknas inte ut här)/,
    /^NEWS2 gäller från 16 år/,
    /^gäller inte gravida/,
    / saknas\b/,
  ],
  medication: [
    /^(?:\d+ ordination(?:er)?(?:, ingen kommande tid i kopian)?|inga aktiva ordinationer)$/,
    /^Givna doser (?:okända|kan) /,
  ],
  results: [/^senast .*\d/, TIME, /^(?:inget väntar|(?:minst )?\d+ väntar|okänt om svar väntar)$/],
  surgery: [/^och \d+ till$/, TIME],
};

const OF_REASON: Readonly<Record<EmptyReason, RegExp>> = {
  'stated-none': /^Ing(?:a|en) \p{L}.+ \(.+ per .+\)$/u,
  'none-recorded': /^Inga registrerade(?: under vårdtillfället)?, per .+ \(.+\)$/,
  unknown: /^Okänt – (?:fråga patienten|bastest krävs)/,
  'not-fed': /^Ingår inte i kopian/,
  silent: /\bTyst(?:: inget har kommit| sedan .*\d\d:\d\d)/i,
  stale: /\bGammal, .*\d/i,
  held: /\bHålls .*\d/i,
  rebuilt: /\bÅteruppbyggd .*\d/i,
  incomplete: /\bOfullständig|^Uppgifter finns men visas inte här/i,
  blocked: /^Spärrade uppgifter finns/,
  hidden: /^Skyddad identitet/,
};

/** Of a line of the list, what is neither known nor told on the patient's chart; `chart` is null of who has left. */
export function strangeCells({ columns }: UnitList, row: UnitListRow, chart: Chart | null): readonly string[] {
  const { who, cells, stay } = row;
  const told = JSON.stringify([
    chart?.blocks,
    chart?.banner,
    stay.reason,
    [stay.room, stay.bed].filter(Boolean).join(':'),
  ]);
  const isTold = (words: string): boolean =>
    // A list writes times and ways of giving shorter than the chart does.
    words.split(/ – |, | · /).some((piece) => piece.length > 2 && told.includes(JSON.stringify(piece).slice(1, -1))) ||
    told.includes(JSON.stringify(words.replace(TIME, '').trim().split(' ')[0] ?? words).slice(1, -1));
  return columns.flatMap(({ name }) => {
    const said =
      name === 'place'
        ? [who.place]
        : name === 'patient'
          ? [who.name, who.number, who.ageAndSex]
          : cells === null
            ? [`${who.kindWords} ${who.since}`]
            : name === 'news2'
              ? [cells.news2.words]
              : cells[name].map(({ words }) => words);
    const known = [
      ...OF_COLUMN[name],
      NONE,
      NOT_KNOWN,
      ...(cells === null ? [/^(?:utskriven|väntas|oklart om kommen) .*\d/] : []),
    ];
    const strange = said.filter((words) => !known.some((one) => one.test(words)) && (words === '' || !isTold(words)));
    return said.length === 0 ? [`${name}: empty`] : strange.map((words) => `${name}: ${words}`);
  });
}

/** Of a chart: parts that hold nothing and do not say why, or say why in other words than those of their state. */
export const strangeBlocks = ({ blocks }: Chart): readonly string[] =>
  blocks.flatMap(({ title, short, parts }) => {
    const own = parts.flatMap(({ part, content, entries }) => {
      if (content.kind === 'empty')
        return OF_REASON[content.reason].test(content.words) ? [] : [`${part}: ${content.words}`];
      return entries.length > 0 && entries.every((entry) => entry.title !== '') ? [] : [`${part}: empty`];
    });
    return title === '' || short === '' || parts.length === 0 ? [`${title}: no state`, ...own] : own;
  });
