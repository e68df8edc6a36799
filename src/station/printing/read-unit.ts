// Everything a unit's pack is made of, read from the copy at one moment: its list and the charts of those who are there, as screens
// have them.

import { composeChart } from '../../domain/chart/compose.ts';
import { ChartMemory } from '../../domain/chart/memory.ts';
import { nearPatientsOf } from '../../domain/chart/near-patients.ts';
import type { PatientKey, UnitId } from '../../domain/identity.ts';
import { composeUnitList, isNear, peopleOnList, type UnitList } from '../../domain/unit-list/unit-list.ts';
import { limits } from '../../limits.ts';
import type { PackInput } from '../../paper/jobs.ts';
import { shownCopy, type UnitListOptions, unitOnList } from '../reading/unit-list.ts';

export interface UnitOnPaper {
  readonly list: UnitList;
  readonly charts: PackInput['charts'];
}

/** @throws {Failure} `unit.not-found`, `history.too-old` */
export function readUnitForPaper(unit: UnitId, asOf: number | undefined, options: UnitListOptions): UnitOnPaper {
  const { reader, names, now } = options;
  const { remember } = new ChartMemory();
  const read = { rowsMax: limits.paperRowsMax, ...(asOf === undefined ? {} : { asOf }) };
  return reader.atOnce(() => {
    const onList = unitOnList(unit, asOf, options);
    const beside = peopleOnList(onList.rows, now.wallMs);
    const charts = new Map<PatientKey, ReturnType<typeof composeChart>>();
    const list = composeUnitList({
      ...onList,
      copyOf: (key) => {
        const copy = shownCopy(reader.patient(key, read), options);
        const row = onList.rows.find((one) => one.key === key);
        if (copy !== null && row !== undefined)
          charts.set(
            key,
            composeChart(
              copy,
              now,
              { ...names, nearPatients: isNear(row) ? nearPatientsOf(row, beside) : [] },
              remember,
            ),
          );
        return copy;
      },
      ...{ names, now, remember },
    });
    return { list, charts };
  });
}
