// What a kept resource points at, told in our own ids. A source's addresses mean nothing while it is down, may lead to somebody
// else's server, and may carry a person's number: what is in the copy gets our address, the rest keeps only its words.

import type { SourceId } from '../../domain/identity.ts';

export interface Place {
  readonly source: SourceId;
  /** The entry's key: tells which bundle a reference without a lasting id belongs to. */
  readonly key: string;
  /** References of this resource to its own patient, as the source wrote them. */
  readonly subjects: ReadonlySet<string>;
}

export interface RewriteOptions {
  /** Our `Type/id` for a source's reference; null when the copy has no such resource of this patient. */
  readonly resolve: (reference: string, place: Place) => string | null;
  /** Protected identity: places, addresses and relatives are left out. */
  readonly isProtected: boolean;
}

const NOT_HERE = 'Finns inte i kopian';
const HIDDEN_WORDS = 'Skyddad uppgift';

/** Elements that tell where a person is or lives, or who is near (R4, any resource). */
const PLACES_AND_KIN: ReadonlySet<string> = new Set([
  'address',
  'telecom',
  'contact',
  'location',
  'locationReference',
  'locationCode',
  'serviceProvider',
  'managingOrganization',
  'custodian',
  'facility',
  'facilityType',
  'hospitalization',
  'position',
]);
/** Elements of an Encounter that tell whether and when a person is here. */
const PRESENCE: ReadonlySet<string> = new Set([
  'identifier',
  'period',
  'length',
  'statusHistory',
  'classHistory',
  'participant',
  'account',
  'episodeOfCare',
]);
const TELLING_TYPES = /(?:^|\/)(?:Location|Organization|RelatedPerson|HealthcareService)(?:\/|$)/;
const TELLING_CONTAINED: ReadonlySet<unknown> = new Set(['Patient', 'RelatedPerson', 'Location', 'Organization']);

/** Lists whose items only point at values: an item that leads nowhere is a withdrawn value, and leaves. */
const VALUE_LISTS: ReadonlySet<string> = new Set(['result', 'hasMember']);

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A stay of a protected person: that it is kept, what it was about, and no more. */
function withoutPresence(encounter: Json): Json {
  const kept = Object.fromEntries(Object.entries(encounter).filter(([name]) => !PRESENCE.has(name)));
  return { ...kept, status: 'unknown' };
}

/** A new resource in which every reference is ours, inside the resource, or words. */
export function rewriteReferences(resource: Json, place: Place, options: RewriteOptions): Json {
  const contained = new Map<string, string>();
  for (const [index, inner] of (Array.isArray(resource['contained']) ? resource['contained'] : []).entries())
    if (isJson(inner) && typeof inner['id'] === 'string') contained.set(`#${inner['id']}`, `c${index + 1}`);
  const rewrite = (value: unknown, name: string, depth: number): unknown => {
    if (Array.isArray(value)) {
      const items = value.map((item) => rewrite(item, name, depth)).filter((item) => item !== undefined);
      if (!VALUE_LISTS.has(name)) return items.length > 0 || value.length === 0 ? items : undefined;
      const leading = items.filter((item, index) => !isLost(value[index], item));
      return leading.length > 0 ? leading : undefined;
    }
    if (typeof value === 'string') return carriesNumber(value, name) ? undefined : value;
    if (!isJson(value)) return value;
    if (options.isProtected && tellsWhere(value, name))
      return name === 'contained' ? undefined : { display: HIDDEN_WORDS };
    const result: Json = {};
    for (const [inner, held] of Object.entries(value)) {
      if (inner === 'reference' && typeof held === 'string') continue;
      if (options.isProtected && (PLACES_AND_KIN.has(inner) || (inner === 'text' && depth === 0))) continue;
      const kept =
        inner === 'id' && name === 'contained'
          ? (contained.get(`#${String(held)}`) ?? held)
          : rewrite(held, inner, depth + 1);
      if (kept !== undefined) result[inner] = kept;
    }
    if (typeof value['reference'] !== 'string') return result;
    const ours = pointTo(value['reference']);
    if (ours !== null) result['reference'] = ours;
    else if (result['display'] === undefined && result['identifier'] === undefined) result['display'] = NOT_HERE;
    return result;
  };
  const pointTo = (reference: string): string | null => {
    if (reference === '#') return reference;
    if (!reference.startsWith('#')) return options.resolve(reference, place);
    const id = contained.get(reference);
    return id === undefined ? null : `#${id}`;
  };
  const isHiddenStay = options.isProtected && resource['resourceType'] === 'Encounter';
  return rewrite(isHiddenStay ? withoutPresence(resource) : resource, '', 0) as Json;
}

/** A reference to, or a resource of, a place or a relative. */
function tellsWhere(value: Json, name: string): boolean {
  if (name === 'contained') return TELLING_CONTAINED.has(value['resourceType']);
  const { reference, type } = value;
  return (
    (typeof reference === 'string' && TELLING_TYPES.test(reference)) ||
    (typeof type === 'string' && TELLING_TYPES.test(type))
  );
}

/** The reference stood and leads nowhere: what it led to has left view. */
const isLost = (before: unknown, after: unknown): boolean =>
  isJson(before) && isJson(after) && typeof before['reference'] === 'string' && after['reference'] === undefined;

/** Ten or twelve digits that begin as a date do, in an address: a person's number has no business there (design §5.13). */
const NUMBER_IN_ADDRESS = /(?<!\d)(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+]?\d{4}(?!\d)/;
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|urn:)/i;

const carriesNumber = (value: string, name: string): boolean =>
  (name === 'url' || name === 'uri' || name === 'source' || ADDRESS.test(value)) &&
  name !== 'value' &&
  name !== 'valueString' &&
  name !== 'data' &&
  NUMBER_IN_ADDRESS.test(value);

/** Whether text of an address (path, query) carries what looks like a person's number. */
export const looksLikePersonNumber = (text: string): boolean => NUMBER_IN_ADDRESS.test(text);
