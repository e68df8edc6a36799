// Reads one unit's list whole from the copy, at one moment.

import type { CopyReader } from '../../copy/read/copy-reader.ts';
import { shownRow, type UnitWithholding, withholdingFor, withoutBlocked } from '../../domain/access/steps.ts';
import type { SureNow } from '../../domain/age.ts';
import { Failure } from '../../domain/failures.ts';
import type { PatientKey, UnitId } from '../../domain/identity.ts';
import { type Marks, withMarks } from '../../domain/marks.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { composeUnitList, type UnitList, type UnitListInput } from '../../domain/unit-list/unit-list.ts';

export interface UnitListOptions {
  readonly reader: CopyReader;
  readonly units: readonly UnitDeclaration[];
  readonly names: UnitListInput['names'];
  readonly now: SureNow;
  /** What is kept from who reads; null: nothing. */
  readonly withheld: UnitWithholding | null;
  readonly marks: Marks;
}

/** @throws {Failure} `unit.not-found`, `history.too-old` */
export function readUnitList(unit: UnitId, asOf: number | undefined, options: UnitListOptions): UnitList {
  const { reader, names, now } = options;
  const read = asOf === undefined ? {} : { asOf };
  return reader.atOnce(() =>
    composeUnitList({
      ...unitOnList(unit, asOf, options),
      copyOf: (key) => shownCopy(reader.patient(key, read), options),
      names,
      now,
    }),
  );
}

export function shownCopy(
  read: PatientCopy | null,
  { reader, withheld, marks }: Pick<UnitListOptions, 'reader' | 'withheld' | 'marks'>,
): PatientCopy | null {
  const copy = read === null ? null : withMarks(read, marks);
  if (copy === null || withheld === null) return copy;
  return withoutBlocked(copy, withholdingFor(keysOf(copy.key, withheld, reader), withheld));
}

/** A block was said under the number that the patient had then. */
const keysOf = (key: PatientKey, { blocks }: UnitWithholding, reader: CopyReader): readonly PatientKey[] =>
  blocks.size === 0 ? [key] : (reader.whereabouts(key)?.keys ?? [key]);

/** Whom the list is of, and what feeds it. */
export function unitOnList(
  unit: UnitId,
  asOf: number | undefined,
  { reader, units, marks, withheld }: Pick<UnitListOptions, 'reader' | 'units' | 'marks' | 'withheld'>,
): Pick<UnitListInput, 'unit' | 'use' | 'asOf' | 'bookedUntil' | 'rows' | 'feeds'> {
  const read = asOf === undefined ? {} : { asOf };
  const rows = reader.census(unit, read);
  const declared = units.find((known) => known.id === unit);
  if (rows.length === 0 && declared === undefined && !reader.unitIds().includes(unit))
    throw new Failure('unit.not-found');
  const { feeds } = reader.unitFeeds(unit, read);
  const use = Object.hasOwn(marks.uses, unit) ? marks.uses[unit] : undefined;
  return {
    unit: declared ?? { id: unit, name: unit, listKind: 'bed' },
    ...(use === undefined ? {} : { use }),
    asOf: asOf ?? null,
    bookedUntil: reader.bookedUntil(unit, read),
    rows:
      withheld === null
        ? rows
        : rows.map((row) => shownRow(row, withholdingFor(keysOf(row.key, withheld, reader), withheld))),
    feeds,
  };
}
