// The exported ledger: lines of JSON that can be checked with nothing but the file itself and docs/ledger-format.md. A first line with
// keys and heads, one line an entry, and a last line whose signature covers every byte before it.

import { createHash, type Hash } from 'node:crypto';
import {
  type ChainId,
  type LedgerItem,
  type LedgerPlace,
  orderedEntry,
  readLedgerEntry,
} from '../domain/ledger-entry.ts';
import { limits } from '../limits.ts';
import { isSignedBy, type Signer } from './chain-key.ts';
import { type CheckReport, LedgerCheck } from './ledger-check.ts';
import { isReceiptSigned, type Receipt } from './receipts.ts';

const EXPORT_FORM = 'reservkraft-ledger-export-1';
const END_FORM = 'reservkraft-ledger-export-end-1';

export interface ExportHeader {
  readonly form: typeof EXPORT_FORM;
  readonly station: string;
  readonly madeAt: number;
  /** Signs the last line. */
  readonly exporter: { readonly chain: ChainId; readonly publicKey: string };
  readonly extract: {
    readonly from: number | null;
    readonly to: number | null;
    /** Only entries about one patient. */
    readonly isOfOnePatient: boolean;
    readonly hasBodies: boolean;
  };
  /** Every epoch the ledger has, with the key that signs it and how far it had come. */
  readonly epochs: readonly {
    readonly chain: ChainId;
    readonly epoch: number;
    readonly publicKey: string;
    readonly head: { readonly sequence: number; readonly hash: string };
  }[];
  readonly receipts: readonly Receipt[];
}

interface ExportEnd {
  readonly form: typeof END_FORM;
  readonly entries: number;
  readonly sha256: string;
  readonly signature: string;
}

/** The lines, each with its line feed. */
export function* exportLines(
  header: Omit<ExportHeader, 'form'>,
  items: Iterable<LedgerItem>,
  signer: Signer,
): Generator<Buffer> {
  const digest = createHash('sha256');
  const line = (value: object): Buffer => {
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`, 'utf8');
    digest.update(bytes);
    return bytes;
  };
  yield line(orderedHeader(header));
  let entries = 0;
  for (const { entry, body } of items) {
    entries++;
    yield line({ entry: orderedEntry(entry), body: header.extract.hasBodies ? writtenBody(body) : null });
  }
  const hash = digest.digest();
  const end: ExportEnd = {
    form: END_FORM,
    entries,
    sha256: hash.toString('hex'),
    signature: signer.sign(hash).toString('hex'),
  };
  yield Buffer.from(`${JSON.stringify(end)}\n`, 'utf8');
}

const writtenBody = (body: LedgerItem['body']) =>
  body === null ? null : { salt: body.salt.toString('hex'), content: body.content.toString('utf8') };

function orderedHeader({
  station,
  madeAt,
  exporter,
  extract,
  epochs,
  receipts,
}: Omit<ExportHeader, 'form'>): ExportHeader {
  return { form: EXPORT_FORM, station, madeAt, exporter, extract, epochs, receipts };
}

export interface ExportReport extends CheckReport {
  /** Null when the first line can't be read. */
  readonly header: ExportHeader | null;
}

export interface CheckExportOptions {
  /** The exporter's key as known from elsewhere: without it the file is only known to be what its own key signed. */
  readonly expectedKey: string | null;
}

/** Checks the file's lines, given with their line feeds; one without is the broken end. */
export class ExportCheck {
  readonly #options: CheckExportOptions;
  readonly #digest: Hash = createHash('sha256');
  readonly #keys = new Map<string, string>();
  #header: ExportHeader | null = null;
  #end: ExportEnd | null = null;
  #check: LedgerCheck;
  #entries = 0;
  #lines = 0;
  #sealed: Buffer | null = null;

  constructor(options: CheckExportOptions) {
    this.#options = options;
    this.#check = this.#newCheck({ isWhole: false, hasBodies: false });
  }

  line(bytes: Buffer): void {
    this.#lines++;
    const value = this.#parse(bytes);
    if (this.#end !== null) {
      this.#check.fault('seal-broken', null, `rad ${this.#lines} står efter slutraden`);
      return;
    }
    if (isEnd(value)) {
      this.#end = value;
      this.#sealed = this.#digest.copy().digest();
      return;
    }
    this.#digest.update(bytes);
    if (this.#lines === 1) this.#readHeader(value);
    else this.#readItem(value);
  }

  finish(): ExportReport {
    const header = this.#header;
    this.#checkEnd(header);
    const { extract } = header ?? {};
    // What an extract leaves out on purpose can't be told from what somebody cut out, but by the seal.
    const isAll = extract !== undefined && extract.from === null && extract.to === null && !extract.isOfOnePatient;
    const heads = isAll ? (header?.epochs ?? []).map(({ chain, epoch, head }) => ({ chain, epoch, ...head })) : [];
    for (const receipt of header?.receipts ?? [])
      if (!isReceiptSigned(receipt)) this.#check.fault('forged', null, 'ett kvitto är inte underskrivet av mottagaren');
    return { header, ...this.#check.finish(heads) };
  }

  /** Undefined for a line that is not exactly as it would be written. */
  #parse(bytes: Buffer): unknown {
    const text = bytes.toString('utf8');
    try {
      const value: unknown = JSON.parse(text);
      if (`${JSON.stringify(value)}\n` === text) return value;
    } catch {
      // Told below.
    }
    this.#check.fault('unreadable', null, `rad ${this.#lines}`);
    return undefined;
  }

  #readHeader(value: unknown): void {
    const header = readHeader(value);
    if (header === null) {
      this.#check.fault('unreadable', null, 'första raden är ingen liggares');
      return;
    }
    this.#header = header;
    const { from, to, isOfOnePatient, hasBodies } = header.extract;
    for (const { chain, epoch, publicKey } of header.epochs) this.#keys.set(`${chain}/${epoch}`, publicKey);
    const isWhole = from === null && to === null && !isOfOnePatient;
    // What says that a body was erased can lie outside an extract.
    this.#check = this.#newCheck({ isWhole, hasBodies: hasBodies && isWhole });
    const { expectedKey } = this.#options;
    if (expectedKey !== null && expectedKey !== header.exporter.publicKey)
      this.#check.fault('other-key', null, header.exporter.publicKey);
  }

  #readItem(value: unknown): void {
    this.#entries++;
    const given = value as { entry?: unknown; body?: unknown } | undefined;
    const entry = readLedgerEntry(given?.entry);
    const body = readWrittenBody(given?.body);
    if ('wrong' in entry || body === undefined) {
      if (value !== undefined) this.#check.fault('unreadable', null, `rad ${this.#lines}`);
      return;
    }
    this.#check.add({ entry, body });
  }

  #checkEnd(header: ExportHeader | null): void {
    const end = this.#end;
    if (end === null) {
      this.#check.fault('cut-short', null, 'slutraden saknas');
      return;
    }
    const hash = this.#sealed ?? Buffer.alloc(0);
    if (end.entries !== this.#entries)
      this.#check.fault('seal-broken', null, `${this.#entries} poster, slutraden säger ${end.entries}`);
    if (end.sha256 !== hash.toString('hex')) this.#check.fault('seal-broken', null, 'något före slutraden är ändrat');
    if (header === null || !isSignedBy(header.exporter.publicKey, hash, end.signature))
      this.#check.fault('seal-broken', null, 'slutraden är inte underskriven av den som exporterade');
  }

  #newCheck(of: { readonly isWhole: boolean; readonly hasBodies: boolean }): LedgerCheck {
    return new LedgerCheck({
      ...of,
      keyOf: ({ chain, epoch }: LedgerPlace) => this.#keys.get(`${chain}/${epoch}`) ?? null,
    });
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isTimeOrNull = (value: unknown): boolean => value === null || Number.isSafeInteger(value);

function readHeader(value: unknown): ExportHeader | null {
  if (!isObject(value)) return null;
  const { form, exporter, extract, epochs, receipts } = value;
  const isHeader =
    form === EXPORT_FORM &&
    isObject(exporter) &&
    isText(exporter['publicKey']) &&
    isObject(extract) &&
    isTimeOrNull(extract['from']) &&
    isTimeOrNull(extract['to']) &&
    typeof extract['isOfOnePatient'] === 'boolean' &&
    typeof extract['hasBodies'] === 'boolean' &&
    Array.isArray(epochs) &&
    epochs.every((one) => isObject(one) && isText(one['publicKey']) && isObject(one['head'])) &&
    Array.isArray(receipts) &&
    receipts.every((one) => isObject(one) && isText(one['signature']) && isText(one['receiverKey']));
  return isHeader ? (value as unknown as ExportHeader) : null;
}

function isEnd(value: unknown): value is ExportEnd {
  const end = value as Partial<ExportEnd> | null | undefined;
  return (
    end?.form === END_FORM &&
    Object.keys(end).join() === 'form,entries,sha256,signature' &&
    typeof end.sha256 === 'string' &&
    typeof end.signature === 'string'
  );
}

/** Undefined: no body as we write them. */
function readWrittenBody(value: unknown): LedgerItem['body'] | undefined {
  if (value === null) return null;
  const body = value as { salt?: unknown; content?: unknown } | undefined;
  if (typeof body?.salt !== 'string' || !/^[0-9a-f]{32}$/.test(body.salt) || typeof body.content !== 'string')
    return undefined;
  if (Object.keys(body).length !== 2) return undefined;
  return { salt: Buffer.from(body.salt, 'hex'), content: Buffer.from(body.content, 'utf8') };
}

/** Cuts what is read of a file into lines with their line feeds. @throws when one is longer than any we write. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      yield rest.subarray(0, end + 1);
      rest = rest.subarray(end + 1);
    }
    if (rest.length > limits.ledgerLineBytesMax) throw new RangeError('a line longer than any entry');
    held = rest;
  }
  if (held.length > 0) yield held;
}
