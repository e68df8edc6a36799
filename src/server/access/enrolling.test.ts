import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_PATHS } from '../../domain/access/routes.ts';
import { limits } from '../../limits.ts';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, Browser, enrol, KIR, LEAD, MED, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
});
afterEach(() => copy.close());

describe('who answers for a unit', () => {
  const colleague = { id: 'se0000000000-p20001', name: 'Ny Kollega', title: 'ssk', profession: 'nurse', role: 'staff' };

  it('enrols a colleague there: an account, a one-time code, words, and in', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    const opened = await lead.post('/api/accounts', { ...colleague, unit: 'KIR2' });
    expect(opened.json).toMatchObject({ id: 'SE0000000000-P20001', state: 'invited' });
    const { json } = await lead.post('/api/accounts/deal', { id: colleague.id });
    expect(json).toMatchObject({ validMs: limits.enrolmentCodeMs });
    const { code } = json as { code: string };
    const browser = new Browser(copy);
    const claimed = await browser.post(ACCESS_PATHS.enrolment, { user: colleague.id, code });
    const { words } = claimed.json as { words: string[] };
    const me = await browser.post(ACCESS_PATHS.session, { user: colleague.id, secret: words.join(' ') });
    expect(me.json).toMatchObject({ person: { name: 'Ny Kollega' }, units: [{ unit: 'KIR2' }] });
    expect(copy.entries.map(({ kind, author }) => `${kind} ${author}`)).toEqual([
      `access.account-opened ${LEAD.id}`,
      `access.code-dealt ${LEAD.id}`,
      'access.secret-dealt SE0000000000-P20001',
      'access.secret-changed SE0000000000-P20001',
      'access.signed-in SE0000000000-P20001',
    ]);
    for (const secret of [code, words[0] ?? '']) expect(JSON.stringify(copy.entries)).not.toContain(secret);
    expect((await lead.ask('/api/accounts')).json).toMatchObject({ accounts: [{ id: LEAD.id }, { state: 'active' }] });
    expect((await lead.post('/api/accounts/close', { id: colleague.id })).json).toEqual({ done: 'closed' });
    expect((await browser.ask('/api/units/KIR2')).status).toBe(401);
  });

  it('can do nothing on other units, nor make others answer for theirs', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    await enrol(copy, NURSE, at(MED));
    for (const [url, body, status] of [
      ['/api/accounts', { ...colleague, unit: 'MED1' }, 403],
      ['/api/accounts', { ...colleague, unit: 'all', role: 'on-call' }, 403],
      ['/api/accounts', { ...colleague, unit: 'KIR2', role: 'lead' }, 403],
      ['/api/accounts', { ...colleague, unit: 'KIR2', from: 2, until: 2 }, 400],
      ['/api/accounts/deal', { id: NURSE.id }, 404],
      ['/api/accounts/close', { id: NURSE.id }, 404],
      ['/api/accounts/import', { list: 'hsa-id' }, 403],
    ] as const)
      expect([url, (await lead.post(url, body)).status]).toEqual([url, status]);
    expect(copy.entries).toMatchObject(
      ['POST /api/accounts', 'POST /api/accounts/import'].map((asked) => ({ kind: 'access.denied', body: { asked } })),
    );
    expect(((await lead.ask('/api/accounts')).json as { accounts: unknown[] }).accounts).toHaveLength(1);
  });

  it('a colleague of several units keeps the others, and their name', async () => {
    const lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
    await enrol(copy, NURSE, at(MED));
    const opened = await lead.post('/api/accounts', { ...colleague, id: NURSE.id, unit: 'KIR2' });
    expect(opened.json).toMatchObject({ name: NURSE.name, assignments: [{ unit: 'MED1' }, { unit: 'KIR2' }] });
    // Whoever has somebody's code comes in as them: also where this lead answers for nothing.
    expect((await lead.post('/api/accounts/deal', { id: NURSE.id })).status).toBe(403);
    expect((await lead.post('/api/accounts/close', { id: NURSE.id })).json).toEqual({ done: 'left' });
    expect(copy.access.accounts.get(NURSE.id)).toMatchObject({ state: 'invited', assignments: [{ unit: 'MED1' }] });
  });

  it('who answers for none sees and changes no accounts', async () => {
    const browser = await signedIn(copy, NURSE, at(KIR));
    expect((await browser.ask('/api/accounts')).status).toBe(403);
    expect((await browser.post('/api/accounts', { ...colleague, unit: 'KIR2' })).status).toBe(403);
  });
});
