// What a reader of a search must know besides the hits: that more people fit, that not everybody was looked through, or that the
// number can't be a number. One sentence each, the same in the terminal, over HTTP and in FHIR.

import { numberRemark } from './person-id.ts';

interface Answer {
  readonly hits: readonly unknown[];
  readonly isCut: boolean;
  readonly isEveryoneSearched: boolean;
}

/** Null when there is nothing to add. */
export function searchRemark(asked: string, { hits, isCut, isEveryoneSearched }: Answer): string | null {
  const number = numberRemark(asked);
  const remarks = [
    ...(number === null ? [] : [`${number}.`]),
    ...(isCut
      ? [
          `Fler personer passar än de ${hits.length} som visas. Skriv fler bokstäver, hela för- och efternamnet, eller numret.`,
        ]
      : []),
    ...(isEveryoneSearched
      ? []
      : [
          'Bara de som är inne eller väntas har sökts. Skriv minst tre bokstäver, eller numret, för att söka bland alla.',
        ]),
  ];
  return remarks.length === 0 ? null : remarks.join(' ');
}
