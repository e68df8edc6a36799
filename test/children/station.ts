// A station in a process of its own, to be killed, starved and watched by tests: receives and applies, tells its port on standard
// output, takes a snapshot now and then when asked to, and ends when its standard input does.

import { StationKeys } from '../../src/station/files/keys.ts';
import { Intake } from '../../src/station/receiving/intake.ts';
import { TEST_KEY, testSources } from '../station-fixture.ts';

const [dataFolder = '', ...words] = process.argv.slice(2);
const say = (told: object): boolean => process.stdout.write(`${JSON.stringify(told)}\n`);

const intake = await Intake.start({
  dataFolder,
  keys: new StationKeys(TEST_KEY),
  sources: testSources,
  mllp: { host: '127.0.0.1', port: 0 },
  isPurgeAllowed: false,
  isApplied: !words.includes('receive-only'),
  faultModule: new URL('./kill-at.ts', import.meta.url).href,
  listeners: { note: (note) => say({ note }), died: () => process.exit(70) },
});
say({ port: intake.mllp?.port });

let isEnding = false;
process.stdin.on('data', async (text: Buffer) => {
  if (text.toString().includes('status')) say({ status: await intake.status() });
});
process.stdin.on('end', async () => {
  isEnding = true;
  if (words.includes('snapshot-at-end')) await intake.takeSnapshot();
  await intake.stop();
  process.exit(0);
});
while (words.includes('snapshots') && !isEnding) await intake.takeSnapshot().catch(() => say({ snapshot: 'failed' }));
