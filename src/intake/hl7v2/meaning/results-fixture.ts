// For the tests of these readers: a message as a Swedish sender writes it and the context the dispatcher would give it.

import type { Change, FeedAlarm, ResourceChange } from '../../../domain/changes.ts';
import { sourceId } from '../../../domain/identity.ts';
import { DEFAULT_DIALECT, type SourceDeclaration } from '../../../domain/source.ts';
import { type Hl7Message, parseMessage } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { readSubject } from './identities.ts';

const ARRIVAL_MS = Date.UTC(2026, 10, 22, 10, 0, 0);

const SOURCE: SourceDeclaration = {
  id: sourceId('lab'),
  name: 'Laboratoriet',
  transport: 'mllp',
  match: {},
  rank: 1,
  feeds: [],
  identityDomain: 'source:lab',
  identityDomains: {},
  units: {},
  hl7: { ...DEFAULT_DIALECT, charset: 'utf-8' },
};

export interface GivenMessage {
  readonly message: Hl7Message;
  readonly context: MeaningContext;
  readonly alarms: FeedAlarm[];
  readonly setAside: string[];
}

export const sourceWith = (partOfCode: SourceDeclaration['hl7']['partOfCode']): SourceDeclaration => ({
  ...SOURCE,
  hl7: { ...SOURCE.hl7, partOfCode },
});

export function given(bytes: Uint8Array, source: SourceDeclaration = SOURCE): GivenMessage {
  const message = parseMessage(bytes, { charset: source.hl7.charset });
  const alarms: FeedAlarm[] = [];
  const setAside: string[] = [];
  const header = message.header;
  const at = (component: number): string => header?.value(9, component) ?? '';
  const base = {
    source,
    arrivalMs: ARRIVAL_MS,
    type: `${at(1)}^${at(2)}`,
    event: at(2),
    eventAt: ARRIVAL_MS,
    claimedAt: ARRIVAL_MS,
    sentMs: null,
    subject: null,
    alarm: (alarm: FeedAlarm) => void alarms.push(alarm),
    setAside: (reason: string) => void setAside.push(reason),
  };
  const pid = message.first('PID');
  const context: MeaningContext = { ...base, subject: pid === undefined ? null : readSubject(pid, base) };
  return { message, context, alarms, setAside };
}

/** Header and patient as the test sources write them; `segments` follow. */
export const text = (type: string, ...segments: string[]): Uint8Array =>
  Buffer.from(
    [
      `MSH|^~\\&|LABSYS|SJUKHUS|RK|RK|20261122105900||${type}|M1|P|2.5|||||SWE|UNICODE UTF-8`,
      'PID|1||189001019802^^^SKV||Testsson^Test||18900101|M',
      ...segments,
    ].join('\r'),
  );

export const resources = (changes: readonly Change[]): ResourceChange[] =>
  changes.filter((change) => change.kind === 'resource');

/** A segment by its field numbers, as the standard counts them (not for MSH). */
export function line(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  return [name, ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? '')].join('|');
}
