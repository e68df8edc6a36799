// FHIR's way of saying what went wrong, from the same registry as everywhere else.

import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4';
import { FAILURES, type FailureCode, failureText } from '../../domain/failures.ts';

/** R4 value set issue-type for our codes. */
const ISSUE_TYPE: Partial<Record<FailureCode, OperationOutcomeIssue['code']>> = {
  'patient.not-found': 'not-found',
  'resource.not-found': 'not-found',
  'unit.not-found': 'not-found',
  'history.too-old': 'expired',
  'request.invalid': 'invalid',
  'request.too-large': 'too-long',
  'request.unauthorized': 'login',
  'request.not-supported': 'not-supported',
  'request.method-not-allowed': 'not-supported',
  'request.not-acceptable': 'not-supported',
  'request.media-type': 'not-supported',
  'copy.starting': 'transient',
  'store.full': 'no-store',
  'store.read-only': 'no-store',
};

export function operationOutcome(code: FailureCode, detail: string | null): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: ISSUE_TYPE[code] ?? (FAILURES[code].class === 'transient' ? 'transient' : 'exception'),
        details: { coding: [{ system: 'urn:reservkraft:failure', code }], text: FAILURES[code].happened },
        diagnostics: failureText(code, detail),
      },
    ],
  };
}
