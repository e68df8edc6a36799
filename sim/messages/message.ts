// One message as a source system is about to send it: its own header before the segments that say something.

import { hl7Time } from '../local-time.ts';
import { shortHash } from '../random.ts';
import type { Voice } from '../systems/voices.ts';
import { segment } from './segment.ts';

/** What is said, before anyone has said it: when, what kind, and the segments after MSH. */
export interface Saying {
  readonly at: number;
  /** `ADT^A01^ADT_A01`. */
  readonly type: string;
  /** What makes this saying itself and no other: control ids are made from it, so they come out the same in every run. */
  readonly key: string;
  readonly segments: readonly string[];
  /** The stay it concerns, for control actions. */
  readonly stay: string;
  /** Later sayings of one topic replace earlier ones: a full load tells the last only. Absent: always told. */
  readonly topic?: string;
}

const typeText = (type: string, version: string): string =>
  Number(version.slice(0, 3)) < 2.4 ? type.split('^').slice(0, 2).join('^') : type;

/** MSH and the rest, as text with CR after each segment. MSH-11 is T (training): never taken for a production message. */
export function messageText(voice: Voice, saying: Saying, sentAt: number): string {
  const header = [
    'MSH',
    '^~\\&',
    voice.application,
    voice.hospital,
    'RESERVKRAFT',
    voice.hospital,
    hl7Time(sentAt, voice.zoned),
    '',
    typeText(saying.type, voice.version),
    controlId(voice, saying.key),
    'T',
    voice.version,
    '',
    '',
    voice.accept,
    voice.application16,
    'SWE',
    voice.charsetLabel,
  ];
  return [header.join('|').replace(/\|+$/u, ''), ...saying.segments, ''].join('\r');
}

export const controlId = (voice: Voice, key: string): string =>
  `${voice.id[0]?.toUpperCase()}${shortHash(`${voice.id}/${key}`)}`;

/** FHS/BHS … BTS/FTS around a full load, named so that the station knows when it has everything (design §8). */
export function batchText(voice: Voice, messages: readonly string[], at: number): string {
  const id = controlId(voice, `batch/${at}`);
  const time = hl7Time(at, voice.zoned);
  const head = (name: string): string =>
    `${name}|^~\\&|${voice.application}|${voice.hospital}|RESERVKRAFT|${voice.hospital}|${time}||${voice.fullLoadBatchName}||${id}`;
  return [
    head('FHS'),
    head('BHS'),
    messages.join('').replace(/\r$/u, ''),
    segment('BTS', { 1: messages.length }),
    segment('FTS', { 1: 1 }),
    '',
  ].join('\r');
}
