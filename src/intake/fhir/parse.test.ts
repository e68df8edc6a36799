import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { interpretFhir } from './interpret.ts';
import { bundle, karin, peopleOf, potassium, put, read, received, resourcesOf, source } from './reading.fixture.ts';
import { splitFhir } from './split.ts';

describe('bytes from outside', () => {
  it('gzipped or not say the same', () => {
    const bytes = Buffer.from(JSON.stringify(karin));
    expect(interpretFhir(received(gzipSync(bytes)), source)).toEqual(interpretFhir(received(bytes), source));
  });

  it('in Windows-1252 are read and told of', () => {
    const reading = interpretFhir(
      received(Buffer.from(JSON.stringify({ ...karin, name: [{ family: 'Åström' }] }), 'latin1')),
      source,
    );
    expect(peopleOf(reading)[0]?.elements).toMatchObject({ name: [{ family: 'Åström' }] });
    expect(reading.alarms.map(({ code }) => code)).toEqual(['charset-mismatch']);
  });

  it('with a broken line lose that line only', () => {
    const reading = read(
      `${potassium('a', 'Patient/1')}\n{"resourceType":"Observation","id"\n${potassium('b', 'Patient/2')}\n`,
    );
    expect(resourcesOf(reading).map(({ key }) => key)).toEqual(['Observation/a', 'Observation/b']);
    expect(reading.alarms.map(({ detail }) => detail)).toEqual(['1 of 3 documents not read']);
  });

  it.each([
    '',
    '   ',
    'null',
    '{',
    '[]',
    '[1]',
    '{}',
    '"x"',
    '{"resourceType":7}',
    '\u0000',
    `${'['.repeat(100)}${']'.repeat(100)}`,
  ])('that are no FHIR are set aside with a reason: %j', (body) => {
    expect(read(body)).toMatchObject({ outcome: 'set-aside', changes: [], reason: expect.any(String) });
  });

  it('from a clock ahead of ours do not win over what comes later', () => {
    const reading = read({
      ...(bundle('searchset', { resource: karin }) as object),
      timestamp: '2031-01-01T00:00:00Z',
    });
    expect(reading.eventAt).toBe(received(Buffer.alloc(0)).arrival.wallMs);
    expect(reading.alarms.map(({ code }) => code)).toEqual(['clock-ahead']);
  });

  it.each(['utf16le', 'utf16be'])(
    'that are UTF-16 (%s) are read, and kept as one piece of the bytes received',
    (which) => {
      const bytes = Buffer.from(`\ufeff${JSON.stringify(karin)}\n`, 'utf16le');
      if (which === 'utf16be') bytes.swap16();
      expect(peopleOf(interpretFhir(received(bytes), source))).toMatchObject([{ subject: { id: '189001019802' } }]);
      expect(splitFhir(bytes)).toEqual([bytes]);
      const twice = Buffer.concat([bytes, bytes.subarray(2)]);
      const pieces = splitFhir(twice) as Uint8Array[];
      expect(Buffer.concat(pieces).equals(twice)).toBe(true);
      expect(pieces.map((piece) => peopleOf(interpretFhir(received(piece), source)).length)).toEqual([1, 1]);
    },
  );

  it('that are XML say what to do about it', () => {
    expect(read('<Patient xmlns="http://hl7.org/fhir"/>').reason).toContain('FHIR as XML is not read');
  });

  it('that nest too deep or claim an unknown bundle type are kept, not read', () => {
    const deep = `{"resourceType":"Basic","a":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`;
    expect(read(deep)).toMatchObject({ outcome: 'set-aside', reason: 'byte 0: nests too deep' });
    expect(read(bundle('later', put(karin)))).toMatchObject({ outcome: 'unread', subjects: [{ id: '189001019802' }] });
  });
});
