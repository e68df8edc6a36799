// Where the patient is, since when and why, and who answers: from the stays the sources tell.

import type { Caregiver, StayClass } from '../changes.ts';
import type { Stay, StayStatus } from '../patient-copy.ts';
import { timeWords } from '../swedish-time.ts';
import type { ChartEntry } from './chart.ts';
import type { ComposeContext } from './context.ts';
import { details, joined } from './description.ts';

/** Here now, before soon here, before gone; the latest said first. */
const STATUS_ORDER: readonly StayStatus[] = ['present', 'on-leave', 'unknown', 'planned', 'discharged', 'cancelled'];

export function currentStay(stays: readonly Stay[]): Stay | null {
  const ordered = [...stays].sort(
    (a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) || b.changedAt - a.changedAt,
  );
  return ordered.find(({ status }) => status !== 'cancelled') ?? null;
}

/** When the stay began, where that can be believed: a begin that lay ahead when it was said, or lies ahead now, is a fault. */
export function stayBegan(stay: Stay | null, nowMs: number): number | null {
  const began = stay?.admittedAt ?? null;
  return began === null || began > nowMs || stay?.admittedIsAhead === true ? null : began;
}

const CLASS_WORDS: Readonly<Record<StayClass, string>> = {
  inpatient: 'slutenvård',
  emergency: 'akut',
  outpatient: 'öppenvård',
  'pre-admit': 'förberedd inskrivning',
  'day-care': 'dagvård',
  birth: 'förlossning',
  unknown: 'vårdform ej angiven',
};
const ROLE_WORDS: Readonly<Record<Caregiver['role'], string>> = {
  attending: 'Läkare',
  referring: 'Remittent',
  consulting: 'Konsult',
  admitting: 'Inskrivande läkare',
  nurse: 'Sjuksköterska',
  other: 'Ansvarig',
};

export function stayStatusWords(stay: Stay, context: ComposeContext): string {
  const at = (ms: number | null): string => (ms === null ? ', tid saknas' : ` ${context.time(ms).text}`);
  switch (stay.status) {
    case 'present':
      return `Inskriven${at(stay.admittedAt)}`;
    case 'on-leave':
      return `På permission sedan${at(stay.leaveSince)}`;
    case 'planned':
      return `Planerad${at(stay.expectedAdmitAt)}`;
    case 'discharged':
      return `Utskriven${at(stay.dischargedAt)}`;
    case 'cancelled':
      return 'Inskrivningen återtagen';
    case 'unknown':
      return 'Inskrivningens status är okänd';
  }
}

export const bedWords = (stay: Stay): string =>
  joined(stay.room, stay.bed).replace(' · ', ':') || stay.location || 'plats saknas';

export function stayEntry(stay: Stay, context: ComposeContext): ChartEntry {
  const unit = stay.unit === null ? 'enhet saknas' : context.unitName(stay.unit);
  const time = context.time(stay.admittedAt ?? stay.expectedAdmitAt ?? stay.changedAt);
  return {
    kind: 'stay',
    key: `Stay/${stay.visit?.id ?? `${stay.source}/${stay.changedAt}`}`,
    source: stay.source,
    sourceName: context.sourceName(stay.source),
    time,
    state: 'final',
    title: joined(unit, bedWords(stay)),
    text: joined(stayStatusWords(stay, context), CLASS_WORDS[stay.class], stay.service, stay.reason),
    status: null,
    isDanger: false,
    details: details(
      [
        'Beräknad utskrivning',
        stay.expectedDischargeAt === null ? null : plannedWords(stay.expectedDischargeAt, context),
      ],
      ['Flyttas till', stay.plannedUnit === null ? null : context.unitName(stay.plannedUnit)],
    ),
    remarks: [
      ...(stay.bedConflict ? ['Två patienter är uppgivna på samma plats – kontrollera på rummet'] : []),
      ...(stay.unlistedAt === null
        ? []
        : [
            `Saknades i källans fulla laddning ${context.time(stay.unlistedAt).text} – kontrollera om patienten är kvar`,
          ]),
    ],
    values: [],
    receivedUnder: null,
  };
}

export function caregiverEntries(stay: Stay, context: ComposeContext): readonly ChartEntry[] {
  return stay.caregivers.map((caregiver, index) => ({
    kind: 'caregiver',
    key: `Caregiver/${stay.visit?.id ?? stay.source}/${index}`,
    source: stay.source,
    sourceName: context.sourceName(stay.source),
    time: context.time(stay.changedAt),
    state: 'final',
    title: caregiver.name,
    text: ROLE_WORDS[caregiver.role],
    status: null,
    isDanger: false,
    details: [],
    remarks: [],
    values: [],
    receivedUnder: null,
  }));
}

export const responsibleWords = (stay: Stay | null): string => {
  const doctor = stay?.caregivers.find(({ role }) => role === 'attending') ?? stay?.caregivers[0];
  return doctor === undefined ? 'ansvarig läkare ej i kopian' : `${ROLE_WORDS[doctor.role]} ${doctor.name}`;
};

/** A planned day comes as its first moment: no hour was meant. Today has its date too: paper is read on another day. */
function plannedWords(ms: number, context: ComposeContext): string {
  const { text } = context.time(ms);
  return (text === '00:00' ? timeWords(ms, ms + DAY_MS) : text).replace(/ 00:00$/, '');
}
const DAY_MS = 24 * 60 * 60_000;
