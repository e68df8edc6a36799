// What a resource's status says about how far it may be trusted. Words not in a table are shown as received and never taken
// for final.

import type { ValueState } from '../../domain/changes.ts';
import { codingsOf, element, type JsonObject, listAt, textAt } from './elements.ts';

const STATE_OF_STATUS: Readonly<Record<string, Readonly<Record<string, ValueState>>>> = {
  Observation: {
    registered: 'registered',
    preliminary: 'preliminary',
    final: 'final',
    amended: 'corrected',
    corrected: 'corrected',
    cancelled: 'cannot-be-done',
  },
  DiagnosticReport: {
    registered: 'registered',
    partial: 'preliminary',
    preliminary: 'preliminary',
    final: 'final',
    amended: 'corrected',
    corrected: 'corrected',
    appended: 'final',
    cancelled: 'cannot-be-done',
  },
  Composition: { preliminary: 'preliminary', final: 'final', amended: 'corrected' },
};

export interface Trust {
  readonly state: ValueState;
  /** It leaves view at once: entered in error, refuted, or no longer the sender's. */
  readonly isWithdrawn: boolean;
}

/**
 * FHIR R4 §2.1.0.2: an extension that changes what the rest means, and that nobody here knows. Looked for on the resource and
 * on its dosages; a summary's sections and an invoice's lines are not read into values.
 */
export const hasModifier = (resource: JsonObject): boolean =>
  [resource, ...listAt(resource, 'dosageInstruction'), ...listAt(resource, 'dosage')].some(
    (one) => listAt(one, 'modifierExtension').length > 0,
  );

export function trustOf(resource: JsonObject): Trust {
  const status = textAt(resource, 'status');
  // FHIR does not say whether the fault was the value or the patient; the worse is assumed, so that whoever saw it is told.
  if (status === 'entered-in-error' || hasVerification(resource, 'entered-in-error')) {
    return { state: 'withdrawn', isWithdrawn: true };
  }
  if (textAt(resource, 'resourceType') === 'AllergyIntolerance' && hasVerification(resource, 'refuted')) {
    return { state: 'deleted', isWithdrawn: true };
  }
  const type = textAt(resource, 'resourceType');
  const states = Object.hasOwn(STATE_OF_STATUS, type) ? STATE_OF_STATUS[type] : undefined;
  if (states !== undefined) {
    return { state: (Object.hasOwn(states, status) ? states[status] : undefined) ?? 'unknown', isWithdrawn: false };
  }
  const isDraft = type === 'DocumentReference' && textAt(resource, 'docStatus') === 'preliminary';
  return { state: isDraft ? 'preliminary' : 'final', isWithdrawn: false };
}

const hasVerification = (resource: JsonObject, code: string): boolean =>
  codingsOf(element(resource, 'verificationStatus')).some((coding) => coding.code === code);
