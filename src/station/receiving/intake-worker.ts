// The thread that receives: it has the sockets and the inbox for itself, so that nothing done in another thread ever keeps a sender
// waiting.

import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from '../../domain/failures.ts';
import { unreachable } from '../../domain/unreachable.ts';
import { ApplyThread } from '../applying/apply-thread.ts';
import { SystemClock } from '../clock.ts';
import { loadFaultHook } from '../fault-points.ts';
import { IntakeEngine } from './intake-engine.ts';
import type { FromIntake, IntakeThreadSettings, ToIntake } from './intake-messages.ts';

const settings = workerData as IntakeThreadSettings;
const tell = (event: FromIntake): void => parentPort?.postMessage(event);

async function run(): Promise<void> {
  const engine = new IntakeEngine({
    dataFolder: settings.dataFolder,
    inboxKey: Buffer.from(settings.inboxKey),
    sources: settings.sources,
    mllp: settings.mllp,
    isPurgeAllowed: settings.isPurgeAllowed,
    clock: new SystemClock(settings.boot),
    fault: await loadFaultHook(settings.faultModule),
    startApply: settings.isApplied ? (hear) => new ApplyThread({ ...settings, hear }) : null,
    tell,
  });
  try {
    const mllp = await engine.start();
    parentPort?.on('message', (message: ToIntake) => hear(message, engine));
    tell({ say: 'ready', mllp });
  } catch (error) {
    await engine.stop();
    if (error instanceof Failure) tell({ say: 'failed', code: error.code, detail: error.detail ?? '' });
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
      engine.copyDamaged(message.opening);
      return;
    case 'inbox-damaged':
      engine.inboxDamaged(message.opening);
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

await run();
