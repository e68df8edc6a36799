import { describe, expect, test } from 'vitest';
import { type Delimiters, RECOMMENDED } from './delimiters.ts';
import { unescapeText } from './escapes.ts';
import { parseMessage } from './message.ts';
import { escapeText } from './write.ts';

function read(text: string, layout: 'layout' | 'plain' = 'plain', delimiters: Delimiters = RECOMMENDED): string {
  return unescapeText(text, { delimiters, decodeHex: (bytes) => Buffer.from(bytes).toString('latin1') }, layout);
}

function valueIn(text: string, charset: BufferEncoding, declared: string): string | null | undefined {
  const bytes = Buffer.from(`MSH|^~\\&||||||||||||||||${declared}\rOBX|1|ST|||${text}`, charset);
  return parseMessage(bytes, { charset: 'windows-1252' }).first('OBX')?.value(5);
}

describe('c3.11: escapes', () => {
  test.each([
    ['R\\T\\D', 'R&D'],
    ['a\\F\\b\\S\\c\\R\\d\\E\\e', 'a|b^c~d\\e'],
    ['\\F\\\\S\\\\T\\', '|^&'],
    ['\\E\\T\\E\\', '\\T\\'],
    ['\\T\\T\\', '&T\\'],
    ['100 % \\X41\\', '100 % A'],
    ['\\X4142\\\\X43\\', 'ABC'],
  ])('%s is read as %s (back to back: ruby-hl7 #80)', (written, meant) => {
    expect(read(written)).toBe(meant);
  });

  test('decoded once: what was escaped twice stays escaped once', () => {
    expect(read('\\E\\T\\E\\')).toBe('\\T\\');
    expect(read('\\E\\E\\E\\')).toBe('\\E\\');
  });

  test.each([
    'BSV 4\\5 re.',
    '\\',
    'slut\\',
    'a\\b\\c',
    '\\x41\\',
    '\\X4\\',
    '\\XGG\\',
    '\\X\\',
    '\\\\',
    '\\Q\\',
    'C:\\temp\\lab',
    '\\C2842\\',
    '\\M284242\\',
    '\\Z07\\',
    '\\P\\',
    '\\.xx\\',
  ])('%s is not an escape we know, and stays as written (HL7-dotnetcore #77)', (written) => {
    expect(read(written)).toBe(written);
    expect(read(written, 'layout')).toBe(written);
  });

  test('an escape after an unknown one is still read', () => {
    expect(read('4\\5 re. \\T\\ mer')).toBe('4\\5 re. & mer');
    expect(read('\\Q\\T\\')).toBe('\\Q&');
  });

  test('layout is layout in text for reading, and letters elsewhere', () => {
    expect(read('a\\.br\\b\\.sp2\\c\\.sk3\\d\\.ce\\e\\.in+4\\f\\.ti-2\\\\.fi\\\\.nf\\g', 'layout')).toBe(
      'a\nb\n\nc   d\nefg',
    );
    expect(read('\\H\\fet\\N\\', 'layout')).toBe('fet');
    expect(read('a\\.br\\b \\H\\c\\N\\')).toBe('a\\.br\\b \\H\\c\\N\\');
  });

  test('a layout command cannot make a text grow without end', () => {
    expect(read('\\.sp9999\\', 'layout')).toHaveLength(100);
    expect(read('\\.sp99999999\\', 'layout')).toBe('\\.sp99999999\\');
  });

  test('the sender’s own delimiters are what its escapes mean', () => {
    const own = { field: ':', component: '+', repetition: '*', escape: '%', subcomponent: '$', truncation: '#' };
    expect(read('a%F%b%S%c%R%d%T%e%E%f%P%g\\T\\', 'plain', own)).toBe('a:b+c*d$e%f#g\\T\\');
    const bare = { ...RECOMMENDED, escape: '', subcomponent: '' };
    expect(read('a\\T\\b', 'plain', bare)).toBe('a\\T\\b');
    expect(read('a\\T\\b', 'plain', { ...bare, escape: '\\' })).toBe('a\\T\\b');
  });

  test('hex is in the charset of the message', () => {
    expect(valueIn('\\XE5E4F6\\', 'latin1', '8859/1')).toBe('åäö');
    expect(valueIn('\\XC3A5\\', 'utf8', 'UNICODE UTF-8')).toBe('å');
    expect(valueIn('\\XC3\\\\XA5\\', 'utf8', 'UNICODE UTF-8')).toBe('å');
    expect(valueIn('Å\\XA4\\', 'latin1', '8859/15')).toBe('Å€');
    expect(valueIn('\\XE5\\', 'utf8', 'UNICODE UTF-8')).toBe('å');
    expect(valueIn('\\XC3A5\\', 'utf8', '')).toBe('å');
    expect(valueIn('\\XE5\\', 'utf8', '')).toBe('å');
    expect(valueIn('a\\X0D\\b', 'utf8', '')).toBe('a\rb');
  });

  test('an escaped delimiter never cuts a value', () => {
    const message = parseMessage(Buffer.from('MSH|^~\\&|\rPID|A\\S\\B^C\\R\\D~E\\F\\F'), { charset: 'utf-8' });
    const pid = message.first('PID');
    expect([pid?.value(1), pid?.value(1, 2), pid?.value(1, 1, 1, 2)]).toEqual(['A^B', 'C~D', 'E|F']);
  });

  test('what we write we read back', () => {
    const text = 'a|b^c&d~e\\f\r\n\x0b\x1c\t"åäö#';
    const written = escapeText(text, RECOMMENDED);
    expect([...'|^&~\r\n\v\x1c'].filter((letter) => written.includes(letter))).toEqual([]);
    expect(read(written)).toBe(text);
  });
});
