// A process of its own: typesetting takes memory that a station must not lose, and a document that never ends must not stop it. What
// it is told it forgets; of that it writes nothing, not even to its output.

import { flushCompileCache } from 'node:module';
import { setPriority } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { PrintJob, Sheet } from '../sheets/sheet.ts';
import { fontLetters } from './font-letters.ts';
import { PLAIN_LETTERS, printableSheet } from './printable.ts';
import { type FromRenderer, jobOfBytes, type Rendered, type ToRenderer } from './render-messages.ts';
import { fontFiles, Typesetter } from './typst.ts';

/** People read while this runs. */
const NICE = 10;

// First of all: a thread has the place in the queue of the one that made it, and the typesetter makes its own when it is made.
try {
  setPriority(NICE);
} catch {
  // Not allowed here: it renders all the same.
}
// The program's own code as compiled, never again from now on: a renderer is killed, and would else compile it at every start.
flushCompileCache();
const letters = fontLetters(fontFiles());
const typesetter = new Typesetter();

function typeset(job: PrintJob): Rendered {
  const sheets = job.sheets.map((sheet) => printableSheet(sheet, letters));
  try {
    return { ...typesetter.typeset({ ...job, sheets }), plainSheets: [] };
  } catch {
    return withPlainSheets(job, sheets);
  }
}

/** One patient's text that cannot be set must never cost the others' sheets: each is tried alone, and what fails goes in plain letters. */
function withPlainSheets(job: PrintJob, sheets: readonly Sheet[]): Rendered {
  const plainSheets = sheets.flatMap((sheet, index) => (canBeSet({ ...job, sheets: [sheet] }) ? [] : [index]));
  if (plainSheets.length === 0) throw new Error('the sheets can be set alone but not together');
  const all = sheets.map((sheet, index) =>
    plainSheets.includes(index) ? printableSheet(sheet, PLAIN_LETTERS) : sheet,
  );
  return { ...typesetter.typeset({ ...job, sheets: all }), plainSheets };
}

function canBeSet(job: PrintJob): boolean {
  try {
    typesetter.typeset(job);
    return true;
  } catch {
    return false;
  }
}

async function answer({ number, job }: ToRenderer): Promise<void> {
  let told: FromRenderer;
  try {
    told = { number, rendered: typeset(jobOfBytes(job)) };
  } catch {
    told = { number, refused: true };
  }
  await sent(told);
  typesetter.forget();
  // The set document lies outside JavaScript's memory, which sees no reason to give it back: a hundred megabytes a unit's pack.
  await setImmediate();
  globalThis.gc?.();
}

/** Wholly: what is done next in this thread would hold back what is still in the pipe. */
const sent = (told: FromRenderer): Promise<void> =>
  new Promise((resolve) => {
    // A station that is gone is told by `disconnect`.
    process.send?.(told, () => resolve());
  });

process.on('message', (told: ToRenderer) => void answer(told));
// The station that asked is gone.
process.on('disconnect', () => process.exit());
