import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeSheet } from '../../access/emergency-codes.ts';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { limits } from '../../limits.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, KIR, LEAD, MED, NURSE, signedIn, usedAlone } from './people.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;
beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

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
      copy.pass(60_000);
      expect([change, (await open({ ...right, ...TWO, ...change })).status]).toEqual([change, status]);
    }
    expect((await sheetOf(lead)).voided).toEqual(['KIR2-1-01', 'KIR2-1-02']);
    copy.pass(60_000);
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
