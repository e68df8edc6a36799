// Hundreds of messages as no sender here has written them yet, sent to a real station over MLLP: made from a seed of the habits
// of many systems. Each is answered once under its own number, every byte can be had back, and it changes whom it names.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitFrame } from '../src/intake/hl7v2/split.ts';
import { House } from './support/house.ts';
import { answersTo } from './support/mllp-answers.ts';

interface Sent {
  readonly controlId: string;
  /** Whom it may change: a message that is not read leaves its mark in their charts too. */
  readonly about: readonly string[];
  readonly bytes: Buffer;
  readonly outcome: 'understood' | 'set-aside' | 'unread';
}

type Lines = readonly string[];

/** What it says of one patient (`N1`) or two (`N2`): body lines by message type. */
const SAYS: readonly (readonly [type: string, lines: Lines])[] = [
  [
    'ADT^A01^ADT_A01',
    ['EVN|A01|20261122080000', 'PID|1||N1||Öst^Åsa||19500101|F', 'PV1|1|I|KIR2^3^1||||||||||||||||V1'],
  ],
  ['ADT^A04', ['PID||N1', 'ZPV|1', 'PV1||E|AKM']],
  ['ADT', ['EVN|A08', 'PV1|1|I|MED1^1^1||||||||||||||||V1', 'PID|1||N1||Öst^Åsa']],
  ['ADT^A03', ['PID|1||N1', 'PV1|1|I|KIR2||||||||||||||||V1']],
  ['ADT^A28', ['PID|1|||N1|Öst^Åsa']],
  ['ADT^A17', ['PID|1||N1', 'PV1|1|I|KIR2^1^1', 'PID|2||N2', 'PV1|1|I|KIR2^1^2']],
  ['ADT^A40', ['PID|1||N1', 'MRG|N2']],
  ['ADT^A24', ['PID|1||N1', 'PID|2||N2']],
  ['ORU^R01', ['PID|1||N1', 'OBR|1|P1|F1|K^Kalium', 'OBX|1|NM|K^Kalium||4,1|mmol/L|||||F', 'NTE|1||ok']],
  ['ORU', ['PID|1||N1', 'OBX|1|ST|K^Kalium||4.1|10^9/L|||||F']],
  ['ORU^R30', ['PID|1||N1', 'ORC|NW', 'OBR|1|||GLU^Glukos', 'OBX|1|NM|GLU^Glukos||5|mmol/L|||||F']],
  ['ORU^R01', ['PID|1||N1', 'OBR|1|P|F|PDF^Svar', 'OBX|1|ED|PDF^Svar||LAB^application^pdf^Base64^JVBERi0xLjQK||||||F']],
  ['ORU^R01', ['PID|1||N1', 'OBX|1|TX|A||4|||||||F', 'PID|2||N2', 'OBX|1|TX|A||5|||||||F']],
  ['OUL^R22', ['PID|1||N1', 'SPM|1|S1||BLD', 'OBR|1|P|F|K^K', 'OBX|1|NM|K^K||4|mmol/L|||||F']],
  ['ORM^O01', ['PID|1||N1', 'ORC|NW|P1', 'OBR|1|P1||RTG^Lungor', 'ORC|CA|P2', 'OBR|2|P2||DT^Buk']],
  ['ORM', ['PID|1||N1', 'ORC|XX|P1', 'RXO|A^Alvedon|1||g']],
  ['OMP^O09', ['PID|1||N1', 'ORC|NW|P1', 'RXO|A^Alvedon|1||g', 'RXR|PO', 'TQ1|1||BID']],
  ['RDE^O11', ['PID|1||N1', 'ORC|NW|P1', 'RXE|1^BID|A^Alvedon|500||mg', 'RXE||B^Bisoprolol|5||mg']],
  ['RAS^O17', ['PID|1||N1', 'ORC|RE|P1', 'RXA|0|1|20261122080000||A^Alvedon|500|mg|||||||||||||CP']],
  ['RAS^O01', ['PID|1||N1', 'ORC|RE|P1', 'RXA|0|1|20261122080000||A^Alvedon|500|mg']],
  ['RGV^O15', ['PID|1||N1', 'ORC|RE|P1', 'RXG|1|1|^^^202611220800|A^Alvedon|500||mg']],
  ['SIU^S12', ['SCH||S1||||||||^^30^20261201080000', 'PID|1||N1', 'AIL|1||OP1']],
  ['MDM^T02', ['PID|1||N1', 'TXA|1|DS|TX|20261122||||||||D1|||||AU', 'OBX|1|TX|A||Åter\\.br\\om ett år']],
  ['OMG^O19', ['PID|1||N1', 'ORC|NW|P1', 'OBR|1|P1||EKG^EKG']],
  ['OML^O33', ['PID|1||N1', 'SPM|1|S1||BLD', 'ORC|NW|P1', 'OBR|1|P1||K^Kalium']],
];
const UNREAD: readonly (readonly [string, Lines])[] = [
  ['RRA^O18', ['MSA|AA|1', 'PID|1||N1']],
  ['QBP^Q11', ['QPD|Q11|1|N1']],
  ['QRY^A19', ['QRD|20261122|R|I|1|||1|N1|DEM']],
  ['ACK', ['MSA|AA|1']],
  ['MFN^M02', ['MFI|STF||UPD', 'MFE|MAD|1||A']],
  ['VXU^V04', ['PID|1||N1', 'RXA|0|1|20261122||V^Vaccin|1']],
  ['DFT^P03', ['PID|1||N1', 'FT1|1']],
  ['ADT^A20', ['NPU|KIR2^1^1|U']],
  ['ZZZ^Z99', ['ZPI|N1']],
  ['PPR^PC1', ['PID|1||N1', 'PRB|AD|20261122|I10']],
];
const SET_ASIDE: readonly (readonly [string, Lines])[] = [
  ['ADT^A01', []],
  ['ADT^A01', ['PID|1||""']],
  ['ADT^A02', ['PID|1||N1', 'PV1|1|I|^^']],
  ['ADT^A40', ['PID|1||N1', 'MRG|N1']],
  ['ADT^A17', ['PID|1||N1', 'PV1|1|I|KIR2^1^1']],
  ['ORU^R01', ['PID|1||N1', 'OBX|1|TX|A||1', 'PID|2||0', 'OBX|1|TX|A||2']],
  ['MDM^T02', ['PID|1||N1', 'OBX|1|TX|A||Utan dokument']],
  ['', ['PID|1||N1']],
  ['ORU^R01', ['PID|1||N1', 'OBX|1|TX|A||Halva', 'DSC|1|F']],
];

type Dress = (header: string, lines: Lines) => Buffer;
const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const withCharset = (header: string, charset: string): string => `${header}||||||${charset}`;
const DRESSES: readonly Dress[] = [
  (header, lines) => utf8([header, ...lines].join('\r')),
  (header, lines) => utf8([header, ...lines, ''].join('\r\n')),
  (header, lines) => utf8([header, ...lines, '', ''].join('\n')),
  (header, lines) => utf8(`\ufeff\r\n${[header, ...lines].join('\r')}\r\0\0`),
  (header, lines) => Buffer.from([withCharset(header, '8859/1'), ...lines].join('\r'), 'latin1'),
  (header, lines) => Buffer.from([withCharset(header, 'UNICODE UTF-8~8859/1'), ...lines].join('\r'), 'latin1'),
  (header, lines) => utf8([withCharset(header, '8859/15~UNICODE UTF-8'), ...lines].join('\r')),
  (header, lines) => Buffer.from(`\ufeff${[header, ...lines].join('\r')}\r`, 'utf16le'),
  (header, lines) => utf8([header, ...lines].map((line) => line.replaceAll('|', '$').replaceAll('^', ':')).join('\r')),
  (header, lines) => utf8([header, ...lines.flatMap((line) => [line, 'ZXX|1|~^&\\'])].join('\r')),
  (header, lines) => utf8([header, ...lines.map((line) => `  ${line}||||||`)].join('\r')),
  (header, lines) => utf8([header, ...lines.map((line) => line.slice(0, 3).toLowerCase() + line.slice(3))].join('\r')),
  (header, lines) => utf8([header.replace('^~\\&', '^~\\&#'), ...lines].join('\r')),
  (header, lines) => utf8([...[header, ...lines].map((line) => `${line}   `), '\x1a'].join('\r')),
];
const VERSIONS = ['2.1', '2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.8.2', '2.9', '', '2.5^SWE'];

function made(): Sent[] {
  const sent: Sent[] = [];
  const add = (outcome: Sent['outcome'], [type, lines]: readonly [string, Lines], dress: Dress): void => {
    const at = sent.length;
    const people = ['N1', 'N2'].map((name) => `UDDA-${at}-${name}`);
    const body = lines.map((line) => line.replace(/\bN([12])\b/g, (name) => `UDDA-${at}-${name}`));
    const about = people.filter((number) => body.some((line) => line.includes(number)));
    const version = VERSIONS[at % VERSIONS.length] ?? '';
    const header = `MSH|^~\\&|UDDA|SJH|RK|RK|20261122080000||${type}|UDDA${at}|P|${version}`;
    sent.push({ controlId: `UDDA${at}`, about, outcome, bytes: dress(header, body) });
  };
  for (const dress of DRESSES) {
    for (const said of SAYS) add('understood', said, dress);
    for (const said of UNREAD) add('unread', said, dress);
    for (const said of SET_ASIDE) add('set-aside', said, dress);
  }
  return sent;
}

/** No message at all, whatever they came as. */
const RUBBISH: readonly Buffer[] = [
  utf8('hej'),
  utf8('MSH'),
  utf8('MSH|'),
  utf8('PID|1||UDDA-R'),
  utf8('{"resourceType":"Patient"}'),
  utf8('<HL7Message/>'),
  Buffer.of(0xff, 0xd8, 0xff, 0xe0),
  Buffer.alloc(5_000, 0x7c),
  utf8('BTS|1\rFTS|1'),
  utf8(`MSH|^~\\&|${'A'.repeat(20_000)}`),
];

describe('messages as no sender here has written them yet', () => {
  const sent = made();
  let house: House;
  let answers: string[] = [];
  beforeAll(async () => {
    house = await House.start();
    const told = await answersTo([...sent.map(({ bytes }) => bytes), ...RUBBISH], house.mllpPort);
    answers = told.map((answer) => answer.replaceAll('\0', ''));
    await house.settled();
  });
  afterAll(() => house.end());

  it(`all ${sent.length} get one answer each, in order, that names their own number`, () => {
    expect(answers).toHaveLength(sent.length + RUBBISH.length);
    const named = answers.slice(0, sent.length).map((answer) => /MSA.A[A-Z].([A-Z0-9]+)/.exec(answer)?.[1]);
    expect(named).toEqual(sent.map(({ controlId }) => controlId));
    expect(answers.filter((answer) => !/MSA.AA/.test(answer))).toEqual([]);
  });

  it('every byte of them can be had back', () => {
    const { station, close } = house.kept();
    const rows = station.inbox().read(1, 10_000);
    close();
    const kept = new Set(rows.map(({ raw }) => Buffer.from(raw).toString('latin1')));
    const lost = [...sent.map(({ bytes }) => bytes), ...RUBBISH].filter((bytes) => !kept.has(bytes.toString('latin1')));
    expect(lost).toEqual([]);
  });

  it('each is understood, kept unread or set aside as it deserves, and changes nobody but whom it names', () => {
    const { station, copy, close } = house.kept();
    const rows = station.inbox().read(1, 10_000);
    const outcomes = copy.prepare<[number], { outcome: string; reason: string | null }>(
      'SELECT outcome, reason FROM outcome WHERE seq = ?',
    );
    const touched = copy.prepare<[number, number], { id: string }>(
      `SELECT DISTINCT identity.id AS id FROM fact JOIN identity ON identity.no = fact.identity
       WHERE fact.since = ? OR (fact.until = ? AND fact.until < 100000000000000)`,
    );
    const wrong: unknown[] = [];
    const seqOf = new Map(rows.map(({ seq, raw }) => [Buffer.from(raw).toString('latin1'), seq]));
    for (const { controlId, about, bytes, outcome } of sent) {
      const seq = seqOf.get(bytes.toString('latin1')) ?? 0;
      const found = outcomes.get(seq);
      const changed = touched.all(seq, seq).map(({ id }) => id);
      const strangers = changed.filter((id) => !about.includes(id));
      // (What is understood has a row of its own only where IT was told something.)
      const hasWrongOutcome = (found?.outcome ?? 'applied') !== (outcome === 'understood' ? 'applied' : outcome);
      const changesNobody = outcome === 'understood' && changed.length === 0;
      if (hasWrongOutcome || strangers.length > 0 || changesNobody)
        wrong.push({ controlId, wanted: outcome, found, changed, bytes: bytes.toString('latin1').slice(0, 300) });
    }
    close();
    expect(wrong).toEqual([]);
  });

  it('a frame is one message to the station and to whoever sends it', () => {
    for (const { bytes } of sent) expect(splitFrame(bytes).slices).toHaveLength(1);
  });
});
