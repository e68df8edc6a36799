// Loaded before a station's program: its clocks show what a file says, minutes pass in a tenth of a second, and nothing is found by name.
// How a machine is that has stood in an outage for weeks, or whose wall clock somebody has set.

import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const file = process.env['TEST_CLOCK_FILE'] ?? '';
const REREAD_NS = 20_000_000n;
const MINUTE_MS = 60_000;
const A_MINUTE_TAKES_MS = 100;
const [wallNow, monotonicNow] = [Date.now, process.hrtime.bigint];

let ahead = { wallMs: 0, monotonicMs: 0 };
let readAt = -REREAD_NS;
function offsets(): typeof ahead {
  const now = monotonicNow();
  if (now - readAt >= REREAD_NS) {
    readAt = now;
    ahead = JSON.parse(readFileSync(file, 'utf8')) as typeof ahead;
  }
  return ahead;
}

if (file !== '') {
  Date.now = () => wallNow() + offsets().wallMs;
  process.hrtime.bigint = () => monotonicNow() + BigInt(offsets().monotonicMs) * 1_000_000n;
  const { setInterval: every } = globalThis;
  globalThis.setInterval = ((run: () => void, ms: number) =>
    every(run, ms >= MINUTE_MS ? A_MINUTE_TAKES_MS : ms)) as typeof setInterval;
  const refuse = (name: string): never => {
    process.stderr.write(`asked-for-a-name ${name}\n`);
    throw Object.assign(new Error('no name service'), { code: 'ENOTFOUND' });
  };
  const { lookup } = dns;
  dns.lookup = ((name: string, ...rest: [never, never]) =>
    /^[\d.:]+$/.test(name) ? lookup(name, ...rest) : refuse(name)) as typeof dns.lookup;
  dns.resolve = refuse as unknown as typeof dns.resolve;
  syncBuiltinESMExports();
}
