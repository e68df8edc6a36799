// Opens the inbox at start and finds out whether everything is there that was acknowledged: a damaged file is read as far as it
// can be, one that ends too early is compared with its witness, and what is missing is said by number, never passed over.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { Clock } from '../../domain/time.ts';
import { Inbox } from '../../intake/inbox.ts';
import { limits } from '../../limits.ts';
import { commandItem } from '../applying/command-rows.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import type { Witness, WitnessHead } from '../files/witness.ts';
import type { StationNote } from '../station-note.ts';
import { countOf, rangeWords } from './ranges.ts';
import { finishSalvage, salvageInbox } from './salvage-inbox.ts';

export interface OpenedInbox {
  readonly inbox: Inbox;
  readonly db: Database;
  readonly notes: readonly StationNote[];
  /** Numbers known to be lost, of this opening and before. */
  readonly missing: readonly MissingRows[];
}

export type MissingRows = ReturnType<Inbox['lost']>[number];

export interface OpenInboxOptions {
  readonly file: string;
  readonly key: Buffer;
  readonly witness: Witness;
  readonly clock: Clock;
  /** Found damaged while in use: it is read out at once. */
  readonly knownDamaged?: boolean;
}

/** @throws what the disk says when the inbox can't be opened or written just now. */
export function openInbox(options: OpenInboxOptions): OpenedInbox {
  finishSalvage(options.file);
  if (options.knownDamaged !== true) {
    try {
      return openWhole(options);
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
  return openSalvaged(options);
}

function openWhole(options: OpenInboxOptions): OpenedInbox {
  const notes: StationNote[] = [];
  const { inbox, db } = open(options);
  try {
    compareWithWitness(inbox, options, notes);
    notes.push(...forkNotes(inbox));
    // The pages written last are those a sudden stop hits.
    const gap = inbox.gapAt(inbox.head.seq);
    if (gap !== null) notes.push(tellGap(inbox, gap, options.clock));
    return { inbox, db, notes, missing: inbox.lost() };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Rows in the middle that can't be read, although the file is not damaged: an old page was put back. */
export function tellGap(
  inbox: Inbox,
  gap: { readonly first: number; readonly last: number },
  clock: Clock,
): StationNote {
  const told = commandItem({ command: 'rebuilt', reason: 'inbox.short', missingFrom: gap.first }, clock);
  inbox.fillLost(gap, clock.now(), [told]);
  return { code: 'inbox.short', detail: `nummer ${gap.first}–${gap.last}`, wallMs: clock.now().wallMs };
}

/** Acknowledged rows after the inbox's end: they are filled, told, and asked for again. */
export function tellMissing(inbox: Inbox, upTo: Omit<WitnessHead, 'beside'>, clock: Clock): StationNote {
  const first = inbox.head.seq + 1;
  const last = upTo.sequence;
  const lastKept = inbox.row(inbox.head.seq);
  const told = commandItem({ command: 'rebuilt', reason: 'inbox.short', missingFrom: first }, clock);
  if (inbox.head.seq === 0) {
    inbox.startAfter(last, upTo.chain);
    inbox.noteLost([{ first, last }], clock.now().wallMs);
    inbox.append([told]);
  } else inbox.fillLost({ first, last }, clock.now(), [told]);
  const since = lastKept === undefined ? '' : `, mottagna efter ${new Date(lastKept.arrival.wallMs).toISOString()}`;
  return { code: 'inbox.short', detail: `nummer ${first}–${last}${since}`, wallMs: clock.now().wallMs };
}

function openSalvaged(options: OpenInboxOptions): OpenedInbox {
  const { file, key, clock, witness } = options;
  const salvaged = salvageInbox({ file, key, clock, headAtLeast: witness.found });
  const { inbox, db } = open(options);
  try {
    const { keptRows, lost, setAside } = salvaged;
    if (lost.length > 0)
      inbox.append([
        commandItem({ command: 'rebuilt', reason: 'inbox.damaged', missingFrom: lost[0]?.first ?? null }, clock),
      ]);
    const missing = lost.length === 0 ? 'inga förlorade' : `${countOf(lost)} förlorade: ${rangeWords(lost)}`;
    const detail = `${keptRows} rader lästa, ${missing}; ${setAside}`;
    // Its chain is a new one: nothing to compare with the witness, which the salvage has counted up to.
    const notes: StationNote[] = [{ code: 'inbox.damaged', detail, wallMs: clock.now().wallMs }];
    if (witness.found === null) compareWithWitness(inbox, options, notes);
    return { inbox, db, notes, missing: inbox.lost() };
  } catch (error) {
    db.close();
    throw error;
  }
}

function open({ file, key }: OpenInboxOptions): { inbox: Inbox; db: Database } {
  const db = openDatabase({ file, key, role: 'inbox' });
  try {
    return { inbox: new Inbox(db), db };
  } catch (error) {
    db.close();
    throw error;
  }
}

function compareWithWitness(inbox: Inbox, { witness, clock }: OpenInboxOptions, notes: StationNote[]): void {
  const seen = witness.found;
  const { wallMs } = clock.now();
  if (seen === null) {
    if (inbox.head.seq > 0)
      notes.push({ code: 'witness.missing', detail: `inkorgen slutar vid nummer ${inbox.head.seq}`, wallMs });
    return;
  }
  if (inbox.head.seq < seen.sequence) {
    notes.push(tellMissing(inbox, seen, clock));
    return;
  }
  const behind = inbox.head.seq - seen.sequence;
  if (behind > limits.witnessBehindMax)
    notes.push({ code: 'witness.behind', detail: `nummer ${seen.sequence}, inkorgen ${inbox.head.seq}`, wallMs });
  if (seen.sequence < inbox.purgedTo || inbox.chainAt(seen.sequence)?.equals(seen.chain) === true) return;
  // Rows salvaged from a damaged file have a chain of their own from the first lost row on; that has been told already.
  if (inbox.lost().length > 0) return;
  const told = commandItem({ command: 'rebuilt', reason: 'inbox.forked', missingFrom: null }, clock);
  inbox.noteFork({ seq: seen.sequence, noticedMs: wallMs }, [told]);
}

/** Found now or at an earlier start: it stands until what lies before it is dropped, so that somebody has time to see it. */
const forkNotes = (inbox: Inbox): readonly StationNote[] =>
  inbox.forks().map(({ seq, noticedMs }) => ({ code: 'inbox.forked', detail: `vid nummer ${seq}`, wallMs: noticedMs }));
