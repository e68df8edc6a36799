// Certificates made on the spot for the tests of encrypted lines (X.509 v3 in DER, RFC 5280), so that no key lies in the
// repository and no tool has to be installed.

import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
  readonly name: string;
  readonly privateKey: KeyObject;
}

const ECDSA_SHA256 = tlv(0x30, oid('2a8648ce3d040302'));

/** A certificate for `name`, signed by `issuer` or by itself. */
export function makeCertificate(name: string, issuer?: TestCertificate): TestCertificate {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const body = tlv(
    0x30,
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.from(`01${Buffer.from(name).toString('hex')}`, 'hex').subarray(0, 16)),
    ECDSA_SHA256,
    distinguishedName(issuer?.name ?? name),
    tlv(0x30, tlv(0x17, Buffer.from('200101000000Z')), tlv(0x17, Buffer.from('491231235959Z'))),
    distinguishedName(name),
    publicKey,
    tlv(0xa3, tlv(0x30, issuer === undefined ? authority() : addresses())),
  );
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey);
  const der = tlv(0x30, body, ECDSA_SHA256, tlv(0x03, Buffer.concat([Buffer.of(0), signature])));
  // (No empty line at the end: a reader of PEM refuses it, and one certificate in some forty ends a line exactly.)
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const cert = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert, name, privateKey };
}

function distinguishedName(name: string): Buffer {
  return tlv(0x30, tlv(0x31, tlv(0x30, oid('550403'), tlv(0x0c, Buffer.from(name)))));
}

/** basicConstraints: may sign others. */
function authority(): Buffer {
  return tlv(0x30, oid('551d13'), tlv(0x01, Buffer.of(0xff)), tlv(0x04, tlv(0x30, tlv(0x01, Buffer.of(0xff)))));
}

/** subjectAltName: localhost and 127.0.0.1. */
function addresses(): Buffer {
  const names = tlv(0x30, tlv(0x82, Buffer.from('localhost')), tlv(0x87, Buffer.of(127, 0, 0, 1)));
  return tlv(0x30, oid('551d11'), tlv(0x04, names));
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}
