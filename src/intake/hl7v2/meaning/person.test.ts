import { describe, expect, it } from 'vitest';
import { event, header, KARIN, of, only, pv1, read } from './adt-fixture.ts';

/** Elements of the person after PID-4 `rest`, and what else the message says of her. */
const elements = (rest: string, ...segments: string[]) =>
  only(read([header('ADT^A31'), 'EVN|A31', `PID|1||${KARIN}^^^SKV|${rest}`, ...segments]), 'person').elements;

const SECURITY = 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel';

describe('the person', () => {
  it('has the whole list of names, each with its use', () => {
    expect(elements('|Lind^Karin^Maria^^^^L~Ek^Karin^^^^^M||||||').name).toEqual([
      { use: 'official', text: 'Karin Maria Lind', family: 'Lind', given: ['Karin', 'Maria'] },
      { use: 'maiden', text: 'Karin Ek', family: 'Ek', given: ['Karin'] },
    ]);
  });

  it('is read in Swedish letters, and with a name whose parts the sender left together', () => {
    expect(elements('|Åström^Örjan').name).toEqual([{ text: 'Örjan Åström', family: 'Åström', given: ['Örjan'] }]);
    expect(elements('|van Beek&van&Beek^Jan').name?.[0]?.family).toBe('van Beek');
  });

  it('has addresses and phones of every version', () => {
    const said = elements(
      '|||||||Storgatan 1^lgh 3^Karlstad^^65224^SWE^H~Box 5^^Karlstad^^65101^SWE^M||054-123^PRN^PH~^NET^Internet^karin@example.se|^WPN^PH^^46^54^999^^12',
    );
    expect(said.address).toEqual([
      { use: 'home', line: ['Storgatan 1', 'lgh 3'], city: 'Karlstad', postalCode: '65224', country: 'SWE' },
      { type: 'postal', line: ['Box 5'], city: 'Karlstad', postalCode: '65101', country: 'SWE' },
    ]);
    expect(said.telecom).toHaveLength(3);
    expect(said['telecom:home']).toEqual([
      { system: 'phone', value: '054-123', use: 'home' },
      { system: 'email', value: 'karin@example.se', use: 'home' },
    ]);
    expect(said['telecom:work']).toEqual([{ system: 'phone', value: '+46 54 999', use: 'work' }]);
  });

  it('born minutes ago keeps the hour of birth', () => {
    expect(elements('|||202611220412')).toMatchObject({
      birthDate: '2026-11-22',
      _birthDate: {
        extension: [
          {
            url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime',
            valueDateTime: '2026-11-22T04:12:00+01:00',
          },
        ],
      },
    });
    expect(elements('|||1950')).toMatchObject({ birthDate: '1950', _birthDate: null });
  });

  it('a birth date nobody can read is told and not deleted', () => {
    const reading = read([header('ADT^A31'), 'EVN|A31', `PID|1||${KARIN}^^^SKV||||okänd`]);
    expect(only(reading, 'person').elements).not.toHaveProperty('birthDate');
    expect(reading.alarms).toEqual([{ code: 'time-unreadable', detail: 'PID-7' }]);
  });

  it('a sex code nobody knows is unknown, and told', () => {
    expect(elements('||||K').gender).toBe('female');
    const reading = read([header('ADT^A31'), 'EVN|A31', `PID|1||${KARIN}^^^SKV|||||7`]);
    expect(only(reading, 'person').elements.gender).toBe('unknown');
    expect(reading.alarms).toEqual([{ code: 'unknown-code', detail: 'PID-8' }]);
  });

  it('death is told by its time or by the indicator, and can be taken back', () => {
    const death = (time: string, indicator: string) => elements(`${'|'.repeat(25)}${time}|${indicator}`);
    expect(death('202611220400', '')).toMatchObject({
      deceasedDateTime: '2026-11-22T04:00:00+01:00',
      deceasedBoolean: null,
    });
    expect(death('', 'Y')).toEqual({ deceasedBoolean: true });
    expect(death('202611220400', 'N')).toEqual({ deceasedBoolean: false, deceasedDateTime: null });
    expect(death('""', '""')).toEqual({ deceasedDateTime: null, deceasedBoolean: null });
    expect(death('', '')).toEqual({});
  });

  it('which twin one is, the language and the doctor at home', () => {
    expect(elements(`${'|'.repeat(20)}Y|2`)).toMatchObject({ multipleBirthInteger: 2 });
    expect(elements(`${'|'.repeat(11)}ar^arabiska`).communication).toEqual([
      { language: { coding: [{ code: 'ar', display: 'arabiska' }], text: 'arabiska' }, preferred: true },
    ]);
    expect(elements('', 'PD1||||SE77^Dahl^Per').generalPractitioner).toEqual([
      { identifier: { value: 'SE77' }, display: 'Per Dahl' },
    ]);
  });
});

describe('protected identity', () => {
  const codes = (...segments: string[]) => {
    const { meta } = elements('', ...segments);
    return meta?.security?.map(({ system, code }) => `${system}#${code}`) ?? meta;
  };

  it('is read from PD1-12, from ARV and from the words of PV1-16', () => {
    expect(codes('PD1||||||||||||Y')).toEqual([`${SECURITY}#sekretessmarkering`]);
    expect(codes('ARV|1|A|DEM')).toEqual([`${SECURITY}#sekretessmarkering`]);
    expect(codes('ARV|1|A|SKYDD^Skyddad folkbokföring')).toEqual([`${SECURITY}#skyddadFolkbokforing`]);
    expect(codes(`PV1|1|I${'|'.repeat(14)}SEKRETESS`)).toEqual([`${SECURITY}#sekretessmarkering`]);
    expect(codes('PD1||||||||||||Y', 'ARV|1|A|SKYDD')).toEqual([
      `${SECURITY}#sekretessmarkering`,
      `${SECURITY}#skyddadFolkbokforing`,
    ]);
  });

  it('stays through silence and through a VIP code, and goes only where a field says so', () => {
    expect(codes()).toBeUndefined();
    expect(codes('PD1||||SE77')).toBeUndefined();
    expect(codes(`PV1|1|I${'|'.repeat(14)}VIP`)).toBeUndefined();
    expect(codes('PD1||||||||||||N')).toBeNull();
    expect(codes('PD1||||||||||||""')).toBeNull();
    expect(codes('ARV|1|D|DEM')).toBeNull();
    expect(codes('PD1||||||||||||N', 'ARV|1|A|DEM')).toEqual([`${SECURITY}#sekretessmarkering`]);
  });
});

describe('next of kin', () => {
  it('are the whole list, with whom to call', () => {
    const reading = read(event('A31', 'NK1|1|Lind^Eva|^dotter||^PRN^CP^^^^070111', 'NK1|2|Lind^Bo|^son|||054-9'));
    expect(only(reading, 'part-snapshot')).toMatchObject({
      part: 'kin',
      keys: ['RelatedPerson/NK1-1', 'RelatedPerson/NK1-2'],
    });
    expect(of(reading, 'resource').map(({ key, part, resource }) => [key, part, resource])).toMatchObject([
      [
        'RelatedPerson/NK1-1',
        'kin',
        {
          name: [{ text: 'Eva Lind' }],
          relationship: [{ text: 'dotter' }],
          telecom: [{ value: '070111', use: 'mobile' }],
        },
      ],
      ['RelatedPerson/NK1-2', 'kin', { telecom: [{ value: '054-9', use: 'work' }] }],
    ]);
  });

  it('silence leaves the list; "" empties it', () => {
    expect(read(event('A31')).changes.map(({ kind }) => kind)).toEqual(['person']);
    expect(only(read(event('A31', 'NK1|1|""')), 'part-snapshot')).toMatchObject({ part: 'kin', keys: [] });
    expect(of(read(event('A31', 'NK1|1')), 'part-snapshot')).toEqual([]);
  });
});

describe('what comes along with the stay', () => {
  it('diagnoses go to problems, each once, as sure as the sender says', () => {
    const reading = read(event('A08', 'DG1|1||K35^Akut appendicit^ICD-10-SE||20261122|A', 'DG1|2|I10|J18|Pneumoni||F'));
    expect(of(reading, 'resource').map(({ part, key, state, resource }) => [part, key, state, resource])).toMatchObject(
      [
        ['problems', 'Condition/urn:oid:1.2.752.116.1.1.1.1.3|K35', 'preliminary', { recordedDate: '2026-11-22' }],
        ['problems', 'Condition/|J18', 'final', { code: { text: 'Pneumoni' } }],
      ],
    );
  });

  it('a diagnosis taken back leaves view', () => {
    const line = `DG1|1||K35^^ICD-10-SE|||F${'|'.repeat(15)}D`;
    expect(only(read(event('A08', line)), 'resource')).toMatchObject({ mode: 'withdraw', state: 'deleted' });
  });

  it('a procedure is done when its time has come; before that nothing says so', () => {
    const status = (time: string) => only(read(event('A08', `PR1|1||JEA01^Appendektomi^KVÅ||${time}`)), 'resource');
    expect(status('20261122080000')).toMatchObject({ part: 'procedures', resource: { status: 'completed' } });
    expect(status('20261123080000')).toMatchObject({ state: 'unknown', resource: { status: 'unknown' } });
    expect(status('')).toMatchObject({ state: 'unknown', resource: { status: 'unknown' } });
  });

  it('an isolated bed is a flag, another bed status takes it back, silence does neither', () => {
    const bed = (status: string) => read(event('A08', `${pv1('KIR2^1^2')}${'|'.repeat(21)}${status}`));
    expect(only(bed('I'), 'resource')).toMatchObject({
      part: 'infection',
      mode: 'replace',
      resource: { status: 'active' },
    });
    expect(only(bed('O'), 'resource')).toMatchObject({ part: 'infection', mode: 'withdraw' });
    expect(of(bed(''), 'resource')).toEqual([]);
  });
});
