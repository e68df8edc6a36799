/**
 * `transient`: the same act may succeed later, repeat it. `ambiguous`: it may have been done, a person looks before repeating.
 * `permanent`: repeating changes nothing until somebody has changed something.
 */
export type FailureClass = 'transient' | 'ambiguous' | 'permanent';

export interface FailureRule {
  readonly class: FailureClass;
  readonly httpStatus: number;
  /** HL7 v2 table 0008; null where no message is answered. */
  readonly acknowledgement: 'AE' | 'AR' | null;
  readonly happened: string;
  readonly stillRight: string;
  readonly doNow: string;
}
