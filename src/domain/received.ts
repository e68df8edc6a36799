// One row of the inbox: what was received, as received. An inbox is a recorded run: applying its rows in order gives the
// same copy byte for byte (design §5.18).

import type { Reading } from './changes.ts';
import type { SourceId } from './identity.ts';
import type { SourceDeclaration } from './source.ts';
import type { Arrival } from './time.ts';

/** Their order is kept in the inbox: a new one goes last. */
export const RECEIVED_FORMATS = [
  'hl7v2',
  'fhir+json',
  'fhir+ndjson',
  'report-pdf',
  'report-text',
  'command',
  'hl7v2-fragment',
] as const;
/**
 * `command`: an operator's act that changes the copy (hold, release, unmerge, declaration), so that replay knows it too.
 * `hl7v2-fragment`: what came of a message that was cut off, was too large or had no frame: kept, never applied.
 */
export type ReceivedFormat = (typeof RECEIVED_FORMATS)[number];

export interface Received {
  /** Arrival sequence: gapless, from 1. */
  readonly seq: number;
  readonly source: SourceId;
  readonly format: ReceivedFormat;
  readonly arrival: Arrival;
  /** Exactly the bytes received (without MLLP framing). */
  readonly raw: Uint8Array;
}

/** Reads bytes into facts. Pure: the same row and declaration give the same reading, whatever the copy holds. */
export type Interpreter = (received: Received, source: SourceDeclaration) => Reading;
