import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failures.ts';
import { unitId } from '../domain/identity.ts';
import { readAccountList } from './account-list.ts';

const UNITS = [unitId('KIR2'), unitId('med1')];
const HEADING = 'HSA-id;Namn;Titel;Yrke;Enhet;Roll;Rollnamn;Från;Till';
const read = (...lines: string[]) => readAccountList([HEADING, ...lines].join('\r\n'), UNITS);
const refusal = (...lines: string[]): string => {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof Failure && error.code === 'access.people-refused') return error.detail ?? '';
    throw error;
  }
  return 'read';
};

describe('a clinic’s list of colleagues', () => {
  it('gives each person their units, as a Swedish spreadsheet saves it', () => {
    const people = read(
      'SE0000000000-1;"Berg; Anna";leg. ssk;Sjuksköterska;kir2;Medarbetare;;;',
      'se0000000000-1;"Berg; Anna";leg. ssk;sjuksköterska;MED1;enhetsansvarig;;2026-11-01;2026-11-30',
      ';;;;;;;;',
      'SE0000000000-2;Bo ""Bosse"" Alm;överläkare;läkare;alla;jour;Medicinjour;;',
    );
    expect(people).toMatchObject([
      {
        person: { id: 'SE0000000000-1', name: 'Berg; Anna', profession: 'nurse' },
        assignments: [
          { unit: 'KIR2', role: 'staff', name: null, from: null, until: null },
          { unit: 'med1', role: 'lead', from: Date.UTC(2026, 9, 31, 23), until: Date.UTC(2026, 10, 30, 23) },
        ],
      },
      { person: { id: 'SE0000000000-2' }, assignments: [{ unit: 'all', role: 'on-call', name: 'Medicinjour' }] },
    ]);
  });

  it('tells every fault by its line, and reads nothing then', () => {
    const told = refusal(
      'SE0000000000-1;Anna;ssk;sjuksköterska;KIR2;medarbetare;;;',
      '189001019802;Anna;ssk;sjuksköterska;KIR2;medarbetare;;;',
      'SE0000000000-3;;ssk;trollkarl;MARS;chef;;;',
      'SE0000000000-4;Anna;ssk;sjuksköterska;alla;medarbetare;;igår;2026-02-31',
      'SE0000000000-1;Annan;ssk;sjuksköterska;MED1;medarbetare;;;',
      'SE0000000000-5;Anna;ssk;sjuksköterska',
      'SE0000000000-6;Anna;ssk;sjuksköterska;KIR2;jour;;2026-11-30;2026-11-01',
    );
    expect(told.split('\n')).toEqual([
      'rad 3: hsa-id ska se ut som SE2321000016-1ABC',
      'rad 4: yrket «trollkarl» finns inte',
      'rad 4: namn ska ha 1 till 80 tecken',
      'rad 4: enheten «MARS» finns inte',
      'rad 4: rollen «chef» finns inte: medarbetare, enhetsansvarig, jour',
      'rad 5: alla enheter kan bara jour ha',
      'rad 5: från ska vara en dag, 2026-11-22',
      expect.stringMatching(/^rad 5: till ska vara en dag|^rad 6/),
      ...told.split('\n').slice(8),
    ]);
    expect(told).toContain('rad 6: SE0000000000-1 har annat namn, titel eller yrke än på rad 2');
    expect(told).toContain('rad 7: 4 kolumner i stället för 9');
    expect(told).toContain('rad 8: till ligger före från');
    expect(told).not.toContain('189001019802');
  });

  it('without its heading, or with nobody in it, is refused', () => {
    expect(() => readAccountList('namn;titel\nx;y', UNITS)).toThrow('rubrikraden saknar hsa-id, yrke, enhet, roll');
    expect(() => readAccountList('', UNITS)).toThrow('rubrikraden saknar');
    expect(refusal()).toContain('listan har ingen person');
    expect(() => readAccountList(`${HEADING};lösenord\n`, UNITS)).toThrow('«lösenord» finns inte');
  });

  it('with a thousand faults tells fifty, and how many more', () => {
    const told = refusal(...Array.from({ length: 1_000 }, () => 'x;y;z')).split('\n');
    expect(told).toHaveLength(51);
    expect(told.at(-1)).toBe('… och 950 fel till');
  });
});
