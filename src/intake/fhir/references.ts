// Whom or what a reference points at, before anyone asks whether it is here.

import { textAt } from './elements.ts';

export type Reference =
  /** Inside the resource itself. */
  | { readonly to: 'contained'; readonly id: string }
  /** `Patient/123`: of the same server as the resource it stands in. */
  | { readonly to: 'relative'; readonly type: string; readonly id: string }
  | { readonly to: 'absolute'; readonly base: string; readonly type: string; readonly id: string }
  /** `urn:uuid:…` or `urn:oid:…`: an entry's fullUrl. */
  | { readonly to: 'urn'; readonly urn: string }
  /** `Patient?identifier=…`: whoever a search would find. */
  | { readonly to: 'conditional'; readonly type: string; readonly criteria: string }
  | { readonly to: 'nothing' };

/** Longer than any address; keeps what is matched below short. */
const REFERENCE_LENGTH_MAX = 2000;
const ID = '[A-Za-z0-9\\-._~%]{1,128}';
const RELATIVE = new RegExp(`^([A-Z][A-Za-z]+)/(${ID})(?:/_history/.*)?$`);
const ABSOLUTE = new RegExp(`^(https?://.+)/([A-Z][A-Za-z]+)/(${ID})(?:/_history/.*)?$`);

export function readReference(text: string): Reference {
  if (text === '' || text.length > REFERENCE_LENGTH_MAX) return { to: 'nothing' };
  if (text.startsWith('#')) return { to: 'contained', id: text.slice(1) };
  if (/^urn:/i.test(text)) return { to: 'urn', urn: text };
  const question = text.indexOf('?');
  if (question > 0) return { to: 'conditional', type: text.slice(0, question), criteria: text.slice(question + 1) };
  const absolute = ABSOLUTE.exec(text);
  if (absolute !== null) {
    return { to: 'absolute', base: absolute[1] ?? '', type: absolute[2] ?? '', id: absolute[3] ?? '' };
  }
  const relative = RELATIVE.exec(text);
  if (relative !== null) return { to: 'relative', type: relative[1] ?? '', id: relative[2] ?? '' };
  return { to: 'nothing' };
}

/** The server's address in an absolute url of a resource; null for every other url. */
export function baseOf(url: string): string | null {
  const reference = readReference(url);
  return reference.to === 'absolute' ? reference.base : null;
}

export const referenceText = (reference: unknown): string => {
  const text = urlInOneForm(textAt(reference, 'reference'));
  // Which version is meant, or which place within, is no other resource; slashes around it are a habit.
  if (text.startsWith('#') || text.includes('?') || !ADORNED.test(text)) return text;
  return text
    .replace(/#.*$/, '')
    .replace(/\/_history\/[^/]*$/, '')
    .replace(/^\/+(?=[A-Z])|\/+$/g, '');
};

const ADORNED = /^\/|\/$|\/_history\/|#/;

/** Letters of a uuid are the same large and small (RFC 9562 §4). */
export const urlInOneForm = (url: string): string => {
  const text = url.trim();
  return /^urn:uuid:/i.test(text) ? text.toLowerCase() : text;
};

/** What the reference says it points at: its path, else Reference.type; empty when it does not say. */
export function referencedType(reference: unknown): string {
  const target = readReference(referenceText(reference));
  const said = textAt(reference, 'type');
  return 'type' in target ? target.type : (said.split('/').at(-1) ?? '');
}
