// How each source system speaks: its name in MSH-3 and MSH-4, its version and character set, and what kind of answer it
// asks for. The differences are real ones from Swedish hospitals; the station must take them all on one port.

import type { HospitalCode } from '../places.ts';

const SYSTEM_IDS = ['journal', 'lab', 'lakemedel', 'operation', 'akut', 'fj-journal', 'fj-lab'] as const;
export type SystemId = (typeof SYSTEM_IDS)[number];
export const isSystemId = (text: string): text is SystemId => (SYSTEM_IDS as readonly string[]).includes(text);

export type WireCharset = 'iso-8859-1' | 'windows-1252' | 'utf-8';

export interface Voice {
  readonly id: SystemId;
  /** As people call it. */
  readonly name: string;
  readonly hospital: HospitalCode;
  readonly application: string;
  readonly version: string;
  readonly charset: WireCharset;
  /** What MSH-18 says; empty as some systems leave it. */
  readonly charsetLabel: string;
  /** MSH-15 and MSH-16: enhanced mode where valued. */
  readonly accept: string;
  readonly application16: string;
  /** Times with zone (+0100). */
  readonly zoned: boolean;
  readonly fullLoadBatchName: string;
}

const voice = (
  id: SystemId,
  name: string,
  hospital: HospitalCode,
  application: string,
  more: Partial<Voice> = {},
): Voice => ({
  id,
  name,
  hospital,
  application,
  version: '2.5.1',
  charset: 'utf-8',
  charsetLabel: 'UNICODE UTF-8',
  accept: '',
  application16: '',
  zoned: false,
  fullLoadBatchName: `FULLADDNING-${application}`,
  ...more,
});

export const VOICES: readonly Voice[] = [
  voice('journal', 'Journalsystemet', 'ASEN', 'JOURNAL', { charset: 'iso-8859-1', charsetLabel: '8859/1' }),
  voice('lab', 'Laboratoriet', 'ASEN', 'LAB', { zoned: true, accept: 'AL', application16: 'NE' }),
  voice('lakemedel', 'Läkemedelsmodulen', 'ASEN', 'LAKEMEDEL', {
    charset: 'windows-1252',
    charsetLabel: '',
    version: '2.6',
  }),
  voice('operation', 'Operationsplaneringen', 'ASEN', 'OPPLAN'),
  voice('akut', 'Akutliggaren', 'ASEN', 'AKUTLIGGARE', { version: '2.4', zoned: true }),
  voice('fj-journal', 'Journalsystemet Fjällnäs', 'FJALL', 'FJPAS', {
    charset: 'iso-8859-1',
    charsetLabel: '8859/1',
    version: '2.3.1',
  }),
  voice('fj-lab', 'Laboratoriet Fjällnäs', 'FJALL', 'FJLAB', { version: '2.4' }),
];

export function voiceOf(id: SystemId): Voice {
  const found = VOICES.find((candidate) => candidate.id === id);
  if (found === undefined) throw new RangeError('sim: no such system');
  return found;
}
