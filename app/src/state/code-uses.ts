// Openings of this device by sealed codes are told to the first station that is heard, whoever's page hears it.

import { ACCESS_PATHS } from '../../../src/domain/access/routes.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import { codeUses, dropCodeUse } from '../store/code-uses.ts';

const AGAIN_MS = 15_000;

let again: ReturnType<typeof setTimeout> | null = null;

/** Openings that no station has been told of yet. */
export async function handInCodeUses(): Promise<void> {
  if (again !== null) clearTimeout(again);
  again = null;
  for (const use of await codeUses()) {
    try {
      await ask('POST', ACCESS_PATHS.codeUsed, use, { isBackground: true });
      await dropCodeUse(use);
    } catch (error) {
      if (error instanceof NoContact) {
        again = setTimeout(() => void handInCodeUses(), AGAIN_MS);
        return;
      }
      // A station that does not know the code can't read it: another may. Its reads name the two all the same.
      if (!(error instanceof Refused)) throw error;
    }
  }
}
