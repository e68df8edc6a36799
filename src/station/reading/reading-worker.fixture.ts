// A reading thread that does what its question says: what a real one does only when something is wrong.

import { parentPort } from 'node:worker_threads';
import type { FromReading, ToReading } from './reading-messages.ts';

const tell = (told: FromReading): void => parentPort?.postMessage(told);
let reopened = 0;

parentPort?.on('message', (message: ToReading) => {
  if (message.say === 'reopen') {
    reopened += 1;
    return;
  }
  if (message.question.ask !== 'search') return;
  switch (message.question.text) {
    case 'hang':
      for (;;);
    case 'die':
      process.exit(3);
      break;
    case 'eat': {
      const eaten: string[][] = [];
      for (;;) eaten.push(Array.from({ length: 10_000 }, (_, no) => `${no} ${eaten.length}`));
    }
    case 'break':
      throw new Error('a fault outside every question');
    case 'damage':
      tell({ say: 'damaged' });
      return;
    case 'slow-once':
      // Long enough for the test to say that the copy was replaced; asked again it is quick.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, reopened === 0 ? 300 : 0);
      break;
    default:
  }
  tell({ say: 'answer', answer: { hits: [], isCut: reopened > 0, isEveryoneSearched: true } });
});
