import { describe, expect, test } from 'vitest';
import { acceptCode, acknowledge, acknowledgeBatch, answerMode, isAnswerWanted } from './acknowledge.ts';
import { encodeText } from './charset.ts';
import { parseMessage } from './message.ts';

const AT = Date.UTC(2026, 10, 22, 4, 5, 6);
const options = { code: 'AA', controlId: 'R1', atMs: AT } as const;

function answerTo(bytes: Uint8Array | string, code: 'AA' | 'AR' | 'CA' = 'AA'): string {
  const message = parseMessage(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, { charset: 'windows-1252' });
  return Buffer.from(acknowledge(message, { ...options, code })).toString('latin1');
}

describe('c3.8: the answer names the sender’s own message in the sender’s own way', () => {
  test('sender and receiver change places, the control id comes back', () => {
    expect(answerTo('MSH|^~\\&|LAB^1|SJH|RESERV|STN|20261122||ORU^R01^ORU_R01|00017|T|2.5.1\rPID|1')).toBe(
      'MSH|^~\\&|RESERV|STN|LAB^1|SJH|20261122040506+0000||ACK^R01^ACK|R1|T|2.5.1\rMSA|AA|00017\r',
    );
  });

  test.each([
    [
      'MSH:^~\\&:LAB:S:::::ADT^A01:17:P:2.5',
      'MSH:^~\\&:::LAB:S:20261122040506+0000::ACK^A01^ACK:R1:P:2.5\rMSA:AA:17\r',
    ],
    ['MSH|+*%$#|LAB|||||| ADT+A01|1|P|2.7', 'MSH|+*%$#|||LAB||20261122040506+0000||ACK+A01+ACK|R1|P|2.7\rMSA|AA|1\r'],
    ['MSH|^|LAB||||||ADT^A01|1|P|2.3', 'MSH|^|||LAB||20261122040506+0000||ACK^A01|R1|P|2.3\rMSA|AA|1\r'],
    ['MSH|^~\\&|LAB||||||ADT^A01|1|P|2.1', 'MSH|^~\\&|||LAB||20261122040506+0000||ACK|R1|P|2.1\rMSA|AA|1\r'],
  ])('in the delimiters of %s (Mirth #3065, #588, #478)', (written, answer) => {
    expect(answerTo(written)).toBe(answer);
  });

  test('the control id comes back byte for byte: letters, escapes and line noise', () => {
    for (const id of ['Ä-17', 'a\\T\\b', ' 17 ', 'x^y~z', 'A\x01B']) {
      const bytes = Buffer.from(`MSH|^~\\&|A||||||ADT^A01|${id}|P|2.5||||||8859/1\rPID|1||||Ö`, 'latin1');
      expect(answerTo(bytes)).toContain(`\rMSA|AA|${id}\r`);
      expect(answerTo(bytes)).toContain('|P|2.5||||||8859/1\r');
    }
  });

  test('in the charset of the message, also where that charset is broken', () => {
    const utf8 = Buffer.from('MSH|^~\\&|A||||||ADT^A01|Ä|P|2.5||||||UNICODE UTF-8\r');
    expect(answerTo(utf8)).toContain(`MSA|AA|${Buffer.from('Ä').toString('latin1')}\r`);
    // Half a letter in MSH-10, whole ones elsewhere: read as UTF-8, and yet echoed exactly.
    const broken = Buffer.concat([
      Buffer.from('MSH|^~\\&|A||||||ADT^A01|7'),
      Buffer.from([0xc3]),
      Buffer.from('|P|2.5||||||UNICODE UTF-8\rPID|1||||ÅÄÖ'),
    ]);
    expect(answerTo(broken)).toContain('MSA|AA|7\xc3\r');
    const wide = encodeText('MSH|^~\\&|A||||||ADT^A01|17|P|2.5', 'utf-16le');
    expect(Buffer.from(answerTo(wide), 'latin1').toString('utf16le')).toContain('\rMSA|AA|17\r');
  });

  test('what has no header is answered too, so that nobody waits for ever', () => {
    const answer = 'MSH|^~\\&|||||20261122040506+0000||ACK|R1|P|2.5\rMSA|AR|\r';
    for (const text of ['hello', '', 'PID|1']) expect(answerTo(text, 'AR')).toBe(answer);
  });

  test('a refusal carries a code and nothing of the patient', () => {
    const message = parseMessage(Buffer.from('MSH|^~\\&|A||||||ADT^A01|1|T|2.5\rPID|1||189001019802'), {
      charset: 'utf-8',
    });
    const answer = Buffer.from(acknowledge(message, { ...options, code: 'AR', errorCode: '202' })).toString();
    expect(answer).toContain('\rMSA|AR|1\rERR|||202|E\r');
    expect(answer).not.toContain('189001019802');
  });

  test('an answer is itself a message our own parser reads', () => {
    const read = parseMessage(Buffer.from(answerTo('MSH|^~\\&|A|B|C|D|||ADT^A01|1|P|2.5')), { charset: 'utf-8' });
    expect([read.header?.value(3), read.first('MSA')?.value(2)]).toEqual(['C', '1']);
  });

  test('a batch is answered in one frame, with one MSA for each message', () => {
    const envelope = parseMessage(Buffer.from('FHS|^~\\&|A|B|C|D|||||7\rBHS|^~\\&|A|B|C|D|||||8\r'), {
      charset: 'utf-8',
    });
    const messages = ['17', '18'].map((id) =>
      parseMessage(Buffer.from(`MSH|^~\\&|A|B|C|D|||ADT^A01|${id}|P|2.5`), { charset: 'utf-8' }),
    );
    const answers = messages.map((message, at) => ({ ...options, controlId: `R${at}`, message }));
    const lines = Buffer.from(acknowledgeBatch(envelope, answers)).toString().split('\r');
    expect(lines).toEqual([
      'FHS|^~\\&|C|D|A|B||||||7',
      'BHS|^~\\&|C|D|A|B||||||8',
      'MSH|^~\\&|C|D|A|B|20261122040506+0000||ACK^A01^ACK|R0|P|2.5',
      'MSA|AA|17',
      'MSH|^~\\&|C|D|A|B|20261122040506+0000||ACK^A01^ACK|R1|P|2.5',
      'MSA|AA|18',
      'BTS|2',
      'FTS|1',
      '',
    ]);
  });
});

describe('c3.8: which answer a sender gets', () => {
  const mode = (accept: string, application: string, acknowledge: 'once' | 'as-asked') =>
    answerMode(
      parseMessage(Buffer.from(`MSH|^~\\&|A||||||ADT^A01|1|P|2.5|||${accept}|${application}`), { charset: 'utf-8' }),
      { acknowledge },
    );

  test.each([
    ['', '', 'AA', 'AE', 'AR'],
    ['AL', 'NE', 'CA', 'CE', 'CR'],
    ['AL', 'AL', 'CA', 'CE', 'CR'],
    ['', 'AL', 'CA', 'CE', 'CR'],
    ['ER', '', 'CA', 'CE', 'CR'],
    ['NE', 'NE', 'AA', 'AE', 'AR'],
    ['NE', '', 'AA', 'AE', 'AR'],
    ['""', 'XX', 'AA', 'AE', 'AR'],
  ])('MSH-15 «%s», MSH-16 «%s»: exactly one answer by default, %s', (accept, application, kept, notKept, refused) => {
    const asked = mode(accept, application, 'once');
    expect([acceptCode(asked, 'kept'), acceptCode(asked, 'not-kept'), acceptCode(asked, 'refused')]).toEqual([
      kept,
      notKept,
      refused,
    ]);
    expect([asked.accept, asked.application]).toEqual(['always', 'never']);
  });

  test.each([
    ['', '', 'original always never'],
    ['NE', 'NE', 'enhanced never never'],
    ['AL', 'ER', 'enhanced always on-error'],
    ['SU', '', 'enhanced on-success never'],
    ['', 'AL', 'enhanced never always'],
  ])(
    'MSH-15 «%s», MSH-16 «%s», a source declared as-asked: the standard to the letter',
    (accept, application, said) => {
      const asked = mode(accept, application, 'as-asked');
      expect(`${asked.protocol} ${asked.accept} ${asked.application}`).toBe(said);
    },
  );

  test('always, never, on error, on success', () => {
    const wanted = (['always', 'never', 'on-error', 'on-success'] as const).map((condition) =>
      (['kept', 'not-kept', 'refused'] as const).map((outcome) => isAnswerWanted(condition, outcome)),
    );
    expect(wanted).toEqual([
      [true, true, true],
      [false, false, false],
      [false, true, true],
      [true, false, false],
    ]);
  });
});
