// What an observation's own value was before its source changed it (knowledge c3.13, H16), as of a report's members (member.ts): so
// that a corrected value of a FHIR server, or of any row without members, says what it was. Pure.

import type { FhirResource } from 'fhir/r4';
import type { ValueState } from '../../domain/changes.ts';
import { type KeptText, keepText, readText } from '../kept-text.ts';
import type { FactRow } from './facts.ts';
import { FORMER_MAX, type FormerValue, hasValue, valueFieldsOf, valueText } from './member.ts';

interface Said {
  readonly state: ValueState;
  /** The resource as JSON. */
  readonly text: string;
  readonly receivedAt: number;
}

/** What stood before, once `said` stands in `kept`'s place. A value taken back may be another patient's: nothing is kept of it. */
export function formerAfter(kept: FactRow | undefined, { state, text, receivedAt }: Said): KeptText | null {
  if (kept === undefined || state === 'withdrawn' || kept.state === 'withdrawn') return null;
  // Most rows are no values, or the same again: neither is read.
  const body = readText(kept.body);
  if (body === text || !body.includes(OBSERVATION)) return kept.former;
  const old = JSON.parse(body) as FhirResource;
  const now = JSON.parse(text) as FhirResource;
  if (old.resourceType !== 'Observation' || now.resourceType !== 'Observation') return kept.former;
  if (!hasValue(old) || valueText(old) === valueText(now)) return kept.former;
  const before: FormerValue = { resource: onlyValue(old), state: kept.state as ValueState, replacedAt: receivedAt };
  return asText([before, ...formerOf(kept)]);
}
const OBSERVATION = '"Observation"';

/** A value that comes after its own correction is what stood before it; null when that is no news. */
export function formerWithEarlier(
  kept: FactRow,
  said: { readonly state: ValueState; readonly resource: FhirResource },
): KeptText | null {
  const old = JSON.parse(readText(kept.body)) as FhirResource;
  if (old.resourceType !== 'Observation' || said.resource.resourceType !== 'Observation') return null;
  if (kept.state !== 'corrected' && said.state !== 'corrected') return null;
  const former = formerOf(kept);
  const known = new Set([old, ...former.map(({ resource }) => resource)].map(valueText));
  if (!hasValue(said.resource) || known.has(valueText(said.resource)) || former.length >= FORMER_MAX) return null;
  return asText([...former, { resource: onlyValue(said.resource), state: said.state, replacedAt: kept.received }]);
}

export const formerOf = ({ former }: Pick<FactRow, 'former'>): readonly FormerValue[] =>
  former === null ? [] : (JSON.parse(readText(former)) as FormerValue[]);

const asText = (former: readonly FormerValue[]): KeptText => keepText(JSON.stringify(former.slice(0, FORMER_MAX)));

/** Only what the value is: the sender's digits stand in extensions, a component's name in the component. */
const onlyValue = (resource: FhirResource): FhirResource => {
  const { resourceType, extension } = resource as { resourceType: string; extension?: unknown };
  return {
    resourceType,
    ...(extension === undefined ? {} : { extension }),
    ...Object.fromEntries(valueFieldsOf(resource)),
  } as unknown as FhirResource;
};
