// One question over IPP (RFC 8011) and its answer. The package writes and reads the bytes; sending them is done here, bounded in time
// and size: a printer is a machine on the ward's network like any other, and its answers are not trusted.

import { request as overHttp, type RequestOptions } from 'node:http';
import { request as overTls } from 'node:https';
import { createRequire } from 'node:module';
import type * as Ipp from 'ipp';
import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';

export interface IppAnswer {
  readonly statusCode: string;
  readonly printer: Readonly<Record<string, unknown>>;
  readonly job: Readonly<Record<string, unknown>>;
  readonly unsupported: Readonly<Record<string, unknown>>;
}

export interface IppQuestion {
  readonly operation: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly job?: Readonly<Record<string, unknown>>;
  readonly data?: Uint8Array;
  readonly withinMs: number;
}

/** Its tables are loaded by the first question: a station that prints nothing has no use for them. */
let loaded: typeof Ipp | null = null;
function ipp(): typeof Ipp {
  loaded ??= createRequire(import.meta.url)('ipp') as typeof Ipp;
  return loaded;
}

let numbered = 0;

/** @throws {Failure} `paper.printer-silent` when nothing was handed over, `paper.print-unclear` when it may have been */
export async function askPrinter(
  address: URL,
  { operation, attributes, job, data, withinMs }: IppQuestion,
): Promise<IppAnswer> {
  numbered = (numbered % 0x7fff_ffff) + 1;
  const message = ipp().serialize({
    operation,
    id: numbered,
    'operation-attributes-tag': {
      'attributes-charset': 'utf-8',
      'attributes-natural-language': 'sv',
      'printer-uri': address.href,
      'requesting-user-name': 'reservkraft',
      ...attributes,
    },
    ...(job === undefined ? {} : { 'job-attributes-tag': job }),
    ...(data === undefined ? {} : { data: Buffer.from(data) }),
  } as Parameters<typeof Ipp.serialize>[0]);
  return readAnswer(await exchange(address, message, withinMs));
}

function exchange(address: URL, message: Buffer, withinMs: number): Promise<Buffer> {
  const isTls = address.protocol === 'ipps:';
  const options: RequestOptions = {
    method: 'POST',
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: address.port === '' ? 631 : Number(address.port),
    path: `${address.pathname}${address.search}`,
    headers: { 'content-type': 'application/ipp', 'content-length': message.length },
    signal: AbortSignal.timeout(withinMs),
    agent: false,
  };
  return new Promise((resolve, reject) => {
    let isHandedOver = false;
    const fail = (cause: unknown): void =>
      reject(new Failure(isHandedOver ? 'paper.print-unclear' : 'paper.printer-silent', address.host, { cause }));
    const asked = (isTls ? overTls : overHttp)(options, (answer) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > limits.printerAnswerBytesMax) asked.destroy(new Error('answer too large'));
        else pieces.push(piece);
      });
      answer.on('error', fail);
      answer.on('end', () =>
        answer.statusCode === 200
          ? resolve(Buffer.concat(pieces))
          : reject(new Failure('paper.printer-refused', `HTTP ${answer.statusCode}`)),
      );
    });
    asked.on('socket', (socket) => socket.once('connect', () => (isHandedOver = true)));
    asked.on('error', fail);
    asked.end(message);
  });
}

const group = (value: unknown): Readonly<Record<string, unknown>> => {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null ? (one as Readonly<Record<string, unknown>>) : {};
};

function readAnswer(bytes: Buffer): IppAnswer {
  let read: Readonly<Record<string, unknown>>;
  try {
    read = ipp().parse(bytes) as unknown as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new Failure('paper.print-unclear', 'skrivarens svar går inte att läsa', { cause: error });
  }
  return {
    statusCode: String(read['statusCode']),
    printer: group(read['printer-attributes-tag']),
    job: group(read['job-attributes-tag']),
    unsupported: group(read['unsupported-attributes-tag']),
  };
}
