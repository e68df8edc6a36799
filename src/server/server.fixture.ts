// A station's server over a real, encrypted copy, without the process around it: what tests of the HTTP side share.

import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { Access } from '../access/access.ts';
import { AccessStore } from '../access/access-store.ts';
import type { Provider } from '../access/provider/provider.ts';
import { composeChart } from '../domain/chart/compose.ts';
import type { EntryDraft } from '../domain/ledger-entry.ts';
import type { Marks } from '../domain/marks.ts';
import type { SourceDeclaration } from '../domain/source.ts';
import { CRITICAL_PARTS } from '../domain/unit-use/unit-use.ts';
import { DailyChecks } from '../station/checks/daily-checks.ts';
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
import { SOURCES, UNITS } from './house.fixture.ts';
import { notedPrints, PRINTER } from './prints.fixture.ts';
import { ReceivedCopy, TEN } from './received-copy.fixture.ts';
import { createServer } from './server.ts';

/** Where the app of a ward's station comes from, that may read here too. */
export const WARD_ORIGIN = 'https://10.1.2.3:8443';
export const TOKEN = 'a-token-of-the-test-station-0123456789';
const NO_NAMES = { unitNames: {}, sourceNames: {} };

export class ServedCopy extends ReceivedCopy {
  /** What a thief with the station's key reads of people. */
  readonly accessStore: AccessStore;
  /** `query_only` refuses writing as a disk that can't be written does. */
  readonly accessDisk;
  readonly access: Access;
  isTimePaused = false;
  readonly #ledger = {
    append: async (draft: EntryDraft): Promise<boolean> => {
      this.entries.push(draft);
      return this.notLogged === null;
    },
  };
  /** What was asked for on paper. */
  readonly printed: object[] = [];
  readonly prints = notedPrints(this.printed, () => this.notLogged === null);
  readonly checks = new DailyChecks({
    clock: { now: () => this.now },
    ledger: this.#ledger,
    told: [],
    keysOf: (patient) => this.reader.keysOf(patient),
  });
  /** What the settings say is sent; a test may take something out. */
  declared: readonly SourceDeclaration[] = SOURCES;
  /** Everything is signed for: of these units nothing else is tested than what is shown of them in use. */
  readonly uses = new UnitUses({
    clock: { now: () => this.now },
    ledger: this.#ledger,
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
    ledger: this.#ledger,
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

  constructor(provider: Provider | null = null) {
    super();
    const access = {
      file: join(this.folder, 'access.db'),
      key: this.keys.database('access'),
      role: 'access',
    } as const;
    this.accessDisk = openDatabase(access);
    this.accessStore = new AccessStore(this.accessDisk, (error) => storageFailure(error) !== null);
    this.access = new Access({
      store: this.accessStore,
      units: UNITS,
      now: () => this.now,
      draw: (below) => randomInt(below),
      key: this.keys.access(),
      isTimePaused: () => this.isTimePaused,
      provider,
    });
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
        snapshot: async () => ({ file: 'copy-1.db', sequence: this.cursor, bytes: 4096 }),
      },
    });
    return this.server;
  }

  /** Of the entries told to the ledger, in order. */
  get kinds(): string[] {
    return this.entries.map(({ kind }) => kind);
  }

  get marks(): Marks {
    return { inquiries: this.checks.all(), uses: this.uses.all() };
  }

  async close(): Promise<void> {
    await this.server?.close();
    this.accessDisk.close();
    this.closeCopy();
  }

  /** Every `METHOD /path` that is asked, with `:name` for what stands in its place. */
  get routes(): readonly string[] {
    return this.everyRoute.filter((route) => /^(GET|POST) |^DELETE \/api/.test(route));
  }

  /** Also those under /fhir that exist to say that they don't. */
  get everyRoute(): readonly string[] {
    const prefixes: string[] = [];
    const text = this.server?.printRoutes({ commonPrefix: false, includeHooks: false }) ?? '';
    return text.split('\n').flatMap((line) => {
      const [, indent = '', path = '', methods = ''] = /^([│ ]*[├└]── )(\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
      prefixes.splice(indent.length / 4 - 1, Number.POSITIVE_INFINITY, path);
      const place = prefixes.join('');
      return methods.split(', ').flatMap((method) => (method === '' ? [] : [`${method} ${place}`]));
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
