// A bundle as a list of things its sender says are so, or are no more. What kind of bundle it is decides whether the ids in
// it mean anything outside it: a server's ids do, the ids inside a document or a message do not (FHIR R4 §3.2, bundle.html).

import { asObject, element, isObject, type JsonObject, listAt, textAt } from './elements.ts';
import { asR4, typeInR4 } from './other-versions.ts';
import { urlInOneForm } from './references.ts';

/**
 * `server`: `Patient/123` is the same person in every bundle of this source. `bundle`: references are only good inside.
 */
type IdScope = 'server' | 'bundle';

export interface Item {
  /** `patch`: the sender changed part of it in a way that is not followed here; what is kept of it is no longer sure. */
  readonly verb: 'store' | 'delete' | 'patch';
  readonly type: string;
  /** The id the source itself knows the resource by; null when the source has yet to give it one (POST). */
  readonly id: string | null;
  readonly fullUrl: string;
  readonly resource: JsonObject | null;
  /** `Patient?identifier=…` of a conditional create, update or delete: the criteria after the question mark. */
  readonly criteria: string;
  /** `PUT`: with criteria and no id, the next update by the same criteria is of the same resource. */
  readonly isUpdate?: boolean;
}

export interface Contents {
  /** `Bundle/transaction`, or the resource type. */
  readonly type: string;
  readonly idScope: IdScope;
  readonly items: readonly Item[];
  /** Entries that say nothing we can keep and name nothing: operations that are not questions, what has no type. */
  readonly unreadEntries: number;
  /** Why nothing of it can be read; items then only tell whom it is about. */
  readonly unread: string | null;
}

const BUNDLE_SCOPED: ReadonlySet<string> = new Set(['document', 'message', 'collection']);
const SERVER_SCOPED: ReadonlySet<string> = new Set([
  'transaction',
  'batch',
  'transaction-response',
  'batch-response',
  'searchset',
  'history',
  // R5, and the R4 backport of its subscriptions.
  'subscription-notification',
]);

export function contentsOf(resource: JsonObject): Contents {
  const type = textAt(resource, 'resourceType');
  if (type !== 'Bundle') {
    const item = single(resource);
    return { type: item.type, idScope: 'server', items: [item], unreadEntries: 0, unread: null };
  }
  const bundleType = textAt(resource, 'type');
  const isKnown = BUNDLE_SCOPED.has(bundleType) || SERVER_SCOPED.has(bundleType);
  const read = listAt(resource, 'entry').map((entry) => readEntry(entry, bundleType));
  const items = read.filter((one): one is Item => typeof one === 'object');
  return {
    type: `Bundle/${isKnown ? bundleType : 'unknown'}`,
    // Of no stated kind: its ids are trusted no further than the bundle reaches.
    idScope: SERVER_SCOPED.has(bundleType) ? 'server' : 'bundle',
    // History comes newest first (FHIR R4 §3.1.0.14): the present must be the last thing said.
    items: bundleType === 'history' ? items.reverse() : items,
    unreadEntries: read.filter((one) => one === 'unread').length,
    // A kind that nobody here knows may mean anything; where none is stated the bundle is a collection.
    unread: isKnown || bundleType === '' ? null : 'the bundle has no known type',
  };
}

function single(resource: JsonObject): Item {
  asR4(resource);
  const id = textAt(resource, 'id');
  const type = textAt(resource, 'resourceType');
  return { verb: 'store', type, id: id === '' ? null : id, fullUrl: '', resource, criteria: '' };
}

/** `nothing`: a question or an outcome, which tells nothing about a patient. `unread`: a change we cannot follow. */
function readEntry(entry: unknown, bundleType: string): Item | 'nothing' | 'unread' {
  const request = asObject(element(entry, 'request'));
  const method = textAt(request, 'method').toUpperCase();
  const fullUrl = urlInOneForm(textAt(entry, 'fullUrl'));
  const target = readUrl(textAt(request, 'url') || fullUrl);
  const found = element(entry, 'resource');
  const resource = isObject(found) ? found : null;
  if (method === 'DELETE' || textAt(entry, 'deleted') !== '') {
    return target.type === ''
      ? 'unread'
      : { verb: 'delete', type: target.type, id: target.id, fullUrl, resource: null, criteria: target.criteria };
  }
  if (method === 'GET' || method === 'HEAD') return 'nothing';
  // A history carries the whole resource as the patch left it; elsewhere the body is the patch (FHIR R4 §3.1.0.8).
  const isWhole = bundleType === 'history' && textAt(resource, 'resourceType') === target.type;
  if (method === 'PATCH' && !isWhole) {
    if (target.type === '') return 'unread';
    return { verb: 'patch', type: target.type, id: target.id, fullUrl, resource: null, criteria: target.criteria };
  }
  if (resource === null) return 'nothing';
  asR4(resource);
  const type = textAt(resource, 'resourceType');
  if (type === 'OperationOutcome' || type === '') return type === '' ? 'unread' : 'nothing';
  // A bundle within is a document of its own (documentsWithin).
  if (type === 'Bundle') return 'nothing';
  if (type === 'Parameters' || target.isOperation) return 'unread';
  const changesStored = method === 'PUT' || method === 'PATCH';
  const id = textAt(resource, 'id') || (changesStored ? (target.id ?? '') : '');
  const criteria = textAt(request, 'ifNoneExist') || (method === 'PUT' ? target.criteria : '');
  return {
    verb: 'store',
    type,
    id: method === 'POST' || id === '' ? null : id,
    fullUrl,
    resource,
    criteria,
    isUpdate: method === 'PUT',
  };
}

interface Target {
  readonly type: string;
  readonly id: string | null;
  readonly criteria: string;
  readonly isOperation: boolean;
}

/** `Observation/55`, `Observation/55/_history/2`, `Patient?identifier=x|y`, `https://base/Patient/1`, `Patient/$match`. */
function readUrl(url: string): Target {
  const [path = '', criteria = ''] = url.split('?', 2);
  const words = path
    .replace(/\/_history(\/[^/]*)?$/, '')
    .split('/')
    .filter((word) => word !== '');
  const isOperation = words.some((word) => word.startsWith('$'));
  const at = words.findLastIndex((word) => /^[A-Z][A-Za-z]+$/.test(word));
  return { type: typeInR4(words[at] ?? ''), id: words[at + 1] ?? null, criteria, isOperation };
}

/**
 * What is a document of its own inside another: the answers of a batch, a collection of summaries, the body of an operation
 * (Parameters). Each is read by the rules of its own kind, after what holds it.
 */
export function documentsWithin(resource: JsonObject): JsonObject[] {
  switch (textAt(resource, 'resourceType')) {
    case 'Bundle':
      return listAt(resource, 'entry').flatMap((entry) => {
        const inside = element(entry, 'resource');
        return isObject(inside) && textAt(inside, 'resourceType') === 'Bundle'
          ? [inside, ...documentsWithin(inside)]
          : [];
      });
    case 'Parameters':
      return parametersWithin(resource, 'parameter').flatMap((inside) => [inside, ...documentsWithin(inside)]);
    default:
      return [];
  }
}

const parametersWithin = (holder: unknown, name: 'parameter' | 'part'): JsonObject[] =>
  listAt(holder, name).flatMap((parameter) => {
    const inside = element(parameter, 'resource');
    return [...(isObject(inside) ? [inside] : []), ...parametersWithin(parameter, 'part')];
  });

/** Items by every name a reference inside the bundle could use; a name of two items leads to neither. */
export function indexItems(contents: Contents): (reference: string) => Item | undefined {
  const index = new Map<string, Item | null>();
  for (const item of contents.items) {
    if (item.resource === null) continue;
    const id = textAt(item.resource, 'id');
    const tail = /^urn:uuid:(.+)$/i.exec(item.fullUrl)?.[1] ?? item.fullUrl.split('/').at(-1) ?? '';
    for (const name of new Set([item.fullUrl, `${item.type}/${id}`, `${item.type}/${tail}`])) {
      index.set(name, index.has(name) && index.get(name) !== item ? null : item);
    }
  }
  return (reference) => index.get(reference) ?? undefined;
}
