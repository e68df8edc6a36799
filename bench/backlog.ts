// A backlog: messages of the usual mix that lie in the inbox, read from it and applied in the pieces a station takes. At a region's
// 300 messages a second an hour is 1,080,000 of them, and they must be gone in 15 minutes (design §17).

import { join } from 'node:path';
import { prepareCopySchema } from '../src/copy/schema.ts';
import { CopyWriter } from '../src/copy/write/copy-writer.ts';
import { Inbox } from '../src/intake/inbox.ts';
import type { InboxItem } from '../src/intake/inbox-rows.ts';
import { interpret } from '../src/intake/interpret.ts';
import { limits } from '../src/limits.ts';
import { patientHandles } from '../src/station/files/keys.ts';
import { openDatabase } from '../src/station/files/open-database.ts';
import { JOURNAL, LAB } from './declared.ts';
import { declareCommand } from './folders.ts';
import { adt, oru } from './messages.ts';
import { type BenchRow, rate } from './report.ts';
import { removeFolder, scratchFolder } from './scratch.ts';

const KEY = Buffer.alloc(32, 7);
const PATIENTS = 1_000;
const HOUR_OF_A_REGION = 300 * 3_600;
const WITHIN_S = 15 * 60;
const FROM_MS = Date.UTC(2026, 0, 1);

export function measureBacklog({ isQuick }: { isQuick: boolean }): BenchRow {
  const folder = scratchFolder('backlog');
  const inboxDb = openDatabase({ file: join(folder, 'inbox.db'), key: KEY, role: 'inbox' });
  const copyDb = openDatabase({ file: join(folder, 'copy.db'), key: KEY, role: 'copy' });
  const inbox = new Inbox(inboxDb);
  prepareCopySchema(copyDb);
  const writer = new CopyWriter({ db: copyDb, interpret, received: () => undefined, handleOf: patientHandles(KEY) });
  const messages = isQuick ? 4_000 : 20_000;
  inbox.append([{ ...declareCommand(), controlId: null, answer: null }]);
  // Each patient is known before the outage.
  receive(inbox, PATIENTS, (index) => adtItem(index, 'A01'));
  applyAll(inbox, writer);
  receive(inbox, messages, (index) => (index % 3 === 2 ? oruItem(PATIENTS + index) : adtItem(PATIENTS + index)));
  const began = performance.now();
  applyAll(inbox, writer);
  const perSecond = (messages / (performance.now() - began)) * 1000;
  copyDb.close();
  inboxDb.close();
  removeFolder(folder);
  const minutes = HOUR_OF_A_REGION / perSecond / 60;
  return {
    group: 'applied',
    what: `a backlog of ${messages.toLocaleString('en')} messages, two ADT to each ORU`,
    ours: rate(perSecond),
    bare: null,
    ratio: null,
    budget: `≥ ${rate(HOUR_OF_A_REGION / WITHIN_S)}`,
    isMet: perSecond >= HOUR_OF_A_REGION / WITHIN_S,
    note: `read from the inbox, understood and applied: a region's hour (1,080,000) would be gone in ${minutes.toFixed(1)} min`,
  };
}

function receive(inbox: Inbox, count: number, item: (index: number) => InboxItem): void {
  for (let at = 0; at < count; at += limits.inboxGroupMessagesMax) {
    const size = Math.min(limits.inboxGroupMessagesMax, count - at);
    inbox.append(Array.from({ length: size }, (_, place) => item(at + place)));
  }
}

function applyAll(inbox: Inbox, writer: CopyWriter): void {
  while (writer.cursor < inbox.head.seq)
    for (const { outcome } of writer.applyBatch(inbox.read(writer.cursor + 1, limits.applyBatchMessagesMax)))
      if (outcome !== 'applied') throw new Error(`a message was ${outcome}`);
}

const arrivalOf = (index: number) => {
  const afterMs = Math.round((index * 1000) / 300);
  return { wallMs: FROM_MS + afterMs, boot: 'bench', monotonicMs: afterMs };
};

/** Whose turn it is: neighbours in the backlog are not about the same patient. */
const patientOf = (index: number): number => (index * 7919) % PATIENTS;

function adtItem(index: number, event = index % 4 === 3 ? 'A08' : 'A02'): InboxItem {
  const arrival = arrivalOf(index);
  const raw = adt(index, patientOf(index), event, arrival.wallMs);
  return { source: JOURNAL, format: 'hl7v2', arrival, raw, controlId: `J${index}`, answer: null };
}

function oruItem(index: number): InboxItem {
  const arrival = arrivalOf(index);
  const raw = oru(index, patientOf(index), arrival.wallMs);
  return { source: LAB, format: 'hl7v2', arrival, raw, controlId: `L${index}`, answer: null };
}
