import { describe, expect, it } from 'vitest';
import { bookedUnitReference } from '../booking.ts';
import {
  DAY_MS,
  entry,
  HOUR_MS,
  JOURNAL,
  NOW_MS,
  now,
  partOf,
  patientCopy,
  stay,
  stringsOf,
} from '../chart/chart.fixture.ts';
import { composeChart } from '../chart/compose.ts';
import { type UnitId, unitId } from '../identity.ts';
import type { Stay } from '../patient-copy.ts';
import type { CensusRow } from '../unit-list/census-row.ts';
import { type Block, BOOKED_NOWHERE, shownRow, stepBefore, type Withholding, withoutBlocked } from './steps.ts';

const KIR = unitId('KIR2');
const MED = unitId('MED1');
const PSYK = unitId('PSYK');

const reader = (units: readonly UnitId[], blocks: readonly Block[] = [], isEverywhere = false): Withholding => ({
  reader: { units: new Set(units), isEverywhere },
  sensitive: new Set([PSYK]),
  blocks,
});
const on = (unit: UnitId, change: Partial<Stay> = {}): Stay => stay({ unit, ...change });
const left = (unit: UnitId, days: number): Stay =>
  on(unit, {
    status: 'discharged',
    admittedAt: NOW_MS - (days + 2) * DAY_MS,
    dischargedAt: NOW_MS - days * DAY_MS,
    changedAt: NOW_MS - days * DAY_MS,
  });
const NOTHING = { isChosen: false, isEmergency: false };
const CHOSEN = { isChosen: true, isEmergency: false };
const step = (stays: readonly Stay[], who: Withholding, opening = NOTHING) =>
  stepBefore({ stays, bookings: BOOKED_NOWHERE }, who, opening, NOW_MS);

describe('three steps, never mixed', () => {
  it.each<[string, Stay]>([
    ['lies there', on(KIR)],
    ['is on leave', on(KIR, { status: 'on-leave' })],
    ['is expected there', on(MED, { plannedUnit: KIR })],
    ['left it yesterday', left(KIR, 1)],
  ])('one’s own unit’s patient is opened directly: who %s', (_, one) => {
    expect(step([one], reader([KIR]))).toMatchObject({ step: 'open', isWithholding: false });
  });

  it.each<[string, Stay[]]>([
    ['lies elsewhere', [on(MED)]],
    ['left one’s unit a week ago', [left(KIR, 7)]],
    ['is only known by a number', []],
    ['was never to come', [on(KIR, { status: 'cancelled' })]],
  ])('an active choice is asked for, and is enough, of a patient who %s', (_, stays) => {
    expect(step(stays, reader([KIR]))).toEqual({ step: 'choice' });
    expect(step(stays, reader([KIR]), CHOSEN)).toMatchObject({ step: 'open', isWithholding: false });
  });

  it('an active choice never opens what is blocked', () => {
    expect(step([on(PSYK)], reader([KIR]), CHOSEN)).toEqual({ step: 'emergency' });
    expect(step([on(MED)], reader([KIR], [{ unit: 'all' }]), CHOSEN)).toEqual({ step: 'emergency' });
    expect(step([on(PSYK)], reader([KIR]), { isChosen: false, isEmergency: true })).toMatchObject({
      step: 'open',
      isWithholding: false,
    });
  });

  it('a role for every unit does not open a sensitive unit, a role there does', () => {
    expect(step([on(MED)], reader([], [], true))).toMatchObject({ step: 'open', isWithholding: false });
    expect(step([on(PSYK)], reader([], [], true))).toEqual({ step: 'emergency' });
    expect(step([on(PSYK)], reader([PSYK]))).toMatchObject({ step: 'open', isWithholding: false });
  });

  it('on one’s own unit what is blocked elsewhere stays blocked', () => {
    expect(step([on(KIR), left(PSYK, 4)], reader([KIR]))).toMatchObject({ step: 'open', isWithholding: true });
    expect(step([on(KIR)], reader([KIR], [{ unit: MED }]))).toMatchObject({ step: 'open', isWithholding: true });
    expect(step([on(KIR)], reader([KIR], [{ unit: KIR }]))).toMatchObject({ step: 'open', isWithholding: false });
  });
});

describe('who is booked', () => {
  const OP = unitId('OP');
  const stepOf = (listed: UnitId[], named: UnitId[], who: Withholding, stays: readonly Stay[] = [on(MED)]) =>
    stepBefore({ stays, bookings: { listed, named } }, who, NOTHING, NOW_MS);
  const appointment = (unit: UnitId, text: string) =>
    entry(
      'surgery',
      {
        resourceType: 'Appointment',
        status: 'booked',
        start: new Date(NOW_MS + HOUR_MS).toISOString(),
        serviceType: [{ text }],
        supportingInformation: [bookedUnitReference(unit, '')],
      },
      { key: text },
    );

  it('on one’s own unit’s list is opened directly; booked there for another time, or elsewhere, by a choice', () => {
    expect(stepOf([OP], [OP], reader([OP]))).toEqual({ step: 'open', isOwn: true, isWithholding: false });
    expect(stepOf([], [OP], reader([OP]))).toEqual({ step: 'choice' });
    expect(stepOf([OP], [OP], reader([KIR]))).toEqual({ step: 'choice' });
  });

  it('and lies on a sensitive unit is opened directly without what is of that unit; for others nothing is easier', () => {
    expect(stepOf([OP], [OP], reader([OP]), [on(PSYK)])).toEqual({ step: 'open', isOwn: true, isWithholding: true });
    expect(stepOf([OP], [OP], reader([KIR]), [on(PSYK)])).toEqual({ step: 'emergency' });
    const surgery = { entries: [appointment(OP, 'Kolecystektomi')] };
    const shown = withoutBlocked(patientCopy({ stays: [on(PSYK)], parts: { surgery } }), reader([OP]));
    expect(shown.parts.surgery.entries.map(({ key }) => key)).toEqual(['Kolecystektomi']);
    expect(shown.isWithheld).toBe(true);
    expect(JSON.stringify(shown)).not.toContain('PSYK');
  });

  it('at a sensitive unit: others are not told of it, and the chart says that something is blocked', () => {
    expect(stepOf([], [PSYK], reader([MED]))).toEqual({ step: 'open', isOwn: true, isWithholding: true });
    const surgery = { entries: [appointment(PSYK, 'ECT'), appointment(OP, 'Kolecystektomi')] };
    const copy = patientCopy({ stays: [on(MED)], parts: { surgery } });
    const shown = withoutBlocked(copy, reader([MED]));
    expect(shown.parts.surgery.entries.map(({ key }) => key)).toEqual(['Kolecystektomi']);
    expect(composeChart(shown, now).banner.chips.map(({ words }) => words)).toContain('Spärrade uppgifter finns');
    expect(withoutBlocked(copy, reader([PSYK, MED]))).toBe(copy);
  });

  it('an operation without an end opens half a day, not what another unit has had blocked since', () => {
    const written = (key: string, hours: number) =>
      entry('results', { resourceType: 'Observation', status: 'final' }, { key, at: NOW_MS + hours * HOUR_MS });
    const surgery = { entries: [appointment(OP, 'Kolecystektomi')] };
    const results = { entries: [written('before', 0), written('during', 12), written('after', 14)] };
    const copy = patientCopy({ stays: [on(PSYK, { admittedAt: NOW_MS - DAY_MS })], parts: { surgery, results } });
    const shown = withoutBlocked(copy, reader([OP]));
    expect(shown.parts.results.entries.map(({ key }) => key)).toEqual(['during']);
  });

  it('a line of the list does not tell that somebody lies on a unit that is kept from who reads', () => {
    const row = { kind: 'booked', lies: on(PSYK), severalPlaces: true } as unknown as CensusRow;
    expect(JSON.stringify(shownRow(row, reader([OP])))).not.toContain('PSYK');
    expect(shownRow(row, reader([OP, PSYK]))).toBe(row);
  });

  it('a remark of the list about a place that is kept from who reads is no hint of it; about others, or who somebody is, it stands', () => {
    const of = (more: Partial<CensusRow>, who = reader([OP])) => {
      const row = { kind: 'booked', severalPlaces: true, sourceConflict: true, ...more } as unknown as CensusRow;
      const { severalPlaces, sourceConflict, ...shown } = shownRow(row, who);
      expect(who.reader.units.has(PSYK) || !JSON.stringify(shown).includes('PSYK')).toBe(true);
      return [severalPlaces, sourceConflict];
    };
    const psyk = { lies: on(PSYK), remarkPlaces: { several: [PSYK, MED], differing: [PSYK] } };
    expect(of(psyk)).toEqual([false, false]);
    expect(of(psyk, reader([OP, PSYK]))).toEqual([true, true]);
    expect(of({ ...psyk, remarkPlaces: { several: [MED, PSYK, KIR], differing: [] } })).toEqual([true, true]);
    expect(of({ lies: on(KIR), remarkPlaces: { several: [KIR, PSYK], differing: [KIR, PSYK] } })).toEqual([
      false,
      false,
    ]);
    expect(of({ kind: 'present', remarkPlaces: { several: [], differing: [KIR, MED] } })).toEqual([true, true]);
  });

  it('nor does the chart tell by what differs between sources that somebody lies there', () => {
    const notice = { kind: 'source-conflict', source: JOURNAL, at: NOW_MS, part: 'stay' } as const;
    const several = { ...notice, detail: 'inskriven på flera platser samtidigt: MED1 1; PSYK 1 2' };
    const said = ['MED1', 'PSYK'].map((unit) => ({ source: JOURNAL, at: NOW_MS, value: { unit } }));
    const differing = { ...notice, detail: 'stay', said };
    const person = { ...notice, detail: 'name', part: 'person' as const };
    const copy = patientCopy({ stays: [on(MED), on(PSYK)], notices: [several, differing, person] });
    expect(withoutBlocked(copy, reader([MED])).notices).toEqual([person]);
    expect(withoutBlocked(copy, reader([MED, PSYK])).notices).toEqual([several, differing, person]);
    const onlySaid = withoutBlocked(patientCopy({ stays: [on(MED)], notices: [differing, person] }), reader([MED]));
    expect([onlySaid.notices, onlySaid.isWithheld]).toEqual([[person], true]);
  });
});

describe('§5.24 blocked data is never a silently shorter list', () => {
  const medicine = (name: string, hoursAgo: number) =>
    entry(
      'orders',
      {
        resourceType: 'MedicationRequest',
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: { text: name },
      },
      { key: name, at: NOW_MS - hoursAgo * HOUR_MS },
    );
  const parts = {
    orders: { entries: [medicine('Alvedon', 3), medicine('Litium', 100), medicine('Waran', 2_000)] },
    allergies: { statedNone: [{ source: JOURNAL, at: NOW_MS - 100 * HOUR_MS }] },
  };
  /** On KIR2 since two days; on the sensitive unit from six days ago until four. */
  const stays = [on(KIR), left(PSYK, 4)];
  const copy = patientCopy({ stays, parts });

  it('what came of the sensitive unit is not shown, the rest is, and every part says that something is blocked', () => {
    const shown = withoutBlocked(copy, reader([KIR]));
    const chart = composeChart(shown, now, { unitNames: { PSYK: 'Psykiatrin' } });
    const text = stringsOf(chart).join('\n');
    expect(text).toContain('Alvedon');
    expect(text).toContain('Waran');
    expect(text).not.toMatch(/Litium|PSYK|Psykiatrin/);
    expect(text).not.toMatch(/inga kända|inga registrerade|inget väntar/i);
    expect(partOf(chart, 'allergies').remarks).toContain('Spärrade uppgifter finns');
    expect(partOf(chart, 'results').remarks).toContain('Spärrade uppgifter finns');
    expect(chart.banner.chips.map(({ words }) => words)).toContain('Spärrade uppgifter finns');
  });

  it('of who has blocked a unit, only what comes from stays on other units is shown', () => {
    const shown = withoutBlocked(copy, reader([KIR], [{ unit: MED }]));
    const text = JSON.stringify(shown);
    expect(text).toContain('Alvedon');
    expect(text).not.toMatch(/Litium|Waran/);
  });

  it('a notice that names what is blocked is not told', () => {
    const notice = { source: JOURNAL, detail: 'Litium', part: null } as const;
    const told = patientCopy({
      stays,
      parts,
      notices: [
        { ...notice, kind: 'value-withdrawn', at: NOW_MS - 100 * HOUR_MS },
        { ...notice, kind: 'merged', at: NOW_MS - 100 * HOUR_MS, detail: '1890' },
      ],
    });
    expect(withoutBlocked(told, reader([KIR])).notices.map(({ kind }) => kind)).toEqual(['merged']);
  });

  it('who may see everything gets the very same copy', () => {
    expect(withoutBlocked(copy, reader([KIR, PSYK]))).toBe(copy);
  });
});
