import { CONSENT_CHOICES, PATIENT_CHOICES, type RelationChoice, UNIT_CHOICES } from '../domain/access/relations.ts';
import type { ChoiceNeeded as Needed } from '../domain/access/routes.ts';
import { Failure } from '../domain/failures.ts';

/** Carries what the page offers next. */
export class ChoiceNeeded extends Failure implements Needed {
  readonly step: Needed['step'];
  readonly relations: readonly RelationChoice[];

  constructor(step: Needed['step'], relations: readonly RelationChoice[]) {
    super('access.choice-needed', step === 'emergency' ? 'Spärrade uppgifter.' : null);
    this.step = step;
    this.relations = relations;
  }
}

export const patientChoiceNeeded = (step: Needed['step']): ChoiceNeeded =>
  new ChoiceNeeded(step, step === 'emergency' ? CONSENT_CHOICES : PATIENT_CHOICES);

export const unitChoiceNeeded = (): ChoiceNeeded => new ChoiceNeeded('choice', UNIT_CHOICES);
