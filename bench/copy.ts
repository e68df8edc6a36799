// How fast the copy applies and reads, measured against a bare loop that inserts the same rows into the same tables (design §17).
// Made-up people, one file on disk, figures as ratios: the machine is shared.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { CopyReader } from '../src/copy/copy-reader.ts';
import { CopyWriter } from '../src/copy/copy-writer.ts';
import { prepareCopySchema } from '../src/copy/schema.ts';
import type { Change, MemberChange, Reading } from '../src/domain/changes.ts';
import { type Identity, patientKey, sourceId, unitId } from '../src/domain/identity.ts';
import { PERSONNUMMER } from '../src/domain/identity-domains.ts';
import type { Interpreter, Received } from '../src/domain/received.ts';

/** Wall time, or with CLOCK=cpu the processor's own: a busy neighbour on a shared machine then does not count. */
const now = (): number => {
  if (process.env['CLOCK'] !== 'cpu') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const TEN = Date.UTC(2026, 10, 22, 10);
const BATCH = 64;
const JOURNAL = sourceId('journal');

const FAMILIES = [
  'Andersson',
  'Åkesson',
  'Berg',
  'Lind',
  'Johansson',
  'Öberg',
  'Karlsson',
  'Nilsson',
  'Eriksson',
  'Ström',
];
const GIVEN = ['Anna', 'Åsa', 'Bertil', 'Eva', 'Göran', 'Ida', 'Karin', 'Lars', 'Maria', 'Örjan', 'Per', 'Sara'];

const someone = (no: number): Identity => ({ domain: PERSONNUMMER, id: String(190_000_000_000 + no) });
const name = (no: number) => [
  {
    family: `${FAMILIES[no % FAMILIES.length]}${syllables(no)}`,
    given: [GIVEN[no % GIVEN.length] ?? 'Anna', GIVEN[(no * 7) % GIVEN.length] ?? 'Eva'],
  },
];
/** Family names with a long tail, as in a population register. */
const syllables = (no: number): string => (no % 3 === 0 ? '' : (['lund', 'holm', 'gren', 'dal', 'vik'][no % 5] ?? ''));

const visitOf = (no: number): Identity => ({ domain: 'source:journal/visit', id: `V${no}` });
const unitOf = (no: number) => unitId(`KIR${no % 40}`);

const admit = (no: number, at: number): Change[] => [
  {
    kind: 'person',
    subject: someone(no),
    mode: 'patch',
    elements: { name: name(no), gender: 'female', birthDate: '1890-01-01' },
  },
  {
    kind: 'stay',
    subject: someone(no),
    visit: visitOf(no),
    action: 'admit',
    fields: { class: 'inpatient', unit: unitOf(no), room: String(no % 12), bed: String(no % 4), admittedAt: at },
    at,
  },
  // Most people of a region are at home.
  ...(no % 50 === 0 ? [] : [gone(no, at + 1)]),
];

const gone = (no: number, at: number): Change => ({
  kind: 'stay',
  subject: someone(no),
  visit: visitOf(no),
  action: 'discharge',
  fields: { dischargedAt: at },
  at,
});

const transfer = (no: number, turn: number, at: number): Change[] => [
  {
    kind: 'person',
    subject: someone(no),
    mode: 'patch',
    elements: { name: name(no), gender: 'female', birthDate: '1890-01-01' },
  },
  {
    kind: 'stay',
    subject: someone(no),
    visit: visitOf(no),
    action: 'transfer',
    fields: { class: 'inpatient', unit: unitOf(no + turn), room: String(turn % 12), bed: String(turn % 4) },
    at,
  },
];

const member = (key: number, value: number): MemberChange => ({
  key: `K${key}`,
  state: 'final',
  resource: {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'urn:oid:1.2.752.108.1', code: `NPU0${1000 + key}`, display: `P-Analys ${key}` }] },
    valueQuantity: { value, unit: 'mmol/L' },
    referenceRange: [{ text: '3,5-5,0' }],
    extension: [{ url: 'urn:reservkraft:as-written', valueString: String(value).replace('.', ',') }],
  },
});

const report = (no: number, key: number, at: number, values = 20): Change[] => [
  {
    kind: 'resource',
    subject: someone(no),
    part: 'results',
    key: `DiagnosticReport/${no}-${key}`,
    at,
    state: 'final',
    mode: 'merge',
    resource: { resourceType: 'DiagnosticReport', status: 'final', code: { text: 'Elektrolyter' } },
    members: Array.from({ length: values }, (_, value) => member(value, value + (key % 10) / 10)),
    orderNumbers: { filler: `${no}-${key}` },
  },
];

/** The reading is handed over as it is: parsing is another room's time. */
const readings = new Map<number, Reading>();
const interpret: Interpreter = ({ seq }) => {
  const reading = readings.get(seq);
  if (reading === undefined) throw new Error('no reading');
  return reading;
};

const empty = new Uint8Array();
class Station {
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-copy-'));
  readonly file = join(this.folder, 'copy.db');
  readonly db = new Database(this.file);
  readonly writer: CopyWriter;
  readonly reader: CopyReader;
  #seq = 0;

  constructor() {
    this.db.pragma('journal_mode = wal');
    this.db.pragma('synchronous = normal');
    this.db.pragma('cache_size = -65536');
    prepareCopySchema(this.db);
    const handleOf = ({ id }: Identity) => patientKey(`h${id}`);
    this.writer = new CopyWriter({ db: this.db, interpret, received: () => undefined, handleOf });
    const reading = new Database(this.file, { readonly: true });
    reading.pragma('cache_size = -65536');
    this.reader = new CopyReader({ db: reading });
  }

  /** Applies messages in batches; answers messages a second. */
  apply(count: number, changes: (no: number) => Change[]): number {
    const rows: Received[] = [];
    for (let no = 0; no < count; no += 1) {
      this.#seq += 1;
      const wallMs = TEN + this.#seq * 3;
      const arrival = { wallMs, boot: 'bench', monotonicMs: wallMs - TEN };
      rows.push({ seq: this.#seq, source: JOURNAL, format: 'hl7v2', arrival, raw: empty });
      readings.set(this.#seq, {
        outcome: 'understood',
        type: 'BENCH',
        eventAt: wallMs,
        sequence: null,
        changes: changes(no),
        subjects: [],
        alarms: [],
      });
    }
    const begun = now();
    for (let at = 0; at < rows.length; at += BATCH) this.writer.applyBatch(rows.slice(at, at + BATCH));
    const seconds = (now() - begun) / 1000;
    readings.clear();
    return count / seconds;
  }

  close(): void {
    this.db.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** The rows the copy wrote last, inserted by a loop that does nothing else, in batches of the same size; rows a second. */
function bareInsert(station: Station, since: number): { perSecond: number; rows: number } {
  const rows = station.db
    .prepare<[number], unknown[]>('SELECT * FROM fact WHERE since >= ? ORDER BY since')
    .raw()
    .all(since);
  const folder = mkdtempSync(join(tmpdir(), 'bench-bare-'));
  const db = new Database(join(folder, 'copy.db'));
  db.pragma('journal_mode = wal');
  db.pragma('synchronous = normal');
  db.pragma('cache_size = -65536');
  prepareCopySchema(db);
  const insert = db.prepare(`INSERT INTO fact VALUES (${rows[0]?.map(() => '?').join(',') ?? ''})`);
  const begun = now();
  for (let at = 0; at < rows.length; at += BATCH) {
    db.transaction(() => {
      for (const row of rows.slice(at, at + BATCH)) insert.run(...row);
    })();
  }
  const perSecond = rows.length / ((now() - begun) / 1000);
  db.close();
  rmSync(folder, { recursive: true });
  return { perSecond, rows: rows.length };
}

function percentiles(count: number, read: (no: number) => unknown): string {
  const times: number[] = [];
  for (let no = 0; no < count; no += 1) {
    const begun = now();
    read(no);
    times.push(now() - begun);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(2);
  return `p50 ${at(0.5)} ms · p99 ${at(0.99)} ms · max ${at(1)} ms`;
}

const say = (what: string, figure: string): void => console.log(`${what.padEnd(58)} ${figure}`);
const rate = (perSecond: number): string => `${Math.round(perSecond)}/s`;
const PEOPLE = Number(process.env['PEOPLE'] ?? 100_000);
const EVERYONE = Number(process.env['EVERYONE'] ?? 1_000_000);

const station = new Station();
const admits = station.apply(PEOPLE, (no) => admit(no, TEN));
say(`ADT admissions applied (${PEOPLE} people: person, stay in, most out)`, rate(admits));
let from = station.writer.cursor + 1;
const moves = station.apply(20_000, (no) => transfer((no % 400) * 50, 1 + Math.floor(no / 400), TEN + no * 1_000));
const bareMoves = bareInsert(station, from);
say(
  'ADT transfers applied (same person, stay moves)',
  `${rate(moves)} · bare insert ${rate(bareMoves.perSecond)} of ${bareMoves.rows} rows`,
);
from = station.writer.cursor + 1;
const reports = station.apply(20_000, (no) => report(no % 10_000, no, TEN + no));
const bareReports = bareInsert(station, from);
say(
  'ORU of 20 OBX applied',
  `${rate(reports)} · bare insert ${rate(bareReports.perSecond)} · ratio ${(reports / bareReports.perSecond).toFixed(2)}`,
);

const busy = 77_777;
station.apply(3_000, (no) => report(busy, no, TEN + no, 1));
station.apply(140, (no) => report(busy + 1, no, TEN + no));
station.apply(50_000, (no) => report(busy + 2, no, TEN + no, 1));
station.apply(20_000, (no) => report(busy + 3, no % 140, TEN + no));
const keyOf = (no: number) => patientKey(`h${someone(no).id}`);
say(
  'chart of one of 100,000 patients',
  percentiles(2_000, (no) => station.reader.patient(keyOf((no * 37) % PEOPLE))),
);
say(
  'chart showing 140 reports of 20 values (2,940 resources)',
  percentiles(300, () => station.reader.patient(keyOf(busy + 1))),
);
say(
  'chart showing 500 of 3,000 kept',
  percentiles(300, () => station.reader.patient(keyOf(busy))),
);
say(
  'chart showing 500 of 50,000 kept',
  percentiles(300, () => station.reader.patient(keyOf(busy + 2))),
);
say(
  'chart with 140 reports, each of 143 versions',
  percentiles(300, () => station.reader.patient(keyOf(busy + 3))),
);
say(
  'the same as it was before',
  percentiles(100, () => station.reader.patient(keyOf(busy + 3), { asOf: TEN + 1 })),
);
say(
  `census of a unit (${station.reader.census(unitOf(1)).length} rows)`,
  percentiles(10, () => station.reader.census(unitOf(1))),
);
station.close();

const register = new Station();
const persons = register.apply(EVERYONE, (no) => {
  const [person] = admit(no, TEN);
  return no % 500 === 0 ? admit(no, TEN) : person === undefined ? [] : [person];
});
say(`register of ${EVERYONE} people applied`, rate(persons));
const hits = (text: string): string =>
  `${percentiles(200, () => register.reader.search(text))} · ${register.reader.search(text).length} hits`;
say(
  'search by number',
  percentiles(1_000, (no) => register.reader.search(someone((no * 7919) % EVERYONE).id)),
);
for (const text of ['lind', 'åkesson åsa', 'kar and', 'berglund per', 'zzz', 'sara lindvik ida'])
  say(`search "${text}"`, hits(text));
register.close();
