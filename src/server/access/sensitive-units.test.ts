import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import { limits } from '../../limits.ts';
import { ANNA, admitAnna, BERTIL } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, type Browser, DOCTOR, KIR, MED, NURSE, PSYK, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
});
afterEach(() => copy.close());

describe('a sensitive unit', () => {
  const moveTo = (unit: string) =>
    copy.hl7(
      'journal',
      `MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122093000+0000||ADT^A01^ADT_A01|S${unit}|P|2.5|||||SWE|UNICODE UTF-8`,
      'EVN|A01|20261122093000+0000',
      'PID|1||189001029819^^^SKV^NNSWE||Hemlig^Bertil||18900102|M',
      `PV1|1|I|${unit}^3^1||||||||||||||||V200|||||||||||||||||||||||||20261121080000`,
      'AL1|1|DA|^Litium|SV|Darrning',
    );

  it('needs an emergency opening with reason and consent, for four hours; every step is in the ledger', async () => {
    moveTo('PSYK');
    const bertil = copy.keyOf(BERTIL);
    const browser = await signedIn(copy, NURSE, at(KIR));
    const chart = () => browser.ask(`/api/charts/${bertil}`);
    expect(await chart()).toMatchObject({ status: 403, json: { code: 'access.choice-needed', step: 'emergency' } });
    await browser.post(ACCESS_PATHS.choices, { patient: bertil, relation: 'care-now' });
    expect(await chart()).toMatchObject({ status: 403, json: { step: 'emergency' } });
    for (const body of [{}, { reason: '   ', consent: 'cannot-ask' }, { reason: 'medvetslös', consent: 'perhaps' }])
      expect((await browser.post(ACCESS_PATHS.emergencies, { patient: bertil, ...body })).status).toBe(400);
    const opened = await browser.post(ACCESS_PATHS.emergencies, {
      patient: bertil,
      reason: 'medvetslös, läkemedel okända',
      consent: 'cannot-ask',
    });
    expect(opened.json).toMatchObject({ untilInMs: limits.emergencyMs });
    expect((await chart()).text).toContain('Litium');
    expect(copy.entries.slice(-2)).toMatchObject([
      {
        kind: 'access.emergency',
        author: NURSE.id,
        patient: bertil,
        body: { name: NURSE.name, reason: 'medvetslös, läkemedel okända', consent: 'cannot-ask' },
      },
      { kind: 'chart.read', body: { opened: 'emergency' } },
    ]);
    for (let hour = 0; hour < 8; hour++) {
      copy.pass(limits.emergencyMs / 8);
      await browser.ask('/api/units/KIR2');
    }
    expect((await chart()).status).toBe(403);
  });

  it('a search finds the person and says neither that they are here nor where, and a short word not at all', async () => {
    moveTo('PSYK');
    const outsider = await signedIn(copy, NURSE, at(KIR));
    const insider = await signedIn(copy, DOCTOR, at(PSYK));
    const search = (browser: Browser, text: string) => browser.post('/api/patients/search', { text });
    for (const text of [BERTIL.id, 'Hemlig']) {
      const answer = await search(outsider, text);
      expect(answer.json).toMatchObject({ hits: [{ stay: null, expected: null }] });
      expect(answer.text).not.toMatch(/PSYK|V200|"house"/);
      expect((await search(insider, text)).text).toContain('PSYK');
    }
    expect((await search(outsider, 'he')).json).toMatchObject({ hits: [] });
    expect((await search(insider, 'he')).json).toMatchObject({ hits: [{ stay: { unit: 'PSYK' } }] });
    const asked = await outsider.post('/api/patients/search', { text: 'he', unit: 'PSYK' });
    expect(asked.status).toBe(403);
  });

  it('who works there opens its patients as any unit’s', async () => {
    moveTo('PSYK');
    const browser = await signedIn(copy, DOCTOR, at(PSYK));
    expect((await browser.ask(`/api/charts/${copy.keyOf(BERTIL)}`)).text).toContain('Litium');
    expect((await browser.ask('/api/units/PSYK')).text).toContain('Hemlig');
  });
});

describe('a person with protected identity', () => {
  it('is shown with the bed only to who works on the unit asked for', async () => {
    copy.hl7(
      'journal',
      'MSH|^~\\&|JOURNAL|HUS|RK|RK|20261122093000+0000||ADT^A08^ADT_A01|P1|P|2.5|||||SWE|UNICODE UTF-8',
      'EVN|A08|20261122093000+0000',
      'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F|||Storgatan 1^^Umeå^^90325',
      'PD1||||||||||||Y',
      'PV1|1|I|KIR2^1^2||||||||||||||||V100|||||||||||||||||||||||||20261121080000',
    );
    const own = await signedIn(copy, NURSE, at(KIR));
    const outsider = await signedIn(copy, DOCTOR, at(MED));
    const ask = (browser: Browser, unit: string) => browser.post('/api/patients/search', { text: 'Övning', unit });
    expect((await ask(own, 'KIR2')).json).toMatchObject({ hits: [{ stay: { unit: 'KIR2' } }] });
    expect((await ask(outsider, 'KIR2')).status).toBe(403);
    expect((await ask(outsider, 'MED1')).json).toMatchObject({ hits: [{ stay: null, isProtected: true }] });
    // Whoever has said that they care for the person must find them; each such choice is told by name to who reviews it.
    const patient = copy.keyOf(ANNA);
    expect((await outsider.ask(`/api/charts/${patient}`)).status).toBe(403);
    await outsider.post(ACCESS_PATHS.choices, { patient, relation: 'consulted' });
    const chart = await outsider.ask(`/api/charts/${patient}`);
    expect([chart.status, chart.text]).toEqual([200, expect.stringContaining('KIR2')]);
    for (const word of ['Storgatan', '90325']) expect(chart.text).not.toContain(word);
    expect(copy.entries.filter(({ kind }) => kind === 'access.choice')).toMatchObject([
      { author: DOCTOR.id, patient, body: { relation: 'consulted', isProtected: true, name: DOCTOR.name } },
    ]);
  });
});
