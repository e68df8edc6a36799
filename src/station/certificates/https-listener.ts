// How the wards' computers reach the station: the same server as on the machine itself, over TLS with the station's own
// certificate. There is none until a certificate has been issued.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { listenFailure } from '../../intake/mllp/listen-failure.ts';
import { limits } from '../../limits.ts';
import { answerUnreadable, HTTP_RULES, ignoreExpectations } from '../../server/answer-headers.ts';
import type { Issued } from './issue.ts';

/**
 * With a key that is thrown away afterwards, and a proof of every byte; ours is always an ECDSA certificate. The browsers of ten years speak
 * one of them.
 */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
].join(':');

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
        ...HTTP_RULES,
        minVersion: 'TLSv1.2',
        ciphers: CIPHERS,
        requestTimeout: limits.httpRequestMs,
        headersTimeout: limits.httpHeadersMs,
        handshakeTimeout: limits.httpHeadersMs,
      },
      answer,
    );
    server.maxConnections = limits.httpsConnectionsMax;
    // Who hangs up in the middle of a handshake is nobody's concern; without this it would end the process.
    server.on('tlsClientError', () => undefined);
    server.on('clientError', answerUnreadable);
    ignoreExpectations(server);
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
