// An order that ended never stands as if it held, however its source numbers its orders; and none is ended that nobody ended
// (knowledge c3.14, hazard H8). Read by the real reader, applied by the real writer, shown as the chart shows it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeChart } from '../src/domain/chart/compose.ts';
import { ANNA, BERTIL } from '../src/server/anna.fixture.ts';
import { ServedCopy } from '../src/server/server.fixture.ts';

let copy: ServedCopy;
let sent = 0;
beforeEach(() => {
  copy = new ServedCopy();
  sent = 0;
});
afterEach(() => copy.close());

const pid = (id: string) => `PID|1||${id}^^^SKV||Lind^Karin||18900101|F`;
/** A message of the record system at this minute past eight. */
function say(minute: number, type: string, ...lines: readonly string[]) {
  sayOf(ANNA.id, minute, type, ...lines);
}
function sayOf(id: string, minute: number, type: string, ...lines: readonly string[]) {
  sent += 1;
  const at = `2026112208${String(minute).padStart(2, '0')}00`;
  const head = `MSH|^~\\&|JOURNAL|HUS|RK|RK|${at}||${type}|S${sent}|P|2.5|||||SWE|UNICODE UTF-8`;
  expect(copy.hl7('journal', head, pid(id), ...lines).outcome).toBe('applied');
}
const order = (minute: number, ...lines: readonly string[]) => say(minute, 'RDE^O11', ...lines);
const drug = (name: string) => `RXE||^${name}|5||mg`;

function chart() {
  const key = copy.reader.find(ANNA);
  const read = key === null ? null : copy.reader.patient(key);
  if (read === null) throw new Error('no chart');
  return composeChart(read, copy.now, { unitNames: {}, sourceNames: {} });
}
function medicines(): string[] {
  const view = chart().blocks.find(({ view: one }) => one?.kind === 'medication')?.view;
  if (view?.kind !== 'medication') throw new Error('no medicines');
  return view.rows.map(({ substance, group }) => `${substance} ${group}`).sort();
}
const status = (substance: string): string => {
  const view = chart().blocks.find(({ view: one }) => one?.kind === 'medication')?.view;
  return view?.kind === 'medication' ? (view.rows.find((row) => row.substance === substance)?.status ?? '') : '';
};

describe('c3.14 H8 a stopped medicine', () => {
  it('of several with one number is stopped, and the others stand', () => {
    order(0, 'ORC|NW|P1^J', drug('Alvedon'), drug('Waran'));
    order(30, 'ORC|DC|P1^J', drug('Waran'));
    expect(medicines()).toEqual(['Alvedon scheduled', 'Waran stopped']);
  });

  it('is found with its namespace or without', () => {
    order(0, 'ORC|NW|P1^J', drug('Waran'));
    order(1, 'ORC|NW|P2', drug('Alvedon'));
    order(30, 'ORC|DC|P1', drug('Waran'));
    order(31, 'ORC|DC|P2^J');
    expect(medicines()).toEqual(['Alvedon stopped', 'Waran stopped']);
  });

  it("is found by the filler's number alone, also when the stop came first", () => {
    order(40, 'ORC|DC||F1^PH');
    order(0, 'ORC|NW|P1^J|F1^PH', drug('Waran'));
    expect(medicines()).toEqual(['Waran stopped']);
  });

  it('stopped by the pharmacy’s own number is one order, with what it was; of another source or shared, that number joins nothing', () => {
    order(0, 'ORC|NW|P1|A9', drug('Waran'));
    order(30, 'ORC|DC||A9');
    expect(medicines()).toEqual(['Waran stopped']);
    const view = chart().blocks.find(({ view: one }) => one?.kind === 'medication')?.view;
    expect(view?.kind === 'medication' ? view.rows[0]?.schedule : '').toContain('5 mg');
    order(0, 'ORC|NW|P2|B7', drug('Alvedon'));
    order(1, 'ORC|NW|P3|B7', drug('Heparin'));
    copy.hl7(
      'pharmacy',
      'MSH|^~\\&|PHARM|HUS|RK|RK|20261122084000||RDE^O11|X1|P|2.5',
      pid(ANNA.id),
      'ORC|DC||B7',
      drug('Alvedon'),
    );
    expect(medicines()).toEqual(expect.arrayContaining(['Alvedon scheduled', 'Heparin scheduled', 'Waran stopped']));
  });

  it('ordered anew since by both numbers is not stopped by an older word', () => {
    order(10, 'ORC|DC||A9');
    order(30, 'ORC|NW|P1|A9', drug('Waran'));
    expect(medicines()).toEqual(['Waran scheduled']);
  });

  it.each([
    ['by the same number', 'ORC|RP|P1^J', 'ORC|RO|P1^J'],
    ['by the same number, the old one unnamed', 'ORC|RP|P1^J|', 'ORC|RO|P1^J', 'unnamed'],
    ["by the placer's number with another of the filler's", 'ORC|RU|P1^J|F1^PH', 'ORC|RO|P1^J|F2^PH'],
    ['by another number', 'ORC|RP|P1^J', 'ORC|RO|P2^J'],
  ] as const)('replaced %s is stopped, and its replacement stands', (_, old, fresh, isUnnamed?: string) => {
    order(0, 'ORC|NW|P1^J|F1^PH', drug('Waran'));
    order(30, old, ...(isUnnamed === undefined ? [drug('Waran')] : []), fresh, drug('Heparin'));
    expect(medicines()).toEqual(['Heparin scheduled', 'Waran stopped']);
  });

  it('replaced by an order alone says by what', () => {
    order(0, 'ORC|NW|P1^J', drug('Waran'));
    order(30, 'ORC|RO|P1^J', drug('Heparin'));
    expect(medicines()).toEqual(['Heparin scheduled', 'Waran stopped']);
    expect(status('Waran')).toContain('Ersatt av ny beställning: Heparin');
  });

  it('that was changed under its number is the one order, by the name it has now', () => {
    order(0, 'ORC|NW|P1^J', drug('Waran'));
    order(30, 'ORC|XO|P1^J', drug('Warfarin Orion'));
    expect(medicines()).toEqual(['Warfarin Orion scheduled']);
  });

  it('is stopped under the number that survived a merge as well', () => {
    sayOf(BERTIL.id, 0, 'RDE^O11', 'ORC|NW|P1^J', drug('Waran'));
    say(10, 'ADT^A40', `MRG|${BERTIL.id}^^^SKV`);
    order(30, 'ORC|DC|P1');
    expect(medicines()).toEqual(['Waran stopped']);
  });
});

describe('c3.14 H8 what cannot be told apart', () => {
  it('is in doubt, each of them: a number that stands for two is stopped without saying which', () => {
    order(0, 'ORC|NW|P1^J', drug('Alvedon'), drug('Waran'));
    order(30, 'ORC|DC|P1^J');
    expect(medicines()).toEqual(['Alvedon unclear', 'Waran unclear']);
    expect(status('Waran')).toContain('en order med samma nummer har avslutats');
    // Each is clear again when it is said.
    order(31, 'ORC|DC|P1^J', drug('Waran'));
    order(32, 'ORC|OK|P1^J', drug('Alvedon'));
    expect(medicines()).toEqual(['Alvedon scheduled', 'Waran stopped']);
  });

  it('is in doubt: two systems number alike and the stop leaves out whose number it is', () => {
    order(0, 'ORC|NW|P1^J', drug('Waran'));
    order(1, 'ORC|NW|P1^X', drug('Heparin'));
    order(30, 'ORC|DC|P1');
    expect(medicines()).toEqual(['Heparin unclear', 'Waran unclear']);
  });

  it('is in doubt although the stop names the medicine, where both systems number it alike', () => {
    order(0, 'ORC|NW|P1^J', drug('Waran'));
    order(1, 'ORC|NW|P1^X', drug('Waran'));
    order(30, 'ORC|DC|P1', drug('Waran'));
    expect(medicines()).toEqual(['Waran stopped', 'Waran unclear', 'Waran unclear']);
  });

  it('is told apart by whose number it is: one is stopped, the other stands', () => {
    order(0, 'ORC|NW|P1^J', drug('Waran'));
    order(1, 'ORC|NW|P1^X', drug('Waran'));
    order(30, 'ORC|DC|P1^X', drug('Waran'));
    expect(medicines()).toEqual(['Waran scheduled', 'Waran stopped']);
  });

  it('is not put in doubt by one more of a round whose medicines share their number', () => {
    order(0, 'ORC|NW|P1^J', drug('Alvedon'), drug('Waran'));
    order(30, 'ORC|NW|P1^J', drug('Heparin'));
    expect(medicines()).toEqual(['Alvedon scheduled', 'Heparin scheduled', 'Waran scheduled']);
  });

  it('is in doubt, and never stopped: a stop of the number names another medicine', () => {
    order(0, 'ORC|NW|P1^J', drug('Waran'));
    order(30, 'ORC|DC|P1^J', drug('Heparin'));
    expect(medicines()).toEqual(['Heparin stopped', 'Waran unclear']);
  });

  it('is in doubt, and never gone: another message gives the number to another medicine', () => {
    order(0, 'ORC|NW|P1^J', drug('Waran'));
    order(30, 'ORC|NW|P1^J', drug('Heparin'));
    expect(medicines()).toEqual(['Heparin scheduled', 'Waran unclear']);
  });

  it('touches no order of another number and none of another patient', () => {
    sayOf(BERTIL.id, 0, 'RDE^O11', 'ORC|NW|P1^J', drug('Waran'));
    order(0, 'ORC|NW|P10^J', drug('Waran'));
    order(30, 'ORC|DC|P1^J', drug('Waran'));
    expect(medicines()).toContain('Waran scheduled');
    const other = copy.reader.patient(copy.reader.find(BERTIL) ?? ('' as never));
    expect(other?.parts['medication-orders'].entries[0]?.resource).toMatchObject({ status: 'active' });
  });
});

describe('c3.14 orders of examinations', () => {
  const ask = (minute: number, ...lines: readonly string[]) => say(minute, 'ORM^O01', ...lines);
  const orders = () =>
    (copy.reader.patient(copy.reader.find(ANNA) ?? ('' as never))?.parts.orders.entries ?? [])
      .map(({ resource }) => resource as { code?: { text?: string }; status?: string })
      .map(({ code, status: one }) => `${code?.text} ${one}`)
      .sort();

  it('one of a referral cancelled leaves the others, whichever message they came in', () => {
    ask(0, 'ORC|NW|P1^J', 'OBR|1|P1^J||^B-Hb', 'ORC|NW|P1^J', 'OBR|2|P1^J||^P-CRP');
    ask(1, 'ORC|NW|P1^J', 'OBR|3|P1^J||^P-Troponin');
    ask(30, 'ORC|OC|P1^J', 'OBR|1|P1^J||^B-Hb');
    expect(orders()).toEqual(['B-Hb revoked', 'P-CRP active', 'P-Troponin active']);
  });

  it('a referral cancelled without naming its tests puts them in doubt', () => {
    ask(0, 'ORC|NW|P1^J', 'OBR|1|P1^J||^B-Hb', 'ORC|NW|P1^J', 'OBR|2|P1^J||^P-CRP');
    ask(30, 'ORC|OC|P1^J');
    expect(orders()).toEqual(['B-Hb unknown', 'P-CRP unknown']);
  });
});

describe('a booked operation that is cancelled', () => {
  const siu = (minute: number, event: string, numbers: string, ...lines: readonly string[]) =>
    say(minute, `SIU^${event}`, `SCH|${numbers}|||||^Buköppning|||||^^60^202611231200`, ...lines);
  const theatre = ['RGS|1|A', 'AIL|1|A|OP^1^1||||202611231200'];
  const booked = (part: 'surgery' | 'visits') =>
    (copy.reader.patient(copy.reader.find(ANNA) ?? ('' as never))?.parts[part].entries ?? []).map(
      ({ resource }) => (resource as { status?: string }).status,
    );

  it('is cancelled also when it was asked for before the scheduling system numbered it', () => {
    siu(0, 'S12', 'S1^J|', ...theatre);
    siu(30, 'S15', 'S1^J|F9^J');
    expect([booked('surgery'), booked('visits')]).toEqual([['cancelled'], []]);
  });

  it('stays among the operations when its cancellation names no theatre', () => {
    siu(0, 'S12', 'S1^J|F9^J', ...theatre);
    siu(30, 'S15', 'S1^J|F9^J');
    expect([booked('surgery'), booked('visits')]).toEqual([['cancelled'], []]);
  });

  it('is none of the other bookings the asker gave the same number', () => {
    siu(0, 'S12', 'S1^J|F1^J', ...theatre);
    siu(1, 'S12', 'S1^J|F2^J', ...theatre);
    siu(30, 'S15', 'S1^J|F2^J');
    expect(booked('surgery').sort()).toEqual(['booked', 'cancelled']);
  });
});
