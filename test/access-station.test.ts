// People at a whole station, from the operator's list to the review of what was opened: through its own commands and its own sockets.

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PinOffer } from '../src/domain/access/pin.ts';
import {
  ACCESS_PATHS,
  type DealtSecret,
  type Me,
  OWN_PAGE_HEADER,
  OWN_PAGE_VALUE,
} from '../src/domain/access/routes.ts';
import type { EmergencyOpening } from '../src/ledger/emergency-openings.ts';
import { TestHardware } from '../src/server/access/hardware.fixture.ts';
import { House } from './support/house.ts';
import { bare, pdfPages } from './support/pdf-text.ts';

const NURSE = 'SE0000000000-N1';
const LIST = `hsa-id;namn;titel;yrke;enhet;roll
${NURSE};Anna Bergström;leg. ssk;sjuksköterska;KIR;medarbetare
SE0000000000-L1;Eva Ek;vårdenhetschef;sjuksköterska;KIR;enhetsansvarig
SE0000000000-D1;Bo Alm;överläkare;läkare;PSYK;medarbetare
`;
const NUMBER = '189001019802';

let house: House;
beforeAll(async () => {
  house = await House.start({
    settings: {
      name: 'Övningsstationen',
      units: [
        { id: 'KIR', name: 'Kirurgen' },
        { id: 'PSYK', name: 'Psykiatrin', isSensitive: true },
      ],
      sources: [
        {
          id: 'journal',
          name: 'Journalsystemet',
          match: { application: 'JOURNAL' },
          identityDomains: { SKV: '1.2.752.129.2.1.3.1' },
          feeds: [{ parts: ['person', 'stay', 'allergies'] }],
        },
      ],
    },
  });
});
afterAll(() => house.end());

/** A browser on the ward. */
class Page {
  #cookies = new Map<string, string>();

  /** What it was given, as a browser would keep it. */
  get cookies(): readonly string[] {
    return [...this.#cookies.values()].flatMap((value) => value.split('.')).filter((value) => value !== '');
  }

  async ask(method: string, path: string, body?: object, host?: string) {
    const asked = (init: RequestInit) =>
      host === undefined ? house.fetch(path, init) : fetch(`http://${host}${path}`, init);
    const answer = await asked({
      method,
      headers: {
        authorization: '',
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        [OWN_PAGE_HEADER]: OWN_PAGE_VALUE,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    const json: unknown = answer.status === 204 ? null : await answer.json();
    return { status: answer.status, json };
  }
}

/** With hardware of software, at the station's name. What of it must lie nowhere. */
async function addPin(page: Page, secret: string): Promise<readonly string[]> {
  const host = `localhost:${house.httpPort}`;
  const hardware = new TestHardware(`http://${host}`);
  const offer = (await page.ask('POST', ACCESS_PATHS.pinOffer, {}, host)).json as PinOffer;
  const [salt, envelopeKey, proof] = [16, 32, 32].map((bytes) => randomBytes(bytes).toString('base64'));
  const pin = { secret, ...hardware.make(offer), salt, envelopeKey, proof };
  expect((await page.ask('POST', ACCESS_PATHS.pins, pin, host)).status).toBe(200);
  return [salt, envelopeKey, proof, hardware.credential].filter((one) => one !== undefined);
}

describe('people at a station', () => {
  const page = new Page();
  /** Everything that lets somebody in, as it was said or handed out. */
  const secrets: string[] = [];
  let words: string;
  let patient: string;

  it('are read from a list, every fault told by its line and nothing changed by it', async () => {
    const [right, wrong] = [join(house.folder, 'people.csv'), join(house.folder, 'wrong.csv')];
    writeFileSync(wrong, LIST.replace('PSYK', 'MARS'));
    writeFileSync(right, Buffer.from(LIST, 'latin1'));
    const refused = await house.run(['accounts', 'import', wrong]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('rad 4: enheten «MARS» finns inte') });
    expect((await house.run(['accounts', 'list'])).out).toContain('Inga konton');
    expect((await house.run(['accounts', 'import', right])).out).toContain('3 personer inlästa');
    expect((await house.run(['accounts', 'list'])).out).toMatch(/Anna Bergström .*ej inloggad än.*KIR \(medarbetare\)/);
  });

  it('come in with a one-time code and words of their own', async () => {
    const dealt = await house.run(['accounts', 'deal', NURSE, '--json']);
    const { code } = JSON.parse(dealt.out) as { code: string };
    const claimed = await page.ask('POST', ACCESS_PATHS.enrolment, { user: NURSE, code });
    words = (claimed.json as DealtSecret).words.join(' ');
    secrets.push(code, words);
    const { status, json } = await page.ask('POST', ACCESS_PATHS.session, { user: NURSE, secret: words });
    expect(status).toBe(200);
    expect((json as Me).units).toMatchObject([{ unit: 'KIR', name: 'Kirurgen' }]);
    secrets.push(...page.cookies, ...(await addPin(page, words)));
  });

  it('§5.24 open blocked data in emergency only, and somebody has to go through it', async () => {
    const said = (type: string, ...segments: string[]): string =>
      [
        `MSH|^~\\&|JOURNAL|HUS|RK|RK|20260114100000||${type}|M${segments.length}|P|2.5||||||UNICODE UTF-8`,
        ...segments,
        '',
      ].join('\r');
    const message = join(house.folder, 'admitted.hl7');
    writeFileSync(
      message,
      said(
        'ADT^A01',
        'EVN|A01|20260114100000',
        `PID|1||${NUMBER}^^^SKV^NNSE||Övning^Åsa||18900101|F`,
        'PV1|1|I|PSYK^1^1||||||||||||||||V1',
        'AL1|1|DA|^Litium|SV',
      ),
    );
    await house.run(['send', message, '--to', house.mllp]);
    await house.settled();
    const found = (await page.ask('POST', '/api/patients/search', { text: NUMBER })).json as {
      hits: { key: string; stay: unknown }[];
    };
    expect(found.hits).toMatchObject([{ stay: null }]);
    patient = found.hits[0]?.key ?? '';
    expect(await page.ask('GET', `/api/charts/${patient}`)).toMatchObject({ status: 403, json: { step: 'emergency' } });
    const reason = 'medvetslös på akuten';
    await page.ask('POST', ACCESS_PATHS.emergencies, { patient, reason, consent: 'cannot-ask' });
    expect((await page.ask('GET', `/api/charts/${patient}`)).status).toBe(200);
    const listed = await house.run(['access', 'reviews', '--json']);
    const [opening] = JSON.parse(listed.out) as EmergencyOpening[];
    expect(opening).toMatchObject({ author: NURSE, name: 'Anna Bergström', patient, reason, review: null });
    expect(listed.code).toBe(0);
    expect((await house.run(['access', 'reviews'])).code).toBe(1);
    await house.run(['access', 'reviewed', opening?.entry ?? '', '--finding', 'vårdrelation fanns', '--by', 'Eva Ek']);
    expect((await house.run(['access', 'reviews'])).out).toContain('Alla nödöppningar är granskade');
    expect((await house.run(['access', 'reviews', '--all'])).out).toContain('vårdrelation fanns (Eva Ek)');
  });

  it('have what was written of a patient erased by decision: two of them say their own words, and the rest stands', async () => {
    const wordsOf = async (user: string): Promise<string> => {
      const { code } = JSON.parse((await house.run(['accounts', 'deal', user, '--json'])).out) as { code: string };
      const claimed = await page.ask('POST', ACCESS_PATHS.enrolment, { user, code });
      const own = (claimed.json as DealtSecret).words.join(' ');
      secrets.push(code, own);
      return own;
    };
    const [lead, doctor] = ['SE0000000000-L1', 'SE0000000000-D1'];
    const typed = `${await wordsOf(lead)}\n${await wordsOf(doctor)}\n`;
    const [opening] = JSON.parse((await house.run(['access', 'reviews', '--all', '--json'])).out) as EmergencyOpening[];
    const erase = (entry: string, input: string) =>
      house.run(['ledger', 'erase', entry, '--decision', 'IVO 2026/1', '--by', lead, '--and', doctor], input);
    const [id, before] = [opening?.entry ?? '', join(house.folder, 'before.jsonl')];
    await house.run(['ledger', 'export', '--out', before]);
    const refused = await erase(id, typed.split('\n').toReversed().join('\n').trimStart());
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(lead)]);
    expect(await erase('x', typed)).toMatchObject({ code: 2, err: expect.stringContaining('ledger show --json') });
    const done = await erase(id, typed);
    expect(done.err).toMatch(
      /Det som står i posten utplånas: Nödöppning, .*, av SE0000000000-N1, enhet KIR, om en patient/,
    );
    expect(done.out).toMatch(/^Utplånat\. .*Exporter, utskrifter/s);
    expect(done.out + done.err + refused.err).not.toContain('medvetslös');
    expect((await erase(id, typed)).err).toContain('redan utplånad');
    const shown = await house.run(['ledger', 'show', '--kind', 'access.emergency']);
    expect([shown.out.includes(NURSE), shown.out.includes('utplånat'), shown.out.includes('medvetslös')]).toEqual([
      true,
      true,
      false,
    ]);
    expect((await house.run(['access', 'reviews', '--all'])).out).toMatch(/utplånat.*vårdrelation fanns/);
    const after = join(house.folder, 'after.jsonl');
    await house.run(['ledger', 'export', '--out', after]);
    const verified = await Promise.all([[], [before], [after]].map((file) => house.run(['ledger', 'verify', ...file])));
    expect(verified.map(({ code }) => code)).toEqual([0, 0, 0]);
    const hasWords = (file: string) => readFileSync(file, 'utf8').includes('medvetslös');
    expect([before, after].map(hasWords)).toEqual([true, false]);
  });

  it('have sealed codes on two papers, each half in a document of its own', async () => {
    const folder = join(house.folder, 'koder');
    const made = await house.run(['access', 'codes', 'KIR', '--count', '3', '--out', folder, '--json']);
    expect(made.code).toBe(0);
    const { codes } = JSON.parse(made.out) as { codes: { number: string; halfA: string[]; halfB: string[] }[] };
    const [a = '', b = ''] = await Promise.all(
      ['A', 'B'].map(async (half) => (await pdfPages(readFileSync(join(folder, `koder-${half}.pdf`)))).join('')),
    );
    expect(codes).toHaveLength(3);
    for (const { number, halfA, halfB } of codes) {
      secrets.push(number, halfA.join(' '), halfB.join(' '));
      expect(a).toContain(bare(`${number} ${halfA.join(' ')}`));
      expect(b).toContain(bare(`${number} ${halfB.join(' ')}`));
      expect(a).not.toContain(bare(halfB.join(' ')));
    }
    // Nothing is made where it could not be put: the codes before are still the ones that open.
    const again = await house.run(['access', 'codes', 'KIR', '--out', folder]);
    expect([again.code, again.err.includes('finns redan')]).toEqual([2, true]);
  });

  it('stand in the read log with what they were shown, for the region’s log review', async () => {
    const { out } = await house.run(['ledger', 'show', '--reads', '--by', NURSE, '--json']);
    expect(JSON.parse(out)).toMatchObject([
      { kind: 'chart.read', author: NURSE, person: NURSE, patients: [patient] },
      { kind: 'access.denied', author: NURSE, person: NURSE, patients: [patient] },
      { kind: 'search.made', person: NURSE },
    ]);
    expect(JSON.stringify(await house.run(['ledger', 'show', '--json']))).not.toContain(words);
  });

  it('are asked to sign in again when the station has been started anew, and do, with the same words', async () => {
    expect(await house.stop()).toBe(0);
    await house.start();
    expect((await page.ask('GET', '/api/units/KIR')).status).toBe(401);
    expect((await page.ask('POST', ACCESS_PATHS.session, { user: NURSE, secret: words })).status).toBe(200);
    expect((await page.ask('GET', '/api/units/KIR')).status).toBe(200);
    expect((await house.run(['accounts', 'close', NURSE])).out).toContain('stängt');
    expect((await page.ask('GET', '/api/units/KIR')).status).toBe(401);
  });

  it('have sealed codes made for the night when nothing else works', async () => {
    const { out } = await house.run(['access', 'codes', 'KIR', '--count', '2', '--json']);
    const { codes } = JSON.parse(out) as { codes: { number: string; halfA: string[]; halfB: string[] }[] };
    const [code] = codes;
    const body = { number: code?.number, halfA: code?.halfA.join(' '), halfB: code?.halfB.join(' ') };
    const two = { first: 'Anna Bergström, ssk', second: 'Bo Alm, läk' };
    const door = new Page();
    expect((await door.ask('POST', ACCESS_PATHS.emergencyCode, { ...body, ...two })).status).toBe(200);
    secrets.push(...codes.flatMap(({ number, halfA, halfB }) => [number, halfA.join(' '), halfB.join(' ')]));
    secrets.push(...page.cookies, ...door.cookies, ...Object.values(two));
    expect((await house.run(['ledger', 'show', '--kind', 'access.code-used'])).out).toContain('Bo Alm');
  });

  it('leave nothing in a stolen data folder: no word, code, half, number of a code, token, name or number of anybody', async () => {
    expect(await house.stop()).toBe(0);
    const files = filesIn(house.dataFolder).map((file) => readFileSync(file).toString('latin1'));
    expect(files.length).toBeGreaterThan(6);
    const wanted = [
      ...secrets,
      NURSE,
      'SE0000000000-L1',
      'Bergström',
      'Övning^Åsa',
      'Litium',
      'medvetslös på akuten',
      NUMBER,
      patient,
    ];
    // Each by itself too, should they have been parted by something else than blanks.
    wanted.push(...words.split(' ').filter((word) => word.length > 6));
    expect(wanted.length).toBeGreaterThan(25);
    for (const text of wanted.filter((one) => one.length > 5))
      for (const form of formsOf(text))
        expect([text, files.some((file) => file.includes(form))]).toEqual([text, false]);
    // What is looked for would be found where it lies open.
    expect(filesIn(house.folder).some((file) => readFileSync(file).includes(NURSE))).toBe(true);
  });
});

/** As bytes of text, of UTF-16, and packed as text. */
const formsOf = (text: string): readonly string[] =>
  [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(text, 'latin1')].flatMap((bytes) => [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, '').slice(0, -1),
  ]);

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
