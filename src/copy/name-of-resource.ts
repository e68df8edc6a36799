// What a resource is called in one line: the sentence about a withdrawn value or a removed allergy needs its name, no more.

import type { CodeableConcept, FhirResource } from 'fhir/r4';

const NAME_CHARACTERS_MAX = 120;

export function nameOfResource(resource: FhirResource): string {
  const fields = resource as {
    code?: CodeableConcept;
    type?: CodeableConcept;
    medicationCodeableConcept?: CodeableConcept;
    vaccineCode?: CodeableConcept;
    description?: string;
  };
  const concept = fields.code ?? fields.medicationCodeableConcept ?? fields.vaccineCode ?? fields.type;
  const name = textOf(concept) ?? fields.description ?? resource.resourceType;
  return String(name).slice(0, NAME_CHARACTERS_MAX);
}

function textOf(concept: CodeableConcept | undefined): string | undefined {
  if (typeof concept !== 'object' || concept === null) return undefined;
  return (
    concept.text ?? concept.coding?.find(({ display }) => display !== undefined)?.display ?? concept.coding?.[0]?.code
  );
}
