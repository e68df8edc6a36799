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
import { afterEach, describe, expect, it } from 'vitest';
import { sourceId } from '../../domain/identity.ts';
import { received, source } from '../fhir/reading.fixture.ts';
import { ReportFolder, type ReportMemory, type ReportScan } from './folder.ts';
import { interpretReport } from './interpret.ts';
import { unpackReport } from './report-row.ts';
import { KARIN, pdfOf } from './reports.fixture.ts';

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
