// A dose that was not given never stands as given, however its order's numbers are written when it is taken back or corrected; and
// no other dose leaves for it (knowledge c3.14, hazard H6). Read by the real reader, applied by the real writer, shown as the chart
// shows it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeChart } from '../src/domain/chart/compose.ts';
import { ANNA } from '../src/server/anna.fixture.ts';
import { ServedCopy } from '../src/server/server.fixture.ts';

let copy: ServedCopy;
let sent = 0;
beforeEach(() => {
  copy = new ServedCopy();
  sent = 0;
});
afterEach(() => copy.close());

function say(minute: number, type: string, ...lines: readonly string[]) {
  sent += 1;
  const at = `2026112208${String(minute).padStart(2, '0')}00`;
  const head = `MSH|^~\\&|JOURNAL|HUS|RK|RK|${at}||${type}|S${sent}|P|2.5|||||SWE|UNICODE UTF-8`;
  const person = `PID|1||${ANNA.id}^^^SKV||Lind^Karin||18900101|F`;
  expect(copy.hl7('journal', head, person, ...lines).outcome).toBe('applied');
}
const order = (...lines: readonly string[]) => say(0, 'RDE^O11', ...lines);
/** RXA-20 completion, RXA-21 what is done with the record. */
const dose = (at: string, drug: string, action: 'A' | 'U' | 'D', amount = '5', number = '1') =>
  `RXA|0|${number}|20261122${at}00||^${drug}|${amount}|mg|||||||||||||CP|${action}`;
const given = (minute: number, orc: string, ...doses: readonly string[]) => say(minute, 'RAS^O17', orc, ...doses);

function told(): Record<string, readonly string[]> {
  const key = copy.reader.find(ANNA);
  const read = key === null ? null : copy.reader.patient(key);
  if (read === null) throw new Error('no chart');
  const chart = composeChart(read, copy.now, { unitNames: {}, sourceNames: {} });
  const view = chart.blocks.find(({ view: one }) => one?.kind === 'medication')?.view;
  if (view?.kind !== 'medication') throw new Error('no medicines');
  expect(view.dosesWithoutOrder).toEqual([]);
  return Object.fromEntries(
    view.rows.map(({ substance, doses }) => [substance, doses.map((one) => `${one.time.text} ${one.dose}`)]),
  );
}

describe('c3.14 H6 a dose that is taken back', () => {
  it.each([
    ['without the namespace', 'ORC|RE|P1|F1'],
    ["by the filler's number alone", 'ORC|RE||F1^PH'],
    ["by the placer's number alone", 'ORC|RE|P1^J'],
  ])('%s is gone, and the others stand', (_, orc) => {
    order('ORC|NW|P1^J|F1^PH', 'RXE||^Morfin|5||mg');
    given(1, 'ORC|RE|P1^J|F1^PH', dose('0700', 'Morfin', 'A'));
    given(2, 'ORC|RE|P1^J|F1^PH', dose('0730', 'Morfin', 'A'));
    given(3, orc, dose('0730', 'Morfin', 'D'));
    expect(told()).toEqual({ Morfin: ['07:00 5\u00a0mg'] });
  });

  it('without its drug being named is gone', () => {
    order('ORC|NW|P1^J', 'RXE||^Morfin|5||mg');
    given(1, 'ORC|RE|P1^J', dose('0700', 'Morfin', 'A'));
    given(2, 'ORC|RE|P1', dose('0700', '', 'D'));
    expect(told()).toEqual({ Morfin: [] });
  });

  it('before it came never stands', () => {
    order('ORC|NW|P1^J|F1^PH', 'RXE||^Morfin|5||mg');
    given(3, 'ORC|RE||F1^PH', dose('0730', 'Morfin', 'D'));
    given(2, 'ORC|RE|P1^J|F1^PH', dose('0730', 'Morfin', 'A'));
    expect(told()).toEqual({ Morfin: [] });
  });

  it('alone, of two that came together, is gone', () => {
    order('ORC|NW|P1^J', 'RXE||^Morfin|5||mg');
    given(1, 'ORC|RE|P1^J', dose('0700', 'Morfin', 'A'), dose('0730', 'Morfin', 'A'));
    given(2, 'ORC|RE|P1', dose('0730', 'Morfin', 'D'));
    expect(told()).toEqual({ Morfin: ['07:00 5\u00a0mg'] });
  });

  it('or corrected under its number written otherwise is told once, as corrected', () => {
    order('ORC|NW|P1^J|F1^PH', 'RXE||^Morfin|5||mg');
    given(1, 'ORC|RE|P1^J|F1^PH', dose('0700', 'Morfin', 'A'));
    given(2, 'ORC|RE||F1^PH', dose('0700', 'Morfin', 'U', '2.5'));
    expect(told()).toEqual({ Morfin: ['07:00 2,5\u00a0mg'] });
    given(3, 'ORC|RE|P1', dose('0700', 'Morfin', 'D'));
    expect(told()).toEqual({ Morfin: [] });
  });

  it.each([
    ['of another namespace', 'ORC|RE|P1^X', 'Morfin'],
    ['of another drug', 'ORC|RE|P1', 'Alvedon'],
  ])('takes no dose along that is %s', (_, orc, drug) => {
    order('ORC|NW|P1^J', 'RXE||^Morfin|5||mg');
    given(1, 'ORC|RE|P1^J', dose('0700', 'Morfin', 'A'));
    given(2, orc, dose('0700', drug, 'D'));
    expect(told()).toEqual({ Morfin: ['07:00 5\u00a0mg'] });
  });

  it('is told apart by the number it was given', () => {
    order('ORC|NW|P1^J', 'RXE||^Morfin|5||mg');
    given(1, 'ORC|RE|P1^J', dose('0700', 'Morfin', 'A', '5', '2'), dose('0700', 'Morfin', 'A', '10', '3'));
    given(2, 'ORC|RE|P1', dose('0700', 'Morfin', 'D', '10', '3'));
    expect(told()).toEqual({ Morfin: ['07:00 5\u00a0mg'] });
  });
});
