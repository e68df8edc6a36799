// What of a chart is told under several of the person's numbers by one source. Seldom anything: a source that changes a patient's
// number says things under both, and nothing else does. So which sources speak under several numbers is asked first.

import type { Notice } from '../../domain/patient-copy.ts';
import { type FactReader, nameOfRow } from '../fact-reader.ts';
import type { GroupMember } from '../identity/read-identity.ts';
import { SYSTEM } from '../part-codes.ts';
import { type FactRow, isHidden } from '../write/facts.ts';
import { joinRows } from './join-rows.ts';

export interface JoinedNumbers {
  /** `sameName` of every row that is told here instead. */
  readonly names: ReadonlySet<string>;
  /** As they are together; those in view only. */
  readonly rows: readonly FactRow[];
  readonly notices: readonly Notice[];
  /** Source and name of notices that hold only while the numbers are apart. */
  readonly untold: ReadonlySet<string>;
}

/** The rows of one part of one number, in view or hidden. */
export interface NumberRows {
  readonly no: number;
  readonly part: number;
  readonly names: readonly string[];
  readonly sources: ReadonlySet<string>;
}

export const NOTHING_JOINED: JoinedNumbers = { names: new Set(), rows: [], notices: [], untold: new Set() };

/** Withdrawn and deleted resources of one part of one number: newer ones count first. */
const HIDDEN_ROWS_MAX = 2_000;

/** Of a row's name (fact-reader.ts): source and key without since when. */
export const sameName = (name: string): string => name.slice(0, name.lastIndexOf('\u001f'));

export const untoldName = (source: string, name: string): string => `${source}\u001f${name}`;

/** Empty where all the person's resources stand under one number. */
export function hiddenRows(members: readonly GroupMember[], parts: PartsOf, sequence: number, facts: FactReader) {
  const having = members.filter(({ no }) => [...(parts.get(no) ?? [])].some((part) => part < SYSTEM));
  if (having.length < 2) return [];
  return having.flatMap(({ no }) =>
    [...(parts.get(no) ?? [])]
      .filter((part) => isHidden({ part }))
      .map((part): NumberRows => {
        const rows = facts.rows(no, part, sequence, HIDDEN_ROWS_MAX);
        return { no, part, names: rows.map(nameOfRow), sources: new Set(rows.map(({ source }) => source)) };
      }),
  );
}

/** The parts each number has rows in. */
export type PartsOf = ReadonlyMap<number, ReadonlySet<number>>;

export function joinNumbers(
  all: readonly NumberRows[],
  { sequence, rowsMax }: { readonly sequence: number; readonly rowsMax: number },
  facts: FactReader,
): JoinedNumbers {
  const sources = spokenUnderSeveral(
    all.flatMap(({ no, sources: said }) => [...said].map((one) => [one, no] as const)),
  );
  if (sources.size === 0) return NOTHING_JOINED;
  const concerned = all.filter(({ sources: said }) => [...said].some((one) => sources.has(one)));
  const names = spokenUnderSeveral(
    concerned.flatMap(({ no, names: own }) => own.map((name) => [sameName(name), no] as const)),
  );
  if (names.size === 0) return NOTHING_JOINED;
  const rows = concerned
    .filter(({ names: own }) => own.some((name) => names.has(sameName(name))))
    .flatMap(({ no, part }) => facts.rows(no, part, sequence, Math.max(rowsMax + 1, HIDDEN_ROWS_MAX)))
    .filter((row) => names.has(sameName(nameOfRow(row))));
  const joined = [...Map.groupBy(rows, (row) => sameName(nameOfRow(row))).values()].map(joinRows);
  return {
    names,
    rows: joined.map(({ row }) => row).filter((row) => !isHidden(row)),
    notices: joined.flatMap(({ notices }) => notices),
    untold: new Set(joined.flatMap(({ row, untold }) => untold.map((name) => untoldName(row.source, name)))),
  };
}

function spokenUnderSeveral(said: readonly (readonly [name: string, no: number])[]): ReadonlySet<string> {
  const first = new Map<string, number>();
  const several = new Set<string>();
  for (const [name, no] of said) {
    const known = first.get(name);
    if (known === undefined) first.set(name, no);
    else if (known !== no) several.add(name);
  }
  return several;
}
