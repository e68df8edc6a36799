// What is decided or stated once about a stay: limits of treatment, isolation, lines and catheters, risks, weight. Only the
// rich hospital's record system has an interface for these; that is why a copy must say when they are not fed.

import { HOUR_MS, MINUTE_MS, writtenTime } from '../local-time.ts';
import type { Saying } from '../messages/message.ts';
import { type Obx, observations } from '../messages/observations.ts';
import { Random } from '../random.ts';
import { placeAt, type SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import { once } from './hours.ts';

/** Codes that the declaration sends to another part than their category would (sim/declarations.ts). */
export const STATEMENT_CODES = {
  BEHBEGR: 'limits',
  ISOLERING: 'infection',
  UPPMARKS: 'alerts',
  INFART: 'devices',
  FALLRISK: 'risks',
  TRYCKSAR: 'risks',
  NUTRITION: 'risks',
  VATSKEBAL: 'fluid-balance',
  NEWS2SKALA: 'vitals',
} as const;

interface Statement {
  readonly name: string;
  readonly afterMs: number;
  readonly code: readonly [keyof typeof STATEMENT_CODES, string];
  readonly values: readonly (readonly [keyof typeof STATEMENT_CODES, string, string])[];
}

const doctorName = (stay: SimStay): string => `${stay.doctor.given} ${stay.doctor.family}`;

/** What is stated about this stay; which ones, the stay's own chance decides. */
function statementsOf(stay: SimStay): Statement[] {
  const { course } = stay;
  if (course === null || stay.kind !== 'inpatient') return [];
  const random = new Random(`${stay.seed}/statements`);
  const found: Statement[] = [];
  const decidedAt = stay.admittedAt + random.int(90, 900) * MINUTE_MS;
  if (random.chance(course.limits ?? 0)) {
    const text = random.weighted([
      ['0-HLR: hjärt–lungräddning ska inte utföras. I övrigt full vård', 6],
      ['0-HLR och ej intensivvård. Vård på avdelning, antibiotika och vätska enligt ordination', 4],
      ['Ej respiratorvård. NIV kan prövas', 2],
      ['Palliativ inriktning, symtomlindring. Inga livsuppehållande åtgärder', 1],
    ]);
    const value = `${text}. Beslut ${writtenTime(decidedAt)} av ${doctorName(stay)}, i samråd med patient och närstående.`;
    found.push({
      name: 'limits',
      afterMs: decidedAt - stay.admittedAt,
      code: ['BEHBEGR', 'Behandlingsbegränsning'],
      values: [['BEHBEGR', 'Behandlingsbegränsning', value]],
    });
  }
  if (course.isolation !== undefined) {
    found.push({
      name: 'isolation',
      afterMs: random.int(10, 120) * MINUTE_MS,
      code: ['ISOLERING', 'Isolering'],
      values: [['ISOLERING', 'Isolering', course.isolation]],
    });
  }
  if (random.chance(0.14)) {
    const alert = random.pick([
      'Pacemaker, inlagd 2021',
      'Svår intubation 2019',
      'Tidigare transfusionsreaktion',
      'Antikoagulantiabehandling',
    ]);
    found.push({
      name: 'alert',
      afterMs: 20 * MINUTE_MS,
      code: ['UPPMARKS', 'Uppmärksamhetsinformation'],
      values: [['UPPMARKS', 'Observandum', alert]],
    });
  }
  const lines = ['PVK vänster underarm'];
  if (placeAt(stay, stay.admittedAt).unit === 'IVA')
    lines.push('CVK höger vena jugularis interna', 'Artärnål vänster radialis', 'KAD');
  else if (course.surgery !== undefined && random.chance(0.5)) lines.push('KAD');
  if (stay.kind === 'inpatient' && course.id !== 'child-infection') {
    found.push({
      name: 'lines',
      afterMs: random.int(30, 100) * MINUTE_MS,
      code: ['INFART', 'Infarter och katetrar'],
      values: lines.map((line) => [
        'INFART',
        line.split(' ')[0] ?? 'Infart',
        `${line}, satt ${writtenTime(stay.admittedAt)}`,
      ]),
    });
  }
  if (course.ages[0] >= 40) {
    found.push({
      name: 'risks',
      afterMs: random.int(3, 9) * HOUR_MS,
      code: ['FALLRISK', 'Riskbedömning'],
      values: [
        ['FALLRISK', 'Fallrisk (DFRI)', random.chance(0.55) ? 'Risk: 4 poäng' : 'Ingen ökad risk'],
        ['TRYCKSAR', 'Trycksårsrisk (RAPS)', `${random.int(24, 38)} poäng`],
        ['NUTRITION', 'Nutritionsrisk', random.chance(0.35) ? 'Risk för undernäring' : 'Ingen risk'],
      ],
    });
  }
  return found;
}

export function statementsBetween(voice: Voice, stay: SimStay, from: number, to: number): Saying[] {
  return statementsOf(stay).flatMap((statement) => {
    const when = { atMs: stay.admittedAt + statement.afterMs, from, to };
    return [...once(stay, `stated-${statement.name}`, when)].map((beat) =>
      observations({
        voice,
        stay,
        saidAt: beat.at,
        at: beat.at,
        key: beat.name,
        topic: beat.name,
        filler: beat.name.replaceAll('/', '-'),
        code: [statement.code[0], statement.code[1], 'L'],
        by: statement.name === 'limits' ? stay.doctor : stay.nurse,
        values: statement.values.map(
          ([code, name, value], index): Obx => ({ type: 'ST', code: [code, name, 'L'], sub: String(index + 1), value }),
        ),
      }),
    );
  });
}
