// node-hl7-server, answering AA as its documentation shows. It keeps nothing. Prints its port.

import { Server } from 'node-hl7-server';

const port = 20_000 + Math.floor(Math.random() * 20_000);
const server = new Server({ bindAddress: '127.0.0.1' });
const inbound = server.createInbound({ port }, async (_request, response) => {
  await response.sendResponse('AA');
});
inbound.on('listen', () => process.stdout.write(`${port}\n`));
