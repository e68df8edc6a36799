// The same message in another dress says the same: whatever delimiters, line ends, charset, version, case of names, trailing
// marks or local segments a sender uses, the chart gets the same facts about the same patient. Every published message and
// some Swedish ones of our own are dressed in each way.

import { isAscii, isUtf8 } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../domain/changes.ts';
import { sourceId } from '../../../domain/identity.ts';
import { undeclaredSource } from '../../../domain/source.ts';
import { realFiles } from '../real-files.fixture.ts';
import { splitFrame } from '../split.ts';
import { header, KARIN, pid, pv1, YUSUF } from './adt-fixture.ts';
import { interpretHl7v2 } from './interpret.ts';

const SOURCE = undeclaredSource(sourceId('unknown:x'), 'Okänd');
const ARRIVAL_MS = Date.UTC(2026, 10, 22, 10, 0, 0);

const interpret = (raw: Uint8Array): Reading =>
  interpretHl7v2(
    { seq: 1, source: SOURCE.id, format: 'hl7v2', arrival: { wallMs: ARRIVAL_MS, boot: 't', monotonicMs: 0 }, raw },
    SOURCE,
  );

const OWN: readonly string[][] = [
  [header('ADT^A01'), 'EVN|A01|20261122105900', pid(KARIN), pv1('KIR2^3^1'), 'AL1|1|DA|PC^Penicillin|SV|Utslag~Andnöd'],
  [header('ADT^A17'), pid(KARIN), pv1('KIR2^3^1'), pid(YUSUF, '||Omar^Yusuf'), pv1('KIR2^3^2', 'V2')],
  [header('ADT^A40'), pid(KARIN), `MRG|${YUSUF}^^^SKV`],
  [
    header('ORU^R01'),
    pid(KARIN),
    'OBR|1|P1|F1|B^Blodstatus^L|||20261122080000|||||||||||||||||F',
    'OBX|1|NM|K^Kalium||4,10|mmol/L|3,5-4,6|H|||F|||20261122081500',
    'NTE|1||Hemolys',
    'OBX|2|TX|SVAR^Svar||Ingen ökning.\\.br\\Åter om 1 v~Slut||||||C',
    'OBX|3|SN|T^Titer||^1^:^128||||||P',
    'OBX|4|CWE|O^Odling||A^Växt^L~B^Ej växt^L||||||F',
  ],
  [
    header('RDE^O11'),
    pid(KARIN),
    'ORC|NW|77^RK|88^AP||IP|||||||A1^Berg^Anna',
    'RXE|^^^202611220800|A1^Alvedon 500 mg^L|1|2|TAB||^Vid behov',
    'RXR|PO^Oralt',
    'TQ1|1||Q6H',
  ],
  [
    header('RAS^O17'),
    pid(KARIN),
    'ORC|RE|77',
    'RXA|0|1|20261122080000||A1^Alvedon|500|mg||^Kräks|A1^Berg^Anna|||||||||||CP',
  ],
  [header('SIU^S12'), 'SCH||S1||||^Höft|^OP|60|min|^^60^20261201080000', pid(KARIN), 'AIL|1||OP1^Sal 1'],
  [header('MDM^T02'), pid(KARIN), 'TXA|1|DS^Epikris|TX|20261122||||||||D1|||||AU', 'OBX|1|TX|A||Åtgärd: ö\\.br\\ä'],
];

const decode = (bytes: Uint8Array): string => {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  return text.includes('\ufffd') ? buffer.toString('latin1') : text;
};

/** Messages as text, one segment an element. Those of several in one, without a header, or holding a line break in a text are left. */
const messages: readonly string[][] = [
  ...OWN,
  ...realFiles()
    .flatMap(({ bytes }) => splitFrame(bytes[0] === 0x0b ? bytes.subarray(1) : bytes).slices)
    .filter(({ kind, bytes }) => kind === 'message' && bytes.length < 60_000)
    .map(({ bytes }) => decode(bytes).replace(/^[\ufeff\s]+/, ''))
    .filter((text) => text.startsWith('MSH'))
    .map((text) => text.split('\x1c', 1)[0] ?? '')
    .map((text) => text.split(/\r\n|\r|\n/).filter((line) => line !== ''))
    .filter((lines) => lines.every((line) => /^[A-Z][A-Z0-9]{2}([^A-Za-z0-9]|$)/.test(line))),
];

/** What a message says, without what may differ: how its letters were labelled. */
function saidBy(raw: Uint8Array, map: (text: string) => string = (text) => text): unknown {
  const { alarms, ...said } = interpret(raw);
  const rest = alarms.filter(({ code }) => code !== 'charset-mismatch' && code !== 'mojibake');
  return mapTexts({ ...said, alarms: rest }, map);
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, map));
  if (typeof value !== 'object' || value === null) return value;
  const inside = (key: string, each: unknown): unknown =>
    key === 'data' && typeof each === 'string' ? Buffer.from(each, 'base64').toString('utf8') : each;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [map(key), mapTexts(inside(key, each), map)]));
}

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const field = (lines: readonly string[]): string => lines[0]?.charAt(3) ?? '|';
const isHeader = (line: string): boolean => line.startsWith('MSH');

/** The header with one field set. */
function withField(line: string, number: number, value: string): string {
  const fields = line.split(line.charAt(3));
  while (fields.length < number) fields.push('');
  fields[number - 1] = value;
  return fields.join(line.charAt(3));
}

type Dress = (lines: readonly string[]) => Uint8Array | null;

const DRESSES: Record<string, Dress> = {
  'LF line ends': (lines) => utf8(lines.join('\n')),
  'CRLF line ends, two at the end': (lines) => utf8(`${lines.join('\r\n')}\r\n\r\n`),
  'blank lines between': (lines) => utf8(lines.join('\r\r\n')),
  'a byte order mark and blank lines before': (lines) => utf8(`\ufeff\r\n\r\n${lines.join('\r')}\r`),
  'zeros and a Ctrl-Z after': (lines) => utf8(`${lines.join('\r')}\r\x1a\0\0`),
  'UTF-16 with a byte order mark': (lines) => Buffer.from(`\ufeff${lines.join('\r')}\r`, 'utf16le'),
  'UTF-16 big-endian': (lines) => Buffer.from(`\ufeff${lines.join('\r')}\r`, 'utf16le').swap16(),
  '8859/1, and labelled so': (lines) => {
    const text = [withField(lines[0] ?? '', 18, '8859/1'), ...lines.slice(1)].join('\r');
    const bytes = Buffer.from(text, 'latin1');
    // (What 8859/1 has no letters for; and what by then is valid UTF-8, the mark of letters broken before they came here.)
    const isFaithful = bytes.toString('latin1') === text && (isAscii(bytes) || !isUtf8(bytes));
    return isFaithful ? bytes : null;
  },
  'UTF-8 in a list of charsets': (lines) =>
    utf8([withField(lines[0] ?? '', 18, 'UNICODE UTF-8~8859/1'), ...lines.slice(1)].join('\r')),
  'a charset nobody knows': (lines) => utf8([withField(lines[0] ?? '', 18, 'MY-OWN'), ...lines.slice(1)].join('\r')),
  'names in small letters': (lines) =>
    utf8(lines.map((line) => line.slice(0, 3).toLowerCase() + line.slice(3)).join('\r')),
  'blanks around names': (lines) =>
    utf8(lines.map((line) => (isHeader(line) ? line : ` ${line.slice(0, 3)} ${line.slice(3)}`)).join('\r')),
  'trailing separators': (lines) =>
    utf8(lines.map((line) => (isHeader(line) ? line : line + field(lines).repeat(40))).join('\r')),
  'local segments between all others': (lines) =>
    utf8(lines.flatMap((line, at) => [line, `Z${at % 10}A${field(lines)}1${field(lines)}lokalt`]).join('\r')),
  'segments of later versions between': (lines) =>
    utf8(lines.flatMap((line) => [line, `UAC${field(lines)}KERB`, `SFT${field(lines)}X`]).join('\r')),
};
for (const version of ['2.1', '2.3', '2.9', 'x']) {
  DRESSES[`version ${version}`] = (lines) =>
    utf8([withField(lines[0] ?? '', 12, version), ...lines.slice(1)].join('\r'));
}

describe(`${messages.length} messages`, () => {
  test('there are some, and most are read', () => {
    expect(messages.length).toBeGreaterThan(OWN.length - 1);
    for (const lines of OWN)
      expect(interpret(utf8(lines.join('\r')))).toMatchObject({ outcome: 'understood', alarms: [] });
  });

  test.each(Object.entries(DRESSES))('in %s say the same', (_, dress) => {
    let compared = 0;
    for (const lines of messages) {
      const dressed = dress(lines);
      if (dressed === null) continue;
      compared += 1;
      expect(saidBy(dressed), lines[0]).toEqual(saidBy(utf8(lines.join('\r'))));
    }
    expect(compared).toBeGreaterThan(messages.length / 2);
  });

  test('with delimiters of their own say the same', () => {
    let compared = 0;
    for (const lines of messages) {
      const text = lines.join('\r');
      const old = [text.charAt(3), ...text.slice(4, 8)];
      // An escaped delimiter is another letter then, and so the message another one.
      if (old.join('') !== '|^~\\&' || /\\[FSTRE]\\/.test(text) || text.slice(8, 9) !== '|') continue;
      const unused = [...'§!$*¤£¢¬¦'].filter((mark) => !text.includes(mark) && mark !== '');
      if (unused.length < 5) continue;
      const to = new Map(old.map((mark, at) => [mark, unused[at] ?? '']));
      const back = new Map([...to].map(([mark, other]) => [other, mark]));
      const dressed = [...text].map((letter) => to.get(letter) ?? letter).join('');
      const undress = (said: string): string => [...said].map((letter) => back.get(letter) ?? letter).join('');
      compared += 1;
      expect(saidBy(utf8(dressed), undress), lines[0]).toEqual(saidBy(utf8(text)));
    }
    expect(compared).toBeGreaterThan(messages.length / 4);
  });

  test('each in a batch of all is the same message', () => {
    for (const lines of messages) {
      const text = `${lines.join('\r')}\r`;
      const frame = utf8(`FHS|^~\\&|A\rBHS|^~\\&|A\r${text}${OWN[0]?.join('\r')}\rBTS|2\rFTS|1\r`);
      const [found, ...more] = splitFrame(frame).slices.filter(({ kind }) => kind === 'message');
      expect(more).toHaveLength(1);
      expect(Buffer.from(found?.bytes ?? []).toString('utf8')).toBe(text);
    }
  });
});
