// Where the program begins: `reservkraft <command>`.

import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What has been compiled once is kept beside the packages, so that a command at three in the morning answers in half the time.
// Not in the shared temporary folder, where another user of the machine could leave code for us to run.
// A service, which may not write there, is given a folder of its own (ops/reservkraft.service).
const cache =
  process.env['NODE_COMPILE_CACHE'] ?? fileURLToPath(new URL('../node_modules/.cache/reservkraft', import.meta.url));
enableCompileCache(cache);
// The station's threads look here.
process.env['NODE_COMPILE_CACHE'] = cache;

const { runProgram } = await import('./command-line/program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
