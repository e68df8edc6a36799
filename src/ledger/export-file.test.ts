import { createHash, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../domain/ledger-entry.ts';
import { ExportCheck, type ExportHeader, exportLines } from './export-file.ts';
import { draft, PATIENT, TEN, TestLedger } from './ledger.fixture.ts';

const isLong = process.env['RESERVKRAFT_TEST_LONG'] === '1';
const RUNS = isLong ? 20_000 : 120;
const LIMIT = { timeout: isLong ? 1_200_000 : 60_000 };

function exported(one: TestLedger, extract: Partial<ExportHeader['extract']> = {}): Buffer[] {
  const { reader } = one;
  const full = { from: null, to: null, isOfOnePatient: false, hasBodies: true, ...extract };
  const { from, to } = full;
  const filter = {
    ...(full.isOfOnePatient ? { patients: [PATIENT] } : {}),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  };
  const header = {
    station: 'Åby',
    madeAt: TEN,
    exporter: { chain: one.chain, publicKey: one.signer.publicKey },
    extract: full,
    epochs: reader.epochs().map(({ chain, epoch, publicKey, head }) => ({
      ...{ chain, epoch, publicKey },
      head: { sequence: head.sequence, hash: head.hash },
    })),
    receipts: reader.receipts(),
  };
  return [...exportLines(header, reader.items(filter), one.signer)];
}

function check(lines: readonly Buffer[], expectedKey: string | null = null) {
  const checking = new ExportCheck({ expectedKey });
  for (const line of lines) checking.line(line);
  return checking.finish();
}
const faultsOf = (lines: readonly Buffer[], expectedKey: string | null = null): string[] =>
  check(lines, expectedKey).faults.map(({ fault }) => fault);

/** Two chains, two epochs, an erasure and a receipt: everything a file can hold. */
function fullLedger(): TestLedger {
  const hospital = new TestLedger('b');
  const ward = new TestLedger('a');
  ward.write(3);
  ward.ledger.erase(
    {
      place: { ...ward.ledger.head, chain: ward.chain, sequence: 2 },
      by: ['Eva Ek', 'Bo Al'],
      decision: 'IVO 1',
      eventAt: TEN,
    },
    TEN,
  );
  hospital.ledger.take(ward.items(), TEN);
  hospital.write(3, () => ({ patient: null, unit: null }));
  const region = new TestLedger('c');
  const own = hospital.items().filter(({ entry }) => entry.chain === hospital.chain);
  for (const receipt of region.ledger.take(own, TEN).receipts) hospital.ledger.acceptReceipt(receipt);
  const again = hospital.restarted({ ...hospital.ledger.head, sequence: 9 });
  again.ledger.append([draft()], TEN);
  return again;
}

describe('§5.11 an exported ledger alone shows whether it is whole', () => {
  const ledger = fullLedger();
  const lines = exported(ledger);

  it('is whole as written, with bodies or without, of a time or of one patient', () => {
    for (const extract of [{}, { hasBodies: false }, { from: TEN, to: TEN + 2_500 }, { isOfOnePatient: true }]) {
      const report = check(exported(ledger, extract), ledger.signer.publicKey);
      expect(report.faults).toEqual([]);
      expect(report.entries).toBeGreaterThan(1);
    }
    expect(check(lines).epochs.map(({ chain, wholeTo, lost }) => [chain[0], wholeTo, lost])).toEqual([
      ['a', 5, null],
      ['b', 4, { from: 5, to: 9 }],
      ['b', 2, null],
    ]);
    expect(Buffer.concat(exported(ledger, { hasBodies: false })).toString()).not.toContain('Övning');
  });

  it('one changed byte anywhere is found', LIMIT, () => {
    const bytes = Buffer.concat(lines);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, by) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(place) ^ by, place);
        expect(faultsOf(cut(changed))).not.toEqual([]);
      }),
      { numRuns: RUNS, seed: 20_261_122 },
    );
  });

  it('a letter of a signature written large is found, though it stands for the same bytes', () => {
    const text = Buffer.concat(lines).toString();
    const signatures = [...text.matchAll(/"signature":"([0-9a-f]{128})"/g)];
    // Entries, a receipt and the seal.
    expect(signatures.length).toBeGreaterThan(lines.length - 1);
    for (const { index, 1: signature = '' } of signatures) {
      const start = index + '"signature":"'.length;
      const changed = text.slice(0, start) + signature.toUpperCase() + text.slice(start + signature.length);
      expect(faultsOf(cut(Buffer.from(changed)))).not.toEqual([]);
    }
  });

  it('a line dropped, doubled or moved is found, and so is a file that ends early', LIMIT, () => {
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(lines.length - 1), (from, to) => {
        const dropped = lines.filter((_, index) => index !== from);
        expect(faultsOf(dropped)).not.toEqual([]);
        const line = lines[from] ?? Buffer.alloc(0);
        expect(faultsOf([...lines.slice(0, to), line, ...lines.slice(to)])).not.toEqual([]);
        if (from !== to) expect(faultsOf([...dropped.slice(0, to), line, ...dropped.slice(to)])).not.toEqual([]);
        const bytes = Buffer.concat(lines);
        const end = Math.floor((bytes.length * from) / lines.length);
        expect(faultsOf(cut(bytes.subarray(0, end)))).not.toEqual([]);
      }),
      { numRuns: RUNS, seed: 20_261_122 },
    );
  });

  it('whoever changes an entry and seals the file anew with the exporter’s key is found by the chain’s own signature', () => {
    const fields = Object.keys(JSON.parse(String(lines[1])).entry) as (keyof LedgerEntry)[];
    for (const field of fields) {
      const items = [...ledger.reader.items()].map((item, index) =>
        index === 2 ? { ...item, entry: { ...item.entry, [field]: other(item.entry[field]) } } : item,
      );
      const header = JSON.parse(String(lines[0])) as ExportHeader;
      expect(faultsOf([...exportLines(header, items, ledger.signer)]), field).not.toEqual([]);
    }
  });

  it('a file sealed by somebody else’s key is another’s, when the key is known', () => {
    const thief = new TestLedger('b', { seed: 66 });
    thief.write(4);
    expect(faultsOf(exported(thief))).toEqual([]);
    expect(faultsOf(exported(thief), ledger.signer.publicKey)).toEqual(['other-key']);
  });

  it('can be checked as its description says, with nothing of ours', () => {
    const [header, ...rest] = lines.map((line) => JSON.parse(line.toString('utf8')));
    const end = rest.pop();
    const before = Buffer.concat(lines.slice(0, -1));
    const digest = createHash('sha256').update(before).digest();
    const isSigned = (publicKey: string, hash: Buffer, signature: string): boolean =>
      verify(
        null,
        hash,
        createPublicKey({
          key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'hex').toString('base64url') },
          format: 'jwk',
        }),
        Buffer.from(signature, 'hex'),
      );
    expect(end.sha256).toBe(digest.toString('hex'));
    expect(isSigned(header.exporter.publicKey, digest, end.signature)).toBe(true);
    for (const { entry, body } of rest) {
      const { hash, signature, ...signed } = entry;
      const text = ['reservkraft-ledger-entry-1', ...Object.values(signed).map((value) => value ?? '')]
        .map((value) => `${value}\n`)
        .join('');
      expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
      const epoch = header.epochs.find((one: LedgerEntry) => one.chain === entry.chain && one.epoch === entry.epoch);
      expect(isSigned(epoch.publicKey, Buffer.from(hash, 'hex'), signature)).toBe(true);
      if (body !== null)
        expect(createHash('sha256').update(Buffer.from(body.salt, 'hex')).update(body.content).digest('hex')).toBe(
          entry.bodyHash,
        );
    }
  });
});

function cut(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let rest = bytes;
  for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
    lines.push(rest.subarray(0, end + 1));
    rest = rest.subarray(end + 1);
  }
  return rest.length > 0 ? [...lines, rest] : lines;
}

/** Another value that the field could have. */
function other(value: string | number | null): string | number {
  if (typeof value === 'number') return value + 1;
  if (value === null || !/^[0-9a-f]{32,}$/.test(value)) return value === 'x' ? 'y' : 'qqqqqqqqqqqqqqqqqqqqqqqqqq';
  return value.startsWith('0') ? `1${value.slice(1)}` : `0${value.slice(1)}`;
}
