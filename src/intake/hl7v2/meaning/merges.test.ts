import { describe, expect, it } from 'vitest';
import type { Change } from '../../../domain/changes.ts';
import { event, header, KARIN, only, PERSONNUMMER_OID, pid, pv1, read, YUSUF } from './adt-fixture.ts';

const karin = { domain: PERSONNUMMER_OID, id: KARIN };
const yusuf = { domain: PERSONNUMMER_OID, id: YUSUF };
const local = (id: string) => ({ domain: 'source:journal/SJH', id });

/** Everything but what the message says of the persons. */
const moves = (segments: readonly string[]): readonly Change[] | string => {
  const reading = read(segments);
  return reading.outcome === 'understood'
    ? reading.changes.filter(({ kind }) => kind !== 'person')
    : (reading.reason ?? reading.outcome);
};

describe('c3.3 merge: two numbers are one person', () => {
  it.each(['A18', 'A30', 'A34', 'A36', 'A39', 'A40', 'A46', 'A47'])(
    '%s: PID stays, MRG-1 goes, nothing is moved',
    (code) => {
      expect(moves(event(code, `MRG|${YUSUF}^^^SKV`))).toEqual([{ kind: 'merge', survivor: karin, subsumed: yusuf }]);
    },
  );

  it('every number of the one who goes leads to the survivor, except one they share', () => {
    const both = `PID|1||${KARIN}^^^SKV~4711^^^SJH`;
    expect(moves([header('ADT^A40'), 'EVN|A40', both, `MRG|${KARIN}^^^SKV~4712^^^SJH~98240301AA06^^^NRID`])).toEqual([
      { kind: 'merge', survivor: karin, subsumed: local('4712') },
      { kind: 'merge', survivor: karin, subsumed: { domain: '1.2.752.74.9.1', id: '98240301AA06' } },
    ]);
  });

  it('several merges in one message are each their own pair', () => {
    const second = '189001039800';
    expect(moves([...event('A40', 'MRG|4712^^^SJH'), pid(YUSUF), `MRG|${second}^^^SKV`])).toEqual([
      { kind: 'merge', survivor: karin, subsumed: local('4712') },
      { kind: 'merge', survivor: yusuf, subsumed: { domain: PERSONNUMMER_OID, id: second } },
    ]);
  });

  it('a number without authority in MRG is of the survivor’s series it has the shape of', () => {
    const both = `PID|1||${KARIN}^^^SKV~4711^^^SJH`;
    const merged = (mrg: string) => moves([header('ADT^A40'), 'EVN|A40', both, mrg]);
    expect(merged(`MRG|${YUSUF}`)).toEqual([{ kind: 'merge', survivor: karin, subsumed: yusuf }]);
    expect(merged('MRG|4712')).toEqual([{ kind: 'merge', survivor: karin, subsumed: local('4712') }]);
    // Two local series: which one cannot be told, so it is the source's bare number.
    const three = `${both}~9^^^LAB`;
    expect(moves([header('ADT^A40'), 'EVN|A40', three, 'MRG|4712'])).toEqual([
      { kind: 'merge', survivor: karin, subsumed: { domain: 'source:journal', id: '4712' } },
    ]);
  });

  it('a person with himself, or with nobody, is set aside', () => {
    expect(moves(event('A40', `MRG|${KARIN}^^^SKV`))).toBe('merge without two different patient numbers');
    expect(moves(event('A40', 'MRG|'))).toBe('merge without two different patient numbers');
    expect(moves(event('A40'))).toBe('merge or move without MRG');
    expect(moves([header('ADT^A40'), 'EVN|A40', pid(''), `MRG|${YUSUF}^^^SKV`])).toBe('no usable patient identifier');
  });

  it('the older external number in MRG-4 stands in where MRG-1 is empty', () => {
    expect(moves(event('A39', 'MRG||||E99'))).toEqual([
      { kind: 'merge', survivor: karin, subsumed: { domain: 'source:journal/PID-2', id: 'E99' } },
    ]);
  });
});

describe('numbers of accounts and visits', () => {
  const withAccount = `PID|1||${KARIN}^^^SKV${'|'.repeat(15)}K2`;
  const account = (id: string) => ({ domain: 'source:journal/PID-18', id });

  it.each(['A35', 'A41', 'A49'])('%s: one account becomes another', (code) => {
    expect(moves([header(`ADT^${code}`), `EVN|${code}`, withAccount, `MRG|${KARIN}^^^SKV||K1`])).toEqual([
      { kind: 'merge-visit', subject: karin, survivor: account('K2'), subsumed: account('K1') },
    ]);
  });

  it.each(['A42', 'A50'])('%s: one visit becomes another', (code) => {
    expect(moves(event(code, `MRG|${KARIN}^^^SKV||||V0^^^SJH`, pv1('KIR2')))).toEqual([
      { kind: 'merge-visit', subject: karin, survivor: local('V1'), subsumed: local('V0') },
    ]);
  });

  it('a number that becomes itself is set aside', () => {
    expect(moves(event('A42', 'MRG|||||V1^^^SJH', pv1('KIR2')))).toBe('merge without two different visit numbers');
  });
});

describe('c3.4 moves and partings repair what was registered on the wrong person', () => {
  it('A43 moves what the source has on a number, A44 an account, A45 a visit', () => {
    expect(moves(event('A43', `MRG|${YUSUF}^^^SKV`))).toEqual([
      { kind: 'move-visit', from: yusuf, to: karin, visit: null },
    ]);
    expect(moves(event('A44', `MRG|${YUSUF}^^^SKV||K1`))).toEqual([
      {
        kind: 'move-visit',
        from: yusuf,
        to: karin,
        visit: { domain: 'source:journal/PID-18', id: 'K1' },
        isAccount: true,
      },
    ]);
    expect(moves(event('A45', `MRG|${YUSUF}^^^SKV||||V1^^^SJH`, pv1('KIR2')))).toEqual([
      { kind: 'move-visit', from: yusuf, to: karin, visit: local('V1') },
    ]);
  });

  it('A45 moves several visits, each renumbered or not', () => {
    const mrg = (visit: string) => `MRG|${YUSUF}^^^SKV||||${visit}^^^SJH`;
    expect(moves(event('A45', mrg('V8'), pv1('KIR2', 'V9'), mrg('V1'), pv1('KIR2')))).toEqual([
      { kind: 'move-visit', from: yusuf, to: karin, visit: local('V8') },
      { kind: 'merge-visit', subject: karin, survivor: local('V9'), subsumed: local('V8') },
      { kind: 'move-visit', from: yusuf, to: karin, visit: local('V1') },
    ]);
  });

  it('A45 within one patient only gives the visit another account', () => {
    const withAccount = `PID|1||${KARIN}^^^SKV${'|'.repeat(15)}K2`;
    const reading = read([header('ADT^A45'), 'EVN|A45', withAccount, `MRG|${KARIN}^^^SKV||K1||V1^^^SJH`, pv1('KIR2')]);
    expect(only(reading, 'stay')).toMatchObject({ action: 'update', visit: local('V1'), fields: { account: 'K2' } });
  });

  it('a move without its number, or from nobody, is set aside', () => {
    expect(moves(event('A45', `MRG|${YUSUF}^^^SKV`))).toBe('move of a visit without its number');
    expect(moves(event('A43', `MRG|${KARIN}^^^SKV`))).toBe('move without two different patient numbers');
  });

  it('A24 links and moves nothing', () => {
    expect(moves([...event('A24'), pid(YUSUF)])).toEqual([{ kind: 'link', a: karin, b: yusuf }]);
    expect(moves([...event('A24'), pid(KARIN)])).toBe('link without two different patients');
  });

  it('A37 parts them, and takes back every merge of the two in either direction', () => {
    const withLocal = `PID|2||${YUSUF}^^^SKV~4712^^^SJH`;
    expect(moves([...event('A37'), withLocal])).toEqual([
      { kind: 'unlink', a: karin, b: yusuf },
      { kind: 'unmerge', survivor: karin, subsumed: yusuf },
      { kind: 'unmerge', survivor: karin, subsumed: local('4712') },
      { kind: 'unmerge', survivor: yusuf, subsumed: karin },
    ]);
  });
});
