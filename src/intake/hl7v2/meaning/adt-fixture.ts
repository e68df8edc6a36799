// For the tests of person, stay and merge messages: a Swedish record system's ADT, written segment by segment, and what the
// interpreter makes of it. The numbers are Skatteverket's published test numbers; the names are invented.

import type { Change, Reading } from '../../../domain/changes.ts';
import { sourceId } from '../../../domain/identity.ts';
import type { Received } from '../../../domain/received.ts';
import { DEFAULT_DIALECT, type SourceDeclaration } from '../../../domain/source.ts';
import { interpretHl7v2 } from './interpret.ts';

/** 11:00 in Sweden. */
export const ARRIVAL_MS = Date.UTC(2026, 10, 22, 10, 0, 0);

export const KARIN = '189001019802';
export const YUSUF = '189001029819';
export const PERSONNUMMER_OID = '1.2.752.129.2.1.3.1';

export const JOURNAL: SourceDeclaration = {
  id: sourceId('journal'),
  name: 'Journalsystemet',
  transport: 'mllp',
  match: {},
  rank: 1,
  feeds: [],
  identityDomain: 'source:journal',
  identityDomains: { SKV: PERSONNUMMER_OID },
  units: {},
  hl7: { ...DEFAULT_DIALECT, charset: 'utf-8' },
};

export const withDialect = (hl7: Partial<SourceDeclaration['hl7']>): SourceDeclaration => ({
  ...JOURNAL,
  hl7: { ...JOURNAL.hl7, ...hl7 },
});

/** MSH and EVN of one event, told at 10:59 local time unless said otherwise. */
export const header = (type: string, toldAt = '20261122105900'): string =>
  `MSH|^~\\&|JOURNAL|SJH|RK|RK|${toldAt}||${type}|M1|P|2.5|||||SWE|UNICODE UTF-8`;

export const pid = (number: string, rest = '||Lind^Karin^^^^^L||18900101|F'): string =>
  `PID|1||${number}^^^SKV||${rest.slice(2)}`;

export const pv1 = (place: string, visit = 'V1', rest = ''): string =>
  `PV1|1|I|${place}||||||||||||||||${visit}^^^SJH${rest}`;

export function read(segments: readonly string[], source: SourceDeclaration = JOURNAL): Reading {
  const received: Received = {
    seq: 1,
    source: source.id,
    format: 'hl7v2',
    arrival: { wallMs: ARRIVAL_MS, boot: 'test', monotonicMs: 0 },
    raw: Buffer.from(segments.join('\r')),
  };
  return interpretHl7v2(received, source);
}

/** An event about Karin with EVN, PID and what follows. */
export const event = (code: string, ...segments: string[]): string[] => [
  header(`ADT^${code}`),
  `EVN|${code}|20261122105900`,
  pid(KARIN),
  ...segments,
];

type Kind = Change['kind'];

/** The changes of one kind, in order. */
export function of<K extends Kind>(reading: Reading, kind: K): Extract<Change, { kind: K }>[] {
  return reading.changes.filter((change): change is Extract<Change, { kind: K }> => change.kind === kind);
}

export function only<K extends Kind>(reading: Reading, kind: K): Extract<Change, { kind: K }> {
  const [first, ...more] = of(reading, kind);
  if (first === undefined || more.length > 0)
    throw new Error(`${more.length + (first ? 1 : 0)} changes of kind ${kind}`);
  return first;
}
