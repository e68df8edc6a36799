// The thread that writes the ledger.

import { parentPort, workerData } from 'node:worker_threads';
import { SystemClock } from '../clock.ts';
import { loadFaultHook } from '../fault-points.ts';
import { LedgerEngine } from './ledger-engine.ts';
import type { FromLedger, LedgerThreadSettings, ToLedger } from './ledger-messages.ts';
import { LedgerStore } from './ledger-store.ts';

const settings = workerData as LedgerThreadSettings;
const tell = (event: FromLedger): void => parentPort?.postMessage(event);
const clock = new SystemClock(settings.boot);

const engine = new LedgerEngine({
  store: new LedgerStore({
    dataFolder: settings.dataFolder,
    ledgerKey: Buffer.from(settings.ledgerKey),
    seed: Buffer.from(settings.seed),
    chain: settings.chain,
    station: settings.station,
    clock,
    onNote: (note) => tell({ say: 'note', note }),
  }),
  clock,
  fault: await loadFaultHook(settings.faultModule),
  tell,
});

parentPort?.on('message', (message: ToLedger) => {
  if (message.say === 'append') {
    engine.append(message.id, message.draft);
    return;
  }
  if (message.say === 'erase') {
    engine.erase(message.id, message.decision);
    return;
  }
  if (message.say === 'damaged') {
    engine.damaged();
    return;
  }
  engine.stop();
  parentPort?.close();
});

engine.start();
