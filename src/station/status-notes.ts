// Everything the station has to tell people about itself: what happened to its files, what its housekeeping found, and what is wrong
// just now.

import { durationWords } from '../domain/swedish-time.ts';
import { limits } from '../limits.ts';
import type { IntakeStatus } from './receiving/intake.ts';
import type { StationNote } from './station-note.ts';

export interface NoteSources {
  readonly intake: Pick<IntakeStatus, 'notes' | 'clock'>;
  /** The housekeeping's, besides those of the files. */
  readonly notes: readonly StationNote[];
}

export function allNotes({ intake, notes }: NoteSources): readonly StationNote[] {
  return [...intake.notes, ...notes, ...clockNotes(intake.clock)];
}

/** A time service that corrects seconds is none; what reaches minutes may have put a wrong time on what came. */
function clockNotes({ last }: IntakeStatus['clock']): StationNote[] {
  if (last === null || Math.abs(last.byMs) <= limits.clockDisagreementToleratedMs) return [];
  const detail = `${durationWords(Math.abs(last.byMs))} ${last.byMs > 0 ? 'framåt' : 'bakåt'}`;
  return [{ code: 'clock.stepped', detail, wallMs: last.at.wallMs }];
}
