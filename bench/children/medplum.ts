// @medplum/hl7's server, answering as its documentation shows. It keeps nothing. Prints its port.

import { type Hl7MessageEvent, Hl7Server } from '@medplum/hl7';

const port = 20_000 + Math.floor(Math.random() * 20_000);
const server = new Hl7Server((connection) => {
  connection.addEventListener('message', ({ message }: Hl7MessageEvent) => connection.send(message.buildAck()));
});
await server.start(port);
process.stdout.write(`${port}\n`);
