import { Hl7Message as MedplumMessage } from '@medplum/core';
import { Message as NodeHl7Message } from 'node-hl7-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MllpClient } from '../mllp/client.ts';
import { type FrameOrigin, MllpServer } from '../mllp/server.ts';
import { acceptCode, acknowledge, acknowledgeBatch, answerMode } from './acknowledge.ts';
import { type Hl7Message, parseMessage } from './message.ts';
import { realFiles, whyNoRealFiles } from './real-files.fixture.ts';
import { serialise } from './serialise.ts';
import { splitFrame } from './split.ts';

const files = realFiles();
const END_MARK = String.fromCharCode(0x1c);
const parse = (bytes: Uint8Array): Hl7Message => parseMessage(bytes, { charset: 'windows-1252' });
const messagesOf = (bytes: Uint8Array): readonly Uint8Array[] =>
  splitFrame(bytes)
    .slices.filter(({ kind }) => kind === 'message')
    .map((slice) => slice.bytes);
const title = whyNoRealFiles ?? `${files.length} filer`;

describe.skipIf(whyNoRealFiles !== null)(`real messages from elsewhere (${title})`, () => {
  test('there are some', () => {
    expect(files.length).toBeGreaterThan(400);
  });

  test('every file parses and every byte of it can be had back', () => {
    const lost = files.filter(({ bytes }) => {
      const { slices } = splitFrame(bytes);
      const whole = Buffer.concat(slices.map((slice) => slice.bytes)).equals(bytes);
      return !whole || slices.some((slice) => !Buffer.from(serialise(parse(slice.bytes))).equals(slice.bytes));
    });
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  test('every message but the one made without a header is understood to be a message', () => {
    const headless = files.filter(({ bytes }) => messagesOf(bytes).some((message) => parse(message).header === null));
    expect(headless.map(({ name }) => name)).toEqual(['hl7v2-cosyte/fixtures/malformed/no-msh-segment.hl7']);
  });

  describe('over a real socket', () => {
    const received: Buffer[] = [];
    let server: MllpServer;
    let client: MllpClient;

    beforeAll(async () => {
      server = new MllpServer({
        port: 0,
        handler: {
          frame: (frame, origin) => {
            received.push(Buffer.from(frame));
            answer(frame, origin);
          },
          tooLarge: (head, _bytes, origin) => answer(head, origin),
          remains: () => undefined,
        },
      });
      const { port } = await server.listen();
      client = new MllpClient({ host: '127.0.0.1', port, window: 8, answerTimeoutMs: 20_000 });
    });

    afterAll(async () => {
      await client.close();
      await server.close({ graceMs: 0 });
    });

    test('each message gets exactly one answer that names it, and its bytes arrive whole', async () => {
      const sent = files.map(async ({ bytes }) => {
        const { isBatch } = splitFrame(bytes);
        return client.sendForAnswers(bytes, isBatch ? 1 : messagesOf(bytes).length);
      });
      const answers = await Promise.all(sent);
      const wrong = files.filter(({ bytes }, at) => {
        const wanted = messagesOf(bytes).map((message) => parse(message).header?.raw(10) ?? '');
        const given = (answers[at] ?? []).flatMap((answered) =>
          parse(answered)
            .all('MSA')
            .map((msa) => msa.raw(2)),
        );
        return JSON.stringify(given) !== JSON.stringify(wanted);
      });
      expect(wrong.map(({ name }) => name)).toEqual([]);
      expect(client.answersUnasked).toBe(0);
      // Three of the files still have a wrapper they were once sent in; it is not content.
      const withoutWrapper = (text: string): string => text.replace(/^\v/, '').split(END_MARK, 1)[0] ?? '';
      const arrived = received.map((frame) => frame.toString('latin1'));
      expect(arrived).toEqual(files.map(({ bytes }) => withoutWrapper(bytes.toString('latin1'))));
    });
  });

  test('@medplum/core cuts the same messages into the same segments, fields and components', () => {
    let compared = 0;
    const differences: string[] = [];
    const compare = (place: string, our: string, their: string): void => {
      compared += 1;
      if (our !== their) differences.push(place);
    };
    for (const { name, bytes } of files) {
      for (const message of messagesOf(bytes).map(parse)) {
        const theirs = medplum(message);
        if (theirs === null) continue;
        for (const [at, segment] of message.segments.entries()) {
          const their = theirs.segments[at];
          // (Deliberately different: we read a segment name in small letters, or with blanks around it, as the segment it is.)
          compare(`${name} ${segment.name}`, segment.name, their?.name.trim().toUpperCase() ?? '');
          // (Deliberately different: they drop the fifth character of MSH-2.)
          for (let field = segment.name === 'MSH' ? 3 : 1; field <= segment.fieldCount; field += 1) {
            const place = `${name} ${segment.name}-${field}`;
            compare(place, segment.raw(field), their?.getField(field)?.toString() ?? '');
            for (const [our, theirPart] of components(segment, field, their)) compare(place, our, theirPart);
          }
        }
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(50_000);
  });

  test('node-hl7-client reads the same values where it reads the message at all', () => {
    let compared = 0;
    const differences = new Set<string>();
    for (const { bytes } of files) {
      for (const message of messagesOf(bytes).map(parse)) {
        const pid = message.first('PID');
        const theirs = nodeHl7(message);
        // (Deliberately different: it does not know a segment whose name is in small letters, and trims some values.)
        if (theirs === null || !pid?.text.startsWith('PID') || message.all('PID').length !== 1) continue;
        for (let field = 1; field <= pid.fieldCount; field += 1) {
          for (let component = 1; component <= 6; component += 1) {
            const their = valueAt(theirs, `PID.${field}.${component}`);
            if (their === null || message.header?.raw(2) === '&&&&') continue;
            const our = pid.value(field, component);
            compared += 1;
            const same = our === null ? their === '""' || their === '' : (our ?? '').trim() === their.trim();
            if (!same) differences.add(`PID-${field}.${component}`);
          }
        }
      }
    }
    expect([...differences]).toEqual([]);
    expect(compared).toBeGreaterThan(1_000);
  });
});

function answer(frame: Uint8Array, origin: FrameOrigin): void {
  const { slices, isBatch } = splitFrame(frame);
  const messages = messagesOf(frame).map(parse);
  const options = { controlId: 'R', atMs: 0 };
  const answers = messages.map((message) => ({
    ...options,
    message,
    code: acceptCode(answerMode(message, { acknowledge: 'once' }), 'kept'),
  }));
  const [envelope] = slices;
  if (isBatch && envelope !== undefined) origin.answer(acknowledgeBatch(parse(envelope.bytes), answers));
  else origin.answerAll(answers.map((one) => acknowledge(one.message, one)));
}

/**
 * Their parser knows CR and LF only, no byte order mark, no blank lines and nothing but MSH first. (Deliberately different:
 * where MSH-2 is short, or gives one character several roles, they have a delimiter the sender did not mean.)
 */
function medplum(message: Hl7Message): MedplumMessage | null {
  const encoding = message.header?.raw(2) ?? '';
  if (encoding.length < 4 || new Set(encoding).size < encoding.length) return null;
  return MedplumMessage.parse(message.segments.map(({ text }) => text.replaceAll('\n', ' ')).join('\r'));
}

function components(
  segment: Hl7Message['segments'][number],
  field: number,
  theirs: MedplumMessage['segments'][number] | undefined,
): [string, string][] {
  // (Deliberately different: they leave escapes undecoded, and cannot tell `""` from a value.)
  if (segment.raw(field).includes('\\') || segment.raw(field).includes('""')) return [];
  const pairs: [string, string][] = [];
  for (let repetition = 1; repetition <= segment.repetitions(field); repetition += 1) {
    for (let component = 1; component <= 8; component += 1) {
      const their = theirs?.getField(field)?.getComponent(component, 0, repetition - 1) ?? '';
      // (Deliberately different: blanks around a value are no part of it.)
      pairs.push([segment.value(field, component, 1, repetition) ?? '', their.trim()]);
    }
  }
  return pairs;
}

function nodeHl7(message: Hl7Message): NodeHl7Message | null {
  try {
    return new NodeHl7Message({ text: message.segments.map(({ text }) => text).join('\r') });
  } catch {
    // It refuses many real messages (versions, MSH-9, MSH-12); those it has no opinion on.
    return null;
  }
}

function valueAt(message: NodeHl7Message, path: string): string | null {
  try {
    return message.get(path).toString();
  } catch {
    // "Method not implemented": its way of saying that a part is absent.
    return null;
  }
}
