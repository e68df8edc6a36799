// What nobody caught. The process ends at once, as by a power cut, which is what everything on the disk is made for, and its supervisor
// starts it again: what is in memory can no longer be trusted. Node's own last words would be the error's text, and that may be a
// patient's: only its kind and where in our code it began are said (design §5.13).

import { stationLog } from './log.ts';

/** EX_SOFTWARE of sysexits.h: told apart from an end in order (0), a thread that died (1) and a station that could not start (2). */
export const FAULT_EXIT = 70;

/** Of the station's own thread; other threads' come to whoever started them (intake.ts, ledger-thread.ts, reading-thread.ts). */
export function endOnFault(): void {
  // To standard error wherever the log goes: what is written there has left before the process ends. A promise nobody waits for comes here too.
  process.on('uncaughtException', (error: unknown, origin) => {
    stationLog(process.stderr).warn('station.fault', { ...faultOf(error), origin });
    process.exit(FAULT_EXIT);
  });
}

/** Kind and place of a fault, never its words. */
export function faultOf(error: unknown): { readonly cause: string; readonly at: string | null } {
  if (!(error instanceof Error)) return { cause: 'unknown', at: null };
  // Behind its words, which may look like anything.
  const words = `${error.name}: ${error.message}`;
  const frames = error.stack?.startsWith(words) === true ? error.stack.slice(words.length) : '';
  const frame = /^ {4}at .*\/((?:src|app)\/[\w./-]+:\d+):\d+\)?$/m.exec(frames);
  return { cause: /^\w{1,60}$/.test(error.name) ? error.name : 'unknown', at: frame?.[1] ?? null };
}
