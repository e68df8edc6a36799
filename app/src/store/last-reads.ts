// This device was reported lost. What was read on it and no station has heard of is told before it goes, as it lies here sealed: nobody
// needs to be signed in, and nothing is given back (decision 0026).

import type { HandedReads, SealedRead } from '../../../src/domain/access/handed-reads.ts';
import { ACCESS_PATHS, type OtherStation } from '../../../src/domain/access/routes.ts';
import { ask } from '../station/ask.ts';
import { codeUses } from './code-uses.ts';
import { type Piece, rowsOf, type VaultRow } from './database.ts';
import { base64Of } from './sealing.ts';

/** However much there is and whoever answers: what is kept here goes when this has passed. */
const WITHIN_MS = 20_000;
const AT_ONCE = 100;

export async function tellLastReads(lostAt: OtherStation | null): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, WITHIN_MS));
  await Promise.race([tellAll(lostAt), late]);
}

/** Each station its own; the one that said that the device is lost the last, since it takes nothing after that. */
async function tellAll(lostAt: OtherStation | null): Promise<void> {
  for (const use of await codeUses()) await trying(ask('POST', ACCESS_PATHS.codeUsed, use, { isBackground: true }));
  for (const { id: vault, unit, station = null } of await rowsOf<VaultRow>('vaults')) {
    const reads = (await rowsOf<Piece>('pieces', [vault, 'read'])).map(sealedRead);
    for (let at = 0; at < reads.length; at += AT_ONCE)
      await handIn({ unit, vault, reads: reads.slice(at, at + AT_ONCE), isAll: false }, station);
  }
  await handIn({ unit: '-', vault: 'A'.repeat(22), reads: [], isAll: true }, lostAt);
}

const sealedRead = ({ name, sealed: { iv, bytes } }: Piece): SealedRead => ({
  id: name,
  iv: base64Of(iv),
  sealed: base64Of(new Uint8Array(bytes)),
});

const handIn = (handed: HandedReads, at: OtherStation | null): Promise<void> =>
  trying(ask('POST', ACCESS_PATHS.handedReads, handed, { isBackground: true, at }));

/** One that is refused or does not arrive keeps no other from being told, and nothing from being wiped. */
async function trying(asked: Promise<unknown>): Promise<void> {
  await asked.catch(() => undefined);
}
