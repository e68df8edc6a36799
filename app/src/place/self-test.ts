// A reserve place tries itself: from the app's files and the sealed copy on this computer to every chart of the unit, by the very way that is
// used with the station dead, and with nothing asked of it. Fetched when it is needed.

import { isReaderByCode } from '../../../src/domain/access/sealed-code.ts';
import { composeChart } from '../../../src/domain/chart/compose.ts';
import { domainLimits } from '../../../src/domain/domain-limits.ts';
import type { OpenedBy, SelfTest, SelfTestFault } from '../../../src/domain/reserve-place.ts';
import { surelySince } from '../../../src/domain/since.ts';
import { withFeeds } from '../../../src/domain/unit-copy.ts';
import { composeUnitList } from '../../../src/domain/unit-list/unit-list.ts';
import { stationNow } from '../state/station-time.ts';
import { rowsOf, type VaultRow } from '../store/database.ts';
import { openEnvelope } from '../store/envelope.ts';
import { keyFromWords } from '../store/slow-hash.ts';
import { Vault, type VaultUnit, vaultRows } from '../store/vault.ts';

/** A service worker that does not answer a question from its own page is not there. */
const ANSWER_WITHIN_MS = 5_000;

/** What can be seen with nobody signed in: that it lies there, not that it opens. */
export interface Seen {
  readonly isAppWhole: boolean;
  readonly hasCopy: boolean;
  readonly people: number;
}

export async function seenWithoutAnybody(unit: string): Promise<Seen> {
  const [isAppWhole, row] = await Promise.all([isWhole(), rowOf(unit)]);
  const pieces = row === null ? [] : await rowsOf('pieces', [row.id, 'head']);
  return { isAppWhole, hasCopy: pieces.length > 0, people: peopleOf(row) };
}

export interface TestedBy {
  readonly person: string;
  /** Null: the page was loaded again, and nobody has typed them in this run. */
  readonly words: string | null;
  /** The copy's vault, where it is open in this run, and what opened it. */
  readonly vault: Vault | null;
  readonly openedBy: OpenedBy;
}

/** `isAlone`: the station is silent, and no copy is renewed. */
export async function selfTest(unit: string, by: TestedBy, isAlone: boolean): Promise<SelfTest> {
  const row = await rowOf(unit).catch(() => null);
  const found: Omit<SelfTest, 'fault'> = {
    ...{ charts: 0, people: peopleOf(row), openedBy: by.words === null ? by.openedBy : 'words', ageMs: null },
    isPersistent: (await navigator.storage?.persisted?.()) === true,
  };
  if (!(await isWhole())) return { ...found, fault: 'app' };
  if (row === null) return { ...found, fault: 'store' };
  const vault = by.words === null ? by.vault : await openByWords(row, by.person, by.words);
  if (vault === null) return { ...found, fault: 'words' };
  const kept = await vault.readUnit();
  if (kept === null) return { ...found, fault: 'store' };
  const ageMs = surelySince(kept.anchor.station, stationNow(kept.anchor));
  const charts = opened(kept);
  const isOld = !isAlone && (ageMs === null || ageMs > domainLimits.placeCopyAgeMs);
  const fault: SelfTestFault | null = charts === null ? 'chart' : isOld ? 'age' : null;
  return { ...found, fault, charts: charts ?? 0, ageMs: ageMs === null ? null : Math.round(ageMs) };
}

/** How many charts; null: one of them, or the list, could not be made. */
function opened({ answer, patients, anchor }: VaultUnit): number | null {
  const now = stationNow(anchor);
  const copies = new Map(patients.map(({ key, copy, feeds }) => [key, withFeeds(copy, (part) => feeds[part])]));
  try {
    composeUnitList({ ...answer, copyOf: (key) => copies.get(key) ?? null, now });
    for (const { key } of answer.rows) {
      const copy = copies.get(key);
      if (copy === undefined) return null;
      if (composeChart(copy, now, answer.names).blocks.length === 0) return null;
    }
    return copies.size;
  } catch {
    return null;
  }
}

async function openByWords(row: VaultRow, person: string, words: string): Promise<Vault | null> {
  for (const envelope of row.envelopes.filter((one) => one.person === person && one.hardware === undefined)) {
    const content = await openEnvelope(
      envelope,
      { vault: row.id, unit: row.unit },
      await keyFromWords(words, envelope.salt),
    );
    if (content !== null) return Vault.open(row, content.key);
  }
  return null;
}

/** As the own station has it: the place is that station's. */
const rowOf = async (unit: string): Promise<VaultRow | null> =>
  (await vaultRows()).find((row) => row.unit === unit && !row.isFormer && row.station == null) ?? null;
/** Sealed codes have envelopes too, and are nobody's. */
const peopleOf = (row: VaultRow | null): number =>
  new Set((row?.envelopes ?? []).map(({ person }) => person).filter((person) => !isReaderByCode(person))).size;

/** Of the service worker that opens the app next time: a page that was the first here has none of its own. */
async function isWhole(): Promise<boolean> {
  const worker = (await navigator.serviceWorker?.getRegistration())?.active ?? null;
  if (worker === null) return false;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data === true);
    };
    worker.postMessage('is-whole', [port2]);
  });
}
