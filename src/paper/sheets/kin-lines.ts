// Relatives as they stand on a sheet: several sources often name the same one, with the same number and relation. That is one line with
// all who say it, so that whoever rings in the night rings once.

import type { ChartEntry } from '../../domain/chart/chart.ts';
import { WORDS } from '../words.ts';

/** How a number or a name is broken up tells nothing: *070-123 45 67* is *0701234567*. */
const bare = (words: string): string => words.toLowerCase().replace(/[\s\-–]/gu, '');
const sameOne = ({ title, text, status }: ChartEntry): string => [title, text, status ?? ''].map(bare).join('|');

/** In the order they stood, each at the first who says it. What only one of them tells besides (an address) stands too. */
export function relativesOnce(entries: readonly ChartEntry[]): readonly ChartEntry[] {
  return [...Map.groupBy(entries, sameOne).values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined || alike.length === 1) return alike;
    const details = new Map(
      alike.flatMap(({ details: own }) =>
        own.map((detail) => [bare(`${detail.label}${detail.text}`), detail] as const),
      ),
    );
    const remarks = alike.flatMap((entry) => [
      ...entry.remarks,
      ...(entry.receivedUnder === null ? [] : [WORDS.receivedUnder(entry.receivedUnder)]),
    ]);
    return [
      {
        ...first,
        isDanger: alike.some(({ isDanger }) => isDanger),
        details: [...details.values()],
        receivedUnder: null,
        remarks: [
          ...new Set(remarks),
          WORDS.saidAlike(alike.map(({ sourceName, time }) => `${sourceName} ${time.text}`).join(', ')),
        ],
      },
    ];
  });
}
