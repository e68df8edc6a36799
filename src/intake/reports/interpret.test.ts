import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceChange } from '../../domain/changes.ts';
import { entry, NOW_MS, now, patientCopy } from '../../domain/chart/chart.fixture.ts';
import { composeChart } from '../../domain/chart/compose.ts';
import type { ReceivedFormat } from '../../domain/received.ts';
import { ARRIVAL_MS, at, received, source } from '../fhir/reading.fixture.ts';
import { interpretReport, readReport } from './interpret.ts';
import { readPdfPages } from './pdf-pages.ts';
import { packReport } from './report-row.ts';
import { KARIN, pdfOf, YUSUF } from './reports.fixture.ts';

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
