// When a unit may be used for care (design §5.22), and what takes it back.

import { beforeEach, describe, expect, it } from 'vitest';
import { type SourceId, sourceId, unitId } from '../../domain/identity.ts';
import type { EntryDraft } from '../../domain/ledger-entry.ts';
import type { PartName } from '../../domain/parts.ts';
import { CRITICAL_PARTS, type CriticalFeed } from '../../domain/unit-use/unit-use.ts';
import { UnitUses } from './unit-uses.ts';

const KIR = unitId('KIR2');
const HEAD = { author: 'SE0000000000-1', name: 'Eva Ek, vårdenhetschef' };
const JOURNAL = sourceId('journal');

let entries: EntryDraft[];
let feeds: CriticalFeed[];
let uses: UnitUses;
let now: number;

const feed = (part: PartName, hasCome = true, source: SourceId = JOURNAL): CriticalFeed => ({
  ...{ part, source, hasCome },
  sourceName: source,
});
const without = (...parts: readonly PartName[]): CriticalFeed[] =>
  CRITICAL_PARTS.filter((part) => !parts.includes(part)).map((part) => feed(part));
/** As a station that starts reads it, from what was told until now. */
const started = (told: readonly EntryDraft[] = entries): UnitUses =>
  new UnitUses({
    clock: { now: () => ({ wallMs: now, boot: 'a', monotonicMs: 0 }) },
    ledger: { append: async (draft) => entries.push(draft) > 0 },
    told: [...told],
    units: [{ id: KIR, name: 'Kirurgavdelning 2' }],
    feedsOf: () => feeds,
  });
const state = (): string => uses.look(KIR).state;
const take = (...absent: readonly PartName[]) => uses.takeInUse({ unit: KIR, absent, reason: 'prövad' }, HEAD);
const kinds = (): readonly string[] => entries.map(({ kind }) => kind);

beforeEach(() => {
  entries = [];
  feeds = without();
  now = 1_000;
  uses = started();
});

describe('a unit is under uppbyggnad', () => {
  it('until its head takes it in use, though everything comes', async () => {
    expect(uses.look(KIR)).toMatchObject({ state: 'under-construction', decided: null });
    await take();
    expect(uses.look(KIR)).toMatchObject({ state: 'in-use', decided: { by: HEAD.name, reason: 'prövad' } });
    expect(entries).toMatchObject([{ kind: 'unit.put-in-use', author: HEAD.author, unit: KIR }]);
  });

  it('until each critical part that does not come is signed for, one by one and no other', async () => {
    feeds = [...without('limits', 'doses-given'), feed('doses-given', false)];
    await expect(take('limits')).rejects.toThrow('Givna doser'.toLowerCase());
    await expect(take('limits', 'doses-given', 'results')).rejects.toThrow('provsvar');
    expect([state(), entries]).toEqual(['under-construction', []]);
    await take('limits', 'doses-given');
    expect(state()).toBe('in-use');
    expect(uses.of(KIR).words).toBe('Kirurgavdelning 2 är i drift utan: behandlingsbegränsningar, givna doser.');
  });

  it('when nobody here has heard of it', () => {
    expect(uses.look(unitId('OKÄND')).state).toBe('under-construction');
  });

  it('again when its head says so, with the reason', async () => {
    await take();
    await uses.takeOut({ unit: KIR, reason: 'fel säng på listan' }, HEAD);
    expect(uses.look(KIR)).toMatchObject({
      state: 'under-construction',
      words: expect.stringContaining('fel säng på listan'),
    });
    await take();
    expect(state()).toBe('in-use');
  });
});

describe('a feed', () => {
  it('that falls silent, or whose copy is made again, changes nothing: silence is age, not absence', async () => {
    await take();
    // Declared still, and nothing of it in the copy any more.
    feeds = CRITICAL_PARTS.map((part) => feed(part, false));
    expect(state()).toBe('in-use');
    uses = started();
    expect(state()).toBe('in-use');
    expect(kinds()).toEqual(['unit.put-in-use']);
  });

  it('that is taken out of the settings takes the unit back, saying which, and once in the ledger', async () => {
    await take();
    feeds = without('limits');
    expect(uses.look(KIR)).toMatchObject({
      state: 'under-construction',
      words: expect.stringContaining('matas inte längre: behandlingsbegränsningar'),
    });
    uses.lookAll();
    uses = started();
    expect(state()).toBe('under-construction');
    expect(kinds()).toEqual(['unit.put-in-use', 'unit.fell-back']);
  });

  it('of the same source put back by who took it out by mistake brings the unit back, and the ledger says so', async () => {
    await take();
    feeds = without('limits');
    uses.lookAll();
    feeds = [...without('limits'), feed('limits', false)];
    expect(state()).toBe('in-use');
    expect(kinds()).toEqual(['unit.put-in-use', 'unit.fell-back', 'unit.returned']);
  });

  it('of another source counts first when it has sent the part', async () => {
    await take();
    feeds = [...without('limits'), feed('limits', false, sourceId('annat'))];
    expect(state()).toBe('under-construction');
    feeds = [...without('limits'), feed('limits', true, sourceId('annat'))];
    expect(state()).toBe('in-use');
  });

  it('that begins ends the signature for its absence: withdrawn later, it is missed like any other', async () => {
    feeds = without('limits');
    await take('limits');
    feeds = without();
    expect(uses.look(KIR).parts.find(({ part }) => part === 'limits')).toMatchObject({ fed: 'fed', isSigned: false });
    expect(kinds()).toEqual(['unit.put-in-use', 'unit.absence-ended']);
    feeds = without('limits');
    expect(state()).toBe('under-construction');
    uses = started();
    expect(state()).toBe('under-construction');
    await take('limits');
    expect(state()).toBe('in-use');
  });
});

describe('a station that starts', () => {
  it('comes to the same from the ledger, whatever the clock said and in whichever order kinds are read', async () => {
    await take();
    now = 500;
    await uses.takeOut({ unit: KIR, reason: 'fel' }, HEAD);
    uses = started(entries.toReversed());
    expect(state()).toBe('under-construction');
  });

  it('takes nothing for an act whose content was erased', async () => {
    await take();
    uses = started(entries.map((draft) => ({ ...draft, body: {} })));
    expect(state()).toBe('under-construction');
  });

  it.each([
    ['that it was taken out', 'unit.taken-out'],
    ['that it was taken in use anew, with other things signed for', 'unit.put-in-use'],
    ['that a signed absence had ended', 'unit.absence-ended'],
  ])('is not in use when what says %s was erased, until its head presses anew', async (_, kind) => {
    await take();
    await uses.takeOut({ unit: KIR, reason: 'saknar allergier' }, HEAD);
    entries = entries.map((draft, index) => (index === 1 ? { ...draft, kind, body: {} } : draft));
    uses = started();
    expect(state()).toBe('under-construction');
    expect(uses.look(KIR).words).toContain('utplånat ur liggaren');
    await take();
    expect(state()).toBe('in-use');
    uses = started();
    expect(state()).toBe('in-use');
  });
});
