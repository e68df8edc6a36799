import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeSheet } from '../../access/emergency-codes.ts';
import { ACCESS_PATHS, type Me, type Vouched } from '../../domain/access/routes.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { admitAnna, ServedCopy } from '../server.fixture.ts';
import { at, Browser, DOCTOR, enrol, KIR, LEAD, MED, NURSE, signedIn, usedAlone } from './people.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const pass = (monotonicMs: number, wallMs = monotonicMs): void => {
  const { now } = copy;
  copy.now = { ...now, monotonicMs: now.monotonicMs + monotonicMs, wallMs: now.wallMs + wallMs };
};
const kinds = (): string[] => copy.entries.map(({ kind }) => kind);

describe('Intyga kollega', () => {
  const AGENCY = {
    name: 'Hyr Sköterska',
    title: 'ssk, bemanning',
    profession: 'nurse',
    unit: 'KIR2',
    reason: 'ingen inlogg',
  };

  it('lets in somebody from an agency for one shift, on that unit alone, with both names in the ledger', async () => {
    const nurse = await signedIn(copy, NURSE, at(KIR));
    const { user, code } = (await nurse.post(ACCESS_PATHS.vouches, AGENCY)).json as Vouched;
    const guest = new Browser(copy);
    const { json } = await guest.post(ACCESS_PATHS.session, { user, secret: code.toLowerCase() });
    expect(json).toMatchObject({
      person: { id: user, name: AGENCY.name, title: AGENCY.title },
      units: [{ unit: 'KIR2', role: 'vouched' }],
      session: { how: 'vouched', vouchedBy: expect.stringContaining(NURSE.id) },
      mayVouch: false,
    });
    await guest.ask(`/api/charts/${anna}`);
    expect((await guest.ask('/api/units/MED1')).status).toBe(403);
    const lent = await guest.post(ACCESS_PATHS.choices, { unit: 'MED1', relation: 'lent' });
    expect(lent).toMatchObject({ status: 403, json: { code: 'access.not-allowed' } });
    expect((await guest.ask('/api/units/MED1')).status).toBe(403);
    expect(copy.entries).toMatchObject([
      {
        kind: 'access.vouched',
        author: NURSE.id,
        unit: 'KIR2',
        body: { for: user, name: AGENCY.name, reason: AGENCY.reason },
      },
      {
        kind: 'access.signed-in',
        author: user,
        body: { name: AGENCY.name, vouchedBy: expect.stringContaining(NURSE.name) },
      },
      { kind: 'chart.read', author: user, patient: anna },
      { kind: 'access.denied', author: user, patient: null, unit: 'MED1', body: { why: 'choice' } },
      { kind: 'access.denied', author: user, body: { why: 'not-allowed', asked: 'POST /api/choices' } },
    ]);
    expect(JSON.stringify(copy.entries)).not.toContain(code);
    expect((await new Browser(copy).post(ACCESS_PATHS.session, { user, secret: code })).status).toBe(401);
  });

  it('lets in a colleague who has forgotten their words, as themselves', async () => {
    await enrol(copy, NURSE, at(MED));
    const doctor = await signedIn(copy, DOCTOR, at(KIR));
    const body = { user: NURSE.id, unit: 'KIR2', reason: 'glömt orden' };
    const { user, code } = (await doctor.post(ACCESS_PATHS.vouches, body)).json as Vouched;
    expect(user).toBe(NURSE.id);
    const browser = new Browser(copy);
    const me = (await browser.post(ACCESS_PATHS.session, { user, secret: code })).json as Me;
    expect(me.person).toMatchObject({ id: NURSE.id, name: NURSE.name });
    expect(me.units.map(({ unit }) => unit).sort()).toEqual(['KIR2', 'MED1']);
    copy.access.enrolling.close(NURSE.id, { author: 'x', name: null, leads: 'all' }, () => undefined);
    expect((await browser.ask('/api/units/KIR2')).status).toBe(401);
  });

  it('of who answers for a unit lets in a colleague, and nobody by them: what takes their own words waits for those', async () => {
    await enrol(copy, LEAD, at(KIR, 'lead'));
    const nurse = await signedIn(copy, NURSE, at(KIR));
    const body = { user: LEAD.id, unit: 'KIR2', reason: 'glömt orden' };
    const { user, code } = (await nurse.post(ACCESS_PATHS.vouches, body)).json as Vouched;
    const browser = new Browser(copy);
    const me = (await browser.post(ACCESS_PATHS.session, { user, secret: code })).json as Me;
    expect(me.units).toMatchObject([{ unit: 'KIR2', isLead: false }]);
    copy.entries.length = 0;
    for (const [path, asked] of [
      ['/api/emergency-codes', { unit: 'KIR2', count: 1 }],
      ['/api/accounts/deal', { id: NURSE.id }],
      ['/api/blocks', { patient: anna, unit: 'KIR2' }],
      ['/api/uses/out', { unit: 'KIR2', reason: 'prov' }],
    ] as const)
      expect([path, (await browser.post(path, asked)).status]).toEqual([path, 403]);
    expect((await browser.ask('/api/accounts')).status).toBe(403);
    expect(new Set(kinds())).toEqual(new Set(['access.denied']));
    expect(copy.entries).toHaveLength(5);
    expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(200);
  });

  it.each([0, 400 * 86_400_000, -400 * 86_400_000])(
    'the code is over in minutes, with the clock set by %d',
    async (set) => {
      const nurse = await signedIn(copy, NURSE, at(KIR));
      const { user, code } = (await nurse.post(ACCESS_PATHS.vouches, AGENCY)).json as Vouched;
      pass(limits.vouchCodeMs, set);
      expect((await new Browser(copy).post(ACCESS_PATHS.session, { user, secret: code })).status).toBe(401);
    },
  );

  it('is only for the licensed, on their own unit, with words of their own, and for others', async () => {
    const assistant = {
      ...NURSE,
      id: 'SE0000000000-P30001' as typeof NURSE.id,
      profession: 'assistant-nurse' as const,
    };
    const unlicensed = await signedIn(copy, assistant, at(KIR));
    const elsewhere = await signedIn(copy, DOCTOR, at(MED));
    await elsewhere.post(ACCESS_PATHS.choices, { unit: 'KIR2', relation: 'lent' });
    const nurse = await signedIn(copy, NURSE, at(KIR));
    const { user, code } = (await nurse.post(ACCESS_PATHS.vouches, AGENCY)).json as Vouched;
    const guest = new Browser(copy);
    await guest.post(ACCESS_PATHS.session, { user, secret: code });
    for (const browser of [unlicensed, elsewhere, guest])
      expect((await browser.post(ACCESS_PATHS.vouches, AGENCY)).json).toMatchObject({ code: 'access.not-allowed' });
    const self = await nurse.post(ACCESS_PATHS.vouches, { user: NURSE.id, unit: 'KIR2', reason: 'x' });
    expect(self.status).toBe(403);
    expect((await nurse.post(ACCESS_PATHS.vouches, { unit: 'KIR2', reason: 'x' })).status).toBe(400);
    expect((await nurse.post(ACCESS_PATHS.vouches, { user: DOCTOR.id, unit: 'MED1', reason: 'x' })).status).toBe(403);
  });
});

describe('a sealed emergency code', () => {
  it('lets its two open blocked data in emergency, and both names stand in that entry and with each chart', async () => {
    copy.access.blocks.set(anna, MED);
    const [code] = (await copy.access.codes.make(KIR, 1)).codes;
    const two = new Browser(copy);
    const { number = '', halfA = [], halfB = [] } = code ?? {};
    const halves = { number, halfA: halfA.join(' '), halfB: halfB.join(' ') };
    await two.post(ACCESS_PATHS.emergencyCode, { ...halves, first: 'Anna Berg, ssk', second: 'Bo Alm, läk' });
    expect((await two.ask(`/api/charts/${anna}`)).text).toContain('Spärrade uppgifter finns');
    const reason = 'medvetslös, överkänslighet måste läsas';
    const opened = await two.post(ACCESS_PATHS.emergencies, { patient: anna, reason, consent: 'cannot-ask' });
    expect((opened.json as { untilInMs: number }).untilInMs).toBe(limits.emergencyMs);
    expect((await two.ask(`/api/charts/${anna}`)).text).not.toContain('Spärrade uppgifter finns');
    const names = 'Anna Berg, ssk och Bo Alm, läk';
    expect(copy.entries.find(({ kind }) => kind === 'access.emergency')).toMatchObject({
      ...{ author: `KOD-${number}`, patient: anna, unit: 'KIR2' },
      body: { name: names, reason, consent: 'cannot-ask' },
    });
    expect(copy.entries.filter(({ kind }) => kind === 'chart.read').at(-1)).toMatchObject({
      body: { opened: 'emergency', names },
    });
  });

  const TWO = { first: 'Anna Berg, ssk', second: 'Bo Alm, läk' };
  const open = (body: object, browser = new Browser(copy)) => browser.post(ACCESS_PATHS.emergencyCode, body);
  const sheetOf = async (browser: Browser, count = 2) =>
    (await browser.post('/api/emergency-codes', { unit: 'KIR2', count })).json as CodeSheet;
  const halves = ({ codes }: CodeSheet, each: number) => ({
    number: codes[each]?.number ?? '',
    halfA: codes[each]?.halfA.join(' ') ?? '',
    halfB: codes[each]?.halfB.join('-').toUpperCase() ?? '',
  });

  it('opens the unit once, to two people who write their names, for a shift', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const sheet = await sheetOf(lead);
    expect(sheet.codes.map(({ number }) => number)).toEqual(['KIR2-1-01', 'KIR2-1-02']);
    const browser = new Browser(copy);
    const { json } = await open({ ...halves(sheet, 0), ...TWO }, browser);
    expect(json).toMatchObject({
      person: { id: 'KOD-KIR2-1-01', name: 'Anna Berg, ssk och Bo Alm, läk' },
      units: [{ unit: 'KIR2', role: 'emergency-code' }],
      session: { how: 'emergency-code', endsInMs: limits.sessionMs },
    });
    expect((await browser.ask(`/api/charts/${anna}`)).status).toBe(200);
    const lent = await browser.post(ACCESS_PATHS.choices, { unit: 'MED1', relation: 'lent' });
    expect(lent).toMatchObject({ status: 403, json: { code: 'access.not-allowed' } });
    expect(copy.entries).toMatchObject([
      { kind: 'access.codes-made', author: LEAD.id, unit: 'KIR2', body: { numbers: ['KIR2-1-01', 'KIR2-1-02'] } },
      { kind: 'access.code-used', author: 'KOD-KIR2-1-01', unit: 'KIR2', body: { number: 'KIR2-1-01', ...TWO } },
      { kind: 'chart.read', author: 'KOD-KIR2-1-01' },
      {
        kind: 'access.denied',
        author: 'KOD-KIR2-1-01',
        body: { why: 'not-allowed', names: 'Anna Berg, ssk och Bo Alm, läk' },
      },
    ]);
    const text = JSON.stringify(copy.entries);
    for (const word of [...(sheet.codes[0]?.halfA ?? []), ...(sheet.codes[0]?.halfB ?? [])])
      expect(text).not.toContain(`"${word}`);
    expect((await open({ ...halves(sheet, 0), ...TWO })).status).toBe(401);
  });

  it('opens nothing with one half, halves in the wrong place, one name, or once a new set is made', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const sheet = await sheetOf(lead);
    const right = halves(sheet, 1);
    for (const [change, status] of [
      [{ halfB: 'fel fel fel' }, 401],
      [{ halfA: right.halfB, halfB: right.halfA }, 401],
      [{ halfA: `${right.halfA} ${right.halfB}`, halfB: '-' }, 401],
      [{ number: 'KIR2-1-99' }, 401],
      [{ second: TWO.first }, 400],
      [{ second: ' ' }, 400],
    ] as const) {
      pass(60_000);
      expect([change, (await open({ ...right, ...TWO, ...change })).status]).toEqual([change, status]);
    }
    expect((await sheetOf(lead)).voided).toEqual(['KIR2-1-01', 'KIR2-1-02']);
    pass(60_000);
    expect((await open({ ...right, ...TWO })).status).toBe(401);
  });

  it('that has opened a device without a station is spent when the device tells, by whoever’s page, with both names; told twice it is once', async () => {
    await copy.access.codes.make(KIR, 2);
    const [code, other] = copy.access.codes.openers(KIR);
    if (code === undefined || other === undefined) throw new Error('no codes');
    const handed = usedAlone(code, { ...TWO, openedAt: 1_000 });
    const stranger = new Browser(copy);
    const tell = (body: object) => stranger.post(ACCESS_PATHS.codeUsed, body);
    for (const forged of [
      { number: other.number },
      { id: crypto.randomUUID() },
      { sealed: `AAAA${handed.sealed.slice(4)}` },
    ])
      expect(await tell({ ...handed, ...forged })).toMatchObject({ status: 401, json: { code: 'access.wrong-code' } });
    expect(copy.access.codes.openers(KIR)).toHaveLength(2);
    copy.entries.length = 0;
    for (let each = 0; each < 2; each++) expect((await tell(handed)).status).toBe(200);
    expect(copy.access.codes.openers(KIR)).toEqual([other]);
    const elsewhere = usedAlone(code, { ...TWO, openedAt: 2_000 });
    expect((await tell(elsewhere)).status).toBe(200);
    const said = { kind: 'access.code-used', author: `KOD-${code.number}`, unit: 'KIR2' };
    expect(copy.entries).toMatchObject([
      { ...said, eventAt: 1_000, body: { number: code.number, ...TWO, place: 'app', wasSpent: false } },
      { ...said, eventAt: 2_000, body: { number: code.number, ...TWO, place: 'app', wasSpent: true } },
    ]);
  });

  it('of a former set, with which a device was opened before it was heard again, is told of all the same', async () => {
    await copy.access.codes.make(KIR, 1);
    const [code] = copy.access.codes.openers(KIR);
    if (code === undefined) throw new Error('no code');
    const handed = usedAlone(code, { ...TWO, openedAt: 1_000 });
    await copy.access.codes.make(KIR, 1);
    expect((await new Browser(copy).post(ACCESS_PATHS.codeUsed, handed)).status).toBe(200);
    expect(copy.entries).toMatchObject([{ kind: 'access.code-used', body: { ...TWO, wasSpent: true } }]);
  });

  it('used by two pairs at the same time lets in one', async () => {
    const sheet = await copy.access.codes.make(KIR, 1);
    const both = await Promise.all([open({ ...halves(sheet, 0), ...TWO }), open({ ...halves(sheet, 0), ...TWO })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('is made by who answers for the unit, or the operator', async () => {
    const nurse = await signedIn(copy, NURSE, at(KIR));
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    expect((await nurse.post('/api/emergency-codes', { unit: 'KIR2', count: 1 })).status).toBe(403);
    expect((await lead.post('/api/emergency-codes', { unit: 'MED1', count: 1 })).status).toBe(403);
    expect(
      (await copy.ask({ method: 'POST', url: '/api/emergency-codes', payload: { unit: 'MED1', count: 1 } })).status,
    ).toBe(200);
  });
});

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
    expect(kinds().filter((kind) => kind.includes('blocked'))).toEqual(['access.blocked', 'access.unblocked']);
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

const entry = '01890000-0000-7000-8000-000000000000';

it('that an emergency opening has been reviewed, by whom and what was found, is an entry', async () => {
  const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
  copy.openings.set(entry, { author: NURSE.id, unit: KIR, review: null });
  expect((await lead.post('/api/reviews', { entry, finding: 'vårdrelation fanns' })).status).toBe(200);
  expect(copy.entries).toMatchObject([
    { kind: 'access.reviewed', author: LEAD.id, body: { entry, finding: 'vårdrelation fanns' } },
  ]);
});

describe('whoever answers for a unit reviews', () => {
  const review = { at: 1, by: 'Bo Alm', finding: 'vårdrelation fanns' };

  it.each([
    ['what is no opening', null],
    ['an opening of another unit', { author: NURSE.id, unit: MED, review: null }],
    ['one made without a unit', { author: NURSE.id, unit: null, review: null }],
    ['one that has been gone through', { author: NURSE.id, unit: KIR, review }],
    ['their own', { author: LEAD.id, unit: KIR, review: null }],
  ])('not %s, in the same words whatever it is, and nothing is told', async (_, opening) => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    copy.openings.set(entry, opening);
    const answer = await lead.post('/api/reviews', { entry, finding: 'vårdrelation fanns' });
    expect(answer).toMatchObject({ status: 404, json: { code: 'access.not-to-review' } });
    expect(answer.text).not.toMatch(/MED1|Berg|Bo Alm/);
    expect(copy.entries.filter(({ kind }) => kind === 'access.reviewed')).toEqual([]);
  });

  it('and the operator may put right what was found, of any unit', async () => {
    copy.openings.set(entry, { author: NURSE.id, unit: MED, review });
    const again = { method: 'POST' as const, url: '/api/reviews', payload: { entry, finding: 'rättat', by: 'IT' } };
    expect((await copy.ask(again)).status).toBe(200);
    copy.openings.clear();
    expect((await copy.ask(again)).status).toBe(404);
  });
});

describe('words in the ledger are erased by two people', () => {
  const ask = (first: { user: string; secret: string }, second: { user: string; secret: string }) =>
    copy.ask({
      method: 'POST',
      url: '/api/ledger/erasures',
      payload: { entry, decision: 'IVO 2026/1', first, second },
    });

  it('who each say their own words, at the station itself', async () => {
    const [one, two] = [await enrol(copy, NURSE, at(KIR)), await enrol(copy, DOCTOR, at(MED))];
    const [nurse, doctor] = [
      { user: NURSE.id.toLowerCase(), secret: one },
      { user: DOCTOR.id, secret: two },
    ];
    const refused = [
      await ask(nurse, nurse),
      await ask(nurse, { ...doctor, secret: one }),
      await ask({ ...nurse, secret: 'fel' }, doctor),
      await ask(nurse, { user: 'SE0000000000-NOBODY', secret: two }),
      await ask(nurse, { user: 'Bo Alm', secret: two }),
    ];
    expect(refused.map(({ json }) => (json as { code: string }).code)).toEqual([
      'request.invalid',
      'access.wrong-secret',
      'access.wrong-secret',
      'access.wrong-secret',
      'request.invalid',
    ]);
    expect(refused[1]?.text).toContain(DOCTOR.id);
    for (const { text } of refused) expect(text).not.toContain(one);
    expect(copy.erased).toEqual([]);
    copy.access.accounts.close(NURSE.id);
    expect((await ask(nurse, doctor)).status).toBe(401);
    await enrol(copy, NURSE, at(KIR));
    expect(copy.erased).toEqual([]);
    const [words, wordsToo] = [await enrol(copy, NURSE, at(KIR)), await enrol(copy, DOCTOR, at(MED))];
    expect((await ask({ ...nurse, secret: words }, { ...doctor, secret: wordsToo })).status).toBe(200);
    expect(copy.erased).toMatchObject([{ entry, by: [{ id: NURSE.id }, { id: DOCTOR.id }], decision: 'IVO 2026/1' }]);
  });

  it('and nobody who is signed in reaches it', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    expect((await lead.post('/api/ledger/erasures/asked', { entry })).status).toBe(403);
  });
});
