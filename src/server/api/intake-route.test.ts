import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../limits.ts';
import { admitAnna, BERTIL, PNR } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;

beforeEach(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
});
afterEach(() => copy.close());

const intake = (payload: Buffer | string, contentType: string, more: Record<string, string> = {}) =>
  copy.ask({
    method: 'POST',
    url: '/api/intake/ehr/fhir',
    payload: Buffer.from(payload),
    headers: { 'content-type': contentType, ...more },
  });

const bertil = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: PNR, value: BERTIL.id }],
  name: [{ family: 'Prov' }],
};
const pulse = (id: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'Puls' },
  subject: { reference: 'Patient/p1' },
});
const bundle = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [{ resource: bertil }, { resource: pulse('o1') }],
};

describe('FHIR handed in', () => {
  const values = async () => {
    const { json } = await copy.ask(`/fhir/Observation?patient=${copy.keyOf(BERTIL)}`);
    return (json as { total?: number }).total;
  };

  it.each([
    ['a bundle', JSON.stringify(bundle), 'application/fhir+json'],
    ['a bundle as JSON', JSON.stringify(bundle), 'application/json; charset=utf-8'],
    ['a packed bundle', gzipSync(JSON.stringify(bundle)), 'application/gzip'],
    ['a packed bundle of no said kind', gzipSync(JSON.stringify(bundle)), 'application/octet-stream'],
    ['a bundle packed the new way', zstdCompressSync(JSON.stringify(bundle)), 'application/fhir+json'],
    ['a line a resource', `${JSON.stringify(bertil)}\n${JSON.stringify(pulse('o1'))}\n`, 'application/fhir+ndjson'],
  ])('%s is received and in the chart', async (_, body, contentType) => {
    const { status, json } = await intake(body, contentType);
    expect(status).toBe(202);
    for (const one of (json as { received: unknown[] }).received) expect(one).toMatchObject({ duplicate: false });
    expect(await values()).toBe(1);
  });

  it('several documents become several messages', async () => {
    const { json } = await intake(`${JSON.stringify(bundle)}\n${JSON.stringify(bundle)}`, 'application/x-ndjson');
    expect((json as { received: unknown[] }).received).toHaveLength(2);
  });

  it('what cannot be read is kept and told, never refused: it was received', async () => {
    expect((await intake('{"resourceType":"Bundle",', 'application/fhir+json')).status).toBe(202);
    expect((await copy.ask('/api/messages?outcome=set-aside')).json).toMatchObject({ messages: [{ source: 'ehr' }] });
  });

  it.each([
    ['nothing', 400, '', 'application/fhir+json', {}],
    ['white space', 400, ' \r\n\t'.repeat(1000), 'application/fhir+json', {}],
    ['white space of two bytes a letter', 400, Buffer.from('\ufeff  \r\n', 'utf16le'), 'application/fhir+json', {}],
    ['packed white space', 400, gzipSync(' '.repeat(1_000_000)), 'application/gzip', {}],
    ['a package in a package', 400, gzipSync(gzipSync('{"resourceType":"Basic"}')), 'application/gzip', {}],
    ['a damaged package', 400, gzipSync('x'.repeat(1000)).subarray(0, 20), 'application/gzip', {}],
    ['something packed another way', 415, 'abc', 'application/fhir+json', { 'content-encoding': 'br' }],
    ['XML', 415, '<Bundle/>', 'application/fhir+xml', {}],
    ['a form', 415, 'a=1', 'application/x-www-form-urlencoded', {}],
  ] as const)('%s is refused: %i', async (_, status, body, contentType, headers) => {
    const rows = copy.rows.length;
    const answer = await intake(Buffer.from(body), contentType, headers);
    expect(answer.status).toBe(status);
    expect(answer.json).toHaveProperty('doNow');
    expect(copy.rows).toHaveLength(rows);
  });

  it('a small package that grows without end is refused', async () => {
    const zeros = Buffer.alloc(16 * 1024 * 1024);
    const members = Array.from({ length: limits.fhirUnpackedBytesMax / zeros.length + 1 }, () => gzipSync(zeros));
    expect(Buffer.concat(members).length).toBeLessThan(limits.fhirBodyBytesMax);
    expect((await intake(Buffer.concat(members), 'application/gzip')).status).toBe(413);
    const grown = gzipSync(Buffer.alloc(limits.fhirUnpackedFreelyBytes + 1, '{}'));
    expect(grown.length * limits.fhirPackingMax).toBeLessThan(limits.fhirUnpackedFreelyBytes);
    expect((await intake(grown, 'application/gzip')).status).toBe(413);
  });

  it('a document beyond what is read in one piece is refused, also among others', async () => {
    const pieces = Array.from({ length: 1025 }, () =>
      randomBytes(1024)
        .toString('hex')
        .padEnd(64 * 1024, '0'),
    );
    const packed = zstdCompressSync(`{}\n{"a":"${pieces.join('')}"}\n`);
    expect(packed.length * limits.fhirPackingMax).toBeGreaterThan(limits.fhirBodyBytesMax);
    const rows = copy.rows.length;
    expect((await intake(packed, 'application/fhir+ndjson')).status).toBe(413);
    expect(copy.rows).toHaveLength(rows);
  });

  it('a body beyond the bound is refused by its length', async () => {
    const answer = await intake('{}', 'application/fhir+json', {
      'content-length': String(limits.fhirBodyBytesMax + 1),
    });
    expect(answer).toMatchObject({ status: 413, json: { code: 'request.too-large' } });
  });

  it('from a source nobody has declared is refused', async () => {
    const answer = await copy.ask({ method: 'POST', url: '/api/intake/mars/fhir', payload: bundle });
    expect(answer).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
  });
});
