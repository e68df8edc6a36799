// The HL7 v2 messages of other projects, cut as `reservkraft send` cuts them, with what a message says of whom it is about: read
// here by simple means of our own, not by the parser under test.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { splitFrame } from '../../src/intake/hl7v2/split.ts';

export const DATA = fileURLToPath(new URL('../../../shared/data', import.meta.url));
export const dataFolder = (name: string): string => join(DATA, name);

export function messagesOf(file: Uint8Array): Uint8Array[] {
  const bytes = file[0] === 0x0b ? file.subarray(1, file.indexOf(0x1c) < 0 ? undefined : file.indexOf(0x1c)) : file;
  return splitFrame(bytes)
    .slices.filter(({ kind }) => kind === 'message')
    .map((slice) => slice.bytes);
}

/** Every number a message may be about: of the patients it names, and of those it merges, moves or links. */
export function numbersAbout(message: Uint8Array): Set<string> {
  const text = Buffer.from(message)
    .toString('latin1')
    .replace(/^[^M]*/, '');
  const separator = text[3] ?? '|';
  // Some senders name their marks wrongly in the header, or write the segment's name in small letters.
  const parts = new RegExp(`[~^&${escaped(text.slice(4, 8).replace(separator, ''))}]`);
  const numbers = new Set<string>();
  for (const line of text.split(/[\r\n]+/)) {
    if (!/^\s*(PID|MRG)/i.test(line)) continue;
    for (const field of line.split(separator)) {
      for (const piece of field.split(parts)) {
        if (piece.trim() !== '') numbers.add(plain(piece));
      }
    }
  }
  return numbers;
}

/** A number without what people write between its digits. */
export const plain = (number: string): string => number.replace(/[-\s]/g, '').toUpperCase();
const escaped = (text: string): string => text.replace(/[\\\]^-]/g, '\\$&');
