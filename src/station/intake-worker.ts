// The thread that receives: it has the sockets and the writing connections for itself, so that a heavy search or a printout in
// another thread never keeps a sender waiting.

import { parentPort, workerData } from 'node:worker_threads';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { CopyWriter } from '../copy/copy-writer.ts';
import { prepareCopySchema } from '../copy/schema.ts';
import { Failure } from '../domain/failures.ts';
import type { Received } from '../domain/received.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Inbox } from '../intake/inbox.ts';
import { interpret } from '../intake/interpret.ts';
import { MllpListenError } from '../intake/mllp/listen-error.ts';
import { SystemClock } from './clock.ts';
import { type FaultHook, noFaults } from './fault-points.ts';
import { IntakeEngine } from './intake-engine.ts';
import type { FromIntake, IntakeThreadSettings, ToIntake } from './intake-messages.ts';
import { patientHandles } from './keys.ts';
import { isDamage } from './open-database.ts';

const settings = workerData as IntakeThreadSettings;
const tell = (event: FromIntake): void => parentPort?.postMessage(event);

async function run(): Promise<void> {
  const fault = await faultHook(settings.faultModule);
  const engine = new IntakeEngine({
    dataFolder: settings.dataFolder,
    inboxKey: Buffer.from(settings.inboxKey),
    copyKey: Buffer.from(settings.copyKey),
    sources: settings.sources,
    mllp: settings.mllp,
    isPurgeAllowed: settings.isPurgeAllowed,
    clock: new SystemClock(settings.boot),
    fault,
    openWriter: settings.isApplied ? (db, inbox) => openWriter(db, inbox, fault) : null,
    tell,
  });
  try {
    const mllp = await engine.start();
    parentPort?.on('message', (message: ToIntake) => hear(message, engine));
    tell({ say: 'ready', mllp });
  } catch (error) {
    await engine.stop();
    if (error instanceof Failure) tell({ say: 'failed', code: error.code, detail: error.detail ?? '' });
    else if (error instanceof MllpListenError)
      tell({ say: 'failed', code: 'station.port-busy', detail: error.message });
    else throw error;
  }
}

function hear(message: ToIntake, engine: IntakeEngine): void {
  switch (message.say) {
    case 'submit':
      engine.submit(message, (settled) => tell({ say: 'settled', id: message.id, settled }));
      return;
    case 'command':
      engine.command(message.command, (settled) => tell({ say: 'settled', id: message.id, settled }));
      return;
    case 'pause-apply':
      engine.pauseApply(message.isPaused);
      return;
    case 'allow-purge':
      engine.allowPurge(message.isAllowed);
      return;
    case 'copy-damaged':
      engine.copyDamaged();
      return;
    case 'inbox-damaged':
      engine.inboxDamaged();
      return;
    case 'status':
      tell({ say: 'status', id: message.id, status: engine.status() });
      return;
    case 'stop':
      void engine.stop().then(() => {
        tell({ say: 'stopped' });
        parentPort?.close();
      });
      return;
    default:
      unreachable(message);
  }
}

function openWriter(db: Database, inbox: () => Inbox | null, fault: FaultHook): CopyWriter {
  prepareCopySchema(db);
  return new CopyWriter({
    db,
    // Within the copy's open transaction: the place where a test may stop the process.
    interpret: (received, source) => {
      fault('before-apply-commit');
      return interpret(received, source);
    },
    received: (seq) => readRow(inbox(), seq),
    handleOf: patientHandles(Buffer.from(settings.handleKey)),
  });
}

/** A row that can't be read is one that is no longer there; that the file is damaged is found and told where it is read in order. */
function readRow(inbox: Inbox | null, seq: number): Received | undefined {
  try {
    return inbox?.row(seq);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

async function faultHook(module: string | null): Promise<FaultHook> {
  if (module === null) return noFaults;
  const loaded: unknown = await import(module);
  return (loaded as { fault: FaultHook }).fault;
}

await run();
