// A Patient resource as what the source now says about the person: the whole of it, so that what is gone is gone. Links to
// other Patient resources are the source's merges; they go through the same aliases as an A40, and can be undone.

import type { Change, PersonChange } from '../../domain/changes.ts';
import { type Identity, sameIdentity } from '../../domain/identity.ts';
import { type JsonObject, listAt, textAt } from './elements.ts';
import type { Person } from './people.ts';

export function readPerson(
  person: Person,
  resource: JsonObject,
  identityOf: (reference: unknown) => Identity | null,
): Change[] {
  const { resourceType: _type, id: _id, identifier: _identifier, link: _link, ...elements } = resource;
  const change: PersonChange = {
    kind: 'person',
    subject: person.head,
    identifiers: person.identities,
    elements: elements as PersonChange['elements'],
    mode: 'replace',
  };
  const links = listAt(resource, 'link').flatMap((link): Change[] => {
    const other = identityOf(link);
    if (other === null || person.identities.some((own) => sameIdentity(own, other))) return [];
    switch (textAt(link, 'type')) {
      case 'replaced-by':
        return [{ kind: 'merge', survivor: other, subsumed: ownIdentity(person) }];
      case 'replaces':
        return [{ kind: 'merge', survivor: ownIdentity(person), subsumed: other }];
      case 'seealso':
        return [{ kind: 'link', a: ownIdentity(person), b: other }];
      default:
        return [];
    }
  });
  return [change, ...links];
}

/** A link joins two resources of the server: its own numbers are what it speaks of. */
const ownIdentity = (person: Person): Identity => person.identities.at(-1) ?? person.head;
