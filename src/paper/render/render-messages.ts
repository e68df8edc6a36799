// What the station and its renderer say to each other. Nothing else crosses: no key, no file, no address.

import type { PrintJob } from '../sheets/sheet.ts';

/** A job as bytes of JSON: what two threads and a pipe hand on whole, without anybody on the way making objects of it. */
export type JobBytes = Uint8Array;

export const jobBytes = (job: PrintJob): JobBytes => new TextEncoder().encode(JSON.stringify(job));
export const jobOfBytes = (bytes: JobBytes): PrintJob => JSON.parse(new TextDecoder().decode(bytes)) as PrintJob;

export interface RenderedPages {
  /** From 1. */
  readonly first: number;
  readonly last: number;
}

export interface Rendered {
  readonly pdf: Uint8Array;
  /** Of each sheet, in order. */
  readonly pages: readonly RenderedPages[];
  /** Sheets that could not be set as they are and stand in plain letters; by their place in the job. */
  readonly plainSheets: readonly number[];
}

export interface ToRenderer {
  readonly number: number;
  readonly job: JobBytes;
}

export type FromRenderer =
  | { readonly number: number; readonly rendered: Rendered }
  /** Never why in words: a typesetter's own message quotes the patient's text. */
  | { readonly number: number; readonly refused: true };
