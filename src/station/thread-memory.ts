// What each of the station's threads may keep for objects that die young. The engine's own choice, tens of megabytes a thread, is
// meant for a machine with one program; older objects are not bounded here, since a thread that runs out of memory ends the station.

import type { ResourceLimits } from 'node:worker_threads';

export const THREAD_MEMORY: ResourceLimits = { maxYoungGenerationSizeMb: 8 };
