// The one page about the exported ledger is true: its own commands, with programs of other people, check a file and find a change.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportLines } from '../src/ledger/export-file.ts';
import { TEN, TestLedger } from '../src/ledger/ledger.fixture.ts';
import { documentPath } from './support/documents.ts';

const hasTools = ['jq --version', 'xxd -v', 'openssl version'].every(
  (line) => spawnSync('bash', ['-c', line], { stdio: 'ignore' }).status === 0,
);
const commands = /```sh\n([\s\S]*?)```/.exec(readFileSync(documentPath('ledger-format.md'), 'utf8'))?.[1] ?? '';

it.skipIf(!hasTools)(
  hasTools
    ? 'the commands on the page say of a file and of an entry whether they are as they were signed'
    : 'SKIPPED: openssl, jq and xxd are needed',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'reservkraft-format-'));
    const ledger = new TestLedger();
    ledger.write(3, () => ({ author: 'Åsa "Öst" Ek', unit: null }));
    const { reader, signer, chain } = ledger;
    const header = {
      station: 'Åby',
      madeAt: TEN,
      exporter: { chain, publicKey: signer.publicKey },
      extract: { from: null, to: null, isOfOnePatient: false, hasBodies: true },
      epochs: reader.epochs().map(({ epoch, publicKey, head: { sequence, hash } }) => ({
        ...{ chain, epoch, publicKey },
        head: { sequence, hash },
      })),
      receipts: [],
    };
    const text = Buffer.concat([...exportLines(header, reader.items(), signer)]).toString('utf8');
    const verify = (content: string): string[] => {
      writeFileSync(join(folder, 'liggare.ndjson'), content);
      const ran = spawnSync('bash', ['-c', commands], { cwd: folder, encoding: 'utf8' });
      return ran.stdout.match(/Signature Verif\w+ \w+/g) ?? [];
    };
    try {
      expect(verify(text)).toEqual(['Signature Verified Successfully', 'Signature Verified Successfully']);
      expect(verify(text.replace('Öst', 'Väst'))).toContain('Signature Verification Failure');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
