// What the ledger is told of each question the station answers: one line a route. A test holds that no route is forgotten. What was
// searched for is never kept: only that somebody searched, and whom they were shown.

import type { EntryKind } from '../domain/entry-kinds.ts';
import { ledgerText } from '../domain/ledger-entry.ts';

/** What was asked, as far as it tells what was read. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** As parsed: an object, or the text of a form. */
  readonly body: unknown;
  /** The answer as an object, where it was one. */
  readonly answer: unknown;
  /** The answer as text, where it was made elsewhere. */
  readonly text: () => string;
}

export interface Recorded {
  readonly kind: EntryKind;
  readonly unit?: string | null;
  readonly patient?: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** When it was read, where the station is told later; absent: now. */
  readonly readAt?: number;
}

/** Null: nothing was handed out. */
type Rule = (asked: Asked) => Recorded | null;
type Json = Readonly<Record<string, unknown>>;

/** Answers that say nothing of anyone. */
export const UNRECORDED: readonly string[] = [
  'GET /health',
  'GET /', // the app without data
  'GET /api/openapi.json',
  'GET /api/status',
  'GET /api/units', // names of units, and how many lie there
  'GET /fhir/metadata',
  'GET /fhir/Patient/$summary', // refuses
  'GET /api/session', // who one is oneself
  'POST /api/copies/key', // opens what copies/unit has told of
  'GET /api/session/pins', // one's own
  'POST /api/session/pin/challenge',
  'POST /api/session/pins/offer',
  'GET /api/accounts', // who works here, and nothing of patients
  'GET /api/devices', // computers, and whose words open them
  'GET /api/stations', // addresses
  'GET /api/checks/:unit', // keys of two patients; the charts compared are told when they are opened
  // Told by the checks.
  'POST /api/checks/made',
  'POST /api/checks/settled',
  'GET /api/uses/:unit', // which feeds come, and nothing of patients
  // Told by the uses.
  'POST /api/uses/in-use',
  'POST /api/uses/out',
  'GET /api/prints/:unit', // printers, and prints by their titles, which name nobody
  'GET /api/printers',
  'GET /api/places/:unit', // computers
  // Told by the places.
  'POST /api/places/mark',
  'POST /api/places/tie',
  'POST /api/places/tested',
  'POST /api/places/end',
  // Told by the print room, before the first byte leaves.
  'POST /api/printers/test',
  'POST /api/prints/unit',
  'POST /api/prints/chart',
  'POST /api/papers/unit',
  'POST /api/papers/chart',
  // Told by access itself, also when it refuses.
  'POST /api/session',
  'DELETE /api/session',
  'POST /api/session/secret',
  'GET /api/sessions/own',
  'POST /api/sessions/own/end',
  'POST /api/sessions/own/seen',
  'POST /api/session/pin',
  'POST /api/session/pins',
  'POST /api/session/pins/remove',
  'POST /api/accounts/pins/remove',
  'GET /api/session/provider', // whether the card's service answers
  'POST /api/session/provider',
  'POST /api/session/provider/return',
  'POST /api/session/practice',
  'POST /api/devices/lost',
  'POST /api/reads/sealed',
  'POST /api/enrolments',
  'POST /api/choices',
  'POST /api/emergencies',
  'POST /api/session/emergency-code',
  'POST /api/session/emergency-code/used',
  'POST /api/vouches',
  'POST /api/emergency-codes',
  'POST /api/blocks',
  'POST /api/blocks/lift',
  'POST /api/reviews',
  'POST /api/ledger/erasures/asked', // kind and time
  'POST /api/ledger/erasures', // told by the ledger itself
  'POST /api/accounts',
  'POST /api/accounts/import',
  'POST /api/accounts/deal',
  'POST /api/accounts/close',
];

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(object) : []);
const asOfOf = ({ query }: Asked): Json => (typeof query['at'] === 'number' ? { asOf: query['at'] } : {});

/** What a caller said of itself, for as long as nobody signs in. */
function said(body: unknown, ...names: readonly string[]): Json {
  const given = object(body);
  return Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
}

/** Our keys of the people in a Bundle. */
const patientsIn = (text: string): string[] =>
  list(object(JSON.parse(text))['entry'])
    .map(({ resource }) => object(resource))
    .filter(({ resourceType }) => resourceType === 'Patient')
    .map(({ id }) => String(id));

/** `patient` or `subject` of a FHIR search, in the address or the form. */
function askedPatient({ query, body }: Asked): string | null {
  const form = new URLSearchParams(typeof body === 'string' ? body : '');
  const given = query['patient'] ?? query['subject'] ?? form.get('patient') ?? form.get('subject');
  return /([a-z2-7]{26})$/.exec(String(given ?? ''))?.[1] ?? null;
}

const fhirPatients: Rule = ({ text }) => ({
  kind: 'fhir.read',
  body: { what: 'Patient', patients: patientsIn(text()) },
});
const fhirOfPatient =
  (what: string): Rule =>
  ({ params }) => ({
    kind: 'fhir.read',
    patient: params['id'] ?? null,
    body: { what },
  });
const fhirType: Rule = (asked) => ({
  kind: 'fhir.read',
  patient: askedPatient(asked),
  body: { what: asked.params['type'] },
});

export const RECORD_RULES: Readonly<Record<string, Rule>> = {
  'GET /api/units/:unit': (asked) => ({
    kind: 'list.read',
    unit: asked.params['unit'] ?? null,
    body: { ...asOfOf(asked), patients: list(object(asked.answer)['rows']).map(({ key }) => key) },
  }),
  'GET /api/charts/:key': (asked) => ({
    kind: 'chart.read',
    patient: asked.params['key'] ?? null,
    body: asOfOf(asked),
  }),
  'POST /api/patients/search': ({ body, answer }) => {
    const { hits, isCut } = object(answer);
    const unit = object(body)['unit'];
    return {
      kind: 'search.made',
      unit: typeof unit === 'string' ? unit : null,
      body: { patients: list(hits).map(({ key }) => key), isCut },
    };
  },
  'POST /api/copies/unit': ({ body, text }) => {
    const sent = /^\{"sent":(\[[^\]]*\])/.exec(text())?.[1] ?? '[]';
    const patients = JSON.parse(sent) as unknown[];
    if (patients.length === 0) return null;
    const { unit, at } = object(body) as { unit?: string; at?: number };
    return { kind: 'copy.sent', unit: unit ?? null, body: { patients, ...(at === undefined ? {} : { asOf: at }) } };
  },
  'POST /api/copies/patient': ({ body }) => {
    const { key, at } = object(body) as { key?: string; at?: number };
    return { kind: 'chart.read', patient: key ?? null, body: at === undefined ? {} : { asOf: at } };
  },
  'GET /api/messages': ({ query, answer }) => ({
    kind: 'messages.read',
    body: { outcome: query['outcome'] ?? null, count: list(object(answer)['messages']).length },
  }),
  'POST /api/reads': ({ body }) => {
    const { kind, patient, unit, place, readAt } = object(body) as {
      kind: EntryKind;
      patient?: string;
      unit?: string;
      place?: string;
      readAt?: number;
    };
    return {
      kind,
      unit: unit ?? null,
      patient: patient ?? null,
      // Who tells it may be another than who read: a ward's computer is shared.
      body: {
        place: place ?? 'terminal',
        ...(place === 'app' ? { readBy: object(body)['by'] } : {}),
        ...(object(body)['id'] === undefined ? {} : { told: object(body)['id'] }),
        ...said(body, 'by', 'names', 'patients', 'asOf', 'what'),
        ...object(object(body)['print']),
      },
      ...(readAt === undefined ? {} : { readAt }),
    };
  },
  'POST /api/hold': ({ body }) => ({
    kind: 'copy.held',
    unit: (object(body)['unit'] as string | undefined) ?? null,
    body: said(body, 'by', 'source', 'part', 'reason'),
  }),
  'POST /api/release': ({ body }) => ({ kind: 'copy.released', body: said(body, 'by', 'source', 'how') }),
  'POST /api/settle': ({ body }) => ({ kind: 'copy.settled', body: said(body, 'by', 'source', 'upTo', 'reason') }),
  'POST /api/full-load': ({ body }) => ({
    kind: 'copy.full-load',
    body: said(body, 'by', 'source', 'phase', 'load', 'isPartial'),
  }),
  'POST /api/snapshot': ({ answer, body }) => ({
    kind: 'snapshot.taken',
    body: { ...said(body, 'by'), sequence: object(answer)['sequence'] },
  }),
  'POST /api/intake/:source/fhir': ({ params, answer }) => {
    const received = list(object(answer)['received']);
    const repeated = received.filter(({ duplicate }) => duplicate === true).length;
    return {
      kind: 'import.received',
      body: { source: ledgerText(params['source']), received: received.length, repeated },
    };
  },
  'GET /fhir/Patient': fhirPatients,
  'POST /fhir/Patient/_search': fhirPatients,
  'GET /fhir/Patient/:id': fhirOfPatient('Patient'),
  'GET /fhir/Patient/:id/$summary': fhirOfPatient('$summary'),
  'POST /fhir/Patient/:id/$summary': fhirOfPatient('$summary'),
  'GET /fhir/Patient/:id/$everything': fhirOfPatient('$everything'),
  'POST /fhir/Patient/:id/$everything': fhirOfPatient('$everything'),
  'POST /fhir/Patient/$summary': ({ text }) => ({
    kind: 'fhir.read',
    patient: patientsIn(text())[0] ?? null,
    body: { what: '$summary' },
  }),
  'GET /fhir/:type': fhirType,
  'POST /fhir/:type/_search': fhirType,
  'GET /fhir/:type/:id': ({ params }) => ({
    kind: 'fhir.read',
    patient: params['id']?.split('.')[0] ?? null,
    body: { what: params['type'] },
  }),
};
