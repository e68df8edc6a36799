import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, DOCTOR, KIR, LEAD, MED, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

describe('§5.24 what a patient has had blocked', () => {
  const merged = () =>
    copy.hl7(
      'journal',
      'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122093500+0000||ADT^A40^ADT_A39|M1|P|2.5|||||SWE|UNICODE UTF-8',
      'EVN|A40|20261122093500+0000',
      'PID|1||189001029819^^^SKV^NNSWE||Övning^Åsa||18900101|F',
      'MRG|189001019802^^^SKV',
    );

  it('is kept from other units, on the list too, and shown where it was done; after a merge as well', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const outsider = await signedIn(copy, DOCTOR, at(MED));
    await outsider.post(ACCESS_PATHS.choices, { patient: anna, relation: 'consulted' });
    expect((await outsider.ask(`/api/charts/${anna}`)).text).toContain('Penicillin');
    expect((await lead.post('/api/blocks', { patient: anna, unit: 'MED1' })).status).toBe(403);
    expect((await lead.post('/api/blocks', { patient: anna, unit: 'KIR2' })).status).toBe(200);
    for (const key of [anna, anna]) {
      const answer = await outsider.ask(`/api/charts/${key}`);
      expect(answer).toMatchObject({ status: 403, json: { step: 'emergency' } });
      merged();
    }
    const own = await lead.ask(`/api/charts/${anna}`);
    expect(own.text).toContain('Penicillin');
    expect(own.text).not.toContain('Spärrade uppgifter');
    expect((await lead.post('/api/blocks/lift', { patient: anna, unit: 'KIR2' })).status).toBe(200);
    expect((await outsider.ask(`/api/charts/${anna}`)).status).toBe(200);
    expect(copy.kinds.filter((kind) => kind.includes('blocked'))).toEqual(['access.blocked', 'access.unblocked']);
  });

  it('of another unit leaves one’s own care on the list and in the app’s copy, and says so', async () => {
    const nurse = await signedIn(copy, NURSE, at(KIR));
    copy.access.blocks.set(anna, MED);
    for (const answer of [
      await nurse.ask('/api/units/KIR2'),
      await nurse.ask(`/api/charts/${anna}`),
      await nurse.post('/api/copies/unit', { unit: 'KIR2' }),
      await nurse.post('/api/copies/patient', { key: anna }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.text).toMatch(/spärrade uppgifter|"isWithheld":true/i);
    }
    expect((await nurse.ask(`/fhir/Patient/${anna}/$everything`)).status).toBe(403);
    const program = await copy.ask(`/api/charts/${anna}`);
    expect(program.text).not.toContain('Spärrade uppgifter');
  });
});
