import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCode } from '../../src/access/one-time-code.ts';
import { dealWords } from '../../src/access/words.ts';
import { FAILURES } from '../../src/domain/failures.ts';
import { StationKeys } from '../../src/station/files/keys.ts';
import { splitKey } from '../../src/station/keys/halves.ts';
import { SecretWords } from './secret-words.ts';

describe('the search for secrets in logs', () => {
  const words = new SecretWords(['402718', 'hemligt av provet']);
  const draw = (below: number): number => randomBytes(4).readUInt32BE() % below;
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'der' });
  const token = (): string => {
    for (;;) {
      const one = randomBytes(32).toString('base64url');
      if (/[A-Z]/.test(one) && /[a-z]/.test(one) && /\d/.test(one)) return one;
    }
  };

  it.each<[string, string]>([
    ['a session or the station’s token', `token ${token()} given`],
    ['a cookie', 'cookie: __Host-reservkraft-device=x'],
    ['a header', '{"authorization":"Bearer x.y.z-0123456789"}'],
    ['a code in an address', 'GET /?code=abc&state=def'],
    ['a statement', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.x'],
    ['a private key', '-----BEGIN PRIVATE KEY-----'],
    ['a private key without its lines', key.toString('base64')],
    ['a private key of the other kind', rsa.toString('base64')],
    ['the station’s key', randomBytes(32).toString('hex')],
    ['the station’s key once changed', randomBytes(64).toString('hex')],
    ['a key in base64', randomBytes(32).toString('base64')],
    ['a line of an envelope', `rad ${splitKey(new StationKeys(randomBytes(32)), randomBytes)[0].lines[1]} lästes`],
    ['dealt words', `sign-in of ${dealWords(4, draw).join(' ')} refused`],
    ['dealt words with dashes', dealWords(4, draw).join('-')],
    ['half a sealed code, as a list', JSON.stringify({ halfA: dealWords(3, draw) })],
    ['a one-time code', `code ${makeCode({ wallMs: 0, boot: '', monotonicMs: 0 }, 1, draw).code}.`],
    ['a hash', '$argon2id$v=19$m=19456'],
    ['a PIN a test used', 'pin "402718" wrong'],
    ['a secret a test used', 'sent hemligt av provet to'],
  ])('finds %s', (_, line) => expect(words.linesIn(`first\n${line}\nlast`).map((found) => found.line)).toEqual([2]));

  it('lets pass what only looks like one: every refusal, numbers, marks, files', () => {
    const lines = [
      ...Object.values(FAILURES).flatMap(({ happened, stillRight, doNow }) => [happened, stillRight, doNow]),
      '{"level":30,"time":"2026-11-22T05:33:07.352Z","event":"station.started","bytes":14027189}',
      'SHA-256 4F:BA:66:19:2F:74:C6:95:28:2F:2F:E4:E0:D6:A0:98:95:7A:87:91:5A:DD:5F:4D:EA:6D:77:6F:76:21:B1:EA',
      '/tmp/reservkraft-house-TSolSK/keys/certificates/authority.crt',
      'entry 0192f3a4-7b1c-7def-8abc-0123456789ab of chain mz3k5vq2xw7c4n6tjp2d3e5f7g',
    ];
    expect(words.linesIn(lines.join('\n')).map(({ line, what }) => [lines[line - 1], what])).toEqual([]);
  });
});
