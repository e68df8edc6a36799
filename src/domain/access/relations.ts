// Why somebody opens the chart of a patient who is not on a list of theirs. An active choice states the relation, with one press; an
// emergency opening of blocked data states whether the patient consents (PDL 2008:355 4 kap. 4–5 §§).

export const RELATIONS = {
  'care-now': 'Jag vårdar patienten nu',
  'coming-here': 'Patienten är på väg till min enhet',
  'was-here': 'Patienten har vårdats på min enhet',
  consulted: 'Jag är konsult eller tillfrågad',
  'on-call': 'Jag har jour eller bakjour',
  transport: 'Jag flyttar eller transporterar patienten',
  examination: 'Jag undersöker, opererar eller analyserar prov',
} as const;
export type Relation = keyof typeof RELATIONS;

/** Why somebody opens another unit's list. */
export const UNIT_RELATIONS = {
  lent: 'Jag är inlånad på enheten',
  'on-call': 'Jag har jour eller bakjour för enheten',
  coordinating: 'Jag samordnar platser eller personal',
} as const;
export type UnitRelation = keyof typeof UNIT_RELATIONS;

export const CONSENTS = {
  consents: 'Patienten samtycker',
  'cannot-ask': 'Samtycke kan inte inhämtas, och uppgifterna behövs för vård som patienten oundgängligen behöver',
} as const;
export type Consent = keyof typeof CONSENTS;

export interface RelationChoice<Code extends string = string> {
  readonly code: Code;
  readonly words: string;
}

const choices = <Code extends string>(words: Readonly<Record<Code, string>>): readonly RelationChoice<Code>[] =>
  (Object.keys(words) as Code[]).map((code) => ({ code, words: words[code] }));

export const PATIENT_CHOICES = choices(RELATIONS);
export const UNIT_CHOICES = choices(UNIT_RELATIONS);
export const CONSENT_CHOICES = choices(CONSENTS);
