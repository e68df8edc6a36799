import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

const isTold = existsSync('/proc/thread-self');

it.skipIf(!isTold)('a thread that stands back leaves the one that answers senders where it was', async () => {
  const module = new URL('./thread-priority.ts', import.meta.url).href;
  const code = `
    const { parentPort } = require('node:worker_threads');
    const { readlinkSync } = require('node:fs');
    const { getPriority } = require('node:os');
    import(${JSON.stringify(module)}).then(({ standBack }) => {
      standBack();
      parentPort.postMessage(getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1))));
    });`;
  const before = getPriority();
  const worker = new Worker(code, { eval: true });
  const [priority] = (await once(worker, 'message')) as [number];
  await worker.terminate();
  expect(priority).toBeGreaterThan(before);
  expect(getPriority()).toBe(before);
});
