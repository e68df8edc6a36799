// A ward's app at two stations: its own is killed, it goes on at the hospital's, and comes home again.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PlaceTold, SelfTest } from '../../src/domain/reserve-place.ts';
import { House, reservkraft } from '../support/house.ts';
import { hasBrowser, startComputer, violationsOn } from './browser.ts';
import { type Somebody, signIn } from './sign-in.ts';

/** As the computer keeps it (own-place.svelte.ts). */
interface OwnPlace {
  readonly place: string;
  readonly last: { readonly test: SelfTest; readonly isTold: boolean } | null;
}

const NURSE = 'SE0000000000-N1';
const settings = (name: string, more: object = {}) => ({
  name,
  units: [{ id: 'KIR', name: 'Kirurgen' }],
  sources: [
    {
      id: 'journal',
      name: 'Journalsystemet',
      match: { application: 'JOURNAL' },
      identityDomains: { SKV: '1.2.752.129.2.1.3.1' },
      feeds: [{ parts: ['person', 'stay', 'allergies'] }],
    },
  ],
  ...more,
});
const LOOKED = { interval: 250, timeout: 90_000 } as const;

describe.skipIf(!hasBrowser)('two stations (skipped without Debian’s chromium)', () => {
  const profile = mkdtempSync(join(tmpdir(), 'reservkraft-profile-'));
  let ward: House;
  let hospital: House;
  let atWard: Somebody;
  let atHospital: Somebody;
  let computer: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    ward = await withCertificate(await House.start({ settings: settings('Kirurgens station') }));
    const ports = ['--https-port', String(ward.httpsPort), '--http-port', String(ward.httpPort)];
    const appOrigins = [`https://127.0.0.1:${ward.httpsPort}`];
    hospital = await withCertificate(await House.start({ settings: settings('Sjukhuset', { appOrigins }) }));
    const stations = [{ name: 'sjukhusets station', address: `https://127.0.0.1:${hospital.httpsPort}` }];
    await ward.stop();
    ward = ward.beside({ settings: settings('Kirurgens station', { stations }), words: ports });
    await ward.start();
    // One record system feeds both.
    for (const house of [ward, hospital]) await send(house, admission());
    atWard = await enrolled(ward);
    atHospital = await enrolled(hospital);
    computer = await startComputer(profile, ['--ignore-certificate-errors']);
    page = await computer.newPage();
    await page.goto(`https://127.0.0.1:${ward.httpsPort}/`);
  }, 120_000);
  afterAll(async () => {
    await computer?.close();
    await ward?.end();
    await hospital?.end();
    rmSync(profile, { recursive: true, force: true });
  });

  let placeId: string;
  const ownPlace = async () =>
    JSON.parse(await page.evaluate(() => localStorage.getItem('reservkraft.place') ?? 'null')) as OwnPlace | null;
  const band = () => page.locator('.band.alone');

  it('when the own is killed its copy is read on, and with the words once the hospital’s: all of it, and said on each screen', async () => {
    await signIn(page, atWard);
    await page.locator('table.beds[aria-busy=false]').waitFor();
    expect(await page.locator('.beds').innerText()).not.toContain('Latex');
    // It is the ward's reserve place, at its own station.
    const marked = { unit: 'KIR', name: 'Dator 4', where: 'läkemedelsrummet', by: 'IT' };
    placeId = (await ward.api<PlaceTold>('/api/places/mark', marked)).place.id;
    await page.evaluate(tiedTo, placeId);
    await page.reload();
    await page.locator('table.beds').waitFor();
    await vi.waitUntil(async () => (await ownPlace())?.last?.isTold === true, LOOKED);
    // Known for the day it is needed.
    await vi.waitUntil(() => page.evaluate(() => localStorage.getItem('reservkraft.stations')), LOOKED);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    process.kill(ward.pid, 'SIGKILL');
    // What only the hospital's station has heard.
    await send(hospital, admission('AL1|1|DA|^Latex|SV|Urtikaria'));
    await band().getByText('den här datorns kopia').waitFor({ timeout: 60_000 });
    expect(await page.locator('.beds').innerText()).not.toContain('Latex');
    await band().getByRole('button', { name: 'Läs från sjukhusets station' }).click({ timeout: 60_000 });
    await page.getByRole('dialog').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    // The list stands behind: nothing is taken away while the words are typed.
    expect(await page.locator('table.beds').count()).toBe(1);
    await page.getByRole('dialog').getByLabel('Dina ord').fill('fel ord');
    await page.getByRole('dialog').getByRole('button', { name: 'Läs därifrån' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.getByRole('dialog').getByLabel('Dina ord').fill(atHospital.secret);
    await page.getByRole('dialog').getByRole('button', { name: 'Läs därifrån' }).click();
    await band()
      .getByText(/Läser från sjukhusets station – avdelningens egen svarar inte sedan \d\d:\d\d/)
      .waitFor();
    await page.locator('.beds', { hasText: 'Latex' }).waitFor();
    await page.locator('button.open').first().click();
    await page.locator('main.chart[aria-busy=false]').waitFor();
    expect(await page.locator('.id .chips').innerText()).toContain('Latex');
    expect(await band().innerText()).toContain('Läser från sjukhusets station');
    expect(await violationsOn(page)).toEqual([]);
    // Told to the station whose copy it was, under its own name for the patient.
    await vi.waitUntil(
      async () => (await hospital.run(['ledger', 'show', '--json'])).out.includes('chart.read'),
      LOOKED,
    );
    await page.locator('.id .back').click();
    // The reserve place tries the ward's own copy also now. It tells the other station nothing of it, and stays the place.
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Pröva nu' }).click();
    await vi.waitUntil(async () => (await ownPlace())?.last?.isTold === false, LOOKED);
    expect(await ownPlace()).toMatchObject({
      place: placeId,
      name: 'Dator 4',
      last: { test: { fault: null, charts: 1 } },
    });
    expect((await hospital.run(['ledger', 'show', '--json'])).out).not.toContain('"place.');
    await page.keyboard.press('Escape');
    await page.locator('table.beds').waitFor();
  }, 180_000);

  it('and when the own answers steadily again it is read anew, and nothing of the other station’s is among it', async () => {
    await ward.stop();
    await ward.start();
    // It began anew with nobody signed in: the words are asked for, and until then the hospital's is read on.
    await band().getByRole('button', { name: 'Läs från avdelningens egen' }).click({ timeout: 120_000 });
    await page.getByRole('dialog').getByLabel('Dina ord').fill(atWard.secret);
    await page.getByRole('dialog').getByRole('button', { name: 'Läs därifrån' }).click();
    await band().waitFor({ state: 'detached', timeout: 60_000 });
    await page.locator('table.beds[aria-busy=false]').waitFor();
    expect(await page.locator('.beds').innerText()).not.toContain('Latex');
    // Both stations' copies lie here, each under its own key.
    await vi.waitUntil(async () => (await page.evaluate(keptStations)).length === 2, LOOKED);
    expect((await page.evaluate(keptStations)).sort()).toEqual(['', `https://127.0.0.1:${hospital.httpsPort}`]);
    // Home again it tells its own station: by itself within a minute, here by hand.
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Pröva nu' }).click();
    await vi.waitUntil(async () => (await ownPlace())?.last?.isTold === true, LOOKED);
    expect((await ownPlace())?.place).toBe(placeId);
    await page.keyboard.press('Escape');
    await page.locator('table.beds').waitFor();
  }, 180_000);

  it('a computer reported lost tells what was read on it when it next hears the station, and nothing is left on it', async () => {
    // What is read now reaches nobody.
    await page.route('**/api/reads', (route) => route.abort());
    const reads = () => page.evaluate(waitingReads);
    const before = await reads();
    await page.locator('button.open').first().click();
    await page.locator('main.chart[aria-busy=false]').waitFor();
    await vi.waitUntil(async () => (await reads()) > before, LOOKED);
    await page.locator('.id .back').click();
    const { devices } = JSON.parse((await ward.run(['device', 'list', '--json'])).out) as {
      devices: { number: string }[];
    };
    expect(devices.length).toBe(1);
    const said = await ward.run(['device', 'lost', devices[0]?.number ?? '', '--reason', 'stulen ur bilen']);
    expect(said.out).toContain('anmäld förlorad');
    await page.getByText('Den här enheten är anmäld förlorad').waitFor({ timeout: 60_000 });
    expect(await page.locator('table.beds').count()).toBe(0);
    await vi.waitUntil(async () => (await page.evaluate(left)) === '0 0', LOOKED);
    const shown = (await ward.run(['ledger', 'show', '--json'])).out;
    expect(shown).toMatch(/"kind":"chart.read"[^\n]*"isLost":true/);
    expect(shown).toMatch(/"kind":"access.device-told-all"[^\n]*"unreadable":0/);
    await page.reload();
    await page.getByText('Den här enheten är anmäld förlorad').waitFor();
  }, 120_000);
});

/** In the page: as *Den här datorn är Dator 4* does. */
async function tiedTo(place: string): Promise<void> {
  const answer = await fetch('/api/places/tie', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-reservkraft': '1' },
    body: JSON.stringify({ unit: 'KIR', place }),
  });
  const { computer } = (await answer.json()) as { computer: string };
  const tied = { place, computer, unit: 'KIR', name: 'Dator 4', where: 'läkemedelsrummet', printer: null, last: null };
  localStorage.setItem('reservkraft.place', JSON.stringify(tied));
}

/** In the page: reads that no station has been told of. */
const waitingReads = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('reservkraft');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const all = opening.result.transaction('pieces').objectStore('pieces').getAllKeys();
      all.onsuccess = () => {
        opening.result.close();
        resolve(all.result.filter((key) => (key as string[])[1] === 'read').length);
      };
    };
  });

/** In the page: databases and caches there are. */
const left = async (): Promise<string> => `${(await indexedDB.databases()).length} ${(await caches.keys()).length}`;

async function withCertificate(house: House): Promise<House> {
  await house.stop();
  const certificate = (...words: string[]) =>
    reservkraft(['certificate', ...words, '--key-file', house.keyFile, '--data', house.dataFolder]);
  await certificate('authority', '127.0.0.1');
  await certificate('issue', '127.0.0.1');
  await house.start();
  return house;
}

async function enrolled(house: House): Promise<Somebody> {
  const list = `hsa-id;namn;titel;yrke;enhet;roll\n${NURSE};Anna Berg;leg. ssk;sjuksköterska;KIR;medarbetare\n`;
  const file = join(house.folder, 'people.csv');
  writeFileSync(file, list);
  await house.run(['accounts', 'import', file]);
  const { code } = JSON.parse((await house.run(['accounts', 'deal', NURSE, '--json'])).out) as { code: string };
  const { words } = await house.api<{ words: string[] }>('/api/enrolments', { user: NURSE, code });
  return { id: NURSE, secret: words.join(' '), name: 'Anna Berg' };
}

let sent = 0;
const admission = (...more: string[]): string => {
  sent += 1;
  return [
    `MSH|^~\\&|JOURNAL|ASEN|RK|RK|2026112512000${sent}+0100||ADT^A01^ADT_A01|M${sent}|T|2.5|||||SWE|8859/1`,
    `EVN|A01|2026112512000${sent}+0100`,
    'PID|1||189001019802^^^SKV^NNSWE||Lind^Karin||18900101|F',
    'PV1|1|I|KIR^1^1|||||||||||||||||V1|||||||||||||||||||||||||20261125080000',
    ...more,
  ].join('\r');
};

async function send(house: House, message: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(house.mllpPort, '127.0.0.1', () => socket.write(`\x0b${message}\r\x1c\r`));
    socket.once('data', () => {
      socket.end();
      resolve();
    });
    socket.once('error', reject);
  });
  await house.settled();
}

/** In the page: whose copies lie in the store, by address. */
const keptStations = (): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('reservkraft');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const rows = opening.result.transaction('vaults').objectStore('vaults').getAll();
      rows.onsuccess = () => {
        opening.result.close();
        resolve(
          (rows.result as { station?: { address: string } | null }[]).map(({ station }) => station?.address ?? ''),
        );
      };
    };
  });
