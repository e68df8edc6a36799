// The app when everything above it is gone: the station dead, the browser closed and started again on the ward's computer.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House } from '../support/house.ts';
import { hasBrowser, startComputer, violationsOn } from './browser.ts';
import { type Somebody, signIn, staffOf } from './sign-in.ts';

describe.skipIf(!hasBrowser)('with the station dead (skipped without Debian’s chromium)', () => {
  const profile = mkdtempSync(join(tmpdir(), 'reservkraft-profile-'));
  let house: House;
  let nurse: Somebody;
  let computer: BrowserContext;
  let page: Page;
  let address: string;
  let names: string[];
  let numbers: string[];

  beforeAll(async () => {
    house = await House.start({ command: 'demo', words: ['--control', '0', '--hospital', 'rich'] });
    await house.settled();
    nurse = staffOf(house, 'kir2');
    address = `http://127.0.0.1:${house.httpPort}/`;
    computer = await startComputer(profile);
    page = await computer.newPage();
    await page.goto(address);
    await signIn(page, nurse);
    await page.locator('table.beds').waitFor();
    names = await page.locator('td.who .name').allInnerTexts();
    numbers = await page.locator('td.who .pin').allInnerTexts();
    await page.waitForFunction(keptBytes, null, { polling: 500, timeout: 60_000 });
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await house.stop();
    await computer.close();
  }, 300_000);
  afterAll(async () => {
    await computer?.close();
    await house?.end();
    rmSync(profile, { recursive: true, force: true });
  });

  it('no name, number or word of anyone lies readable in the browser’s profile', () => {
    const bytes = filesIn(profile).map((file) => readFileSync(file).toString('latin1'));
    const wanted = [...numbers, ...names.map((name) => name.split(',')[0] ?? ''), nurse.secret].filter(
      (text) => text.length > 5,
    );
    expect(wanted.length).toBeGreaterThan(20);
    for (const text of wanted) {
      expect(bytes.some((file) => file.includes(Buffer.from(text).toString('latin1')))).toBe(false);
      expect(bytes.some((file) => file.includes(Buffer.from(text, 'utf16le').toString('latin1')))).toBe(false);
    }
  });

  it('the app opens, refuses other words, and with the right ones shows the list and charts, each told to be alone', async () => {
    computer = await startComputer(profile);
    page = await computer.newPage();
    await page.goto(address);
    await signIn(page, { ...nurse, secret: 'helt andra ord här' });
    await page.getByRole('alert').waitFor();
    const before = Date.now();
    await signIn(page, nurse);
    await page.locator('table.beds').waitFor();
    process.stdout.write(`from the press to the list, alone: ${Date.now() - before} ms\n`);
    expect(await page.locator('td.who .name').allInnerTexts()).toEqual(names);
    await page.locator('.band.alone').waitFor();
    expect(await page.locator('.band.alone').innerText()).toMatch(
      /Ingen kontakt med stationen sedan .*Du läser den här datorns kopia/,
    );
    expect(await violationsOn(page)).toEqual([]);
    const devtools = await computer.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const took = await page.evaluate(async () => {
      const from = performance.now();
      document.querySelectorAll<HTMLElement>('button.open')[2]?.click();
      while (document.querySelector('.id h1') === null) await new Promise(requestAnimationFrame);
      return performance.now() - from;
    });
    process.stdout.write(`from the press to the chart, alone, four times slower: ${Math.round(took)} ms\n`);
    expect(await page.locator('main .block').count()).toBeGreaterThan(5);
  });
});

/** Something sealed has been kept. */
function keptBytes(): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open('reservkraft');
    opening.onsuccess = () => {
      const database = opening.result;
      if (!database.objectStoreNames.contains('people')) {
        database.close();
        resolve(false);
        return;
      }
      const rows = database.transaction('people').objectStore('people').getAll();
      rows.onsuccess = () => {
        database.close();
        resolve(rows.result.some(({ content }) => content !== null));
      };
    };
  });
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
