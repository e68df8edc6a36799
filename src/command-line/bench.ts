import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';

export const bench: Command = {
  name: 'bench',
  summary: 'measure this machine: intake, apply, charts, search, memory, start',
  usage: '[--quick]',
  takesNoWords: true,
  help: `
Prints a table with ratios of one run: against bare loops over the same bytes with the same senders, and against other programs
where they are installed. Uses temporary folders and this machine's own addresses only; takes some minutes.`,
  flags: [{ flag: '--quick', kind: 'switch', help: 'shorter runs, rougher figures' }],
  settings: 'none',
  printsData: true,
  async run(context) {
    const script = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
    const args = [...(context.flags.has('--quick') ? ['--quick'] : []), ...(context.isJson ? ['--json'] : [])];
    const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  },
};
