// A theatre's people and their list: whom they open directly, and what they are told of where a patient lies.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECK_PATHS, type ChecksTold } from '../../domain/daily-check.ts';
import type { PatientKey } from '../../domain/identity.ts';
import type { UnitCopy } from '../../domain/unit-copy.ts';
import type { UnitList } from '../../domain/unit-list/unit-list.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, DOCTOR, KIR, NURSE, OP, PSYK, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
  said('SIU^S12^SIU_S12', 'B1', ...BOOKING);
});
afterEach(() => copy.close());

const BOOKING = [
  'SCH|1|1^JOURNAL||||||OPERATION^Operation|90|min|^^^20261122140000',
  'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F',
  'AIS|1||JKA20^Kolecystektomi|20261122140000',
  'AIL|1||OP^Sal 3',
];
const said = (type: string, id: string, ...segments: readonly string[]): void => {
  copy.hl7(
    'journal',
    `MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122111000||${type}|${id}|P|2.5|||||SWE|UNICODE UTF-8`,
    ...segments,
  );
};
const moveTo = (unit: string): void =>
  said('ADT^A02^ADT_A02', 'A2', 'EVN|A02|20261122111500', BOOKING[1] ?? '', `PV1|1|I|${unit}^1^2||||||||||||||||V100`);

describe('who works at the unit where a patient is booked', () => {
  it('has the list, opens the chart directly, and the ledger says that it was on the own unit', async () => {
    const browser = await signedIn(copy, NURSE, at(OP));
    const list = (await browser.ask('/api/units/OP')).json as UnitList;
    expect(list.rows.map(({ key, kind, who }) => [key, kind, who.place])).toEqual([[anna, 'booked', '14:00']]);
    expect(list.rows[0]?.cells?.when.map(({ words }) => words)).toEqual(['bokad 14:00–15:30', 'ligger på KIR2 1:2']);
    expect(list.age.at(-1)).toMatch(/^Bokade efter .* står inte på listan\.$/);
    // The daily check has somebody to compare there too.
    const checks = (await browser.ask(`${CHECK_PATHS.unit}OP`)).json as ChecksTold;
    expect(checks.patients).toEqual([{ patient: anna, isDone: false }]);
    expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(200);
    expect(copy.entries.at(-1)).toMatchObject({ unit: 'OP', body: { opened: 'own-unit' } });
  });

  it('has neither when it is for another day, and none of it is the ward’s', async () => {
    said('SIU^S13^SIU_S12', 'B2', ...BOOKING.map((line) => line.replace('20261122', '20261129')));
    const browser = await signedIn(copy, NURSE, at(OP));
    expect(((await browser.ask('/api/units/OP')).json as UnitList).rows).toEqual([]);
    expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(403);
    const ward = await signedIn(copy, DOCTOR, at(KIR));
    expect(((await ward.ask('/api/units/KIR2')).json as UnitList).rows.map(({ kind }) => kind)).toEqual(['present']);
  });

  it('is not told that the patient lies on a sensitive unit, nor is a device that others of the theatre read', async () => {
    moveTo('PSYK');
    const browser = await signedIn(copy, NURSE, at(OP));
    const answer = await browser.ask('/api/units/OP');
    expect((answer.json as UnitList).rows[0]?.cells?.when[1]?.words).toBe('vårdplats ej känd här');
    expect(answer.text).not.toMatch(/PSYK|Psykiatri|flera platser/);
    expect((await browser.ask(`/api/charts/${anna}`)).text).not.toMatch(/PSYK|Psykiatri|flera platser/);
    const ward = await signedIn(copy, NURSE, at(KIR));
    expect((await ward.ask('/api/units/KIR2')).text).not.toMatch(/PSYK|flera platser/);
    expect((await ward.ask(`/api/charts/${anna}`)).text).not.toMatch(/PSYK|flera platser/);
    const both = await signedIn(copy, DOCTOR, at(OP), at(PSYK));
    expect((await both.ask('/api/units/OP')).text).toMatch(/flera platser samtidigt/);
    const handed = (await both.post('/api/copies/unit', { unit: 'OP' })).json as UnitCopy;
    expect(JSON.stringify(handed.rows)).not.toMatch(/PSYK/);
    expect((await both.ask('/api/units/OP')).text).toMatch(/ligger på PSYK 1:2/);
  });
});
