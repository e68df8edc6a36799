// On a machine short of processors the threads that nobody waits for stand back for the one that answers senders. Linux counts a
// thread as a process of its own here; where the system does not say which thread this is, nothing is changed.

import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Half a dozen steps: under load the other thread gets some four times the processor, and without load nothing differs. */
const STANDS_BACK = 6;

export function standBack(): void {
  try {
    const thread = Number(/\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1]);
    if (thread > 0) setPriority(thread, STANDS_BACK);
  } catch {
    // No such place, or not allowed: as before.
  }
}
