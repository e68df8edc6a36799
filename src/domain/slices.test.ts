import { describe, expect, it } from 'vitest';
import { joinSlices } from './slices.ts';

describe('lists said in several fields', () => {
  it('a phone at home told anew leaves the phone at work', () => {
    const kept = { telecom: ['home 2'], 'telecom:home': ['home 2'], 'telecom:work': ['work'], gender: 'female' };
    expect(joinSlices(kept)).toEqual({ telecom: ['home 2', 'work'], gender: 'female' });
  });

  it('a deleted slice adds nothing, and when all are deleted the list is', () => {
    expect(joinSlices({ 'telecom:home': null, 'telecom:work': ['work'] })).toEqual({ telecom: ['work'] });
    expect(joinSlices({ telecom: ['old'], 'telecom:home': null })).toEqual({ telecom: null });
  });

  it('a list that came whole stays as it came', () => {
    expect(joinSlices({ telecom: ['a'], name: null })).toEqual({ telecom: ['a'], name: null });
  });
});
