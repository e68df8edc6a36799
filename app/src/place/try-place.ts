// The reserve place's test is made and told: by itself once a day when somebody is signed in, and by hand. Kept on this computer for the
// sign-in screen, and told to the station as soon as it is heard.

import {
  PLACE_PATHS,
  type PlaceTested,
  type PlaceTold,
  printerWords,
  type SelfTest,
} from '../../../src/domain/reserve-place.ts';
import { ownPlace } from '../state/own-place.svelte.ts';
import { unit } from '../state/unit.svelte.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import { selfTest, type TestedBy } from './self-test.ts';

let going: Promise<void> | null = null;

/** What is going on is waited for, not begun again. */
export function tryPlace(by: TestedBy, isAlone: boolean): Promise<void> {
  going ??= tried(by, isAlone).finally(() => {
    going = null;
  });
  return going;
}

async function tried(by: TestedBy, isAlone: boolean): Promise<void> {
  const { place } = ownPlace;
  if (place === null) return;
  const test = await selfTest(place.unit, by, isAlone);
  const last = { test, wallMs: Math.round(unit.now ?? Date.now()), isTold: false };
  ownPlace.keep({ ...place, last });
  await told({ unit: place.unit as PlaceTested['unit'], place: place.place, computer: place.computer, test });
}

async function told(tested: PlaceTested & { readonly test: SelfTest }): Promise<void> {
  try {
    const { place: line } = await ask<PlaceTold>('POST', PLACE_PATHS.tested, tested, { isBackground: true, at: null });
    const now = ownPlace.place;
    if (now?.last == null || now.place !== line.id) return;
    const { name, where } = line;
    ownPlace.keep({ ...now, name, where, printer: printerWords(line), last: { ...now.last, isTold: true } });
  } catch (error) {
    if (error instanceof Refused) {
      // It is no longer the place: somebody has said so at another computer, or for good.
      const { code } = error.refusal;
      if (code === 'place.unknown' || code === 'place.other-computer') ownPlace.keep(null);
    } else if (!(error instanceof NoContact)) throw error;
  }
}
