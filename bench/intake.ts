// Received and acknowledged: the whole station against the bare loop and other programs, on the same messages, in turns, so that
// a busy minute of the machine meets them all.

import { settled } from './ask.ts';
import { type ChildServer, startBareLoop, startPeer, startStation } from './children.ts';
import { adt, oru } from './messages.ts';
import { type BenchRow, median, ms, rate } from './report.ts';
import { scratchFolder } from './scratch.ts';
import { type SendingResult, sendAll } from './senders.ts';

/** Two of three messages of a hospital are about where somebody is. */
let sent = 0;
export const nextMessage = (): Buffer => {
  const index = sent++;
  return index % 3 === 2 ? oru(index, index % 1000) : adt(index, index % 1000, 'A08');
};

const SENDERS = [1, 8, 64];

export async function measureIntake({ isQuick }: { isQuick: boolean }): Promise<BenchRow[]> {
  const station = await startStation(scratchFolder('intake'));
  const bare = await startBareLoop(scratchFolder('bare-loop'));
  const peers = { '@medplum/hl7': await startPeer('medplum'), 'node-hl7-server': await startPeer('node-hl7') };
  const rounds = isQuick ? 3 : 5;
  const seconds = isQuick ? 0.6 : 1.5;
  const rows: BenchRow[] = [];
  const send = (server: { port: number }, senders: number): Promise<SendingResult> =>
    sendAll({ port: server.port, senders, seconds, rate: null, message: nextMessage });
  const own = { port: station.mllpPort };
  const peerRates = new Map<string, number[]>();
  await send(own, 8);
  await send(bare, 8);
  for (const senders of SENDERS) {
    const ours: number[] = [];
    const least: number[] = [];
    let refused = 0;
    for (let round = 0; round < rounds; round++) {
      const result = await send(own, senders);
      refused += result.refused;
      ours.push(result.perSecond);
      await settled(station);
      least.push((await send(bare, senders)).perSecond);
      if (senders !== 8) continue;
      for (const [name, peer] of Object.entries(peers))
        if (peer !== null) peerRates.set(name, [...(peerRates.get(name) ?? []), (await send(peer, senders)).perSecond]);
    }
    if (refused > 0) throw new Error(`${refused} messages were refused`);
    const ratio = median(ours) / median(least);
    rows.push({
      group: 'received and acknowledged',
      what: `${senders} stop-and-wait ${senders === 1 ? 'sender' : 'senders'}`,
      ours: rate(median(ours)),
      bare: rate(median(least)),
      ratio,
      budget: '≥ 0.50 of bare',
      isMet: ratio >= 0.5,
    });
    if (senders === 8) rows.push(...peerRows(peerRates, median(ours)));
  }
  await endAll([bare, ...Object.values(peers)]);
  await settled(station);
  const steady = await sendAll({
    port: station.mllpPort,
    senders: 16,
    seconds: isQuick ? 4 : 10,
    rate: 300,
    message: nextMessage,
  });
  rows.push({
    group: 'received and acknowledged',
    what: 'answer at 300 messages/s, 16 senders, p99',
    ours: ms(steady.p99Ms),
    bare: `p50 ${ms(steady.p50Ms)}`,
    ratio: null,
    budget: '≤ 20 ms',
    isMet: steady.p99Ms <= 20,
    note: `${rate(steady.perSecond)} kept up; the copy is brought up to date meanwhile`,
  });
  await station.stop();
  return rows;
}

function peerRows(peerRates: ReadonlyMap<string, readonly number[]>, ours: number): BenchRow[] {
  return [...peerRates].map(([name, rates]) => ({
    group: 'received and acknowledged',
    what: `8 senders: ${name}, which keeps nothing`,
    ours: rate(ours),
    bare: rate(median(rates)),
    ratio: ours / median(rates),
    budget: null,
    isMet: null,
  }));
}

async function endAll(servers: readonly (ChildServer | null)[]): Promise<void> {
  for (const server of servers) await server?.stop();
}
