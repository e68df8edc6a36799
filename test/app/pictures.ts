// Makes the README's pictures from a running demo: `npm run pictures`. Whoever is on them is invented.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { House } from '../support/house.ts';
import { pdfPages } from '../support/pdf-text.ts';
import { hasBrowser, startBrowser } from './browser.ts';
import { signIn, staffOf } from './sign-in.ts';

const FOLDER = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const UNIT = 'kir2';

async function opened(browser: Browser, house: House, look: { width: number; height: number; isNight?: boolean }) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.isNight ? 'dark' : 'light',
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${house.httpPort}/`);
  await signIn(page, staffOf(house, UNIT));
  await page.locator('table.beds[aria-busy=false]').waitFor();
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  process.stdout.write(`${name}.png\n`);
}

async function openFirst(page: Page): Promise<void> {
  await page.locator('button.open').first().click();
  await page.locator('main.chart[aria-busy=false]').waitFor();
}

async function paper(house: House): Promise<void> {
  const pdf = join(house.folder, 'pack.pdf');
  const { code, err } = await house.run(['paper', 'pack', UNIT, '--out', pdf]);
  if (code !== 0) throw new Error(err);
  // The first reading sheet comes after the unit's list.
  const pages = await pdfPages(readFileSync(pdf));
  const sheet = String(1 + pages.findIndex((text) => !text.includes('enhetslista')));
  const made = spawnSync('pdftoppm', ['-png', '-r', '75', '-f', sheet, '-l', sheet, pdf, join(FOLDER, 'page')]);
  if (made.status !== 0)
    throw new Error('pdftoppm (Debian’s poppler-utils) is needed for the picture of a printed page');
  const page = readdirSync(FOLDER).find((name) => name.startsWith('page-'));
  if (page !== undefined) renameSync(join(FOLDER, page), join(FOLDER, 'paper.png'));
  process.stdout.write('paper.png\n');
}

if (!hasBrowser) throw new Error('Debian’s chromium is needed to take pictures');
mkdirSync(FOLDER, { recursive: true });
const house = await House.start({ command: 'demo', words: ['--control', '0'] });
try {
  await house.settled();
  const browser = await startBrowser();
  try {
    const desk = await opened(browser, house, { width: 1366, height: 768 });
    await picture(desk, 'list');
    await openFirst(desk);
    await picture(desk, 'chart');
    const night = await opened(browser, house, { width: 1366, height: 768, isNight: true });
    await openFirst(night);
    await picture(night, 'night');
    await picture(await opened(browser, house, { width: 820, height: 1180 }), 'tablet');
    await picture(await opened(browser, house, { width: 390, height: 844 }), 'phone');
  } finally {
    await browser.close();
  }
  await paper(house);
} finally {
  await house.end();
}
