// Facts of HL7 Sweden's base profiles 1.1.0 (../shared/data/fhir-hl7-sweden-base, CC0): the forms in which a Swedish source
// names people, and how it says that their address must not be shown.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { peopleOf, read } from './reading.fixture.ts';

const FILE = new URL('../../../../shared/data/fhir-hl7-sweden-base/input/fsh/example-patient.fsh', import.meta.url);
const SYSTEM: Readonly<Record<string, { readonly system: string; readonly domain: string }>> = {
  personnummer: { system: 'http://electronichealth.se/identifier/personnummer', domain: '1.2.752.129.2.1.3.1' },
  samordningsnummer: {
    system: 'http://electronichealth.se/identifier/samordningsnummer',
    domain: '1.2.752.129.2.1.3.3',
  },
  nationelltReservnummer: {
    system: 'http://electronichealth.se/identifier/nationelltReservnummer',
    domain: '1.2.752.74.9.1',
  },
};

interface Example {
  readonly slice: string;
  readonly value: string;
  readonly label: string | undefined;
}

function examples(): Example[] {
  if (!existsSync(FILE)) return [];
  return readFileSync(FILE, 'utf8')
    .split(/^Instance: /m)
    .slice(1)
    .map((text) => ({
      slice: /identifier\[(\w+)\]/.exec(text)?.[1] ?? '',
      value: /identifier\[\w+\]\.value = "([^"]+)"/.exec(text)?.[1] ?? '',
      label: /SecurityLabelCS#(\w+)/.exec(text)?.[1],
    }));
}

describe.skipIf(!existsSync(FILE))(
  'people of the Swedish base profiles (skipped when the shared data folder is not here)',
  () => {
    it.each(examples())('$slice is its own number series', ({ slice, value, label }) => {
      const security =
        label === undefined
          ? []
          : [{ system: 'http://electronichealth.se/fhir/CodeSystem/SecurityLabel', code: label }];
      const [person] = peopleOf(
        read({
          resourceType: 'Patient',
          id: 'x',
          meta: { security },
          identifier: [{ system: SYSTEM[slice]?.system, value }],
        }),
      );
      expect(person?.subject).toEqual({ domain: SYSTEM[slice]?.domain, id: value });
      expect(person?.elements).toMatchObject({ meta: { security } });
    });

    it('are all there', () => {
      expect(examples().length).toBeGreaterThan(8);
    });

    it.each([
      'urn:oid:1.2.752.129.2.1.3.1',
      '1.2.752.129.2.1.3.1',
      'http://electronichealth.se/identifier/personnummer',
    ])('are one person whether the series is written as %s', (system) => {
      const [person] = peopleOf(
        read({ resourceType: 'Patient', id: 'x', identifier: [{ system, value: '189001019802' }] }),
      );
      expect(person?.subject).toEqual({ domain: '1.2.752.129.2.1.3.1', id: '189001019802' });
    });
  },
);
