// Reads what strace saw: the order of system calls is the only thing that tells of a power cut what a killed process can't.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const canTrace = spawnSync('strace', ['-e', 'trace=none', 'true'], { stdio: 'ignore' }).status === 0;

export interface Call {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Calls in the order they ended, with the file or socket each was on (`-y` writes it out). */
export function readTrace(file: string): Call[] {
  const begun = new Map<string, string>();
  const calls: Call[] = [];
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (rest.endsWith('<unfinished ...>')) {
      begun.set(thread, rest);
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const whole = resumed === null ? rest : `${begun.get(thread) ?? ''}${resumed[1]}`;
    const [, name = '', path = ''] = /^(\w+)\(\d+<([^>]*)>/.exec(whole) ?? [];
    if (name !== '') calls.push({ name, path, text: whole });
  }
  return calls;
}
