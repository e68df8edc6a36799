// What the facade answers, whole and without HTTP: one question in, one resource out. Runs in the thread that reads whole charts, so
// that a machine that fetches everything of a patient keeps nobody else waiting.

import type { Bundle, FhirResource } from 'fhir/r4';
import { Failure } from '../../domain/failures.ts';
import { type Marks, withMarks } from '../../domain/marks.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import { unreachable } from '../../domain/unreachable.ts';
import { type Paging, pageOf } from './bundles.ts';
import { marked } from './marked.ts';
import { isPatientType } from './metadata.ts';
import { identityOf, patientBundle } from './patients.ts';
import { PatientReading, type ReadingOptions, readPatientKey } from './reading.ts';
import { looksLikePersonNumber } from './references.ts';
import { type PatientResources, type ResourceRow, readResourceId } from './resources.ts';
import { hasToken, pagePlace, pageSize, refuseUnknown, type SearchParameters, single, updatedTest } from './search.ts';
import type { SummaryProfile } from './summary.ts';

export interface FacadeAnswersOptions extends ReadingOptions {
  /** Makes the IPS document of a patient (`$summary`). */
  readonly summary: (copy: PatientCopy, resources: PatientResources, profile: SummaryProfile) => Bundle;
}

/** Plain data: it goes from one thread to another. */
export type FacadeQuestion = {
  readonly parameters: SearchParameters;
  /** The address of the facade as the asker wrote it. */
  readonly base: string;
} & (
  | { readonly what: 'patients' | 'summary-of-number' }
  | { readonly what: 'patient' | 'summary' | 'everything'; readonly id: string }
  | { readonly what: 'type'; readonly type: string }
  | { readonly what: 'resource'; readonly type: string; readonly id: string }
);

export class FacadeAnswers {
  readonly #reading: PatientReading;
  readonly #summaryOf: FacadeAnswersOptions['summary'];

  constructor(options: FacadeAnswersOptions) {
    this.#reading = new PatientReading(options);
    this.#summaryOf = options.summary;
  }

  /** `marks`: what is said of the copy as it is asked. @throws {Failure} */
  answer(question: FacadeQuestion, marks: Marks): FhirResource {
    const reading = this.#reading;
    const { parameters, base } = question;
    switch (question.what) {
      case 'patients':
        return patientBundle(reading, { parameters, base, marks });
      case 'patient': {
        const key = readPatientKey(question.id);
        const person = reading.person(key);
        if (person === null) throw new Failure('patient.not-found');
        return marked(person.patientAs(key), withMarks(person.copy, marks));
      }
      case 'summary':
        return this.#summary(reading.now(readPatientKey(question.id)), parameters, marks);
      case 'summary-of-number': {
        const identity = identityOf(single(parameters, 'identifier'));
        if (identity === null) throw new Failure('request.invalid', 'identifier behövs');
        const key = reading.reader.find(identity);
        if (key === null) throw new Failure('patient.not-found');
        return this.#summary(reading.now(key), parameters, marks);
      }
      case 'everything':
        return everything(reading, question.id, { parameters, base, marks });
      case 'type':
        return searchType(reading, question.type, { parameters, base, marks });
      case 'resource':
        return readOne(reading, question, marks);
      default:
        return unreachable(question);
    }
  }

  #summary(resources: PatientResources, parameters: SearchParameters, marks: Marks): Bundle {
    const copy = withMarks(resources.copy, marks);
    return marked(this.#summaryOf(copy, resources, profileOf(parameters)), copy);
  }
}

type Asked = Pick<Paging, 'parameters' | 'base' | 'marks'>;

const IPS_PROFILE =
  /^http:\/\/hl7\.org\/fhir\/uv\/ips\/StructureDefinition\/(?:Bundle|Composition)-uv-ips(?:\|(\d+\.\d+)(?:\.\d+)?)?$/;

/** IPS 2.0 unless the reader asks for 1.1 by the profile's canonical with version (IPS `$summary`, parameter `profile`). */
function profileOf(parameters: SearchParameters): SummaryProfile {
  refuseUnknown(parameters, ['profile', 'identifier']);
  const asked = single(parameters, 'profile');
  if (asked === null) return 'ips-2.0';
  const match = IPS_PROFILE.exec(asked);
  const version = match?.[1] ?? '2.0';
  if (match === null || (version !== '1.1' && version !== '2.0'))
    throw new Failure('request.invalid', 'profile är IPS 2.0 (som ges utan profile) eller 1.1');
  return version === '1.1' ? 'ips-1.1' : 'ips-2.0';
}

function everything(reading: PatientReading, id: string, asked: Asked): Bundle {
  const { parameters } = asked;
  refuseUnknown(parameters, ['_type', '_since']);
  const key = readPatientKey(id);
  const since = single(parameters, '_since');
  const isNew = updatedTest(since === null ? [] : [`ge${since}`]);
  const types = single(parameters, '_type')?.split(',') ?? null;
  const { sequence, offset } = pagePlace(parameters);
  const resources = reading.page(key, sequence);
  const wanted = resources.rows.filter(
    ({ type, updatedAt }) => isNew(updatedAt) && (types === null || types.includes(type)),
  );
  const person = types === null || types.includes('Patient') ? [{ make: () => resources.patient }] : [];
  return pageOf([...person, ...wanted], resources, {
    ...asked,
    path: `Patient/${key}/$everything`,
    offset,
    size: pageSize(parameters),
  } satisfies Paging);
}

function searchType(reading: PatientReading, type: string, asked: Asked): Bundle {
  const { parameters } = asked;
  requireType(type);
  const tokens = type === 'Observation' ? ['category', 'code'] : [];
  refuseUnknown(parameters, ['patient', 'subject', '_lastUpdated', ...tokens]);
  const [reference, other] = [single(parameters, 'patient'), single(parameters, 'subject')].filter(
    (one) => one !== null,
  );
  if (reference === undefined || (other !== undefined && other !== reference))
    throw new Failure('request.invalid', `sök ${type} med patient=<vårt patient-id>`);
  const isWithin = updatedTest(parameters.get('_lastUpdated') ?? []);
  const { sequence, offset } = pagePlace(parameters);
  const resources = reading.page(readPatientKey(reference), sequence);
  const found = resources.rows
    .filter((row) => row.type === type && isWithin(row.updatedAt) && hasTokens(row, parameters))
    .sort((a, b) => b.at - a.at);
  return pageOf(found, resources, { ...asked, path: type, offset, size: pageSize(parameters) });
}

function hasTokens({ received }: ResourceRow, parameters: SearchParameters): boolean {
  if (received?.resourceType !== 'Observation') return true;
  const { category, code } = received;
  return (
    hasToken(Array.isArray(category) ? category : [], parameters.get('category') ?? []) &&
    hasToken([code], parameters.get('code') ?? [])
  );
}

/** A resource under its id, also under the id it had before its person was merged. */
function readOne(
  reading: PatientReading,
  { type, id }: { readonly type: string; readonly id: string },
  marks: Marks,
): FhirResource {
  requireType(type);
  const place = readResourceId(id);
  if (place === null) {
    if (looksLikePersonNumber(id)) readPatientKey(id);
    throw new Failure('resource.not-found');
  }
  const resources = reading.now(place.key);
  const row = resources.rows.find((one) => one.type === type && one.handle() === place.handle);
  if (row === undefined) throw new Failure('resource.not-found');
  return marked(row.make(), withMarks(resources.copy, marks));
}

function requireType(type: string): void {
  if (!isPatientType(type)) throw new Failure('request.not-supported');
}
