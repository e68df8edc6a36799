// Makes X.509 certificates (RFC 5280): the station's own authority, the station's server certificate, and client certificates
// for systems that send to it. Long-lived and back-dated, since a ward's computer whose clock is wrong must still read, and
// without addresses to ask about revocation, which nobody could reach in a downtime (design §10).

import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import type { CertificateScope } from './scope.ts';

/** A certificate and its private key, both PEM. */
export interface Issued {
  readonly certificate: string;
  readonly privateKey: string;
}

/** ECDSA P-256: the one curve that every browser, Node and older Java take. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Both dates can be written as UTCTime (RFC 5280 §4.1.2.5), which old programs read without fault. */
const NOT_BEFORE = new Date('2020-01-01T00:00:00Z');
const NOT_AFTER = new Date('2049-12-31T00:00:00Z');
const SERIAL_BYTES = 16;

export async function issueAuthority(name: string, scope: CertificateScope): Promise<Issued> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...common(`${plainName(name)} – utfärdare`),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      constraints(scope),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return await asPem(certificate, keys);
}

export async function issueServer(authority: Issued, hosts: readonly [string, ...string[]]): Promise<Issued> {
  const names = hosts.map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host }));
  return await issue(authority, `Station ${hosts[0]}`, 'serverAuth', [new x509.SubjectAlternativeNameExtension(names)]);
}

/** For a system that sends over MLLP with TLS. */
export async function issueClient(authority: Issued, name: string): Promise<Issued> {
  return await issue(authority, `Avsändare ${plainName(name)}`, 'clientAuth', []);
}

/**
 * `name` is for people and has a space: OpenSSL takes a common name that could be a host's for one where no DNS name is given,
 * and refuses it as outside the authority's constraint.
 */
async function issue(
  authority: Issued,
  name: string,
  use: 'serverAuth' | 'clientAuth',
  more: readonly x509.Extension[],
): Promise<Issued> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(name, issuer.subject),
    signingKey: await readKey(authority.privateKey),
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[use]], false),
      ...more,
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return await asPem(certificate, keys);
}

/** What is left out of either kind of subtree would be allowed without bound, so an empty one excludes everything. */
function constraints({ domains, networks }: CertificateScope): x509.Extension {
  const subtree = (base: GeneralName): GeneralSubtree => new GeneralSubtree({ base });
  const permitted = [
    ...domains.map((dNSName) => subtree(new GeneralName({ dNSName }))),
    ...networks.map((iPAddress) => subtree(new GeneralName({ iPAddress }))),
  ];
  const excluded = [
    ...(domains.length === 0 ? [subtree(new GeneralName({ dNSName: '' }))] : []),
    ...(networks.length === 0 ? ['0.0.0.0/0', '::/0'].map((iPAddress) => subtree(new GeneralName({ iPAddress }))) : []),
  ];
  const value = new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(permitted),
    ...(excluded.length === 0 ? {} : { excludedSubtrees: new GeneralSubtrees(excluded) }),
  });
  return new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(value));
}

const common = (name: string, issuer?: string) => ({
  // Positive, and unlike any other even after the authority has been moved to another machine (RFC 5280 §4.1.2.2).
  serialNumber: Buffer.concat([Buffer.from([1]), randomBytes(SERIAL_BYTES)]).toString('hex'),
  ...(issuer === undefined ? { name: subject(name) } : { subject: subject(name), issuer }),
  notBefore: NOT_BEFORE,
  notAfter: NOT_AFTER,
  signingAlgorithm: ALGORITHM,
});

const subject = (name: string): string => new x509.Name([{ CN: [name] }]).toString();

/** A common name holds at most 64 characters (RFC 5280 appendix A, ub-common-name). */
const plainName = (name: string): string =>
  name
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 50);

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

async function readKey(pem: string): Promise<webcrypto.CryptoKey> {
  return await webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}

async function asPem(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Issued> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    privateKey: `${x509.PemConverter.encode(pkcs8, x509.PemConverter.PrivateKeyTag)}\n`,
  };
}
