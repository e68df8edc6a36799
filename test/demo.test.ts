// The demo as a newcomer runs it: a station and two simulated hospitals in processes of their own, then what remains when a system
// stops, when doses are not known, and when the copy is lost.

import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { UnitSummary } from '../src/copy/read/census.ts';
import type { Chart, ChartPart } from '../src/domain/chart/chart.ts';
import { composeChart } from '../src/domain/chart/compose.ts';
import { renderChartText } from '../src/domain/chart/text.ts';
import { type PatientKey, sourceId } from '../src/domain/identity.ts';
import { PARTS } from '../src/domain/parts.ts';
import type { ListKind } from '../src/domain/unit.ts';
import type { UnitList } from '../src/domain/unit-list/unit-list.ts';
import { SystemClock } from '../src/station/clock.ts';
import type { StationStatus } from '../src/station/status.ts';
import { ageCopy } from './support/aged-copy.ts';
import { House, reservkraft } from './support/house.ts';
import { strangeBlocks, strangeCells } from './support/known-words.ts';

const MINUTE_MS = 60_000;
const AGED_MINUTES = 20;
/** What would turn a silence into a verdict: late, due, missed, forgotten (design §5.19). */
const VERDICTS = /försen|förfall|missa[dt]|utebl|glömd|\blate\b|\bdue\b|\boverdue\b|\bmissed\b/i;

interface HospitalStatus {
  readonly inpatients: number;
  readonly systems: readonly { readonly id: string; readonly queued: number; readonly state: string }[];
}

/** One demo for all of these, in order: each begins where the one before ended. */
describe('the demo', () => {
  let house: House;
  /** Patients on the lists of the hospital that sends everything, each with the number of entries of their chart. */
  const inpatients = new Map<PatientKey, number>();

  const hospitals = async (): Promise<HospitalStatus> =>
    (await (await fetch(`${house.control}/api/status`)).json()) as HospitalStatus;
  const units = async (): Promise<UnitSummary[]> => (await house.api<{ units: UnitSummary[] }>('/api/units')).units;
  const chart = (key: PatientKey): Promise<Chart> => house.api<Chart>(`/api/charts/${key}`);
  const partsOf = ({ blocks }: Chart): ChartPart[] => blocks.flatMap(({ parts }) => parts);
  const entriesOf = (of: Chart): number => partsOf(of).reduce((count, { entries }) => count + entries.length, 0);

  beforeAll(async () => {
    house = await House.start({ command: 'demo', words: ['--control', '0', '--paper-every', '0'] });
  });
  afterAll(() => house.end());

  it('shows a live list of every unit within a minute of being ready', async () => {
    const deadline = Date.now() + MINUTE_MS;
    for (;;) {
      const [listed, real] = [await units(), await hospitals()];
      const quiet = (await house.settled()).sources.filter(({ state }) => state === 'silent' || state === 'unheard');
      const present = listed.reduce((count, unit) => count + unit.counts.present, 0);
      if (present >= real.inpatients && real.systems.every(({ queued }) => queued === 0) && quiet.length === 0) break;
      if (Date.now() > deadline)
        throw new Error(`${present} of ${real.inpatients} on the lists, ${quiet.length} systems not heard`);
      await wait(500);
    }
    const status = await house.settled();
    expect(status.sources.filter(({ state }) => state === 'silent' || state === 'unheard')).toEqual([]);
    expect((await units()).filter(({ counts }) => counts.present > 0).length).toBeGreaterThanOrEqual(7);
    expect(status.sources.reduce((count, { setAside }) => count + setAside, 0)).toBe(0);
  }, 90_000);

  it('leaves settings that go on with the same station from any folder, and that only its own account can read', async () => {
    const file = join(house.dataFolder, 'demo.yaml');
    const { settings } = JSON.parse((await reservkraft(['check', '--config', file, '--json'])).out);
    expect(settings).toMatchObject({ dataFolder: house.dataFolder, keyFile: house.keyFile });
    expect(settings.tokenFile).toBe(join(house.folder, 'keys/station.token'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keeps every chart readable, whole and ageing when the record system is stopped', async () => {
    await fetch(`${house.control}/api/system/journal/stop`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    await house.settled();
    const before = await house.api<StationStatus>('/api/status');
    const kinds = new Set<ListKind>();
    const strange: string[] = [];
    for (const { unit } of await units()) {
      const list = await house.api<UnitList>(`/api/units/${unit}`);
      kinds.add(list.listKind);
      for (const row of list.rows) {
        const read = row.kind === 'present' || row.kind === 'booked' ? await chart(row.key) : null;
        if (read !== null && row.kind === 'present') inpatients.set(row.key, entriesOf(read));
        if (read !== null) strange.push(...strangeBlocks(read).map((words) => `${unit} ${words}`));
        if (read !== null || row.cells === null)
          strange.push(...strangeCells(list, row, read).map((words) => `${unit} ${words}`));
      }
    }
    // No cell is empty and no block either, whatever the kind of list: each tells something, or in known words why it does not.
    expect(strange).toEqual([]);
    expect([...kinds].sort()).toEqual(['bed', 'birth', 'day-care', 'emergency', 'surgery']);
    expect((await units()).find(({ unit }) => unit === 'op')?.counts.booked).toBeGreaterThan(10);
    expect(inpatients.size).toBeGreaterThan(100);
    expect(Math.min(...inpatients.values())).toBeGreaterThan(0);

    const journalFeeds = (of: Chart) =>
      partsOf(of).flatMap(({ state }) => state.feeds.filter(({ source }) => source === 'journal'));
    for (const [key, entries] of [...inpatients].slice(0, 20)) {
      const [first, second] = [await chart(key), await chart(key)];
      expect(entriesOf(second)).toBeGreaterThanOrEqual(entries);
      for (const [index, feed] of journalFeeds(first).entries())
        expect(journalFeeds(second)[index]?.ageMs).toBeGreaterThan(feed.ageMs ?? Number.POSITIVE_INFINITY);
    }
    const heard = (status: StationStatus) => status.sources.find(({ source }) => source === 'journal')?.lastHeardAt;
    expect(heard(await house.api<StationStatus>('/api/status'))).toBe(heard(before));
    expect((await hospitals()).systems.find(({ id }) => id === 'journal')?.state).toBe('stopped');
  });

  it('replayed from its inbox gives the same copy', async () => {
    expect((await house.run(['snapshot'])).out).toMatch(/^Klar: /);
    expect(await house.stop()).toBe(0);
    const { code, out } = await house.run(['replay', '--json']);
    expect(JSON.parse(out)).toMatchObject({ isSame: true });
    expect(code).toBe(0);
  });

  it('says which source is silent and since when, twenty minutes after the record system and the medication stopped', async () => {
    const others = ['lab', 'operation', 'akut', 'fj-journal', 'fj-lab', 'fj-listor'].map(sourceId);
    ageCopy(house, AGED_MINUTES * MINUTE_MS, others);
    const { out, code } = await house.run(['status']);
    expect(code).toBe(1);
    expect(out).toMatch(/^Journalsystemet +Tyst sedan \d\d:\d\d/m);
    expect(out).toMatch(/^Läkemedelsmodulen +Tyst sedan \d\d:\d\d/m);
    expect(out).not.toMatch(/^(Laboratoriet|Operationsplaneringen|Akutliggaren).*Tyst/m);

    const { charts, close } = keptCharts(house);
    let silent = 0;
    for (const [key, entries] of inpatients) {
      const composed = charts(key);
      expect(entriesOf(composed)).toBeGreaterThanOrEqual(entries);
      for (const { content, state } of partsOf(composed))
        for (const feed of state.feeds.filter(({ source }) => source === 'journal')) {
          expect(feed.ageMs).toBeGreaterThanOrEqual(AGED_MINUTES * MINUTE_MS);
          if (PARTS[feed.part].ageLimitMs >= AGED_MINUTES * MINUTE_MS) continue;
          silent++;
          expect(feed.state).toBe('silent');
          expect(feed.words).toMatch(/^Tyst sedan \d\d:\d\d/);
          if (content.kind === 'empty') expect(content.reason).not.toMatch(/none/);
        }
    }
    close();
    expect(silent).toBeGreaterThan(100);
  });

  it('with orders fed and given doses silent, nothing says that a dose is late, due or missed', async () => {
    const { orders, units: lists } = await saidEverywhere(house, [...inpatients.keys()]);
    expect(orders).toBeGreaterThan(200);
    expect(lists).toBeGreaterThan(6);
  });

  it('with orders fed and given doses not fed at all, nothing says that a dose is late, due or missed', async () => {
    const settings = JSON.parse(readFileSync(join(house.dataFolder, 'demo.yaml'), 'utf8'));
    for (const source of settings.sources)
      source.feeds = source.feeds.filter(({ part }: { part: string }) => part !== 'doses-given');
    const station = house.beside({ settings });
    await station.start();
    try {
      await station.settled();
      for (const key of [...inpatients.keys()]) {
        const told = await station.api<Chart>(`/api/charts/${key}`);
        expect(JSON.stringify(told)).not.toMatch(VERDICTS);
        const doses = partsOf(told).find(({ part }) => part === 'doses-given');
        if (doses?.entries.length === 0) expect(doses.content).toMatchObject({ reason: 'not-fed' });
        const summary = await (await station.fetch(`/fhir/Patient/${key}/$summary`)).text();
        expect(summary).toContain('"Bundle"');
        expect(summary).not.toMatch(VERDICTS);
      }
      for (const { unit } of (await station.api<{ units: UnitSummary[] }>('/api/units')).units)
        expect(JSON.stringify(await station.api(`/api/units/${unit}`))).not.toMatch(VERDICTS);
    } finally {
      await station.stop();
    }
  });

  it('with copy and snapshots gone, the chart comes back from the inbox and no block says that there is nothing', async () => {
    for (const name of readdirSync(house.dataFolder))
      if (name.startsWith('copy.db') || name === 'snapshots')
        rmSync(join(house.dataFolder, name), { recursive: true, force: true });
    const settings = JSON.parse(readFileSync(join(house.dataFolder, 'demo.yaml'), 'utf8'));
    const station = house.beside({ settings });
    await station.start();
    try {
      const status = await station.settled();
      expect(status.notes.map(({ code }) => code)).toContain('copy.rebuilt');
      let rebuilt = 0;
      for (const [key, entries] of inpatients) {
        const told = await station.api<Chart>(`/api/charts/${key}`);
        expect(entriesOf(told)).toBeGreaterThanOrEqual(entries);
        for (const { part, content } of partsOf(told)) {
          if (content.kind !== 'empty') continue;
          expect([part, content.reason]).not.toEqual([part, 'none-recorded']);
          expect([part, content.reason]).not.toEqual([part, 'stated-none']);
          expect(content.words).not.toMatch(/^Ing(a|en|et)/);
          if (content.words.includes('Återuppbyggd')) rebuilt++;
        }
      }
      expect(rebuilt).toBeGreaterThan(inpatients.size);
    } finally {
      await station.stop();
    }
  });
});

describe('the demo’s hospitals', () => {
  it('end with the program that started them, however it ends: the next demo finds their port free', async () => {
    const house = await House.start({ command: 'demo', words: ['--control', '0', '--hospital', 'poor'] });
    const { control, pid } = house;
    expect((await fetch(control)).status).toBe(200);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(fetch(control)).rejects.toThrow(), { timeout: 20_000, interval: 100 });
    await house.end();
  });
});

/** Charts read from disk beside no station at all. */
function keptCharts(house: House): { charts: (key: PatientKey) => Chart; close: () => void } {
  const kept = house.kept();
  const now = new SystemClock().now();
  return {
    charts: (key) => {
      const copy = kept.station.reader.patient(key);
      if (copy === null) throw new Error('a patient can no longer be read');
      return composeChart(copy, now, {});
    },
    close: kept.close,
  };
}

async function saidEverywhere(house: House, keys: readonly PatientKey[]): Promise<{ orders: number; units: number }> {
  const { charts, close } = keptCharts(house);
  let orders = 0;
  for (const key of keys) {
    const composed = charts(key);
    expect(JSON.stringify(composed)).not.toMatch(VERDICTS);
    expect(renderChartText(composed, 100, { screenLines: 0 })).not.toMatch(VERDICTS);
    for (const { view } of composed.blocks) {
      if (view?.kind !== 'medication') continue;
      orders += view.rows.length;
      if (view.rows.length === 0) continue;
      expect(view.dosesAreKnown).toBe(false);
      for (const row of view.rows) expect(row.next).toBeNull();
    }
  }
  close();
  const { out } = await house.run(['unit', '--json']);
  const listed = JSON.parse(out) as UnitSummary[];
  for (const { unit } of listed.slice(0, 3)) expect((await house.run(['unit', unit])).out).not.toMatch(VERDICTS);
  return { orders, units: listed.length };
}
