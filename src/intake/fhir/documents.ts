// Where one JSON document ends and the next begins. Senders put several bundles in one file, one a line or simply one after
// the other; each is a message of its own, and a broken one must not cost those after it. One pass over the bytes, before
// anything is parsed, also finds how deep each document nests.

import { limits } from '../../limits.ts';

export interface DocumentSlice {
  readonly start: number;
  readonly end: number;
  /** False when brackets never close or the text is not an object or a list: kept, never parsed. */
  readonly isClosed: boolean;
  readonly nesting: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;

const isOpening = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number | undefined): boolean => byte === 0x7d || byte === 0x5d;

/** White space, BOM bytes, and the record separator of JSON text sequences (RFC 7464). */
const isBetween = (byte: number | undefined): boolean =>
  byte === 0x20 ||
  byte === 0x09 ||
  byte === 0x0a ||
  byte === 0x0d ||
  byte === 0x1e ||
  byte === 0xef ||
  byte === 0xbb ||
  byte === 0xbf;

/** Nothing but white space, in UTF-8 or UTF-16. */
export function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (!isBetween(byte) && byte !== 0x00 && byte !== 0xff && byte !== 0xfe) return false;
  return true;
}

/** Every document of the bytes in order; what lies between two is white space. Null when there are more than the bound. */
export function sliceDocuments(bytes: Uint8Array): DocumentSlice[] | null {
  const slices: DocumentSlice[] = [];
  let at = 0;
  for (;;) {
    while (at < bytes.length && isBetween(bytes[at])) at += 1;
    if (at >= bytes.length) return slices;
    const slice = scanDocument(bytes, at, bytes.length);
    if (!slice.isClosed) break;
    if (slices.length >= limits.fhirDocumentsMax) return null;
    slices.push(slice);
    at = slice.end;
  }
  // Something here never closes. From now on a line is a document: the only boundary left that can be trusted.
  while (at < bytes.length) {
    let end = bytes.indexOf(LINE_FEED, at);
    if (end < 0) end = bytes.length;
    while (at < end && isBetween(bytes[at])) at += 1;
    if (at < end) {
      if (slices.length >= limits.fhirDocumentsMax) return null;
      const slice = scanDocument(bytes, at, end);
      slices.push({ ...slice, end, isClosed: slice.isClosed && onlyBetween(bytes, slice.end, end) });
    }
    at = end + 1;
  }
  return slices;
}

function onlyBetween(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isBetween(bytes[at])) return false;
  return true;
}

function scanDocument(bytes: Uint8Array, start: number, end: number): DocumentSlice {
  if (!isOpening(bytes[start])) return { start, end, isClosed: false, nesting: 0 };
  let depth = 0;
  let nesting = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at += 1; at < end && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1;
    } else if (isOpening(byte)) {
      depth += 1;
      if (depth > nesting) nesting = depth;
    } else if (isClosing(byte)) {
      depth -= 1;
      if (depth === 0) return { start, end: at + 1, isClosed: true, nesting };
    }
  }
  return { start, end, isClosed: false, nesting };
}
