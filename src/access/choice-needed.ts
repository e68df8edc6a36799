import { CONSENT_CHOICES, PATIENT_CHOICES, type RelationChoice, UNIT_CHOICES } from '../domain/access/relations.ts';
import type { ChoiceNeeded as Needed } from '../domain/access/routes.ts';
import { Failure } from '../domain/failures.ts';
import type { PatientKey, UnitId } from '../domain/identity.ts';
import type { RefusedOf } from './refused-access.ts';

/** Carries what the page offers next. */
export class ChoiceNeeded extends Failure implements Needed {
  readonly step: Needed['step'];
  readonly relations: readonly RelationChoice[];
  /** For the ledger alone. */
  readonly of: RefusedOf;

  constructor(step: Needed['step'], relations: readonly RelationChoice[], of: RefusedOf) {
    super('access.choice-needed', step === 'emergency' ? 'Spärrade uppgifter.' : null);
    this.step = step;
    this.relations = relations;
    this.of = of;
  }
}

export const patientChoiceNeeded = (step: Needed['step'], patient: PatientKey): ChoiceNeeded =>
  new ChoiceNeeded(step, step === 'emergency' ? CONSENT_CHOICES : PATIENT_CHOICES, { patient });

export const unitChoiceNeeded = (of: RefusedOf): ChoiceNeeded => new ChoiceNeeded('choice', UNIT_CHOICES, of);

/** A unit that no choice opens. */
export class OwnRoleNeeded extends Failure {
  /** For the ledger alone. */
  readonly of: RefusedOf;

  constructor(unit: UnitId) {
    super('access.not-allowed', 'Enheten kräver en egen roll där.');
    this.of = { unit };
  }
}
