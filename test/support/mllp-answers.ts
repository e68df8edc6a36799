// All answers of a station to what one sender writes without waiting.

import { connect } from 'node:net';
import { MllpFramer } from '../../src/intake/mllp/framing.ts';

/** Writes every message before any answer is read, ends its side of the line, and takes what comes until the station ends its own. */
export async function answersTo(messages: readonly Uint8Array[], port: number): Promise<string[]> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const framer = new MllpFramer({ frameBytesMax: 1e6, strayBytesMax: 100 });
  const answers: string[] = [];
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      for (const event of framer.push(chunk)) {
        if (event.kind !== 'frame') reject(new Error(`an answer was ${event.kind}`));
        else answers.push(Buffer.from(event.bytes).toString('latin1'));
      }
    });
    socket.on('end', () => {
      socket.end();
      resolve();
    });
  });
  for (const message of messages) socket.write(Buffer.concat([Buffer.of(0x0b), message, Buffer.of(0x1c, 0x0d)]));
  socket.end();
  await done;
  return answers;
}
