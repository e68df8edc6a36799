import { describe, expect, it } from 'vitest';
import { partState } from './age.ts';
import { DAY_MS, HOUR_MS, NOW_MS, stay } from './chart/chart.fixture.ts';
import { sourceId, unitId } from './identity.ts';
import { type WhereContext, whereWords } from './whereabouts.ts';

const heard = { part: 'stay', state: 'fresh', short: '11:19', words: 'Per 11:19.', feeds: [] } as const;
const silent = { ...heard, state: 'silent', short: 'Tyst sedan 04:10' } as const;
const context = (change: Partial<WhereContext> = {}): WhereContext => ({
  unitName: (unit) => (unit === 'K2' ? 'Kirurgavdelning 2' : unit),
  census: heard,
  nowMs: NOW_MS,
  isProtected: false,
  ...change,
});

describe('var är patienten', () => {
  it('unit, bed, since when, and how old that is', () => {
    expect(whereWords(stay(), context())).toEqual({
      place: 'Kirurgavdelning 2, plats 1:1',
      since: expect.stringMatching(/^inskriven sön 15\/11 11:20, enligt uppgift från mån 16\/11 11:20$/),
      age: 'Beläggningen per 11:19',
      doubts: [],
    });
  });

  it('where the stays are silent, the patient may have moved since they were last told of', () => {
    const { age, doubts } = whereWords(stay(), context({ census: silent }));
    expect(age).toBe('Beläggningen tyst sedan 04:10');
    expect(doubts).toEqual(['Kan ha flyttat eller skrivits ut efter mån 16/11 11:20.']);
    expect(whereWords(stay(), context({ census: partState('stay', []) })).doubts).toHaveLength(1);
  });

  it('what is not known is said, each by itself', () => {
    const odd = stay({
      unit: null,
      bed: null,
      bedConflict: true,
      unlistedAt: NOW_MS - HOUR_MS,
      source: sourceId('unknown:x'),
    });
    const { place, doubts } = whereWords(odd, context());
    expect(place).toContain('enhet ej angiven');
    expect(doubts.join(' ')).toMatch(
      /okänd avsändare.*Enheten är inte angiven.*Sängen är inte angiven.*Två patienter.*Saknades i källans/,
    );
  });

  it('expected, on leave, moving, gone: each in its own words', () => {
    const words = (change: Parameters<typeof stay>[0]) => {
      const { place, since } = whereWords(stay(change), context());
      return `${place} | ${since}`;
    };
    expect(words({ status: 'planned', expectedAdmitAt: NOW_MS + DAY_MS })).toMatch(
      /^Väntas till Kirurgavdelning 2 \| väntas /,
    );
    expect(words({ status: 'on-leave', leaveSince: NOW_MS - HOUR_MS })).toMatch(/\| på permission sedan 10:20/);
    expect(words({ plannedUnit: unitId('IVA') })).toMatch(/ska flyttas till IVA/);
    expect(words({ status: 'discharged', dischargedAt: NOW_MS - HOUR_MS })).toMatch(
      /^Utskriven från .* \| utskriven 10:20/,
    );
    expect(words({ status: 'unknown' })).toMatch(/^Oklart om inne: /);
  });

  it('nobody is said to be nowhere, and of protected identity nothing is told', () => {
    expect(whereWords(null, context())).toMatchObject({
      place: 'Inte inne enligt kopian',
      doubts: [expect.stringContaining('inte visas för dig')],
    });
    expect(JSON.stringify(whereWords(null, context({ isProtected: true })))).not.toMatch(/inne|Kirurg/);
  });
});
