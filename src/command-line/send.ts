// Sends HL7 v2 messages from files to any MLLP receiver and tells every answer: what a technician tries a connection with.

import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../domain/failures.ts';
import { parseMessage } from '../intake/hl7v2/message.ts';
import { splitFrame } from '../intake/hl7v2/split.ts';
import { MllpClient, MllpSendError } from '../intake/mllp/client.ts';
import { MllpFramer } from '../intake/mllp/framing.ts';
import { limits } from '../limits.ts';
import type { Command } from './command.ts';

const ANSWER_WITHIN_MS = 30_000;
/** A header line: a page that only mentions MSH is no message. */
const HEADER = /(^|[\r\n\v])(\xef\xbb\xbf)?[ \t]*MSH[^A-Za-z0-9\s]/;
const FRAME_START = 0x0b;
/** May stand before the first frame of a recording: line breaks, blanks, a byte order mark. */
const BLANKS = new Set([0x0a, 0x0d, 0x20, 0x09, 0xef, 0xbb, 0xbf]);

export const send: Command = {
  name: 'send',
  summary: 'send HL7 v2 files over MLLP; a line an answer, then totals',
  usage: '<files|folders> --to host:port',
  help: `
Each message in the files is sent as one frame, in order, and its answer awaited. A file may hold several messages, a batch
(FHS/BHS, sent message by message), or MLLP frames as recorded. "-" reads standard input. Folders are read whole: every file
that holds an MSH line.`,
  flags: [
    { flag: '--to', kind: 'value', help: 'receiver, host:port (default 127.0.0.1:7072)' },
    { flag: '--whole-batches', kind: 'switch', help: 'send a batch as one frame; its one answer holds all' },
    { flag: '--quiet', kind: 'switch', help: 'totals only' },
  ],
  settings: 'none',
  printsData: true,
  async run(context) {
    const to = /^(.+):(\d{1,5})$/.exec(context.flags.get('--to') ?? '127.0.0.1:7072');
    if (to?.[1] === undefined) throw new Failure('request.invalid', '--to skrivs värd:port');
    if (context.words.length === 0) throw new Failure('request.invalid', 'ange filer eller mappar');
    const files = (await Promise.all(context.words.map(filesUnder))).flat();
    const client = new MllpClient({ host: to[1], port: Number(to[2]), answerTimeoutMs: ANSWER_WITHIN_MS });
    const codes = new Map<string, number>();
    const totals = { files: 0, messages: 0, bytes: 0 };
    try {
      for (const file of files) {
        const messages = messagesIn(await readInput(file), context.flags.has('--whole-batches'));
        if (messages.length === 0) continue;
        totals.files++;
        for (const [index, message] of messages.entries()) {
          totals.messages++;
          totals.bytes += message.length;
          const answer = await sendOne(client, message);
          codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1);
          if (context.flags.has('--quiet')) continue;
          const place = `${basename(file)}#${index + 1}`;
          context.out(
            context.isJson
              ? `${JSON.stringify({ place, ...answer })}\n`
              : `${`${place}  ${answer.code}  ${answer.text}`.trimEnd()}\n`,
          );
        }
      }
    } finally {
      await client.close();
    }
    const counts = Object.fromEntries([...codes].sort());
    context.out(
      context.isJson
        ? `${JSON.stringify({ ...totals, answers: counts })}\n`
        : `${totals.messages} meddelanden ur ${totals.files} filer: ${
            Object.entries(counts)
              .map(([code, count]) => `${count} ${code}`)
              .join(', ') || 'inga'
          }\n`,
    );
    return totals.messages > 0 && [...codes.keys()].every((code) => code === 'AA' || code === 'CA') ? 0 : 1;
  },
};

interface Answer {
  readonly code: string;
  /** MSA-3 or ERR text of the answer; what happened when there was none. */
  readonly text: string;
}

async function sendOne(client: MllpClient, message: Uint8Array): Promise<Answer> {
  try {
    const answer = parseMessage(await client.send(message), { charset: 'utf-8' });
    const status = answer.first('MSA');
    return { code: status?.value(1) ?? 'okänt', text: status?.freeText(3) ?? '' };
  } catch (error) {
    if (!(error instanceof MllpSendError)) throw error;
    if (error.code === 'send.not-connected') throw new Failure('send.no-receiver', null, { cause: error });
    return {
      code: 'inget svar',
      text: error.wasSent ? 'kan ha tagits emot; skicka samma meddelande igen' : 'skickades inte',
    };
  }
}

/** Messages of a file: MLLP frames as recorded, a batch, or messages one after the other. */
function messagesIn(bytes: Uint8Array, wholeBatches: boolean): Uint8Array[] {
  return recordedFrames(bytes).flatMap((frame) => {
    const split = splitFrame(frame);
    if (wholeBatches && split.isBatch) return [frame];
    return split.slices.filter((slice) => slice.kind === 'message').map((slice) => slice.bytes);
  });
}

/** The frames of a recording, cut as a receiver cuts them; any other file is one frame. A frame never ended is worth trying too. */
function recordedFrames(bytes: Uint8Array): Uint8Array[] {
  // A vertical tab inside a text makes no recording.
  if (bytes.find((byte) => !BLANKS.has(byte)) !== FRAME_START) return [bytes];
  const framer = new MllpFramer({ frameBytesMax: limits.mllpFrameBytesMax, strayBytesMax: limits.mllpStrayBytesMax });
  return [...framer.push(bytes), ...framer.end()].flatMap((event) => {
    if (event.kind === 'too-large') throw new Failure('request.too-large', 'ett meddelande i filen');
    return event.kind === 'frame' || event.kind === 'abandoned' ? [event.bytes] : [];
  });
}

async function readInput(file: string): Promise<Uint8Array> {
  if (file !== '-') return readFile(file);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function filesUnder(path: string): Promise<string[]> {
  if (path === '-') return [path];
  let status: ReturnType<typeof statSync>;
  try {
    status = statSync(path);
  } catch {
    throw new Failure('request.invalid', `${path} finns inte`);
  }
  if (!status.isDirectory()) return [path];
  const found: string[] = [];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (
      entry.isFile() &&
      statSync(file).size <= limits.mllpFrameBytesMax &&
      HEADER.test((await readFile(file)).toString('latin1'))
    )
      found.push(file);
  }
  return found.sort();
}
