// Three systems that write åäö in three ways, at the same time, each on its own line cut to pieces by the network.

import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchHit } from '../src/copy/read/search.ts';
import { House } from './support/house.ts';

interface Sender {
  readonly id: string;
  readonly charset: 'iso-8859-1' | 'windows-1252' | 'utf-8';
  /** MSH-18. */
  readonly declares: string;
  readonly encoding: 'latin1' | 'utf8';
  readonly families: readonly string[];
  readonly note: string;
}

/** Windows-1252 has its dash, euro and š where 8859/1 has control characters. */
const WINDOWS: Readonly<Record<string, string>> = { '–': '\x96', '€': '\x80', š: '\x9a', Š: '\x8a' };
const PATIENTS = 24;

const senders: readonly Sender[] = [
  {
    id: 'journal',
    charset: 'iso-8859-1',
    declares: '8859/1',
    encoding: 'latin1',
    families: ['Åkerhielm', 'Äppelqvist', 'Öfverstén'],
    note: 'Blåmärke på vänster höft, hög ålder, ömmar',
  },
  {
    id: 'akut',
    charset: 'windows-1252',
    declares: '',
    encoding: 'latin1',
    families: ['Škvorecká', 'Ängström–Löv', 'Björkåsen'],
    note: 'Väntar på röntgen – avgift 100 € är öppen',
  },
  {
    id: 'lab',
    charset: 'utf-8',
    declares: 'UNICODE UTF-8',
    encoding: 'utf8',
    families: ['Ćosić-Åström', 'Źółć Äng', 'Nyström Öğüt'],
    note: 'Prov märkt 4 µmol, svår åderpunktion, ≥ 3 försök',
  },
];

const family = (sender: Sender, patient: number): string => `${sender.families[patient % 3]} ${sender.id}${patient}`;

function encoded(sender: Sender, text: string): Buffer {
  const written =
    sender.charset === 'windows-1252' ? text.replace(/[–€šŠ]/g, (letter) => WINDOWS[letter] ?? letter) : text;
  return Buffer.from(written, sender.encoding);
}

function frames(sender: Sender): Buffer {
  const header = (type: string, id: string): string =>
    `MSH|^~\\&|${sender.id.toUpperCase()}|HUS|RK|RK|20261122120000||${type}|${sender.id}-${id}|P|2.5||||||${sender.declares}`;
  const messages = Array.from({ length: PATIENTS }, (_, patient) => {
    const person = `PID|1||${sender.id}${patient}^^^LOKAL^MR||${family(sender, patient)}^Pälle||19500101|M`;
    return [
      [header('ADT^A01', `a${patient}`), 'EVN|A01|20261122120000', person, `PV1|1|I|KIR^1^${patient}`],
      [
        header('ORU^R01', `r${patient}`),
        person,
        `OBR|1|p${patient}|f${sender.id}${patient}|X^Svar^L|||20261122120000|||||||||||||||20261122120000|||F`,
        `OBX|1|ST|X^Svar^L||${sender.note} ${patient}||||||F`,
      ],
    ];
  });
  return Buffer.concat(
    messages
      .flat()
      .map((lines) =>
        Buffer.concat([Buffer.of(0x0b), encoded(sender, `${lines.join('\r')}\r`), Buffer.of(0x1c, 0x0d)]),
      ),
  );
}

/** Writes the frames in pieces of 1 to 23 bytes, a turn between each, so that the three lines' pieces come in between each other. */
async function trickle(sender: Sender, port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const bytes = frames(sender);
  let answers = 0;
  const answered = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      answers += chunk.filter((byte) => byte === 0x1c).length;
      if (answers === PATIENTS * 2) resolve();
    });
  });
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size % 23) + 1) {
    socket.write(bytes.subarray(at, at + size));
    await nextTurn();
  }
  await answered;
  socket.destroy();
}

describe('three senders with letters of their own', () => {
  let house: House;
  beforeAll(async () => {
    const sources = senders.map(({ id, charset }) => ({
      id,
      match: { application: id.toUpperCase() },
      feeds: [{ parts: ['person', 'stay', 'results'] }],
      hl7: { charset },
    }));
    house = await House.start({ settings: { sources } });
    await Promise.all(senders.map((sender) => trickle(sender, house.mllpPort)));
    await house.settled();
  });
  afterAll(() => house.end());

  for (const sender of senders) {
    it(`every name and answer from ${sender.id} (${sender.charset}) stands in the right chart as it was written`, async () => {
      for (let patient = 0; patient < PATIENTS; patient++) {
        const { hits } = await house.api<{ hits: SearchHit[] }>('/api/patients/search', {
          text: `${sender.id}${patient}`,
        });
        const exact = hits.filter(({ identity }) => identity.id === `${sender.id}${patient}`);
        expect(exact.map(({ person }) => person?.name?.[0]?.family)).toEqual([family(sender, patient)]);
        const text = JSON.stringify(await house.api(`/api/charts/${exact[0]?.key}`));
        expect(text).toContain(`${sender.note} ${patient}`);
        expect(text).not.toContain('\ufffd');
        for (const other of senders) if (other !== sender) expect(text).not.toContain(other.note);
      }
    });
  }

  it('a name with å is found by who writes a, from whichever sender', async () => {
    for (const [text, found] of [
      ['akerhielm', 'Åkerhielm'],
      ['bjorkasen', 'Björkåsen'],
      ['nystrom', 'Nyström'],
    ] as const) {
      const { out } = await house.run(['search', '-', '--json'], text);
      expect(out).toContain(found);
    }
  });
});
