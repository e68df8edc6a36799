// A reference to a colleague, a ward or a drug of the same bundle is only an id once the bundle is gone. The name it leads
// to is written beside it (Reference.display), so that the chart can say who and what without the source.

import type { Contents, Item } from './bundle.ts';
import { element, isObject, type JsonObject, listAt, nameOf, textAt, wordsOf } from './elements.ts';

const NAME_OF_TYPE: Readonly<Record<string, (resource: JsonObject) => string>> = {
  Practitioner: nameOf,
  RelatedPerson: nameOf,
  Organization: nameOf,
  Location: nameOf,
  HealthcareService: nameOf,
  CareTeam: nameOf,
  Medication: (resource) => wordsOf(element(resource, 'code')),
  Substance: (resource) => wordsOf(element(resource, 'code')),
  Device: (resource) => textAt(listAt(resource, 'deviceName')[0], 'name') || wordsOf(element(resource, 'type')),
  PractitionerRole: (resource) => wordsOf(element(resource, 'code')),
};

const NESTING_MAX = 60;

/** Names by everything a reference could call them; undefined when the bundle has none, so that nothing need be walked. */
export function namesOf(contents: Contents): ReadonlyMap<string, string> | undefined {
  const names = new Map<string, string>();
  const roles: [Item, JsonObject][] = [];
  for (const item of contents.items) {
    if (item.resource === null) continue;
    if (item.type === 'PractitionerRole') roles.push([item, item.resource]);
    const name = Object.hasOwn(NAME_OF_TYPE, item.type) ? NAME_OF_TYPE[item.type]?.(item.resource) : undefined;
    if (name) remember(names, item, name);
  }
  // A role is best known by the person who has it.
  for (const [item, resource] of roles) {
    const person = names.get(textAt(element(resource, 'practitioner'), 'reference'));
    if (person !== undefined) remember(names, item, person);
  }
  return names.size > 0 ? names : undefined;
}

function remember(names: Map<string, string>, item: Item, name: string): void {
  const id = item.id ?? textAt(item.resource, 'id');
  if (item.fullUrl !== '') names.set(item.fullUrl, name);
  if (id !== '') names.set(`${item.type}/${id}`, name);
}

/** Writes the names into the resource itself; what the sender wrote is never replaced. */
export function writeNames(value: unknown, names: ReadonlyMap<string, string>, depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > NESTING_MAX) return;
  if (isObject(value) && typeof value['reference'] === 'string' && value['display'] === undefined) {
    const name = names.get(value['reference']);
    if (name !== undefined) value['display'] = name;
  }
  for (const inner of Object.values(value)) writeNames(inner, names, depth + 1);
}
