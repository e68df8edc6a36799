import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ResourceChange } from '../../domain/changes.ts';
import { entry, NOW_MS, now, patientCopy } from '../../domain/chart/chart.fixture.ts';
import { composeChart } from '../../domain/chart/compose.ts';
import { sourceId } from '../../domain/identity.ts';
import type { ReceivedFormat } from '../../domain/received.ts';
import { ARRIVAL_MS, at, received, source } from '../fhir/reading.fixture.ts';
import { ReportFolder, type ReportMemory, type ReportScan } from './folder.ts';
import { interpretReport, readReport } from './interpret.ts';
import { readPdfPages } from './pdf-pages.ts';
import { packReport, unpackReport } from './report-row.ts';
import { printedSeries, tiePage } from './tie-page.ts';

const KARIN = '18900101-9802';
const YUSUF = '18900102-9819';

/** A PDF as small as one can be: each page is lines of text from the top. */
function pdfOf(pages: readonly (readonly string[])[], picture: string | null = null): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_page, index) => `${4 + index * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  const last = 4 + pages.length * 2;
  const drawn = picture === null ? '' : ` /XObject << /I ${last} 0 R >>`;
  pages.forEach((lines, index) => {
    const text = lines
      .map((line, row) => `1 0 0 1 50 ${800 - row * 20} Tm (${line.replace(/[()\\]/g, '\\$&')}) Tj`)
      .join(' ');
    const content = `BT /F1 12 Tf ${text} ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >>${drawn} >> /Contents ${5 + index * 2} 0 R >>`,
    );
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  });
  if (picture !== null)
    objects.push(
      `<< /Type /XObject /Subtype /Image /Width 1000 /Height ${picture.length / 1000} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${picture.length} >>\nstream\n${picture}\nendstream`,
    );
  let out = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const start = out.length;
  out += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`;
  return Buffer.from(out, 'latin1');
}

describe('a printed page', () => {
  it.each([
    ['number and name on one line', `${KARIN} Lind, Karin   Säng 1:1`],
    ['labels around both', `Personnummer: ${KARIN}   Namn: Karin Lind`],
    ['the name on the line above', `Lind, Karin\n${KARIN}`],
    ['a labelled name below', `Pnr ${KARIN}\nNamn: Karin Ångström Lind`],
    ['the number twice, also without century', `${KARIN} Karin Lind\nGivet 900101-9802`],
    [
      'dates, phones and long order numbers besides',
      `Utskriven 2026-11-22 08:15 Tel 08-123 45 67\nRemiss 202611220815\n${KARIN} Karin Lind`,
    ],
  ])('with %s is that patient’s', (_what, text) => {
    expect(tiePage(text)).toMatchObject({
      tied: true,
      identity: { domain: '1.2.752.129.2.1.3.1', id: '189001019802' },
      name: expect.stringContaining('Karin'),
    });
  });

  it.each([
    ['a number without century', `900101-9802 Lind, Karin`, 'no whole number'],
    ['a misprinted number', `18900101-9803 Lind, Karin`, 'no whole number'],
    ['a name alone', 'Lind, Karin Säng 1:1', 'no whole number'],
    ['a number alone', `Personnummer: ${KARIN}\nKirurgavdelning 2`, 'no name beside the number'],
    ['two patients', `${KARIN} Lind, Karin\n${YUSUF} Omar, Yusuf`, 'several people'],
    ['one patient and another with a reserve number', `${KARIN} Lind, Karin\n20210325K069 Okänd`, 'several people'],
    ['one patient and another without century', `${KARIN} Lind, Karin\n900102-9819 Omar, Yusuf`, 'several people'],
    ['two numbers run together', `${KARIN} Lind, Karin\n${YUSUF}${KARIN}`, 'several people'],
    ['nothing but a clock time that could be a number', '20261122 0811 Kirurgavdelning Två', 'no whole number'],
    ...[
      '9001029819',
      '900102 9819',
      '1890-01-02-9819',
      '18900102–9819',
      '18900102\u20119819',
      '18900102\u00a09819',
    ].map((number): [string, string, string] => [
      `one patient and another as ${number}`,
      `${KARIN} Lind, Karin\n${number} Omar, Yusuf`,
      'several people',
    ]),
    ['one patient and a misprinted other', `${KARIN} Lind, Karin\n18900102-9810 Omar, Yusuf`, 'several people'],
  ])('with %s is nobody’s', (_what, text, why) => {
    expect(tiePage(text)).toEqual({ tied: false, why });
  });

  it.each(['18900101–9802', '18900101\u20119802', '18900101\u20139802', '1890\u00ad0101-9802'])(
    'is tied by a number printed with marks of its own: %s',
    (number) => {
      expect(
        tiePage(`${number} Lind, Karin\nTelefon 070-123 45 67, 0701234567. Utskrivet 2026-11-22 08:15`),
      ).toMatchObject({
        tied: true,
        name: 'Lind, Karin',
      });
    },
  );

  it('is never tied to anyone whose number is not on it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            KARIN,
            YUSUF,
            'Lind, Karin',
            'Omar, Yusuf',
            '\n',
            ' ',
            '900101-9802',
            '1890',
            'Namn:',
            '20210325K069',
            '-',
          ),
        ),
        (words) => {
          const text = words.join('');
          const tie = tiePage(text);
          if (!tie.tied) return true;
          const other = tie.identity.id === '189001019802' ? YUSUF : KARIN;
          return text.replaceAll('-', '').includes(tie.identity.id) && !text.includes(other);
        },
      ),
      { seed: 20261122, numRuns: 3000 },
    );
  });
});

describe('a printed page of a source that declares the numbers it prints', () => {
  const series = printedSeries({
    identityDomains: {
      Journalnr: '1.2.3.4',
      Reservnr: '1.2.752.113.11.0.2.1.1.1',
      Personnummer: '1.2.752.129.2.1.3.1',
    },
  });
  const VGR = '20210325K069';

  it.each([
    ['a reserve number and a name', `${VGR} Okänd, Nils Säng 3`, '1.2.752.113.11.0.2.1.1.1', VGR],
    ['a reserve number with a hyphen', `20210325-K069 Okänd, Nils`, '1.2.752.113.11.0.2.1.1.1', VGR],
    ['the house’s own number after its words', 'Journalnr: R4014431  Lind, Karin', '1.2.3.4', 'R4014431'],
    ['its words on a line of their own', 'Lind, Karin\nJournalnr: 4014431\nAlvedon', '1.2.3.4', '4014431'],
    [
      'the person’s number and the house’s own in one heading',
      `${KARIN} Lind, Karin\nJournalnr: R4014431`,
      '1.2.752.129.2.1.3.1',
      '189001019802',
    ],
  ])('with %s is that patient’s', (_what, text, domain, id) => {
    expect(tiePage(text, series)).toMatchObject({ tied: true, identity: { domain, id } });
  });

  it.each([
    ['a reserve number with a wrong check digit', '20210325K068 Okänd, Nils', 'no whole number'],
    ['a reserve number of a series not declared', '98240301AA06 Okänd, Nils', 'no whole number'],
    ['the house’s own number without its words', 'R4014431 Lind, Karin', 'no whole number'],
    ['its words and no number', 'Journalnr: saknas Lind, Karin', 'no whole number'],
    ['a reserve number alone', `Reservnummer\n${VGR}\nKirurgavdelning 2`, 'no name beside the number'],
    ['two reserve numbers', `${VGR} Okänd, Nils\n98240301AA06 Okänd, Kvinna`, 'several people'],
    ['a reserve number and a person’s', `${VGR} Okänd, Nils\n${KARIN} Lind, Karin`, 'several people'],
    ['a reserve number and one without century', `${VGR} Okänd, Nils\n900101-9802 Lind, Karin`, 'several people'],
    ['two of the house’s own', 'Journalnr: R1234 Lind, Karin\nJournalnr: R5678 Omar, Yusuf', 'several people'],
    [
      'another’s own number further down',
      `${KARIN} Lind, Karin\nAlvedon\nWaran\nJournalnr: R5678 Omar, Yusuf`,
      'several people',
    ],
    ['an own number and a reserve number', `Journalnr: R1234 Lind, Karin\n\n\n${VGR} Okänd, Nils`, 'several people'],
  ])('with %s is nobody’s', (_what, text, why) => {
    expect(tiePage(text, series)).toEqual({ tied: false, why });
  });

  it('prints no more than it is declared to: nothing is declared, nothing but national numbers ties', () => {
    for (const text of [`${VGR} Okänd, Nils`, 'Journalnr: R4014431 Lind, Karin'])
      expect(tiePage(text)).toMatchObject({ tied: false });
  });

  it('is never tied to anyone whose number is not on it, nor with another’s on it', () => {
    const pieces = [
      KARIN,
      YUSUF,
      VGR,
      '98240301AA06',
      'Journalnr: R1234',
      'Journalnr: R5678',
      'Lind, Karin',
      '\n',
      '\n\n',
      ' ',
    ];
    const numbers = [KARIN, YUSUF, VGR, '98240301AA06'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces)), (words) => {
        const tie = tiePage(words.join(''), series);
        if (!tie.tied) return true;
        const bare = words.join('').replaceAll('-', '');
        const others = numbers.map((one) => one.replace('-', '')).filter((one) => one !== tie.identity.id);
        return bare.includes(tie.identity.id) && !others.some((one) => bare.includes(one));
      }),
      { seed: 20261122, numRuns: 3000 },
    );
  });
});

describe('a text list', () => {
  const text = `Läkemedelslista\nUtskriven 2026-11-22 kl. 08.15\n${KARIN} Lind, Karin\nHeparin\fLäkemedelslista\nUtskriven 2026-11-22 kl. 08.15\n${YUSUF} Omar, Yusuf\n\fLäkemedelslista sida 2\nfortsättning`;
  const header = { kind: 'Läkemedelslista', unit: 'KIR2', fileTimeMs: ARRIVAL_MS - 60_000, pdfPages: [] };
  const row = (body: Uint8Array): ReturnType<typeof received> => received(packReport(header, body), 'report-text');
  const documents = (body: Uint8Array): ResourceChange[] =>
    interpretReport(row(body), source).changes as ResourceChange[];

  it('becomes one document a patient, with the printed time and the page as it was', () => {
    const [karin, yusuf] = documents(Buffer.from(text));
    expect([karin?.subject.id, yusuf?.subject.id]).toEqual(['189001019802', '189001029819']);
    expect(karin).toMatchObject({
      part: 'reports',
      key: 'DocumentReference/report/KIR2/Läkemedelslista',
      at: Date.UTC(2026, 10, 22, 7, 15),
      mode: 'replace',
    });
    const [content] = at(karin?.resource, 'content') as { attachment: { data: string; contentType: string } }[];
    expect(Buffer.from(content?.attachment.data ?? '', 'base64').toString()).toBe(text.split('\f')[0]);
    expect(at(karin?.resource, 'context')).toMatchObject({ sourcePatientInfo: { display: 'Lind, Karin' } });
  });

  it('never carries another patient’s page', () => {
    for (const change of documents(Buffer.from(text))) {
      const pages = (at(change.resource, 'content') as { attachment: { data: string } }[]).map(({ attachment }) =>
        Buffer.from(attachment.data, 'base64').toString(),
      );
      const other = change.subject.id === '189001019802' ? YUSUF : KARIN;
      expect(pages.join()).not.toContain(other);
    }
  });

  it('counts and keeps the pages it could tie to nobody', () => {
    const reading = interpretReport(row(Buffer.from(text)), source);
    expect(reading.alarms).toEqual([{ code: 'other', detail: '1 of 3 pages tied to no patient' }]);
    expect(readReport(row(Buffer.from(text)), source).pages[2]).toMatchObject({
      number: 3,
      tie: { tied: false },
    });
  });

  it('in Windows-1252 keeps its letters and is told of', () => {
    const reading = interpretReport(row(Buffer.from(`${KARIN} Åström, Märta`, 'latin1')), source);
    expect(at((reading.changes[0] as ResourceChange).resource, 'context')).toMatchObject({
      sourcePatientInfo: { display: 'Åström, Märta' },
    });
    expect(reading.alarms.map(({ code }) => code)).toEqual(['charset-mismatch']);
  });

  it('takes the file’s time when no page tells one, or tells one that has not been', () => {
    expect(documents(Buffer.from(`${KARIN} Lind, Karin`))[0]?.at).toBe(ARRIVAL_MS - 60_000);
    expect(documents(Buffer.from(`Utskriven 2031-01-01 10:00\n${KARIN} Lind, Karin`))[0]?.at).toBe(ARRIVAL_MS - 60_000);
  });

  it('about nobody in particular is kept unread', () => {
    expect(interpretReport(row(Buffer.from('Beläggning')), source)).toMatchObject({ outcome: 'unread', changes: [] });
  });

  it('of any bytes whatever is read without falling', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom<ReceivedFormat>('report-text', 'report-pdf'),
        (bytes, format) => {
          expect(typeof interpretReport(received(bytes, format), source).outcome).toBe('string');
          const broken = Buffer.concat([Buffer.from('{"reservkraftReport":1,'), bytes]);
          expect(typeof interpretReport(received(broken, format), source).outcome).toBe('string');
        },
      ),
      { seed: 20261122, numRuns: 500 },
    );
  });
});

describe('a PDF list', () => {
  const pdf = pdfOf([
    ['Medicinlista', `${KARIN}  Lind, Karin`, 'Heparin 5000 E'],
    ['Medicinlista', `${YUSUF}  Omar, Yusuf`],
  ]);

  it('is cut into pages that hold nothing of each other', async () => {
    const pages = (await readPdfPages(pdf)) ?? [];
    expect(pages.map(({ text }) => text.split('\n')[1])).toEqual([`${KARIN} Lind, Karin`, `${YUSUF} Omar, Yusuf`]);
    const first = Buffer.from(pages[0]?.pdf ?? '', 'base64');
    expect(first.subarray(0, 5).toString()).toBe('%PDF-');
    expect(first.toString('latin1')).not.toContain('Omar');
    expect(await readPdfPages(first)).toMatchObject([{ text: expect.stringContaining('Heparin') }]);
    const second = Buffer.from(pages[1]?.pdf ?? '', 'base64');
    expect(await readPdfPages(second)).toMatchObject([{ text: `Medicinlista\n${YUSUF} Omar, Yusuf` }]);
    expect(second.toString('latin1')).not.toContain('Lind');
    const header = { kind: 'Medicinlista', unit: null, fileTimeMs: ARRIVAL_MS, pdfPages: pages };
    const reading = interpretReport(received(packReport(header, pdf), 'report-pdf'), source);
    expect(reading.changes.map((change) => (change as ResourceChange).subject.id)).toEqual([
      '189001019802',
      '189001029819',
    ]);
    const { resource } = reading.changes[0] as ResourceChange;
    const chart = composeChart(
      patientCopy({ parts: { reports: { entries: [entry('reports', resource, { at: NOW_MS })] } } }),
      now,
    );
    const shown = chart.blocks.flatMap(({ parts }) => parts).find(({ part }) => part === 'reports')?.entries[0];
    expect(shown?.text).toContain('Heparin 5000 E');
    expect(shown?.remarks.join()).toContain('jämför med originalet');
  });

  it('with pages that could be tied to nobody says so in the charts of those it is tied to', async () => {
    const more = pdfOf([
      ['Medicinlista', `${KARIN}  Lind, Karin`],
      ['forts.', 'Waran 2,5 mg'],
    ]);
    const header = {
      kind: 'Medicinlista',
      unit: null,
      fileTimeMs: ARRIVAL_MS,
      pdfPages: (await readPdfPages(more)) ?? [],
    };
    const reading = interpretReport(received(packReport(header, more), 'report-pdf'), source);
    const said = JSON.stringify((reading.changes[0] as ResourceChange).resource);
    expect(said).toContain('1 av 2 sidor i utskriften kunde inte knytas till någon patient');
    expect(said).not.toContain('Waran');
  });

  it('that is damaged is nobody’s, and does not stop the reader', async () => {
    expect(await readPdfPages(Buffer.from('%PDF-1.4\nnothing'))).toBeNull();
  });
});

describe('the report folder', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) {
      chmodSync(folder, 0o700);
      rmSync(folder, { recursive: true });
    }
  });

  interface Place {
    readonly folder: string;
    readonly rows: { format: string; raw: Uint8Array }[];
    /** A look after this many seconds. */
    readonly look: (afterSeconds?: number) => Promise<Partial<ReportScan>>;
    /** The station is started anew, with what it had written down. */
    readonly restart: () => void;
    readonly memory: { kept: ReportMemory | null };
    fails: boolean;
  }

  function start(): Place {
    const folder = mkdtempSync(join(tmpdir(), 'reports-'));
    folders.push(folder);
    let monotonicMs = 0;
    const memory: Place['memory'] = { kept: null };
    const open = () =>
      new ReportFolder({
        folder,
        patterns: [{ source: sourceId('lists'), name: /^lm-.*\.(?:pdf|txt)$/, kind: 'Läkemedelslista', unit: 'KIR2' }],
        clock: { now: () => ({ wallMs: 0, boot: 'b', monotonicMs }) },
        restMs: REST * 1_000,
        memory: memory.kept,
        remember: (kept) => {
          memory.kept = JSON.parse(JSON.stringify(kept)) as ReportMemory;
        },
        submit: async (row) => {
          if (place.fails) throw new Error('the inbox is full');
          place.rows.push(row);
        },
      });
    let scanner = open();
    const place: Place = {
      folder,
      rows: [],
      fails: false,
      memory,
      look: async (afterSeconds = 0) => {
        monotonicMs += afterSeconds * 1_000;
        const counts = Object.entries(await scanner.scan());
        return Object.fromEntries(counts.filter(([, count]) => count > 0));
      },
      restart: () => {
        scanner = open();
      },
    };
    return place;
  }
  const REST = 120;
  const LOOKED_AT = 15 * 60;
  const textOf = ({ raw }: { raw: Uint8Array }) => unpackReport(raw).file.toString();

  it('takes a file when it has rested, and removes it when it has been looked at long enough', async () => {
    const { folder, rows, look } = start();
    writeFileSync(join(folder, 'lm-1.txt'), `${KARIN} Lind`);
    expect(await look()).toEqual({ waiting: 1 });
    writeFileSync(join(folder, 'lm-1.txt'), `${KARIN} Lind, Karin`);
    expect(await look(REST)).toEqual({ waiting: 1 });
    expect(await look(REST)).toEqual({ taken: 1 });
    expect(rows.map(({ format }) => format)).toEqual(['report-text']);
    expect(Buffer.from(rows[0]?.raw ?? []).toString()).toMatch(
      /"kind":"Läkemedelslista","unit":"KIR2".*\n18900101-9802 Lind, Karin$/,
    );
    expect(await look(LOOKED_AT - 1)).toEqual({});
    expect(readdirSync(folder)).toEqual(['lm-1.txt']);
    expect(await look(1)).toEqual({});
    expect(readdirSync(folder)).toEqual([]);
    expect(rows).toHaveLength(1);
  });

  it('takes a list once more that its writer goes on with after a pause', async () => {
    const { folder, rows, look } = start();
    const path = join(folder, 'lm-1.txt');
    writeFileSync(path, `${KARIN} Lind, Karin\nFuroserin 40 mg`);
    await look();
    await look(REST);
    appendFileSync(path, '\nWARAN 2,5 mg');
    await look(5);
    await look(REST);
    expect(rows.map(textOf)).toEqual([
      `${KARIN} Lind, Karin\nFuroserin 40 mg`,
      `${KARIN} Lind, Karin\nFuroserin 40 mg\nWARAN 2,5 mg`,
    ]);
  });

  it('waits when only the time has changed: somebody is still writing', async () => {
    const { folder, look } = start();
    const path = join(folder, 'lm-1.txt');
    writeFileSync(path, 'a');
    await look();
    utimesSync(path, 1, 1);
    expect(await look(REST)).toEqual({ waiting: 1 });
  });

  it('waits for a PDF to come to its end, and takes one that never does as one it cannot read', async () => {
    const { folder, rows, look } = start();
    const whole = pdfOf([[`${KARIN} Lind, Karin`]]);
    writeFileSync(join(folder, 'lm-1.pdf'), whole.subarray(0, -40));
    await look();
    expect(await look(REST)).toEqual({ waiting: 1 });
    expect(await look(LOOKED_AT)).toMatchObject({ taken: 1 });
    writeFileSync(join(folder, 'lm-2.pdf'), whole);
    await look();
    expect(await look(REST)).toMatchObject({ taken: 1 });
    expect(rows).toHaveLength(2);
  });

  it('leaves unfinished, unknown and empty files, and keeps a patient’s name in a file name to itself', async () => {
    const { folder, rows, look, memory } = start();
    for (const name of ['lm-1.txt.part', '~lm-2.txt', '.lm-3.txt', 'Karin Lind.txt'])
      writeFileSync(join(folder, name), 'x');
    writeFileSync(join(folder, 'lm-0.txt'), '');
    writeFileSync(join(folder, 'lm-Karin-Lind.txt'), 'x');
    await look();
    expect(await look(REST)).toEqual({ taken: 1, left: 2 });
    expect(Buffer.from(rows[0]?.raw ?? []).toString()).not.toContain('Karin');
    expect(JSON.stringify(memory.kept)).not.toContain('Karin');
    expect(readdirSync(folder)).toHaveLength(6);
  });

  it('keeps the file where it is when the inbox could not take it, and takes it later', async () => {
    const place = start();
    writeFileSync(join(place.folder, 'lm-1.txt'), 'x');
    await place.look();
    place.fails = true;
    await expect(place.look(REST)).rejects.toThrow('the inbox is full');
    place.fails = false;
    expect(await place.look(5)).toEqual({ taken: 1 });
    expect(existsSync(join(place.folder, 'lm-1.txt'))).toBe(true);
  });

  it('takes its own, and each once, among more than it looks at of others’, also after a restart', async () => {
    const { folder, rows, look, restart } = start();
    for (let number = 1; number <= 1_100; number += 1) writeFileSync(join(folder, `a-${number}.txt`), 'not a list');
    for (const name of ['lm-1.txt', 'lm-3.txt']) writeFileSync(join(folder, name), name);
    symlinkSync('lm-1.txt', join(folder, 'lm-9.txt'));
    await look();
    await look(REST);
    expect(rows.map(textOf)).toEqual(['lm-1.txt', 'lm-3.txt', 'lm-1.txt']);
    for (let again = 0; again < 3; again += 1) await look(5);
    restart();
    await look();
    await look(REST);
    expect(rows).toHaveLength(3);
  });

  it('reads a PDF, and takes also one it cannot read', async () => {
    const { folder, rows, look } = start();
    writeFileSync(join(folder, 'lm-1.pdf'), pdfOf([[`${KARIN} Lind, Karin`]]));
    writeFileSync(join(folder, 'lm-2.pdf'), '%PDF-1.4 damaged %%EOF');
    await look();
    expect(await look(REST)).toEqual({ taken: 2, unreadable: 1 });
    expect(rows.map(({ raw }) => interpretReport(received(raw, 'report-pdf'), source).outcome)).toEqual([
      'understood',
      'unread',
    ]);
  });

  it('keeps unread what was being read each time the station ended, and goes on with the others', async () => {
    const { folder, rows, look, restart, memory } = start();
    writeFileSync(join(folder, 'lm-1.pdf'), pdfOf([[`${KARIN} Lind, Karin`]]));
    await look();
    // What is written down before a page is read is all that is left when reading it ends the station.
    await look(REST);
    const digest = memory.kept?.taken[0] ?? '';
    rows.splice(0);
    memory.kept = { taken: [], reading: { file: digest, times: 2 } };
    restart();
    await look();
    expect(await look(REST)).toEqual({ taken: 1, unreadable: 1 });
    expect(rows.map(({ raw }) => unpackReport(raw).header.pdfPages)).toEqual([[]]);
    expect(memory.kept?.reading).toBeNull();
  });
});

describe('a PDF whose pages share what is large', () => {
  it('does not grow with its pages: those that do not fit are kept by their text', async () => {
    const picture = randomBytes(1_500_000).toString('latin1');
    const pages = await readPdfPages(pdfOf(Array(12).fill([`${KARIN} Lind, Karin`]), picture));
    expect(pages).toHaveLength(12);
    const sizes = pages?.map(({ pdf }) => pdf.length) ?? [];
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(12_000_000);
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(2);
    expect(pages?.every(({ text }) => text.includes(KARIN))).toBe(true);
    const header = { kind: 'Lista', unit: 'KIR2', fileTimeMs: ARRIVAL_MS, pdfPages: pages?.slice(-1) ?? [] };
    const read = interpretReport(received(packReport(header, Buffer.from('x')), 'report-pdf'), source);
    const said = JSON.stringify(read.changes);
    expect(said).toContain('Originalsidan är för stor för kopian');
    expect(said).toContain(Buffer.from(pages?.at(-1)?.text ?? '').toString('base64'));
    expect(said).not.toContain('application/pdf');
  });
});
