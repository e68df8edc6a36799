// Reads one unit's list whole from the copy, at one moment.

import type { CopyReader } from '../../copy/read/copy-reader.ts';
import type { SureNow } from '../../domain/age.ts';
import { Failure } from '../../domain/failures.ts';
import type { UnitId } from '../../domain/identity.ts';
import type { UnitDeclaration } from '../../domain/unit.ts';
import { composeUnitList, type UnitList, type UnitListInput } from '../../domain/unit-list/unit-list.ts';

export interface UnitListOptions {
  readonly reader: CopyReader;
  readonly units: readonly UnitDeclaration[];
  readonly names: UnitListInput['names'];
  readonly now: SureNow;
}

/** @throws {Failure} `unit.not-found`, `history.too-old` */
export function readUnitList(unit: UnitId, asOf: number | undefined, options: UnitListOptions): UnitList {
  const { reader, names, now } = options;
  const read = asOf === undefined ? {} : { asOf };
  return reader.atOnce(() =>
    composeUnitList({
      ...unitOnList(unit, asOf, options),
      copyOf: (key) => reader.patient(key, read),
      names,
      now,
    }),
  );
}

/** Whom the list is of, and what feeds it. */
export function unitOnList(
  unit: UnitId,
  asOf: number | undefined,
  { reader, units }: Pick<UnitListOptions, 'reader' | 'units'>,
): Pick<UnitListInput, 'unit' | 'asOf' | 'rows' | 'feeds'> {
  const read = asOf === undefined ? {} : { asOf };
  const rows = reader.census(unit, read);
  const declared = units.find((known) => known.id === unit);
  if (rows.length === 0 && declared === undefined && !reader.unitIds().includes(unit))
    throw new Failure('unit.not-found', unit.slice(0, 60));
  const { feeds } = reader.unitFeeds(unit, read);
  return { unit: declared ?? { id: unit, name: unit, listKind: 'bed' }, asOf: asOf ?? null, rows, feeds };
}
