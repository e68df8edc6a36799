// A benchmark of ten minutes tells what it is doing, on standard error, so that standard output stays the table.

const EVERY_MS = 5_000;
const began = performance.now();
let last = -EVERY_MS;

/** A step begun or done: always told. */
export function step(text: string): void {
  last = performance.now();
  process.stderr.write(`${((last - began) / 1000).toFixed(0).padStart(5)} s  ${text}\n`);
}

/** How far a long step has come: told every few seconds. */
export function progress(text: () => string): void {
  if (performance.now() - last >= EVERY_MS) step(text());
}
