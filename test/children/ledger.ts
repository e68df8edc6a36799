// A station's ledger in a process of its own, to be killed and starved by tests: writes one entry after the other, several at a time,
// and tells on standard output which were asked for and which were confirmed.

import { writeSync } from 'node:fs';
import { SystemClock } from '../../src/station/clock.ts';
import { StationKeys } from '../../src/station/files/keys.ts';
import { LedgerThread } from '../../src/station/ledger/ledger-thread.ts';
import { TEST_KEY } from '../station-fixture.ts';

const [dataFolder = '', first = '1', most = '0'] = process.argv.slice(2);
const say = (told: object): number => writeSync(1, `${JSON.stringify(told)}\n`);
const clock = new SystemClock();
const ledger = await LedgerThread.start({
  dataFolder,
  keys: new StationKeys(TEST_KEY),
  station: 'prov',
  clock,
  onNote: (note) => say({ note }),
  onDied: (error) => say({ died: error instanceof Error ? error.name : '' }),
  faultModule: new URL('./kill-at.ts', import.meta.url).href,
});
say({ ready: ledger.status });

let isEnding = false;
process.stdin.resume();
process.stdin.on('end', () => {
  isEnding = true;
});

let number = Number(first);
const last = Number(most) === 0 ? Number.POSITIVE_INFINITY : number + Number(most);
async function writeOnAndOn(): Promise<void> {
  while (!isEnding && number < last) {
    const own = number++;
    say({ asked: own });
    const isWritten = await ledger.append({
      kind: 'note',
      eventAt: clock.now().wallMs,
      author: 'prov',
      unit: null,
      patient: null,
      body: { number: own },
    });
    say(isWritten ? { confirmed: own } : { waiting: own });
    // A disk that refuses answers at once; nobody reads charts that fast.
    if (!isWritten) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
await Promise.all([writeOnAndOn(), writeOnAndOn(), writeOnAndOn()]);
await ledger.stop();
say({ stopped: true });
process.exit(0);
