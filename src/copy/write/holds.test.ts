// A suspect source is held, and released or left out.

import type { List } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../domain/changes.ts';
import { ANNA, BERTIL, HOUR, LAB, MED1, MINUTE, resource, stay, TEN, type TestCopy, visit } from '../copy.fixture.ts';
import { onFreshCopy } from '../fresh-copy.fixture.ts';
import { laboratory } from '../laboratory.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

const { keysOf, feed, declare, fromLab } = laboratory(() => copy);

describe('§5.15 a suspect source can be held', () => {
  const hold = (more: object = {}) =>
    copy.command({ command: 'hold', source: LAB, by: 'it-1', reason: 'suspect', ...more });

  it('what comes is received and not shown, and every chart says since when', () => {
    declare();
    fromLab('R/1');
    hold();
    const heldAt = copy.wall;
    expect(fromLab('R/2', { at: heldAt + MINUTE }).outcome).toBe('held');
    expect(keysOf()).toEqual(['R/1']);
    expect(feed().heldSince).toBe(heldAt);
    expect(copy.reader.sources().find(({ source }) => source === LAB)).toMatchObject({
      holds: [{ by: 'it-1', reason: 'suspect' }],
      counts: { held: 1 },
      heard: { wallMs: copy.wall },
    });
  });

  it('the age of what is shown does not get younger by what is held', () => {
    declare();
    fromLab('R/1');
    const proof = feed().proof;
    hold();
    fromLab('R/2', { at: copy.wall + HOUR });
    expect(feed().proof).toEqual(proof);
  });

  it('released in order, everything is there as if it had never been held', () => {
    hold();
    fromLab('R/1', { eventAt: TEN });
    copy.send({ source: LAB, eventAt: TEN + 1, changes: [resource(ANNA, 'R/1', { text: 'newer', mode: 'replace' })] });
    const receivedAt = copy.wall;
    copy.command({ command: 'release', source: LAB, how: 'in-order', by: 'it-1' });
    expect(copy.chart(ANNA).parts.results.entries).toMatchObject([
      { resource: { code: { text: 'newer' } }, receivedAt },
    ]);
    expect(copy.reader.outcomes()).toEqual([]);
    expect(fromLab('R/2').outcome).toBe('applied');
  });

  it('left out, it never comes, stays told, and the source is no longer whole', () => {
    declare();
    copy.command({ command: 'full-load', source: LAB, parts: 'all-declared' });
    fromLab('R/0');
    expect(feed().fullyLoadedAt).not.toBeNull();
    hold();
    fromLab('R/1');
    copy.command({ command: 'release', source: LAB, how: 'leave-out', by: 'it-1' });
    expect(keysOf()).toEqual(['R/0']);
    expect(copy.reader.outcomes({ source: LAB })).toMatchObject([{ outcome: 'left-out' }]);
    expect(feed()).toMatchObject({ fullyLoadedAt: null, rebuiltAt: copy.wall, heldSince: null });
  });

  it('one part, or one unit, can be held alone', () => {
    copy.say(stay(BERTIL, 'admit', { unit: MED1 }, TEN));
    hold({ part: 'results', unit: MED1 });
    expect(fromLab('R/1').outcome).toBe('applied');
    expect(copy.send({ source: LAB, changes: [resource(BERTIL, 'R/2')] }).outcome).toBe('held');
    expect(copy.send({ source: LAB, changes: [resource(BERTIL, 'S/1', { part: 'orders' })] }).outcome).toBe('applied');
  });

  describe('also what names nobody, or stands in another part:', () => {
    const own = { keyScope: 'source' } as const;
    const deleted = (key: string) => copy.send({ source: LAB, changes: [{ kind: 'withdraw-key', key }] }).outcome;
    const allergy = (key: string, more: object = {}) =>
      resource(ANNA, key, {
        part: 'allergies',
        resource: { resourceType: 'AllergyIntolerance', patient: {} },
        ...own,
        ...more,
      });
    const nilknown: List = {
      resourceType: 'List',
      status: 'current',
      mode: 'snapshot',
      code: { coding: [{ system: 'http://loinc.org', code: '48765-2' }] },
      emptyReason: { coding: [{ code: 'nilknown' }] },
    };

    it('a held part loses nothing to a deletion by the source’s own key', () => {
      copy.send({ source: LAB, changes: [allergy('AllergyIntolerance/1'), resource(ANNA, 'R/1', own)] });
      hold({ part: 'allergies' });
      expect(deleted('AllergyIntolerance/1')).toBe('held');
      expect(deleted('R/1')).toBe('applied');
      expect(copy.chart(ANNA).parts.allergies.entries).toHaveLength(1);
    });

    it('a held part is not denied by a list that stands in another', () => {
      hold({ part: 'allergies' });
      const list = (more: Partial<List> = {}) =>
        copy.send({
          source: LAB,
          changes: [resource(ANNA, 'List/1', { part: 'other', resource: { ...nilknown, ...more } })],
        });
      expect(list().outcome).toBe('held');
      expect(list({ code: { coding: [{ system: 'http://loinc.org', code: '11450-4' }] } }).outcome).toBe('applied');
    });

    it('a held part loses nothing when what stands in it is said again as something else', () => {
      copy.send({ source: LAB, changes: [allergy('X/1')] });
      hold({ part: 'allergies' });
      expect(copy.send({ source: LAB, changes: [resource(ANNA, 'X/1', { part: 'other', ...own })] }).outcome).toBe(
        'held',
      );
      expect(copy.send({ source: LAB, changes: [resource(BERTIL, 'X/1', { part: 'other', ...own })] }).outcome).toBe(
        'held',
      );
    });

    it('a held unit loses neither what its patients have nor the patients', () => {
      const fhirVisit = { domain: `fhir:${LAB}`, id: 'e1' };
      const admitted = { ...stay(BERTIL, 'admit', { unit: MED1 }, TEN), visit: fhirVisit };
      copy.send({ source: LAB, changes: [admitted, resource(BERTIL, 'R/1', own), resource(ANNA, 'R/2', own)] });
      hold({ unit: MED1 });
      expect(deleted('R/1')).toBe('held');
      expect(deleted('Encounter/e1')).toBe('held');
      expect(deleted('R/2')).toBe('applied');
      const list = copy.reader.census(MED1);
      expect(JSON.stringify(list)).toContain(BERTIL.id);
    });

    it('a held stay is not moved to another, joined with another or removed with its person', () => {
      copy.send({ source: LAB, changes: [{ ...stay(BERTIL, 'admit', { unit: MED1 }, TEN), visit: visit('V1') }] });
      hold({ part: 'stay' });
      const tried: Change[] = [
        { kind: 'move-visit', from: BERTIL, to: ANNA, visit: visit('V1') },
        { kind: 'merge-visit', subject: BERTIL, survivor: visit('V2'), subsumed: visit('V1') },
        { kind: 'delete-person', subject: BERTIL },
      ];
      for (const change of tried) expect(copy.send({ source: LAB, changes: [change] }).outcome).toBe('held');
      expect(JSON.stringify(copy.reader.census(MED1))).toContain(BERTIL.id);
    });
  });
});
