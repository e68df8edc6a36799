// The charts on paper from the command line, as a technician makes them at three in the morning: with a running station, with a dead
// one, and looked at by other people's programs.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unitId } from '../src/domain/identity.ts';
import { GUIDE } from '../src/paper/guide.ts';
import { SystemClock } from '../src/station/clock.ts';
import { loadStationKeys } from '../src/station/files/keys.ts';
import { PrintRoom } from '../src/station/printing/print-room.ts';
import { readUnitPrint } from '../src/station/printing/unit-print.ts';
import { readSettings } from '../src/station/settings/settings.ts';
import { SETTINGS_EXAMPLE } from './support/example.ts';
import { House, reservkraft } from './support/house.ts';
import { bare, pdfPages } from './support/pdf-text.ts';
import { canTrace } from './support/system-calls.ts';

/** Skatteverket's published test numbers. */
const ANNA = '189001019802';
const admission = [
  'MSH|^~\\&|JOURNAL|HUS|RK|RK|20260114100000||ADT^A01|1|P|2.5||||||8859/1',
  'EVN|A01|20260114100000',
  `PID|1||${ANNA}^^^SKV^NNSE||Övning^Anna||19000101|F`,
  'PV1|1|I|KIR^1^2||||||||||||||||V1',
  '',
].join('\r');

const hasProgram = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const canReadBarcodes = ['pdftoppm', 'zbarimg'].every(hasProgram);

/** The codes of each page, in order, as a scanner reads them off a grey and coarse print. */
function scanned(folder: string, pdf: string): readonly (readonly string[])[] {
  spawnSync('pdftoppm', ['-r', '150', '-gray', pdf, `${pdf}-page`], { cwd: folder });
  const pictures = readdirSync(folder).filter((name) => name.startsWith(`${pdf}-page-`));
  return pictures.sort().map((picture) => {
    const read = spawnSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Scode128.enable', picture], { cwd: folder });
    return read.stdout.toString().trim().split('\n').sort();
  });
}

describe('§5.24 a unit’s pack made at a terminal', () => {
  it('keeps what the patient has had another unit’s data blocked from, with or without a station', async () => {
    const units = ['KIR', 'MED'].map((id) => ({ id, name: id }));
    const house = await House.start({ settings: { ...SETTINGS_EXAMPLE, units } });
    const file = (name: string): string => join(house.folder, name);
    const discharged = [
      ...['ADT^A01|20260113080000', 'ADT^A03|20260114080000'].map((one, at) =>
        admission
          .replace('ADT^A01|1|', `ADT^${one.slice(4, 7)}|m${at}|`)
          .replaceAll('20260114100000', one.slice(8))
          .replace('KIR^1^2||||||||||||||||V1', 'MED^3^4||||||||||||||||V0'),
      ),
      admission,
    ];
    for (const [at, message] of discharged.entries()) writeFileSync(file(`${at}.hl7`), message, 'latin1');
    await house.run(['send', ...discharged.map((_, at) => file(`${at}.hl7`)), '--to', house.mllp]);
    await house.settled();
    const packed = async (name: string): Promise<string> => {
      const made = await house.run(['paper', 'pack', 'KIR', '--out', file(name)]);
      expect(made).toMatchObject({ code: 0 });
      return (await pdfPages(readFileSync(file(name)))).join('');
    };
    const blocked = bare('Spärrade uppgifter finns');
    expect(await packed('open.pdf')).toContain(bare('MED · 3:4'));
    expect((await house.run(['access', 'block', 'MED', '--patient', '-'], ANNA)).code).toBe(0);
    const kept = await packed('kept.pdf');
    expect(kept).toContain(blocked);
    expect(kept).not.toContain(bare('MED · 3:4'));
    await house.stop();
    expect(await packed('alone.pdf')).toContain(blocked);
    await house.end();
  });
});

describe('a chart as PDF', () => {
  let house: House;
  const file = (name: string): string => join(house.folder, name);
  beforeAll(async () => {
    house = await House.start({ settings: SETTINGS_EXAMPLE });
    writeFileSync(file('a.hl7'), admission, 'latin1');
    await house.run(['send', file('a.hl7'), '--to', house.mllp]);
    await house.settled();
  });
  afterAll(() => house.end());

  it('the ward’s page on how to read is one page, and needs no station', async () => {
    const made = await reservkraft(['paper', 'guide', '--out', file('sida.pdf')]);
    expect(made).toMatchObject({ code: 0, out: `1 sida: ${file('sida.pdf')}\n` });
    const [page = ''] = await pdfPages(readFileSync(file('sida.pdf')));
    expect(page).not.toContain(bare('Skriv i: JOURNALEN'));
    for (const { steps } of GUIDE.sections) for (const { text } of steps) expect(page).toContain(bare(text));
  });

  it('who has been shown a chart goes to the patient as a PDF and to the region as a table', async () => {
    await house.run(['chart', '-'], ANNA);
    const made = await house.run(['paper', 'read-log', '-', '--out', file('logg.pdf')], ANNA);
    expect(made).toMatchObject({ code: 0, err: '' });
    const page = (await pdfPages(readFileSync(file('logg.pdf')))).join('');
    for (const words of ['Övning, Anna', '18900101-9802', 'Journalkopia läst', 'Logg över läsning'])
      expect(page).toContain(bare(words));
    const table = await house.run(['ledger', 'reads', '--out', file('logg.csv')]);
    expect(table).toMatchObject({ code: 0, err: '' });
    expect(statSync(file('logg.csv')).mode & 0o777).toBe(0o600);
    const [heading, ...rows] = readFileSync(file('logg.csv'), 'utf8').trimEnd().split('\r\n');
    expect(heading).toBe('tid;handling;handling-namn;person;enhet;patient;patientnyckel;kedja-post;uppgift-av');
    expect(
      rows.some((row) => /;chart\.read;Journalkopia läst;[^;]+;;189001019802;[a-z2-7]{26};\d+;[^;]+$/.test(row)),
    ).toBe(true);
    const none = await house.run(['paper', 'read-log', '-', '--out', file('ingen.pdf')], '189001029819');
    expect(none.code).toBe(2);
    expect(readdirSync(house.folder)).not.toContain('ingen.pdf');
  });

  it('is a new file that only its owner can read, and its making stands in the ledger', async () => {
    const made = await house.run(['paper', 'chart', '-', '--out', file('anna.pdf')], ANNA);
    expect(made).toMatchObject({ code: 0, err: '', out: `1 sida: ${file('anna.pdf')}\n` });
    expect(statSync(file('anna.pdf')).mode & 0o077).toBe(0);
    const [page = ''] = await pdfPages(readFileSync(file('anna.pdf')));
    for (const words of ['Övning, Anna', '18900101-9802', 'Läsblad', 'Sida 1 av 1'])
      expect(page).toContain(bare(words));
    const reads = await house.run(['ledger', 'show', '--kind', 'paper.made']);
    expect(reads.out).toContain('Utskrift gjord');
    const again = await house.run(['paper', 'chart', '-', '--out', file('anna.pdf')], ANNA);
    expect(again.code).toBe(2);
    expect(again.err).toContain('finns redan');
  });

  it('goes to whatever standard output leads to', async () => {
    const piped = await house.run(['paper', 'chart', '-'], ANNA);
    expect(piped.bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(piped.err).toBe('1 sida\n');
  });

  it('is refused for somebody who is not in the copy, and leaves no file', async () => {
    const ran = await house.run(['paper', 'chart', '-', '--out', file('nobody.pdf')], '189001029819');
    expect(ran.code).toBe(2);
    expect(readdirSync(house.folder)).not.toContain('nobody.pdf');
  });

  it.skipIf(!canReadBarcodes)(
    canReadBarcodes
      ? 'has the patient’s number on each page as a barcode that a scanner reads, also off a grey and coarse print'
      : 'SKIPPED: pdftoppm and zbarimg are needed',
    async () => {
      await house.run(['paper', 'chart', '-', '--out', file('codes.pdf')], ANNA);
      const pages = await pdfPages(readFileSync(file('codes.pdf')));
      const codes = scanned(house.folder, 'codes.pdf');
      expect(codes).toHaveLength(pages.length);
      for (const code of codes) expect(code).toEqual([ANNA]);
    },
  );

  it('§5.4 tells what is under inquiry to whoever reads at a terminal, with or without a station', async () => {
    const words = 'Under utredning: Provsvar';
    const listed = await house.api<{ readonly rows: readonly { readonly key: string }[] }>('/api/units/KIR');
    const made = { unit: 'KIR', patient: listed.rows[0]?.key, agrees: [], differs: ['results'] };
    const isTold = async (name: string) => {
      await house.run(['paper', 'chart', '-', '--out', file(`${name}.pdf`)], ANNA);
      await house.run(['paper', 'pack', 'KIR', '--out', file(`${name}-pack.pdf`)]);
      const papers = [`${name}.pdf`, `${name}-pack.pdf`].map(async (paper) =>
        (await pdfPages(readFileSync(file(paper)))).join('').includes(bare(words)),
      );
      const texts = [
        (await house.run(['chart', '-'], ANNA)).out.includes(words),
        (await house.run(['unit', 'KIR'])).out.includes(words),
        (await house.run(['status'])).out.includes('Under utredning på KIR: 1 ruta'),
      ];
      return [...(await Promise.all(papers)), ...texts];
    };
    expect(await isTold('settled')).toEqual([false, false, false, false, false]);
    await house.api('/api/checks/made', made);
    expect(await isTold('open')).toEqual([true, true, true, true, true]);
    await house.stop();
    expect(await isTold('alone')).toEqual([true, true, true, true, true]);
  });

  it('is made also when the station is dead', async () => {
    await house.stop();
    const made = await house.run(['paper', 'chart', '-', '--out', file('dead.pdf'), '--json'], ANNA);
    expect(JSON.parse(made.out)).toEqual({ file: file('dead.pdf'), pages: 1 });
    expect(made.err).toContain('Läsningen kan inte loggas just nu: stationen svarar inte');
    expect(made.code).toBe(0);
  });
});

describe.skipIf(!canTrace)('what a paper’s making writes (skipped without strace)', () => {
  it('is the paper alone: no temporary file ever holds a patient', async () => {
    const house = await House.start({ settings: SETTINGS_EXAMPLE });
    const file = (name: string): string => join(house.folder, name);
    writeFileSync(file('a.hl7'), admission, 'latin1');
    await house.run(['send', file('a.hl7'), '--to', house.mllp]);
    await house.settled();
    await house.stop();
    const calls = 'trace=open,openat,openat2,creat,memfd_create';
    for (const [words, input] of [
      [['paper', 'pack', 'KIR'], ''],
      [['paper', 'read-log', '-'], ANNA],
    ] as const) {
      const [trace, out] = [file(`${words[1]}.txt`), file(`${words[1]}.pdf`)];
      const under = ['strace', '-f', '-qq', '-s', '4096', '-o', trace, '-e', calls];
      expect(await house.run([...words, '--out', out], input, under)).toMatchObject({ code: 0 });
      const opened = [...readFileSync(trace, 'latin1').matchAll(/"([^"]+)", [A-Z_|]*O_(?:WRONLY|RDWR|CREAT)/g)];
      const written = new Set(opened.map(([, path = '']) => path).filter((path) => !path.startsWith('/dev/')));
      // What is kept of the station is encrypted, which other tests look at.
      expect([...written].filter((path) => !path.startsWith(`${house.dataFolder}/`))).toEqual([out]);
      expect(readFileSync(trace, 'latin1')).not.toContain('memfd_create');
    }
    await house.end();
  });
});

describe('finished packs at the command line', () => {
  let house: House;
  const file = (name: string): string => join(house.folder, name);
  const printed: Buffer[] = [];
  const printer = createServer({ allowHalfOpen: true }, (socket) => {
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('end', () => {
      printed.push(Buffer.concat(pieces));
      socket.end();
    });
  });
  beforeAll(async () => {
    printer.listen(0, '127.0.0.1');
    await once(printer, 'listening');
    const { port } = printer.address() as { port: number };
    const address = `socket://127.0.0.1:${port}`;
    house = await House.start({
      settings: { ...SETTINGS_EXAMPLE, printers: [{ id: 'exp', name: 'Expeditionen', address, units: ['KIR'] }] },
    });
    writeFileSync(file('a.hl7'), admission, 'latin1');
    await house.run(['send', file('a.hl7'), '--to', house.mllp]);
    await house.settled();
  });
  afterAll(async () => {
    printer.close();
    await house.end();
  });

  it('are missing until one is made, and then printed as they lie, with what is out told to the ledger', async () => {
    const missing = await house.run(['paper', 'print', 'KIR']);
    expect(missing.code).toBe(2);
    expect(missing.err).toContain('Inget färdigt paket finns för enheten.');
    const kept = house.kept();
    const keys = loadStationKeys({ file: house.keyFile, dataFolder: house.dataFolder });
    const clock = new SystemClock();
    const room = new PrintRoom({
      settings: readSettings(
        new Map([
          ['--config', file('reservkraft.yaml')],
          ['--data', house.dataFolder],
        ]),
        {},
      ),
      ...{ keys, clock, sureNow: () => clock.now(), printed: [] },
      ledger: { append: async () => true },
      log: { info: () => {}, warn: () => {} },
      notes: { stand: () => {} },
      blocks: () => new Map(),
      isInUse: () => false,
      read: async (question) =>
        readUnitPrint(question, {
          ...{ reader: kept.station.reader, units: kept.station.units },
          names: { sourceNames: {}, unitNames: { KIR: 'Kirurgen' } },
          now: clock.now(),
          marks: { inquiries: {}, uses: {} },
        }),
    });
    await room.makePack(unitId('KIR'), 'stationen');
    room.stop();
    kept.close();
    const ran = await house.run(['paper', 'print', 'KIR']);
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('Sänt till Expeditionen')]);
    expect(printed[0]?.includes(Buffer.from('%PDF-1.7'))).toBe(true);
    const list = await house.run(['paper', 'list']);
    expect(list.out).toMatch(/KIR +Kirurgen · version 1 · .* · 1 patienter, \d sidor/);
    expect(list.out).toMatch(/exp +Expeditionen · socket:/);
    expect(list.out).toMatch(/KIR-1-01 +utskrivet .* av /);
    const json = JSON.parse((await house.run(['paper', 'list', '--json'])).out);
    expect(json.openSheets).toMatchObject([{ number: 'KIR-1-01', unit: 'KIR', papers: 1 }]);
    expect(JSON.stringify(json)).not.toContain(ANNA);
    // What is blocked from now on stands open in it.
    expect((await house.run(['access', 'block', 'all', '--patient', '-'], ANNA)).code).toBe(0);
    const sheets = printed.length;
    const refused = await house.run(['paper', 'print', 'KIR']);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('Det färdiga paketet är återkallat')]);
    expect(printed.length).toBe(sheets);
    expect((await house.run(['paper', 'list'])).out).toContain('återkallat: uppgifter har spärrats');
    expect((await house.run(['paper', 'print', 'KIR', '--though-blocked'])).code).toBe(0);
    expect(printed.length).toBe(sheets + 1);
  });

  it.skipIf(!canReadBarcodes)(
    canReadBarcodes
      ? 'have a barcode that a scanner reads on each page: the pack’s on its list, the patient’s on both sheets, the sheet’s own where one signs'
      : 'SKIPPED: pdftoppm and zbarimg are needed',
    () => {
      const whole = printed[0] ?? Buffer.alloc(0);
      writeFileSync(file('pack.pdf'), whole.subarray(whole.indexOf('%PDF'), whole.lastIndexOf('%%EOF') + 6));
      expect(scanned(house.folder, 'pack.pdf')).toEqual([['KIR-1'], [ANNA], [ANNA, 'KIR-1-01']]);
    },
  );

  it('a test page goes to a printer or a file, and an unknown printer is refused', async () => {
    const before = printed.length;
    const ran = await house.run(['paper', 'test-page', '--printer', 'exp', '--json']);
    expect(JSON.parse(ran.out)).toEqual({ printer: 'exp', outcome: 'sent' });
    expect(printed.length).toBe(before + 1);
    const made = await house.run(['paper', 'test-page', '--out', file('test.pdf')]);
    expect(made.out).toContain('1 sida');
    const unknown = await house.run(['paper', 'test-page', '--printer', 'nej']);
    expect([unknown.code, unknown.err]).toEqual([
      2,
      expect.stringContaining('Skrivaren finns inte i inställningarna.'),
    ]);
  });
});
