// Hazard H27 through our own routes: whoever looks a protected person up learns neither where they live nor where they are.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SearchAnswer } from '../../copy/read/search.ts';
import type { UnitList } from '../../domain/unit-list/unit-list.ts';
import { ANNA, admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

/** What was said of Anna, in admitAnna and below, that tells where she lives or who is near. */
const TELLING = ['Storgatan', '123456', 'Sidogatan', '7654321', 'Övning^Bo', '"Bo"', 'Vårdcentral', 'engelska'];
const PLACE = ['KIR2', 'V100', 'Ek'];

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
});
afterEach(() => copy.close());

function protect(): void {
  copy.hl7(
    'journal',
    'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122093000+0000||ADT^A08^ADT_A01|P1|P|2.5|||||SWE|UNICODE UTF-8',
    'EVN|A08|20261122093000+0000',
    'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F|||Storgatan 1^^Umeå^^90325||090-123456||en^engelska',
    'PD1|||Vårdcentral Nord^^1|||||||||Y',
    'NK1|1|Övning^Bo|MTH|Sidogatan 2^^Umeå|070-7654321',
    'PV1|1|I|KIR2^1^2||||^Ek^Eva|||||||||||V100|||||||||||||||||||||||||20261121080000',
  );
}

const search = async (text: string, unit?: string) => {
  const payload = unit === undefined ? { text } : { text, unit };
  const answer = await copy.ask({ method: 'POST', url: '/api/patients/search', payload });
  return { text: answer.text, ...(answer.json as SearchAnswer) };
};

describe('a person with protected identity', () => {
  it('is on the unit’s list with the bed, and without address, telephone or relatives, also as it was before the marking', async () => {
    const before = copy.now.wallMs;
    const open = await copy.ask('/api/units/KIR2');
    expect(open.text).toContain('Storgatan');
    protect();
    for (const address of [
      '/api/units/KIR2',
      `/api/units/KIR2?at=${before}`,
      `/api/charts/${copy.keyOf(ANNA)}?at=${before}`,
    ]) {
      const { status, text } = await copy.ask(address);
      expect(status).toBe(200);
      expect(text).toContain('Övning');
      for (const word of TELLING) expect(text).not.toContain(word);
    }
    const list = (await copy.ask('/api/units/KIR2')).json as UnitList;
    expect(list.rows).toMatchObject([{ isProtected: true, stay: { unit: 'KIR2', room: '1', bed: '2' } }]);
  });

  it('has nothing of where they live or who is near in the copy that an app keeps, now or as it was', async () => {
    const before = copy.now.wallMs;
    const key = copy.keyOf(ANNA);
    const asked = (at?: number) =>
      [
        ['/api/copies/unit', { unit: 'KIR2', ...(at === undefined ? {} : { at }) }],
        ['/api/copies/patient', { key, ...(at === undefined ? {} : { at }) }],
      ] as const;
    protect();
    for (const [url, payload] of [...asked(), ...asked(before)]) {
      const { status, text } = await copy.ask({ method: 'POST', url, payload });
      expect([url, status]).toEqual([url, 200]);
      expect(text).toContain('Övning');
      for (const word of TELLING) expect(text).not.toContain(word);
    }
  });

  it('or without one is not told by a search where they live, how they are reached, why they came or who cares for them', async () => {
    for (const text of [ANNA.id, 'Övning']) {
      const answer = await search(text, 'KIR2');
      expect(answer.hits).toMatchObject([
        {
          person: { name: [{ family: 'Övning' }], gender: 'female', birthDate: '1890-01-01' },
          stay: { unit: 'KIR2', bed: '2' },
        },
      ]);
      for (const word of [...TELLING, 'V100', 'Ek']) expect(answer.text).not.toContain(word);
    }
  });

  it('is found by number and by name, and the answer says neither where they live nor where they are, or that they are here', async () => {
    protect();
    for (const [text, unit, found] of [
      [ANNA.id, undefined, 'number'],
      ['Övning', undefined, 'everyone'],
      ['Övning', 'MED1', 'everyone'],
    ] as const) {
      const answer = await search(text, unit);
      expect(answer.hits).toMatchObject([{ isProtected: true, stay: null, expected: null, found }]);
      for (const word of [...TELLING, ...PLACE]) expect(answer.text).not.toContain(word);
    }
  });

  it('is shown with the bed to who asks from the unit whose list shows it', async () => {
    protect();
    const answer = await search('Övning', 'KIR2');
    expect(answer.hits).toMatchObject([{ isProtected: true, found: 'unit', stay: { unit: 'KIR2', bed: '2' } }]);
    for (const word of TELLING) expect(answer.text).not.toContain(word);
  });

  it('is not told to be here by two letters that only look among those who are', async () => {
    expect((await search('öv')).hits).toHaveLength(1);
    protect();
    expect(await search('öv')).toMatchObject({ hits: [], isEveryoneSearched: false });
    expect((await search('öv', 'KIR2')).hits).toHaveLength(1);
  });
});
