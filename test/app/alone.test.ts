// The app when everything above it is gone: the station dead, the browser closed and started again on the ward's computer.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CodeSheet, SealedCode } from '../../src/access/emergency-codes.ts';
import type { DeviceKey } from '../../src/domain/access/device-key.ts';
import type { PlaceLine } from '../../src/domain/reserve-place.ts';
import { House } from '../support/house.ts';
import { pdfPages } from '../support/pdf-text.ts';
import { hasBrowser, scrollsSideways, smallTargets, startComputer, violationsOn } from './browser.ts';
import { personOf, type Somebody, signIn, staffOf } from './sign-in.ts';

declare global {
  function tellDealt(answer: string): Promise<number>;
  function tellAnswered(asked: string, answer: string): Promise<void>;
  function answerOf(asked: string): Promise<string>;
}

const PIN = '402718';
const JSON_BODY = { 'content-type': 'application/json' };
/** Within the time an app on a laden machine needs for its next question. */
const LOOKED = { interval: 250, timeout: 120_000 } as const;

describe.skipIf(!hasBrowser)('with the station dead (skipped without Debian’s chromium)', () => {
  const profile = mkdtempSync(join(tmpdir(), 'reservkraft-profile-'));
  let house: House;
  /** Signed in here before the station died. */
  let nurse: Somebody;
  /** On the same unit, and has never touched this computer. */
  let newcomer: Somebody;
  /** On another unit. */
  let stranger: Somebody;
  /** Had a role here, and was let out while the station could still say so. */
  let removed: Somebody;
  let computer: BrowserContext;
  let page: Page;
  let address: string;
  let names: string[];
  let numbers: string[];
  const dealt: DeviceKey[] = [];
  let code: SealedCode;
  /** Of who was signed in when the station died: for that browser's memory, and gone with it. */
  let token: string;
  /** A computer that is opened by name and has hardware. */
  let other: BrowserContext;
  const pinProfile = mkdtempSync(join(tmpdir(), 'reservkraft-profile-'));
  /** What its hardware was asked, and answered. */
  const answered = new Map<string, string>();
  let byPin: Page;
  /** The reserve place, as the station told of it while it could. */
  let told: readonly PlaceLine[];

  beforeAll(async () => {
    house = await House.start({
      command: 'demo',
      words: ['--control', '0', '--hospital', 'rich', '--paper-every', '0'],
    });
    await house.settled();
    // First the source: nobody comes or goes while the computers here are made ready, one after the other.
    await fetch(`${house.control}/api/system/journal/stop`, { method: 'POST', headers: JSON_BODY, body: '{}' });
    await house.settled();
    nurse = staffOf(house, 'kir2');
    newcomer = personOf(house, 'kir2', 'lead');
    stranger = staffOf(house, 'med1');
    removed = personOf(house, 'all', 'on-call');
    address = `http://127.0.0.1:${house.httpPort}/`;
    computer = await startComputer(profile);
    page = await computer.newPage();
    // Read within the page: the browser does not always keep the body of an answer for who asks from outside.
    await page.exposeFunction('tellDealt', (answer: string) => dealt.push(JSON.parse(answer) as DeviceKey));
    await page.addInitScript(tellOfKeys);
    await page.goto(address);
    await signIn(page, nurse);
    await page.locator('table.beds[aria-busy=false]').waitFor();
    names = await page.locator('td.who .name').allInnerTexts();
    numbers = await page.locator('td.who .pin').allInnerTexts();
    await kept([newcomer.id, removed.id], []);
    await house.api('/api/accounts/close', { id: removed.id });
    await kept([nurse.id, newcomer.id], [removed.id]);
    const sheet = (await house.api('/api/emergency-codes', { unit: 'kir2', count: 1, by: 'IT' })) as CodeSheet;
    code = sheet.codes[0] as SealedCode;
    await kept([nurse.id, `KOD-${code.number}`], [removed.id]);
    other = await startComputer(pinProfile);
    byPin = await other.newPage();
    await byPin.exposeFunction('tellAnswered', (asked: string, answer: string) => answered.set(asked, answer));
    await byPin.addInitScript(tellOfHardware);
    await usePin(byPin, newcomer);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.locator('button.star').nth(1).click();
    await house.api('/api/places/mark', { unit: 'kir2', name: 'Dator 4', where: 'läkemedelsrummet', by: 'IT' });
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Den här datorn är Dator 4' }).click();
    await page
      .getByText(/^Prövad/)
      .first()
      .waitFor();
    await vi.waitUntil(async () => (await places())[0]?.testedAt != null, LOOKED);
    told = await places();
    await page.keyboard.press('Escape');
    token = (await computer.cookies()).find(({ name }) => name === 'reservkraft-session')?.value ?? '';
    // Then the station; the network in the tests themselves.
    await house.stop();
    await computer.close();
  }, 300_000);
  afterAll(async () => {
    await other?.close();
    await house?.end();
    for (const one of [profile, pinProfile]) rmSync(one, { recursive: true, force: true });
  });

  beforeEach(async () => {
    computer = await startComputer(profile);
    page = await computer.newPage();
    await page.goto(address);
  });
  afterEach(() => computer.close());

  const places = async (): Promise<readonly PlaceLine[]> =>
    (await house.api<{ readonly places: readonly PlaceLine[] }>('/api/status')).places;
  const kept = (...people: readonly (readonly string[])[]) =>
    vi.waitUntil(() => page.evaluate(keptFor, people), LOOKED);
  /** Set by who is in by words, and used once with the station there. */
  async function usePin(on: Page, somebody: Somebody): Promise<void> {
    const devtools = await on.context().newCDPSession(on);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...({ protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasPrf: true } as const),
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      },
    });
    await on.goto(address);
    await signIn(on, somebody);
    await on.getByLabel(/byt användare/).click();
    await on.getByRole('button', { name: 'PIN på den här datorn' }).click();
    await on.getByText('säkerhetsnycklar svarar bara på ett namn').waitFor();
    await on.goto(address.replace('127.0.0.1', 'localhost'));
    await signIn(on, somebody);
    await on.locator('table.beds[aria-busy=false]').waitFor();
    await on.getByLabel(/byt användare/).click();
    await on.getByRole('button', { name: 'PIN på den här datorn' }).click();
    await on.getByLabel('Dina ord').fill(somebody.secret);
    await on.getByLabel('Ny PIN, sex siffror').fill(PIN);
    await on.getByLabel('Samma PIN en gång till').fill(PIN);
    expect(await violationsOn(on)).toEqual([]);
    await on.getByRole('button', { name: 'Använd PIN på den här datorn' }).click();
    await on.getByText('PIN gäller på den här datorn.').waitFor();
    await vi.waitUntil(() => on.evaluate(keptHardware), LOOKED);
    // Who answers for the unit takes a colleague's away, in two presses.
    await on.getByText('Ingen av enhetens kollegor har PIN på någon dator.').waitFor();
    await on.getByRole('button', { name: 'Stäng' }).click();
    await on.getByLabel(/byt användare/).click();
    await on.getByRole('button', { name: 'Byt användare' }).click();
    await on.getByRole('button', { name: 'Logga in med PIN' }).click();
    await on.getByLabel('HSA-id').fill(somebody.id);
    await on.getByLabel('PIN, sex siffror').fill(PIN);
    await on.getByRole('button', { name: 'Logga in', exact: true }).click();
    await on.locator('table.beds[aria-busy=false]').waitFor();
    await on.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  }
  async function openByPin(pin: string): Promise<void> {
    await byPin.getByLabel('HSA-id').fill(newcomer.id.toLowerCase());
    await byPin.getByLabel('PIN, sex siffror').fill(pin);
    await byPin.getByRole('button', { name: 'Logga in', exact: true }).click();
  }
  const waitingReads = async (): Promise<boolean> =>
    (await page.evaluate(keptPieces)).some(([, kind]) => kind === 'read');
  const refusal = async (): Promise<string> => {
    await page.getByRole('alert').waitFor();
    return page.getByRole('alert').innerText();
  };

  it('no name, number, word or key of anyone lies readable in the browser’s profile', async () => {
    await computer.close();
    const bytes = filesIn(profile).map((file) => readFileSync(file).toString('latin1'));
    const people = [nurse, newcomer, stranger, removed];
    const wanted = [
      ...numbers,
      ...names.map((name) => name.split(',')[0] ?? ''),
      ...people.flatMap(({ secret, name }) => [secret, name]),
      ...[code.halfA, code.halfB].map((half) => half.join(' ')),
      token,
    ].filter((text) => text.length > 5);
    expect(wanted.length).toBeGreaterThan(20);
    expect(token).toMatch(/^[\w-]{43}$/);
    for (const text of wanted) {
      expect(bytes.some((file) => file.includes(Buffer.from(text).toString('latin1')))).toBe(false);
      expect(bytes.some((file) => file.includes(Buffer.from(text, 'utf16le').toString('latin1')))).toBe(false);
    }
    const keys = [...new Set(dealt.map(({ key }) => key))];
    expect(keys.length).toBeGreaterThan(1);
    for (const key of keys) {
      const raw = Buffer.from(key, 'base64');
      for (const form of [raw.toString('latin1'), key, raw.toString('hex')])
        expect(bytes.some((file) => file.includes(form))).toBe(false);
    }
    // What is looked for would be found: the envelopes lie there.
    expect(bytes.some((file) => file.includes(newcomer.id))).toBe(true);
  });

  it('the app opens, refuses other words, and with the right ones shows the list and charts, each told to be alone', async () => {
    await signIn(page, { ...nurse, secret: 'helt andra ord här' });
    expect(await refusal()).toContain('orden öppnar ingen kopia på den här datorn');
    const before = Date.now();
    await signIn(page, nurse);
    await page.locator('table.beds[aria-busy=false]').waitFor();
    process.stdout.write(`from the press to the list, alone: ${Date.now() - before} ms\n`);
    expect(await page.locator('td.who .name').allInnerTexts()).toEqual(names);
    await page.locator('.band.alone').waitFor();
    expect(await page.locator('.band.alone').innerText()).toMatch(
      /Ingen kontakt med stationen sedan .*Du läser den här datorns kopia/,
    );
    expect(await violationsOn(page)).toEqual([]);
    await page.locator('button.open').nth(2).click();
    await page.locator('main.chart[aria-busy=false]').waitFor();
    expect(await page.locator('main .block').count()).toBeGreaterThan(5);
    // The screen is what can be printed here: dark letters on white, also of the night's theme.
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
    for (const place of ['h1', '.no', '.why', '.chip'])
      expect(
        await page
          .locator(`.id ${place}`)
          .first()
          .evaluate((one) => getComputedStyle(one).color),
      ).toBe('rgb(0, 0, 0)');
  });

  it('a reserve place has told the station what it found, and says before anybody has signed in when it was tried and how', async () => {
    expect(told).toMatchObject([{ name: 'Dator 4', where: 'läkemedelsrummet', hasComputer: true, trouble: null }]);
    const found = /^Prövad .*\d\d:\d\d: journalkopia öppnades utan nät · \d personer kan logga in · kopian \d+\ss/;
    expect(told[0]?.words).toMatch(found);
    await computer.setOffline(true);
    await page.reload();
    const card = page.locator('.place-card');
    await card.locator('.seen').waitFor();
    expect(await card.locator('p').nth(0).innerText()).toBe('Reservplats Dator 4, läkemedelsrummet');
    expect(await card.locator('p').nth(1).innerText()).toMatch(found);
    expect(await card.locator('.seen').innerText()).toMatch(
      /^Utan inloggning syns bara .*: appens filer hela · förseglad kopia, \d kuvert\. Att de öppnas prövas när någon loggar in\.$/,
    );
    expect(await violationsOn(page)).toEqual([]);
  });

  it('seven hours after source, station and network died each screen reads this computer’s copy, or says what it cannot do; nothing claims to be current', async () => {
    await computer.setOffline(true);
    await page.clock.setSystemTime(Date.now() + 7 * 3_600_000);
    await page.reload();
    await signIn(page, nurse);
    await page.locator('table.beds[aria-busy=false]').waitFor();
    await page.locator('.band.alone').waitFor();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const main = page.locator('main');
    const go = async (key: string, title: string): Promise<void> => {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
    };
    const isOldAndWhole = async (): Promise<void> => {
      expect(await page.locator('.age[data-state=fresh], .age[data-state=aging]').allInnerTexts()).toEqual([]);
      await isWhole();
    };
    const isWhole = async (): Promise<void> => {
      await page.locator('.band.alone').waitFor();
      for (const [width, height] of [
        [1366, 768],
        [390, 844],
      ] as const) {
        await page.setViewportSize({ width, height });
        expect(await scrollsSideways(page)).toBe(false);
        if (width < 700) expect([await smallTargets(page), await violationsOn(page)]).toEqual([[], []]);
      }
      await page.setViewportSize({ width: 1366, height: 768 });
    };
    expect(await page.locator('.bar .place').innerText()).toMatch(/Reservplats\s+Dator 4/);
    expect(await page.locator('.bar .age').innerText()).toMatch(/tyst sedan|gammal/i);
    await isOldAndWhole();

    await go('r', 'Rundlista');
    expect(await page.locator('.cards > li').count()).toBeGreaterThan(10);
    expect(await main.innerText()).toMatch(/Beläggning: .*[Tt]yst sedan/);
    await isOldAndWhole();
    await page.getByRole('button', { name: 'Bara mina patienter' }).click();
    expect(await page.locator('.cards .name').allInnerTexts()).toEqual([names[1]]);
    await go('a', 'Arbetsblad');
    expect(await page.locator('.cards > li').count()).toBeGreaterThan(10);
    await isOldAndWhole();
    await go('k', 'Källornas ålder');
    expect(await main.innerText()).toMatch(/Tyst sedan/);
    await isOldAndWhole();
    await go('d', 'Dagens kontroll');
    await page.getByRole('alert').filter({ hasText: 'Gör kontrollen när stationen svarar igen' }).waitFor();
    await isWhole();
    await go('p', 'Reservplatser och skrivare');
    await page
      .getByRole('alert')
      .filter({ hasText: 'Den här datorn kan pröva sig själv också utan stationen' })
      .waitFor();
    await page.getByRole('button', { name: 'Pröva nu' }).click();
    await main
      .getByText(/^Prövad i dag .*: journalkopia öppnades utan nät · \d personer kan logga in · kopian 7\sh/)
      .waitFor();
    await isWhole();

    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.locator('table.beds[aria-busy=false]').waitFor();
    await page.keyboard.press('m');
    expect(await page.locator('td.who .name').allInnerTexts()).toEqual([names[1]]);
    await page.keyboard.press('m');
    await page.keyboard.press('/');
    await page.getByRole('combobox').fill((names[3] ?? '').split(',')[0] ?? '');
    await page.locator('dialog', { hasText: 'sökningen gäller bara den här datorns kopia' }).waitFor();
    expect(await page.locator('.hits .where').first().innerText()).toMatch(/enligt uppgift från .*[Tt]yst sedan/);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stäng' }).click();
    await page.keyboard.press('p');
    const print = page.locator('dialog.sheet');
    await print.getByText('Skriv ut skärmen på en skrivare som sitter i den här datorn').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('button.open').nth(3).click();
    await page.locator('main.chart[aria-busy=false]').waitFor();
    await isOldAndWhole();
    await page.keyboard.press('t');
    await page.getByLabel('Klockslag').fill('00:00');
    await page.getByRole('button', { name: 'Läs', exact: true }).click();
    await page.getByText('Tidigare tider kan bara läsas därifrån').first().waitFor();
    expect(await violationsOn(page)).toEqual([]);
  });

  it('with nobody signed in one practises on a patient who does not exist, and nothing of it is kept, waits or is asked for', async () => {
    const practise = page.getByRole('button', { name: 'Öva med en påhittad patient' });
    await practise.waitFor();
    const before = await page.evaluate(keptPieces);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    // A print that nobody answers would stand in the way of the next.
    await page.evaluate(() => {
      globalThis.print = () => {};
    });
    await practise.click();
    const guide = page.locator('.guide');
    const answer = (words: string | RegExp) => guide.getByRole('button', { name: words }).click();
    const next = () => guide.getByRole('button', { name: 'Nästa' }).click();
    const verdict = guide.locator('.verdict');
    expect(await page.locator('td.who .name').allInnerTexts()).toEqual(['ÖVNING Lindh, Nils']);
    await page.locator('button.open').click();
    const age = await page.locator('#b-medication').locator('..').locator('.age').first().innerText();
    const [sought = ''] = /\d\d:\d\d$/.exec(age) ?? [];
    await guide.locator('.answers .btn').first().click();
    expect(await verdict.innerText()).toContain('Se efter en gång till.');
    await answer(sought);
    expect(await verdict.innerText()).toContain('Rätt.');
    await next();
    await answer('0-HLR');
    await next();
    await answer(/^Vätskebalans/);
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Skriv ut skärmen' }).click();
    await page.keyboard.press('t');
    await page.locator('.seg label').nth(1).click();
    await page.getByLabel('Klockslag').fill('12:00');
    await page.getByRole('button', { name: 'Läs', exact: true }).click();
    await page.locator('.band.as-of').waitFor();
    await guide.getByText('Alla fem är klara').waitFor();
    for (const text of await pdfPages(await page.pdf({ format: 'A4' })))
      expect(text).toContain('ÖVNING–påhittadpatient');
    expect(await page.title()).toMatch(/^ÖVNING/);
    // The door she comes back to asks the station again whether it is there.
    expect(asked.filter((one) => one.includes('/api'))).toEqual([]);
    await page.getByRole('button', { name: 'Lämna övningen' }).click();
    await page.getByLabel('HSA-id').waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset['mode'])).toBeUndefined();
    expect(await page.evaluate(keptPieces)).toEqual(before);
  });

  it('a person who has never used this computer signs in on it with her words, and reads list and charts', async () => {
    await signIn(page, newcomer);
    await page.locator('table.beds[aria-busy=false]').waitFor();
    expect(await page.locator('td.who .name').allInnerTexts()).toEqual(names);
    expect(await page.locator('.bar').innerText()).toContain(newcomer.name);
    await page.locator('button.open').first().click();
    await page.locator('.id h1').waitFor();
    expect(names.map((name) => name.replace(/\s+/g, ' '))).toContain(
      (await page.locator('.id h1').innerText()).replace(/\s+/g, ' '),
    );
    // Who read waits, sealed, for the station.
    expect(await vi.waitUntil(waitingReads, LOOKED)).toBe(true);
  });

  it('two people open it with a sealed code, both named on the screen and in what waits to be told', async () => {
    await page.getByRole('button', { name: 'Öppna med förseglad nödkod' }).click();
    await page.getByLabel('Kodens nummer').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    const [a, b] = [code.halfA.join(' '), code.halfB.join(' ')];
    const open = async (halfA: string, second: string) => {
      for (const [label, text] of [
        ['Kodens nummer', code.number.toLowerCase()],
        ['Orden i kuvert A', halfA],
        ['den som läser kuvert A', 'Eva Ek, ssk'],
        ['Orden i kuvert B', b],
        ['den som läser kuvert B', second],
      ] as const)
        await page.getByLabel(label).fill(text);
      await page.getByRole('button', { name: 'Öppna enheten' }).click();
    };
    await open(a, 'Eva Ek, ssk');
    expect(await refusal()).toContain('Koden öppnas av två personer');
    await open(b, 'Bo Alm, läk');
    await page.getByText('koden öppnar ingen kopia på den här datorn').waitFor();
    await open(a, 'Bo Alm, läk');
    await page.locator('table.beds[aria-busy=false]').waitFor();
    const band = await page.locator('.band').first().innerText();
    expect(band).toBe(
      `Öppnat med förseglad nödkod ${code.number} av Eva Ek, ssk och Bo Alm, läk. Allt som läses granskas.`,
    );
    expect(await violationsOn(page)).toEqual([]);
    const before = (await page.evaluate(keptPieces)).length;
    await page.locator('button.open').first().click();
    await page.locator('.id h1').waitFor();
    await vi.waitUntil(async () => (await page.evaluate(keptPieces)).length > before, LOOKED);
    expect((await page.evaluate(keptPieces)).filter(([, kind]) => kind === 'code-use')).toHaveLength(1);
  });

  it('on a computer where she has a PIN her hardware and six digits open it; other digits or no hardware do not, and her words do', async () => {
    await byPin.goto('about:blank');
    await byPin.goto(address.replace('127.0.0.1', 'localhost'));
    const { id = '', unit = '', name = '', where = '' } = told[0] ?? {};
    const place = { place: id, computer: 'x', unit, name, where, printer: null, last: null };
    await byPin.evaluate((kept) => localStorage.setItem('reservkraft.place', JSON.stringify(kept)), place);
    await byPin.reload();
    await byPin.getByRole('button', { name: 'Logga in med PIN' }).click();
    await byPin.getByLabel('PIN, sex siffror').waitFor();
    expect(await violationsOn(byPin)).toEqual([]);
    await openByPin('402719');
    await byPin.getByText('PIN och säkerhetsnyckel öppnar ingen kopia på den här datorn').waitFor();
    await openByPin(PIN);
    await byPin.locator('table.beds[aria-busy=false]').waitFor();
    expect(await byPin.locator('td.who .name').allInnerTexts()).toEqual(names);
    expect(await byPin.locator('.bar').innerText()).toContain(newcomer.name);
    await byPin.locator('.band.alone').waitFor();
    await byPin.locator('button.open').first().click();
    await byPin.locator('.id h1').waitFor();
    await byPin.getByLabel(/byt användare/).click();
    await byPin.getByRole('button', { name: 'Byt användare' }).click();
    // As a reserve place it says what it has tried: nobody's words.
    await byPin.getByText(/^Prövad i dag .* · öppnad med PIN · \d+ kuvert finns, inget prövat med ord · /).waitFor();
    await signIn(byPin, newcomer);
    await byPin.locator('table.beds[aria-busy=false]').waitFor();
    await byPin.getByLabel(/byt användare/).click();
    await byPin.getByRole('button', { name: 'Byt användare' }).click();
    await byPin.getByText(/^Prövad i dag .* · \d+ personer kan logga in · /).waitFor();
  });

  /** No virtual hardware of a browser lives longer than its run, nor can its secret be taken out: what it answered is answered again. */
  it('with that browser closed and started again the same question to her hardware opens it, and nothing of the digits or the answer lies there', async () => {
    await other.close();
    expect(answered.size).toBeGreaterThan(1);
    const bytes = filesIn(pinProfile).map((file) => readFileSync(file).toString('latin1'));
    const raw = [...answered.values()].map((answer) => Buffer.from(answer, 'base64'));
    const secrets = raw.flatMap((one) => [one.toString('latin1'), one.toString('base64'), one.toString('hex')]);
    for (const secret of [...secrets, PIN, Buffer.from(PIN, 'utf16le').toString('latin1'), newcomer.secret])
      expect(bytes.some((file) => file.includes(secret))).toBe(false);
    expect(bytes.some((file) => file.includes(newcomer.id))).toBe(true);
    other = await startComputer(pinProfile);
    byPin = await other.newPage();
    const guess = randomBytes(32).toString('base64');
    await byPin.exposeFunction('answerOf', (asked: string) => answered.get(asked) ?? guess);
    await byPin.addInitScript(hardwareAsBefore);
    await byPin.goto(address.replace('127.0.0.1', 'localhost'));
    await byPin.getByRole('button', { name: 'Logga in med PIN' }).click();
    await openByPin('402717');
    await byPin.getByText('PIN och säkerhetsnyckel öppnar ingen kopia på den här datorn').waitFor();
    await openByPin(PIN);
    await byPin.locator('table.beds[aria-busy=false]').waitFor();
    expect(await byPin.locator('td.who .name').allInnerTexts()).toEqual(names);
    await byPin.locator('.band.alone').waitFor();
  });

  it.each([
    ['of another unit', () => stranger],
    ['who was let out before the station died', () => removed],
  ])('a person %s opens nothing with her own right words', async (_, person) => {
    await signIn(page, person());
    expect(await refusal()).toContain('orden öppnar ingen kopia på den här datorn');
    expect(await page.locator('table.beds').count()).toBe(0);
  });

  it('wrong words are slowed down, also when the browser is started again, and never lock anybody out', async () => {
    for (let each = 0; each < 10 && !/Vänta \d+ s/.test(await said()); each++) {
      await signIn(page, { ...newcomer, secret: `fel ord igen ${each}` });
      await page.getByRole('button', { name: 'Logga in' }).and(page.locator(':enabled')).waitFor();
    }
    expect(await refusal()).toMatch(/orden har varit fel flera gånger.*Vänta \d+ s/s);
    await page.reload();
    await signIn(page, { ...newcomer, secret: 'fel ord igen' });
    expect(await refusal()).toMatch(/Vänta \d+ s/);
    await page.waitForFunction(() => performance.now() > 6_000);
    await signIn(page, newcomer);
    await page.locator('table.beds[aria-busy=false]').waitFor();
  });

  const said = async (): Promise<string> => (await page.getByRole('alert').allInnerTexts()).join(' ');
});

/** A whole copy is kept here, with envelopes for the first and none for the others. */
function keptFor([wanted, unwanted]: readonly (readonly string[])[]): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open('reservkraft');
    opening.onsuccess = () => {
      const database = opening.result;
      if (!database.objectStoreNames.contains('vaults')) {
        database.close();
        // An empty one made by asking would stand in the app's way.
        indexedDB.deleteDatabase('reservkraft');
        resolve(false);
        return;
      }
      const asked = database.transaction(['vaults', 'pieces']);
      const rows = asked.objectStore('vaults').getAll();
      const pieces = asked.objectStore('pieces').getAllKeys();
      asked.oncomplete = () => {
        database.close();
        const [row, second] = rows.result as { envelopes: { person: string }[] }[];
        const people = row?.envelopes.map(({ person }) => person) ?? [];
        resolve(
          row !== undefined &&
            second === undefined &&
            pieces.result.length > 10 &&
            (wanted ?? []).every((one) => people.includes(one)) &&
            !(unwanted ?? []).some((one) => people.includes(one)),
        );
      };
    };
  });
}

/** An envelope that a PIN and hardware open is here, in a whole copy. */
function keptHardware(): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open('reservkraft');
    opening.onsuccess = () => {
      const database = opening.result;
      const rows = database.transaction('vaults').objectStore('vaults').getAll();
      rows.onsuccess = () => {
        database.close();
        const all = rows.result as { envelopes: { hardware?: object }[] }[];
        resolve(all.some(({ envelopes }) => envelopes.some(({ hardware }) => hardware !== undefined)));
      };
    };
  });
}

/** In the page: each data key it is dealt is told outside. */
function tellOfKeys(): void {
  const ask = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await ask(input, init);
    if (answer.ok && answer.url.endsWith('/api/copies/key')) await globalThis.tellDealt(await answer.clone().text());
    return answer;
  };
}

/** In the page: what hardware is asked by `prf`, and what it answers. */
function tellOfHardware(): void {
  const text = (bytes: BufferSource): string =>
    btoa(String.fromCharCode(...new Uint8Array(ArrayBuffer.isView(bytes) ? bytes.buffer : bytes)));
  const get = navigator.credentials.get.bind(navigator.credentials);
  navigator.credentials.get = async (options) => {
    const given = (await get(options)) as PublicKeyCredential;
    const asked = options?.publicKey?.extensions?.prf?.evalByCredential?.[given.id]?.first;
    const answer = given.getClientExtensionResults().prf?.results?.first;
    if (asked !== undefined && answer !== undefined) await globalThis.tellAnswered(text(asked), text(answer));
    return given;
  };
}

/** In the page: answers as the hardware would, which is a function of what it is asked. */
function hardwareAsBefore(): void {
  const text = (bytes: BufferSource): string =>
    btoa(String.fromCharCode(...new Uint8Array(ArrayBuffer.isView(bytes) ? bytes.buffer : bytes)));
  navigator.credentials.get = async (options) => {
    const [[id, { first }] = ['', { first: new Uint8Array() }]] = Object.entries(
      options?.publicKey?.extensions?.prf?.evalByCredential ?? {},
    );
    const answer = await globalThis.answerOf(text(first));
    const results = { first: Uint8Array.from(atob(answer), (letter) => letter.charCodeAt(0)).buffer };
    const nothing = new ArrayBuffer(1);
    return Object.defineProperties(Object.create(PublicKeyCredential.prototype), {
      id: { value: id },
      response: { value: { authenticatorData: nothing, signature: nothing, clientDataJSON: nothing } },
      getClientExtensionResults: { value: () => ({ prf: { results } }) },
    }) as Credential;
  };
}

/** What is kept here, by its keys: of each piece whose vault it is in and its kind. */
function keptPieces(): Promise<string[][]> {
  return new Promise((resolve) => {
    const opening = indexedDB.open('reservkraft');
    opening.onsuccess = () => {
      const database = opening.result;
      const keys = database.transaction('pieces').objectStore('pieces').getAllKeys();
      keys.onsuccess = () => {
        database.close();
        resolve(keys.result as unknown as string[][]);
      };
    };
  });
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
