// The app as a nurse on a slow computer has it, with the station gone and the browser just started; prints what was measured as JSON. A
// process of its own, since what is done in the page is written for a browser.

import type { Page } from 'playwright-core';
import { hasBrowser, startComputer } from '../../test/app/browser.ts';
import { signIn, staffOf } from '../../test/app/sign-in.ts';
import { House } from '../../test/support/house.ts';
import { removeFolder, scratchFolder } from '../scratch.ts';

interface AppMeasured {
  readonly listMs: number;
  readonly charts: readonly Opened[];
}

interface Opened {
  readonly painted: number;
  readonly whole: number;
}

async function measured(house: House, profile: string): Promise<AppMeasured> {
  const nurse = staffOf(house, unit);
  const address = `http://127.0.0.1:${house.httpPort}/`;
  const before = await startComputer(profile);
  const first = await before.newPage();
  await first.goto(address);
  await signIn(first, nurse);
  await first.locator('table.beds').waitFor();
  while (!(await first.evaluate(isKept, nurse.id))) await first.locator('table.beds').waitFor();
  await first.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await house.stop();
  await before.close();
  const computer = await startComputer(profile);
  try {
    const page = await computer.newPage();
    await page.addInitScript(tellPaints);
    await page.goto(address);
    const devtools = await computer.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: Number(slower) });
    const listed = page.evaluate(listShownMs);
    await signIn(page, nurse);
    const listMs = await listed;
    // A press before the last rows are made waits for at most four of them: not what is measured here.
    await page.locator('table.beds[aria-busy=false]').waitFor();
    const charts: Opened[] = [];
    const rows = await page.locator('button.open').count();
    for (let at = 0; at < Math.min(Number(count), rows); at++) {
      charts.push(await page.evaluate(openChart, at));
      await back(page);
    }
    return { listMs, charts };
  } finally {
    await computer.close();
  }
}

async function back(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('table.beds').waitFor();
}

/** In the page: from when the words had opened the copy until the list has been painted. */
async function listShownMs(): Promise<number> {
  const at = await paintedWith('table.beds');
  return at - (performance.getEntriesByName('reservkraft: words opened')[0]?.startTime ?? Number.NaN);
}

/** In the page: a press, and when the frame after it has been painted. */
async function openChart(at: number): Promise<Opened> {
  const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const button = document.querySelectorAll<HTMLElement>('button.open')[at];
  button?.focus();
  await frame();
  await frame();
  const [first, whole] = [paintedWith('.id h1'), paintedWith('main.chart[aria-busy="false"]')];
  const from = performance.now();
  button?.click();
  return { painted: (await first) - from, whole: (await whole) - from };
}

declare global {
  var paintedWith: (selector: string) => Promise<number>;
}

/** In the page, before the app: when the very frame that first has it stands on the screen; what the app does after it is not counted. */
function tellPaints(): void {
  globalThis.paintedWith = (selector) =>
    new Promise((resolve) => {
      const watch = new MutationObserver(() => {
        if (document.querySelector(selector) === null) return;
        watch.disconnect();
        requestAnimationFrame(() => {
          void scheduler.postTask(() => resolve(performance.now()), { priority: 'user-blocking' });
        });
      });
      watch.observe(document, { childList: true, subtree: true, attributeFilter: ['aria-busy'] });
    });
}

/** In the page: a whole copy is kept, and this person's words open it. */
function isKept(person: string): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open('reservkraft');
    opening.onsuccess = () => {
      const { result: database } = opening;
      if (!database.objectStoreNames.contains('vaults')) {
        database.close();
        indexedDB.deleteDatabase('reservkraft');
        resolve(false);
        return;
      }
      const asked = database.transaction(['vaults', 'pieces']);
      const vaults = asked.objectStore('vaults').getAll();
      const pieces = asked.objectStore('pieces').count();
      asked.oncomplete = () => {
        database.close();
        const rows = vaults.result as { envelopes: { person: string }[] }[];
        resolve(pieces.result > 1 && rows.some(({ envelopes }) => envelopes.some((one) => one.person === person)));
      };
    };
  });
}

const [, , unit = '', count = '', slower = ''] = process.argv;
if (!hasBrowser) process.stdout.write('null');
else {
  const profile = scratchFolder('app');
  const house = await House.start({ command: 'demo', words: ['--control', '0', '--hospital', 'rich'] });
  try {
    await house.settled();
    process.stdout.write(JSON.stringify(await measured(house, profile)));
  } finally {
    await house.end();
    removeFolder(profile);
  }
}
