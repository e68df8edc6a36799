// One FHIR resource of a patient as a change of the copy: under which key it is known, when it was so, how far it may be
// trusted, and which single values belong to it.

import type { FhirResource } from 'fhir/r4';
import type { MemberChange, ResourceChange } from '../../domain/changes.ts';
import { EXTENSION } from '../../domain/extensions.ts';
import type { Identity } from '../../domain/identity.ts';
import { timeNotOwn, timeNotOwnExtension, withoutTimeNotOwn } from '../../domain/own-time.ts';
import { partOfResource } from '../../domain/part-of-resource.ts';
import type { PartName } from '../../domain/parts.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import type { Item } from './bundle.ts';
import { codingsOf, element, type JsonObject, listAt, textAt } from './elements.ts';
import { liftAsWritten } from './parse.ts';
import { readReference, referenceText } from './references.ts';
import { hasModifier, trustOf } from './states.ts';
import { type When, whenOf } from './times.ts';

export interface ResourceOptions {
  readonly item: Item;
  readonly resource: JsonObject;
  readonly subject: Identity;
  readonly source: SourceDeclaration;
  /** The source knows the resource by its id in every bundle. */
  readonly isServerId: boolean;
  /** Tells two bundles apart whose resources have ids of no meaning outside. */
  readonly bundleMark: string;
  readonly told: Parameters<typeof whenOf>[2];
  /** Observations that are part of this one: of a report, of a panel. */
  readonly members: readonly { readonly item: Item; readonly resource: JsonObject }[];
}

export function readResource(options: ResourceOptions): ResourceChange {
  const { item, resource, source } = options;
  const trust = trustOf(resource);
  const isAltered = !trust.isWithdrawn && hasModifier(resource);
  if (isAltered) resource['extension'] = [...listAt(resource, 'extension'), ALTERED];
  for (const observation of [resource, ...options.members.map((member) => member.resource)]) {
    if (textAt(observation, 'resourceType') === 'Observation') liftAsWritten(observation);
  }
  const when = whenOf(resource, source.hl7.timeZone, options.told);
  markTime(resource, when);
  const members: MemberChange[] = options.members.map((member) => {
    // The time of a report or panel is that of its values (FHIR R4 DiagnosticReport.effective).
    const own = whenOf(member.resource, source.hl7.timeZone, options.told);
    if (when.notOwn !== null) markTime(member.resource, own.notOwn?.is === 'received' ? when : own);
    return {
      key: keyOf(member.item, member.resource, options.bundleMark),
      state: trustOf(member.resource).state,
      resource: asFhir(member.resource),
    };
  });
  const orderNumbers = orderNumbersOf(resource);
  return {
    kind: 'resource',
    subject: options.subject,
    part: partOf(resource, source),
    key: keyOf(item, resource, options.bundleMark),
    at: when.ms,
    state: isAltered ? 'unknown' : trust.state,
    resource: asFhir(resource),
    mode: trust.isWithdrawn ? 'withdraw' : 'replace',
    ...(members.length > 0 ? { members } : {}),
    ...(Object.keys(orderNumbers).length > 0 ? { orderNumbers } : {}),
    ...(options.isServerId ? { keyScope: 'source' as const } : {}),
  };
}

/** Our own mark, put where the source gives no time and taken away where it does: a copy of a copy may carry it. */
function markTime(resource: JsonObject, { notOwn }: When): void {
  if (notOwn === null && timeNotOwn(resource) === null) return;
  const marks = notOwn === null ? [] : [timeNotOwnExtension(notOwn)];
  const extension = [...listAt(withoutTimeNotOwn(resource), 'extension'), ...marks];
  if (extension.length > 0) resource['extension'] = extension;
  else delete resource['extension'];
}

/** Said wherever the status is. */
const ALTERED: JsonObject = {
  url: EXTENSION.statusText,
  valueString: 'källans tillägg kan ändra betydelsen, fråga källan',
};

const asFhir = (resource: JsonObject): FhirResource => resource as unknown as FhirResource;

/** An observation about somebody else than the patient (a donor, a foetus) is kept, but not among the patient's own values. */
function partOf(resource: JsonObject, source: SourceDeclaration): PartName {
  const focus = listAt(resource, 'focus').map((reference) => readReference(referenceText(reference)));
  const isAboutAnother = focus.some(
    (reference) => 'type' in reference && (reference.type === 'Patient' || reference.type === 'RelatedPerson'),
  );
  return isAboutAnother ? 'other' : partOfResource(asFhir(resource), source.hl7.partOfCode);
}

/**
 * `<type>/<id>` where the source's id lasts. A report of a message is known by its order number (its ids are new each time it
 * is sent, also when corrected); everything else by its fullUrl, and without one only within its bundle.
 */
function keyOf(item: Item, resource: JsonObject, bundleMark: string): string {
  if (bundleMark === '' && item.id !== null) return `${item.type}/${item.id}`;
  if (item.isUpdate === true && item.id === null && item.criteria !== '')
    return `${item.type}?${sorted(item.criteria)}`;
  const filler = item.type === 'DiagnosticReport' ? orderNumbersOf(resource).filler : undefined;
  if (filler !== undefined) return `DiagnosticReport/${filler}`;
  const fullUrl = readReference(item.fullUrl);
  if (fullUrl.to === 'urn') return `${item.type}/${fullUrl.urn.replace(/^urn:uuid:/i, '')}`;
  if (fullUrl.to === 'absolute') return `${item.type}/${item.fullUrl}`;
  return `${item.type}/${textAt(resource, 'id') || item.fullUrl}@${bundleMark}`;
}

/** The same criteria in another order are the same. */
const sorted = (criteria: string): string => criteria.split('&').sort().join('&');

/** v2-0203 PLAC and FILL where they are given; else the request a result answers, by its reference. */
function orderNumbersOf(resource: JsonObject): NonNullable<ResourceChange['orderNumbers']> {
  const numbers: { placer?: string; filler?: string } = {};
  for (const identifier of listAt(resource, 'identifier')) {
    const value = textAt(identifier, 'value');
    const types = codingsOf(element(identifier, 'type')).map(({ code }) => code);
    if (value !== '' && types.includes('PLAC')) numbers.placer ??= value;
    if (value !== '' && types.includes('FILL')) numbers.filler ??= value;
  }
  if (numbers.placer !== undefined) return numbers;
  const type = textAt(resource, 'resourceType');
  const id = textAt(resource, 'id');
  const request = type === 'ServiceRequest' && id !== '' ? `ServiceRequest/${id}` : requestOf(resource);
  return request === '' ? numbers : { ...numbers, placer: request };
}

function requestOf(resource: JsonObject): string {
  const reference = readReference(referenceText(listAt(resource, 'basedOn')[0]));
  if (reference.to === 'urn') return `ServiceRequest/${reference.urn.replace(/^urn:uuid:/i, '')}`;
  return 'id' in reference && 'type' in reference ? `${reference.type}/${reference.id}` : '';
}
