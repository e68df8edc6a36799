// One block's view of a chart, and a whole set of vital signs.

import type { Entry } from '../patient-copy.ts';
import {
  type CopyChange,
  entry,
  MINUTE_MS,
  member,
  NOW_MS,
  now,
  observation,
  patientCopy,
  SOURCE_NAMES,
} from './chart.fixture.ts';
import type { BlockView } from './chart.ts';
import { composeChart } from './compose.ts';
import type { ChartOptions } from './context.ts';

export function viewOf<Kind extends BlockView['kind']>(
  kind: Kind,
  copy: CopyChange,
  options: ChartOptions = {},
): Extract<BlockView, { kind: Kind }> {
  const chart = composeChart(patientCopy(copy), now, { sourceNames: SOURCE_NAMES, ...options });
  const view = chart.blocks.find((block) => block.view?.kind === kind)?.view;
  return view as Extract<BlockView, { kind: Kind }>;
}

export const VITALS = {
  respiration: observation('9279-1', 'Andningsfrekvens', '22', '/min'),
  saturation: observation('59408-5', 'SpO2', '93', '%'),
  oxygen: observation('3151-8', 'Syrgasflöde', '2', 'l/min'),
  systolic: observation('8480-6', 'Systoliskt', '112', 'mm[Hg]'),
  diastolic: observation('8462-4', 'Diastoliskt', '64', 'mm[Hg]'),
  pulse: observation('8867-4', 'Puls', '104', '/min'),
  consciousness: { resourceType: 'Observation', code: { text: 'Medvetande' }, valueString: 'A' },
  temperature: observation('8310-5', 'Temp', '38.2', 'Cel'),
};
export type Vital = keyof typeof VITALS;

export const panel = (names: readonly Vital[], at = NOW_MS - 15 * MINUTE_MS, change: Partial<Entry> = {}): Entry =>
  entry(
    'vitals',
    { resourceType: 'DiagnosticReport', code: { text: 'Vitalparametrar' } },
    {
      key: `DiagnosticReport/${at}`,
      at,
      members: names.map((name) => member(name, VITALS[name])),
      ...change,
    },
  );
