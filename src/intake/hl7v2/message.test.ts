import { describe, expect, test } from 'vitest';
import { limits } from '../../limits.ts';
import { type Hl7Message, parseMessage } from './message.ts';

function parse(text: string, charset: 'utf-8' | 'windows-1252' = 'utf-8'): Hl7Message {
  return parseMessage(Buffer.from(text, 'utf8'), { charset });
}

function segment(text: string, header = 'MSH|^~\\&|'): NonNullable<ReturnType<Hl7Message['first']>> {
  const found = parse(`${header}\r${text}`).segments[1];
  if (found === undefined) throw new Error('no segment');
  return found;
}

describe('c3.1: what a field says has three states', () => {
  test('absent says nothing, "" deletes, a value sets', () => {
    const pid = segment('PID|1||""|x|');
    expect([pid.value(2), pid.value(3), pid.value(4), pid.value(5), pid.value(99)]).toEqual([
      undefined,
      null,
      'x',
      undefined,
      undefined,
    ]);
    expect([pid.freeText(2), pid.freeText(3), pid.freeText(4)]).toEqual([undefined, null, 'x']);
  });

  test('"" in a component deletes that component only', () => {
    const pid = segment('PID|1||A^""^^B&""');
    expect([1, 2, 3, 4].map((component) => pid.value(3, component))).toEqual(['A', null, undefined, 'B']);
    expect(pid.value(3, 4, 2)).toBeNull();
  });

  test('a deleted field has deleted parts', () => {
    const pid = segment('PID|1||""');
    expect([pid.value(3, 4), pid.value(3, 4, 2)]).toEqual([null, null]);
    expect(pid.value(3, 1, 1, 2)).toBeUndefined();
  });

  test('two quotation marks inside a text are text', () => {
    expect(segment('OBX|1|TX|||kallas "" av ""').freeText(5)).toBe('kallas "" av ""');
  });
});

describe('c3.12: delimiters, line ends and strange segments', () => {
  test('every part of a field can be had, repetition by repetition', () => {
    const pid = segment('PID|1||a^b&c~d^e~');
    expect(pid.repetitions(3)).toBe(3);
    expect(pid.value(3)).toBe('a');
    expect(pid.value(3, 2)).toBe('b');
    expect(pid.value(3, 2, 2)).toBe('c');
    expect(pid.value(3, 2, 1, 2)).toBe('e');
    expect(pid.value(3, 1, 1, 3)).toBeUndefined();
    expect(pid.raw(3)).toBe('a^b&c~d^e~');
    expect(pid.repetitions(2)).toBe(0);
  });

  test('the header counts its separator as its first field', () => {
    const { header } = parse('MSH|^~\\&|LAB|SJUKHUSET|||20261122||ORU^R01^ORU_R01|17|P|2.5.1');
    expect([1, 2, 3, 9, 12].map((field) => header?.value(field))).toEqual(['|', '^~\\&', 'LAB', 'ORU', '2.5.1']);
    expect([header?.value(9, 2), header?.value(2, 2), header?.fieldCount]).toEqual(['R01', undefined, 12]);
    expect([header?.repetitions(2), header?.freeText(2), header?.repetitions(1)]).toEqual([1, '^~\\&', 1]);
  });

  test.each([
    ['MSH|^~\\&|', '|^~\\&', null],
    ['MSH:+*%$:', ':+*%$', null],
    ['MSH|^~\\&#|', '|^~\\&', '#'],
    ['MSH$%~\\&$', '$%~\\&', null],
    ['MSH¤^~\\&¤', '¤^~\\&', null],
  ])('%s is read with its own delimiters (Mirth #588, #2405, #2481, #3065)', (header, all, truncation) => {
    const { delimiters } = parse(header);
    const { field, component, repetition, escape: mark, subcomponent } = delimiters;
    expect(field + component + repetition + mark + subcomponent).toBe(all);
    expect(delimiters.truncation).toBe(truncation);
  });

  test('values are cut with the sender’s own delimiters only', () => {
    const pid = segment('PID:1::a+b$c*d:x^y&z|~', 'MSH:+*%$:');
    expect([pid.value(3), pid.value(3, 2), pid.value(3, 2, 2), pid.value(3, 1, 1, 2)]).toEqual(['a', 'b', 'c', 'd']);
    expect(pid.value(4)).toBe('x^y&z|~');
  });

  test('a short MSH-2: what is not declared is ordinary text (Mirth #478)', () => {
    const pid = segment('PID|a^b&c|R\\T\\D|x~y', 'MSH|^~|');
    expect([pid.value(1, 2), pid.value(2), pid.repetitions(3)]).toEqual(['b&c', 'R\\T\\D', 2]);
    expect(segment('PID|a^b~c', 'MSH|^|').value(1, 2)).toBe('b~c');
    expect(segment('PID|a^b', 'MSH||').value(1, 2)).toBe('b');
  });

  test('one character in two roles declares nothing, and the recommended ones are read', () => {
    const pid = segment('PID|1||A^^^B&C~D', 'MSH|&&&&|');
    expect([pid.value(3), pid.value(3, 4), pid.value(3, 4, 2), pid.repetitions(3)]).toEqual(['A', 'B', 'C', 2]);
    expect(parse('MSH^^~\\&^').delimiters).toMatchObject({ field: '^', component: '', repetition: '~' });
  });

  test('letters and spaces are no delimiters', () => {
    expect(parse('MSH|^~ &|').delimiters).toMatchObject({ escape: '', subcomponent: '&' });
    expect(parse('MSHello world').header).toBeNull();
    expect(parse('MSH').header).toBeNull();
  });

  test.each(['\r', '\n', '\r\n', '\r\r\n', '\n\r'])('lines that end with %j are segments', (end) => {
    const message = parse(['MSH|^~\\&|', 'PID|1', 'PV1|1', ''].join(end));
    expect(message.segments.map(({ text }) => text)).toEqual(['MSH|^~\\&|', 'PID|1', 'PV1|1']);
  });

  test('line ends mixed in one message', () => {
    expect(parse('MSH|^~\\&|\rPID|1\nPV1|1\r\nOBX|1\r').segments.map(({ name }) => name)).toEqual([
      'MSH',
      'PID',
      'PV1',
      'OBX',
    ]);
    expect(parse('MSH|^~\\&|\nPID|1\rPV1|1\n').segments.map(({ name }) => name)).toEqual(['MSH', 'PID', 'PV1']);
  });

  test('a line break nobody escaped does not cut a result in two', () => {
    const message = parse('MSH|^~\\&|\rOBX|1|TX|||Ingen\nblödning|||N\rOBX|2');
    expect(message.first('OBX')?.freeText(5)).toBe('Ingen\nblödning');
    expect(message.first('OBX')?.value(8)).toBe('N');
    expect(message.all('OBX')).toHaveLength(2);
  });

  test.each(['\ufeff', '\r\n\r\n', '  \n', '\0\0', '\ufeff\r\n '])('%j before the header does not hide it', (lead) => {
    const message = parse(`${lead}MSH|^~\\&|A|\rPID|1`);
    expect(message.header?.value(3)).toBe('A');
    expect(message.segments).toHaveLength(2);
  });

  test('unknown, Z and oddly named segments are segments like the others', () => {
    const message = parse('MSH|^~\\&|\rZPI|hund|katt\r__proto__|x\rconstructor|y\rhasOwnProperty\rABCDEF|z');
    expect(message.all('__proto__').map((found) => found.value(1))).toEqual(['x']);
    expect(message.first('constructor')?.value(1)).toBe('y');
    expect(message.first('ZPI')?.value(2)).toBe('katt');
    expect(message.first('toString')).toBeUndefined();
    expect(message.segments.map(({ name }) => name)).toContain('hasOwnProperty');
  });

  test.each(['MSH|^~\\&|\rpid|1||x', 'msh|^~\\&|\rPID|1||x', ' MSH|^~\\&|\r  PID |1|| x \r'])(
    '%j: names in small letters, or with blanks around them, are those segments',
    (text) => {
      expect(parse(text).header).not.toBeNull();
      expect(parse(text).first('PID')?.value(3)).toBe('x');
    },
  );

  test('trailing separators and missing fields are neither more nor less than written', () => {
    const pid = segment('PID|1|||');
    expect([pid.fieldCount, pid.raw(4), pid.raw(0), pid.raw(-1), pid.raw(Number.NaN)]).toEqual([4, '', '', '', '']);
    expect(segment('EVN').fieldCount).toBe(0);
  });

  test.each(['2.1', '2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.8', '2.9', '9.9', ''])(
    'version «%s» is read the same way',
    (version) => {
      const message = parse(`MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|${version}\rPID|1||189001019802^^^SKV`);
      expect(message.first('PID')?.value(3)).toBe('189001019802');
    },
  );

  test.each(['', 'hello', '\r', 'PID|1||x', 'BHS|^~\\&|A', '\0', 'mshx^~\\&x'])(
    '%j has no header, and says so',
    (text) => {
      expect(parse(text).header).toBeNull();
    },
  );

  test('a batch envelope counts its fields as a header does', () => {
    const envelope = parse('BHS|^~\\&|A|B|C|D|2026||FULL^LOAD|||7\r');
    expect(envelope.first('BHS')?.value(9)).toBe('FULL');
    expect(envelope.first('BHS')?.value(3)).toBe('A');
  });
});

describe('c3.11: text for people is never cut short', () => {
  test('& and ^ nobody escaped stay in the text (nHapi #570)', () => {
    const obx = segment('OBX|1|ST|||http://a/?x=1&y=2^3');
    expect(obx.freeText(5)).toBe('http://a/?x=1&y=2^3');
    expect(obx.raw(5)).toBe('http://a/?x=1&y=2^3');
  });

  test('a text of several repetitions is several lines, and each can be had alone', () => {
    const obx = segment('OBX|1|TX|||rad 1~rad\\.br\\2~""~');
    expect(obx.freeText(5)).toBe('rad 1\nrad\n2\n\n');
    expect([obx.freeText(5, 2), obx.freeText(5, 3), obx.freeText(5, 4)]).toEqual(['rad\n2', null, undefined]);
  });
});

describe('sizes beyond every real message', () => {
  test('more segments than the bound: the message says it is not whole', () => {
    expect(parse('MSH|^~\\&|\r'.concat('Z|\r'.repeat(limits.hl7SegmentsMax - 1))).tooLarge).toBe(false);
    const message = parse('MSH|^~\\&|\r'.concat('Z|\r'.repeat(limits.hl7SegmentsMax)));
    expect(message.tooLarge).toBe(true);
    expect(message.segments).toHaveLength(limits.hl7SegmentsMax);
  });

  test('more fields or repetitions than the bound: the message says it is not whole', () => {
    expect(parse(`MSH|^~\\&|\rOBX${'|'.repeat(limits.hl7FieldsMax)}`).tooLarge).toBe(false);
    expect(parse(`MSH|^~\\&|\rOBX${'|'.repeat(limits.hl7FieldsMax + 1)}`).tooLarge).toBe(true);
    expect(parse(`MSH|^~\\&|\rOBX|1${'~'.repeat(limits.hl7FieldsMax + 1)}`).tooLarge).toBe(true);
  });

  test('a scanned document of many megabytes is one value', () => {
    const document = 'QUJD'.repeat(2_000_000);
    const obx = segment(`OBX|1|ED|||^application^pdf^Base64^${document}||||||F`);
    expect(obx.value(5, 5)?.length).toBe(document.length);
    expect(obx.value(11)).toBe('F');
  });
});
