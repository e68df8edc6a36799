import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { admitAnna, potassium, report } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { facadeOf } from './facade.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const { bundleAt, resourcesAt, everything } = facadeOf(() => copy);

describe('pages', () => {
  const all = async (first: string, between: (page: number) => void = () => {}): Promise<FhirResource[]> => {
    const found: FhirResource[] = [];
    let url: string | undefined = first;
    for (let page = 1; url !== undefined; page += 1) {
      const bundle: Bundle = await bundleAt(url);
      found.push(...(bundle.entry ?? []).map(({ resource }) => resource as FhirResource));
      const next = bundle.link?.find(({ relation }) => relation === 'next')?.url;
      url = next === undefined ? undefined : new URL(next).pathname + new URL(next).search;
      between(page);
    }
    return found;
  };

  beforeEach(() => {
    for (let order = 1; order <= 7; order += 1) report(copy, `M${order}`, [potassium(`4.${order}`, 'F')], `P${order}`);
  });

  it('give each resource once, although new answers come meanwhile', async () => {
    const whole = await everything(anna);
    const paged = await all(`/fhir/Patient/${anna}/$everything?_count=3`, (page) => {
      report(copy, `N${page}`, [potassium('5.9', 'F')], `N${page}`);
    });
    expect(paged).toEqual(whole);
    expect((await everything(anna)).length).toBeGreaterThan(whole.length);
  });

  it('newest first within a kind', async () => {
    const found = await all(`/fhir/DiagnosticReport?patient=${anna}&_count=2`);
    expect(found).toHaveLength(8);
    expect(new Set(found.map(({ id }) => id)).size).toBe(8);
    const [first] = await resourcesAt(`/fhir/Observation?patient=${anna}&_count=1`);
    expect(first).toBeDefined();
  });

  it('stop when a value is withdrawn between two pages: it is never read through an old page', async () => {
    const first = await bundleAt(`/fhir/Observation?patient=${anna}&_count=2`);
    const next = first.link?.find(({ relation }) => relation === 'next')?.url ?? '';
    const path = new URL(next).pathname + new URL(next).search;
    expect((await copy.ask(path)).status).toBe(200);
    report(copy, 'W1', [potassium('4.1', 'W')]);
    const { status, json } = await copy.ask(path);
    expect(status).toBe(410);
    expect((json as OperationOutcome).issue[0]?.details?.coding?.[0]?.code).toBe('history.too-old');
  });

  it('stop when the first page is too old', async () => {
    const first = await bundleAt(`/fhir/Observation?patient=${anna}&_count=2`);
    const next = new URL(first.link?.find(({ relation }) => relation === 'next')?.url ?? '');
    report(copy, 'X1', [potassium('4.1', 'F')], 'X1');
    copy.now = { ...copy.now, wallMs: copy.now.wallMs + limits.pageKeptMs + 1_000 };
    expect((await copy.ask(next.pathname + next.search)).status).toBe(410);
  });

  it('of zero tell only how many, and a page from nowhere is refused', async () => {
    expect(await bundleAt(`/fhir/Observation?patient=${anna}&_count=0`)).toMatchObject({ total: 9 });
    expect((await bundleAt(`/fhir/Observation?patient=${anna}&_count=0`)).entry).toBeUndefined();
    for (const wrong of ['_page=x', '_page=999999-0', '_count=-1', '_count=many', '_count=1&_count=2'])
      expect((await copy.ask(`/fhir/Observation?patient=${anna}&${wrong}`)).status).toBe(400);
  });

  it('by type and since', async () => {
    const types = (await resourcesAt(`/fhir/Patient/${anna}/$everything?_type=Observation,Patient&_count=200`)).map(
      ({ resourceType }) => resourceType,
    );
    expect(new Set(types)).toEqual(new Set(['Patient', 'Observation']));
    expect((await bundleAt(`/fhir/Patient/${anna}/$everything?_since=2026-11-23&_type=Observation`)).total).toBe(0);
  });
});
