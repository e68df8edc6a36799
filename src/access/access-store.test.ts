// What holds and what is refused while the disk takes nothing.

import { randomInt } from 'node:crypto';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { expect, it } from 'vitest';
import { personId } from '../domain/access/people.ts';
import { patientKey, unitId } from '../domain/identity.ts';
import { AccessStore } from './access-store.ts';
import { Accounts } from './accounts.ts';
import { Blocks } from './blocks.ts';
import { Secrets } from './secrets.ts';

const PERSON = { id: personId('SE0000000000-1'), name: 'Anna Berg', title: 'ssk', profession: 'nurse' } as const;
const OTHER = { ...PERSON, id: personId('SE0000000000-2') };
const PATIENT = patientKey('p'.repeat(26));

it('on a disk that takes nothing what is taken from somebody holds and is kept later, and nobody is given anything', async () => {
  const disk = new Sqlite(':memory:');
  const store = new AccessStore(disk, () => true);
  const opened = () => ({
    accounts: new Accounts({
      ...{ store, secrets: new Secrets(), draw: (below) => randomInt(below) },
      now: () => ({ wallMs: Date.now(), boot: 'b', monotonicMs: performance.now() }),
    }),
    blocks: new Blocks(store),
  });
  const { accounts, blocks } = opened();
  accounts.put([{ person: PERSON, assignments: [] }]);
  const secret = (await accounts.dealSecret(PERSON.id)).join(' ');
  disk.pragma('query_only=ON');
  accounts.close(PERSON.id);
  blocks.set(PATIENT, unitId('KIR2'));
  expect(await accounts.signIn(PERSON.id, secret)).toBeNull();
  expect([...blocks.all]).toHaveLength(1);
  expect(() => accounts.put([{ person: OTHER, assignments: [] }])).toThrow('access.not-kept');
  expect(store.isBehind).toBe(true);
  expect(opened().accounts.get(PERSON.id)?.state).not.toBe('closed');
  disk.pragma('query_only=OFF');
  // With whatever is kept next, in the order it was done.
  accounts.put([{ person: PERSON, assignments: [] }]);
  expect(store.isBehind).toBe(false);
  const again = opened();
  expect([again.accounts.get(PERSON.id)?.state, again.blocks.all.size]).toEqual(['invited', 1]);
  accounts.endWordsKeys();
});
