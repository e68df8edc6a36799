// Port 9100 («JetDirect»): the document between two lines of PJL, and no answer. Almost every office printer takes it when nothing
// else of it works.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import type { Outcome, PrintDocument, Printer } from './printer.ts';

/** Universal exit: whatever the printer was in the middle of, it begins anew. */
const EXIT = '\u001b%-12345X';

export class RawPrinter implements Printer {
  readonly #host: string;
  readonly #port: number;

  constructor(address: URL) {
    this.#host = address.hostname.replace(/^\[|\]$/g, '');
    this.#port = address.port === '' ? 9100 : Number(address.port);
  }

  async print(document: PrintDocument, onProgress: (words: string) => void): Promise<Outcome> {
    const socket = connect({ host: this.#host, port: this.#port });
    try {
      await this.#connected(socket);
      onProgress('sänds till skrivaren');
      await handedOver(socket, wrapped(document));
      return 'sent';
    } finally {
      socket.destroy();
    }
  }

  async #connected(socket: Socket): Promise<void> {
    const where = `${this.#host}:${this.#port}`;
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(limits.printerAnswerMs) });
    } catch (error) {
      // A late fault of a socket that is being given up tells nothing more.
      socket.on('error', () => {});
      throw new Failure('paper.printer-silent', where, { cause: error });
    }
  }
}

function wrapped({ pdf, title, copies, isTwoSided }: PrintDocument): Buffer {
  const name = title.replace(/[^ -~]/g, '_').replaceAll('"', "'");
  const lines = [
    `${EXIT}@PJL JOB NAME="${name}"`,
    `@PJL SET COPIES=${copies}`,
    `@PJL SET DUPLEX=${isTwoSided ? 'ON' : 'OFF'}`,
    '@PJL ENTER LANGUAGE=PDF',
    '',
  ];
  return Buffer.concat([Buffer.from(lines.join('\r\n')), pdf, Buffer.from(`${EXIT}@PJL EOJ\r\n${EXIT}`)]);
}

/** The last byte has left and the other side has closed, or taken everything and kept quiet. */
async function handedOver(socket: Socket, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const unclear = (cause?: Error): void => reject(new Failure('paper.print-unclear', null, { cause }));
    const timer = setTimeout(unclear, limits.printerTakesMs);
    socket.once('error', unclear);
    // Closed before everything was taken: some pages may be out.
    socket.once('close', () => (socket.writableFinished ? resolve() : unclear()));
    socket.end(bytes, () => setTimeout(resolve, limits.printerClosesMs).unref());
    socket.resume();
    const settled = (): void => clearTimeout(timer);
    socket.once('close', settled);
  });
}
