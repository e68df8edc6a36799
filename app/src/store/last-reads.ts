// This device was reported lost. What was read on it and no station has heard of is told before it goes, as it lies here sealed: nobody
// needs to be signed in, and nothing is given back (decision 0026).

import type { HandedReads, SealedRead } from '../../../src/domain/access/handed-reads.ts';
import { ACCESS_PATHS, type OtherStation } from '../../../src/domain/access/routes.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import { codeUses } from './code-uses.ts';
import { type Piece, rowsOf, type VaultRow } from './database.ts';
import { base64Of } from './sealing.ts';

/** However much there is and whoever answers: what is kept here goes when this has passed. */
const WITHIN_MS = 20_000;
const AGAIN_MS = 2_000;
const AT_ONCE = 100;

export async function tellLastReads(lostAt: OtherStation | null): Promise<void> {
  const late = new AbortController();
  const ended = new Promise<void>((resolve) => {
    setTimeout(() => {
      late.abort();
      resolve();
    }, WITHIN_MS);
  });
  await Promise.race([tellAll(lostAt, late.signal), ended]);
}

/** Each station its own, at the same time: a silent one takes no time from another. That this was all is said to the one that asked, last. */
async function tellAll(lostAt: OtherStation | null, late: AbortSignal): Promise<void> {
  for (const use of await codeUses()) await trying(ask('POST', ACCESS_PATHS.codeUsed, use, { isBackground: true }));
  const rows = await rowsOf<VaultRow>('vaults');
  const addresses = [...new Set(rows.map(({ station }) => station?.address ?? ''))];
  const told = addresses.map(async (address) => {
    for (const { id: vault, unit, station = null } of rows.filter((row) => (row.station?.address ?? '') === address)) {
      const reads = (await rowsOf<Piece>('pieces', [vault, 'read'])).map(sealedRead);
      for (let at = 0; at < reads.length; at += AT_ONCE)
        await untilKept({ unit, vault, reads: reads.slice(at, at + AT_ONCE), isAll: false }, station, late);
    }
  });
  await Promise.all(told);
  await untilKept({ unit: '-', vault: 'A'.repeat(22), reads: [], isAll: true }, lostAt, late);
}

const sealedRead = ({ name, sealed: { iv, bytes } }: Piece): SealedRead => ({
  id: name,
  iv: base64Of(iv),
  sealed: base64Of(new Uint8Array(bytes)),
});

/** Until it is on the station's disk: one that can't write its ledger just now is told again, while there is time. */
async function untilKept(handed: HandedReads, at: OtherStation | null, late: AbortSignal): Promise<void> {
  while (!late.aborted) {
    if (await isKept(handed, at)) return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** True also of what no station will ever take. */
async function isKept(handed: HandedReads, at: OtherStation | null): Promise<boolean> {
  try {
    const options = { isBackground: true, at };
    const { notLogged } = await ask<{ notLogged?: string }>('POST', ACCESS_PATHS.handedReads, handed, options);
    return notLogged === undefined;
  } catch (error) {
    if (error instanceof NoContact) return false;
    if (error instanceof Refused) return error.status < 500 && error.status !== 429;
    throw error;
  }
}

/** One that is refused or does not arrive keeps no other from being told, and nothing from being wiped. */
async function trying(asked: Promise<unknown>): Promise<void> {
  await asked.catch(() => undefined);
}
