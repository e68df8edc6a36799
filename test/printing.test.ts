// Printing to real sockets and a real IPP printer: what comes out is what was sent, and what is said is no more than what is known.

import { once } from 'node:events';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { unitId } from '../src/domain/identity.ts';
import type { PrintProgress } from '../src/domain/printing/printing.ts';
import { openPrinter, printerAddress } from '../src/paper/print/open-printer.ts';
import { PrintQueue } from '../src/paper/print/print-queue.ts';
import type { Printer } from '../src/paper/print/printer.ts';
import { canHaveIppPrinter, IppTestPrinter } from './support/ipp-printer.ts';

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(600_000, 'a'), Buffer.from('\n%%EOF')]);
const document = { title: 'Kirurgavdelning 2 "paket" 37', pdf: PDF, copies: 1, isTwoSided: true };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listening(server: Server | HttpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}
const raw = async (onSocket: (socket: Socket) => void): Promise<Printer> => {
  const port = await listening(createServer({ allowHalfOpen: true }, onSocket));
  return openPrinter({ address: `socket://127.0.0.1:${port}` });
};
const silent = (): void => {};
const codeOf = (printing: Promise<unknown>): Promise<string> =>
  printing.then(
    () => 'no failure',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('a printer on port 9100', () => {
  it('gets the document whole between its two lines, and no more is claimed than that it was sent', async () => {
    const pieces: Buffer[] = [];
    const printer = await raw((socket) => {
      socket.on('data', (piece) => pieces.push(piece));
      socket.on('end', () => socket.end());
    });
    expect(await printer.print(document, silent)).toBe('sent');
    const got = Buffer.concat(pieces);
    const at = got.indexOf(PDF);
    expect(at).toBeGreaterThan(0);
    const before = got.subarray(0, at).toString('latin1');
    expect(before).toContain(`@PJL JOB NAME="Kirurgavdelning 2 'paket' 37"`);
    expect(before).toMatch(/@PJL SET DUPLEX=ON[\s\S]*@PJL ENTER LANGUAGE=PDF\r\n$/);
    expect(got.subarray(at + PDF.length).toString('latin1')).toBe('\u001b%-12345X@PJL EOJ\r\n\u001b%-12345X');
  });

  it('that is not there has been handed nothing; one that hangs up in the middle may have printed some', async () => {
    const gone = openPrinter({ address: 'socket://127.0.0.1:1' });
    expect(await codeOf(gone.print(document, silent))).toBe('paper.printer-silent');
    const broken = await raw((socket) => socket.once('data', () => socket.destroy()));
    const large = { ...document, pdf: Buffer.alloc(40_000_000, 'a') };
    expect(await codeOf(broken.print(large, silent))).toBe('paper.print-unclear');
  });
});

describe.skipIf(!canHaveIppPrinter)(
  canHaveIppPrinter ? 'an IPP printer' : 'SKIPPED: ippeveprinter and gcc are needed for an IPP printer',
  () => {
    it('is asked what it can, prints the document byte for byte, and says when it is done', async () => {
      const printer = await IppTestPrinter.start();
      ends.push(() => printer.stop());
      const told: string[] = [];
      expect(await openPrinter(printer).print(document, (words) => told.push(words))).toBe('printed');
      expect(printer.printed()).toHaveLength(1);
      expect(printer.printed()[0]?.equals(PDF)).toBe(true);
    }, 120_000);

    it('that takes no PDF refuses, and says so before anything is handed over', async () => {
      const printer = await IppTestPrinter.start(['-f', 'image/jpeg']);
      ends.push(() => printer.stop());
      expect(await codeOf(openPrinter(printer).print(document, silent))).toBe('paper.printer-refused');
      expect(printer.printed()).toEqual([]);
    }, 120_000);
  },
);

describe('something else than a printer at its address', () => {
  const http = async (answer: Buffer | string, status = 200): Promise<Printer> => {
    const port = await listening(createHttp((_, response) => response.writeHead(status).end(answer)));
    return openPrinter({ address: `ipp://127.0.0.1:${port}/ipp/print` });
  };

  it('that answers rubbish, too much or not at all costs one print and never the station', async () => {
    expect(await codeOf((await http('<html>hej</html>')).print(document, silent))).toBe('paper.printer-silent');
    expect(await codeOf((await http(Buffer.alloc(9, 255))).print(document, silent))).toBe('paper.printer-refused');
    expect(await codeOf((await http(Buffer.alloc(3_000_000))).print(document, silent))).toBe('paper.printer-silent');
    expect(await codeOf((await http('', 404)).print(document, silent))).toBe('paper.printer-refused');
  });

  it('that accepts and then says nothing is given up', async () => {
    const port = await listening(createServer(() => {}));
    const printer = openPrinter({ address: `ipp://127.0.0.1:${port}/` });
    expect(await codeOf(printer.print(document, silent))).toBe('paper.printer-silent');
  });

  it('is no address at all where it is none of a printer', () => {
    for (const text of ['http://10.0.0.1/', 'file:///etc/passwd', 'skrivaren', 'socket://', 'ipp:10.0.0.1'])
      expect([text, printerAddress(text)]).toEqual([text, null]);
  });
});

describe('the queue', () => {
  const clock = { now: () => ({ wallMs: 1_000, boot: 'b', monotonicMs: 1_000 }) };
  const queueWith = () => {
    const ended: PrintProgress[] = [];
    return { queue: new PrintQueue({ clock, onEnd: (one) => ended.push(one), retryAfterMs: [1, 1] }), ended };
  };
  const order = (printer: Printer, key = 'pack K2', again = false) => ({
    unit: unitId('K2'),
    key,
    what: 'Kirurgavdelning 2, paket version 37',
    by: 'Anna Berg, ssk',
    printer: { name: 'Expeditionen', open: () => printer },
    document,
    again,
  });

  it('tries again only while nothing was handed over', async () => {
    const { queue, ended } = queueWith();
    let tries = 0;
    const comesBack: Printer = {
      print: async () => {
        tries += 1;
        if (tries < 3) return openPrinter({ address: 'socket://127.0.0.1:1' }).print(document, silent);
        return 'printed';
      },
    };
    await queue.add(order(comesBack)).ended;
    expect([tries, ended[0]?.state]).toEqual([3, 'printed']);
    const broken = await raw((socket) => socket.once('data', () => socket.destroy()));
    let asked = 0;
    const large = { ...document, pdf: Buffer.alloc(40_000_000, 'a') };
    const halfway: Printer = {
      print: (_, told) => {
        asked += 1;
        return broken.print(large, told);
      },
    };
    const { state, failure, words } = await queue.add(order(halfway, 'other')).ended;
    expect([asked, state, failure]).toEqual([1, 'unclear', 'paper.print-unclear']);
    expect(words).toContain('oklart om sidorna kom ut');
  });

  it('says who prints the same already, and prints twice only for who asks for two', async () => {
    const { queue } = queueWith();
    let release = (): void => {};
    const slow: Printer = { print: () => new Promise((resolve) => (release = () => resolve('printed'))) };
    const first = queue.add(order(slow));
    await Promise.resolve();
    expect(() => queue.add(order(slow))).toThrow(/Skrivs redan ut av Anna Berg, ssk/);
    const quick: Printer = { print: async () => 'printed' };
    const second = queue.add(order(quick, 'pack K2', true));
    release();
    expect((await first.ended).state).toBe('printed');
    expect((await second.ended).state).toBe('printed');
    expect((await queue.add(order(quick)).ended).state).toBe('printed');
  });

  it('claims of a printer that answers nothing only that it was sent', async () => {
    const { queue } = queueWith();
    const { state, words } = await queue.add(order({ print: async () => 'sent' })).ended;
    expect([state, words]).toEqual(['sent', 'sänt till skrivaren, som inte svarar om sidorna kom ut: se efter']);
  });
});
