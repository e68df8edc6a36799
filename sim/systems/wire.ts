// From text to bytes on the line: each system's own character set, and the faults a line can have.

import type { WireCharset } from './voices.ts';

const VT = 0x0b;
const CR = 0x0d;

/** The 27 letters Windows-1252 has where ISO 8859-1 has control characters. */
const WINDOWS = new Map(
  [...'€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'].map((letter, i) => {
    const codes = [
      0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
      0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
    ];
    return [letter, codes[i] ?? 0x3f] as const;
  }),
);

/** What a system without a letter writes instead, as its people do: a dash for a dash, a plain letter, else a question mark. */
const PLAIN = new Map([
  ['–', '-'],
  ['−', '-'],
  ['—', '-'],
  ['…', '...'],
  ['”', '"'],
  ['’', "'"],
  ['≥', '>='],
  ['≤', '<='],
]);

export function encode(text: string, charset: WireCharset): Uint8Array {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8');
  const bytes: number[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0x3f;
    const windows = charset === 'windows-1252' ? WINDOWS.get(letter) : undefined;
    if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) bytes.push(code);
    else if (windows !== undefined) bytes.push(windows);
    else for (const plain of PLAIN.get(letter) ?? '?') bytes.push(plain.charCodeAt(0));
  }
  return Uint8Array.from(bytes);
}

export const GARBLES = ['none', 'letters', 'truncated', 'label'] as const;
export type Garble = (typeof GARBLES)[number];

/**
 * What really goes out within a frame. `letters`: bytes over 127 lose their last bit pattern, as a bad gateway does. `truncated`:
 * the sender restarts in the middle and begins the frame anew (a second start byte). `label`: the header claims another character set.
 */
export function garbled(message: Uint8Array, garble: Garble): Uint8Array {
  switch (garble) {
    case 'none':
      return message;
    case 'letters':
      return message.map((byte) => (byte > 0x7f ? 0xff : byte));
    case 'truncated':
      return Buffer.concat([message.subarray(0, Math.floor(message.length / 2)), Uint8Array.of(VT), message]);
    case 'label':
      return relabelled(message);
  }
}

/** MSH-18 says the opposite of the truth. */
function relabelled(message: Uint8Array): Uint8Array {
  const bytes = Buffer.from(message);
  const end = bytes.indexOf(CR);
  const header = bytes.subarray(0, end).toString('latin1').split('|');
  header[17] = header[17] === 'UNICODE UTF-8' ? '8859/1' : 'UNICODE UTF-8';
  return Buffer.concat([Buffer.from(header.join('|'), 'latin1'), bytes.subarray(end)]);
}
