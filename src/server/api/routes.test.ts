import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { censusText } from '../../command-line/census-text.ts';
import type { Chart } from '../../domain/chart/chart.ts';
import type { PatientKey } from '../../domain/identity.ts';
import type { UnitList } from '../../domain/unit-list/unit-list.ts';
import { limits } from '../../limits.ts';
import { ANNA, admitAnna, potassium, report } from '../anna.fixture.ts';
import { TEN } from '../received-copy.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const post = (url: string, payload: object) => copy.ask({ method: 'POST', url, payload });

const partOf = (json: unknown, name: string) =>
  (json as Chart).blocks.flatMap((block) => block.parts).find(({ part }) => part === name);

describe('reading through our own routes', () => {
  it('units, a unit’s list, and a unit that is not here', async () => {
    expect((await copy.ask('/api/units')).json).toMatchObject({
      units: [{ unit: 'KIR2', name: 'Kirurgavdelning 2', listKind: 'bed' }],
    });
    expect((await copy.ask('/api/units/KIR2')).json).toMatchObject({
      unit: 'KIR2',
      name: 'Kirurgavdelning 2',
      rows: [{ key: anna }],
    });
    const list = (await copy.ask('/api/units/KIR2')).json as UnitList;
    expect(list).toMatchObject({ at: copy.now.wallMs, asOf: null, asOfWords: null });
    expect(list.age[0]).toMatch(/^Beläggning: /);
    expect(list.feeds.find(({ part }) => part === 'results')).toMatchObject({ source: 'lab' });
    for (const { state, words } of list.feeds) expect([state, words]).not.toContain('');
    expect(list.rows[0]?.warnings[0]).toMatch(/^Allergi: ▲ Penicillin/);
    expect(censusText(list, 160)).toContain(list.rows[0]?.warnings[0]);
    const then = (await copy.ask(`/api/units/KIR2?at=${copy.now.wallMs - 1_000}`)).json as UnitList;
    expect(then.asOf).toBe(copy.now.wallMs - 1_000);
    expect(then.asOfWords).toMatch(/^som den var \d\d:\d\d$/);
    for (const address of ['units/KIR2', `charts/${anna}`])
      expect(await copy.ask(`/api/${address}?at=${TEN - 60_000}`)).toMatchObject({
        status: 410,
        json: { code: 'history.too-old' },
      });
    expect(await copy.ask('/api/units/MARS')).toMatchObject({ status: 404, json: { code: 'unit.not-found' } });
  });

  it('a chart now and as it was', async () => {
    const before = copy.now.wallMs;
    report(copy, 'C1', [potassium('5.1', 'C')]);
    const now = await copy.ask(`/api/charts/${anna}`);
    expect(JSON.stringify(partOf(now.json, 'results'))).toContain('5,1');
    const then = await copy.ask(`/api/charts/${anna}?at=${before}`);
    expect(JSON.stringify(partOf(then.json, 'results'))).not.toContain('5,1');
    expect((then.json as Chart).asOf).not.toBeNull();
    expect(await copy.ask('/api/charts/aaaaaaaaaaaaaaaaaaaaaaaaaa')).toMatchObject({
      status: 404,
      json: { code: 'patient.not-found' },
    });
  });

  it('a person by number or name, in the body', async () => {
    for (const text of [ANNA.id, '18900101-9802', 'åsa övn'])
      expect((await post('/api/patients/search', { text, unit: 'KIR2' })).json).toMatchObject({
        hits: [{ key: anna }],
      });
    expect((await post('/api/patients/search', { text: 'ingen sådan' })).json).toEqual({
      hits: [],
      isCut: false,
      isEveryoneSearched: true,
      remark: null,
    });
    for (const [text, said] of [
      ['0101019802', /alla tolv siffror/],
      ['189001019803', /Kontrollsiffran stämmer inte/],
      ['189013019802', /Datumet i numret finns inte/],
    ] as const)
      expect((await post('/api/patients/search', { text })).json).toMatchObject({
        hits: [],
        remark: expect.stringMatching(said),
      });
    for (const wrong of [{}, { text: '' }, { text: 'a'.repeat(limits.searchTextMax + 1) }, { text: 7 }])
      expect((await post('/api/patients/search', wrong)).status).toBe(400);
  });

  it('status, and messages that did not become part of the copy', async () => {
    expect((await copy.ask('/api/status')).json).toEqual({ state: 'receiving' });
    copy.fhir('{"resourceType":');
    expect((await copy.ask('/api/messages?outcome=set-aside')).json).toMatchObject({
      messages: [{ source: 'ehr', outcome: 'set-aside' }],
    });
    expect((await copy.ask('/api/messages?outcome=held&limit=1')).json).toEqual({ messages: [] });
    const last = copy.rows.length;
    copy.fhir('{"resourceType":');
    for (const [asked, seqs] of [
      [`after=${last}`, [last + 1]],
      [`before=${last + 1}&source=ehr`, [last]],
      [`after=${last + 1}`, []],
      ['source=lab', []],
    ] as const) {
      const { messages } = (await copy.ask(`/api/messages?outcome=set-aside&${asked}`)).json as { messages: object[] };
      expect(messages).toEqual(seqs.map((seq) => expect.objectContaining({ seq })));
    }
    expect(await copy.ask('/api/messages?source=mars')).toMatchObject({ status: 400 });
    expect((await copy.ask('/api/messages?outcome=nonsense')).status).toBe(400);
    expect((await copy.ask('/api/messages?limit=100000')).status).toBe(400);
  });

  it('a snapshot can be asked for', async () => {
    expect((await post('/api/snapshot', {})).json).toMatchObject({ file: 'copy-1.db' });
  });
});

describe('going through what was set aside', () => {
  it('makes the source whole again, up to the number named', async () => {
    copy.fhir('{"resourceType":');
    const [aside] = copy.reader.outcomes();
    const settle = { source: 'ehr', upTo: aside?.seq, by: 'IT-jouren', reason: 'trasig fil' };
    expect(await post('/api/settle', settle)).toMatchObject({ status: 200, json: { duplicate: false } });
    expect((await copy.ask('/api/messages?outcome=set-aside')).json).toMatchObject({ messages: [{ isSettled: true }] });
  });
});

describe('holding a source', () => {
  it('what comes meanwhile waits, and is applied in order when it is released', async () => {
    const hold = { source: 'lab', by: 'IT-jouren', reason: 'fel värden' };
    expect(await post('/api/hold', hold)).toMatchObject({ status: 200, json: { duplicate: false } });
    report(copy, 'H1', [potassium('6.6', 'F')]);
    const held = await copy.ask(`/api/charts/${anna}`);
    expect(JSON.stringify(partOf(held.json, 'results'))).not.toContain('6,6');
    expect(partOf(held.json, 'results')?.state.state).toBe('held');
    expect((await copy.ask('/api/messages?outcome=held')).json).toMatchObject({ messages: [{ source: 'lab' }] });
    expect((await post('/api/release', { source: 'lab', how: 'in-order', by: 'IT-jouren' })).status).toBe(200);
    expect((await copy.ask(`/api/charts/${anna}`)).text).toContain('6,6');
  });

  it('or is left out', async () => {
    await post('/api/hold', { source: 'lab', by: 'IT', reason: 'prov', part: 'results' });
    report(copy, 'H1', [potassium('6.6', 'F')]);
    await post('/api/release', { source: 'lab', how: 'leave-out', by: 'IT' });
    expect((await copy.ask(`/api/charts/${anna}`)).text).not.toContain('6,6');
  });

  it.each([
    ['/api/hold', { source: 'mars', by: 'IT', reason: 'prov' }],
    ['/api/hold', { source: 'lab', by: 'IT', reason: 'prov', part: 'mars' }],
    ['/api/hold', { source: 'lab', reason: 'prov' }],
    ['/api/release', { source: 'lab', how: 'somehow', by: 'IT' }],
    ['/api/release', { source: 'mars', how: 'in-order', by: 'IT' }],
    ['/api/full-load', { source: 'mars' }],
    ['/api/settle', { source: 'mars', upTo: 1, by: 'IT', reason: 'skräp' }],
    ['/api/settle', { source: 'lab', upTo: 1, by: 'IT', reason: '' }],
    ['/api/settle', { source: 'lab', upTo: -1, by: 'IT', reason: 'skräp' }],
    ['/api/settle', { source: 'lab', by: 'IT', reason: 'skräp' }],
  ])('%s refuses %j and changes nothing', async (url, body) => {
    const rows = copy.rows.length;
    expect(await post(url, body)).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
    expect(copy.rows).toHaveLength(rows);
  });

  it('a source that has sent everything is whole', async () => {
    await post('/api/full-load', { source: 'journal' });
    const { json } = await copy.ask(`/api/charts/${anna}`);
    expect(partOf(json, 'problems')?.content).toMatchObject({ kind: 'empty', reason: 'none-recorded' });
  });
});
