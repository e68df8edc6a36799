// Medication as the medication module tells it: what is ordered (RDE^O11) and what was given or not (RAS^O17).

import type { Medicine } from '../course/medicines.ts';
import { hl7Time } from '../local-time.ts';
import type { Colleague } from '../places.ts';
import type { SimStay } from '../stay.ts';
import type { Voice } from '../systems/voices.ts';
import type { Saying } from './message.ts';
import { caregiver, personAndStay } from './person.ts';
import { repeated, segment } from './segment.ts';

const ROUTES: Readonly<Record<Medicine['route'], string>> = {
  PO: 'Oralt',
  IV: 'Intravenöst',
  SC: 'Subkutant',
  IH: 'Inhalation',
  PR: 'Rektalt',
  IM: 'Intramuskulärt',
};

export interface Prescription {
  readonly stay: SimStay;
  readonly medicine: Medicine;
  readonly placer: string;
  readonly from: number;
  /** Null when it goes on until someone stops it. */
  readonly until: number | null;
}

const two = (hour: number): string => String(hour).padStart(2, '0');

const rxr = (medicine: Medicine): string => segment('RXR', { 1: [medicine.route, ROUTES[medicine.route], 'HL70162'] });

const drug = (medicine: Medicine): readonly string[] => [medicine.atc, medicine.name, 'ATC'];

interface OrderTelling {
  readonly voice: Voice;
  readonly prescription: Prescription;
  /** ORC-1: NW new, DC discontinued, XO changed. */
  readonly control: 'NW' | 'DC' | 'XO';
  readonly at: number;
}

export function medicationOrder({ voice, prescription, control, at }: OrderTelling): Saying {
  const { stay, medicine, placer, from, until } = prescription;
  const time = (ms: number): string => hl7Time(ms, voice.zoned);
  const { infusion, whenNeeded } = medicine;
  return {
    at,
    type: 'RDE^O11^RDE_O11',
    key: `prescription/${placer}/${control}`,
    topic: `prescription/${placer}`,
    stay: stay.number,
    segments: [
      ...personAndStay(stay, voice, at),
      segment('ORC', {
        1: control,
        2: [placer, voice.application],
        5: control === 'DC' ? 'DC' : 'IP',
        9: time(at),
        12: caregiver(stay.doctor),
        16: control === 'DC' ? [undefined, 'Utsatt: byte av behandling'] : undefined,
      }),
      segment('TQ1', {
        1: 1,
        3: whenNeeded === undefined ? undefined : ['PRN'],
        4: medicine.hours.length === 0 ? undefined : repeated(...medicine.hours.map((hour) => `${two(hour)}00`)),
        7: time(from),
        8: until === null && control !== 'DC' ? undefined : time(until ?? at),
        9: 'R',
        10: whenNeeded === undefined ? undefined : `mot ${whenNeeded.why}, högst ${whenNeeded.perDay} gånger/dygn`,
        11: medicine.instruction,
      }),
      segment('RXE', {
        2: drug(medicine),
        3: infusion === undefined ? medicine.dose : undefined,
        5: infusion === undefined ? medicine.unit : undefined,
        7: [undefined, medicine.instruction],
        22: infusion === undefined ? undefined : 'H1',
        23: infusion?.rate,
        24: infusion === undefined ? undefined : 'mL/h',
      }),
      rxr(medicine),
      ...(infusion === undefined
        ? []
        : [segment('RXC', { 1: 'A', 2: [medicine.atc, infusion.mixture, 'L'], 3: 1, 4: 'blandning' })]),
    ],
  };
}

interface DoseTelling {
  readonly voice: Voice;
  readonly prescription: Prescription;
  readonly name: string;
  readonly at: number;
  readonly by: Colleague;
  /** RXA-20: complete, refused, not administered, partially. */
  readonly completion: 'CP' | 'RE' | 'NA' | 'PA';
  readonly reason?: string;
  /** Of an infusion from this moment, mL/h; 0 when stopped. */
  readonly rate?: number;
  /** When given, if it is told later. */
  readonly givenAt?: number;
}

export function doseGiven(telling: DoseTelling): Saying {
  const { voice, prescription, name, at, by, completion, rate } = telling;
  const { stay, medicine, placer } = prescription;
  const givenAt = hl7Time(telling.givenAt ?? at, voice.zoned);
  return {
    at,
    type: 'RAS^O17^RAS_O17',
    key: `dose/${name}`,
    topic: `dose/${name}`,
    stay: stay.number,
    segments: [
      ...personAndStay(stay, voice, at),
      segment('ORC', { 1: 'RE', 2: [placer, voice.application], 9: hl7Time(at, voice.zoned) }),
      segment('RXA', {
        1: 0,
        2: 1,
        3: givenAt,
        4: rate === undefined ? givenAt : undefined,
        5: drug(medicine),
        6: rate ?? medicine.dose,
        7: rate === undefined ? medicine.unit : 'mL',
        10: caregiver(by),
        12: rate === undefined ? undefined : 'h',
        18: telling.reason === undefined ? undefined : [undefined, telling.reason],
        20: completion,
        21: 'A',
      }),
      rxr(medicine),
    ],
  };
}
