import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCertificate } from './certificate.fixture.ts';
import { MllpClient } from './client.ts';
import { MllpFramer } from './framing.ts';
import {
  type ConnectionHandler,
  type FrameOrigin,
  MllpServer,
  type MllpServerOptions,
  type Remains,
} from './server.ts';
import { enframe } from './wire.ts';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const answerTo = (frame: Uint8Array): Uint8Array => Buffer.concat([Buffer.from('AA '), frame]);

const answering: ConnectionHandler = {
  frame: (frame, origin) => origin.answer(answerTo(frame)),
  tooLarge: (head, bytesTotal, origin) => origin.answer(Buffer.from(`AR ${text(head)} ${bytesTotal}`)),
  remains: () => undefined,
};

async function startServer(options: Partial<MllpServerOptions> = {}): Promise<{ server: MllpServer; port: number }> {
  const server = new MllpServer({ handler: answering, port: 0, ...options });
  const { port } = await server.listen();
  cleanups.push(() => server.close({ graceMs: 0 }));
  return { server, port };
}

function client(port: number, options: Partial<ConstructorParameters<typeof MllpClient>[0]> = {}): MllpClient {
  const made = new MllpClient({ host: '127.0.0.1', port, answerTimeoutMs: 20_000, ...options });
  cleanups.push(() => made.close());
  return made;
}

/** A sender that writes bytes as they are; resolves each answer in turn. */
async function rawSender(port: number): Promise<{ socket: Socket; answers(count: number): Promise<string[]> }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  cleanups.push(() => void socket.destroy());
  await once(socket, 'connect');
  const framer = new MllpFramer({ frameBytesMax: 1e6, strayBytesMax: 100 });
  const got: string[] = [];
  let wake = (): void => undefined;
  socket.on('data', (chunk: Uint8Array) => {
    for (const event of framer.push(chunk)) if (event.kind === 'frame') got.push(text(event.bytes));
    wake();
  });
  const answers = async (count: number): Promise<string[]> => {
    while (got.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return got.splice(0, count);
  };
  return { socket, answers };
}

/** Frames that wait until the test decides. */
function holding(): {
  handler: ConnectionHandler;
  frames: { frame: string; origin: FrameOrigin }[];
  remains: Remains[];
  next(count: number): Promise<void>;
} {
  const frames: { frame: string; origin: FrameOrigin }[] = [];
  const remains: Remains[] = [];
  let wake = (): void => undefined;
  return {
    frames,
    remains,
    handler: {
      frame: (frame, origin) => {
        frames.push({ frame: text(frame), origin });
        wake();
      },
      tooLarge: () => undefined,
      remains: (left) => {
        remains.push(left);
        wake();
      },
    },
    next: async (count) => {
      while (frames.length + remains.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

describe('every message gets its own answer', () => {
  test('two messages in one piece are both answered', async () => {
    const { port } = await startServer();
    const { socket, answers } = await rawSender(port);
    socket.write('\x0bMSH|1\x1c\r\x0bMSH|2\x1c\r');
    expect(await answers(2)).toEqual(['AA MSH|1', 'AA MSH|2']);
  });

  test('many messages on one connection (hl7apy #37), many in flight (simple-hl7 #51): none lost, order kept', async () => {
    const { port } = await startServer();
    const sender = client(port, { window: 64 });
    const contents = Array.from({ length: 3_000 }, (_, number) => `MSH|${number}|${'x'.repeat(number % 97)}`);
    const answers = await Promise.all(contents.map((content) => sender.send(Buffer.from(content))));
    expect(answers.map(text)).toEqual(contents.map((content) => `AA ${content}`));
    expect(sender.answersUnasked).toBe(0);
  });

  test('answers leave in the order the messages came, even when decided in another', async () => {
    const held = holding();
    const { port } = await startServer({ handler: held.handler });
    const { socket, answers } = await rawSender(port);
    socket.write('\x0bMSH|1\x1c\r\x0bMSH|2\x1c\r\x0bMSH|3\x1c\r');
    await held.next(3);
    for (const at of [2, 0, 1]) held.frames[at]?.origin.answer(Buffer.from(`answer ${at + 1}`));
    expect(await answers(3)).toEqual(['answer 1', 'answer 2', 'answer 3']);
  });

  test('several answers to one frame, silence for another, and a later answer unasked', async () => {
    const held = holding();
    const { port } = await startServer({ handler: held.handler });
    const { socket, answers } = await rawSender(port);
    socket.write('\x0bMSH|1\x1c\r\x0bMSH|2\x1c\r\x0bMSH|3\x1c\r');
    await held.next(3);
    held.frames[0]?.origin.answerAll([Buffer.from('1a'), Buffer.from('1b')]);
    held.frames[1]?.origin.answerAll([]);
    held.frames[2]?.origin.answer(Buffer.from('3'));
    held.frames[0]?.origin.sendLater(Buffer.from('1 used'));
    expect(await answers(4)).toEqual(['1a', '1b', '3', '1 used']);
    expect(() => held.frames[2]?.origin.answer(Buffer.from('again'))).toThrow('answered twice');
  });

  test('a sender that closes its side after the last message still hears the answer', async () => {
    const held = holding();
    const { port } = await startServer({ handler: held.handler });
    const { socket, answers } = await rawSender(port);
    socket.end('\x0bMSH|1\x1c\r');
    await held.next(1);
    held.frames[0]?.origin.answer(Buffer.from('late'));
    expect(await answers(1)).toEqual(['late']);
    if (!socket.readableEnded) await once(socket, 'end');
  });

  test('a message of more than 200 KB (node-hl7-server #86) is whole', async () => {
    const { port } = await startServer();
    const content = `MSH|${'Å'.repeat(5_000_000)}`;
    expect(text(await client(port).send(Buffer.from(content, 'latin1')))).toBe(`AA ${content}`);
  });

  test('a frame beyond the bound is refused by its head and the next message is answered', async () => {
    const { port, server } = await startServer({ bounds: { frameBytesMax: 50, strayBytesMax: 8 } });
    const sender = client(port);
    expect(text(await sender.send(Buffer.from(`MSH|${'x'.repeat(100)}`)))).toBe('AR MSH|xxxx 104');
    expect(text(await sender.send(Buffer.from('MSH|2')))).toBe('AA MSH|2');
    expect(server.status().connections[0]).toMatchObject({ tooLarge: 1, frames: 1, answers: 2, unanswered: 0 });
  });
});

describe('c3.9 MLLP: what is no message is kept apart and stops nobody', () => {
  test('a message broken off by a restart and garbage between frames are handed over, the rest is answered', async () => {
    const held = holding();
    const { port } = await startServer({ handler: held.handler });
    const { socket } = await rawSender(port);
    socket.write('junk\x0bMSH|1\rPI\x0bMSH|2\x1c\r');
    await held.next(3);
    expect(held.remains.map((left) => [left.kind, text(left.bytes)])).toEqual([
      ['stray', 'junk'],
      ['abandoned', 'MSH|1\rPI'],
    ]);
    expect(held.frames.map((one) => one.frame)).toEqual(['MSH|2']);
  });

  test('a sender that dies in the middle of a message leaves its half, set apart, and others go on', async () => {
    const held = holding();
    const { port, server } = await startServer({ handler: held.handler });
    const { socket } = await rawSender(port);
    socket.write('\x0bMSH|1\x1c\r\x0bMSH|2 half');
    await held.next(1);
    socket.resetAndDestroy();
    await held.next(2);
    expect(held.remains.map((left) => text(left.bytes))).toEqual(['MSH|2 half']);
    // The answer to the message before has nowhere to go; nothing happens.
    held.frames[0]?.origin.answer(Buffer.from('late'));
    expect(server.status().connections).toEqual([]);
  });

  test('a half message whose sender falls silent is set apart and the line is closed', async () => {
    const held = holding();
    const { port } = await startServer({ handler: held.handler, bounds: { frameIdleMs: 20 } });
    const { socket } = await rawSender(port);
    socket.write('\x0bMSH|half');
    socket.on('end', () => socket.end());
    await once(socket, 'close');
    expect(held.remains.map((left) => [left.kind, text(left.bytes)])).toEqual([['abandoned', 'MSH|half']]);
  });

  test('FS without CR and then silence is answered', async () => {
    const { port } = await startServer({ bounds: { frameEndWaitMs: 10 } });
    const { socket, answers } = await rawSender(port);
    socket.write('\x0bMSH|1\x1c');
    expect(await answers(1)).toEqual(['AA MSH|1']);
    socket.write('\r\x0bMSH|2\x1c\r');
    expect(await answers(1)).toEqual(['AA MSH|2']);
  });

  test('a line that has long been silent is closed', async () => {
    const { port } = await startServer({ bounds: { connectionIdleMs: 20 } });
    const { socket } = await rawSender(port);
    socket.resume();
    socket.on('end', () => socket.end());
    await once(socket, 'close');
    expect(socket.errored).toBeNull();
  });
});

describe('many senders at once', () => {
  test('letters of one sender never meet another: 8859/1, Windows-1252 and UTF-8 cut at every byte, mixed in time', async () => {
    const { port } = await startServer();
    const senders = await Promise.all(Array.from({ length: 12 }, () => rawSender(port)));
    const letters = [
      Buffer.from('Åsa Öberg', 'latin1'),
      Buffer.from([0x80, 0x93, 0xe5, 0x94]),
      Buffer.from('Åsa Öberg', 'utf8'),
    ];
    const frames = senders.map((_, number) => {
      const name = letters[number % 3] ?? Buffer.of();
      return Buffer.concat([Buffer.from(`\x0bMSH|${number}|`), name, Buffer.from('\x1c\r')]);
    });
    const longest = Math.max(...frames.map((frame) => frame.length));
    for (let at = 0; at < longest; at += 1) {
      for (const [number, sender] of senders.entries())
        sender.socket.write(frames[number]?.subarray(at, at + 1) ?? Buffer.of());
      await new Promise((resolve) => setImmediate(resolve));
    }
    const answers = await Promise.all(senders.map((sender) => sender.answers(1)));
    expect(answers.map(([answer]) => answer)).toEqual(
      frames.map((frame) => `AA ${frame.toString('latin1', 1, frame.length - 2)}`),
    );
  });

  test('a sender that is not answered is no longer read, others are, and it loses nothing', async () => {
    const held = holding();
    const { port, server } = await startServer({ handler: held.handler, bounds: { unansweredBytesMax: 4_000 } });
    const flooding = client(port, { window: 1_000 });
    const sent = Array.from({ length: 200 }, (_, number) =>
      flooding.send(Buffer.from(`MSH|${number}|${'x'.repeat(1_000)}`)),
    );
    await held.next(4);
    const [connection] = server.status().connections;
    expect(connection?.unanswered).toBe(4);
    expect(connection?.pauses).toBe(1);
    const other = client(port).send(Buffer.from('MSH|other'));
    await held.next(5);
    held.frames[4]?.origin.answer(Buffer.from('other'));
    expect(text(await other)).toBe('other');
    held.frames.splice(4, 1);
    for (let at = 0; at < 200; at += 1) {
      await held.next(at + 1);
      held.frames[at]?.origin.answer(Buffer.from(`${at}`));
    }
    expect((await Promise.all(sent)).map(text)).toEqual(sent.map((_, at) => `${at}`));
  });

  test('a sender too many is turned away and counted, and finds room when another leaves', async () => {
    const { port, server } = await startServer({ connectionsMax: 1 });
    const first = client(port);
    await first.send(Buffer.from('MSH|1'));
    await expect(client(port).send(Buffer.from('MSH|2'))).rejects.toMatchObject({ name: 'MllpSendError' });
    expect(server.status()).toMatchObject({ accepted: 1, refusedTooMany: 1 });
    await first.close();
    const again = { attemptsMax: 50, firstDelayMs: 1, delayMsMax: 20 };
    expect(text(await client(port, { again }).send(Buffer.from('MSH|3')))).toBe('AA MSH|3');
  });
});

describe('who may send', () => {
  test.each([
    [['127.0.0.1'], true],
    [['10.0.0.0/8', '127.0.0.0/8'], true],
    [['10.0.0.0/8', '::1'], false],
    [[], false],
  ])('with %j allowed, this machine is heard: %s', async (allow, isHeard) => {
    const { port, server } = await startServer({ allow });
    const sent = client(port).send(Buffer.from('MSH|1'));
    if (isHeard) expect(text(await sent)).toBe('AA MSH|1');
    else await expect(sent).rejects.toMatchObject({ name: 'MllpSendError' });
    expect(server.status().refusedAddress).toBe(isHeard ? 0 : 1);
  });

  test('allowed addresses that mean nothing are all named at once', () => {
    const allow = ['10.0.0.1', '10.0.0.0/33', 'labbet', '10.0.0.0/8/8', 'fd00::/8'];
    expect(() => new MllpServer({ handler: answering, port: 0, allow })).toThrow(
      'mllpAllow: "10.0.0.0/33", "labbet", "10.0.0.0/8/8" är ingen adress',
    );
  });

  test('over an encrypted line, only a sender with a certificate of ours is heard, and its name is known', async () => {
    const ours = makeCertificate('Testregionens utfärdare');
    const station = makeCertificate('station', ours);
    const lab = makeCertificate('Labbsystemet', ours);
    const stranger = makeCertificate('frammande', makeCertificate('annan'));
    const names: (string | undefined)[] = [];
    const { port, server } = await startServer({
      tls: { key: station.key, cert: station.cert, clientAuthorities: ours.cert },
      handler: {
        ...answering,
        frame: (frame, origin) => {
          names.push(origin.clientCertificate?.subject);
          origin.answer(answerTo(frame));
        },
      },
    });
    const tls = { authorities: ours.cert, serverName: 'localhost' };
    const heard = client(port, { tls: { ...tls, key: lab.key, cert: lab.cert } });
    expect(text(await heard.send(Buffer.from('MSH|1')))).toBe('AA MSH|1');
    expect(names).toEqual(['Labbsystemet']);
    for (const refused of [{ ...tls, key: stranger.key, cert: stranger.cert }, tls]) {
      await expect(client(port, { tls: refused }).send(Buffer.from('MSH|2'))).rejects.toMatchObject({
        name: 'MllpSendError',
      });
    }
    await expect(client(port).send(Buffer.from('MSH|3'))).rejects.toMatchObject({ name: 'MllpSendError' });
    expect(server.status()).toMatchObject({ accepted: 1, refusedEncryption: 3 });
    expect(names).toHaveLength(1);
  });
});

describe('opening and closing', () => {
  test('a port already taken is said in words that help', async () => {
    const { port } = await startServer();
    const second = new MllpServer({ handler: answering, port });
    await expect(second.listen()).rejects.toMatchObject({
      code: 'station.port-busy',
      detail: expect.stringMatching(/^MLLP 127\.0\.0\.1:\d+ \(EADDRINUSE\)$/),
    });
  });

  test('an address this machine does not have is said in words that help', async () => {
    const server = new MllpServer({ handler: answering, port: 0, host: '192.0.2.1' });
    await expect(server.listen()).rejects.toMatchObject({ code: 'station.address-absent' });
  });

  test('closing answers what was received, reads no more, and ends the lines', async () => {
    const held = holding();
    const { port, server } = await startServer({ handler: held.handler });
    const { socket, answers } = await rawSender(port);
    socket.on('end', () => socket.end());
    socket.write('\x0bMSH|1\x1c\r\x0bMSH|half');
    await held.next(1);
    const closed = server.close({ graceMs: 60_000 });
    held.frames[0]?.origin.answer(Buffer.from('in time'));
    expect(await answers(1)).toEqual(['in time']);
    await closed;
    expect(held.remains.map((left) => text(left.bytes))).toEqual(['MSH|half']);
  });

  test('closing does not wait for ever for an answer that never comes', async () => {
    const held = holding();
    const { port, server } = await startServer({ handler: held.handler });
    const sent = client(port).send(Buffer.from('MSH|1'));
    sent.catch(() => undefined);
    await held.next(1);
    await server.close({ graceMs: 10 });
    await expect(sent).rejects.toMatchObject({ code: 'send.line-lost', wasSent: true });
  });
});

describe('the sending side', () => {
  test('an answer that does not come in time drops the line, so that it can never be taken for the next message', async () => {
    const held = holding();
    const { port } = await startServer({ handler: held.handler });
    const sender = client(port, { answerTimeoutMs: 15 });
    await expect(sender.send(Buffer.from('MSH|1'))).rejects.toMatchObject({ code: 'send.no-answer', wasSent: true });
    held.frames[0]?.origin.answer(Buffer.from('late answer to 1'));
    const second = sender.send(Buffer.from('MSH|2'));
    await held.next(2);
    held.frames[1]?.origin.answer(Buffer.from('answer to 2'));
    expect(text(await second)).toBe('answer to 2');
  });

  test('a lost line is opened again and what was unanswered is sent again in order', async () => {
    let connections = 0;
    const seen: string[] = [];
    const server = createServer((socket) => {
      connections += 1;
      const framer = new MllpFramer({ frameBytesMax: 1e6, strayBytesMax: 100 });
      const isFirst = connections === 1;
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        for (const event of framer.push(chunk)) {
          if (event.kind !== 'frame') continue;
          seen.push(text(event.bytes));
          if (isFirst && seen.length === 2) socket.destroy();
          else if (!socket.destroyed) socket.write(enframe(answerTo(event.bytes)));
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const sender = client(port, { again: { attemptsMax: 3, firstDelayMs: 1, delayMsMax: 5 } });
    const answers = await Promise.all(['MSH|1', 'MSH|2', 'MSH|3'].map((content) => sender.send(Buffer.from(content))));
    expect(answers.map(text)).toEqual(['AA MSH|1', 'AA MSH|2', 'AA MSH|3']);
    expect(seen).toEqual(['MSH|1', 'MSH|2', 'MSH|2', 'MSH|3']);
  });

  test('nobody at the port: the error says so, and that nothing was sent', async () => {
    const { port, server } = await startServer();
    await server.close({ graceMs: 0 });
    await expect(client(port).send(Buffer.from('MSH|1'))).rejects.toMatchObject({
      code: 'send.not-connected',
      wasSent: false,
      message: 'send.not-connected (ECONNREFUSED)',
    });
  });

  test('a sender that is closed says so to what was waiting', async () => {
    const held = holding();
    const { port } = await startServer({ handler: held.handler });
    const sender = client(port);
    const sent = sender.send(Buffer.from('MSH|1'));
    sent.catch(() => undefined);
    await held.next(1);
    await sender.close();
    await expect(sent).rejects.toMatchObject({ code: 'send.closed', wasSent: true });
    await expect(sender.send(Buffer.from('MSH|2'))).rejects.toMatchObject({ code: 'send.closed', wasSent: false });
  });
});

describe('all senders’ unfinished messages together', () => {
  test('never take more than there is room for: one large after the other goes on, ordinary ones at once, none is lost', async () => {
    const { server, port } = await startServer({ room: { bytesMax: 3_000, freeBytes: 500 } });
    const senders = [await rawSender(port), await rawSender(port), await rawSender(port)];
    const bytesOf = (place: number): number => server.status().connections[place]?.bytes ?? 0;
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    for (const [place, { socket }] of senders.entries()) {
      socket.write(`\x0bMSH|${place}|${'x'.repeat(2_000)}`);
      await until(() => bytesOf(place) > 2_000);
    }
    const [first, second, third] = senders;
    for (const { socket } of [third, second, first].flatMap((each) => each ?? [])) socket.write('y'.repeat(4_000));
    // The first is read on; the others, and what they wrote since, wait on their own side.
    await until(() => bytesOf(0) > 6_000);
    const small = await rawSender(port);
    small.socket.write('\x0bMSH|small\x1c\r');
    expect(await small.answers(1)).toEqual(['AA MSH|small']);
    expect([bytesOf(1), bytesOf(2)]).toEqual([2_007, 2_007]);
    for (const [place, { socket, answers }] of senders.entries()) {
      socket.write('\x1c\r');
      expect(await answers(1)).toEqual([`AA MSH|${place}|${'x'.repeat(2_000)}${'y'.repeat(4_000)}`]);
    }
  });

  test('a sender that goes while others wait for its room leaves it to them', async () => {
    const { server, port } = await startServer({ room: { bytesMax: 1_000, freeBytes: 100 } });
    const gone = await rawSender(port);
    gone.socket.write(`\x0bMSH|${'x'.repeat(2_000)}`);
    while ((server.status().connections[0]?.bytes ?? 0) < 2_000) await new Promise((resolve) => setTimeout(resolve, 5));
    const stays = await rawSender(port);
    stays.socket.write(`\x0bMSH|${'y'.repeat(2_000)}`);
    while ((server.status().connections[1]?.pauses ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stays.socket.write('\x1c\r');
    gone.socket.destroy();
    expect(await stays.answers(1)).toEqual([`AA MSH|${'y'.repeat(2_000)}`]);
  });
});
