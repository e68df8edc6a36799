// A unit's list as text for a terminal: bed, patient by two identifiers, warnings, where from. No cell is ever empty (ux §0).

import { between, hanging, harmless, padEnd, wrap } from './text-layout.ts';

/** One line of a unit's list, already in words: who builds it knows the sources. */
export interface CensusLine {
  readonly bed: string;
  readonly name: string;
  readonly number: string;
  readonly age: string;
  readonly warnings: string;
  readonly limits: string;
  readonly status: string;
}

export interface CensusText {
  readonly unitName: string;
  /** *Kopian: läkemedel tyst sedan 04:10 · övrigt 12 s*. */
  readonly copyWords: string;
  readonly asOfWords: string | null;
  readonly lines: readonly CensusLine[];
  /** Why there are no lines, in words; used only when there are none. */
  readonly emptyWords: string;
}

const cell = (words: string): string => (words.trim() === '' ? 'ej i kopian' : harmless(words));

export function renderCensusText(census: CensusText, width: number): string {
  const columns = Math.min(160, Math.max(60, Math.floor(width)));
  const count = census.lines.length === 1 ? '1 patient' : `${census.lines.length} patienter`;
  const lines = [
    ...between(`${harmless(census.unitName)} – ${count}`, harmless(census.copyWords), columns),
    ...(census.asOfWords === null ? [] : wrap(harmless(census.asOfWords), columns)),
    '─'.repeat(columns),
    ...(census.lines.length === 0
      ? wrap(cell(census.emptyWords), columns)
      : census.lines.flatMap((line) => censusLines(line, columns))),
  ];
  return `${lines.join('\n')}\n`;
}

const BED = 8;

function censusLines(line: CensusLine, width: number): readonly string[] {
  const [bed, name, number, age] = [line.bed, line.name, line.number, line.age].map(cell);
  return [
    ...between(`${padEnd(bed ?? '', BED)}${name} · ${number}`, `${age} · ${cell(line.status)}`, width),
    ...hanging('', `${cell(line.warnings)} │ ${cell(line.limits)}`, BED, width),
  ];
}
