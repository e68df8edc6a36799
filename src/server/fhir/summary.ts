// `$summary`: one patient as an International Patient Summary document, for hospitals and programs that can read one. Each
// section's text is what the chart says, with age and state, so that the summary is never more certain than the chart.

import { createHash } from 'node:crypto';
import type {
  Bundle,
  BundleEntry,
  Composition,
  CompositionSection,
  Device,
  FhirResource,
  Patient,
  Reference,
} from 'fhir/r4';
import type { Chart, ChartPart } from '../../domain/chart/chart.ts';
import { statementOf } from '../../domain/chart/describe-warnings.ts';
import { namedValue, remarkedValue, untimedWords } from '../../domain/chart/value-text.ts';
import { ownTime } from '../../domain/own-time.ts';
import type { PartName } from '../../domain/parts.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import type { PatientResources, ResourceRow } from './resources.ts';
import { absenceResource, emptyReason, SECTIONS, type SectionRule } from './summary-sections.ts';

/** IPS 2.0.0 says an empty required section with `emptyReason`; 1.1.0 with a resource of its own. */
export type SummaryProfile = 'ips-2.0' | 'ips-1.1';

export interface SummaryOptions {
  readonly copy: PatientCopy;
  readonly resources: PatientResources;
  readonly chart: Chart;
  /** ISO instant of the making. */
  readonly at: string;
  readonly profile: SummaryProfile;
}

const BUNDLE_PROFILE = 'http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips';
const DATA_ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

export function composeSummary(options: SummaryOptions): Bundle {
  const { copy, resources, chart, at } = options;
  const patient = completePatient(resources.patient);
  const device: Device = {
    resourceType: 'Device',
    id: 'reservkraft',
    deviceName: [{ name: 'Reservkraft', type: 'user-friendly-name' }],
    note: [{ text: 'Kopia av andra systems uppgifter; varje avsnitt säger hur gammalt det är.' }],
  };
  const subject: Reference = { reference: `Patient/${patient.id}` };
  const included = new Map<string, FhirResource>();
  const include = (resource: FhirResource): Reference => {
    const reference = `${resource.resourceType}/${resource.id}`;
    included.set(reference, resource);
    return { reference };
  };
  const rows = tellingRows(resources);
  const sections = SECTIONS.flatMap((rule): CompositionSection[] => {
    const taken = takenBy(rule, rows);
    const parts = partsOf(rule, taken, chart);
    if (taken.length > 0) {
      const entry = taken.map(({ resource }) => include(complete(resource)));
      return [{ title: rule.title, code: sectionCode(rule), text: narrative(parts, taken), entry }];
    }
    if (!rule.isRequired) return [];
    const absent = emptySection(rule, parts, options, subject);
    if (absent.resource !== null) include(absent.resource);
    return [absent.section];
  });
  includeReferenced(included, resources);
  const composition: Composition = {
    resourceType: 'Composition',
    id: `${copy.key}.summary`,
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '60591-5' }], text: 'Patientöversikt' },
    subject,
    date: at,
    author: [{ reference: `Device/${device.id}` }],
    title: `Patientöversikt ur kopian. ${chart.banner.copyFrom}.`,
    text: { status: 'generated', div: xhtmlDiv([chart.banner.copyFrom, chart.missing.words, ...chart.banner.remarks]) },
    section: sections,
  };
  const all: FhirResource[] = [composition, patient, device, ...included.values()];
  const urls = new Map(
    all.map(({ resourceType, id }) => [`${resourceType}/${id}`, `urn:uuid:${uuidOf(`${resourceType}/${id}`)}`]),
  );
  return {
    resourceType: 'Bundle',
    id: `${copy.key}.summary`,
    meta: { profile: [`${BUNDLE_PROFILE}|${options.profile === 'ips-1.1' ? '1.1.0' : '2.0.0'}`] },
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuidOf(`${copy.key}/${copy.sequence}/${at}`)}` },
    type: 'document',
    timestamp: at,
    entry: all.map(
      (resource): BundleEntry => ({
        fullUrl: urls.get(`${resource.resourceType}/${resource.id}`) ?? '',
        resource: resolveReferences(resource, urls) as FhirResource,
      }),
    ),
  };
}

/** A resource of a section, and which line of the chart it is. */
interface Taken {
  readonly resource: FhirResource;
  readonly part: PartName;
  readonly line: string;
}

const lineOf = (source: string, key: string): string => `${source}\n${key}`;

interface TellingRow extends ResourceRow {
  readonly received: FhirResource;
}

/** Everything that says something, and of habits the newest; looked through once for all sections. */
function tellingRows(resources: PatientResources): readonly TellingRow[] {
  const telling = resources.rows.flatMap((row): TellingRow[] => {
    const { received } = row;
    return received === null || saysNothing(received) ? [] : [{ ...row, received }];
  });
  const newest = new Map<string, TellingRow>();
  for (const row of telling) {
    const habit = habitOf(row.received);
    const former = habit === null ? undefined : newest.get(habit);
    if (habit !== null && (former === undefined || isNewer(row, former))) newest.set(habit, row);
  }
  return telling.filter((row) => {
    const habit = habitOf(row.received);
    return habit === null || newest.get(habit) === row;
  });
}

/** What nobody timed is the newest only where nothing else was timed. */
function isNewer(a: TellingRow, b: TellingRow): boolean {
  const [isTimed, isOtherTimed] = [ownTime(a.received) !== null, ownTime(b.received) !== null];
  return isTimed === isOtherTimed ? a.at > b.at : isTimed;
}

const takenBy = (rule: SectionRule, rows: readonly TellingRow[]): readonly Taken[] =>
  rows
    .filter(({ received, part }) => rule.takes(received, part))
    .map((row) => ({ resource: row.make(), part: row.part, line: lineOf(row.source, row.entryKey) }));

/** LOINC: tobacco smoking status, alcoholic drinks per day. A summary tells each once, as it is now (IPS, social history). */
const HABITS: readonly string[] = ['72166-2', '74013-4'];

function habitOf(resource: FhirResource): string | null {
  if (resource.resourceType !== 'Observation') return null;
  return HABITS.find((code) => (resource.code?.coding ?? []).some((coding) => coding.code === code)) ?? null;
}

/** *None known* and *not asked* are no entries: they are told as the section's state. A denial of one kind only stays. */
function saysNothing(resource: FhirResource): boolean {
  const statement = statementOf(resource);
  return statement === 'none-known' || statement === 'no-information';
}

/** The parts that speak for the section, and others from which it has something. */
function partsOf(rule: SectionRule, taken: readonly Taken[], chart: Chart): readonly ChartPart[] {
  return chart.blocks
    .flatMap((block) => block.parts)
    .filter(({ part }) => rule.parts.includes(part) || taken.some((one) => one.part === part));
}

/** What those resources are made of comes along: a device, the values of a report, a specimen. */
const COMES_ALONG: ReadonlySet<string> = new Set(['Device', 'ImagingStudy', 'Media', 'Observation', 'Specimen']);

function includeReferenced(included: Map<string, FhirResource>, resources: PatientResources): void {
  const along = resources.rows.filter(({ type }) => COMES_ALONG.has(type));
  const byReference = new Map(along.map((row) => [`${row.type}/${resources.idOf(row)}`, row]));
  const waiting = [...included.values()];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const reference of referencesIn(next)) {
      const row = included.has(reference) ? undefined : byReference.get(reference);
      if (row === undefined) continue;
      const resource = complete(row.make());
      included.set(reference, resource);
      waiting.push(resource);
    }
  }
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'reference' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
}

const sectionCode = (rule: SectionRule) => ({ coding: [{ system: 'http://loinc.org', code: rule.code }] });

function emptySection(
  rule: SectionRule,
  parts: readonly ChartPart[],
  options: SummaryOptions,
  subject: Reference,
): { readonly section: CompositionSection; readonly resource: FhirResource | null } {
  const reasons = parts.flatMap((part) => (part.content.kind === 'empty' ? [part.content] : []));
  // All parts must say none; a single doubt makes the whole section unknown (a block shows the worst of its parts).
  const isNone =
    reasons.length === parts.length &&
    parts.length > 0 &&
    reasons.every(({ reason }) => reason === 'none-recorded' || reason === 'stated-none') &&
    // None during this stay is not none known.
    parts.every(({ state }) => state.feeds.every(({ isWholeForStayOnly }) => !isWholeForStayOnly));
  const isWithheld = reasons.some(({ reason }) => reason === 'blocked' || reason === 'hidden');
  const words = reasons.map((reason) => reason.words).join(' ') || 'Okänt.';
  const section: CompositionSection = { title: rule.title, code: sectionCode(rule), text: narrative(parts) };
  if (options.profile === 'ips-2.0')
    return {
      section: {
        ...section,
        emptyReason: emptyReason(isNone ? 'nilknown' : isWithheld ? 'withheld' : 'unavailable', words),
      },
      resource: null,
    };
  const resource = absenceResource(
    rule.code,
    isNone,
    `${options.copy.key}.absent-${rule.code}`,
    subject,
    words,
    options.at,
  );
  return {
    section:
      resource === null ? section : { ...section, entry: [{ reference: `${resource.resourceType}/${resource.id}` }] },
    resource,
  };
}

/** What the chart says of these parts, as the section's text: state first, then each line taken with time and source. */
function narrative(parts: readonly ChartPart[], taken: readonly Taken[] = []): { status: 'generated'; div: string } {
  const lines = new Set(taken.map(({ line }) => line));
  const blocks = parts.map((part) => {
    const rows = part.entries.flatMap((entry) => {
      if (!lines.has(lineOf(entry.source, entry.key))) return [];
      const values = entry.values
        .map((value) =>
          [remarkedValue(value, namedValue(value)).replaceAll('\u00a0', ' '), untimedWords(value, entry.time) ?? []]
            .flat()
            .join(', '),
        )
        .join('; ');
      const words = [entry.title, entry.text, entry.status, values, ...entry.remarks].filter(
        (text) => text !== null && text !== '',
      );
      return [`<li>${xhtml(`${entry.time.text} ${words.join(', ')} (${entry.sourceName})`)}</li>`];
    });
    const state = part.content.kind === 'empty' ? part.content.words : part.state.words;
    const list = rows.length === 0 ? '' : `<ul>${rows.join('')}</ul>`;
    return `<p>${xhtml(`${part.title}: ${state}`)}</p>${part.remarks.map((remark) => `<p>${xhtml(remark)}</p>`).join('')}${list}`;
  });
  return { status: 'generated', div: `${DIV}${blocks.join('') || '<p>–</p>'}</div>` };
}

const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">';
const xhtmlDiv = (sentences: readonly string[]): string =>
  `${DIV}${sentences.map((sentence) => `<p>${xhtml(sentence)}</p>`).join('')}</div>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XHTML: XML 1.0 allows no control characters but tab and line ends, and a source may send any. */
const xhtml = (text: string): string =>
  text
    .replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter)
    .replace(/\p{Cc}/gu, (letter) => (/[\t\n\r]/.test(letter) ? letter : '\ufffd'));

/** IPS Patient: a name and a birth date stand, or say that they are not known. */
function completePatient(patient: Patient): Patient {
  const names = (patient.name ?? []).filter(({ family, given, text }) => (family ?? given ?? text) !== undefined);
  return {
    ...patient,
    name: names.length > 0 ? names : [{ text: 'Namn saknas i kopian' }],
    ...(patient.birthDate === undefined ? { _birthDate: UNKNOWN } : {}),
  };
}

const UNKNOWN = { extension: [{ url: DATA_ABSENT, valueCode: 'unknown' as const }] };

/** An IPS report has one category; what else the source said of it stays. */
const OTHER_CATEGORY = 'urn:reservkraft:other-category';

/** The time each type must carry in IPS: the element to say *unknown* in when none of the choices is there. */
const TIME_ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  Observation: ['effectiveDateTime', 'effectivePeriod', 'effectiveTiming'],
  DiagnosticReport: ['effectiveDateTime', 'effectivePeriod'],
  MedicationStatement: ['effectiveDateTime', 'effectivePeriod'],
  MedicationAdministration: ['effectiveDateTime', 'effectivePeriod'],
  Procedure: ['performedDateTime', 'performedPeriod', 'performedString', 'performedAge', 'performedRange'],
  Immunization: ['occurrenceDateTime', 'occurrenceString'],
  DeviceUseStatement: ['timingDateTime', 'timingPeriod', 'timingTiming'],
};

/** What IPS demands and the source did not send says that it is unknown; nothing is made up. */
function complete(resource: FhirResource): FhirResource {
  const filled: Record<string, unknown> = {};
  const has = withDateTime(resource);
  const times = TIME_ELEMENTS[resource.resourceType];
  if (times?.[0] !== undefined && !times.some((name) => has[name] !== undefined || has[`_${name}`] !== undefined))
    filled[`_${times[0]}`] = UNKNOWN;
  if (resource.resourceType === 'Condition') {
    if (resource.clinicalStatus === undefined) filled['clinicalStatus'] = { ...UNKNOWN, text: 'Okänd' };
    if (resource.code === undefined) filled['code'] = { text: 'Diagnos saknas i kopian' };
  }
  if (resource.resourceType === 'AllergyIntolerance') {
    if (resource.code === undefined) filled['code'] = { text: 'Ämne saknas i kopian – fråga patienten' };
    if (resource.clinicalStatus === undefined) filled['clinicalStatus'] = { ...UNKNOWN, text: 'Okänd' };
  }
  if (resource.resourceType === 'Procedure' && resource.code === undefined)
    filled['code'] = { text: 'Åtgärd saknas i kopian' };
  if (resource.resourceType === 'DiagnosticReport') {
    const [first = { text: 'Provsvar' }, ...others] = resource.category ?? [];
    filled['category'] = [first];
    const more = others.map((category) => ({ url: OTHER_CATEGORY, valueCodeableConcept: category }));
    if (more.length > 0) filled['extension'] = [...(resource.extension ?? []), ...more];
  }
  return { ...has, ...filled } as unknown as FhirResource;
}

/** IPS takes a point in time as dateTime; an instant is one, written to the second. */
function withDateTime(resource: FhirResource): Readonly<Record<string, unknown>> {
  const { effectiveInstant, ...rest } = resource as unknown as Record<string, unknown>;
  return effectiveInstant === undefined ? rest : { ...rest, effectiveDateTime: effectiveInstant };
}

/**
 * References into the document become its fullUrls. What a reference outside named is not in the document: its words stay,
 * the dead address does not (it could also carry a number that must not travel).
 */
function resolveReferences(value: unknown, urls: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, urls));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'reference' && typeof inner === 'string') {
      const url = urls.get(inner);
      if (url !== undefined) result[name] = url;
      else if (inner.startsWith('#')) result[name] = inner;
      else if (!('display' in value) && !('identifier' in value)) result['display'] = 'Ingår inte i översikten';
    } else result[name] = resolveReferences(inner, urls);
  }
  return result;
}

/** A stable UUID (version 8, RFC 9562) for a resource of ours: its id is opaque already. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
