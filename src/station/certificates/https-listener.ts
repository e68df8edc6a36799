// How the wards' computers reach the station: the same server as on the machine itself, over TLS with the station's own
// certificate. There is none until a certificate has been issued.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { listenFailure } from '../../intake/mllp/listen-failure.ts';
import { limits } from '../../limits.ts';
import type { Issued } from './issue.ts';

export interface HttpsListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly issued: Issued;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

export class HttpsListener {
  readonly address: { readonly host: string; readonly port: number };
  readonly #server: Server;

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.address = { host, port: (server.address() as AddressInfo).port };
  }

  /** @throws {Failure} why the port can't be opened */
  static async start({ host, port, issued, answer }: HttpsListenerOptions): Promise<HttpsListener> {
    const server = createServer(
      {
        cert: issued.certificate,
        key: issued.privateKey,
        minVersion: 'TLSv1.2',
        requestTimeout: limits.httpRequestMs,
        headersTimeout: limits.httpHeadersMs,
        handshakeTimeout: limits.httpHeadersMs,
      },
      answer,
    );
    server.maxConnections = limits.httpsConnectionsMax;
    // Who hangs up in the middle of a handshake is nobody's concern; without this it would end the process.
    server.on('tlsClientError', () => undefined);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
    } catch (error) {
      throw listenFailure(error as NodeJS.ErrnoException, { what: 'HTTPS', host, port });
    }
    return new HttpsListener(server, host);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), limits.httpsClosingMs);
    await closed;
    clearTimeout(cut);
  }
}
