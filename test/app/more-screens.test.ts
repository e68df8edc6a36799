// The app's screens beside list and chart, on a running demo station in a real browser: paper, what is done by day, and what is not real.

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryKind } from '../../src/domain/entry-kinds.ts';
import { emergencyOpenings } from '../../src/ledger/emergency-openings.ts';
import type { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { readJson } from '../../src/ledger/opening.ts';
import { openLedgerForReading } from '../../src/station/ledger/reading-ledger.ts';
import { House } from '../support/house.ts';
import { pdfPages } from '../support/pdf-text.ts';
import { complaintsOf, hasBrowser, scrollsSideways, smallTargets, startBrowser, violationsOn } from './browser.ts';
import { personOf, signIn, staffOf } from './sign-in.ts';

/** A printer on port 9100 that can be held: it takes what comes, and prints when the test lets it. */
class HeldPrinter {
  readonly documents: Buffer[] = [];
  isHeld = false;
  readonly #waiting: Socket[] = [];
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => {
    const pieces: Buffer[] = [];
    socket.on('error', () => {});
    if (this.isHeld) {
      socket.pause();
      this.#waiting.push(socket);
    }
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('end', () => {
      this.documents.push(Buffer.concat(pieces));
      socket.end();
    });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `socket://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  release(): void {
    this.isHeld = false;
    for (const socket of this.#waiting.splice(0)) socket.resume();
  }

  close(): void {
    this.release();
    this.#server.close();
  }

  /** What stands on the pages of the newest print. */
  async text(): Promise<string> {
    const newest = this.documents.at(-1) ?? Buffer.alloc(0);
    const [from, to] = [newest.indexOf('%PDF'), newest.lastIndexOf('%%EOF')];
    return (await pdfPages(newest.subarray(from, to + 6))).join('');
  }
}

/** A bound for a station that hangs; a busy machine prints slowly. */
const PRINTED_MS = 180_000;

describe.skipIf(!hasBrowser)('the app’s other screens (skipped without Debian’s chromium)', () => {
  const printer = new HeldPrinter();
  let house: House;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const words = ['--control', '0', '--hospital', 'rich', '--printer', await printer.listen()];
    house = await House.start({ command: 'demo', words });
    await house.settled();
    browser = await startBrowser();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await house?.end();
    printer.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, serviceWorkers: 'block' });
    page = await context.newPage();
    complaints = complaintsOf(page);
    await toList(page);
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  function inLedger<T>(ask: (ledger: LedgerReader) => T): T {
    const { reader, close } = openLedgerForReading(house.settings);
    try {
      return ask(reader);
    } finally {
      close();
    }
  }

  /** The entries of a kind, newest first, with what they say. */
  const said = (kind: EntryKind) =>
    inLedger((ledger) => ledger.show({ kind })).map(({ entry, body }) => ({
      ...entry,
      body: body && readJson(body.content),
    }));

  const toList = async (on: Page): Promise<void> => {
    await on.goto(`http://127.0.0.1:${house.httpPort}/`);
    await signIn(on, staffOf(house, 'kir2'));
    await on.locator('table.beds[aria-busy=false]').waitFor();
  };

  /** In each size, light or dark: nothing scrolls sideways, axe has nothing to say, a finger hits everything. */
  async function looksRight(): Promise<void> {
    for (const [width, height, colorScheme] of [
      [1366, 768, 'light'],
      [820, 1180, 'dark'],
      [390, 844, 'light'],
    ] as const) {
      await page.setViewportSize({ width, height });
      // Colours that are on their way to others are nobody's to judge.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect([width, await violationsOn(page)]).toEqual([width, []]);
      expect([width, await scrollsSideways(page)]).toEqual([width, false]);
      if (width < 700) expect(await smallTargets(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1366, height: 768 });
  }

  describe('paper', { timeout: 240_000 }, () => {
    const dialog = () => page.locator('dialog.sheet');
    const submit = () => dialog().locator('button[type=submit]').click();
    const over = () =>
      dialog().locator('.progress', { hasText: 'sänt till skrivaren' }).waitFor({ timeout: PRINTED_MS });

    it('the unit’s pack is printed with two presses from the list, and the dialog says what became of it', async () => {
      await page.keyboard.press('p');
      await dialog().getByLabel('Expeditionen').waitFor();
      await looksRight();
      await submit();
      await over();
      expect(await dialog().locator('.progress').innerText()).toMatch(
        /Kirurgavdelning 2, paket version \d+ till Expeditionen/,
      );
      expect(await printer.text()).toContain('Kirurgavdelning2–enhetslista');
      expect(await violationsOn(page)).toEqual([]);
    });

    it('who asks for what a colleague prints already is told who that is, and may have one more', async () => {
      printer.isHeld = true;
      await page.keyboard.press('p');
      await dialog().getByLabel('Rundlista').check();
      await submit();
      await dialog().locator('.progress').waitFor();
      const other = await context.newPage();
      await other.goto(`http://127.0.0.1:${house.httpPort}/`);
      await other.locator('table.beds[aria-busy=false]').waitFor();
      await other.keyboard.press('p');
      await other.locator('dialog .going', { hasText: 'Skrivs redan ut av Anna Berg' }).waitFor();
      await other.getByLabel('Rundlista').check();
      await other.locator('dialog button[type=submit]').click();
      const refusal = other.locator('dialog .refusal');
      await refusal.waitFor();
      expect(await refusal.innerText()).toMatch(
        /Samma papper är redan på väg. Skrivs redan ut av Anna Berg, .* på Expeditionen\.\s+Den utskriften fortsätter\.\s+Hämta den vid skrivaren/,
      );
      await other.getByRole('button', { name: 'Skriv ut en till' }).click();
      printer.release();
      await other.locator('dialog .progress', { hasText: 'sänt till skrivaren' }).waitFor({ timeout: PRINTED_MS });
      await over();
    });

    it('mina patienter are printed for themselves, each with a reading sheet and a signing sheet', async () => {
      // One who lies here: who is expected has nothing to sign on yet.
      const row = page.locator('.beds tbody tr', { has: page.locator('.cell-news2'), hasNotText: 'väntas' }).nth(1);
      const family = (await row.locator('.name').innerText()).split(',')[0] ?? '';
      const families = (await page.locator('.beds td.who .name').allInnerTexts()).map((name) => name.split(',')[0]);
      const other = families.find((name) => name !== family) ?? '';
      await row.locator('button.star').click();
      await page.getByRole('button', { name: /^Mina/ }).click();
      await page.getByRole('button', { name: 'Skriv ut' }).click();
      await dialog().getByLabel('Expeditionen').waitFor();
      expect(
        await dialog()
          .getByLabel(/Mina patienter \(1\)/)
          .isChecked(),
      ).toBe(true);
      await submit();
      await over();
      const text = await printer.text();
      expect(text).toContain('minapatienter');
      expect(text).toContain(family.replace(/\s/g, ''));
      expect(text).toContain('Signeringsblad');
      expect(text).not.toContain(`${other.replace(/\s/g, '')},`);
    });

    it('one chart is read on paper from where it is open, or as pages that only this page knows and that are not offered to be saved', async () => {
      await page.locator('button.open').nth(2).click();
      await page.locator('.id h1').waitFor();
      const number = (await page.locator('.id .no').first().innerText()).trim();
      await page.keyboard.press('p');
      expect(await dialog().locator('.print-who').innerText()).toContain(number);
      await dialog().getByLabel('Visa på den här datorn').check();
      await submit();
      const open = dialog().getByRole('link', { name: 'Öppna sidorna' });
      await open.waitFor({ timeout: PRINTED_MS });
      expect(await open.getAttribute('href')).toMatch(/^blob:/);
      expect(await dialog().locator('a[download]').count()).toBe(0);
      expect(await dialog().getByRole('status').last().innerText()).toContain(
        'spara dem inte, en sparad fil är oskyddad',
      );
      const entries = await house.run(['ledger', 'show', '--kind', 'paper.printed', '--json']);
      expect(entries.out).toMatch(/"what":"chart"/);
    });
  });

  describe('lists to write on', () => {
    it.each([
      ['r', 'Rundlista', 'rundlista'],
      ['a', 'Arbetsblad', 'arbetsblad'],
    ])('g %s: %s holds on the screen what its paper holds, with no empty fact', async (key, title, onPaper) => {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      const cards = page.locator('.cards > li');
      expect(await cards.count()).toBeGreaterThan(10);
      for (const text of await page.locator('.cards dd').allInnerTexts()) expect(text).toMatch(/[\p{L}\d]/u);
      await looksRight();
      const [first = '', second = ''] = [
        await cards.nth(0).locator('dd').first().innerText(),
        await cards.nth(1).locator('.ids').innerText(),
      ];
      await page.keyboard.press('p');
      await page.locator('dialog button[type=submit]').click();
      await page.locator('dialog .progress', { hasText: 'sänt till skrivaren' }).waitFor({ timeout: PRINTED_MS });
      const text = await printer.text();
      expect(text).toContain(onPaper);
      for (const line of first.split('\n')) expect(text).toContain(line.replace(/\s/g, ''));
      expect(text).toContain(second.split(' · ')[0]?.replace(/\s/g, ''));
    });

    it('of nobody’s patients it says so, and a card opens the chart', async () => {
      await page.keyboard.press('g');
      await page.keyboard.press('r');
      await page.getByRole('button', { name: 'Bara mina patienter' }).click();
      await page.locator('.empty-list', { hasText: 'Ingen patient är märkt som din' }).waitFor();
      await page.getByRole('button', { name: 'Bara mina patienter' }).click();
      const name = await page.locator('.cards .name').first().innerText();
      await page.locator('.cards .open').first().click();
      expect(await page.locator('.id h1').innerText()).toBe(name);
    });
  });

  describe('var är patienten', () => {
    it('a search tells unit, bed, since when, and how old that is; of who is not here that the copy may not know', async () => {
      const row = page.locator('.beds tbody tr').nth(3);
      const family = (await row.locator('.name').innerText()).split(',')[0] ?? '';
      await page.keyboard.press('/');
      await page.getByRole('combobox').fill(family);
      const hit = page.locator('.hits li', { hasText: family }).first();
      await hit.waitFor();
      expect(await hit.innerText()).toMatch(
        /Kirurgavdelning 2, plats [\s\S]*inskriven .*enligt uppgift från .*\. Beläggningen per \d\d:\d\d/,
      );
      await page.getByRole('combobox').fill('Skatteverket');
      await page.locator('dialog .hint', { hasText: 'Ingen träff' }).waitFor();
      await page.getByRole('combobox').fill('joh');
      await page.locator('.hits li', { hasText: 'Johansson' }).first().waitFor();
      for (const text of await page.locator('.hits .where').allInnerTexts()) expect(text).toMatch(/\p{L}/u);
      await looksRight();
    });

    it('another unit’s patient opens by a relation, and once blocked by an emergency opening that waits for its review', async () => {
      const ask = async (about: string): Promise<void> => {
        await page.keyboard.press('/');
        await page.getByRole('combobox').fill('joh');
        await page.locator('.hits li').filter({ hasText: about }).first().click();
      };
      const relations = page.locator('dialog', { hasText: 'Ange din relation' });
      await ask('Medicinavdelning');
      await relations.waitFor();
      expect(await violationsOn(page)).toEqual([]);
      // One step back and no more: it once stepped out of the app.
      await page.keyboard.press('Escape');
      await page.locator('table.beds[aria-busy=false]').waitFor();
      await ask('Medicinavdelning');
      await relations.getByRole('button', { name: 'Jag är konsult eller tillfrågad' }).click();
      await page.locator('main.chart[aria-busy=false]').waitFor();
      const number = (await page.locator('.id .no').first().innerText()).trim();
      /** What has been told of the patient on the other unit. */
      const told = (): Promise<string[]> =>
        page.evaluate(() =>
          // Names alone: values and what is new of them come while this goes on.
          [...document.querySelectorAll('main.chart tbody th')].map((name) => {
            const own = name.cloneNode(true) as HTMLElement;
            for (const other of own.querySelectorAll('.value, .mark-new')) other.remove();
            return own.textContent.trim().replace(/\s+/g, ' ');
          }),
        );
      const before = await told();
      expect(before.length).toBeGreaterThan(5);
      const { id } = staffOf(house, 'kir2');
      await expect.poll(() => said('access.choice')).toMatchObject([{ author: id, body: { relation: 'consulted' } }]);

      const [{ patient = null } = {}] = said('access.choice');
      await house.api('/api/blocks', { patient, unit: 'all', by: 'provet' });
      await page.keyboard.press('Escape');
      // Where a blocked patient lies is not told either.
      await ask(number);
      const blocked = page.locator('dialog', { hasText: 'Spärrade uppgifter finns' });
      await blocked.waitFor();
      // Whose chart it is about, before anything is pressed.
      expect(await blocked.locator('.about').innerText()).toContain(number);
      expect(await told()).toEqual([]);
      expect(await violationsOn(page)).toEqual([]);
      const cannotAsk = blocked.getByRole('button', { name: /Samtycke kan inte inhämtas/ });
      await cannotAsk.click();
      await blocked.getByRole('alert').filter({ hasText: 'Skriv varför' }).waitFor();
      const reason = 'Medvetslös, läkemedlen behövs';
      await blocked.getByLabel('Skäl, med egna ord').fill(reason);
      await cannotAsk.click();
      await page.locator('main.chart[aria-busy=false]').waitFor();
      expect((await page.locator('.id .no').first().innerText()).trim()).toBe(number);
      expect(await told()).toEqual(expect.arrayContaining(before));
      await expect
        .poll(() => said('access.emergency'))
        .toMatchObject([{ author: id, patient, body: { reason, consent: 'cannot-ask' } }]);
      expect(inLedger((ledger) => emergencyOpenings(ledger))).toMatchObject([
        { author: id, patient, reason, review: null },
      ]);
      await page.keyboard.press('?');
      await page.locator('.keys-list').waitFor();
      expect(await violationsOn(page)).toEqual([]);
    });
  });

  it('a part of the app that was never fetched, with the station silent, leads back to where one was', async () => {
    await page.route('**/_app/**', (route) => route.abort());
    await page.locator('.user summary').click();
    await page.getByRole('button', { name: 'Öva själv' }).click();
    await page.getByRole('alert').filter({ hasText: 'inte hämtad till datorn' }).waitFor();
    await page.getByRole('button', { name: 'Tillbaka' }).click();
    await page.locator('table.beds[aria-busy=false]').waitFor();
  });

  it('dagens kontroll: two patients, block by block; what differs is under utredning on screen until it is settled', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    const cards = page.locator('.checks section.block');
    await cards.first().waitFor();
    expect(await cards.count()).toBe(2);
    await looksRight();
    const blocks = cards.first().locator('fieldset');
    for (let at = 0; at < (await blocks.count()); at += 1)
      await blocks
        .nth(at)
        .getByLabel(at === 5 ? 'Stämmer inte' : 'Stämmer', { exact: true })
        .check();
    await cards.first().getByRole('button', { name: 'Klar med patienten' }).click();
    const inquiry = page.locator('.checks .inquiry');
    await inquiry.waitFor();
    expect(await inquiry.innerText()).toMatch(/Vitalparametrar stämde inte med journalsystemet/);
    expect(await violationsOn(page)).toEqual([]);
    await cards.first().locator('.open').click();
    await page.locator('.id', { hasText: 'Under utredning: Vitalparametrar' }).waitFor();
    await page.goBack();
    await page.locator('.checks .inquiry input').fill('mätningen var en annans, rättad');
    await page.getByRole('button', { name: 'Utredd' }).click();
    await page.locator('.checks', { hasText: 'Ingen ruta är under utredning' }).waitFor();
  });

  it('§5.22 a unit under uppbyggnad says so on every screen, alone too, until its head takes it in use', async () => {
    const own = await browser.newContext({ viewport: { width: 1366, height: 768 }, serviceWorkers: 'block' });
    const kir2 = page;
    page = await own.newPage();
    const band = page.locator('.practice-copy.top');
    const says = () =>
      expect.poll(() => band.innerText(), { timeout: 30_000 }).toContain('ÖVNINGSKOPIA – inte för vård');
    await page.goto(`http://127.0.0.1:${house.httpPort}/`);
    await signIn(page, personOf(house, 'ort1', 'lead'));
    await page.locator('table.beds[aria-busy=false]').waitFor();
    expect(await band.count()).toBe(0);
    await page.locator('.user summary').click();
    await page.getByRole('button', { name: 'I drift eller under uppbyggnad' }).click();
    await page.getByLabel('Skäl, som läsarna ser').fill('prov av bandet');
    await page.getByRole('button', { name: 'Ta enheten ur drift' }).click();
    await says();
    await looksRight();
    await page.keyboard.press('Escape');
    await says();
    for (const key of ['/', 'p']) {
      await page.keyboard.press(key);
      expect(await page.locator('dialog.sheet').innerText()).toContain('ÖVNINGSKOPIA');
      await page.keyboard.press('Escape');
    }
    await page.locator('button.open').first().click();
    await page.locator('main.chart').waitFor();
    await says();
    expect(await page.locator('section.id').innerText()).toContain('ÖVNINGSKOPIA');
    for (const key of ['r', 'a', 'd', 'k']) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await says();
    }
    await page.locator('.user summary').click();
    await page.getByRole('button', { name: 'Öva själv' }).click();
    await page.locator('.band.drill').waitFor();
    await says();
    await page.getByRole('button', { name: 'Lämna övningen' }).click();
    await page.locator('table.beds[aria-busy=false]').waitFor();
    const rowAt = async () => (await page.locator('button.open').first().boundingBox())?.y;
    const before = await rowAt();
    await own.setOffline(true);
    await page.locator('.contact.alone').waitFor({ timeout: 60_000 });
    await says();
    // Said where no row is moved by it, and where it is seen however far down one reads.
    const said = await page.locator('.band.alone').boundingBox();
    expect((said?.y ?? 0) + (said?.height ?? 0)).toBeLessThanOrEqual(768);
    expect(await rowAt()).toBe(before);
    await own.setOffline(false);
    // Another unit of the house is as it was.
    expect(await kir2.locator('.practice-copy').count()).toBe(0);
    await page.getByRole('button', { name: 'Ta enheten i drift …' }).click();
    await page.getByLabel('Skäl, som läsarna ser').fill('prövad');
    await page.getByRole('button', { name: /^Ta enheten i drift$/ }).click();
    await band.waitFor({ state: 'detached' });
    await own.close();
    page = kir2;
  });

  it('reservplatser och skrivare: who answers for the unit marks the computer, what it could not do is said, and a printer is tried', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByText('Ingen dator är märkt som reservplats på enheten').waitFor();
    await page.getByText('Enhetsansvarig märker en dator som reservplats').waitFor();
    const printers = page.locator('section[aria-labelledby=p-printers] li').first();
    await printers.getByRole('button').click();
    await printers
      .getByText(/^Provsida sänd \d\d:\d\d: skrivaren svarar inte om den kom ut/)
      .waitFor({ timeout: 60_000 });
    // Sent is told when the last byte has left: the printer may not have read it yet.
    await expect.poll(() => printer.text(), { timeout: PRINTED_MS }).toContain('Skrivare:Expeditionen');
    await page
      .getByRole('button', { name: /^Kirurgavdelning 2/ })
      .last()
      .click();
    await page.locator('.user summary').click();
    await page.getByRole('button', { name: 'Byt användare' }).click();
    await signIn(page, personOf(house, 'kir2', 'lead'));
    await page.locator('table.beds[aria-busy=false]').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByLabel('Platsens namn').fill('Dator 4');
    await page.getByLabel('Var den står').fill('läkemedelsrummet');
    await looksRight();
    await page.getByRole('button', { name: 'Märk datorn' }).click();
    // As soon as this computer is the place it stands among them, though it has not been tried.
    await page.locator('section[aria-labelledby=p-here]', { hasText: 'Dator 4' }).waitFor();
    expect(await page.locator('section[aria-labelledby=p-all]').innerText()).toContain('Dator 4');
    // This test's browser keeps no service worker: without the network it would not open.
    const fault = 'gick inte: appens filer ligger inte hela på datorn';
    await page.getByRole('status').filter({ hasText: fault }).waitFor();
    await looksRight();
    const { code, out } = await house.run(['status']);
    expect(code).toBe(1);
    expect(out).toMatch(
      /! .*Reservplatsen kunde inte öppna en journalkopia utan nät\. Dator 4, läkemedelsrummet \(kir2\)/,
    );
    expect(out).toMatch(/Skrivare Expeditionen: Provsida sänd/);
    const listed = await house.run(['place', 'list']);
    expect([listed.code, listed.out]).toEqual([1, expect.stringContaining(fault)]);
    await page.getByRole('button', { name: 'Ta bort: Dator 4' }).click();
    await page.getByText('Ingen dator är märkt som reservplats på enheten').waitFor();
    expect((await house.run(['place', 'list'])).out).toContain('Inga reservplatser');
    expect((await house.run(['status'])).out).not.toContain('Reservplatsen kunde inte');
  });

  it('öva själv: the invented patient is never among the real ones, and nobody is told of a read', async () => {
    const reads = async (): Promise<string> =>
      (await house.run(['ledger', 'show', '--kind', 'chart.read', '--json'])).out;
    const [names, before] = [await page.locator('td.who .name').allInnerTexts(), await reads()];
    const told: string[] = [];
    page.on('request', (request) => told.push(`${new URL(request.url()).pathname} ${request.postData() ?? ''}`));
    const frame = page.locator('.band.drill', { hasText: 'Påhittad patient.' });
    await page.keyboard.press('g');
    // As a Swedish keyboard sends it: the driver knows no such key.
    await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ö', bubbles: true })));
    await frame.waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.user summary').click();
    await page.getByRole('button', { name: 'Öva själv' }).click();
    await frame.waitFor();
    expect(await page.locator('td.who .name').allInnerTexts()).toEqual(['ÖVNING Lindh, Nils']);
    expect(await violationsOn(page)).toEqual([]);
    await page.locator('button.star').click();
    await page.locator('button.open').click();
    await page.locator('main.chart[aria-busy=false]').waitFor();
    await looksRight();
    for (const key of ['t', 'p']) {
      await page.keyboard.press(key);
      await page.locator('dialog.sheet').waitFor();
      expect(
        await page.locator('dialog.sheet').evaluate((dialog) => getComputedStyle(dialog, '::before').content),
      ).toContain('ÖVNING – påhittad patient');
      expect(await violationsOn(page)).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Lämna övningen' }).click();
    await page.locator('table.beds[aria-busy=false]').waitFor();
    // The unit's own copy goes on being refreshed.
    expect(told.filter((one) => !/^\/(_app|api\/copies\/(unit|key))/.test(one) || /ovning/.test(one))).toEqual([]);
    expect(await page.locator('td.who .name').allInnerTexts()).toEqual(names);
    expect(await page.getByRole('button', { name: /^Mina/ }).innerText()).toMatch(/0$/);
    await page.keyboard.press('/');
    await page.getByRole('combobox').fill('övning');
    await page.locator('dialog .hint', { hasText: 'Ingen träff' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await reads()).toBe(before);
  });

  it('mina inloggningar: what was changed is told at the next sign-in, and one is signed out elsewhere from here', async () => {
    const [elsewhere, before] = [context, page];
    await house.run(['accounts', 'deal', staffOf(house, 'kir2').id]);
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, serviceWorkers: 'block' });
    page = await context.newPage();
    await toList(page);
    await page.getByText('En ny engångskod delades ut för dig').waitFor();
    await page.getByRole('button', { name: 'Mina inloggningar' }).click();
    await page.getByText('Ny engångskod utdelad').waitFor();
    await page.getByText(/^Stationens liggare sparar när du loggade in/).waitFor();
    await looksRight();
    await page
      .getByRole('button', { name: 'Logga ut överallt utom här' })
      .or(page.getByRole('button', { name: /^Logga ut: / }))
      .first()
      .click();
    await page.getByText('Utloggad där.').waitFor();
    const others = page.getByRole('button', { name: /^Logga ut: / });
    // One at a time, each gone before the next is looked for.
    for (let left = await others.count(); left > 0; left -= 1) {
      await others.first().click();
      await others.nth(left - 1).waitFor({ state: 'detached' });
    }
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Jag vet' }).click();
    await page.reload();
    await page.locator('table.beds[aria-busy=false]').waitFor();
    expect(await page.locator('.own-changes').count()).toBe(0);
    await before.reload();
    await before.getByLabel('HSA-id').waitFor();
    await elsewhere.close();
  });

  it('a computer that is gone: who answers for the unit finds it, is told what will happen, reports it, and sees that it has been told', async () => {
    const own = await browser.newContext({ serviceWorkers: 'block' });
    const gone = await own.newPage();
    await toList(gone);
    expect(await gone.locator('.user .menu', { hasText: 'anmäl förlorad' }).count()).toBe(0);
    const number = await gone.evaluate(async () => {
      const { sessions } = (await (await fetch('/api/sessions/own')).json()) as {
        sessions: { isThis: boolean; device: string }[];
      };
      return sessions.find(({ isThis }) => isThis)?.device ?? '';
    });
    await page.locator('.user summary').click();
    await page.getByRole('button', { name: 'Byt användare' }).click();
    const lead = personOf(house, 'kir2', 'lead');
    await signIn(page, lead);
    await page.locator('table.beds[aria-busy=false]').waitFor();
    await page.locator('.user summary').click();
    await page.getByRole('button', { name: 'Datorer, anmäl förlorad' }).click();
    await page.getByLabel('Sök plats, namn eller nummer').fill(number.toLowerCase());
    const card = page.locator('.cards-of > li');
    await expect.poll(() => card.count()).toBe(1);
    expect(await card.innerText()).toMatch(
      /Chrome på Linux[\s\S]*Anna Berg, .*, inloggad nu[\s\S]*nyss[\s\S]*Kirurgavdelning 2, hämtad \d\d:\d\d/,
    );
    await page.getByRole('button', { name: /^Anmäl förlorad: Chrome på Linux, D-/ }).press('Enter');
    await page.getByText('Kopian av Kirurgavdelning 2 kan inte längre öppnas där').waitFor();
    await looksRight();
    const yes = page.getByRole('button', { name: 'Ja, anmäl den förlorad' });
    await yes.click();
    await page.getByRole('alert').filter({ hasText: 'Skriv vad som har hänt.' }).waitFor();
    await page.getByLabel('Vad har hänt?').fill('Stulen ur bilen');
    await context.setOffline(true);
    await yes.click();
    await page.locator('.refusal', { hasText: 'Stationen svarar inte.' }).first().waitFor();
    expect(said('access.device-lost')).toEqual([]);
    await context.setOffline(false);
    await yes.click();
    await page
      .getByRole('status')
      .filter({ hasText: `${number} är anmäld förlorad och nekas från nu.` })
      .waitFor();
    await gone.reload();
    await gone.getByText('Den här enheten är anmäld förlorad').waitFor();
    await card.filter({ hasText: 'den har fått beskedet' }).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect(await page.getByRole('button', { name: /^Anmäl förlorad/ }).count()).toBe(0);
    await expect
      .poll(() => said('access.device-lost'))
      .toMatchObject([{ author: lead.id, body: { number, reason: 'Stulen ur bilen', sessionsEnded: 1 } }]);
    await own.close();
  });
});
