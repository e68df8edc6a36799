// What a signed-in person may be answered. Decided before the route's own work: for a unit, for a patient, or not at all.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access, PatientAccess } from '../../access/access.ts';
import { patientChoiceNeeded } from '../../access/choice-needed.ts';
import type { CopyReader, Whereabouts } from '../../copy/read/copy-reader.ts';
import { withoutBlocked } from '../../domain/access/steps.ts';
import { Failure } from '../../domain/failures.ts';
import { type PatientKey, unitId } from '../../domain/identity.ts';
import { type Marks, withMarks } from '../../domain/marks.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import { readPatientKey } from '../fhir/reading.ts';
import { readResourceId } from '../fhir/resources.ts';
import { personOf, ruleOf } from './callers.ts';

export interface GuardOptions {
  readonly access: Access;
  readonly reader: () => CopyReader;
  /** What is said of this patient's copy. */
  readonly marks: (patient: PatientKey) => Marks;
}

export function registerGuard(server: FastifyInstance, options: GuardOptions): void {
  // Before what was asked is looked at: whoever may not ask is not told how to.
  server.addHook('preValidation', async (request) => {
    if (request.caller.kind !== 'person') return;
    const params = request.params as Readonly<Record<string, string>>;
    switch (ruleOf(request)) {
      case 'unit':
        options.access.requireUnit(request.caller.session, unitId(params['unit'] ?? unitInBody(request)));
        return;
      case 'fhir-patient':
        requireWhole(request, readPatientKey(params['id'] ?? ''), options);
        return;
      case 'fhir-resource': {
        const place = readResourceId(params['id'] ?? '');
        if (place === null) throw new Failure('resource.not-found');
        requireWhole(request, place.key, options);
        return;
      }
      default:
        // `patient`: the route reads by readShown, so that the copy is read once.
        return;
    }
  });
}

const unitInBody = ({ body }: FastifyRequest): string => {
  const unit = (body as { readonly unit?: unknown } | null | undefined)?.unit;
  return typeof unit === 'string' ? unit : '';
};

/** @throws {Failure} `access.choice-needed`, and what the person may be shown instead. */
function openChart(request: FastifyRequest, { access }: GuardOptions, patient: Whereabouts): PatientAccess | null {
  if (request.caller.kind === 'station') return null;
  request.opened = access.requirePatient(personOf(request).session, patient);
  return request.opened;
}

/**
 * What this reader is shown of a patient, now or as it was: who they are patients of now decides, also of an earlier moment.
 * @throws {Failure} `patient.not-found`, `access.choice-needed`
 */
export function readShown(
  request: FastifyRequest,
  options: GuardOptions,
  { key, asOf, rowsMax }: { readonly key: PatientKey; readonly asOf: number | undefined; readonly rowsMax?: number },
): PatientCopy {
  const reader = options.reader();
  const read = reader.patient(key, {
    ...(asOf === undefined ? {} : { asOf }),
    ...(rowsMax === undefined ? {} : { rowsMax }),
  });
  if (read === null) throw new Failure('patient.not-found');
  const copy = withMarks(read, options.marks(read.key));
  // The station's own programs are shown everything, and nothing more is read for them.
  const now = request.caller.kind === 'station' ? null : reader.whereabouts(key);
  const withholding = now === null ? null : (openChart(request, options, now)?.withholding ?? null);
  return withholding === null ? copy : withoutBlocked(copy, withholding);
}

/** Resources one by one can't say that others are blocked: the whole patient, or an emergency opening first. */
function requireWhole(request: FastifyRequest, key: PatientKey, options: GuardOptions): void {
  const patient = options.reader().whereabouts(key);
  if (patient === null) throw new Failure('patient.not-found');
  const opened = openChart(request, options, patient);
  if (opened !== null && opened.withholding !== null) throw patientChoiceNeeded('emergency', patient.key);
}
