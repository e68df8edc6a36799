// Two people with the two halves of a sealed code: let in by the station, or with it silent by this device's own copy, which tells the
// station of it when it is heard (decision 0024).

import type { CodeSignIn, Me } from '../../../src/domain/access/routes.ts';
import {
  bothNames,
  type CodeUse,
  codeUseContext,
  readerByCode,
  readTwo,
  spokenHalves,
  spokenNumber,
} from '../../../src/domain/access/sealed-code.ts';
import { moreWords } from '../more-words.ts';
import { keepCodeUse } from '../store/code-uses.ts';
import { seal } from '../store/sealing.ts';
import { keyFromSpoken } from '../store/slow-hash.ts';
import { goThrough } from './door.ts';
import { type OpenedAlone, ownCopy } from './own-copy.ts';
import { session } from './session.svelte.ts';
import type { ShutDoor } from './shut-door.ts';

export async function openByCode(asked: CodeSignIn): Promise<ShutDoor | null> {
  const said = moreWords.codeDoor;
  if (readTwo(asked.first, asked.second) === null) return { happened: said.two, doNow: '' };
  return goThrough({
    atStation: () => session.enterByCode(asked),
    alone: () => alone(asked),
    nothingOpens: said.nothingOpens,
  });
}

async function alone(asked: CodeSignIn): Promise<OpenedAlone> {
  const two = readTwo(asked.first, asked.second);
  const number = spokenNumber(asked.number);
  let key: CryptoKey | null = null;
  if (two === null) return { kind: 'wrong' };
  return ownCopy.openBy({
    person: readerByCode(number),
    by: 'code',
    keyOf: async ({ salt }) => {
      key ??= await keyFromSpoken(spokenHalves(asked.halfA, asked.halfB), salt);
      return key;
    },
    named: (me: Me) => ({
      ...me,
      person: { ...me.person, name: bothNames(two) },
      session: { ...me.session, vouchedBy: bothNames(two) },
    }),
    onOpened: async (now) => {
      const id = crypto.randomUUID();
      const use: CodeUse = { ...two, openedAt: Math.round(now) };
      if (key !== null) await keepCodeUse(number, id, await seal(key, use, codeUseContext(number, id)));
    },
  });
}
