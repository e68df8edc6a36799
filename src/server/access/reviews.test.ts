import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admitAnna } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';
import { at, DOCTOR, enrol, KIR, LEAD, MED, NURSE, signedIn } from './people.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
  admitAnna(copy);
});
afterEach(() => copy.close());

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
