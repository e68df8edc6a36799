// A station's server over a real, encrypted copy, without the process around it: what tests of the HTTP side share. Messages
// are read by the real readers and applied by the real writer.

import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { Access } from '../access/access.ts';
import { AccessStore } from '../access/access-store.ts';
import type { Provider } from '../access/provider/provider.ts';
import { CopyReader } from '../copy/read/copy-reader.ts';
import { prepareCopySchema } from '../copy/schema.ts';
import { CopyWriter } from '../copy/write/copy-writer.ts';
import type { ApplyResult } from '../copy/write/outcomes.ts';
import { composeChart } from '../domain/chart/compose.ts';
import type { CopyCommand } from '../domain/commands.ts';
import { type Identity, type PatientKey, sourceId, unitId } from '../domain/identity.ts';
import { PERSONNUMMER } from '../domain/identity-domains.ts';
import type { EntryDraft } from '../domain/ledger-entry.ts';
import type { Marks } from '../domain/marks.ts';
import { PART_NAMES } from '../domain/parts.ts';
import type { PrinterLine } from '../domain/printing/printer-test.ts';
import type { PrintProgress } from '../domain/printing/printing.ts';
import type { Received, ReceivedFormat } from '../domain/received.ts';
import { type SourceDeclaration, undeclaredSource } from '../domain/source.ts';
import type { Arrival } from '../domain/time.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import { CRITICAL_PARTS } from '../domain/unit-use/unit-use.ts';
import { interpret } from '../intake/interpret.ts';
import { DailyChecks } from '../station/checks/daily-checks.ts';
import { StationKeys } from '../station/files/keys.ts';
import { openDatabase } from '../station/files/open-database.ts';
import { storageFailure } from '../station/files/storage-failure.ts';
import { ReservePlaces } from '../station/places/reserve-places.ts';
import { readUnitCopy } from '../station/reading/unit-copy.ts';
import { readUnitList } from '../station/reading/unit-list.ts';
import { criticalFeeds } from '../station/uses/critical-feeds.ts';
import { UnitUses } from '../station/uses/unit-uses.ts';
import type { NamedEntriesPort } from './access/erasure-routes.ts';
import type { AppFiles } from './app-files.ts';
import { FacadeAnswers } from './fhir/answers.ts';
import { composeSummary } from './fhir/summary.ts';
import { createServer } from './server.ts';

/** 22 November 2026, 10:00 UTC. */
export const TEN = Date.UTC(2026, 10, 22, 10);
/** Where the app of a ward's station comes from, that may read here too. */
export const WARD_ORIGIN = 'https://10.1.2.3:8443';
export const TOKEN = 'a-token-of-the-test-station-0123456789';
/** Skatteverket's published test numbers. */
export const ANNA: Identity = { domain: PERSONNUMMER, id: '189001019802' };
export const BERTIL: Identity = { domain: PERSONNUMMER, id: '189001029819' };
export const PNR = 'http://electronichealth.se/identifier/personnummer';

const source = (
  id: string,
  feeds: SourceDeclaration['feeds'],
  match: SourceDeclaration['match'],
): SourceDeclaration => ({
  ...undeclaredSource(sourceId(id), id),
  match,
  rank: 1,
  feeds,
  identityDomains: { SKV: PERSONNUMMER },
  units: { OP: unitId('OP') },
});

/** `journal` feeds everything but what the lab sends; `ehr` speaks FHIR. */
const SOURCES = [
  source(
    'journal',
    PART_NAMES.filter((part) => part !== 'results').map((part) => ({ part, units: 'all', heartbeat: 'any-message' })),
    { application: 'JOURNAL' },
  ),
  source('lab', [{ part: 'results', units: 'all', heartbeat: 'any-message' }], { application: 'LAB' }),
  source('ehr', [], {}),
];

const UNITS: readonly UnitDeclaration[] = [
  { id: unitId('KIR2'), name: 'Kirurgavdelning 2', listKind: 'bed' },
  { id: unitId('MED1'), name: 'Medicinavdelning 1', listKind: 'bed' },
  { id: unitId('PSYK'), name: 'Psykiatriavdelning', listKind: 'bed', isSensitive: true },
  { id: unitId('OP'), name: 'Centraloperation', listKind: 'surgery' },
];

const PRINT: PrintProgress = {
  ...{ number: 1, unit: unitId('KIR2'), what: 'Kirurgavdelning 2, paket version 1', printer: 'Expeditionen' },
  ...{ by: 'Anna Berg, ssk', askedAt: TEN, state: 'sending', words: 'sida 3 ute', failure: null },
};
const PRINTER: PrinterLine = {
  ...{ id: 'exp', name: 'Expeditionen', units: [unitId('KIR2')], state: 'printed', words: 'Provsida utskriven 06:00' },
  ...{ testedAt: TEN, trouble: null },
};
const NO_NAMES = { unitNames: {}, sourceNames: {} };

export class ServedCopy {
  readonly rows: Received[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'served-'));
  readonly #keys = new StationKeys(Buffer.alloc(32, 7));
  readonly #writing;
  readonly #reading;
  readonly #writer: CopyWriter;
  readonly reader: CopyReader;
  /** What a thief with the station's key reads of people. */
  readonly accessStore: AccessStore;
  /** `query_only` refuses writing as a disk that can't be written does. */
  readonly accessDisk;
  readonly access: Access;
  isTimePaused = false;
  /** What was asked for on paper. */
  readonly printed: object[] = [];
  readonly prints = {
    printers: [
      { id: 'med', name: 'Medicin', units: [unitId('MED1')] },
      { id: 'exp', name: 'Expeditionen', units: [unitId('KIR2')] },
    ],
    prints: [PRINT],
    printerLines: () => [PRINTER],
    testPrinter: (id: string, by: object) => this.#printed({ test: id, by }, { print: PRINT }),
    printUnit: (asked: object) => this.#printed(asked, { print: PRINT }),
    printChart: (asked: object) => this.#printed(asked, { print: PRINT }),
    unitPdf: (asked: object) => this.#printed(asked, { title: 'KIR2', pdf: Buffer.from('%PDF-1.7') }),
    chartPdf: (asked: object) => this.#printed(asked, { title: 'KIR2', pdf: Buffer.from('%PDF-1.7') }),
  };
  readonly checks = new DailyChecks({
    clock: { now: () => this.now },
    ledger: {
      append: async (draft) => {
        this.entries.push(draft);
        return this.notLogged === null;
      },
    },
    told: [],
    keysOf: (patient) => this.reader.keysOf(patient),
  });
  /** What the settings say is sent; a test may take something out. */
  declared: readonly SourceDeclaration[] = SOURCES;
  /** Everything is signed for: of these units nothing else is tested than what is shown of them in use. */
  readonly uses = new UnitUses({
    clock: { now: () => this.now },
    ledger: {
      append: async (draft) => {
        this.entries.push(draft);
        return this.notLogged === null;
      },
    },
    told: UNITS.map(({ id }) => ({
      kind: 'unit.put-in-use',
      ...{ eventAt: TEN, unit: id, patient: null },
      body: { turn: 1, by: 'Eva Ek, vårdenhetschef', reason: 'prövad', fed: {}, absent: CRITICAL_PARTS },
    })),
    units: UNITS,
    feedsOf: (unit) => criticalFeeds(unit, this.declared, () => this.reader),
  });
  readonly standing = new Map<string, string>();
  readonly places = new ReservePlaces({
    clock: { now: () => this.now },
    sureNow: () => this.now,
    ledger: {
      append: async (draft) => {
        this.entries.push(draft);
        return this.notLogged === null;
      },
    },
    notes: {
      stand: (what, code, detail) => {
        if (detail === null) this.standing.delete(what);
        else this.standing.set(what, `${code}: ${detail}`);
      },
    },
    printers: () => [PRINTER],
    told: [],
  });
  readonly faults: string[] = [];
  readonly entries: EntryDraft[] = [];
  /** What a ledger that can't be written says; null when it can. */
  notLogged: string | null = null;
  isLedgerCrowded = false;
  /** What the ledger has for people to go through, by the id of its entry. */
  readonly openings = new Map<string, ReturnType<NamedEntriesPort['opening']>>();
  /** By whom and with which decision an entry was erased. */
  readonly erased: unknown[] = [];
  /** Nothing has failed yet, and nothing is on the disk either. */
  writesLate = false;
  /** The app's files, where a test serves them. */
  app: AppFiles | null = null;
  server: FastifyInstance | null = null;
  now: Arrival = { wallMs: TEN, boot: 'test', monotonicMs: 3_600_000 };

  constructor(provider: Provider | null = null) {
    const access = {
      file: join(this.#folder, 'access.db'),
      key: this.#keys.database('access'),
      role: 'access',
    } as const;
    this.accessDisk = openDatabase(access);
    this.accessStore = new AccessStore(this.accessDisk, (error) => storageFailure(error) !== null);
    this.access = new Access({
      store: this.accessStore,
      units: UNITS,
      now: () => this.now,
      draw: (below) => randomInt(below),
      key: this.#keys.access(),
      isTimePaused: () => this.isTimePaused,
      provider,
    });
    const file = join(this.#folder, 'copy.db');
    const key = this.#keys.database('copy');
    this.#writing = openDatabase({ file, key, role: 'copy' });
    prepareCopySchema(this.#writing);
    this.#reading = openDatabase({ file, key, role: 'copy', readonly: true });
    this.reader = new CopyReader({ db: this.#reading, units: UNITS });
    this.#writer = new CopyWriter({
      db: this.#writing,
      interpret,
      received: (seq) => this.rows[seq - 1],
      handleOf: (identity) => this.keyOf(identity),
    });
    this.command({ command: 'declare', sources: SOURCES });
  }

  static async started(provider: Provider | null = null): Promise<ServedCopy> {
    const copy = new ServedCopy(provider);
    await copy.start();
    return copy;
  }

  async start(): Promise<FastifyInstance> {
    const answers = new FacadeAnswers({
      reader: () => this.reader,
      handleOf: (identity) => this.keyOf(identity),
      clock: { now: () => this.now },
      summary: (copy, resources, profile) =>
        composeSummary({
          copy,
          resources,
          chart: composeChart(copy, this.now),
          at: new Date(this.now.wallMs).toISOString(),
          profile,
        }),
    });
    const entries = this.entries;
    const remark = (): string | null => this.notLogged;
    const isCrowded = (): boolean => this.isLedgerCrowded;
    this.server = await createServer({
      prints: this.prints,
      checks: this.checks,
      uses: this.uses,
      places: this.places,
      access: this.access,
      hosts: [],
      stations: {
        name: 'Kirurgens station',
        others: [{ name: 'Sjukhusets station', address: 'https://10.0.0.5:8443' }],
        appOrigins: [WARD_ORIGIN],
      },
      token: TOKEN,
      app: this.app,
      ledger: {
        append: async (draft) => {
          entries.push(draft);
          return remark() === null && !this.writesLate;
        },
        get remark() {
          return remark();
        },
        get isCrowded() {
          return isCrowded();
        },
      },
      entries: {
        opening: (id) => this.openings.get(id) ?? null,
        erasable: (entry) => ({ entry, kind: 'note', at: TEN, author: 'x', unit: 'KIR2', isOfPatient: true }),
        erase: async (entry, by, decision) => {
          this.erased.push({ entry, by, decision });
          return { entry, isInLog: false, setAside: [] };
        },
      },
      onFault: ({ route, cause }) => this.faults.push(`${route} ${cause}`),
      facade: {
        clock: { now: () => this.now },
        answer: async (question) => JSON.stringify(answers.answer(question, this.marks)),
      },
      api: {
        reader: () => this.reader,
        units: UNITS,
        now: () => this.now,
        search: async (text, options) => this.reader.search(text, options),
        unitSummaries: async (asOf) => this.reader.units(asOf === undefined ? {} : { asOf }),
        chart: (copy) => composeChart(copy, this.now),
        unitList: async (unit, asOf, withheld) =>
          readUnitList(unit, asOf, {
            ...{ reader: this.reader, units: UNITS, names: {}, now: this.now, withheld },
            marks: this.marks,
          }),
        unitCopy: async ({ withheld, ...asked }) =>
          readUnitCopy(asked, {
            ...{ reader: this.reader, units: UNITS, names: NO_NAMES, station: 'test', now: this.now, withheld },
            marks: this.marks,
          }),
        patientCopy: (patient) => ({ now: this.now, names: NO_NAMES, near: [], copy: patient }),
        health: async () => ({ status: 'ok' }),
        status: async () => ({ state: 'receiving' }),
        submit: async ({ source: from, format, documents }) =>
          documents.map((document) => ({ seq: this.receive(from, format, document).seq, duplicate: false })),
        command: async (command) => ({ seq: this.command(command).seq, duplicate: false }),
        snapshot: async () => ({ file: 'copy-1.db', sequence: this.#writer.cursor, bytes: 4096 }),
      },
    });
    return this.server;
  }

  get marks(): Marks {
    return { inquiries: this.checks.all(), uses: this.uses.all() };
  }

  async #printed<Made extends object>(asked: object, made: Made): Promise<Made & { readonly isTold: boolean }> {
    this.printed.push(asked);
    return { ...made, isTold: this.notLogged === null };
  }

  async close(): Promise<void> {
    await this.server?.close();
    this.#writing.close();
    this.#reading.close();
    this.accessDisk.close();
    rmSync(this.#folder, { recursive: true });
  }

  keyOf(identity: Identity): PatientKey {
    return this.#keys.handle(identity);
  }

  /** One second after the last. */
  receive(from: string, format: ReceivedFormat, raw: Uint8Array): ApplyResult {
    this.now = { ...this.now, wallMs: this.now.wallMs + 1_000, monotonicMs: this.now.monotonicMs + 1_000 };
    this.rows.push({ seq: this.rows.length + 1, source: sourceId(from), format, arrival: this.now, raw });
    const [result] = this.#writer.applyBatch(this.rows.slice(-1));
    if (result === undefined) throw new Error('a message without a result');
    return result;
  }

  hl7(from: string, ...segments: readonly string[]): ApplyResult {
    return this.receive(from, 'hl7v2', Buffer.from(`${segments.join('\r')}\r`, 'utf8'));
  }

  fhir(body: unknown, from = 'ehr'): ApplyResult {
    return this.receive(from, 'fhir+json', Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  }

  command(command: CopyCommand): ApplyResult {
    return this.receive('station', 'command', Buffer.from(JSON.stringify(command)));
  }

  /** Every `METHOD /path` of the router, with `:name` for what stands in its place. */
  get routes(): readonly string[] {
    const prefixes: string[] = [];
    const text = this.server?.printRoutes({ commonPrefix: false, includeHooks: false }) ?? '';
    return text.split('\n').flatMap((line) => {
      const [, indent = '', path = '', methods = ''] = /^([│ ]*[├└]── )(\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
      prefixes.splice(indent.length / 4 - 1, Number.POSITIVE_INFINITY, path);
      const place = prefixes.join('');
      // Under /fhir the others exist to say that they don't.
      const isAsked = (method: string) =>
        method === 'GET' || method === 'POST' || (method === 'DELETE' && place.startsWith('/api'));
      return methods
        .split(', ')
        .filter(isAsked)
        .map((method) => `${method} ${place}`);
    });
  }

  /** Asks as a program with the token; `json` is the answer. */
  async ask(options: InjectOptions | string) {
    const asked: InjectOptions = typeof options === 'string' ? { url: options } : options;
    const answer = await this.server?.inject({
      ...asked,
      headers: { host: '127.0.0.1:7070', authorization: `Bearer ${TOKEN}`, ...asked.headers },
    });
    if (answer === undefined) throw new Error('not started');
    const isJson = /json/.test(String(answer.headers['content-type'] ?? 'json'));
    const json: unknown = answer.body === '' || !isJson ? null : JSON.parse(answer.body);
    return { status: answer.statusCode, headers: answer.headers, json, text: answer.body };
  }

  /** As bytes, for an answer that is packed. */
  async askRaw(url: string, payload: object, headers: Readonly<Record<string, string>>) {
    const answer = await this.server?.inject({
      method: 'POST',
      url,
      payload,
      headers: { host: '127.0.0.1:7070', authorization: `Bearer ${TOKEN}`, ...headers },
    });
    if (answer === undefined) throw new Error('not started');
    return { headers: answer.headers, raw: answer.rawPayload };
  }

  /** A search with its parameters in the body. */
  form(url: string, parameters: Readonly<Record<string, string>>) {
    return this.ask({
      method: 'POST',
      url,
      payload: new URLSearchParams(parameters).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }
}

const stamp = (minute: number): string => `2026112209${String(minute).padStart(2, '0')}00+0000`;

/** Anna on KIR2: admitted, with an allergy, a potassium and a haemoglobin. Swedish letters, two senders. */
export function admitAnna(copy: ServedCopy): PatientKey {
  const person = 'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F|||Storgatan 1^^Umeå^^90325||090-123456';
  copy.hl7(
    'journal',
    `MSH|^~\\&|JOURNAL|HUS|RK|RK|${stamp(1)}||ADT^A01^ADT_A01|A1|P|2.5|||||SWE|UNICODE UTF-8`,
    `EVN|A01|${stamp(1)}`,
    person,
    'NK1|1|Övning^Bo|MTH|Sidogatan 2^^Umeå|070-7654321',
    'PV1|1|I|KIR2^1^2||||^Ek^Eva|||||||||||V100|||||||||||||||||||||||||20261121080000',
    'AL1|1|DA|^Penicillin|SV|Utslag',
  );
  report(copy, 'L1', [potassium('4.1', 'F'), 'OBX|2|NM|^Hemoglobin^L||120|g/L|||||F']);
  return copy.keyOf(ANNA);
}

export const potassium = (value: string, status: string): string =>
  `OBX|1|NM|^Kalium^L||${value}|mmol/L|3.5-5.0||||${status}`;

/** A lab report; the same order number again corrects it. */
export function report(copy: ServedCopy, number: string, values: readonly string[], order = '77'): ApplyResult {
  const minute = 10 + copy.rows.length;
  return copy.hl7(
    'lab',
    `MSH|^~\\&|LAB|HUS|RK|RK|${stamp(minute)}||ORU^R01^ORU_R01|${number}|P|2.5|||||SWE|UNICODE UTF-8`,
    'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F',
    `OBR|1||${order}^LAB|^Elektrolyter^L|||${stamp(5)}|||||||||||||||${stamp(minute)}||LAB|F`,
    ...values,
  );
}
