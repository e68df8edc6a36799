import { TextDecoder } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Hl7Dialect } from '../../domain/source.ts';
import { decodeAs, encodeText } from './charset.ts';
import { type Hl7Message, parseMessage } from './message.ts';

/** A message with MSH-18 and a name in given bytes. */
function received(declared: string, name: Uint8Array, charset: Hl7Dialect['charset'] = 'windows-1252'): Hl7Message {
  const header = Buffer.from(`MSH|^~\\&||||||||||||||||${declared}\rPID|1||||`, 'latin1');
  return parseMessage(Buffer.concat([header, name]), { charset });
}

function nameOf(message: Hl7Message): string | null | undefined {
  return message.first('PID')?.value(5);
}

const NAME = 'Åsa Öberg-Ängström é';
const latin1 = Buffer.from(NAME, 'latin1');
const utf8 = Buffer.from(NAME, 'utf8');

describe('c3.10: Swedish letters survive, whatever the sender says they are', () => {
  test.each([
    ['8859/1', latin1, 'windows-1252', false],
    ['8859/1~UNICODE UTF-8', latin1, 'windows-1252', false],
    ['8859/15', latin1, 'iso-8859-15', false],
    ['UNICODE UTF-8', utf8, 'utf-8', false],
    ['UNICODE', utf8, 'utf-8', false],
    ['', utf8, 'utf-8', false],
    ['', latin1, 'windows-1252', false],
    ['""', latin1, 'windows-1252', false],
    // Labels that the bytes contradict.
    ['UNICODE UTF-8', latin1, 'windows-1252', true],
    ['8859/1', utf8, 'utf-8', true],
    ['8859/15', utf8, 'utf-8', true],
    ['ASCII', latin1, 'windows-1252', true],
    ['ASCII', utf8, 'utf-8', true],
    ['KLINGON', utf8, 'utf-8', true],
    ['UNICODE UTF-16', utf8, 'utf-8', true],
  ])('MSH-18 «%s» (ruby-hl7 #31)', (declared, bytes, used, mismatch) => {
    const message = received(declared, bytes);
    expect(nameOf(message)).toBe(NAME);
    expect(message.charset).toMatchObject({ used, mismatch, replacementCharacters: 0, mojibake: false });
  });

  test('plain letters only: every label is right', () => {
    for (const declared of ['', 'ASCII', '8859/1', 'UNICODE UTF-8']) {
      const message = received(declared, Buffer.from('Karlsson'));
      expect(message.charset).toMatchObject({
        used: 'ascii',
        mismatch: false,
        declared: declared === '' ? null : declared,
      });
    }
  });

  test('Windows-1252 called 8859/1: the dash and the euro sign are read, and the label is reported', () => {
    const message = received('8859/1', Buffer.from([0x80, 0x96, 0xe5]));
    expect(nameOf(message)).toBe('€–å');
    expect(message.charset).toMatchObject({ used: 'windows-1252', mismatch: true });
    const honest = received('WINDOWS-1252', Buffer.from([0x80, 0x96, 0xe5]));
    expect(honest.charset).toMatchObject({ used: 'windows-1252', mismatch: false });
  });

  test('8859/15 has its euro sign and its Š where 8859/1 has others', () => {
    expect(nameOf(received('8859/15', Buffer.from([0xa4, 0xa6, 0xe5])))).toBe('€Šå');
    expect(nameOf(received('8859/1', Buffer.from([0xa4, 0xa6, 0xe5])))).toBe('¤¦å');
  });

  test.each(['windows-1252', 'iso-8859-15'])('%s: each of the 256 bytes is the letter the standard says', (charset) => {
    const all = Uint8Array.from({ length: 0x100 }, (_, byte) => byte);
    expect(decodeAs(all, charset)).toBe(new TextDecoder(charset).decode(all));
  });

  test('the source’s own charset is used only when the message names none and is not UTF-8', () => {
    expect(nameOf(received('', Buffer.from([0xa4, 0xe5]), 'iso-8859-15'))).toBe('€å');
    expect(nameOf(received('', Buffer.from([0x80, 0xe5]), 'iso-8859-1'))).toBe('€å');
    const message = received('', latin1, 'utf-8');
    expect(nameOf(message)).toBe(NAME);
    expect(message.charset).toMatchObject({ used: 'windows-1252', mismatch: true });
  });

  test('one letter cut in half does not turn every other letter into two', () => {
    const message = received('UNICODE UTF-8', Buffer.concat([utf8, Buffer.from([0xc3]), Buffer.from('^x')]));
    expect(nameOf(message)).toBe(`${NAME}\ufffd`);
    expect(message.charset).toMatchObject({ used: 'utf-8', mismatch: true, replacementCharacters: 1 });
  });

  test('letters encoded twice before they came to us are reported, not guessed', () => {
    const twice = Buffer.from(Buffer.from('Åsa å ä ö').toString('latin1'), 'utf8');
    expect(received('UNICODE UTF-8', twice).charset).toMatchObject({ used: 'utf-8', mismatch: false, mojibake: true });
    expect(received('UNICODE UTF-8', utf8).charset.mojibake).toBe(false);
  });

  test.each(['utf-16le', 'utf-16be'] as const)('%s with or without a byte order mark', (used) => {
    for (const mark of ['', '\ufeff']) {
      const bytes = encodeText(`${mark}MSH|^~\\&||||||||||||||||UNICODE UTF-16\rPID|1||||${NAME}`, used);
      const message = parseMessage(bytes, { charset: 'utf-8' });
      expect(nameOf(message)).toBe(NAME);
      expect(message.charset).toMatchObject({ used, mismatch: false, declared: 'UNICODE UTF-16' });
    }
  });

  test('other alphabets of table 0211', () => {
    expect(nameOf(received('8859/2', Buffer.from([0xa3, 0xf3, 0x64, 0xbc])))).toBe('Łódź');
    expect(nameOf(received('8859/5', Buffer.from([0xb8, 0xd2, 0xd0, 0xdd])))).toBe('Иван');
    expect(nameOf(received('8859/7', Buffer.from([0xc3, 0xe9])))).toBe('Γι');
    expect(nameOf(received('GB 18030-2000', Buffer.from([0xcd, 0xf5])))).toBe('王');
  });

  test('a byte no letter stands for is counted', () => {
    expect(received('8859/7', Buffer.from([0xff, 0xc3])).charset.replacementCharacters).toBe(1);
  });

  test('the sender’s separator decides where MSH-18 lies', () => {
    const message = parseMessage(Buffer.from('MSH:^~\\&::::::::::::::::8859/15\rPID:1::::\xa4', 'latin1'), {
      charset: 'utf-8',
    });
    expect(nameOf(message)).toBe('€');
  });

  test('letters we write for a sender that lacks them become question marks, never other letters', () => {
    expect(Buffer.from(encodeText('Åsa Ł 王', 'windows-1252')).toString('latin1')).toBe('Åsa ? ?');
    expect(Buffer.from(encodeText('Åsa', 'ascii')).toString('latin1')).toBe('?sa');
  });
});
