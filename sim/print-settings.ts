// Prints the settings a station needs to receive the simulated hospitals: units, sources and the folder of printed lists.
// The demo writes its settings file from this; JSON is YAML. Arguments: the reports folder given to sim/main.ts, and the address of a
// printer, if there is one.

import { join, resolve } from 'node:path';
import { REPORT_SOURCE, simulatedSources, simulatedUnits } from './declarations.ts';

const [reports = './data/reports', printer] = process.argv.slice(2);
const units = simulatedUnits(['ASEN', 'FJALL']);
const settings = {
  name: 'Reservkraft (demo)',
  units,
  sources: simulatedSources(['ASEN', 'FJALL']),
  ...(printer === undefined
    ? {}
    : { printers: [{ id: 'exp', name: 'Expeditionen', address: printer, units: units.map(({ id }) => id) }] }),
  reports: simulatedUnits(['FJALL']).map((unit) => ({
    source: REPORT_SOURCE,
    folder: join(resolve(reports), REPORT_SOURCE),
    kind: 'Patientlista',
    unit: unit.id,
    pattern: `^${unit.id}-`,
    // The simulated printer moves its files there whole.
    restSeconds: 5,
  })),
};
process.stdout.write(`${JSON.stringify(settings, null, 2)}\n`);
