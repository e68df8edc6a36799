// Results, orders, allergies and documents through corrections (knowledge c3.1, c3.7, c3.13; hazards H4, H5, H15, H16).

import { describe, expect, it } from 'vitest';
import { REPORT, report, valuesOf } from './answers.fixture.ts';
import { ANNA, BERTIL, HOUR, LAB, MINUTE, potassium, resource, TEN, type TestCopy } from './copy.fixture.ts';
import { onFreshCopy } from './fresh-copy.fixture.ts';

let copy: TestCopy;
onFreshCopy((fresh) => {
  copy = fresh;
});

describe('c3.7 the same again', () => {
  it('c3.7 content: the same content under another control id makes no new version, but older messages now stand back', () => {
    copy.send({ eventAt: TEN, changes: [report(potassium(4.1))] });
    const received = copy.wall;
    copy.send({ eventAt: TEN + HOUR, changes: [report(potassium(4.1))] });
    expect(copy.db.prepare('SELECT count(*) FROM fact WHERE key = ?').pluck().get(REPORT)).toBe(1);
    copy.send({ eventAt: TEN + MINUTE, changes: [report(potassium(9.9))] });
    expect(valuesOf(copy)).toEqual([['K', 'final', 4.1]]);
    expect(copy.chart(ANNA).parts.results.entries[0]?.receivedAt).toBe(received);
  });

  it('c3.7 content: a stay told again exactly makes no new version', () => {
    const admit = { kind: 'stay', subject: ANNA, visit: null, action: 'admit', fields: { bed: '1' }, at: TEN } as const;
    copy.say(admit);
    copy.say(admit);
    expect(copy.db.prepare('SELECT count(*) FROM fact').pluck().get()).toBe(1);
  });
});

describe('resources', () => {
  const order = (status: string, eventAt: number) =>
    copy.send({
      eventAt,
      changes: [
        resource(ANNA, 'ServiceRequest/1', {
          part: 'orders',
          resource: { resourceType: 'ServiceRequest', status, intent: 'order', subject: {} } as never,
          mode: 'replace',
        }),
      ],
    });
  const statuses = () =>
    copy.chart(ANNA).parts.orders.entries.map(({ resource: one }) => (one as { status?: string }).status);

  it('a newer version replaces, an older one is passed by', () => {
    order('active', TEN);
    order('completed', TEN + HOUR);
    order('active', TEN + MINUTE);
    expect(statuses()).toEqual(['completed']);
  });

  it('c3.6 c3.14 H8 a stop that comes late is a stop, whatever else of the order was said since', () => {
    const said = (minute: number, elements: object) =>
      copy.send({
        eventAt: TEN + minute * MINUTE,
        changes: [
          resource(ANNA, 'MedicationRequest/1', {
            part: 'medication-orders',
            resource: { resourceType: 'MedicationRequest', ...elements } as never,
          }),
        ],
      });
    const kept = () => copy.chart(ANNA).parts['medication-orders'].entries[0]?.resource;
    said(0, { status: 'active', dosageInstruction: [{ text: '5 mg' }] });
    said(40, { note: [{ text: 'kontrollera INR' }] });
    said(30, { status: 'stopped' });
    said(20, { dosageInstruction: [{ text: '2,5 mg' }] });
    expect(kept()).toMatchObject({ status: 'stopped', dosageInstruction: [{ text: '2,5 mg' }] });
    said(25, { status: 'active' });
    said(10, { dosageInstruction: [{ text: '7,5 mg' }] });
    expect(kept()).toMatchObject({ status: 'stopped', dosageInstruction: [{ text: '2,5 mg' }] });
  });

  it('merged elements replace and absent ones stay', () => {
    copy.say(resource(ANNA, 'S/1', { text: 'before', orderNumbers: { placer: 'P1' } }));
    copy.say(
      resource(ANNA, 'S/1', {
        resource: { resourceType: 'DiagnosticReport', status: 'amended' } as never,
        orderNumbers: { filler: 'F1' },
      }),
    );
    expect(copy.chart(ANNA).parts.results.entries).toMatchObject([
      { resource: { status: 'amended', code: { text: 'before' } }, orderNumbers: { placer: 'P1', filler: 'F1' } },
    ]);
  });

  it('a withdrawn document leaves view, is told, and stays away', () => {
    copy.say(resource(ANNA, 'D/1', { part: 'notes', text: 'Epikris' }));
    copy.say(resource(ANNA, 'D/1', { part: 'notes', text: 'Epikris', mode: 'withdraw', state: 'withdrawn' }));
    copy.send({ eventAt: TEN, changes: [resource(ANNA, 'D/1', { part: 'notes', text: 'Epikris' })] });
    expect(copy.chart(ANNA).parts.notes.entries).toEqual([]);
    expect(copy.chart(ANNA).notices).toMatchObject([{ kind: 'document-withdrawn', detail: 'Epikris', part: 'notes' }]);
  });

  it("a server's resource that is moved to the right person leaves the wrong one in the same message", () => {
    copy.say(resource(ANNA, 'Observation/55', { keyScope: 'source' }));
    copy.say(resource(BERTIL, 'Observation/55', { keyScope: 'source' }));
    expect(copy.chart(ANNA).parts.results.entries).toEqual([]);
    expect(copy.chart(ANNA).notices.map(({ kind }) => kind)).toEqual(['value-withdrawn']);
    expect(copy.chart(BERTIL).parts.results.entries).toHaveLength(1);
    copy.say({ kind: 'withdraw-key', key: 'Observation/55' });
    expect(copy.chart(BERTIL).parts.results.entries).toEqual([]);
  });

  it('one source never writes what another has said', () => {
    copy.say(resource(ANNA, 'R/1', { text: 'from the journal' }));
    copy.send({ source: LAB, changes: [resource(ANNA, 'R/1', { text: 'from the lab', mode: 'replace' })] });
    copy.send({ source: LAB, changes: [resource(ANNA, 'R/1', { mode: 'withdraw', state: 'withdrawn' })] });
    expect(copy.chart(ANNA).parts.results.entries).toMatchObject([
      { resource: { code: { text: 'from the journal' } } },
    ]);
  });
});
