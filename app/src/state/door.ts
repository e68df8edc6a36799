// How a door is gone through: asked at the station, or with the station silent at this device's own copy; and what is said when it
// stays shut.

import { NoContact, Refused } from '../station/ask.ts';
import { words } from '../words.ts';
import type { OpenedAlone } from './own-copy.ts';
import type { ShutDoor } from './shut-door.ts';

interface Ways {
  /** @throws {Refused | NoContact} */
  readonly atStation: () => Promise<void>;
  readonly alone: () => Promise<OpenedAlone>;
  /** With the station silent, where nothing here opens. */
  readonly nothingOpens: string;
}

/** Null: through. */
export async function goThrough({ atStation, alone, nothingOpens }: Ways): Promise<ShutDoor | null> {
  const said = words.signIn;
  try {
    await atStation();
    return null;
  } catch (error) {
    if (error instanceof Refused) {
      const wait = error.more['waitMs'];
      const seconds = typeof wait === 'number' ? ` ${said.wait(wait)}` : '';
      return { happened: error.refusal.happened, doNow: `${error.refusal.doNow}${seconds}` };
    }
    if (!(error instanceof NoContact)) throw error;
  }
  try {
    const opened = await alone();
    if (opened.kind === 'wait') return { happened: said.tooMany, doNow: said.wait(opened.waitMs) };
    return opened.kind === 'open' ? null : { happened: nothingOpens, doNow: '' };
  } catch {
    return { happened: said.nothingKept, doNow: '' };
  }
}
