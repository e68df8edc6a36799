// Which letters a sender's bytes are. A wrong guess turns «Åsa Öberg» into another name, so the label (MSH-18, HL7 table
// 0211) is believed only as far as the bytes bear it out, and every doubt is reported so that the feed can be put right.
//
// How it is decided, strictest evidence first:
//  1. a byte order mark, or the zeros of UTF-16, outweigh any label;
//  2. bytes that are all ASCII mean the same in every charset we know;
//  3. valid UTF-8 with letters of several bytes is UTF-8 whatever the label says: text in a one-byte charset is never that
//     by accident. Where the label named another charset this is a mismatch;
//  4. bytes that are not valid UTF-8: the label's charset; without a usable label the source's own (Hl7Dialect.charset),
//     then Windows-1252. A label UTF-8 is a mismatch then; only where the whole letters outnumber the broken ones (a value
//     cut in the middle of a letter) the rest is still read as UTF-8, and each broken one is counted as U+FFFD.

import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { Hl7Dialect } from '../../domain/source.ts';

export interface CharsetReport {
  /** MSH-18, first repetition, as written; null when empty. */
  readonly declared: string | null;
  /** The charset the text was read with, as the WHATWG encoding names; `ascii` when every byte is below 0x80. */
  readonly used: string;
  /** The label and the bytes say different things. */
  readonly mismatch: boolean;
  readonly replacementCharacters: number;
  /** The text holds the marks of letters encoded twice before they came to us («Ã¥»). */
  readonly mojibake: boolean;
}

export interface DecodedMessage {
  readonly text: string;
  readonly report: CharsetReport;
  /** What bytes written as `\X..\` in this message mean. */
  decodeHex(bytes: Uint8Array): string;
}

/** HL7 table 0211, upper-cased. (8859/1 is read as Windows-1252, which has letters where 8859/1 has none, 0x80–0x9F.) */
const TABLE_0211: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  ASCII: 'ascii',
  'ISO IR6': 'ascii',
  '8859/1': 'iso-8859-1',
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'windows-1254',
  '8859/15': 'iso-8859-15',
  UNICODE: 'utf-8',
  'UNICODE UTF-8': 'utf-8',
  'UNICODE UTF-16': 'utf-16le',
  'GB 18030-2000': 'gb18030',
  'BIG-5': 'big5',
  'KS X 1001': 'euc-kr',
  'ISO IR87': 'iso-2022-jp',
  'ISO IR159': 'iso-2022-jp',
  // Not in the table, but written by senders.
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  'UNICODE UTF8': 'utf-8',
  'UTF-16': 'utf-16le',
  'US-ASCII': 'ascii',
  'ISO-8859-1': 'iso-8859-1',
  'ISO8859-1': 'iso-8859-1',
  ISO8859_1: 'iso-8859-1',
  'ISO 8859-1': 'iso-8859-1',
  LATIN1: 'iso-8859-1',
  'ISO-8859-15': 'iso-8859-15',
  'WINDOWS-1252': 'windows-1252',
  CP1252: 'windows-1252',
  ANSI: 'windows-1252',
});

/** Charsets of several bytes a letter, whose ordinary text may by chance be valid UTF-8: for them the label stands. */
const MULTI_BYTE = new Set(['gb18030', 'big5', 'euc-kr', 'iso-2022-jp']);

/** UTF-8 read as a one-byte charset, or encoded twice: Ã followed by what the second byte looks like. */
const MOJIBAKE = /Ã[¥¤¶©¼…„–\u0080-\u009f]/;

export function decodeMessage(bytes: Uint8Array, charset: Hl7Dialect['charset']): DecodedMessage {
  const fallback = charset === 'iso-8859-1' ? 'windows-1252' : charset;
  const wide = utf16Of(bytes);
  if (wide !== null) return decodeWide(bytes, wide);
  const declared = declaredCharset(bytes);
  const label = declared === null ? null : (TABLE_0211[declared.toUpperCase()] ?? 'unknown');
  const chosen = choose(bytes, label, fallback);
  const text = decodeAs(bytes, chosen.used);
  const plain = chosen.used === 'ascii';
  return {
    text,
    report: {
      declared,
      used: chosen.used,
      mismatch: chosen.mismatch,
      replacementCharacters: plain ? 0 : count(text, '\ufffd'),
      mojibake: !plain && MOJIBAKE.test(text),
    },
    decodeHex: (hex) => decodeAs(hex, chooseForHex(hex, plain ? label : chosen.used, fallback)),
  };
}

/** Encodes text for one who reads `charset` (a `used` name); letters the charset lacks become `?`. */
export function encodeText(text: string, charset: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  if (isAscii(bytes) && !charset.startsWith('utf-16')) return bytes;
  switch (charset) {
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'ascii':
      return encodeOneByte(text, charset);
    default:
      return charset.startsWith('iso-8859-') || charset.startsWith('windows-') ? encodeOneByte(text, charset) : bytes;
  }
}

/** The text can be turned back into exactly the bytes it came from. */
export function isReversible(report: CharsetReport): boolean {
  return report.replacementCharacters === 0 && !MULTI_BYTE.has(report.used);
}

interface Choice {
  readonly used: string;
  readonly mismatch: boolean;
}

function choose(bytes: Uint8Array, label: string | null, fallback: string): Choice {
  if (label === 'iso-2022-jp') return { used: label, mismatch: false };
  if (isAscii(bytes)) return { used: 'ascii', mismatch: false };
  const usable = label === 'ascii' || label === 'unknown' || label === 'utf-16le' ? null : label;
  const lied = label !== null && usable === null;
  if (usable !== null && MULTI_BYTE.has(usable)) return { used: usable, mismatch: false };
  if (isUtf8(bytes)) return { used: 'utf-8', mismatch: lied || (usable !== null && usable !== 'utf-8') };
  if (usable !== null && usable !== 'utf-8') {
    return usable === 'iso-8859-1'
      ? { used: 'windows-1252', mismatch: holdsC1(bytes) }
      : { used: usable, mismatch: false };
  }
  // Not UTF-8 as a whole although it was said, or hoped for.
  const expectedUtf8 = usable === 'utf-8' || (label === null && fallback === 'utf-8');
  if (expectedUtf8 && mostlyUtf8(bytes)) return { used: 'utf-8', mismatch: true };
  return { used: fallback === 'utf-8' ? 'windows-1252' : fallback, mismatch: lied || expectedUtf8 };
}

function chooseForHex(bytes: Uint8Array, preferred: string | null, fallback: string): string {
  if (isAscii(bytes)) return 'ascii';
  const known = preferred === null || preferred === 'ascii' || preferred === 'unknown' ? null : preferred;
  if (known !== null && known !== 'utf-8' && !known.startsWith('utf-16')) return known;
  if (isUtf8(bytes)) return 'utf-8';
  return fallback === 'utf-8' ? 'windows-1252' : fallback;
}

function decodeWide(bytes: Uint8Array, used: 'utf-16le' | 'utf-16be'): DecodedMessage {
  const text = decodeAs(bytes, used);
  const declared = fieldEighteen(text.slice(0, HEADER_BYTES_MAX));
  const label = declared === null ? null : TABLE_0211[declared.toUpperCase()];
  return {
    text,
    report: {
      declared,
      used,
      mismatch: label !== undefined && label !== null && label !== 'utf-16le',
      replacementCharacters: count(text, '\ufffd'),
      mojibake: MOJIBAKE.test(text),
    },
    // Line breaks are written byte for byte here too (`\X0D0A\`); two ASCII bytes are two letters, not one of another script.
    decodeHex: (hex) =>
      decodeAs(hex, hex.length % 2 === 0 && (hex.includes(0) || !isAscii(hex)) ? used : 'windows-1252'),
  };
}

const decoders = new Map<string, TextDecoder>();

export function decodeAs(bytes: Uint8Array, charset: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (charset === 'ascii') return buffer.toString('latin1');
  if (charset === 'utf-8') return buffer.toString('utf8');
  if (charset === 'windows-1252' || charset === 'iso-8859-15') return decodeNearLatin1(buffer, charset);
  return decoderOf(charset).decode(buffer);
}

function decoderOf(charset: string): TextDecoder {
  let decoder = decoders.get(charset);
  if (decoder === undefined) {
    // A byte order mark is part of what was received: it stays in the text, and the parser steps over it.
    decoder = new TextDecoder(charset, { ignoreBOM: true });
    decoders.set(charset, decoder);
  }
  return decoder;
}

interface NearLatin1 {
  readonly differing: RegExp;
  readonly letters: ReadonlyMap<string, string>;
}

const nearLatin1 = new Map<string, NearLatin1>();

/** The charsets of Swedish senders differ from 8859/1 in a few letters only: several times as fast as the general way. */
function decodeNearLatin1(buffer: Buffer, charset: string): string {
  let near = nearLatin1.get(charset);
  if (near === undefined) {
    const all = Uint8Array.from({ length: 0x100 }, (_, byte) => byte);
    const pairs = [...decoderOf(charset).decode(all)].map(
      (letter, byte) => [String.fromCharCode(byte), letter] as const,
    );
    const letters = new Map(pairs.filter(([latin1, letter]) => latin1 !== letter));
    near = { letters, differing: new RegExp(`[${[...letters.keys()].join('')}]`, 'g') };
    nearLatin1.set(charset, near);
  }
  const { letters, differing } = near;
  return buffer.toString('latin1').replace(differing, (letter) => letters.get(letter) ?? letter);
}

const HEADER_BYTES_MAX = 4096;

/** MSH-18, read as ASCII: every charset of table 0211 but UTF-16 writes the header's structure that way. */
function declaredCharset(bytes: Uint8Array): string | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEADER_BYTES_MAX));
  return fieldEighteen(buffer.toString('latin1', 0, beginsPlain(buffer) ? endOfLine(buffer) : buffer.length));
}

const CR = 0x0d;
const LF = 0x0a;

/** Nothing before the header, as nearly always: then the rest of the message need not be looked at. */
const beginsPlain = (bytes: Uint8Array): boolean => bytes[0] === 0x4d && bytes[1] === 0x53 && bytes[2] === 0x48;

function endOfLine(buffer: Buffer): number {
  const cr = buffer.indexOf(CR);
  const lf = buffer.subarray(0, cr < 0 ? buffer.length : cr).indexOf(LF);
  return lf >= 0 ? lf : cr >= 0 ? cr : buffer.length;
}

function fieldEighteen(text: string): string | null {
  const start = text.search(/[^\s\0\u00ef\u00bb\u00bf\ufeff]/);
  if (start < 0 || !/^MSH/i.test(text.slice(start, start + 3))) return null;
  const header = text.slice(start, start + HEADER_BYTES_MAX);
  const end = header.search(/[\r\n]/);
  const fields = (end < 0 ? header : header.slice(0, end)).split(header.charAt(3), 19);
  const field = fields[17] ?? '';
  const repetition = fields[1]?.charAt(1) ?? '~';
  const first = repetition === '' ? field : (field.split(repetition, 1)[0] ?? '');
  const name = first.trim();
  return name === '' || name === '""' ? null : name;
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0x4d && second === 0 && third === 0x53 && fourth === 0) return 'utf-16le';
  if (first === 0 && second === 0x4d && third === 0 && fourth === 0x53) return 'utf-16be';
  return null;
}

/** More whole letters of several bytes than broken ones: UTF-8 that something has cut, not another charset. */
function mostlyUtf8(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let whole = 0;
  let broken = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) broken += 1;
    else if (code > 0x7f) whole += 1;
  }
  return whole > broken;
}

/** 0x80–0x9F in what is called 8859/1: the sender means Windows-1252. */
function holdsC1(bytes: Uint8Array): boolean {
  return /[\u0080-\u009f]/.test(decodeAs(bytes, 'ascii'));
}

const encoders = new Map<string, Map<string, number>>();

function encodeOneByte(text: string, charset: string): Uint8Array {
  let table = encoders.get(charset);
  if (table === undefined) {
    const size = charset === 'ascii' ? 0x80 : 0x100;
    const letters = decodeAs(
      Uint8Array.from({ length: size }, (_, byte) => byte),
      charset,
    );
    table = new Map([...letters].map((letter, byte) => [letter, byte]));
    encoders.set(charset, table);
  }
  const out: number[] = [];
  for (const letter of text) out.push(table.get(letter) ?? 0x3f);
  return Uint8Array.from(out);
}

function count(text: string, letter: string): number {
  let found = 0;
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1)) found += 1;
  return found;
}
