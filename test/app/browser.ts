// Debian's Chromium, driven as a person would use it. Taken if present; without it the tests of the app say that they were skipped.

import { existsSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
export const hasBrowser = existsSync(CHROMIUM);

const ARGS = ['--no-sandbox', '--disable-dev-shm-usage'];

export const startBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ARGS });

/** A browser that keeps what it is given, in a profile of its own: closed and started again it is the same ward computer. */
export const startComputer = (profile: string, more: readonly string[] = []): Promise<BrowserContext> =>
  chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: [...ARGS, ...more],
    viewport: { width: 1366, height: 768 },
  });

/** What the page complains of: a script that fails, something the policy stopped. Answers that refuse are no complaint. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return complaints;
}

/**
 * Accessibility by axe, WCAG 2.0–2.2 A and AA: each violation with where it is. All of it in the page itself, and only what is wrong
 * comes out of it: a page of its own to finish in, and all that is right told element by element, take three times as long.
 */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  // A frame from elsewhere would not be judged this way. The app has none.
  if (page.frames().length > 1) throw new Error('a frame that axe does not judge');
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await axe.withTags(tags).analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ target }) => target.join(' '))
        .slice(0, 4)
        .join(' | ')}`,
  );
}

/** Things to press that are smaller than a finger. */
export const smallTargets = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a[href], select, summary, input')]
      .filter((one) => one.checkVisibility() && one.getClientRects().length > 0 && !one.classList.contains('vh'))
      .flatMap((one) => {
        const { width, height } = one.getBoundingClientRect();
        const isCard = getComputedStyle(one, '::after').position === 'absolute';
        return isCard || (width >= 44 && height >= 44) || one.closest('label') !== null
          ? []
          : [`${one.tagName} ${one.className} ${Math.round(width)}×${Math.round(height)}`];
      }),
  );

export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('dialog[open]')].some(
      ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
    ),
  );
