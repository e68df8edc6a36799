// Checks a whole International Patient Summary: the bundle, its Composition, every entry against the profile of its kind, and the
// invariants of R4 and IPS that are not in a snapshot.

import type { Profiles } from './package.ts';
import { type Checking, faultsAgainst, isJson, type Json } from './profile.ts';

const IPS = 'http://hl7.org/fhir/uv/ips/StructureDefinition/';

/** Everything that is wrong with the document, one line each. */
export function faultsOfDocument(bundle: Json, profiles: Profiles): string[] {
  const entries = listAt(bundle, 'entry');
  const resources = new Map<string, Json>();
  const faults: string[] = [];
  for (const { fullUrl, resource } of entries) {
    if (typeof fullUrl !== 'string' || !isJson(resource)) faults.push('Bundle.entry: without fullUrl or resource');
    else if (resources.has(fullUrl)) faults.push('bdl-7: the same fullUrl twice');
    else if (!/^(urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|https?:\/\/\S+)$/.test(fullUrl))
      faults.push('bdl: fullUrl is not absolute');
    else resources.set(fullUrl, resource);
  }
  const checking: Checking = {
    profiles,
    resolve: (reference) => resources.get(reference) ?? relative(reference, resources),
    fits: new Map(),
  };
  const against = (name: string, resource: unknown): void => {
    const profile = profiles.get(`${IPS}${name}-uv-ips`);
    if (profile === undefined) faults.push(`the package has no ${name}`);
    else faults.push(...faultsAgainst(profile, resource, checking));
  };
  const [first, ...others] = entries.map(({ resource }) => resource);
  against('Bundle', bundle);
  if (!isJson(first) || first['resourceType'] !== 'Composition')
    return [...faults, 'bdl-11: the first entry is no Composition'];
  if (others.some((resource) => isJson(resource) && resource['resourceType'] === 'Composition'))
    faults.push('bdl-ips-1: a second Composition');
  against('Composition', first);
  for (const section of listAt(first, 'section')) faults.push(...sectionFaults(section));
  const results = new Set(sectionEntries(first, '30954-2'));
  for (const [url, resource] of resources) {
    const profile = profileFor(resource, results.has(url));
    if (profile !== null) against(profile, resource);
    faults.push(
      ...invariants(resource),
      ...referencesOf(resource)
        .filter((reference) => !leads(reference, resource, checking))
        .map(
          (reference) =>
            `${String(resource['resourceType'])}: ${reference.startsWith('#') ? 'a contained' : 'a'} reference leads nowhere`,
        ),
    );
  }
  return faults;
}

const listAt = (node: Json, name: string): readonly Json[] => {
  const value = node[name];
  return Array.isArray(value) ? value.filter(isJson) : [];
};
const codesAt = (node: Json, name: string): readonly string[] => {
  const value = node[name];
  return (Array.isArray(value) ? value : [value]).flatMap((one) =>
    isJson(one) ? listAt(one, 'coding').map(({ code }) => String(code)) : [],
  );
};

/** References inside a document that are not its fullUrls: `Type/id` beside an entry under the same server (R4 bundle.html#references), and as IPS's own examples do it. */
function relative(reference: string, resources: ReadonlyMap<string, Json>): Json | undefined {
  if (!/^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(reference)) return undefined;
  for (const [url, resource] of resources)
    if (
      url.endsWith(`/${reference}`) ||
      (url.startsWith('urn:uuid:') && `${String(resource['resourceType'])}/${url.slice(9)}` === reference)
    )
      return resource;
  return undefined;
}

const sectionEntries = (composition: Json, code: string): readonly string[] =>
  listAt(composition, 'section')
    .filter((section) => codesAt(section, 'code').includes(code))
    .flatMap((section) => listAt(section, 'entry').map(({ reference }) => String(reference)));

/** Composition invariants cmp-1 and cmp-2, and IPS: text in every section. */
function sectionFaults(section: Json): string[] {
  const hasEntries = listAt(section, 'entry').length > 0;
  const div = isJson(section['text']) ? section['text']['div'] : undefined;
  return [
    ...(section['emptyReason'] !== undefined && hasEntries ? ['cmp-2: emptyReason beside entries'] : []),
    ...(typeof div === 'string' &&
    /^<div\b[^>]*xmlns=["']http:\/\/www\.w3\.org\/1999\/xhtml["'][^>]*>[\s\S]*\S[\s\S]*<\/div>\s*$/.test(div)
      ? []
      : ['txt: a section without text']),
    ...(typeof section['title'] === 'string' ? [] : ['ips: a section without title']),
  ];
}

/** The IPS profile a resource of our making must fit, where its status lets it; null where it is only R4. */
function profileFor(resource: Json, isResult: boolean): string | null {
  const type = String(resource['resourceType']);
  // Slices are told by profile and open: a smoking status over a period is a plain Observation and not one of IPS's, and so on.
  if (type === 'Observation') return isResult && resource['status'] === 'final' ? 'Observation-results' : null;
  if (type === 'DiagnosticReport') return resource['status'] === 'final' ? type : null;
  const profiled = [
    'Patient',
    'AllergyIntolerance',
    'Condition',
    'MedicationStatement',
    'MedicationRequest',
    'Procedure',
    'Immunization',
    'DeviceUseStatement',
  ];
  return profiled.includes(type) ? type : null;
}

/** R4 invariants of the types an IPS is made of, and IPS's own. */
function invariants(resource: Json): string[] {
  const has = (name: string): boolean => resource[name] !== undefined;
  const faults: string[] = [];
  const must = (holds: boolean, name: string): void => {
    if (!holds) faults.push(`${name} of ${String(resource['resourceType'])}`);
  };
  must(/^[A-Za-z0-9\-.]{1,64}$/.test(String(resource['id'])), 'id');
  switch (resource['resourceType']) {
    case 'Patient':
      for (const name of listAt(resource, 'name'))
        must(
          ['family', 'given', 'text'].some((part) => name[part] !== undefined),
          'ips-pat-1',
        );
      break;
    case 'AllergyIntolerance': {
      const isError = codesAt(resource, 'verificationStatus').includes('entered-in-error');
      must(isError || has('clinicalStatus'), 'ait-1');
      must(!isError || !has('clinicalStatus'), 'ait-2');
      break;
    }
    case 'Condition':
      must(
        !has('abatementDateTime') ||
          !codesAt(resource, 'clinicalStatus').some((code) => ['active', 'recurrence', 'relapse'].includes(code)),
        'con-4',
      );
      break;
    case 'Observation':
      must(!has('dataAbsentReason') || !Object.keys(resource).some((name) => /^value[A-Z]/.test(name)), 'obs-6');
      break;
    default:
      break;
  }
  must(!JSON.stringify(resource).includes('entered-in-error'), 'an error that was taken back');
  return faults;
}

function referencesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (!isJson(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'reference' && typeof inner === 'string' ? [inner] : referencesOf(inner),
  );
}

const leads = (reference: string, resource: Json, { resolve }: Checking): boolean =>
  reference.startsWith('#')
    ? reference === '#' || listAt(resource, 'contained').some(({ id }) => `#${String(id)}` === reference)
    : resolve(reference) !== undefined;
