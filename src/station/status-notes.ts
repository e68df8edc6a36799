// Everything the station has to tell people about itself: what happened to its files, what its housekeeping found, and what is wrong
// just now.

import { durationWords } from '../domain/swedish-time.ts';
import type { Arrival } from '../domain/time.ts';
import { limits } from '../limits.ts';
import type { IntakeStatus } from './receiving/intake.ts';
import type { StationNote } from './station-note.ts';

export interface NoteSources {
  readonly intake: Pick<IntakeStatus, 'notes' | 'clock' | 'mllp'>;
  readonly startedAt: Arrival;
  /** The housekeeping's, besides those of the files. */
  readonly notes: readonly StationNote[];
}

export function allNotes({ intake, notes, startedAt }: NoteSources): readonly StationNote[] {
  return [...intake.notes, ...notes, ...clockNotes(intake.clock), ...refusedNotes(intake.mllp, startedAt)];
}

/** A source that is silent because we turn it away must not look like one that does not send. */
function refusedNotes(mllp: IntakeStatus['mllp'], { wallMs }: Arrival): StationNote[] {
  if (mllp === null) return [];
  const words = [
    [mllp.refusedAddress, 'från adresser som inte får sända'],
    [mllp.refusedEncryption, 'utan godkänd kryptering'],
    [mllp.refusedTooMany, 'för att för många var anslutna'],
  ].flatMap(([count, why]) => (count === 0 ? [] : [`${count} ${why}`]));
  return words.length === 0 ? [] : [{ code: 'intake.sender-refused', detail: words.join(', '), wallMs }];
}

/** A time service that corrects seconds is none; what reaches minutes may have put a wrong time on what came. */
function clockNotes({ last }: IntakeStatus['clock']): StationNote[] {
  if (last === null || Math.abs(last.byMs) <= limits.clockDisagreementToleratedMs) return [];
  const detail = `${durationWords(Math.abs(last.byMs))} ${last.byMs > 0 ? 'framåt' : 'bakåt'}`;
  return [{ code: 'clock.stepped', detail, wallMs: last.at.wallMs }];
}
