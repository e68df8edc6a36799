// The station's print room with a ward's patients in it: packs made beforehand and sealed, printed when the renderer is dead, signing
// sheets that stay open however often it is printed again, and nothing for a thief who takes the folder.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { simulatedSources } from '../sim/declarations.ts';
import type { Failure } from '../src/domain/failures.ts';
import { type PatientKey, unitId } from '../src/domain/identity.ts';
import type { EntryDraft } from '../src/domain/ledger-entry.ts';
import { unmarked } from '../src/domain/unit-use/unit-use.fixture.ts';
import { PRACTICE_COPY } from '../src/domain/unit-use/unit-use.ts';
import { jobOfBytes } from '../src/paper/render/render-messages.ts';
import { pagesOfPatient } from '../src/paper/store/pack-store.ts';
import { StationKeys } from '../src/station/files/keys.ts';
import { PrintRoom, type PrintRoomOptions } from '../src/station/printing/print-room.ts';
import { readUnitPrint } from '../src/station/printing/unit-print.ts';
import { bare, pdfPages } from './support/pdf-text.ts';
import { SimulatedCopy } from './support/simulated-copy.ts';

let WARD = unitId('kir2');
let UNITS = [{ id: WARD, name: 'Kirurgavdelning 2', listKind: 'bed' as const }];
const SOURCE_NAMES = Object.fromEntries(simulatedSources(['ASEN']).map(({ id, name }) => [id, name]));
const key = Buffer.alloc(32, 5);

describe('the print room', () => {
  let copy: SimulatedCopy;
  let folder: string;
  const rooms: PrintRoom[] = [];
  const entries: EntryDraft[] = [];
  let printed: Buffer[] = [];
  let port = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('end', () => {
      printed.push(Buffer.concat(pieces));
      socket.end();
    });
  });

  beforeAll(async () => {
    copy = new SimulatedCopy({ at: Date.UTC(2026, 10, 17, 9, 20), patients: 20, seed: 'print room' });
    copy.live(3 * 3_600_000);
    const [fullest] = copy
      .freshReader()
      .units()
      .sort((a, b) => b.counts.present - a.counts.present);
    WARD = fullest?.unit ?? WARD;
    UNITS = [{ id: WARD, name: 'Kirurgavdelning 2', listKind: 'bed' }];
    folder = mkdtempSync(join(tmpdir(), 'print-room-'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as { port: number }).port;
  });
  afterEach(() => {
    for (const room of rooms.splice(0)) room.stop();
    printed = [];
  });
  afterAll(() => {
    server.close();
    copy.close();
    rmSync(folder, { recursive: true });
  });

  function room(change: Partial<PrintRoomOptions> = {}): PrintRoom {
    const address = `socket://127.0.0.1:${port}`;
    const made = new PrintRoom({
      settings: {
        dataFolder: folder,
        units: UNITS,
        printers: [{ id: 'exp', name: 'Expeditionen', address, units: [WARD] }],
        paperEveryMinutes: 30,
        paperValidMinutes: 120,
        paperTestAt: null,
      },
      keys: new StationKeys(key),
      clock: { now: () => copy.now },
      sureNow: () => copy.now,
      ledger: {
        append: async (draft) => {
          entries.push(JSON.parse(JSON.stringify(draft)) as EntryDraft);
          return true;
        },
      },
      printed: [],
      log: { info: () => {}, warn: () => {} },
      notes: { stand: () => {} },
      blocks: () => new Map(),
      isInUse: () => true,
      read: async (question) =>
        readUnitPrint(question, {
          reader: copy.freshReader(),
          units: UNITS,
          names: { sourceNames: SOURCE_NAMES, unitNames: { kir2: 'Kirurgavdelning 2' } },
          now: copy.now,
          marks: unmarked(WARD),
        }),
      ...change,
    });
    rooms.push(made);
    return made;
  }
  const by = (name: string) => ({ author: `id of ${name}`, name });
  const pack = (name: string, to: { readonly printer?: string } = {}) => ({
    ...{ unit: WARD, what: 'pack' as const, only: null, by: by(name) },
    ...to,
  });
  const ended = async (made: PrintRoom, number: number): Promise<string> => {
    await expect.poll(() => made.prints.find((one) => one.number === number)?.state).not.toMatch(/waiting|sending/);
    return made.prints.find((one) => one.number === number)?.state ?? '';
  };

  it('makes a pack with the list first, then each patient in the order of the beds, two sheets each', async () => {
    const { head, pdf } = await room().makePack(WARD, 'Anna Berg, ssk');
    const pages = await pdfPages(pdf);
    expect(head.sheets[0]).toMatchObject({ kind: 'list', pages: { first: 1 } });
    expect(pages[0]).toContain(bare('Kirurgavdelning 2 – enhetslista'));
    const patients = [...new Set(head.sheets.flatMap(({ patient }) => patient ?? []))];
    expect(patients.length).toBeGreaterThan(4);
    expect(head.sheets.slice(1).map(({ kind }) => kind)).toEqual(patients.flatMap(() => ['reading', 'signing']));
    const beds: string[] = [];
    const pagesEach: number[] = [];
    for (const patient of patients) {
      const own = pagesOfPatient(head, patient);
      if (own === null) throw new Error('a patient without pages');
      const chartOf = copy.freshReader().patient(patient as PatientKey);
      const number = chartOf?.identities[0]?.identity.id ?? '';
      for (let page = own.first; page <= own.last; page += 1)
        expect(pages[page - 1]).toContain(`${number.slice(0, 8)}-${number.slice(8)}`);
      const stay = chartOf?.stays.find(({ status }) => status === 'present');
      beds.push(`${stay?.room}:${stay?.bed}`);
      pagesEach.push(own.last - own.first + 1);
    }
    // Two pages to read and one to sign as a rule; more where safety needs it.
    expect(pagesEach.reduce((sum, pages) => sum + pages, 0) / pagesEach.length).toBeLessThanOrEqual(3.5);
    expect(beds).toEqual([...beds].sort(new Intl.Collator('sv', { numeric: true }).compare));
    for (const sheet of head.sheets.filter(({ kind }) => kind === 'signing')) {
      const text = pages.slice(sheet.pages.first - 1, sheet.pages.last).join('');
      expect(text).toContain(bare(`Signeringsblad ${sheet.number}`));
      expect(text).not.toContain(bare('Giltig till'));
      expect(text).not.toContain(bare('Kasta den'));
    }
  });

  it('§5.24 holds what somebody with a role on that unit alone may see: what a patient has had blocked is told and not shown', async () => {
    const textOf = async (blocks: PrintRoomOptions['blocks']): Promise<string> =>
      (await pdfPages((await room({ blocks }).makePack(WARD, 'A')).pdf)).join('');
    const everybody = copy
      .freshReader()
      .census(WARD)
      .map(({ key }) => key);
    const all = new Map(everybody.map((key) => [key, [{ unit: 'all' }]] as const));
    expect(await textOf(() => new Map())).not.toContain(bare('Spärrade uppgifter finns'));
    expect(await textOf(() => all)).toContain(bare('Spärrade uppgifter finns'));
  });

  it('§5.22 says on every page that it is not for care while its unit is under uppbyggnad, and is withdrawn where it does not', async () => {
    const said = bare(PRACTICE_COPY);
    const read: PrintRoomOptions['read'] = async (question) =>
      readUnitPrint(question, {
        ...{ reader: copy.freshReader(), units: UNITS, names: { sourceNames: SOURCE_NAMES, unitNames: {} } },
        ...{ now: copy.now, marks: { inquiries: {}, uses: {} } },
      });
    let isUsed = true;
    const used = room({ isInUse: () => isUsed });
    const { pdf } = await used.makePack(WARD, 'A');
    expect((await pdfPages(pdf)).join('')).not.toContain(said);
    expect(used.pack(WARD)).not.toBeNull();
    isUsed = false;
    expect([used.pack(WARD), used.packs()]).toEqual([null, []]);
    const building = room({ isInUse: () => isUsed, read });
    const asked = { unit: WARD, only: null, by: by('Anna') };
    const pdfs = [
      (await building.makePack(WARD, 'A')).pdf,
      ...(await Promise.all((['round', 'work'] as const).map((what) => building.unitPdf({ ...asked, what })))).map(
        (made) => made.pdf,
      ),
    ];
    for (const one of pdfs) for (const page of await pdfPages(one)) expect(page).toContain(said);
    expect(building.pack(WARD)?.head.isPractice).toBe(true);
    // Taken in use meanwhile: it says too much, and is printed until the next is made.
    isUsed = true;
    expect(building.pack(WARD)).not.toBeNull();
  });

  it('has no empty cell on its cover', async () => {
    const { job } = await readUnitPrint(
      {
        ...{ unit: WARD, asOf: undefined, what: 'pack', only: null, openSheets: {}, withheld: null },
        printing: {
          ...{ at: copy.now.wallMs, clockIsUnsure: false, by: 'A', version: 1, replaces: null },
          ...{ validUntil: copy.now.wallMs, situation: null, writeIn: 'PAPPER', watermark: null },
        },
      },
      {
        reader: copy.freshReader(),
        units: UNITS,
        names: { sourceNames: SOURCE_NAMES, unitNames: {} },
        now: copy.now,
        marks: unmarked(WARD),
      },
    );
    const list = jobOfBytes(job).sheets[0]?.sections.find((section) => section.is === 'list');
    if (list?.is !== 'list') throw new Error('no list');
    expect(list.rows.length).toBeGreaterThan(4);
    for (const { place, name, number, cells } of list.rows) {
      expect([place, name, number?.lead].every((words) => words !== undefined && words !== '')).toBe(true);
      expect(cells.length).toBe(list.columns.length);
      for (const { lines } of cells) {
        expect(lines.length).toBeGreaterThan(0);
        for (const { words } of lines) expect(words).toMatch(/[\p{L}\d]/u);
      }
    }
  });

  it('prints, and what is printed again goes on from the signing sheets that are out and voids none', async () => {
    entries.length = 0;
    const made = room();
    const { print: first } = await made.printUnit(pack('Anna Berg, ssk'));
    expect(await ended(made, first.number)).toBe('sent');
    const out = made.openSheets();
    expect(out.length).toBeGreaterThan(4);
    const { print: second } = await made.printUnit(pack('Elin Ek, ssk'));
    expect(await ended(made, second.number)).toBe('sent');
    expect(made.openSheets().length).toBe(2 * out.length);
    for (const sheet of out) expect(made.openSheet(sheet.number)).not.toBeNull();
    expect(printed).toHaveLength(2);
    const again = made.pack(WARD);
    const text = (await pdfPages(again?.pdf ?? new Uint8Array())).join('');
    for (const sheet of out) expect(text).toContain(bare(`Fortsättning på blad ${sheet.number}`));
    await made.closeSheet(out[0]?.number ?? '', 'införd', 'Anna Berg, ssk');
    expect(made.openSheet(out[0]?.number ?? '')).toBeNull();
    expect(entries.map(({ kind }) => kind)).toEqual(['paper.printed', 'paper.printed', 'paper.sheet-closed']);
    // The same entries tell the same to a station that starts anew, which never uses a number twice.
    const restarted = room({ printed: entries });
    expect(restarted.openSheets()).toEqual(made.openSheets());
    const next = await restarted.makePack(WARD, 'stationen');
    expect(next.head.version).toBeGreaterThan(again?.head.version ?? 0);
  });

  it('§5.26 two who print their own patients at the same time get sheets with numbers of their own, and neither is refused', async () => {
    const made = room();
    const patients = [
      ...new Set((await made.makePack(WARD, 'stationen')).head.sheets.flatMap(({ patient }) => patient ?? [])),
    ];
    const [karin, yusuf] = patients as [PatientKey, PatientKey];
    const mine = (name: string, only: PatientKey) =>
      made.printUnit({ unit: WARD, what: 'mine', only: [only], by: by(name) });
    await Promise.all([mine('Anna Berg, ssk', karin), mine('Elin Ek, ssk', yusuf)]);
    const out = [karin, yusuf].map((patient) => made.openSheets(patient).slice(-1)[0]?.number);
    expect(out).not.toContain(undefined);
    expect(out[0]).not.toBe(out[1]);
  });

  it('who asks for what somebody prints already is told who that is, before any page is made, and may ask for one more', async () => {
    let reads = 0;
    const read: PrintRoomOptions['read'] = async (question) => {
      reads += 1;
      return readUnitPrint(question, {
        reader: copy.freshReader(),
        units: UNITS,
        names: { sourceNames: SOURCE_NAMES, unitNames: {} },
        now: copy.now,
        marks: unmarked(WARD),
      });
    };
    const printers = [{ id: 'gone', name: 'Borta', address: 'socket://127.0.0.1:1', units: [WARD] }];
    const settings = {
      dataFolder: folder,
      units: UNITS,
      paperEveryMinutes: 30,
      paperValidMinutes: 120,
      paperTestAt: null,
      printers,
    };
    const made = room({ settings, read });
    await made.printUnit(pack('Anna Berg, ssk'));
    const refused = await made.printUnit(pack('Elin Ek, ssk')).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'paper.already-printing' });
    expect((refused as Failure).detail).toBe('Skrivs redan ut av Anna Berg, ssk på Borta.');
    expect(reads).toBe(1);
    await made.printUnit({ ...pack('Elin Ek, ssk'), again: true });
    expect(made.prints).toHaveLength(2);
  });

  it('what goes to a screen is counted as on paper before the first byte leaves, by whom and how it was opened', async () => {
    const made = room();
    entries.length = 0;
    const { pdf, isTold } = await made.unitPdf(pack('Anna Berg, ssk'));
    expect(Buffer.from(pdf).includes(Buffer.from('%PDF-1.7'))).toBe(true);
    expect(isTold).toBe(true);
    expect(entries).toMatchObject([
      { kind: 'paper.printed', author: 'id of Anna Berg, ssk', unit: WARD, body: { what: 'pack', printer: 'pdf' } },
    ]);
    expect(made.openSheets().length).toBeGreaterThan(4);
  });

  it('prints the pack on the disk when no new one can be made', async () => {
    await room().makePack(WARD, 'stationen');
    const broken = room({ read: () => Promise.reject(new Error('the copy is gone')) });
    const { print } = await broken.printUnit(pack('Anna Berg, ssk'));
    expect(await ended(broken, print.number)).toBe('sent');
    expect(printed[0]?.includes(Buffer.from('%PDF-1.7'))).toBe(true);
  });

  it('§5.24 withdraws the pack made before something in it was blocked, and prints it no more', async () => {
    await room().makePack(WARD, 'stationen');
    const [patient] = copy.freshReader().census(WARD);
    const blocked = (unit: string) => () => new Map([[patient?.key as PatientKey, [{ unit: unitId(unit) }]]]);
    const broken = (blocks: PrintRoomOptions['blocks']) =>
      room({ blocks, read: () => Promise.reject(new Error('the copy is gone')) });
    const since = broken(blocked('psyk'));
    expect(since.pack(WARD)).toBeNull();
    expect(since.packs()).toEqual([]);
    await expect(since.printUnit(pack('A'))).rejects.toMatchObject({ code: 'paper.pack-withdrawn' });
    expect(printed).toEqual([]);
    // The unit's own data is its own to read; and what was blocked already has been kept out.
    expect(broken(blocked(WARD)).pack(WARD)).not.toBeNull();
    await room({ blocks: blocked('psyk') }).makePack(WARD, 'stationen');
    expect(broken(blocked('psyk')).pack(WARD)).not.toBeNull();
    expect(broken(() => new Map()).pack(WARD)).not.toBeNull();
  });

  it('counts no sheet as out where the printer was not there', async () => {
    const settings = {
      ...{ dataFolder: folder, units: UNITS, paperEveryMinutes: 30, paperValidMinutes: 120, paperTestAt: null },
      printers: [{ id: 'gone', name: 'Borta', address: 'socket://127.0.0.1:1', units: [WARD] }],
    };
    const made = room({ settings });
    await expect(made.printUnit(pack('A', { printer: 'finns-inte' }))).rejects.toMatchObject({
      code: 'paper.printer-unknown',
    });
    await made.printUnit(pack('A'));
    expect(made.prints[0]?.words).toBeDefined();
    await expect.poll(() => made.prints[0]?.words).toMatch(/svarar inte, nytt försök om 5 s/);
  });

  it('gives a thief who takes the folder no name and no number', async () => {
    const made = room();
    const { pdf } = await made.makePack(WARD, 'stationen');
    writeFileSync(join(folder, 'control.txt'), pdf);
    const words = copy
      .patients()
      .flatMap((patient) => copy.freshReader().patient(patient) ?? [])
      .flatMap(({ person, identities }) => [person?.name?.[0]?.family ?? '', identities[0]?.identity.id ?? ''])
      .filter((word) => word.length > 4);
    expect(words.length).toBeGreaterThan(10);
    const packs = readdirSync(join(folder, 'packs'));
    expect(packs.length).toBeGreaterThan(0);
    for (const name of packs) {
      const bytes = readFileSync(join(folder, 'packs', name));
      expect(bytes.includes('%PDF')).toBe(false);
      expect(bytes.includes('kir2')).toBe(false);
      const strings = spawnSync('strings', ['-n', '4', join(folder, 'packs', name)], { maxBuffer: 64 << 20 });
      const all = `${bytes.toString('latin1')}${strings.stdout?.toString('latin1') ?? ''}`;
      for (const word of words) expect(all.includes(word)).toBe(false);
    }
    // The search bites: the same pack in the clear is found.
    expect(readFileSync(join(folder, 'control.txt')).includes('%PDF')).toBe(true);
  });
});
