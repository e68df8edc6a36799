// What one page of a search tells the one who polls: whether there are more, how far the server has come, and whether
// anything on it is new. The page itself goes to the inbox as it is.

import { element, isObject, listAt, textAt } from './elements.ts';
import { decodeJson, parseJson } from './parse.ts';

export interface Page {
  readonly nextUrl: string | null;
  /** `Type/id` with version and time, for each resource; null where a resource carries no time. */
  readonly versions: readonly { readonly key: string; readonly version: string | null; readonly lastUpdated: string }[];
  readonly total: number | null;
  /** The server says with the page that the search did not go as asked. */
  readonly hasError: boolean;
}

/** Null when the body is no searchset: then nothing of it may be believed. */
export function readPage(body: Uint8Array): Page | null {
  const bundle = parseJson(decodeJson(body).text);
  if (!isObject(bundle) || textAt(bundle, 'resourceType') !== 'Bundle' || textAt(bundle, 'type') !== 'searchset')
    return null;
  const resources = listAt(bundle, 'entry').map((entry) => element(entry, 'resource'));
  const outcomes = resources.filter((resource) => textAt(resource, 'resourceType') === 'OperationOutcome');
  const total = element(bundle, 'total');
  return {
    nextUrl:
      textAt(
        listAt(bundle, 'link').find((link) => textAt(link, 'relation') === 'next'),
        'url',
      ) || null,
    versions: resources
      .filter((resource) => !outcomes.includes(resource))
      .map((resource) => {
        const meta = element(resource, 'meta');
        const lastUpdated = textAt(meta, 'lastUpdated');
        return {
          key: `${textAt(resource, 'resourceType')}/${textAt(resource, 'id')}`,
          version: lastUpdated === '' ? null : `${textAt(meta, 'versionId')} ${lastUpdated}`,
          lastUpdated,
        };
      }),
    total: typeof total === 'number' ? total : null,
    hasError: outcomes.some((outcome) =>
      listAt(outcome, 'issue').some((issue) => ['error', 'fatal'].includes(textAt(issue, 'severity'))),
    ),
  };
}
