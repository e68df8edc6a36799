// The whole way with a card, in a browser: out to the service, back, and in; and with the service gone.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provider } from '../../src/access/provider/provider.ts';
import { at, enrol, KIR, NURSE } from '../../src/server/access/people.fixture.ts';
import { LOA3, providerAt, RealProvider } from '../../src/server/access/provider.fixture.ts';
import { admitAnna } from '../../src/server/anna.fixture.ts';
import { readAppFiles } from '../../src/server/app-files.ts';
import { ServedCopy } from '../../src/server/server.fixture.ts';
import { complaintsOf, hasBrowser, scrollsSideways, smallTargets, startBrowser, violationsOn } from './browser.ts';

const CARD = { hsaId: NURSE.id, name: ['Anna', 'Berg'], level: LOA3 } as const;
const DAY_MS = 86_400_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe.skipIf(!hasBrowser)('with a card, in a browser', () => {
  let chromium: Chromium;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let real: RealProvider;
  let provider: Provider;
  let copy: ServedCopy;
  let station: string;
  let words: string;

  beforeAll(async () => {
    const port = await freePort();
    station = `http://127.0.0.1:${port}/`;
    // Another host's name: to the browser another site, as the service is.
    real = await RealProvider.start(CARD, { host: 'localhost', addresses: [station] });
    provider = await providerAt(real.issuer, { addresses: [station] });
    copy = new ServedCopy(provider);
    copy.app = readAppFiles(fileURLToPath(new URL('../../app/build', import.meta.url)));
    admitAnna(copy);
    words = await enrol(copy, NURSE, at(KIR));
    await (await copy.start()).listen({ host: '127.0.0.1', port });
    chromium = await startBrowser();
    context = await chromium.newContext({ viewport: { width: 1366, height: 768 } });
    page = await context.newPage();
    complaints = complaintsOf(page);
  });
  afterAll(async () => {
    await chromium.close();
    await copy.close();
    await real.stop();
  });

  const card = () => page.getByRole('button', { name: 'Logga in med SITHS' });
  const signOut = async () => {
    await context.clearCookies({ name: 'reservkraft-session' });
    await page.goto(station);
  };

  it('one presses a button beside the words, and is in, with nothing of it left in the address', async () => {
    await copy.access.signIns.withSecret(
      { user: NURSE.id, secret: words },
      { address: 'x', device: null },
      () => undefined,
    );
    copy.now = { ...copy.now, wallMs: copy.now.wallMs + 15 * DAY_MS };
    await page.goto(station);
    await card().waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    const addresses: string[] = [];
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    await card().click();
    await page.getByRole('table', { name: /Patientlista för Kirurgavdelning 2/ }).waitFor();
    expect(page.url()).toBe(station);
    expect(addresses.some((address) => address.startsWith(real.issuer) || /[?&]code=/.test(address))).toBe(true);
    // Nowhere back leads to the code.
    expect(await page.evaluate(() => document.referrer)).not.toContain('code=');
    expect(copy.entries.map(({ kind }) => kind)).toContain('access.signed-in');
  });

  it('after a fortnight one is asked for one’s words on a line that is in nobody’s way', async () => {
    const line = page.getByText('Du har inte använt dina egna ord på 14 dagar.');
    await line.waitFor();
    expect(await page.getByRole('table').count()).toBeGreaterThan(0);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Pröva orden' }).click();
    const field = page.getByLabel('Dina ord', { exact: true });
    await field.fill('fel ord helt enkelt');
    await page.getByRole('button', { name: 'Pröva', exact: true }).click();
    await page.getByRole('alert').getByText('Orden stämmer inte.').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect((await smallTargets(page)).filter((target) => target.includes('btn'))).toEqual([]);
    await field.fill(words);
    await page.getByRole('button', { name: 'Pröva', exact: true }).click();
    await page.getByText('Orden stämmer.').waitFor();
    expect(await scrollsSideways(page)).toBe(false);
  });

  it('an answer that is replayed, or a card that is taken back, is refused beside the words that still work', async () => {
    await signOut();
    await page.goto(`${station}?code=a-code&state=another&iss=${encodeURIComponent(real.issuer)}`);
    await page.getByRole('alert').getByText('hör inte till en inloggning').waitFor();
    expect(page.url()).toBe(station);
    real.card = null;
    await card().click();
    await page.getByRole('alert').getByText('Legitimeringen avbröts.').waitFor();
    expect(page.url()).toBe(station);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByLabel('HSA-id').fill(NURSE.id);
    await page.getByLabel('Dina ord').fill(words);
    await page.getByRole('button', { name: 'Logga in', exact: true }).click();
    await page.getByRole('table', { name: /Patientlista/ }).waitFor();
  });

  it('with the service gone the button is gone, and nothing else', async () => {
    real.isSilent = true;
    await provider.look();
    await signOut();
    await page.getByRole('button', { name: 'Logga in', exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await card().count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
