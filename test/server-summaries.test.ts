// Every `$summary` the station makes, of whatever it was fed, against the constraints published in an IPS package; and every
// summary it is fed, section by section, in the chart.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bundle as AnyBundle, BundleEntry, Composition, FhirResource } from 'fhir/r4';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Chart } from '../src/domain/chart/chart.ts';
import { composeChart } from '../src/domain/chart/compose.ts';
import { statementOf } from '../src/domain/chart/describe-warnings.ts';
import { type PatientKey, sourceId } from '../src/domain/identity.ts';
import { undeclaredSource } from '../src/domain/source.ts';
import { splitFhir } from '../src/intake/fhir/split.ts';
import { splitFrame } from '../src/intake/hl7v2/split.ts';
import { interpret } from '../src/intake/interpret.ts';
import { ANNA, admitAnna, BERTIL, PNR, potassium, report } from '../src/server/anna.fixture.ts';
import { ServedCopy } from '../src/server/server.fixture.ts';
import { faultsOfDocument } from './ips/document.ts';
import { readExamples, readProfiles } from './ips/package.ts';
import type { Json } from './ips/profile.ts';

interface Bundle extends Omit<AnyBundle, 'entry'> {
  entry?: (Omit<BundleEntry, 'resource'> & { resource?: FhirResource })[];
}

const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));
const PACKAGE = join(DATA, 'fhir-ips-package/ips_v110.tgz');
const profiles = readProfiles(PACKAGE);
const absent = 'the shared data folder is not here';
const isLong = process.env['RESERVKRAFT_TEST_LONG'] === '1';

function filesOf(folder: string, ending: RegExp): string[] {
  const root = join(DATA, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
const samples = filesOf('fhir-ips-viewer-samples', /\.json$/);
const synthea = filesOf('fhir-synthea-r4', /\.ndjson\.gz$/);
const messages = ['hl7v2-cdc-dex', 'hl7v2-ms-fhir-converter', 'hl7v2-v2-to-fhir', 'hl7v2-cosyte'].flatMap((folder) =>
  filesOf(folder, /\.(hl7|txt)$/i),
);

/** What the 2.0 form says otherwise than 1.1: a required section is empty with its reason instead of holding a statement. */
const SAID_BY_EMPTY_REASON =
  /^(Composition\.section\.emptyReason: 1 of at most 0|Composition\.section:section(Medications|Allergies|Problems)\.entry(:\w+)?: 0 of at least 1|Bundle\.entry:composition: 0 of at least 1)$/;
const IPS_1_1 = 'http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips|1.1.0';

async function summary(copy: ServedCopy, key: PatientKey, profile = ''): Promise<Bundle> {
  const { json, status } = await copy.ask(
    `/fhir/Patient/${key}/$summary${profile && `?profile=${encodeURIComponent(profile)}`}`,
  );
  expect(status).toBe(200);
  return json as Bundle;
}

const compositionOf = (bundle: Bundle): Composition => bundle.entry?.[0]?.resource as Composition;
const sectionOf = (bundle: Bundle, code: string) =>
  compositionOf(bundle).section?.find((section) => section.code?.coding?.[0]?.code === code);

/** Both forms of a patient's summary; the faults of each. */
async function expectSound(copy: ServedCopy, key: PatientKey): Promise<Bundle> {
  if (profiles === null) throw new Error(absent);
  const strict = await summary(copy, key, IPS_1_1);
  expect(faultsOfDocument(strict as unknown as Json, profiles)).toEqual([]);
  const bundle = await summary(copy, key);
  const others = faultsOfDocument(bundle as unknown as Json, profiles).filter(
    (fault) => !SAID_BY_EMPTY_REASON.test(fault),
  );
  expect(others).toEqual([]);
  for (const section of compositionOf(bundle).section ?? [])
    expect([section.title, (section.entry ?? []).length > 0]).toEqual([
      section.title,
      section.emptyReason === undefined,
    ]);
  // Inside a document of ours everything is named the same way, and no address leads out of it.
  for (const one of [strict, bundle])
    for (const reference of JSON.stringify(one).match(/"reference":"[^"]*"/g) ?? [])
      expect(reference).toMatch(/^"reference":"(urn:uuid:|#)/);
  return bundle;
}

/** Whom a document is about, as the copy will know them. */
function peopleIn(raw: Uint8Array, format: 'fhir+json' | 'hl7v2'): ReturnType<typeof interpret>['changes'] {
  const arrival = { wallMs: Date.UTC(2026, 10, 22, 10), boot: 'test', monotonicMs: 0 };
  const source = undeclaredSource(sourceId('ehr'), 'ehr');
  return interpret({ seq: 1, source: source.id, format, arrival, raw }, source).changes;
}

describe.skipIf(profiles === null)(`the checker itself (skipped when ${absent})`, () => {
  const examples =
    profiles === null
      ? []
      : [...readExamples(PACKAGE)].filter(([, example]) => (example as Json)['resourceType'] === 'Bundle');

  it.each(examples)('finds nothing wrong with the published example %s', (_, example) => {
    expect(profiles && faultsOfDocument(example as Json, profiles)).toEqual([]);
  });

  it('finds each thing that is broken in one', () => {
    const whole = examples.find(([name]) => name === 'Bundle-IPS-examples-Bundle-01.json')?.[1] as Bundle;
    const faultsAfter = (change: (bundle: Bundle, composition: Composition) => void): string => {
      const bundle = structuredClone(whole);
      change(bundle, compositionOf(bundle));
      return profiles === null ? '' : faultsOfDocument(bundle as unknown as Json, profiles).join('\n');
    };
    const resource = (bundle: Bundle, type: string): Record<string, unknown> =>
      bundle.entry?.find((entry) => entry.resource?.resourceType === type)?.resource as unknown as Record<
        string,
        unknown
      >;
    const broken: [RegExp, (bundle: Bundle, composition: Composition) => void][] = [
      [/bdl-11/, (bundle) => bundle.entry?.reverse()],
      [/bdl-7/, (bundle) => bundle.entry?.push(...(bundle.entry ?? []).slice(-1))],
      [/Bundle.identifier: 0 of/, (bundle) => delete bundle.identifier],
      [
        /sectionAllergies: 0 of/,
        (_, composition) =>
          composition.section?.splice(
            composition.section.findIndex(({ code }) => code?.coding?.[0]?.code === '48765-2'),
            1,
          ),
      ],
      [/cmp-2/, (_, { section }) => Object.assign(section?.[0] ?? {}, { emptyReason: { text: 'x' } })],
      [/Composition.section.text: 0 of/, (_, { section }) => delete section?.[0]?.text],
      [/leads nowhere/, (bundle) => bundle.entry?.pop()],
      [
        /not as/,
        (_, composition) =>
          Object.assign(composition, { type: { coding: [{ system: 'http://loinc.org', code: '1' }] } }),
      ],
      [/Composition.status: not a code/, (_, composition) => Object.assign(composition, { status: 7 })],
      [
        /Patient.birthDate: not a date/,
        (bundle) => Object.assign(resource(bundle, 'Patient'), { birthDate: '1972-13-09' }),
      ],
      [/Patient.name: not a list/, (bundle) => Object.assign(resource(bundle, 'Patient'), { name: { text: 'x' } })],
      [/ips-pat-1/, (bundle) => Object.assign(resource(bundle, 'Patient'), { name: [{ use: 'usual' }] })],
      [/Condition: has no element banana/, (bundle) => Object.assign(resource(bundle, 'Condition'), { banana: 1 })],
      [/Condition.clinicalStatus: 0 of/, (bundle) => delete resource(bundle, 'Condition')['clinicalStatus']],
      [
        /effectiveInteger is of a type/,
        (bundle) => Object.assign(resource(bundle, 'MedicationStatement'), { effectiveInteger: 1 }),
      ],
      [/id of Condition/, (bundle) => Object.assign(resource(bundle, 'Condition'), { id: 'å' })],
      [
        /leads to Patient/,
        (_, { section, subject }) =>
          Object.assign(section?.find(({ code }) => code?.coding?.[0]?.code === '11450-4') ?? {}, { entry: [subject] }),
      ],
    ];
    for (const [fault, change] of broken) expect(faultsAfter(change)).toMatch(fault);
  });
});

describe.skipIf(profiles === null)(`a summary by the station (skipped when ${absent})`, () => {
  let copy: ServedCopy;
  afterEach(() => copy.close());

  it('of messages from two Swedish systems: allergy and results with their values, the rest unknown and said so', async () => {
    copy = await ServedCopy.started();
    const anna = admitAnna(copy);
    report(copy, 'P1', [potassium('3.9', 'P')], '90');
    const bundle = await expectSound(copy, anna);
    expect(sectionOf(bundle, '48765-2')?.text?.div).toContain('Penicillin');
    expect(sectionOf(bundle, '30954-2')?.text?.div).toMatch(/Kalium 4,1 mmol\/L/);
    expect(sectionOf(bundle, '10160-0')?.emptyReason?.coding?.[0]?.code).toBe('unavailable');
    expect(sectionOf(bundle, '11450-4')?.emptyReason?.coding?.[0]?.code).toBe('unavailable');
  });

  it('of a patient of whom only a number is known', async () => {
    copy = await ServedCopy.started();
    report(copy, 'L1', [], '1');
    const bundle = await expectSound(copy, copy.keyOf(ANNA));
    expect(bundle.entry?.map(({ resource }) => resource?.resourceType)).toContain('Patient');
    for (const code of ['48765-2', '10160-0', '11450-4'])
      expect(sectionOf(bundle, code)?.emptyReason?.coding?.[0]?.code).toBe('unavailable');
  });

  it('says that nothing is known only when the source has said so and has sent everything', async () => {
    copy = await ServedCopy.started();
    const anna = admitAnna(copy);
    const none = (code: string) => ({
      resourceType: 'AllergyIntolerance',
      id: 'a1',
      clinicalStatus: { coding: [{ code: 'active' }] },
      code: { coding: [{ system: 'http://snomed.info/sct', code }] },
      patient: { reference: 'Patient/p1' },
    });
    const person = {
      resourceType: 'Patient',
      id: 'p1',
      identifier: [{ system: PNR, value: BERTIL.id }],
      name: [{ text: 'B' }],
    };
    const reason = async () =>
      sectionOf(await expectSound(copy, copy.keyOf(BERTIL)), '48765-2')?.emptyReason?.coding?.[0]?.code;
    copy.fhir(
      { resourceType: 'Bundle', type: 'collection', entry: [{ resource: person }, { resource: none('716186003') }] },
      'journal',
    );
    expect(await reason()).toBe('unavailable');
    copy.command({ command: 'full-load', source: sourceId('journal'), parts: 'all-declared' });
    expect(await reason()).toBe('nilknown');
    const strict = await summary(copy, copy.keyOf(BERTIL), IPS_1_1);
    expect(JSON.stringify(strict)).toContain('no-known-allergies');
    copy.command({ command: 'hold', source: sourceId('journal'), by: 'IT', reason: 'prov' });
    expect(await reason()).toBe('unavailable');
    expect(JSON.stringify(await summary(copy, copy.keyOf(BERTIL), IPS_1_1))).toContain('no-allergy-info');
    expect(sectionOf(await expectSound(copy, anna), '48765-2')?.emptyReason).toBeUndefined();
  });

  it('c3.1 H4: says no longer that nothing is known when that is taken back, in whatever way', async () => {
    const line = (extra: object) => ({
      resourceType: 'AllergyIntolerance',
      id: 'a1',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] },
      patient: { reference: 'Patient/p1' },
      ...extra,
    });
    const list = (reason: string, status = 'current') => ({
      resourceType: 'List',
      id: 'l1',
      status,
      mode: 'snapshot',
      code: { coding: [{ system: 'http://loinc.org', code: '48765-2' }] },
      subject: { reference: 'Patient/p1' },
      emptyReason: { coding: [{ code: reason }] },
    });
    const remove = (url: string) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ request: { method: 'DELETE', url } }],
    });
    const person = { resourceType: 'Patient', id: 'p1', identifier: [{ system: PNR, value: BERTIL.id }] };
    const withdrawals: readonly (readonly [object, object])[] = [
      [line({}), line({ verificationStatus: { coding: [{ code: 'entered-in-error' }] } })],
      [line({}), line({ verificationStatus: { coding: [{ code: 'refuted' }] } })],
      [line({}), line({ clinicalStatus: { coding: [{ code: 'resolved' }] } })],
      [line({}), line({ modifierExtension: [{ url: 'urn:x', valueBoolean: true }] })],
      [line({}), remove('AllergyIntolerance/a1')],
      [list('nilknown'), list('notasked')],
      [list('nilknown'), list('nilknown', 'retired')],
      [list('nilknown'), remove('List/l1')],
    ];
    copy = await ServedCopy.started();
    admitAnna(copy);
    copy.fhir(person, 'journal');
    copy.command({ command: 'full-load', source: sourceId('journal'), parts: 'all-declared' });
    const later = () => {
      if (copy !== undefined) copy.now = { ...copy.now, wallMs: copy.now.wallMs + 1_000 };
    };
    for (const [stated, withdrawn] of withdrawals) {
      const reasons: unknown[] = [];
      for (const said of [stated, withdrawn]) {
        later();
        copy.fhir(said, 'journal');
        const bundle = await expectSound(copy, copy.keyOf(BERTIL));
        reasons.push(sectionOf(bundle, '48765-2')?.emptyReason?.coding?.[0]?.code);
      }
      expect([JSON.stringify(withdrawn), ...reasons]).toEqual([JSON.stringify(withdrawn), 'nilknown', 'unavailable']);
    }
  });

  it('of someone whose name is a script is text, in both forms', async () => {
    copy = await ServedCopy.started();
    const evil = '<script>alert("1")</script>&\u0007';
    copy.fhir({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        {
          resource: {
            resourceType: 'Patient',
            id: 'p1',
            identifier: [{ system: PNR, value: ANNA.id }],
            name: [{ family: evil }],
            birthDate: '1890-01-01',
          },
        },
        {
          resource: { resourceType: 'Condition', id: 'c1', code: { text: evil }, subject: { reference: 'Patient/p1' } },
        },
        {
          resource: {
            resourceType: 'AllergyIntolerance',
            id: 'a1',
            code: { text: evil },
            patient: { reference: 'Patient/p1' },
          },
        },
      ],
    });
    const bundle = await expectSound(copy, copy.keyOf(ANNA));
    for (const section of compositionOf(bundle).section ?? []) {
      expect(section.text?.div).not.toMatch(/<(?!\/?(?:div|p|ul|li)\b)|&(?!amp;|lt;|gt;|quot;)|\p{Cc}/u);
    }
    expect(sectionOf(bundle, '11450-4')?.text?.div).toContain('&lt;script&gt;');
  });

  it('imported again gives a chart with the same sections and as many entries in each', async () => {
    copy = await ServedCopy.started();
    const anna = admitAnna(copy);
    copy.hl7(
      'journal',
      'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122094500+0000||ADT^A08^ADT_A01|A2|P|2.5',
      'EVN|A08|20261122094500+0000',
      'PID|1||189001019802^^^SKV^NNSWE',
      'PV1|1|I|KIR2^1^2|||||||||||||||||V100',
      'AL1|1|DA|^Penicillin|SV|Utslag',
      'AL1|2|FA|^Jordnöt|MO|Klåda',
      'DG1|1||I10^Hypertoni^ICD10',
    );
    const first = await expectSound(copy, anna);
    const again = await ServedCopy.started();
    try {
      again.fhir(first);
      const second = await expectSound(again, again.keyOf(ANNA));
      const shape = (bundle: Bundle) =>
        (compositionOf(bundle).section ?? []).map(({ title, entry = [] }) => `${title}: ${entry.length}`);
      expect(shape(second)).toEqual(shape(first));
      expect(shape(first).some((line) => line.startsWith('Överkänslighet: 2'))).toBe(true);
    } finally {
      await again.close();
    }
  });
});

describe.skipIf(profiles === null || synthea.length === 0)(
  `summaries of whole lives by Synthea (skipped when ${absent})`,
  () => {
    it.each(synthea)('%s', { timeout: 600_000 }, async (file) => {
      const pieces = splitFhir(readFileSync(file));
      if (typeof pieces === 'string') throw new Error(pieces);
      const chosen = pieces.filter((_, index) => isLong || index % 10 === 0);
      expect(chosen.length).toBeGreaterThan(0);
      const copy = await ServedCopy.started();
      try {
        for (const piece of chosen) {
          copy.receive('ehr', 'fhir+json', piece);
          const [person] = peopleIn(piece, 'fhir+json').flatMap((change) =>
            change.kind === 'person' ? [change.subject] : [],
          );
          if (person === undefined) throw new Error('a life without a person');
          const bundle = await expectSound(copy, copy.keyOf(person));
          expect(bundle.entry?.length).toBeGreaterThan(5);
        }
      } finally {
        await copy.close();
      }
    });
  },
);

describe.skipIf(profiles === null || messages.length === 0)(
  `summaries of real HL7 v2 messages (skipped when ${absent})`,
  () => {
    let copy: ServedCopy;
    beforeAll(async () => {
      copy = await ServedCopy.started();
    });
    afterAll(() => copy.close());

    it('everyone a message is about has a sound summary', { timeout: 300_000 }, async () => {
      const keys = new Set<PatientKey>();
      for (const file of messages.filter((_, index) => isLong || index % 10 === 0)) {
        for (const slice of splitFrame(readFileSync(file)).slices) {
          copy.receive('ehr', 'hl7v2', slice.bytes);
          for (const change of peopleIn(slice.bytes, 'hl7v2'))
            if (change.kind === 'person') keys.add(copy.keyOf(change.subject));
        }
      }
      expect(keys.size).toBeGreaterThan(10);
      for (const key of keys) if (copy.reader.patient(key)?.isDeleted === false) await expectSound(copy, key);
    });
  },
);

describe.skipIf(profiles === null || samples.length === 0)(
  `patient summaries of sixteen countries (skipped when ${absent})`,
  () => {
    const load = async (file: string): Promise<{ copy: ServedCopy; key: PatientKey; bundle: Bundle }> => {
      const raw = readFileSync(file);
      const bundle = JSON.parse(raw.toString()) as Bundle;
      const copy = await ServedCopy.started();
      copy.receive('ehr', 'fhir+json', raw);
      const composition = peopleIn(raw, 'fhir+json').find(
        (change) => change.kind === 'resource' && change.resource.resourceType === 'Composition',
      );
      if (composition?.kind !== 'resource') throw new Error('a summary without a Composition');
      return { copy, key: copy.keyOf(composition.subject), bundle };
    };

    it.each(samples)('%s: every section stands in the chart, as entries of its block and as text', async (file) => {
      const { copy, key, bundle } = await load(file);
      try {
        const patient = copy.reader.patient(key, { rowsMax: 10_000 });
        if (patient === null) throw new Error('not in the copy');
        const chart = composeChart(patient, copy.now);
        const composition = bundle.entry?.find(({ resource }) => resource?.resourceType === 'Composition')
          ?.resource as Composition;
        const lines = linesOf(chart);
        const kept = Object.values(patient.parts).flatMap(({ entries }) =>
          entries.flatMap((entry) => [entry, ...entry.members].map(({ key: line, resource }) => ({ line, resource }))),
        );
        for (const section of composition.section ?? []) {
          const told = `${section.title ?? ''} ${section.code?.coding?.[0]?.code ?? ''}`;
          const words = wordsOf(section.text?.div ?? '') || wordsOf(section.title ?? '');
          // The section's own text, or its title when it has none, is in the note the document became.
          expect([told, lines.notes.includes(words)]).toEqual([told, true]);
          for (const entry of section.entry ?? []) {
            const target = bundle.entry?.find(({ fullUrl, resource }) =>
              isReferred(entry.reference ?? '', fullUrl ?? '', resource),
            )?.resource;
            if (target === undefined || !isAboutThePatient(target, bundle)) continue;
            const found = kept.filter(
              ({ resource }) => resource.resourceType === target.resourceType && resource.id === target.id,
            );
            // *None known* and *not asked* are the state of a part, not entries of it.
            const isShown = found.some(({ line, resource }) => lines.keys.has(line) || statementOf(resource) !== null);
            const which = `${target.resourceType} ${target.id}`;
            // What the sender itself calls an error is nowhere, though a section still lists it.
            const isHere = !JSON.stringify(target).includes('"entered-in-error"');
            expect([told, which, found.length > 0, isShown]).toEqual([told, which, isHere, isHere]);
          }
        }
      } finally {
        await copy.close();
      }
    });

    it.each(samples)('%s: and our summary of it is sound', async (file) => {
      const { copy, key } = await load(file);
      try {
        await expectSound(copy, key);
      } finally {
        await copy.close();
      }
    });
  },
);

const wordsOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&[#\w]+;/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

function linesOf(chart: Chart): { readonly notes: string; readonly keys: ReadonlySet<string> } {
  const parts = chart.blocks.flatMap((block) => block.parts);
  const notes = parts.find(({ part }) => part === 'notes');
  const entries = parts.flatMap((part) => part.entries);
  return {
    notes: wordsOf(JSON.stringify(notes?.entries ?? [])),
    keys: new Set(entries.flatMap((entry) => [entry.key, ...entry.values.map(({ key }) => key)])),
  };
}

function isReferred(reference: string, fullUrl: string, resource: FhirResource | undefined): boolean {
  return reference === fullUrl || reference === `${resource?.resourceType}/${resource?.id}`;
}

/** Entries of others (a relative's) and without a person stand elsewhere, or are told as missing: another test's matter. */
function isAboutThePatient(resource: unknown, bundle: Bundle): boolean {
  const patients = (bundle.entry ?? []).filter((entry) => entry.resource?.resourceType === 'Patient');
  const { subject, patient } = resource as { subject?: { reference?: string }; patient?: { reference?: string } };
  const reference = (subject ?? patient)?.reference ?? '';
  return (
    patients.length === 1 &&
    patients.some(({ fullUrl, resource: person }) => isReferred(reference, fullUrl ?? '', person))
  );
}
