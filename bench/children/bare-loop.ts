// The least a durable receiver can do: cut frames at 0x1C 0x0D, one row a message into the same kind of database, one commit
// with fsync for what came meanwhile, a fixed answer. No parsing, no repetitions, no second database. Prints its port.

import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { openDatabase } from '../../src/station/files/open-database.ts';

const [folder] = process.argv.slice(2);
const db = openDatabase({ file: join(folder ?? '.', 'bare.db'), key: Buffer.alloc(32, 7), role: 'inbox' });
db.exec('CREATE TABLE row (seq INTEGER PRIMARY KEY, raw BLOB NOT NULL)');
const insert = db.prepare('INSERT INTO row (raw) VALUES (?)');
const ANSWER = Buffer.from('\x0bMSH|^~\\&|A|B|C|D|20260101||ACK|1|P|2.5\rMSA|AA|1\r\x1c\r', 'latin1');
const END = Buffer.from([0x1c, 0x0d]);

let group: { readonly socket: Socket; readonly raw: Buffer }[] = [];
const commit = db.transaction((rows: typeof group) => {
  for (const { raw } of rows) insert.run(raw);
});
const server = createServer((socket) => {
  let held: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let end = held.indexOf(END); end >= 0; end = held.indexOf(END)) {
      if (group.length === 0) setImmediate(flush);
      group.push({ socket, raw: held.subarray(1, end) });
      held = held.subarray(end + END.length);
    }
  });
});
function flush(): void {
  const rows = group;
  group = [];
  commit.immediate(rows);
  for (const { socket } of rows) socket.write(ANSWER);
}
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as { port: number }).port}\n`));
