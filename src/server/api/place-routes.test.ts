// A unit's reserve places: who marks them, what they tell of themselves, and what is said when nobody has tried them.

import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  PLACE_PATHS,
  type PlacesTold,
  type PlaceTied,
  type PlaceTold,
  type SelfTest,
} from '../../domain/reserve-place.ts';
import { ReservePlaces } from '../../station/places/reserve-places.ts';
import { at, type Browser, KIR, LEAD, MED, NURSE, signedIn } from '../access/people.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

const HOUR_MS = 3_600_000;
const WELL: SelfTest = { fault: null, charts: 22, people: 14, openedBy: 'words', ageMs: 125_000, isPersistent: true };

let copy: ServedCopy;
let lead: Browser;
let nurse: Browser;
beforeEach(async () => {
  copy = await ServedCopy.started();
  lead = await signedIn(copy, LEAD, at(KIR, 'lead'));
  nurse = await signedIn(copy, NURSE, at(KIR));
});
afterEach(() => copy.close());

const passes = (ms: number): void => {
  const { wallMs, monotonicMs } = copy.now;
  copy.now = { ...copy.now, wallMs: wallMs + ms, monotonicMs: monotonicMs + ms };
};
const MARKED = { unit: 'KIR2', name: 'Dator 4', where: 'läkemedelsrummet', printer: 'exp' };
async function marked(): Promise<{ readonly place: string; readonly computer: string }> {
  const { place } = (await lead.post(PLACE_PATHS.mark, MARKED)).json as PlaceTold;
  const { computer } = (await nurse.post(PLACE_PATHS.tie, { unit: 'KIR2', place: place.id })).json as PlaceTied;
  return { place: place.id, computer };
}
const tested = (of: { readonly place: string; readonly computer: string }, test: Partial<SelfTest> = {}) =>
  nurse.post(PLACE_PATHS.tested, { unit: 'KIR2', ...of, test: { ...WELL, ...test } });
const told = async (by: Browser = nurse) => ((await by.ask(`${PLACE_PATHS.unit}KIR2`)).json as PlacesTold).places;

it('who answers for the unit marks a place, whoever works there makes a computer it, and all of it is in the ledger', async () => {
  expect((await nurse.post(PLACE_PATHS.mark, MARKED)).status).toBe(403);
  expect((await lead.post(PLACE_PATHS.mark, { ...MARKED, unit: 'MED1' })).status).toBe(403);
  expect(await told()).toEqual([]);
  const { place } = (await lead.post(PLACE_PATHS.mark, MARKED)).json as PlaceTold;
  expect(place).toMatchObject({
    hasComputer: false,
    words: 'Ingen dator är märkt som den här platsen än',
    trouble: null,
  });
  await nurse.post(PLACE_PATHS.tie, { unit: 'KIR2', place: place.id });
  expect(await told()).toMatchObject([
    {
      ...{ name: 'Dator 4', where: 'läkemedelsrummet', hasComputer: true, trouble: null },
      words: 'Inte prövad än: prövas när någon loggar in där',
      printer: { name: 'Expeditionen', words: 'Provsida utskriven 06:00' },
    },
  ]);
  expect(copy.entries.map(({ kind, author, unit }) => [kind, author, unit])).toEqual([
    ['access.denied', NURSE.id, 'KIR2'],
    ['access.denied', LEAD.id, 'MED1'],
    ['place.marked', LEAD.id, 'KIR2'],
    ['place.tied', NURSE.id, 'KIR2'],
  ]);
  // Another computer takes its place only by who answers for the unit.
  expect((await nurse.post(PLACE_PATHS.tie, { unit: 'KIR2', place: place.id })).json).toMatchObject({
    code: 'place.has-computer',
  });
  expect((await lead.post(PLACE_PATHS.tie, { unit: 'KIR2', place: place.id })).status).toBe(200);
  const stranger = await signedIn(copy, { ...NURSE, id: 'SE0000000000-P10009' as typeof NURSE.id }, at(MED));
  expect((await stranger.ask(`${PLACE_PATHS.unit}KIR2`)).status).toBe(403);
  expect((await stranger.post(PLACE_PATHS.tie, { unit: 'KIR2', place: place.id })).status).toBe(403);
});

it('what a place found is said in words, with when, how many can sign in, and how old its copy was', async () => {
  const of = await marked();
  await tested(of);
  expect((await told())[0]).toMatchObject({
    words: 'Prövad i dag 11:00: journalkopia öppnades utan nät · 14 personer kan logga in · kopian 2 min',
    trouble: null,
  });
  expect(copy.entries.at(-1)).toMatchObject({ kind: 'place.tested', author: NURSE.id, patient: null, body: WELL });
  for (const [openedBy, how] of [
    ['lent', 'stationens nyckel'],
    ['pin', 'PIN'],
    ['code', 'förseglad nödkod'],
  ] as const) {
    await tested(of, { openedBy });
    expect((await told())[0]?.words).toContain(` · öppnad med ${how} · 14 kuvert finns, inget prövat med ord · `);
  }
  await tested(of, { openedBy: 'lent', fault: 'words', charts: 0 });
  expect((await told())[0]?.words).toBe(
    'Prövad i dag 11:00, gick inte: kopian låg inte öppen, och inga ord var skrivna',
  );
  await tested(of, { isPersistent: false, charts: 0, people: 1 });
  expect((await told())[0]?.words).toBe(
    'Prövad i dag 11:00: listan öppnades utan nät, ingen patient på den · 1 person kan logga in · kopian 2 min · webbläsaren kan rensa kopian: installera appen',
  );
});

it('one that could not open a chart is a notice with what to do, until it can', async () => {
  const of = await marked();
  await tested(of, { fault: 'store', charts: 0, people: 0, ageMs: null });
  expect([...copy.standing.values()]).toEqual([
    'place.test-failed: Dator 4, läkemedelsrummet (KIR2): Prövad i dag 11:00, gick inte: enhetens kopia ligger inte på datorn.',
  ]);
  await tested(of);
  expect(copy.standing.size).toBe(0);
});

it('one nobody has tried for a day is a notice, by time that has surely passed and not by a clock somebody set', async () => {
  const of = await marked();
  await tested(of);
  copy.now = { ...copy.now, wallMs: copy.now.wallMs + 90 * 24 * HOUR_MS };
  copy.places.look();
  expect(copy.standing.size).toBe(0);
  copy.now = { ...copy.now, wallMs: copy.now.wallMs - 91 * 24 * HOUR_MS };
  passes(25 * HOUR_MS);
  copy.places.look();
  expect([...copy.standing.values()]).toEqual([
    expect.stringMatching(/^place\.untested: Dator 4.*inte prövad sedan dess\.$/),
  ]);
  // The next morning others are signed in.
  const by = { author: NURSE.id, name: NURSE.name };
  await copy.places.tested({ unit: KIR, ...of, test: WELL }, by);
  expect(copy.standing.size).toBe(0);
  // Marked, and no computer has ever said that it is the place.
  await copy.places.mark({ unit: KIR, name: 'Dator 5', where: 'expeditionen' }, by);
  passes(25 * HOUR_MS);
  copy.places.look();
  expect([...copy.standing.keys()]).toHaveLength(2);
});

it('a computer that was replaced, and a place that is no more, tell nothing; the station that starts anew knows what was told', async () => {
  const of = await marked();
  await tested(of);
  const { computer } = (await lead.post(PLACE_PATHS.tie, { unit: 'KIR2', place: of.place })).json as PlaceTied;
  expect((await tested(of)).json).toMatchObject({ code: 'place.other-computer' });
  expect((await told())[0]?.words).toBe('Inte prövad än: prövas när någon loggar in där');
  await tested({ place: of.place, computer });
  const again = new ReservePlaces({
    ...{ clock: { now: () => copy.now }, sureNow: () => copy.now, notes: { stand: () => {} }, printers: () => [] },
    ledger: { append: async () => true },
    told: copy.entries,
  });
  expect(again.lines()).toMatchObject([{ ...(await told())[0], printer: null }]);
  expect((await nurse.post(PLACE_PATHS.end, { unit: 'KIR2', place: of.place })).status).toBe(403);
  expect((await lead.post(PLACE_PATHS.end, { unit: 'KIR2', place: of.place })).json).toMatchObject({ places: [] });
  expect((await tested({ place: of.place, computer })).json).toMatchObject({ code: 'place.unknown' });
});
