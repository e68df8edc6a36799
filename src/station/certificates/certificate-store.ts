// The station's authority and its server certificate, in a folder beside the station key. Certificates lie there as they are,
// to be carried to the computers of the wards; private keys are sealed with a key derived from the station's own.

import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import type { StationKeys } from '../files/keys.ts';
import { readSealed, writeSealed } from '../files/sealed-file.ts';
import type { Issued } from './issue.ts';
import type { CertificateScope } from './scope.ts';

export interface KeptCertificate {
  /** PEM. */
  readonly certificate: string;
  /** Names and addresses it is for; none for an authority. */
  readonly hosts: readonly string[];
  /** SHA-256, as people compare it. */
  readonly fingerprint: string;
  readonly validTo: Date;
  readonly file: string;
}

type Role = 'authority' | 'server';

const folderOf = (keyFile: string): string => join(dirname(keyFile), 'certificates');

/** Whether the station is to speak TLS, asked before its key is read: nothing is made. */
export const hasServerCertificate = (keyFile: string): boolean =>
  ['server.crt', 'server.key.sealed'].every((name) => existsSync(join(folderOf(keyFile), name)));

export class CertificateStore {
  readonly folder: string;
  readonly #key: Buffer;

  constructor(keyFile: string, keys: StationKeys) {
    this.folder = folderOf(keyFile);
    this.#key = keys.certificates();
  }

  /** Null when there is none yet. */
  read(role: Role): KeptCertificate | null {
    const file = this.#certificateFile(role);
    if (!existsSync(file)) return null;
    const certificate = readFileSync(file, 'utf8');
    try {
      const read = new X509Certificate(certificate);
      return {
        certificate,
        hosts: hostsOf(read.subjectAltName ?? ''),
        fingerprint: read.fingerprint256,
        validTo: new Date(read.validTo),
        file,
      };
    } catch (error) {
      throw new Failure('certificate.unreadable', file, { cause: error });
    }
  }

  /** With its private key. @throws {Failure} `certificate.missing`, `certificate.unreadable` */
  open(role: Role): Issued {
    const kept = this.read(role);
    if (kept === null)
      throw new Failure('certificate.missing', role === 'authority' ? 'utfärdaren' : 'stationens eget');
    const privateKey = readSealed(this.#keyFile(role), this.#key);
    if (privateKey === null) throw new Failure('certificate.unreadable', this.#keyFile(role));
    return { certificate: kept.certificate, privateKey };
  }

  /** What the authority may vouch for. */
  scope(): CertificateScope {
    const text = readSealed(join(this.folder, 'scope.sealed'), this.#key);
    if (text === null) throw new Failure('certificate.missing', 'utfärdaren');
    return JSON.parse(text) as CertificateScope;
  }

  keepAuthority(issued: Issued, scope: CertificateScope): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeSealed(join(this.folder, 'scope.sealed'), this.#key, JSON.stringify(scope));
    this.#keep('authority', issued);
  }

  keepServer(issued: Issued): void {
    this.#keep('server', issued);
  }

  /** The key first: a certificate without its key would keep the station from speaking TLS at all. */
  #keep(role: Role, { certificate, privateKey }: Issued): void {
    writeSealed(this.#keyFile(role), this.#key, privateKey);
    const file = this.#certificateFile(role);
    writeFileSync(`${file}.new`, certificate, { mode: 0o644 });
    renameSync(`${file}.new`, file);
  }

  #certificateFile(role: Role): string {
    return join(this.folder, `${role}.crt`);
  }

  #keyFile(role: Role): string {
    return join(this.folder, `${role}.key.sealed`);
  }
}

/** `DNS:a, IP Address:10.0.0.1` as Node writes it. */
const hostsOf = (alternativeNames: string): string[] =>
  alternativeNames
    .split(', ')
    .flatMap((each) => /^(?:DNS|IP Address):(.+)$/.exec(each)?.[1] ?? [])
    .map((host) => host.toLowerCase());
