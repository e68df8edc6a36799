// Where the record systems' messages come in: a TCP port that speaks MLLP, to many senders at once. It hands on whole
// frames as bytes and carries the answers back; what a message means, and when it is safe to answer, others decide.

import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import { notUnderstoodWords, readAllowedAddresses, withoutMapping } from './allowed-addresses.ts';
import {
  type ConnectionBounds,
  type ConnectionHandler,
  type ConnectionStatus,
  certificateOf,
  MllpConnection,
} from './connection.ts';
import { listenFailure } from './listen-failure.ts';
import { OpenRoom, type OpenRoomBounds } from './open-room.ts';

export type { ConnectionHandler, FrameOrigin, Remains } from './connection.ts';

export interface MllpTls {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  /** Where given, a sender must show a certificate issued by one of these, or it is not heard. */
  readonly clientAuthorities?: string | Buffer | readonly (string | Buffer)[];
}

export interface MllpServerOptions {
  readonly handler: ConnectionHandler;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly tls?: MllpTls;
  /** Addresses and networks that may connect; left out: every one that reaches the port. */
  readonly allow?: readonly string[];
  readonly connectionsMax?: number;
  readonly bounds?: Partial<ConnectionBounds>;
  readonly room?: Partial<OpenRoomBounds>;
}

export interface MllpServerStatus {
  readonly connections: readonly ConnectionStatus[];
  readonly accepted: number;
  /** Turned away because of their address, because there were too many, or because no encryption came about. */
  readonly refusedAddress: number;
  readonly refusedTooMany: number;
  readonly refusedEncryption: number;
}

/** A peer that has not agreed on encryption after this long does not mean to. */
const HANDSHAKE_MS = 10_000;

export class MllpServer {
  readonly #options: MllpServerOptions;
  readonly #bounds: ConnectionBounds;
  readonly #room: OpenRoom;
  readonly #permits: (address: string) => boolean;
  readonly #server: Server;
  readonly #connections = new Set<MllpConnection>();
  /** Every open socket, also those still agreeing on encryption. */
  readonly #sockets = new Set<Socket>();
  #accepted = 0;
  #refusedAddress = 0;
  #refusedTooMany = 0;
  #refusedEncryption = 0;

  /** @throws {Failure} `settings.invalid` when an allowed address cannot be understood */
  constructor(options: MllpServerOptions) {
    this.#options = options;
    this.#bounds = {
      frameBytesMax: limits.mllpFrameBytesMax,
      strayBytesMax: limits.mllpStrayBytesMax,
      unansweredBytesMax: limits.mllpUnansweredBytesMax,
      frameEndWaitMs: limits.mllpFrameEndWaitMs,
      frameIdleMs: limits.mllpFrameIdleMs,
      connectionIdleMs: limits.mllpConnectionIdleMs,
      ...options.bounds,
    };
    this.#room = new OpenRoom({
      bytesMax: limits.mllpOpenBytesMax,
      freeBytes: limits.mllpOpenBytesFree,
      ...options.room,
    });
    this.#permits = permission(options.allow);
    this.#server = this.#create(options.tls);
  }

  /** Resolves when the port is open. @throws {Failure} that says why it is not, and what to do */
  async listen(): Promise<{ readonly host: string; readonly port: number }> {
    const host = this.#options.host ?? '127.0.0.1';
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: NodeJS.ErrnoException): void =>
        reject(listenFailure(error, { what: 'MLLP', host, port: this.#options.port }));
      this.#server.once('error', refuse);
      this.#server.listen({ host, port: this.#options.port }, () => {
        this.#server.off('error', refuse);
        resolve();
      });
    });
    // Errors of accepting (no file handles left) concern one connection; the port stays open for the others.
    this.#server.on('error', () => {
      this.#refusedTooMany += 1;
    });
    const address = this.#server.address();
    return { host, port: typeof address === 'object' && address !== null ? address.port : this.#options.port };
  }

  status(): MllpServerStatus {
    return {
      connections: [...this.#connections].map((connection) => connection.status()),
      accepted: this.#accepted,
      refusedAddress: this.#refusedAddress,
      refusedTooMany: this.#refusedTooMany,
      refusedEncryption: this.#refusedEncryption,
    };
  }

  /**
   * Takes no new connection and reads no more; every frame already received may still be answered, at most `graceMs` long.
   * What was not answered the senders will repeat.
   */
  async close(options: { graceMs: number }): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const connection of this.#connections) connection.close();
    const deadline = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
      for (const socket of this.#sockets) socket.destroy();
    }, options.graceMs);
    await closed;
    clearTimeout(deadline);
  }

  #create(tls: MllpTls | undefined): Server {
    // A sender may close its side after its last message and still wait for our answer.
    if (tls === undefined) {
      return createTcpServer({ allowHalfOpen: true }, (socket) => {
        if (this.#admits(socket)) this.#accept(socket, null);
      });
    }
    const server = createTlsServer(
      {
        key: tls.key,
        cert: tls.cert,
        minVersion: 'TLSv1.2',
        handshakeTimeout: HANDSHAKE_MS,
        allowHalfOpen: true,
        ...clientDemand(tls.clientAuthorities),
      },
      (socket) => this.#accept(socket, socket),
    );
    // Before any encryption work is done for a stranger.
    server.on('connection', (socket) => this.#admits(socket));
    server.on('tlsClientError', (_error, socket) => {
      this.#refusedEncryption += 1;
      socket.destroy();
    });
    return server;
  }

  #admits(socket: Socket): boolean {
    const isPermitted = this.#permits(withoutMapping(socket.remoteAddress ?? ''));
    const isRoom = this.#sockets.size < (this.#options.connectionsMax ?? limits.mllpConnectionsMax);
    if (isPermitted && isRoom) {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      return true;
    }
    if (isPermitted) this.#refusedTooMany += 1;
    else this.#refusedAddress += 1;
    socket.on('error', () => socket.destroy());
    socket.destroy();
    return false;
  }

  #accept(socket: Socket, secured: TLSSocket | null): void {
    this.#accepted += 1;
    const peer = {
      id: this.#accepted,
      remoteAddress: withoutMapping(socket.remoteAddress ?? ''),
      clientCertificate: secured?.authorized === true ? certificateOf(secured.getPeerCertificate()) : null,
    };
    const connection = new MllpConnection(socket, peer, {
      handler: this.#options.handler,
      bounds: this.#bounds,
      room: this.#room,
    });
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
  }
}

function permission(allow: readonly string[] | undefined): (address: string) => boolean {
  if (allow === undefined) return () => true;
  const allowed = readAllowedAddresses(allow);
  if (allowed.kind === 'not-understood') throw new Failure('settings.invalid', notUnderstoodWords(allowed.entries));
  return allowed.permits;
}

function clientDemand(authorities: MllpTls['clientAuthorities']) {
  if (authorities === undefined) return {};
  const ca = typeof authorities === 'string' || Buffer.isBuffer(authorities) ? [authorities] : [...authorities];
  return { ca, requestCert: true, rejectUnauthorized: true };
}
