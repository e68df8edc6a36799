// Reading JSON that came from outside: any element may be missing, null or of another shape than FHIR says. Each reader
// gives an empty answer then, so that one odd element never costs the rest of the bundle.

export type JsonObject = { [name: string]: unknown };

const NOTHING: Readonly<JsonObject> = Object.freeze({});

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const asObject = (value: unknown): Readonly<JsonObject> => (isObject(value) ? value : NOTHING);

/** An own element; names such as `constructor` never reach the prototype. */
export const element = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

export const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

export const textAt = (value: unknown, name: string): string => {
  const found = element(value, name);
  return typeof found === 'string' ? found : '';
};

export const listAt = (value: unknown, name: string): readonly unknown[] => asList(element(value, name));

export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

/** The codings of a CodeableConcept or of a list of them. */
export const codingsOf = (concept: unknown): Coding[] =>
  asList(concept).flatMap((one) =>
    listAt(one, 'coding').map((coding) => ({
      system: textAt(coding, 'system'),
      code: textAt(coding, 'code'),
      display: textAt(coding, 'display'),
    })),
  );

/** What a person would read for a concept: its text, else the first display, else the first code. */
export function wordsOf(concept: unknown): string {
  const first = asList(concept)[0];
  const codings = codingsOf(first);
  return (
    textAt(first, 'text') ||
    (codings.find(({ display }) => display !== '')?.display ?? '') ||
    (codings.find(({ code }) => code !== '')?.code ?? '')
  );
}

/** A person's name as written in HumanName.text, else given and family. */
export function nameOf(resource: unknown): string {
  const name = element(resource, 'name');
  if (typeof name === 'string') return name;
  const first = asList(name)[0];
  const given = listAt(first, 'given').filter((word) => typeof word === 'string');
  return textAt(first, 'text') || [...given, textAt(first, 'family')].join(' ').trim();
}
