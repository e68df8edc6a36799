// A file with many bundles or an NDJSON export becomes one inbox row for each, so that each is applied whole or not at all,
// set aside alone, and replayed alone. The pieces are slices of the bytes received: laid end to end they are the file.

import { sliceDocuments } from './documents.ts';
import { lettersOf, unpack, utf16Of } from './unpack.ts';

/** The pieces, or in a few words why the body cannot be unpacked (it then becomes one row as received, and is set aside). */
export function splitFhir(bytes: Uint8Array): readonly Uint8Array[] | string {
  const unpacked = unpack(bytes);
  if (typeof unpacked === 'string') return unpacked;
  const used = utf16Of(unpacked);
  const slices = sliceDocuments(used === null ? unpacked : lettersOf(unpacked, used));
  if (slices === null) return 'the body has too many documents';
  const starts = slices.map(({ start }) => (used === null ? start : start * 2));
  if (starts.length < 2) return [unpacked];
  // White space before the first document goes with it, and what follows a document with that document.
  starts[0] = 0;
  return starts.map((start, index) => unpacked.subarray(start, starts[index + 1] ?? unpacked.length));
}
