// `npm run bench`: measures this machine against the speed budget (design §17) and prints one table. Every ratio is of one run.

import { cpus, loadavg } from 'node:os';
import { measureApp } from './app.ts';
import { measureApply } from './apply.ts';
import { fsyncMs } from './disk.ts';
import { measureIntake } from './intake.ts';
import { measureLedger } from './ledger.ts';
import { adt, oru } from './messages.ts';
import { measurePaper } from './paper.ts';
import { step } from './progress.ts';
import { measureReading } from './reading.ts';
import { type BenchReport, type BenchRow, renderReport } from './report.ts';
import { measureSignIn } from './sign-in.ts';

const words = new Set(process.argv.slice(2));
const unknown = [...words].filter((word) => !['--quick', '--json'].includes(word) && !word.startsWith('--only='));
if (unknown.length > 0) {
  process.stderr.write(`bench: unknown ${unknown.join(' ')}. Do now: npm run bench -- [--quick] [--json]\n`);
  process.exit(2);
}
const options = { isQuick: words.has('--quick') };
const only = [...words].find((word) => word.startsWith('--only='))?.slice('--only='.length);

const PARTS: Readonly<Record<string, (given: typeof options) => Promise<BenchRow[]>>> = {
  intake: measureIntake,
  apply: measureApply,
  reading: measureReading,
  ledger: measureLedger,
  paper: measurePaper,
  app: measureApp,
  'sign-in': measureSignIn,
};

const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
const busyBefore = load();
const rows: BenchRow[] = [];
for (const [name, measure] of Object.entries(PARTS)) {
  if (only !== undefined && only !== name) continue;
  step(`${name} begins`);
  rows.push(...(await measure(options)));
  step(`${name} is measured`);
}
const disk = fsyncMs();
const report: BenchReport = {
  at: new Date().toISOString().slice(0, 16).replace('T', ' '),
  machine: {
    Node: process.version,
    processors: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    'load (1 min)': `${busyBefore} before, ${load()} after; above ${cpus().length} others were waiting too`,
    'append + fsync': `p50 ${disk.p50.toFixed(2)} ms, p99 ${disk.p99.toFixed(2)} ms (4 KiB)`,
    messages: `ADT ${adt(1, 1).length} bytes, ORU of 20 OBX ${oru(1, 1).length} bytes; two ADT to each ORU`,
  },
  rows,
};
process.stdout.write(words.has('--json') ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report));
