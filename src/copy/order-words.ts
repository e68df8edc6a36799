// What a statement about an order says, as far as it tells orders apart: its numbers, what is ordered, and whether it ends or
// changes anything.

import type { OrderNumbers } from '../domain/changes.ts';
import { EXTENSION } from '../domain/extensions.ts';

export const NEW_CONTROLS: ReadonlySet<string> = new Set(['NW', 'SN', 'RO', 'CH', 'PA']);
const ENDED: ReadonlySet<string> = new Set(['stopped', 'cancelled', 'completed', 'revoked', 'entered-in-error']);
const IN_FORCE: ReadonlySet<string> = new Set(['active', 'on-hold', 'draft']);

type Elements = Readonly<Record<string, unknown>>;

/** The placer's numbers decide where both are known, else the filler's. A namespace left out fits any. */
export function isSameNumber(a: OrderNumbers, b: OrderNumbers): boolean {
  if (a.placer !== undefined && b.placer !== undefined)
    return a.placer === b.placer && isSameSpace(a.placerSpace, b.placerSpace);
  return a.filler !== undefined && a.filler === b.filler && isSameSpace(a.fillerSpace, b.fillerSpace);
}

const isSameSpace = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || a === b;

/** The drug or the examination, by all it is called. */
export interface Thing {
  readonly isNameless: boolean;
  readonly codes: ReadonlySet<string>;
  readonly names: readonly string[];
}

export function thingOf(resource: unknown): Thing {
  const { code, medicationCodeableConcept } = resource as Elements;
  const concept = (medicationCodeableConcept ?? code ?? {}) as { coding?: unknown; text?: unknown };
  const codings = Array.isArray(concept.coding) ? (concept.coding as Elements[]) : [];
  const codes = codings.flatMap(({ system, code: one }) =>
    typeof one === 'string' ? [`${String(system ?? '')}|${one}`] : [],
  );
  const names = [concept.text, ...codings.map(({ display }) => display)].filter(
    (name): name is string => typeof name === 'string' && name.trim() !== '' && name !== UNNAMED,
  );
  return { isNameless: codes.length + names.length === 0, codes: new Set(codes), names };
}

/** Intake's word for a medicine its message does not name (pharmacy-dosage.ts). */
const UNNAMED = 'Läkemedel utan namn i meddelandet';

export const nameOfThing = ({ names, codes }: Thing): string => names[0] ?? [...codes][0]?.split('|')[1] ?? 'annat';

/** A code in common, or a name that is the other's or only says more (*Waran*, *Waran 2,5 mg tablett*). */
export function isSameThing({ thing: a }: { readonly thing: Thing }, { thing: b }: { readonly thing: Thing }): boolean {
  if (a.isNameless && b.isNameless) return true;
  if ([...a.codes].some((code) => b.codes.has(code))) return true;
  const [ours, theirs] = [a.names.map(folded), b.names.map(folded)];
  return ours.some((one) =>
    theirs.some((other) => one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `)),
  );
}

const folded = (name: string): string => name.trim().toLowerCase().replace(/\s+/g, ' ');

const statusOf = (resource: unknown): string => {
  const { status } = resource as Elements;
  return typeof status === 'string' ? status : '';
};

const extensionsOf = (resource: unknown): readonly Elements[] => {
  const { extension } = resource as Elements;
  return Array.isArray(extension) ? (extension as Elements[]) : [];
};

/** ORC-1 of the last message that spoke of the status. */
export const controlOf = (resource: unknown): string => {
  const found = extensionsOf(resource).find(({ url }) => url === EXTENSION.orderControl)?.['valueCode'];
  return typeof found === 'string' ? found : '';
};

export const isEnding = (resource: unknown): boolean => {
  const status = statusOf(resource);
  return ENDED.has(status) || status === 'on-hold' || status === 'unknown';
};

export const isAltering = (resource: unknown): boolean =>
  statusOf(resource) === '' || (resource as Elements)['dosageInstruction'] !== undefined;

export const isInForce = (resource: unknown): boolean => IN_FORCE.has(statusOf(resource)) || statusOf(resource) === '';

export const replacedBy = (thing: Thing): string => `Ersatt av ny beställning: ${nameOfThing(thing)}`;

export function inDoubt(resource: Elements, { status, words }: { readonly status: string; readonly words: string }) {
  const extension = extensionsOf(resource).filter(({ url }) => url !== EXTENSION.statusText);
  const isService = resource['resourceType'] === 'ServiceRequest';
  return {
    ...resource,
    status: isService && status === 'stopped' ? 'revoked' : status,
    extension: [...extension, { url: EXTENSION.statusText, valueString: words }],
  };
}
